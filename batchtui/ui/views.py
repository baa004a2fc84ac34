"""How somebody looks at a list, remembered by whoever opens it."""

from dataclasses import dataclass


@dataclass(slots=True)
class View:
    """Sort, filter, width, cursor and form of one list; empty where nothing was chosen yet."""

    sort: str = ""
    reversed: bool = False
    filter: str = ""
    faults_only: bool = False
    wide: bool = False
    cursor: str = ""
    map: bool = False
