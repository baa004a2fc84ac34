"""The calls on files of nodes: content by byte range, so that a large file costs no more."""

from dataclasses import dataclass

from batchtui.batch.nodes import node_path
from batchtui.batch.service import BatchService, segment
from batchtui.errors import ServiceError

_CONTENT = "application/octet-stream"
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
