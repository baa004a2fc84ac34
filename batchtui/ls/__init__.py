"""`batchtui ls`: accounts, pools, nodes and images for scripts and eyes, a page at a time."""

from batchtui.ls.plan import Wanted
from batchtui.ls.run import ls

__all__ = ["Wanted", "ls"]
