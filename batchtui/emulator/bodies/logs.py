"""Where an agent's logs are to be uploaded, and which: checked as the service checks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from batchtui.emulator.bodies import read
from batchtui.emulator.errors import bad_property, missing_property
from batchtui.emulator.network import is_near

NAMES = frozenset({"containerUrl", "startTime", "endTime", "identityReference"})


@dataclass(frozen=True)
class Upload:
    """The URL of a container of a storage account, and a range of time."""

    container: str
    start: datetime
    end: datetime | None


def upload(body: Mapping[str, Any]) -> Upload:
    """What a request asks for; a container needs a signature or an identity that may write."""
    read.only(body, NAMES)
    url = read.text(body, "containerUrl")
    start, end = read.instant(body, "startTime"), read.instant(body, "endTime")
    if start is None:
        raise missing_property("startTime")
    if end is not None and end < start:
        raise bad_property("endTime", body["endTime"], "The end can't be before the start")
    query = _query(url)
    identity = read.nested(body, "identityReference")
    if identity is not None:
        read.only(identity, frozenset({"resourceId"}))
        read.text(identity, "resourceId")
    elif not is_near(url) and "sig" not in parse_qs(query):
        raise bad_property("containerUrl", url, "The URL must have a shared access signature")
    return Upload(url, start, end)


def _query(url: str) -> str:
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.path.strip("/")
        parts.port  # noqa: B018 - a ValueError when there can't be such a port
    except ValueError:
        known = ""
    if not known:
        raise bad_property("containerUrl", url, "The value must be the URL of a container")
    return parts.query
