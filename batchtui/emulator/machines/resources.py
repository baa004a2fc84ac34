"""Resource files: put into a task's directory before it runs."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from batchtui.emulator.machines.outcomes import Failed
from batchtui.emulator.machines.storage import StorageError, get
from batchtui.emulator.network import is_near

NOT_FOUND = "One of the specified Azure Blob(s) is not found"
DENIED = "Access for one of the specified Azure Blob(s) is denied"
MISCELLANEOUS = (
    "Miscellaneous error encountered while downloading one of the specified Azure Blob(s)"
)
NOT_CREATED = "Failure encountered creating resource file"


class DownloadError(Exception):
    """A resource file can't be had; `failure` says why in the service's words."""

    def __init__(self, code: str, message: str, url: str, name: str) -> None:
        super().__init__(message)
        self.failure = Failed(code, message, {"BlobSource": url, "FilePath": name})


def fetch_all(files: Iterable[Mapping[str, Any]], target: Path) -> None:
    """Put resource files below a directory; DownloadError when one can't be had."""
    for file in files:
        url = str(file.get("httpUrl") or file.get("storageContainerUrl") or "")
        name = str(file.get("filePath") or "")
        if not file.get("httpUrl") or not is_near(url):
            raise DownloadError("BlobDownloadMiscError", MISCELLANEOUS, url, name)
        path = (target / name).resolve()
        gone = not target.is_dir()  # the task's end may come before that of what it fetches
        if gone or not path.is_relative_to(target.resolve()) or path == target.resolve():
            raise DownloadError("ResourceFileCreateFailed", NOT_CREATED, url, name)
        try:
            get(url, path)
        except StorageError as error:
            if error.status in {401, 403}:
                raise DownloadError("BlobAccessDenied", DENIED, url, name) from None
            raise DownloadError("BlobNotFound", NOT_FOUND, url, name) from None
        try:
            path.chmod(int(str(file.get("fileMode") or "0770"), 8) & 0o777)
        except (OSError, ValueError):
            raise DownloadError("ResourceFileCreateFailed", NOT_CREATED, url, name) from None
