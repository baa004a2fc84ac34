"""`batchtui run`: a command or a script on nodes of a pool, without the screens."""

from batchtui.run.run import Wanted, run

__all__ = ["Wanted", "run"]
