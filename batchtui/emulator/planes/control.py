"""The emulator's own commands: whoever has the account's key may give them."""

from aiohttp import web

from batchtui.emulator.auth import check_account_key
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.errors import BatchError, RefusedError
from batchtui.emulator.state import REQUEST_ID, state_of
from batchtui.emulator.wire import json_response


class ControlPlane:
    """Faults and changes of the world, at /_emulator."""

    def check(self, request: web.Request) -> None:
        """401 without a key of the account, as it is now or as the emulator was started with."""
        state = state_of(request)
        keys = (*state.keys.both(), state.first_key)
        check_account_key(request.headers.get("Authorization", ""), keys)

    def refusal(self, request: web.Request, error: RefusedError) -> web.Response:
        """A refusal in words, but for HEAD."""
        if request.method == "HEAD" or not isinstance(error, BatchError):
            return web.Response(status=error.status)
        return json_response(explained(error), error.status)

    def finish(self, request: web.Request, response: web.StreamResponse) -> None:
        """Name the request."""
        response.headers["request-id"] = request[REQUEST_ID]


def explained(error: BatchError) -> Json:
    """A refusal in words: {"error": {"code", "message"}}."""
    details = "".join(f" {key}: {value}." for key, value in error.values)
    return {"error": {"code": error.code, "message": f"{error.message}{details}"}}
