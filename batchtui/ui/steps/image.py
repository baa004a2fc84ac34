"""The step that chooses what the nodes run."""

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Input, Static

from batchtui.batch.draft import PoolDraft, chosen_image, with_image
from batchtui.batch.known import Known
from batchtui.batch.models import SupportedImage
from batchtui.batch.places import at
from batchtui.tables.images import BOILERPLATE, image_columns
from batchtui.ui.steps.base import Step
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.picker import Picker
from batchtui.visible import visible

_MACHINE = "virtualMachineConfiguration"


class ImageStep(Step):
    """The images that the service supports now; the node agent follows the image."""

    step = "image"

    def compose_fields(self) -> Iterable[Widget]:
        """What is chosen, and what there is."""
        yield Static(id="chosen", markup=False)
        hint = "type to filter: ubuntu, os:windows, verified …"
        self.picker: Picker[SupportedImage] = Picker(
            image_columns(self.session.now),
            image_id,
            Input(placeholder=hint, id="image", compact=True),
        )
        yield Field("image", "Find", self.picker)

    def follow(self, draft: PoolDraft, known: Known) -> None:
        """Say what is chosen, and list what there is once that is known."""
        fresh = known.images is not None and not self.picker.table.rows
        super().follow(draft, known)
        self.query_one("#chosen", Static).update(visible(_chosen(draft)))
        if fresh:
            self.picker.set_rows(known.images or ())
            if chosen := chosen_image(draft.body, known.images or ()):
                self.picker.move_to(image_id(chosen))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        event.stop()
        self.picker.find(event.value)

    def on_picker_chosen(self, event: Picker.Chosen) -> None:
        """Take an image, and go on."""
        image: SupportedImage = event.row
        self.post_message(self.Edited("image", lambda draft: with_image(draft, image), done=True))


def image_id(image: SupportedImage) -> str:
    """What an image's row is known by; one image may go with several agents."""
    return f"{image.reference.full} {image.node_agent_sku}"


def _chosen(draft: PoolDraft) -> str:
    reference = at(draft.body, (_MACHINE, "imageReference"))
    if not isinstance(reference, dict):
        return "No image is chosen yet."
    names = [str(reference[part]) for part in ("publisher", "offer", "sku") if part in reference]
    agent = str(at(draft.body, (_MACHINE, "nodeAgentSKUId")) or "")
    short = " ".join(names).removeprefix(BOILERPLATE) or str(next(iter(reference.values()), ""))
    return f"Chosen: {short} · node agent {agent.removeprefix('batch.node.')}"
