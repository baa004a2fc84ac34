"""Who may talk to the emulator: this machine, by a loopback name, with the account's key."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote, unquote

from batchtui.emulator.errors import BatchError
from batchtui.emulator.options import is_loopback
from batchtui.emulator.times import read_http_date

SIGNED = (
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "if-modified-since",
    "if-match",
    "if-none-match",
    "if-unmodified-since",
    "range",
)
SKEW = timedelta(minutes=15)


@dataclass
class Keys:
    """The account's two keys, base64; either signs requests."""

    account: str
    primary: str = field(repr=False)
    secondary: str = field(repr=False)

    def both(self) -> tuple[str, str]:
        """The two keys."""
        return self.primary, self.secondary

    def renew(self, name: str) -> None:
        """Another key in the place of `primary` or `secondary`: the old one opens nothing more."""
        setattr(self, name, new_key())


def new_key() -> str:
    """An account key by chance, as long as the service's."""
    return base64.b64encode(secrets.token_bytes(64)).decode()


def string_to_sign(
    method: str, raw_target: str, headers: Mapping[str, str], account: str, *, no_length: str = "0"
) -> str:
    """What SharedKey signs, from the request as it was sent (SDK: `_patch.py`).

    Names of headers are lower case; the path is raw and percent-encoded; a query parameter
    counts with its first value, and not at all when that is empty. `no_length` is what a request
    without Content-Length has in its place, unless it reads.
    """
    path, _, query = raw_target.partition("?")
    values = dict(headers)
    if method not in {"GET", "HEAD"}:
        values["content-length"] = values.get("content-length") or no_length
    lines = [method, *(values.get(name, "") for name in SIGNED)]
    lines += [f"{k}:{v}" for k, v in sorted(values.items()) if k.startswith("ocp-") and v]
    lines.append(f"/{account}{path}")
    lines += [f"{name}:{first[0]}" for name, first in sorted(parse_qs(query).items())]
    return "\n".join(lines)


def sign(text: str, key: str) -> str:
    """The signature, base64, of what SharedKey signs."""
    digest = hmac.digest(
        base64.b64decode(key), text.encode(errors="surrogateescape"), hashlib.sha256
    )
    return base64.b64encode(digest).decode()


def check_shared_key(
    method: str,
    raw_target: str,
    headers: Mapping[str, str],
    keys: Keys,
    skew: timedelta = timedelta(),
) -> None:
    """403 AuthenticationFailed unless the request is signed with one of the keys, and just now.

    Now is the wall clock's, but for the skew. A path may also have been signed as the SDK quotes
    it: aiohttp sends `%3A`, of a job that a schedule made, as a colon. What the service says to
    that isn't known. A length that wasn't sent is signed as 0 by Python's SDK, and as nothing by
    JavaScript's for a DELETE (`batchSharedKeyCredentials.ts`).
    """
    scheme, _, credential = headers.get("authorization", "").partition(" ")
    name, _, signature = credential.partition(":")
    if scheme.lower() != "sharedkey" or name != keys.account:
        raise _refused("The Authorization header must be SharedKey with the account's name.")
    texts = {
        string_to_sign(method, target, headers, keys.account, no_length=no_length)
        for target in (raw_target, _quoted(raw_target))
        for no_length in ("0", "")
    }
    given = signature.strip().encode(errors="surrogateescape")
    right = [sign(text, key).encode() for text in texts for key in keys.both()]
    if not any(hmac.compare_digest(signed, given) for signed in right):
        raise _refused("The MAC signature found in the HTTP request is not the computed one.")
    at = read_http_date(headers.get("ocp-date") or headers.get("date", ""))
    if at is None or abs(datetime.now(UTC) + skew - at) > SKEW:
        raise _refused("The request's ocp-date or Date is missing or more than 15 minutes off.")


def _quoted(raw_target: str) -> str:
    """The target with all of its path quoted that can be."""
    path, question, query = raw_target.partition("?")
    parts = [quote(unquote(part), "", errors="surrogateescape") for part in path.split("/")]
    return f"{'/'.join(parts)}{question}{query}"


def check_account_key(authorization: str, keys: Sequence[str]) -> None:
    """401 unless the header bears one of the keys, as the emulator's control wants it."""
    scheme, _, secret = authorization.partition(" ")
    given = secret.strip().encode(errors="surrogateescape")
    # All are compared, so that the time doesn't tell which one it is.
    right = [hmac.compare_digest(key.encode(), given) for key in keys]
    if scheme.lower() != "bearer" or not any(right):
        raise BatchError(
            "InvalidAuthenticationInfo",
            ("Reason", "The Authorization header must be Bearer with a key of the account"),
            headers={"WWW-Authenticate": "Bearer"},
        )


def _refused(detail: str) -> BatchError:
    return BatchError("AuthenticationFailed", ("AuthenticationErrorDetail", detail))


def check_origin(remote: str | None, host: str, port: int, default: int = 80) -> None:
    """403 unless the peer is loopback and asks for a loopback host, against DNS rebinding.

    `default` is the port of a host that names none.
    """
    if remote is None or not is_loopback(remote):
        raise BatchError("Forbidden", ("Reason", "Only this machine may use the emulator."))
    name, asked = _split_host(host, default)
    if not is_loopback(name) or asked != port:
        reason = "The Host header must be a loopback address or localhost with the emulator's port."
        raise BatchError("Forbidden", ("Reason", reason))


def _split_host(host: str, default: int) -> tuple[str, int | None]:
    if host.endswith("]") or ":" not in host:
        return host, default
    name, _, port = host.rpartition(":")
    return name, int(port) if port.isascii() and port.isdigit() else None
