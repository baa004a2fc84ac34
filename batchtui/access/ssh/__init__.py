"""SSH to a node, by paramiko. Everything here blocks."""

from batchtui.access.ssh.connection import Connection
from batchtui.access.ssh.login import Login, Password, Prompts, Way

__all__ = ["Connection", "Login", "Password", "Prompts", "Way"]
