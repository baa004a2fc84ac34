"""The SDK's exceptions -> the error tree, each in words that say what to do."""

import binascii
import socket
import ssl
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
    ServiceRequestTimeoutError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)

from batchtui.batch.wire import NotJsonError, read_object
from batchtui.errors import (
    AuthError,
    BatchtuiError,
    ChangedError,
    ConflictError,
    NotFoundError,
    ServiceError,
    ThrottledError,
    UnreachableError,
)

_THROTTLED = {429, 503}  # (source: SERVICE.md, ServerBusy)
_SKEW_SECONDS = 15 * 60  # SharedKey allows for 15 minutes (source: Azure's SharedKey documentation)
_LONGEST_PATIENCE = 24 * 3600.0  # s; whoever asks for more doesn't mean it

_ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "PoolNotFound": "Check its id; it may have been deleted.",
        "NodeNotFound": "Check its id; it may have left the pool.",
        "PoolExists": "Choose another id; upper and lower case are the same to Azure Batch.",
        "PoolBeingDeleted": "It is on its way out: wait, or choose another id.",
        "PoolBeingResized": "Wait until the pool is steady, then try again.",
        "NodeUserExists": "Replace the user, or choose another name.",
        "PoolQuotaReached": "Delete a pool, or ask Azure for more pools.",
        "InvalidCredentials": "Check the account's key.",
        "AuthorizationFailed": "Ask for the role Reader on the Batch account.",
        "SubscriptionNotFound": "Check the account's subscription in the accounts file.",
        "ResourceGroupNotFound": "Check the account's group in the accounts file.",
        "ResourceNotFound": "Check the account's subscription and group in the accounts file.",
    }
)


@contextmanager
def service_errors(endpoint: str, refused: str) -> Iterator[None]:
    """Raise what the SDK raises inside as errors of ours; no key or token is in any of them.

    `refused` is what to do about a key or a token that isn't taken.
    """
    try:
        yield
    except HttpResponseError as error:
        if isinstance(error, IncompleteReadError):
            raise _unanswered(error, endpoint) from None
        # A body that isn't what it says raises DecodeError, an HttpResponseError too.
        if isinstance(error, DecodeError):
            raise _not_batch(endpoint) from None
        raise _answer(error, endpoint, refused) from None
    except ServiceResponseError as error:
        raise _unanswered(error, endpoint) from None
    except ServiceRequestError as error:
        raise _unreachable(error, endpoint) from None
    except AzureError as error:
        raise ServiceError(f"The request failed: {error.message}") from None
    except (NotJsonError, RecursionError, zlib.error, UnicodeDecodeError):
        raise _not_batch(endpoint) from None
    except binascii.Error:
        raise AuthError("The account's key isn't base64.") from None


def _answer(error: HttpResponseError, endpoint: str, refused: str) -> BatchtuiError:
    status = error.status_code or 0
    code, message, details = _body_of(error)
    headers: Mapping[str, str] = getattr(error.response, "headers", None) or {}
    if not code and not message and status not in _THROTTLED:
        return _without_body(status, endpoint, refused)
    if status in _THROTTLED:
        return _throttled(error, code, message)
    kind = _kind(status, code, error)
    return kind(
        _sentence(message, details) or f"The service answered {status}.",
        advice=_auth_advice(headers, refused) if kind is AuthError else _ADVICE.get(code, ""),
        code=code,
        status=status,
        request_id=_request_id(headers),
        values=details,
    )


def _throttled(error: HttpResponseError, code: str, message: str) -> ThrottledError:
    headers: Mapping[str, str] = getattr(error.response, "headers", None) or {}
    return ThrottledError(
        message or f"The service answered {error.status_code}: it is busy.",
        code=code,
        status=error.status_code or 0,
        request_id=_request_id(headers),
        retry_after=_patience(headers.get("Retry-After", "")),
    )


def _request_id(headers: Mapping[str, str]) -> str:
    """What Azure's support asks for, as the service or Resource Manager call it."""
    return headers.get("request-id") or headers.get("x-ms-request-id") or ""


def _patience(said: str) -> float:
    """The seconds of a Retry-After; 0 if it says none."""
    return min(float(said), _LONGEST_PATIENCE) if said.isdecimal() else 0.0


def _body_of(error: HttpResponseError) -> tuple[str, str, dict[str, str]]:
    """The error's code, message and details, as far as the body is what it should be."""
    try:
        # The answer has content that the base class of azure's answers doesn't promise.
        body = read_object(error.response.content)  # type: ignore[union-attr]
    except (NotJsonError, AzureError, AttributeError):
        return "", "", {}
    # Resource Manager wraps it once more (source: recording arm-resource-group-404).
    wrapped = body.get("error")
    body = wrapped if isinstance(wrapped, dict) else body
    said = body.get("message")
    text = said.get("value") if isinstance(said, dict) else said
    message = text.split("\nRequestId:")[0].strip() if isinstance(text, str) else ""
    rows = body.get("values")
    details = {
        str(row.get("key", "")): str(row.get("value", ""))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict)
    }
    code = body.get("code")
    return code if isinstance(code, str) else "", message, details


def _kind(status: int, code: str, error: HttpResponseError) -> type[ServiceError]:
    if status == 401 or code == "AuthenticationFailed":
        return AuthError
    if isinstance(error, ClientAuthenticationError):
        return AuthError
    kinds = {404: NotFoundError, 409: ConflictError, 412: ChangedError}
    return kinds.get(status, ServiceError)


def _sentence(message: str, details: Mapping[str, str]) -> str:
    reason = details.get("Reason", "")
    name = details.get("PropertyName") or details.get("QueryParameterName", "")
    extra = ": ".join(part for part in (name, reason) if part)
    return f"{message} ({extra})" if extra else message


def _auth_advice(headers: Mapping[str, str], refused: str) -> str:
    skew = _skew(headers.get("Date", ""))
    if abs(skew) > _SKEW_SECONDS:
        side = "behind" if skew > 0 else "ahead of"
        return (
            f"This machine's clock is {abs(skew) // 60:.0f} minutes {side} the service's: set it."
        )
    return refused


def _skew(date: str) -> float:
    try:
        return (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return 0.0


def _without_body(status: int, endpoint: str, refused: str) -> ServiceError:
    if status == 404:
        return NotFoundError("The service doesn't know it.", status=status)
    if 300 <= status < 400:
        return ServiceError(
            f"{urlsplit(endpoint).netloc} sends us elsewhere ({status}), which isn't followed.",
            advice="Check the endpoint, and any proxy or sign-in page between here and it.",
            status=status,
        )
    if status in {401, 403}:
        return AuthError(
            f"{urlsplit(endpoint).netloc} refuses ({status}).",
            advice=refused,
            status=status,
        )
    return ServiceError(
        f"{urlsplit(endpoint).netloc} answered {status} without saying why.",
        advice="Try again; if it stays, check the endpoint and any proxy between here and it.",
        status=status,
    )


def _not_batch(endpoint: str) -> ServiceError:
    return ServiceError(
        f"What {urlsplit(endpoint).netloc} answered isn't Azure Batch's JSON.",
        advice="Check the endpoint, and any proxy or sign-in page between here and it.",
    )


def _unanswered(error: AzureError, endpoint: str) -> UnreachableError:
    """What was sent, and got no answer."""
    unreachable = _unreachable(error, endpoint)
    unreachable.asked = True
    return unreachable


def _unreachable(error: AzureError, endpoint: str) -> UnreachableError:
    host = urlsplit(endpoint).netloc
    causes = list(_causes(error))
    for kinds, message, advice in _CAUSES:
        if any(isinstance(cause, kinds) for cause in causes):
            return UnreachableError(message.format(host=host), advice=advice)
    broken = UnreachableError(
        f"The connection to {host} broke.", advice="Check the network, or try again."
    )
    # There was one, and so the request may have arrived by it.
    broken.asked = True
    return broken


# The first that fits says why nothing answered.
_CAUSES: tuple[tuple[tuple[type[BaseException], ...], str, str], ...] = (
    (
        (socket.gaierror,),
        "There is no host {host}.",
        "Check the endpoint, the network and its DNS.",
    ),
    (
        (ssl.SSLError, ssl.CertificateError),
        "{host} shows a certificate that isn't trusted here.",
        "Check the endpoint, and any proxy that opens TLS.",
    ),
    (
        (ConnectionRefusedError,),
        "Nothing listens at {host}.",
        "Check the endpoint, the network and the proxy.",
    ),
    (
        (TimeoutError, ServiceRequestTimeoutError, ServiceResponseTimeoutError),
        "{host} didn't answer in time.",
        "Check the network, or try again.",
    ),
)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what caused it, as the SDK, aiohttp and Python each keep it."""
    seen: list[BaseException] = []
    todo = [error]
    while todo:
        cause = todo.pop()
        if isinstance(cause, BaseException) and cause not in seen:
            seen.append(cause)
            yield cause
            names = ("inner_exception", "os_error", "certificate_error", "_os_error")
            todo += [getattr(cause, name, None) for name in names]
            todo += [cause.__cause__, cause.__context__, *getattr(cause, "exceptions", ())]
