"""What became of the command on one node, as far as it is known."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from batchtui.access.channel import Exit
from batchtui.batch.models import Pool
from batchtui.errors import BatchtuiError
from batchtui.many.kept import Kept
from batchtui.words import short_node_id

# `waiting` for its turn, `entering` the node, `running`; then `ended` by itself, by `timeout`,
# `stopped` by the operator, or the node was `unreached`.
State = Literal["waiting", "entering", "running", "ended", "timeout", "stopped", "unreached"]
ERRORS = "── standard error ──"


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a pool."""

    pool: Pool
    node: str

    @property
    def id(self) -> str:
        """What it is known by, whatever the pool."""
        return f"{self.pool.id}/{self.node}"


@dataclass(slots=True, eq=False)
class Outcome:
    """How far it is; `name` is short, but no other of the run's."""

    place: Place
    name: str
    state: State = "waiting"
    exit: Exit | None = None
    error: BatchtuiError | None = None
    output: Kept = field(default_factory=Kept)
    errors: Kept = field(default_factory=Kept)

    def again(self) -> None:
        """Forget what became of it: it is tried again."""
        self.state, self.exit, self.error = "waiting", None, None
        self.output, self.errors = Kept(), Kept()

    @property
    def done(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in {"ended", "timeout", "stopped", "unreached"}

    @property
    def ok(self) -> bool:
        """Whether it ran and ended as it should."""
        return self.state == "ended" and self.exit is not None and self.exit.status == 0

    @property
    def away(self) -> bool:
        """Whether the node wasn't reached, or was lost."""
        return self.state == "unreached" or bool(self.exit and self.exit.lost)

    @property
    def words(self) -> str:
        """How it ended, or how far it is."""
        if self.state == "ended" and self.exit:
            return self.exit.words
        if self.state == "unreached" and self.error:
            return f"not reached: {self.error.title}"
        return {"timeout": "timed out", "entering": "connecting"}.get(self.state, self.state)

    @property
    def likeness(self) -> str:
        """What is the same for those that ended the same way and wrote the same."""
        return f"{self.words} {self.output.digest} {self.errors.digest}"

    @property
    def first_line(self) -> str:
        """What is read first of it."""
        return str(self.error or "") or self.output.first_line or self.errors.first_line

    def lines(self) -> Iterator[str]:
        """All that is to be read of it: output, then errors, or why it wasn't reached."""
        yield from self.output.lines
        if self.errors.size:
            yield ERRORS
            yield from self.errors.lines
        if self.error:
            yield from str(self.error).split("\n")


def outcomes_of(places: list[Place]) -> list[Outcome]:
    """One for each place, named as short as they can be told apart."""
    short = [short_node_id(place.node) for place in places]
    if len({place.pool.id for place in places}) > 1:
        short = [f"{place.pool.id}/{name}" for place, name in zip(places, short, strict=True)]
    alike = len(set(short)) < len(short)
    return [
        Outcome(place, place.id if alike else name)
        for place, name in zip(places, short, strict=True)
    ]
