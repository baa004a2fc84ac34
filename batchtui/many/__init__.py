"""One command on many nodes: bounded, stopped, and told of by what is the same."""

from batchtui.many.order import Order, Script, read_script
from batchtui.many.outcome import Outcome, Place
from batchtui.many.run import AT_ONCE, MOST_AT_ONCE, ManyRun

__all__ = [
    "AT_ONCE",
    "MOST_AT_ONCE",
    "ManyRun",
    "Order",
    "Outcome",
    "Place",
    "Script",
    "read_script",
]
