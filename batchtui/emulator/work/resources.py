"""Resource files: put into a task's directory before it runs.

Only `file:` and loopback addresses are fetched: an emulator has no way to a storage account, and
a task that asks for one fails as it does in the service when a download fails.
"""

import ipaddress
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterable
from http.client import HTTPException
from pathlib import Path
from urllib.parse import unquote, urlsplit

from batchtui.emulator.machines.outcomes import Failed
from batchtui.emulator.store import Json

FETCH_SECONDS = 10
NAMES = frozenset({"localhost", "localhost."})


class DownloadError(Exception):
    """A resource file can't be had; `failure` says why in the service's words."""

    def __init__(self, failure: Failed) -> None:
        super().__init__(failure.message)
        self.failure = failure


def fetch_all(files: Iterable[Json], target: Path) -> None:
    """Put resource files below a directory; DownloadError when one can't be had."""
    for file in files:
        url = str(file.get("httpUrl") or file.get("storageContainerUrl") or "")
        name = str(file.get("filePath") or "")
        path = (target / name).resolve()
        if not file.get("httpUrl") or not is_near(url):
            raise _failed("BlobDownloadMiscError", "Miscellaneous error encountered while "
                          "downloading one of the specified Azure Blob(s)", url, name)  # fmt: skip
        if not path.is_relative_to(target.resolve()) or path == target.resolve():
            message = "Failure encountered creating resource file"
            raise _failed("ResourceFileCreateFailed", message, url, name)
        _fetch(url, name, path)
        _set_mode(file, path, url, name)


def _set_mode(file: Json, path: Path, url: str, name: str) -> None:
    try:
        mode = int(str(file.get("fileMode") or "0770"), 8)
        path.chmod(mode & 0o777)
    except (OSError, ValueError):
        message = "Failure encountered creating resource file"
        raise _failed("ResourceFileCreateFailed", message, url, name) from None


def is_near(url: str) -> bool:
    """Whether an address is a file's or one of this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "file":
        return not host
    try:
        loopback = host in NAMES or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and loopback


def _fetch(url: str, name: str, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if url.startswith("file:"):
            _copy(Path(unquote(urlsplit(url).path)), path)
        else:
            _download(url, path)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in {401, 403}:
            message = "Access for one of the specified Azure Blob(s) is denied"
            raise _failed("BlobAccessDenied", message, url, name) from None
        message = "One of the specified Azure Blob(s) is not found"
        raise _failed("BlobNotFound", message, url, name) from None
    except (OSError, ValueError, HTTPException):
        message = "One of the specified Azure Blob(s) is not found"
        raise _failed("BlobNotFound", message, url, name) from None


def _copy(source: Path, path: Path) -> None:
    if not source.is_file():  # a device could be without end
        raise FileNotFoundError(source)
    shutil.copyfile(source, path)


def _download(url: str, path: Path) -> None:
    opener = urllib.request.OpenerDirector()
    # No proxy, and no handler for redirects: they could lead elsewhere.
    for handler in (
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    with opener.open(url, timeout=FETCH_SECONDS) as source, path.open("wb") as file:
        shutil.copyfileobj(source, file)


def _failed(code: str, message: str, url: str, name: str) -> DownloadError:
    return DownloadError(Failed(code, message, {"BlobSource": url, "FilePath": name}))
