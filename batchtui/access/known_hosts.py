"""Files of OpenSSH's known_hosts format (source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT)."""

import base64
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from batchtui.errors import ConfigError

_REVOKED = "@revoked"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key of a line whose pattern fits: its type and its base64, and where it stands."""

    kind: str
    encoded: str
    revoked: bool
    where: str

    @property
    def line(self) -> str:
        """Type and key as one text."""
        return f"{self.kind} {self.encoded}"


def known_keys(files: Iterable[Path], name: str) -> list[KnownKey]:
    """The keys that files have for a host, by what `known_hosts_name` calls it.

    Files that don't exist have none, lines that mean nothing are left out, and so are those of
    authorities: this program reads no certificates. ConfigError for a file that can't be read.
    """
    return [key for path in files for key in _keys(path, name)]


def _keys(path: Path, name: str) -> Iterator[KnownKey]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}.") from error
    for number, line in enumerate(text.splitlines(), start=1):
        fields = line.split()
        marker = fields.pop(0) if fields and fields[0].startswith("@") else ""
        if len(fields) < 3 or fields[0].startswith("#") or marker not in {"", _REVOKED}:
            continue
        if _fits(fields[0], name.lower()):
            yield KnownKey(fields[1], fields[2], marker == _REVOKED, f"{path}, line {number}")


def _fits(patterns: str, name: str) -> bool:
    if patterns.startswith("|"):
        return _is_hash_of(patterns, name)
    fits = False
    for pattern in patterns.lower().split(","):
        if _matches(pattern.removeprefix("!"), name):
            if pattern.startswith("!"):
                return False
            fits = True
    return fits


def _matches(pattern: str, name: str) -> bool:
    # Not fnmatch: brackets stand around hosts here.
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, name) is not None


def _is_hash_of(hashed: str, name: str) -> bool:
    """Whether `|1|salt|hash` is the HMAC-SHA1 of the name."""
    parts = hashed.split("|")
    if len(parts) != 4 or parts[1] != "1":
        return False
    try:
        salt, digest = (base64.b64decode(part, validate=True) for part in parts[2:])
    except ValueError:
        return False
    return hmac.compare_digest(hmac.digest(salt, name.encode(), "sha1"), digest)
