"""What will be sent, in words and as JSON, before it is sent."""

import json
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from batchtui.batch.draft import ANYONE, IDENTITIES, PoolDraft
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.text import plural
from batchtui.visible import visible


class Review(Dialog[bool]):
    """Says yes with `ctrl+s`; `esc` goes back to the form."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "create", "Create it", id="review.create", tooltip="Create the pool"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"review--warn", "review--heading"}

    def __init__(
        self, draft: PoolDraft, body: dict[str, Any], warnings: list[str], runs_here: str = ""
    ) -> None:
        """`runs_here` says that an emulator runs the start task, and as whom."""
        super().__init__()
        self.title_text = f"Create pool {draft.id}?"
        self._draft = draft
        self._body = body
        self._warnings = [*([runs_here] if runs_here else []), *warnings]

    def compose_body(self) -> ComposeResult:
        """Warnings, then words, then the JSON."""
        warn = self.get_visual_style("review--warn")
        heading = self.get_visual_style("review--heading")
        lines = [Content.styled(f"! {text}", warn) for text in self._warnings]
        lines += [Content(visible(text)) for text in words(self._draft)]
        lines += [Content(""), Content.styled("What is sent: POST /pools", heading)]
        lines.append(Content(json.dumps(self._body, indent=2)))
        yield Static(Content("\n").join(lines), markup=False)

    def on_mount(self) -> None:
        """Tall, since the JSON is."""
        self.add_class("-tall")

    def action_create(self) -> None:
        """Yes."""
        self.dismiss(True)


def words(draft: PoolDraft) -> list[str]:
    """The draft in sentences."""
    image = draft.image
    nodes = f"{plural(int(draft.dedicated), 'dedicated node')}, {draft.spot} spot"
    said = [f"{nodes}, of VM size {draft.vm_size}"]
    if image:
        said.append(f"Image {image.reference.full}, node agent {image.node_agent_sku}")
    if draft.start_command.strip():
        said.append(f"Start task: {draft.start_command.strip()}")
        said.append(f"  as {IDENTITIES[draft.start_identity]}; nodes wait for its success")
    else:
        said.append("No start task")
    if not draft.access:
        said.append(f"No {draft.protocol}")
    elif draft.access_source == ANYONE:
        said.append(f"{draft.protocol} from anywhere")
    else:
        said.append(f"{draft.protocol} from {draft.access_source} only")
    return said
