"""Files that a start task downloads, as lines to edit. Pure.

`URL -> path` is a file, `container:NAME prefix -> directory` all of a container that begin with
a prefix: NAME is one of the account's auto storage, or else the container's URL. Behind a path
may stand its mode, such as 0755. What a line can't say is JSON.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from batchtui.batch.entries import read_json

_LINE = re.compile(
    r"(?P<container>container:)?(?P<source>[^\s{\[\"]\S*)(?:\s+(?P<prefix>(?!->)\S+))?"
    r"(?:\s+->\s+(?P<path>\S+)(?:\s+(?P<mode>0?[0-7]{3,4}))?)?"
)
_URL = re.compile(r"https?://", re.IGNORECASE)
_HOW = "A line is URL -> path, or container:NAME -> directory."


@dataclass(frozen=True, slots=True)
class ResourceFiles:
    """The notation of resource files."""

    def write(self, entry: Any) -> str:  # noqa: ANN401 - JSON
        """A line, JSON if that can't say all of it."""
        line = _written(entry) if isinstance(entry, dict) else ""
        return line if line.isprintable() and _read(line) == entry else json.dumps(entry)

    def read(self, line: str) -> Any:  # noqa: ANN401 - JSON
        """The file, or all of a container."""
        found = _read(line)
        return read_json(line, _HOW) if found is None else found


def _written(entry: dict[str, Any]) -> str:
    container = entry.get("storageContainerUrl", entry.get("autoStorageContainerName"))
    source = entry.get("httpUrl") if container is None else f"container:{container}"
    parts = [source, entry.get("blobPrefix")]
    if "filePath" in entry:
        parts += ["->", entry["filePath"], entry.get("fileMode")]
    return " ".join(str(part) for part in parts if part is not None)


def _read(line: str) -> dict[str, str] | None:
    found = _LINE.fullmatch(line)
    if not found:
        return None
    url = _URL.match(found["source"])
    if found["container"]:
        source = "storageContainerUrl" if url else "autoStorageContainerName"
    elif url and found["path"] and not found["prefix"]:
        source = "httpUrl"
    else:
        return None
    parts = {
        source: found["source"],
        "blobPrefix": found["prefix"],
        "filePath": found["path"],
        "fileMode": found["mode"],
    }
    return {name: part for name, part in parts.items() if part is not None}
