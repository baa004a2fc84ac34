"""`batchtui pool create`: a pool from a file, without the screens."""

from batchtui.pool.run import Wanted, create

__all__ = ["Wanted", "create"]
