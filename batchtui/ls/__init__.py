"""`batchtui ls`: accounts, pools, nodes, ways into them and images, a page at a time."""

from batchtui.ls.plan import Wanted
from batchtui.ls.run import ls

__all__ = ["Wanted", "ls"]
