"""The Batch service itself: pools, nodes, jobs."""

from aiohttp import web

from batchtui.emulator.auth import check_shared_key
from batchtui.emulator.control.service import check_command, skew_of
from batchtui.emulator.errors import BatchError, RefusedError
from batchtui.emulator.options import TENANT
from batchtui.emulator.query import check_timeout
from batchtui.emulator.state import REQUEST_ID, VERSION, state_of
from batchtui.emulator.tokens import BATCH_AUDIENCES, TokenError
from batchtui.emulator.versions import check_version
from batchtui.emulator.wire import empty_response, json_response

MALFORMED = (
    "Server failed to authenticate the request. Make sure the value of Authorization header is "
    "formed correctly."
)


class BatchPlane:
    """The data plane: signed by an account key, or with a token for Batch."""

    def check(self, request: web.Request) -> None:
        """Who asks, and in which version of the contract."""
        try:
            check_command(request)
            self._check_caller(request)
        except TokenError as error:
            raise BatchError(
                "AuthenticationFailed",
                ("AuthenticationErrorDetail", str(error)),
                status=401,
                message=MALFORMED,
                headers=challenge(request),
            ) from None
        request[VERSION] = request.query.get("api-version", "")
        check_version(request[VERSION])
        check_timeout(request)

    def _check_caller(self, request: web.Request) -> None:
        """Nobody is 401, a bad token too (its text is recorded in azure-sdk-for-net#8026)."""
        state = state_of(request)
        headers = joined_headers(request)
        scheme, _, credential = headers.get("authorization", "").partition(" ")
        if not scheme:
            raise BatchError("InvalidAuthenticationInfo", headers=challenge(request))
        if scheme.lower() != "bearer":
            state.account.check_mode("SharedKey")
            target, skew = request.raw_path, skew_of(request)
            check_shared_key(request.method, target, headers, state.keys, skew)
            return
        state.account.check_mode("AAD")
        claims = state.authority.tokens.check(credential.strip(), BATCH_AUDIENCES)
        if "job" in claims:
            self._check_reach(request, claims["job"])

    def _check_reach(self, request: web.Request, job_id: str) -> None:
        """403 unless the request is about the job whose tasks were given the token."""
        if request.match_info.get("job", "").lower() != job_id.lower():
            raise BatchError("Forbidden", ("Reason", f"The token opens job {job_id} only"))

    def refusal(self, request: web.Request, error: RefusedError) -> web.Response:
        """An error as JSON; without a body for HEAD and 304."""
        if request.method == "HEAD" or error.status == 304 or not isinstance(error, BatchError):
            return empty_response(error.status)
        world = state_of(request).world
        body = error.body(world.endpoint, request[REQUEST_ID], world.clock.now())
        return json_response(body, error.status)

    def finish(self, request: web.Request, response: web.StreamResponse) -> None:
        """Give every response the headers that the service gives."""
        headers = response.headers
        headers["request-id"] = request[REQUEST_ID]
        headers["DataServiceVersion"] = "3.0"
        headers["Server"] = "Microsoft-HTTPAPI/2.0"
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        headers["X-Content-Type-Options"] = "nosniff"
        if request.headers.get("return-client-request-id", "").lower() == "true":
            client_id = request.headers.get("client-request-id", "")
            headers["client-request-id"] = client_id.encode("ascii", "ignore").decode()


def challenge(request: web.Request) -> dict[str, str]:
    """The header that says where tokens for Batch come from."""
    where = f"{state_of(request).authority.endpoint}/{TENANT}"
    resource = BATCH_AUDIENCES[0]
    return {"WWW-Authenticate": f'Bearer authorization_uri="{where}", resource_id="{resource}"'}


def joined_headers(request: web.Request) -> dict[str, str]:
    """The headers by their names in lower case; one given twice has both its values."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]},{value}" if key in headers else value
    return headers
