"""Names of files that come from elsewhere, and must not lead anywhere. Pure."""

import re

from batchtui.errors import FileError

# What would lead elsewhere, and what a terminal may not show as it is.
_NEVER = re.compile(r"[/\x00-\x1f\x7f-\x9f]")
# What Windows gives a meaning of its own (source: "Naming Files, Paths, and Namespaces").
_WINDOWS = re.compile(r'[<>:"/\\|?*]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)
_MOST_BYTES = 255  # that file systems here let a name have


def check_local_name(name: str, *, windows: bool) -> None:
    """FileError if a file here can't or shouldn't be called so."""
    if name in {"", ".", ".."} or _NEVER.search(name) or (windows and _WINDOWS.search(name)):
        raise FileError(f"No file here is given the name {name!r}.")
    if len(name.encode("utf-8", "surrogateescape")) > _MOST_BYTES:
        raise FileError(f"The name {name[:20]!r}… is too long for a file here.")
