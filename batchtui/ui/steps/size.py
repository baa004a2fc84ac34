"""The step that chooses what the nodes are."""

from collections.abc import Callable, Iterable, Sequence

from textual.widget import Widget
from textual.widgets import Input, Static

from batchtui.batch.draft import PoolDraft, answered, shown
from batchtui.batch.fields import FIELDS
from batchtui.batch.image_choice import chosen_image
from batchtui.batch.known import Known, VmSize
from batchtui.batch.suggestions import suggested_sizes
from batchtui.tables.sizes import SizeRow, size_columns, size_rows
from batchtui.ui.steps.base import Step
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.picker import Picker
from batchtui.ui.widgets.typed import TextLine
from batchtui.visible import visible


class SizeStep(Step):
    """The region's VM sizes with what the quota leaves of each; suggestions without them."""

    step = "size"
    _basis: object = None

    def compose_fields(self) -> Iterable[Widget]:
        """What is known, the sizes, and what there is to say of the one under the cursor."""
        field = FIELDS["vm_size"]
        yield Static(id="sizes-note", markup=False)
        text = TextLine(str(shown(self.draft, field.name)), id=field.name, compact=True)
        self.picker: Picker[SizeRow] = Picker(size_columns(), _row_id, text)
        yield Field(field.name, field.label, self.picker)
        yield Static(id="size-why", markup=False)

    def follow(self, draft: PoolDraft, known: Known) -> None:
        """List what is known by now, and how it fits the image."""
        super().follow(draft, known)
        image = chosen_image(draft.body, known.images or ())
        basis = (known.sizes, known.quota, known.used, known.untold, image)
        if basis != self._basis:
            self._basis = basis
            self.query_one("#sizes-note", Static).update(visible(_note(known)))
            self.picker.set_rows(size_rows(_sizes(known), known, image))
            self._find(self.query_one("#vm_size", Input).value)
        self._tell()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find sizes as it is typed; the form hears of it, too."""
        self._find(event.value)

    def _find(self, text: str) -> None:
        """Show what is like the text; everything once it is a size, with the cursor there."""
        chosen = text.strip().lower()
        whole = chosen in self.picker.table.rows
        self.picker.find("" if whole else text)
        if whole:
            self.picker.move_to(chosen)

    def on_picker_moved(self) -> None:
        """Say more of the row that the cursor is on."""
        self._tell()

    def _tell(self) -> None:
        """Say in full what the row under the cursor is short of; what is chosen has a warning."""
        row, chosen = self.picker.table.current, str(shown(self.draft, "vm_size")).lower()
        self.picker.mark_only(chosen)
        misfits = row.misfits if row and _row_id(row) != chosen else ()
        said = self.query_one("#size-why", Static)
        said.update(visible(_said_of(row, misfits) if row else ""))
        said.set_class(bool(misfits), "-misfit")

    def on_picker_chosen(self, event: Picker.Chosen) -> None:
        """Take a size, and go on."""
        name = event.row.size.name
        self._go_on(lambda draft: answered(draft, "vm_size", name))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Nothing is like what was typed: go on with that."""
        event.stop()
        self._go_on(lambda draft: draft)

    def _go_on(self, change: Callable[[PoolDraft], PoolDraft]) -> None:
        self.post_message(self.Edited("vm_size", change, done=True))


def _row_id(row: SizeRow) -> str:
    return row.size.name.lower()


def _sizes(known: Known) -> Iterable[VmSize]:
    """Those of the region; suggestions once it is known that there are none to be had."""
    if known.sizes is not None:
        return known.sizes
    return suggested_sizes().sizes if "sizes" in known.untold else ()


def _note(known: Known) -> str:
    """What the list is, and what the whole quota is or why it isn't known."""
    if "sizes" in known.untold:
        return f"Suggestions of {suggested_sizes().date}: type any size. {known.untold['sizes']}"
    if known.quota is None or known.used is None:
        return known.untold.get("quota", "")
    dedicated = max(known.quota.dedicated - known.used.dedicated, 0)
    spot = max(known.quota.spot - known.used.spot, 0)
    return (
        f"Quota left: {dedicated} of {known.quota.dedicated} dedicated cores, "
        f"{spot} of {known.quota.spot} spot."
    )


def _said_of(row: SizeRow, misfits: Sequence[str]) -> str:
    if misfits:
        return f"✗ {row.size.name} doesn't fit: {' '.join(misfits)}"
    left = f": {row.left.dedicated} dedicated cores left" if row.left else ""
    return f"Family {row.size.family}{left}."
