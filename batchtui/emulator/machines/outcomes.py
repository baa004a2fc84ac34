"""How a command on a node ended: its exit status, or why it failed, in the service's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Failed:
    """Why a task failed, or couldn't be started: `failureInfo` of the service."""

    code: str
    message: str
    details: Mapping[str, str] = field(default_factory=dict)
    category: str = "UserError"

    def info(self) -> dict[str, Any]:
        """The failure as JSON."""
        details = [{"name": name, "value": value} for name, value in self.details.items()]
        info = {"category": self.category, "code": self.code, "message": self.message}
        return {**info, "details": details} if details else info


BAD_EXIT = Failed(
    "FailureExitCode",
    "The task exited with an exit code representing a failure",
    {
        "Message": "The task process exited with an unexpected exit code",
        "AdditionalErrorCode": "FailureExitCode",
    },
)
ENDED_BY_USER = Failed("TaskEnded", "Task Was Ended by User Request")
# The documentation of maxWallClockTime gives this category and code.
OUT_OF_TIME = Failed(
    "TaskEnded", "The task was ended because it reached its maxWallClockTime", {}, "ServerError"
)


@dataclass(frozen=True)
class Outcome:
    """The end of a command: its exit status if it had one, negative for a signal."""

    exit_code: int | None = None
    reason: Failed | None = None

    @property
    def failure(self) -> Failed | None:
        """Why it failed, or None: any status but 0 is a failure."""
        return self.reason or (BAD_EXIT if self.exit_code else None)

    def result(self) -> dict[str, Any]:
        """What it adds to an `executionInfo`."""
        facts: dict[str, Any] = {} if self.exit_code is None else {"exitCode": self.exit_code}
        if self.failure:
            facts["failureInfo"] = self.failure.info()
        return facts | {"result": "failure" if self.failure else "success"}
