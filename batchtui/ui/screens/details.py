"""Everything that is known of one thing, in sections, errors first."""

from collections.abc import AsyncIterator, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from batchtui.batch.models import Json
from batchtui.errors import ServiceError, ThrottledError
from batchtui.session import Session
from batchtui.ui.details.section import Section, lines_of
from batchtui.ui.lines import TextLine
from batchtui.ui.screens.raw import RawScreen
from batchtui.ui.screens.reading import ReadingScreen


class DetailsScreen(ReadingScreen):
    """Asks for all of it itself, so that it is fresh and whole; subclasses say for what."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "raw", "JSON", id="details.raw", tooltip="The same as raw JSON"),
    ]

    def __init__(self, session: Session, crumbs: tuple[str, ...]) -> None:
        super().__init__(
            (session.account.name, *crumbs), every=session.settings.refresh_seconds, now=session.now
        )
        self.session = session
        self.read_only = session.read_only

    async def ask(self) -> Json:
        """The thing's JSON."""
        raise NotImplementedError

    def sections(self) -> AsyncIterator[Sequence[Section]]:
        """What is known, and again when more of it is."""
        raise NotImplementedError

    def lacks(self, error: ServiceError) -> None:
        """A part that can't be asked for says so itself; only patience is asked for all of it."""
        if isinstance(error, ThrottledError):
            self.missed(error)

    async def fetch(self) -> AsyncIterator[Sequence[TextLine]]:
        """The sections as lines."""
        async for parts in self.sections():
            yield lines_of(parts)

    def action_raw(self) -> None:
        """The same as JSON."""
        self.app.push_screen(RawScreen((*self.crumbs, "JSON"), self.ask, self.now))
