"""Storage on this machine: the only one that an emulator's nodes reach, by file or loopback URL.

A local emulator of Azure Storage is reached so. Whatever else a task asks for fails as it does in
the service when a storage account can't be reached.
"""

import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, unquote, urlsplit

from batchtui.emulator.network import is_near

SECONDS = 10


class StorageError(Exception):
    """A file can't be had or put; `status` is the storage's answer, 0 when it gave none."""

    def __init__(self, status: int = 0) -> None:
        super().__init__(status)
        self.status = status


def get(url: str, path: Path) -> None:
    """Fetch a file; StorageError when it can't be had."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if url.startswith("file:"):
            source = Path(unquote(urlsplit(url).path))
            if not source.is_file():  # a device could be without end
                raise StorageError(404)
            shutil.copyfile(source, path)
        else:
            _ask(urllib.request.Request(url), path)  # noqa: S310 - near, as the caller checked
    except (OSError, ValueError, HTTPException):
        raise StorageError from None


def put(container: str, name: str, path: Path, headers: Mapping[str, str]) -> None:
    """Store a file as a block blob of a container; StorageError when it can't be."""
    try:
        with path.open("rb") as file:  # which may be larger than the memory
            length = str(os.fstat(file.fileno()).st_size)
            put_bytes(container, name, file, {**headers, "Content-Length": length})
    except OSError:
        raise StorageError from None


def put_bytes(
    container: str, name: str, data: bytes | BinaryIO, headers: Mapping[str, str]
) -> None:
    """Store bytes as a block blob of a container; StorageError when they can't be."""
    if not is_near(container):
        raise StorageError
    place, mark, signature = container.partition("?")
    url = f"{place.rstrip('/')}/{quote(name)}{mark}{signature}"
    kind = {"x-ms-blob-type": "BlockBlob", "x-ms-version": "2021-08-06"}
    try:
        request = urllib.request.Request(  # noqa: S310 - near, as was checked
            url, data, {**headers, **kind, "Content-Type": "application/octet-stream"}, method="PUT"
        )
        _ask(request)
    except (OSError, ValueError, HTTPException):
        raise StorageError from None


def _ask(request: urllib.request.Request, target: Path | None = None) -> None:
    opener = urllib.request.OpenerDirector()
    # No proxy, and no handler for redirects: they could lead elsewhere.
    for handler in (
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            if target:
                with target.open("wb") as file:
                    shutil.copyfileobj(answer, file)
    except urllib.error.HTTPError as error:
        error.close()
        raise StorageError(error.code) from None
