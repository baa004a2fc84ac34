"""Resource Manager's errors: its own, and those of the Batch resource provider."""

from datetime import datetime

from batchtui.emulator.errors import BatchError, RefusedError
from batchtui.emulator.store import Json


class GatewayError(RefusedError):
    """A refusal by Resource Manager itself, before the resource provider is asked."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(code, status)
        self.args = (text,)


def error_body(error: RefusedError, request_id: str, at: datetime) -> Json:
    """An error as recorded: the resource provider adds when, where and details."""
    if not isinstance(error, BatchError):
        return {"error": {"code": error.code, "message": str(error)}}
    body: Json = {
        "code": error.code,
        "message": error.text(request_id, at),
        "target": "BatchAccount",
    }
    if error.values:
        body["details"] = [{"code": key, "message": value} for key, value in error.values]
    return {"error": body}
