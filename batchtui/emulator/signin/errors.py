"""Refusals of the sign-in endpoints, in the form and words of Microsoft Entra ID."""

from datetime import datetime

from batchtui.emulator.errors import RefusedError

Json = dict[str, object]


class SignInError(RefusedError):
    """A refusal: OAuth's `error`, the AADSTS number and its text."""

    def __init__(self, error: str, number: int, text: str, status: int = 400) -> None:
        super().__init__(error, status)
        self.number = number
        self.text = text

    def body(self, request_id: str, at: datetime) -> Json:
        """The error as JSON."""
        stamp = at.strftime("%Y-%m-%d %H:%M:%SZ")
        text = f"AADSTS{self.number}: {self.text}"
        return {
            "error": self.code,
            "error_description": f"{text} Trace ID: {request_id} Timestamp: {stamp}",
            "error_codes": [self.number],
            "timestamp": stamp,
            "trace_id": request_id,
            "correlation_id": request_id,
        }


def missing(name: str) -> SignInError:
    """A parameter that has to be there."""
    text = f"The request body must contain the following parameter: '{name}'."
    return SignInError("invalid_request", 900144, text)
