"""Who may talk to the emulator: this machine, by a loopback name, with the account's key."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
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
    method: str, raw_target: str, headers: Mapping[str, str], account: str, *, lower: bool = False
) -> str:
    """What SharedKey signs, from the request as it was sent (SDK: `_patch.py`).

    Names of headers are lower case; the path is raw and percent-encoded; a query parameter
    counts with its first value, and not at all when that is empty; `lower` is for its name.
    """
    path, _, query = raw_target.partition("?")
    lines = [method, *(headers.get(name, "") for name in SIGNED)]
    lines += [f"{k}:{v}" for k, v in sorted(headers.items()) if k.startswith("ocp-") and v]
    lines.append(f"/{account}{path}")
    asked = {name.lower() if lower else name: first[0] for name, first in parse_qs(query).items()}
    lines += [f"{name}:{first}" for name, first in sorted(asked.items())]
    return "\n".join(lines)


def _strings(
    method: str, raw_target: str, headers: Mapping[str, str], account: str
) -> Iterator[str]:
    """What a request may have been signed as, that of Python's SDK first.

    The SDKs of the service differ, and all of them work with it: names of query parameters are
    lower case in .NET's and Java's. aiohttp sends `%3A`, of a job that a schedule made, as a
    colon, but Python's SDK signs it quoted: what the service says to that isn't known.
    """
    for target, lower in product((raw_target, _quoted(raw_target)), (False, True)):
        for values in _readings(method, headers):
            yield string_to_sign(method, target, values, account, lower=lower)


def _readings(method: str, headers: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """The headers as SDKs sign them.

    The length of no body is 0, or else nothing: in .NET's SDK, and for a DELETE in JavaScript's.
    A Date beside an ocp-date doesn't count (docs: authenticate requests), though Python's has it.
    """
    values = dict(headers)
    lengths = [values.get("content-length", "")]
    if lengths[0] in {"", "0"}:
        lengths = ["", "0"] if method in {"GET", "HEAD"} else ["0", ""]
    dates = [values.get("date", "")]
    if values.get("ocp-date") and dates[0]:
        dates.append("")
    for length, at in product(lengths, dates):
        yield values | {"content-length": length, "date": at}


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

    Now is the wall clock's, but for the skew.
    """
    scheme, _, credential = headers.get("authorization", "").partition(" ")
    name, _, signature = credential.partition(":")
    if scheme.lower() != "sharedkey" or name != keys.account:
        raise _refused("The Authorization header must be SharedKey with the account's name.")
    given = signature.strip().encode(errors="surrogateescape")
    texts = _strings(method, raw_target, headers, keys.account)
    right = (sign(text, key).encode() for text in texts for key in keys.both())
    if not any(hmac.compare_digest(signed, given) for signed in right):
        text = next(_strings(method, raw_target, headers, keys.account))
        raise _refused(
            f"The MAC signature found in the HTTP request '{signature.strip()}' is not the same as "
            f"any computed signature. Server used following string to sign: '{text}'."
        )
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
    shown = detail.encode(errors="surrogateescape").decode(errors="replace")
    return BatchError("AuthenticationFailed", ("AuthenticationErrorDetail", shown))


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
