"""Choose among the images that the service supports right now."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from batchtui.batch.models import SupportedImage
from batchtui.errors import BatchtuiError
from batchtui.session import Session
from batchtui.tables.filter import FilterError, parse
from batchtui.tables.images import image_columns
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.widgets.table import Table


class ChooseImage(Dialog[SupportedImage]):
    """Type to filter, arrows to move, `enter` to choose."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", show=False, id="choose.down"),
        Binding("up", "move(-1)", "Up", show=False, id="choose.up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="choose.page-down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="choose.page-up"),
        Binding("enter", "choose", "Choose", id="choose.choose", priority=True,
                tooltip="Take this image"),
    ]  # fmt: skip
    title_text = "Images that the service supports now"

    def __init__(self, session: Session, chosen: SupportedImage | None) -> None:
        super().__init__()
        self._session = session
        self._chosen = chosen
        self.table: Table[SupportedImage] = Table(
            image_columns(session.now), image_id, empty="Asking the service …"
        )

    def compose_body(self) -> ComposeResult:
        """The filter above, the images below."""
        yield Input(placeholder="type to filter: ubuntu, os:windows, verified …", compact=True)
        yield self.table

    def on_mount(self) -> None:
        """Ask for the images."""
        self.add_class("-tall")
        self.table.can_focus = False
        self.table.lit = True
        self.query_one(Input).focus()
        self.run_worker(self._load())

    async def _load(self) -> None:
        try:
            images = await self._session.supported_images()
        except BatchtuiError as error:
            self.report(error)
            return
        self.table.set_rows(images)
        if self._chosen:
            self.table.move_to(image_id(self._chosen))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        titles = {column.name: column.title for column in self.table.columns}
        try:
            self.table.set_filter(parse(event.value, titles))
        except FilterError as error:
            self.complain(str(error))
        else:
            self.complain("")

    def on_rows_view_opened(self, _event: Table.Opened) -> None:
        """A double click takes what is under the cursor."""
        self.action_choose()

    def action_move(self, step: int) -> None:
        """Move the cursor while the filter keeps the focus."""
        self.table.action_move(step)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self.table.action_page(pages)

    def action_choose(self) -> None:
        """Take what is under the cursor."""
        if self.table.current is not None:
            self.dismiss(self.table.current)


def image_id(image: SupportedImage) -> str:
    """What an image's row is known by; one image may go with several agents."""
    return f"{image.reference.full} {image.node_agent_sku}"
