"""What is to be copied between the two sides, waits for its turn, or was copied."""

from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

from batchtui.errors import BatchtuiError
from batchtui.transfer.copying import Copying
from batchtui.transfer.rate import Rate, amount
from batchtui.words import duration, plural

State = Literal["waiting", "looking", "copying", "ended"]


@dataclass(eq=False)
class Order:
    """Files and folders of one side on their way to the other; `up` is to the node."""

    copying: Copying
    up: bool
    state: State = "waiting"
    # Whether it goes on with what was begun before: nobody is asked then.
    again: bool = False
    # Why it ended before anything was copied.
    failure: BatchtuiError | None = None
    rate: Rate = field(default_factory=Rate)
    _began: float = 0.0
    _took: float = 0.0

    def begin(self) -> None:
        """The bytes begin to move."""
        self.state, self.rate, self._began = "copying", Rate(), monotonic()

    def end(self, failure: BatchtuiError | None = None) -> None:
        """It is over, however it went."""
        if self.state == "copying":
            self._took = monotonic() - self._began
        self.state, self.failure = "ended", failure

    def wait_again(self) -> None:
        """What is left is to be tried once more."""
        self.state, self.again, self.failure = "waiting", True, None

    @property
    def title(self) -> str:
        """What it is about."""
        arrow, paths = "→" if self.up else "←", self.copying.paths
        what = plural(len(paths), "thing")
        if len(paths) == 1:
            what = paths[0].replace("\\", "/").rpartition("/")[2]
        return f"{arrow} {what} to {self.copying.folder}"

    @property
    def trouble(self) -> BatchtuiError | None:
        """Why all of it ended, if something ended all of it."""
        return self.failure or self.copying.broke_off

    @property
    def may_go_on(self) -> bool:
        """Whether something is left that another try may copy."""
        return self.state == "ended" and (bool(self.failure) or not self.copying.complete)

    @property
    def tone(self) -> str:
        """Whether it went well."""
        if self.may_go_on:
            return "warn" if self.copying.stopped and not self.trouble else "bad"
        return "warn" if self.copying.plan.passed_by else "good"

    @property
    def outcome(self) -> str:
        """What became of it, in sentences."""
        copying = self.copying
        parts = [f"{plural(copying.files_done, 'file')} copied"]
        if copying.left_as_they_were:
            parts.append(f"{copying.left_as_they_were:,} left as they were")
        if copying.failed:
            parts.append(f"{len(copying.failed):,} not copied")
        if copying.plan.passed_by:
            parts.append(f"{len(copying.plan.passed_by):,} passed by")
        if copying.files_left:
            parts.append(f"{copying.files_left:,} not reached")
        came = copying.done - copying.begun
        said = ", ".join(parts)
        if copying.complete and came:
            said += f" ({amount(came)} in {duration(max(1, self._took))}"
            said += f", {amount(copying.begun)} were there)" if copying.begun else ")"
        if self.trouble:
            return f"{self.trouble} {said}."
        return f"Stopped: {said}." if copying.stopped else f"{said}."

    def now(self) -> str:
        """How far it is; to be asked again and again."""
        copying = self.copying
        if self.state != "copying":
            return {"waiting": "Waiting", "looking": "Looking what there is to copy"}.get(
                self.state, ""
            )
        self.rate.see(monotonic(), copying.done - copying.begun)
        files = len(copying.plan.items) - copying.left_as_they_were
        place = min(files, files - copying.files_left + 1)
        parts = [
            f"{place:,} of {files:,}" if files > 1 else "",
            f"{amount(copying.done)} of {amount(copying.total)}",
        ]
        if self.rate.per_second:
            parts.append(f"{amount(self.rate.per_second)}/s")
            left = self.rate.left(copying.total - copying.done)
            parts.append(f"{duration(left)} left" if left is not None else "")
        parts.append(copying.here)
        return " · ".join(part for part in parts if part)
