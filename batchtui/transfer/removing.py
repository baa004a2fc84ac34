"""Removes files, and folders with all that is in them."""

from collections.abc import Callable

from batchtui.access.entry import Entry
from batchtui.errors import FileError
from batchtui.transfer.store import Store


def remove(store: Store, path: str, entry: Entry, stopped: Callable[[], bool]) -> int:
    """Remove what is there; a link only itself. Returns how many things that were.

    It ends early, with what is left where it was, once it is `stopped`.
    """
    if entry.kind != "folder":
        store.remove(path)
        return 1
    count = 0
    for each in store.entries(path):
        if stopped():
            raise FileError(f"It was stopped: {path} isn't empty yet.")
        store.check_name(each.name)
        count += remove(store, store.join(path, each.name), each, stopped)
    store.remove_folder(path)
    return count + 1
