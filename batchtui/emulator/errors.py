"""Errors in the service's own shape, codes and words."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from batchtui.emulator.times import full_time

METADATA = "Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element"

# Code: status and text, as recorded; else as clients reported it, or in the documentation's words
# (docs: batch-status-and-error-codes).
CODES: dict[str, tuple[int, str]] = {
    "ActiveJobAndScheduleQuotaReached": (
        409,
        "Active job and schedule quota for the account has been reached.",
    ),
    "ApplicationNotFound": (404, "The specified application does not exist."),
    "AuthenticationFailed": (
        403,
        (
            "Server failed to authenticate the request. Make sure the value of Authorization "
            "header is formed correctly including the signature."
        ),
    ),
    "AutoScaleFormulaTooLong": (400, "The specified auto-scaling formula exceeds lengths limit."),
    "AutoScalingFormulaSyntaxError": (
        400,
        "The specified auto-scaling formula has a syntax error.",
    ),
    "ConditionNotMet": (
        412,
        "The condition specified using HTTP conditional header(s) is not met.",
    ),
    "ExtensionNotFound": (404, "The specified extension does not exist."),
    "FileNotFound": (404, "The specified file does not exist."),
    "Forbidden": (403, "Access is Forbidden"),
    "InternalError": (500, "The server encountered an internal error. Please retry the request."),
    "InvalidApplicationPackageReferences": (
        409,
        "One or more of the specified application package references are invalid.",
    ),
    "InvalidAuthenticationInfo": (
        401,
        (
            "Server failed to authenticate the request. Please refer to the information in the "
            "www-authenticate header."
        ),
    ),
    "InvalidCertificateReferences": (
        409,
        "One or more of the specified certificate references are invalid.",
    ),
    "InvalidHeaderValue": (
        400,
        "The value provided for one of the HTTP headers was not in the correct format.",
    ),
    "InvalidPropertyValue": (
        400,
        "The value provided for one of the properties in the request body is invalid.",
    ),
    "InvalidQueryParameterValue": (
        400,
        "Value for one of the query parameters specified in the request URI is invalid.",
    ),
    "InvalidRange": (416, "The range specified is invalid for the current size of the resource."),
    "InvalidRequestBody": (400, "The specified Request Body is not syntactically valid."),
    "InvalidUri": (400, "The requested URI does not represent any resource on the server."),
    "JobBeingDeleted": (
        409,
        "The specified job has been marked for deletion and is being garbage collected.",
    ),
    "JobBeingTerminated": (409, "The specified job is being terminated."),
    "JobCompleted": (409, "The specified job is already in a completed state."),
    "JobDisabled": (409, "The specified job is disabled."),
    "JobExists": (409, "The specified job already exists."),
    "JobNotFound": (404, "The specified job does not exist."),
    "JobPreparationTaskOrReleaseTaskNotSpecified": (
        409,
        "The specified job does not have either job preparation task or job release task.",
    ),
    "JobScheduleBeingDeleted": (
        409,
        "The specified job schedule has been marked for deletion and is being reclaimed.",
    ),
    "JobScheduleBeingTerminated": (409, "The specified job schedule is being terminated."),
    "JobScheduleCompleted": (409, "The specified job schedule is already in completed state."),
    "JobScheduleExists": (409, "The specified job schedule already exists."),
    "JobScheduleNotFound": (404, "The specified job schedule does not exist."),
    "JobScheduleWithSameIdExists": (
        409,
        (
            "A job schedule with the specified job id exists. Job and job schedule cannot have "
            "the same id."
        ),
    ),
    "JobWithSameIdExists": (
        409,
        (
            "A job with the specified job schedule id exists. Job and job schedule cannot have "
            "the same id."
        ),
    ),
    "MissingRequiredProperty": (400, "A required property was not specified in the request body."),
    "MissingRequiredQueryParameter": (
        400,
        "A required query parameter was not specified for this request.",
    ),
    "NodeAlreadyInTargetSchedulingState": (
        409,
        "The specified node is already in the target scheduling state.",
    ),
    "NodeBeingCreated": (409, "The specified node is being created."),
    "NodeBeingRebooted": (409, "The specified node is being rebooted."),
    "NodeBeingReimaged": (409, "The specified node is being reimaged."),
    "NodeBeingStarted": (409, "The specified node is being started."),
    "NodeNotFound": (404, "The specified node does not exist."),
    "NodeStateUnusable": (409, "The state of the specified node is unusable."),
    "NodeUserExists": (409, "The specified node user already exists."),
    "NodeUserNotFound": (404, "The specified node user does not exist."),
    "OperationInvalidForCurrentState": (
        409,
        "The specified operation is not valid for the current state of the resource.",
    ),
    "OperationNotValidOnNode": (409, "The specified operation is not valid on the node."),
    "PoolBeingDeleted": (
        409,
        "The specified pool has been marked for deletion and is being reclaimed.",
    ),
    "PoolBeingResized": (409, "The specified pool is being resized."),
    "PoolExists": (409, "The specified pool already exists."),
    "PoolNotFound": (404, "The specified pool does not exist."),
    "PoolQuotaReached": (409, "Pool quota for the account has been reached."),
    "RequestBodyTooLarge": (
        413,
        "The size of the request body exceeds the maximum size permitted.",
    ),
    "ResourceNotFound": (404, "The specified resource does not exist."),
    "ServerBusy": (
        503,
        "The server is currently unable to receive requests. Please retry your request.",
    ),
    "SubscriptionQuotaExceeded": (
        409,
        "The regional Batch account quota for the specified subscription has been reached.",
    ),
    "TaskCompleted": (409, "The specified task is already in a completed state."),
    "TaskDependenciesNotSpecifiedOnJob": (
        400,
        (
            "A task was specified as depending on other tasks, but the job did not specify that "
            "it would use task dependencies."
        ),
    ),
    "TaskDependencyListTooLong": (
        400,
        (
            "A task was specified as depending on other tasks, but the list of dependencies was "
            "too long to be stored. The total stored length is limited to 64000 characters; the "
            "total length of task ids must be slightly less than this to allow for internal "
            "storage overhead. If you encounter this error, consider using task range "
            "dependencies instead."
        ),
    ),
    "TaskExists": (409, "The specified task already exists."),
    "TaskFilesCleanedup": (409, "The files of the specified task are cleanedup."),
    "TaskFilesUnavailable": (409, "The files of the specified task are unavailable."),
    "TaskIdSameAsJobPreparationTask": (
        409,
        "The specified task id is same as the job preparation task.",
    ),
    "TaskIdSameAsJobReleaseTask": (409, "The specified task id is same as the job release task."),
    "TaskNotCompleted": (
        409,
        (
            "The specified task is not in a completed state, and the requested operation can be "
            "performed only on completed tasks."
        ),
    ),
    "TaskNotFound": (404, "The specified task does not exist."),
    "TaskSucceeded": (
        409,
        (
            "The specified task has already completed successfully, and the requested operation "
            "cannot be performed on successful tasks."
        ),
    ),
    "TooManyEnableAutoScaleRequests": (
        503,
        "Too many Enable Pool AutoScale requests are issued on the pool.",
    ),
    "TooManyRequests": (429, "Too many requests have been sent. Please retry after some time."),
    "UnsupportedHttpVerb": (405, "The resource doesn't support the specified HTTP verb."),
    "UnsupportedRequestVersion": (400, "The specified request version is not supported."),
}


class RefusedError(Exception):
    """What a request isn't answered for: each of the emulator's services has its own form.

    `headers` go with the answer.
    """

    def __init__(self, code: str, status: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.headers = headers or {}


class BatchError(RefusedError):
    """A refusal; `values` are its details in order, as the client will read them.

    Status and message are the code's own unless they are given.
    """

    def __init__(
        self,
        code: str,
        *values: tuple[str, str],
        status: int | None = None,
        message: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, status or CODES[code][0], headers)
        self.message = CODES[code][1] if message is None else message
        self.values: Sequence[tuple[str, str]] = values

    def text(self, request_id: str, at: datetime) -> str:
        """Its message, with where and when; the request id equals the header's."""
        return f"{self.message}\nRequestId:{request_id}\nTime:{full_time(at)}"

    def body(self, endpoint: str, request_id: str, at: datetime) -> dict[str, object]:
        """The error as JSON."""
        body: dict[str, object] = {
            "odata.metadata": f"{endpoint}/$metadata#{METADATA}",
            "code": self.code,
            "message": {"lang": "en-US", "value": self.text(request_id, at)},
        }
        if self.values:
            body["values"] = [{"key": key, "value": value} for key, value in self.values]
        return body


def bad_property(name: str, value: object, reason: str) -> BatchError:
    """400 for a property of the body, with the service's three values."""
    return BatchError(
        "InvalidPropertyValue",
        ("PropertyName", name),
        ("PropertyValue", str(value)),
        ("Reason", reason),
    )


def missing_property(name: str) -> BatchError:
    """400 for a property that has to be there."""
    return BatchError("MissingRequiredProperty", ("PropertyName", name))


def bad_query(name: str, value: str, reason: str) -> BatchError:
    """400 for a query parameter, with the service's three values."""
    return BatchError(
        "InvalidQueryParameterValue",
        ("QueryParameterName", name),
        ("QueryParameterValue", value),
        ("Reason", reason),
    )
