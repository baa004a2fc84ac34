"""Azure Resource Manager: every call has a token, none is signed by a key."""

import re

from aiohttp import web

from batchtui.emulator.arm.answers import arm_error
from batchtui.emulator.arm.errors import GatewayError
from batchtui.emulator.arm.versions import check_version
from batchtui.emulator.control.service import check_command
from batchtui.emulator.errors import BatchError, RefusedError
from batchtui.emulator.options import LOCATION, TENANT
from batchtui.emulator.state import REQUEST_ID, VERSION, state_of
from batchtui.emulator.times import http_date
from batchtui.emulator.tokens import TokenError

# What a subscription may still do in this hour; it never gets less here.
REMAINING = {
    "GET": ("reads", "11999"),
    "HEAD": ("reads", "11999"),
    "DELETE": ("deletes", "14999"),
}


class ManagementPlane:
    """Resource Manager's gateway, and the Batch resource provider behind it."""

    def check(self, request: web.Request) -> None:
        """Who asks, and in which version of the contract."""
        try:
            check_command(request)
            self._check_caller(request)
        except TokenError as error:
            raise GatewayError(401, error.code, str(error)) from None
        request[VERSION] = check_version(request)

    def _check_caller(self, request: web.Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            text = "Authentication failed. The 'Authorization' header is missing."
            raise GatewayError(401, "AuthenticationFailed", text)
        authority = state_of(request).authority
        authority.tokens.check(token.strip(), authority.audiences)

    def refusal(self, request: web.Request, error: RefusedError) -> web.Response:
        """An error of the gateway or of the resource provider."""
        state = state_of(request)
        if isinstance(error, BatchError) and error.code == "InvalidUri":
            error = GatewayError(404, "InvalidResourceType", _unknown(request))
        response = arm_error(request, error)
        if isinstance(error, GatewayError):
            response.headers["x-ms-failure-cause"] = "gateway"
        if error.status == 401:
            text = re.sub(r'["\\\r\n]', "", str(error))
            response.headers["WWW-Authenticate"] = (
                f'Bearer authorization_uri="{state.authority.endpoint}/{TENANT}", '
                f'error="invalid_token", error_description="{text}"'
            )
        return response

    def finish(self, request: web.Request, response: web.StreamResponse) -> None:
        """Give every response the headers that Resource Manager gives."""
        now = state_of(request).world.clock.now()
        route = f"{LOCATION.upper()}:{now:%Y%m%dT%H%M%SZ}:{request[REQUEST_ID]}"
        what, left = REMAINING.get(request.method, ("writes", "1199"))
        headers = response.headers
        headers["Cache-Control"] = "no-cache"
        headers["Date"] = http_date(now)
        headers["Expires"] = "-1"
        headers["Pragma"] = "no-cache"
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["x-ms-correlation-request-id"] = request[REQUEST_ID]
        headers["x-ms-request-id"] = request[REQUEST_ID]
        headers["x-ms-routing-request-id"] = route
        if response.status < 400:
            headers[f"x-ms-ratelimit-remaining-subscription-{what}"] = left


def _unknown(request: web.Request) -> str:
    version = request.query.get("api-version", "")
    return (
        "The resource type could not be found in the namespace 'Microsoft.Batch' for api version "
        f"'{version}'."
    )
