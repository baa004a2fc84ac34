"""Device codes: a program asks, a person says yes elsewhere, the program gets its tokens."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from batchtui.emulator.signin.errors import SignInError

LIFETIME = timedelta(minutes=15)
MOST = 1000
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass
class DeviceCode:
    """One request to sign in: `answer` is None until a person said yes or no."""

    code: str = field(repr=False)
    user_code: str
    client_id: str
    scope: str
    expiry: datetime
    answer: bool | None = None


class DeviceCodes:
    """The requests of the last quarter of an hour."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._codes: dict[str, DeviceCode] = {}

    def begin(self, client_id: str, scope: str) -> DeviceCode:
        """A new request; the oldest is forgotten when there are too many."""
        user_code = "".join(secrets.choice(LETTERS) for _ in range(9))
        code = DeviceCode(
            secrets.token_urlsafe(32), user_code, client_id, scope, self._now() + LIFETIME
        )
        if len(self._codes) >= MOST:
            del self._codes[next(iter(self._codes))]
        self._codes[code.code] = code
        return code

    def answer(self, user_code: str, *, yes: bool) -> bool:
        """A person's answer to a request; whether there is such a one that waits."""
        for code in self._codes.values():
            if code.user_code == user_code.strip().upper() and code.answer is None:
                code.answer = yes
                return code.expiry > self._now()
        return False

    def redeem(self, code: str, client_id: str) -> DeviceCode:
        """The request once it is approved, only once; SignInError until then or otherwise."""
        found = self._codes.get(code)
        if found is None or found.client_id != client_id:
            text = "The provided value for the input parameter 'device_code' is not valid."
            raise SignInError("bad_verification_code", 70000, text)
        if found.answer is None and found.expiry > self._now():
            text = (
                "OAuth 2.0 device flow error. Authorization is pending. Continue polling until the "
                "user authorizes the device."
            )
            raise SignInError("authorization_pending", 70016, text)
        del self._codes[code]
        if found.expiry <= self._now():
            text = "The provided device code has expired."
            raise SignInError("expired_token", 70020, text)
        if not found.answer:
            text = "The user declined the request."
            raise SignInError("authorization_declined", 70018, text)
        return found
