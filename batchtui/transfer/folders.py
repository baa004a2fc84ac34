"""Folders that are to be there."""

from batchtui.errors import FileError
from batchtui.transfer.store import Store


def make_folders(store: Store, path: str) -> None:
    """Make a folder and those above it, as far as they aren't there."""
    entry = store.look(path, follow=True)
    if entry is None:
        above = store.parent(path)
        if above != path:
            make_folders(store, above)
        store.make_folder(path)
    elif entry.kind != "folder":
        raise FileError(f"{path} on {store.name} is no folder.")
