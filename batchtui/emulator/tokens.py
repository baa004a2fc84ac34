"""Access tokens of the emulator's own tenant: JSON web tokens, signed with a key of this run."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from batchtui.emulator.clock import Clock
from batchtui.emulator.times import service_time

LIFETIME = timedelta(seconds=3599)
DAY = timedelta(days=1)  # how long a task's token is good isn't documented
BATCH_AUDIENCES = ("https://batch.core.windows.net/",)
MANAGEMENT_AUDIENCES = (
    "https://management.core.windows.net/",
    "https://management.core.windows.net",
    "https://management.azure.com/",
    "https://management.azure.com",
)


class TokenError(Exception):
    """A token that doesn't open what was asked for; `code` is Resource Manager's for it."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Tokens:
    """Issues tokens, and knows its own; the emulator's clock says when they expire."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._key = secrets.token_bytes(32)

    def issue(self, claims: Mapping[str, Any], lifetime: timedelta = LIFETIME) -> str:
        """A token with the claims, valid from now on."""
        now = int(self.clock.now().timestamp())
        times = {"iat": now, "nbf": now, "exp": now + int(lifetime.total_seconds())}
        signed = f"{_encode({'typ': 'JWT', 'alg': 'HS256'})}.{_encode({**claims, **times})}"
        return f"{signed}.{self._signature(signed)}"

    def issue_for_job(self, job_id: str) -> str:
        """A token for tasks of a job, which opens that job and nothing else."""
        return self.issue({"aud": BATCH_AUDIENCES[0], "job": job_id}, DAY)

    def check(self, token: str, audiences: Sequence[str]) -> Mapping[str, Any]:
        """A token's claims; TokenError when it isn't ours, is over, or is for something else."""
        signed, _, signature = token.rpartition(".")
        given = signature.encode(errors="surrogateescape")
        if not hmac.compare_digest(self._signature(signed).encode(), given):
            raise TokenError("InvalidAuthenticationToken", "The access token is invalid.")
        claims = _decode(signed.partition(".")[2])
        now, expiry = self.clock.now(), datetime.fromtimestamp(claims["exp"], UTC)
        if expiry <= now:
            raise expired(expiry, now)
        if claims["aud"] not in audiences:
            raise TokenError("InvalidAuthenticationTokenAudience", _wrong(claims["aud"], audiences))
        return claims

    def _signature(self, signed: str) -> str:
        text = signed.encode(errors="surrogateescape")
        return _base64(hmac.digest(self._key, text, hashlib.sha256))


def expired(expiry: datetime, now: datetime) -> TokenError:
    """What is wrong with a token that was good until then."""
    text = (
        f"The access token expiry UTC time '{service_time(expiry)}' is earlier than "
        f"current UTC time '{service_time(now)}'."
    )
    return TokenError("ExpiredAuthenticationToken", text)


def _wrong(audience: str, audiences: Sequence[str]) -> str:
    allowed = ",".join(f"'{name}'" for name in audiences)
    return (
        f"The access token has been obtained from wrong audience or resource '{audience}'. It "
        "should exactly match (including forward slash) with one of the allowed audiences "
        f"{allowed}"
    )


def _encode(part: Mapping[str, Any]) -> str:
    return _base64(orjson.dumps(part))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(part: str) -> dict[str, Any]:
    return dict(orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))
