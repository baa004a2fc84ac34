"""SSH to a node, by paramiko. Everything here blocks."""

from batchtui.access.ssh.connection import Connection
from batchtui.access.ssh.login import Login

__all__ = ["Connection", "Login"]
