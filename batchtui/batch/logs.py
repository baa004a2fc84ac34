"""The upload of a node agent's logs: what is asked, what came of it, and what is kept secret."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

from batchtui.batch.models import Json
from batchtui.errors import ServiceError

_HIDDEN = "…"
_SIGNATURE = re.compile(r"(?:^|&)sig=([^&]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LogUpload:
    """A container's URL, whose signature lets anybody write there, and a range of time."""

    container_url: str = field(repr=False)
    start: datetime
    end: datetime | None = None

    def forget_in(self, error: ServiceError) -> None:
        """Take the URL and its signature out of an error that quotes them."""
        query = urlsplit(self.container_url).query
        signatures = _SIGNATURE.findall(query)
        # As it was typed and as it was meant.
        for secret in (self.container_url, query, *signatures, *map(unquote, signatures)):
            if secret:
                error.message = error.message.replace(secret, _HIDDEN)
                error.values = {
                    name: value.replace(secret, _HIDDEN) for name, value in error.values.items()
                }
        error.args = (error.message,)


@dataclass(frozen=True, slots=True)
class UploadedLogs:
    """Where in the container a node's logs are, and how many files there will be."""

    directory: str
    files: int


def uploaded(answer: Json) -> UploadedLogs:
    """The answer of `uploadbatchservicelogs`; what it lacks is empty."""
    directory, files = answer.get("virtualDirectoryName"), answer.get("numberOfFilesUploaded")
    return UploadedLogs(
        directory if isinstance(directory, str) else "", files if isinstance(files, int) else 0
    )


def container_of(url: str) -> str:
    """Host and path of a container's URL, without what is secret of it; empty if it is none."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or not parts.path.strip("/"):
        return ""
    return f"{host}{f':{port}' if port else ''}{parts.path}"
