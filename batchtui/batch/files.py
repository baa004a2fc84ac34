"""The calls on files of nodes: content by byte range, so that a large file costs no more."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from batchtui.batch.models import Json
from batchtui.batch.nodes import node_path
from batchtui.batch.service import BatchService, segment
from batchtui.batch.times import time
from batchtui.errors import ServiceError

_CONTENT = "application/octet-stream"
_OCTAL = re.compile(r"(0o)?[0-7]{1,7}")
_NO_SUCH_RANGE = 416  # of an empty file, or of one that has become shorter


@dataclass(frozen=True, slots=True)
class Tail:
    """The last bytes of a file that has `size` of them in all."""

    data: bytes
    size: int

    @property
    def lines(self) -> list[str]:
        r"""Its lines, the first only if it is whole; what isn't UTF-8 is escaped (`\xff`)."""
        text = self.data.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
        lines = text.removesuffix("\n").split("\n") if text else []
        cut = len(self.data) < self.size and len(lines) > 1
        return lines[1:] if cut else lines


@dataclass(frozen=True, slots=True)
class NodeFile:
    """A file or folder below a node's root directory, its name being all of its path from there.

    `mode` is as the node's system has it, if it has one.
    """

    name: str
    folder: bool
    size: int = 0
    modified: datetime | None = None
    mode: int | None = None


class Files:
    """Files of one account's nodes."""

    def __init__(self, service: BatchService) -> None:
        self._service = service

    async def tail(self, pool_id: str, node_id: str, name: str, most: int) -> Tail:
        """The end of a file, at most so many bytes of it; NotFoundError if there is no such file.

        A range can't be counted from the end (source: SDK, download_node_file): the size of a
        longer file is asked for. Most aren't, and a HEAD couldn't say why it is refused.
        """
        path = f"{node_path(pool_id, node_id)}/files/{segment(name)}"
        data = await self._part(path, 0, most)
        if len(data) < most:
            return Tail(data, len(data))
        async with self._service.opened("HEAD", path, {"Accept": "*/*"}) as response:
            size = int(response.headers.get("Content-Length") or 0)
        if size > most:
            data = await self._part(path, size - most, most)
        return Tail(data, size)

    async def below(
        self, pool_id: str, node_id: str, folder: str
    ) -> AsyncIterator[Sequence[NodeFile]]:
        """All that is in a folder and in its folders, page by page.

        `folder` ends with a slash, or a backslash on Windows; the root has no name, and is listed
        without its folders' files. Others can't be (source: the SDK's list_node_files, whose
        filter knows startswith and no more).
        """
        path = f"{node_path(pool_id, node_id)}/files"
        query = {}
        if folder:
            quoted = folder.replace("'", "''")
            query = {"recursive": "true", "$filter": f"startswith(name,'{quoted}')"}
        async for page in self._service.pages(path, query):
            yield [_file(row) for row in page]

    async def part(self, pool_id: str, node_id: str, name: str, first: int, most: int) -> bytes:
        """So many bytes of a file from one on, or fewer where it ends."""
        path = f"{node_path(pool_id, node_id)}/files/{segment(name)}"
        return await self._part(path, first, most)

    async def _part(self, path: str, first: int, most: int) -> bytes:
        headers = {"Accept": _CONTENT, "ocp-range": f"bytes={first}-{first + most - 1}"}
        data = b""
        try:
            async with self._service.opened("GET", path, headers) as response:
                async for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) >= most:
                        break  # whoever ignores the range may send without end
        except ServiceError as error:
            if error.status != _NO_SUCH_RANGE:
                raise
        return data[:most]


def _file(row: Json) -> NodeFile:
    told = row.get("properties")
    properties = told if isinstance(told, Mapping) else {}
    mode = str(properties.get("fileMode") or "")
    size = str(properties.get("contentLength") or 0)
    return NodeFile(
        name=str(row.get("name") or ""),
        folder=row.get("isDirectory") is True,
        size=int(size) if size.isdecimal() else 0,
        modified=time(properties.get("lastModified")),
        mode=int(mode, 8) if _OCTAL.fullmatch(mode) else None,
    )
