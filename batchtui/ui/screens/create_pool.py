"""The form that makes a pool: it owns one draft, and never loses what was typed."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input, Select

from batchtui.batch import az
from batchtui.batch.draft import ANYONE, IDENTITIES, PoolDraft, body, problems, warnings
from batchtui.batch.models import SupportedImage
from batchtui.session import Session
from batchtui.tables.images import BOILERPLATE
from batchtui.ui.dialogs.choose_image import ChooseImage
from batchtui.ui.dialogs.review import Request, Review
from batchtui.ui.screens.form import FormScreen
from batchtui.ui.widgets.choice import Choice
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.tick import Tick
from batchtui.words import plural

# Where a service error belongs, by its code or by the property that it names.
_FIELD_OF = {
    "PoolExists": "id",
    "id": "id",
    "vmSize": "vm_size",
    "imageReference": "image",
    "virtualMachineConfiguration": "image",
    "nodeAgentSKUId": "image",
    "targetDedicatedNodes": "dedicated",
    "targetLowPriorityNodes": "spot",
    "startTask": "start_command",
    "networkConfiguration": "access_source",
    "sourceAddressPrefix": "access_source",
}

_HELP = {
    "id": "1 to 64 letters, digits, - and _. Unique, whatever the case.",
    "image": "enter chooses among the images that the service supports now.",
    "vm_size": "As Azure names it, such as standard_d2s_v3.",
    "dedicated": "Nodes that stay. They cost money from the moment they exist.",
    "spot": "Cheaper nodes that Azure may take away at any time.",
    "start_command": "Runs on each node as it joins. No shell: /bin/bash -c '...' for && and |.",
    "start_identity": "Installing packages needs an administrator.",
    "access": "Can't be added later, while the pool has nodes.",
    "access_source": "An address, a range such as 203.0.113.0/24, or * for anyone.",
}


class CreatePoolScreen(FormScreen[PoolDraft]):
    """Ends with the id of the pool that was made."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "review", "Review and create", id="create.review",
                tooltip="Look at what will be sent, then send it"),
    ]  # fmt: skip

    helps = _HELP
    field_of = _FIELD_OF
    verbatim = frozenset({"start_command"})

    def __init__(self, session: Session, taken: frozenset[str], draft: PoolDraft) -> None:
        """`taken` are the ids of the pools that are there, `draft` what was typed before."""
        super().__init__(session, draft)
        self.crumbs = (session.account.name, "create a pool")
        self._taken = taken

    def compose_fields(self) -> Iterable[Field]:
        """One line a field, so that all of them fit 24 lines."""
        draft = self.draft
        yield Field("id", "Pool id", Input(draft.id, id="id", compact=True))
        yield Field("image", "Image", Choice(_shown(draft.image), id="image"))
        yield Field("vm_size", "VM size", Input(draft.vm_size, id="vm_size", compact=True))
        yield Field("dedicated", "Dedicated", Input(draft.dedicated, id="dedicated", compact=True))
        yield Field("spot", "Spot", Input(draft.spot, id="spot", compact=True))
        yield Field(
            "start_command",
            "Start task",
            Input(draft.start_command, id="start_command", placeholder="none", compact=True),
        )
        yield Field("start_identity", "  runs as", self._identities())
        yield Field("access", "SSH", Tick("on", draft.access, id="access"))
        yield Field(
            "access_source",
            "  allowed from",
            Input(draft.access_source, id="access_source", compact=True),
        )

    def _identities(self) -> Select[str]:
        choices = [(words, name) for name, words in IDENTITIES.items()]
        return Select(
            choices,
            value=self.draft.start_identity,
            allow_blank=False,
            compact=True,
            id="start_identity",
        )

    def on_mount(self) -> None:
        """Find out what this machine's address is meanwhile."""
        self.run_worker(self._offer_own_address())

    async def _offer_own_address(self) -> None:
        source = self.query_one("#access_source", Input)
        found = await self.session.own_address()
        if found and not source.value:
            source.value = found

    def on_checkbox_changed(self, event: Tick.Changed) -> None:
        """Without SSH nobody need be allowed."""
        self.query_one("#field-access-source").display = event.value

    def on_choice_asked(self) -> None:
        """Choose an image."""
        self.app.push_screen(ChooseImage(self.session, self.draft.image), self._image_chosen)

    def _image_chosen(self, image: SupportedImage | None) -> None:
        if image is None:
            return
        self.query_one("#image", Choice).show(_shown(image))
        self.set("image", image)
        self.query_one("#field-access", Field).relabel(self.draft.protocol)

    def problems(self) -> Mapping[str, str]:
        """What the service would refuse."""
        return problems(self.draft, self._taken, self.session.now())

    def warnings(self) -> Iterable[str]:
        """What the service would take, once it is known what kind of nodes it is about."""
        return warnings(self.draft, self.session.now()) if self.draft.image else ()

    def review(self) -> Review:
        """The whole pool, as it will be made."""
        here = self.session.runs_here
        return Review(
            f"Create pool {self.draft.id}?",
            Request("POST /pools", body(self.draft)),
            words=words(self.draft),
            warnings=[*([here] if here else []), *self.warnings()],
            az=az.create_pool(body(self.draft)),
        )

    async def send(self, draft: PoolDraft) -> str:
        """Create it."""
        await self.session.pools.create(body(draft))
        return draft.id

    def edited(self) -> bool:
        """Whether anything was typed, other than the address that was found."""
        return bool(self._touched - {"access_source"})

    def action_back(self) -> None:
        """Leave without a question: what was typed is kept for the next time."""
        self.leave()


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


def _shown(image: SupportedImage | None) -> str:
    if image is None:
        return "choose one"
    agent = image.node_agent_sku.removeprefix("batch.node.")
    return f"{image.reference.short.removeprefix(BOILERPLATE)} · node agent {agent}"
