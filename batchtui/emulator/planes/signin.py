"""The emulator's Microsoft Entra ID: anyone on this machine may ask it for a token."""

from contextlib import suppress

from aiohttp import web

from batchtui.emulator.control.service import check_command
from batchtui.emulator.errors import RefusedError
from batchtui.emulator.signin.errors import SignInError
from batchtui.emulator.state import REQUEST_ID, state_of
from batchtui.emulator.tokens import TokenError


class SignInPlane:
    """Sign-in: the secret, if any, is in the request's form."""

    def check(self, request: web.Request) -> None:
        """Everyone may ask, but for what faults refuse; no token is asked for here."""
        with suppress(TokenError):
            check_command(request)

    def refusal(self, request: web.Request, error: RefusedError) -> web.Response:
        """An error as OAuth has it."""
        if not isinstance(error, SignInError):
            error = SignInError("invalid_request", 90014, error.code, error.status)
        now = state_of(request).world.clock.now()
        return web.json_response(error.body(request[REQUEST_ID], now), status=error.status)

    def finish(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let no one keep a token's answer."""
        response.headers["Cache-Control"] = "no-store, no-cache"
        response.headers["Pragma"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["x-ms-request-id"] = request[REQUEST_ID]
