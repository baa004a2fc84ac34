"""The step that chooses what the nodes run."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from batchtui.batch.distributions import capability_words, distribution
from batchtui.batch.draft import PoolDraft, answered, shown
from batchtui.batch.fields import FIELDS
from batchtui.batch.image_choice import (
    IMAGE,
    NAMES,
    NodeAgent,
    agent_of,
    chosen_image,
    node_agents,
    with_image,
    with_listed_agent,
)
from batchtui.batch.known import Json, Known
from batchtui.batch.models import SupportedImage
from batchtui.batch.places import at
from batchtui.tables.images import agent_columns, has_ended, image_columns, support_words
from batchtui.ui.steps.base import Step, control
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.picker import Picker
from batchtui.ui.widgets.typed import TextLine
from batchtui.visible import visible

_WORDS = {
    "verified": lambda image: image.verified,
    "unverified": lambda image: not image.verified,
}


class ImageStep(Step):
    """The images that the service supports now, or one that is given with its node agent."""

    step = "image"

    @dataclass
    class Refused(Message):
        """An image can't be taken, for a reason in words."""

        reason: str

    def compose_fields(self) -> Iterable[Widget]:
        """What is chosen, where it is from, and what there is."""
        yield Static(id="chosen", markup=False)
        hint = "type to find: ubuntu, os:windows, verified …"
        self.images: Picker[SupportedImage] = Picker(
            image_columns(self.session.now),
            image_id,
            TextLine(placeholder=hint, id="find-image", compact=True),
            grouped=True,
            only_finds=True,
            words=_WORDS,
            id="image",
        )
        agent = FIELDS["agent"]
        text = TextLine(
            str(shown(self.draft, agent.name)),
            id=agent.name,
            placeholder=agent.placeholder,
            compact=True,
        )
        self.agents: Picker[NodeAgent] = Picker(agent_columns(), lambda each: each.sku, text)
        pickers: dict[str, Widget] = {"image": self.images, "agent": self.agents}
        for field in sorted(FIELDS.values(), key=lambda field: field.name == "image"):
            if field.step == self.step:
                shown_in = pickers.get(field.name) or control(field, self.draft)
                yield Field(field.name, field.label, shown_in)
        yield Static(id="image-details", markup=False)

    def follow(self, draft: PoolDraft, known: Known) -> None:
        """Say what is chosen, and list what there is once that is known."""
        named_before, fresh = _names(self.draft.body), known.images is not self.known.images
        super().follow(draft, known)
        self.query_one("#chosen", Static).update(self._chosen())
        for each in self.query("#chosen, #image-details"):
            each.display = self._listing
        self._list(known, fresh=fresh or not self.images.table.rows)
        typed = self.screen.focused is not None and self.screen.focused.id in NAMES
        if typed and not self._listing and _names(draft.body) != named_before:
            self._let_agent_follow()

    @property
    def _listing(self) -> bool:
        return FIELDS["image"].when(self.draft)

    def _list(self, known: Known, *, fresh: bool) -> None:
        images = known.images or ()
        empty = known.untold.get("images", "Asking the service …")
        for picker in (self.images, self.agents):
            picker.table.set_empty(empty)
        chosen = chosen_image(self.draft.body, images)
        if fresh and images:
            self.images.set_rows(images)
            self.agents.set_rows(node_agents(images))
            if chosen:
                self.images.move_to(image_id(chosen))
            self._find_agent(agent_of(self.draft.body))
        self.images.mark_only(image_id(chosen) if chosen else None)

    def _let_agent_follow(self) -> None:
        images = self.known.images or ()
        if with_listed_agent(self.draft, images) is not self.draft:
            self.post_message(self.Edited("agent", lambda draft: with_listed_agent(draft, images)))

    def first_focus(self) -> Widget | None:
        """What is typed into to find an image, or else the first field of an image."""
        if self._listing:
            return self.query_one("#find-image")
        fields = [each for each in self.query(Field) if each.display and not each.disabled]
        return next(
            (each.query_one(f"#{each.field}") for each in fields if each.field != "image_from"),
            None,
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        if event.input.id == "find-image":
            event.stop()
            self.images.find(event.value)
        elif event.input.id == "agent":
            self._find_agent(event.value)

    def _find_agent(self, text: str) -> None:
        """An agent that is there is among all the others."""
        there = text in self.agents.table.rows
        self.agents.find("" if there else text)
        self.agents.mark_only(text if there else None)
        if there:
            self.agents.move_to(text)

    def on_picker_moved(self, event: Picker.Moved) -> None:
        """Tell of the image under the cursor."""
        event.stop()
        if event.picker is self.images:
            self._tell(event.row)

    def _tell(self, image: SupportedImage | None) -> None:
        lines = []
        if image is not None:
            support = support_words(image, self.session.now())
            words = ", ".join(capability_words(image)) or "nothing particular"
            lines = [
                Content.styled(support.text, f".table--{support.tone}"),
                Content(visible(f"Can: {words}")),
                Content(visible(f"{image.reference.full} · {image.node_agent_sku}")),
            ]
        self.query_one("#image-details", Static).update(Content("\n").join(lines))

    def on_picker_chosen(self, event: Picker.Chosen) -> None:
        """Take an image, or a node agent, and go on."""
        event.stop()
        row = event.row
        if event.picker is self.agents:
            self.post_message(
                self.Edited("agent", lambda draft: answered(draft, "agent", row.sku), done=True)
            )
        elif has_ended(row, self.session.now()):
            self.post_message(self.Refused(support_words(row, self.session.now()).text))
        else:
            self.post_message(self.Edited("image", lambda draft: with_image(draft, row), done=True))

    def _chosen(self) -> str:
        body, images = self.draft.body, self.known.images or ()
        image, agent = chosen_image(body, images), agent_of(body) or "no node agent"
        reference = at(body, IMAGE)
        if not isinstance(reference, dict) or not reference:
            return "No image is chosen yet."
        named = str(FIELDS["image"].lens.show(self.draft))
        if image is not None:
            version = str(reference.get("version") or "latest")
            latest = "" if version == "latest" else f" {version}"
            named = f"{distribution(image)} {image.reference.sku}{latest}"
        return visible(f"Chosen: {named} · {agent}")


def image_id(image: SupportedImage) -> str:
    """What an image's row is known by; one image may go with several agents."""
    return f"{image.reference.full} {image.node_agent_sku}"


def _names(body: Json) -> list[object]:
    return [at(body, (*IMAGE, name)) for name in NAMES]
