"""The form that makes a pool: it owns one draft, and never loses what was typed."""

from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import DescendantFocus
from textual.widgets import Input, Select, Static

from batchtui.batch.draft import IDENTITIES, PoolDraft, body, problems, warnings
from batchtui.batch.models import SupportedImage
from batchtui.errors import BatchtuiError, ServiceError
from batchtui.session import Session
from batchtui.ui.columns import BOILERPLATE
from batchtui.ui.dialogs.choose_image import ChooseImage
from batchtui.ui.dialogs.review import Review
from batchtui.ui.screens.base import HouseScreen
from batchtui.ui.widgets.choice import Choice
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.tick import Tick

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


class CreatePoolScreen(HouseScreen):
    """Ends with the id of the pool that was made."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "review", "Review and create", id="create.review",
                tooltip="Look at what will be sent, then send it"),
        Binding("down", "app.focus_next", "Next field", show=False, id="create.next"),
        Binding("up", "app.focus_previous", "Previous field", show=False, id="create.previous"),
    ]  # fmt: skip

    def __init__(self, session: Session, taken: frozenset[str], draft: PoolDraft) -> None:
        """`taken` are the ids of the pools that are there, `draft` what was typed before."""
        super().__init__()
        self.session = session
        self.read_only = session.read_only
        self.crumbs = (session.account.name, "create a pool")
        self.draft = draft
        self._taken = taken
        self._creating = False
        self._touched: set[str] = set()
        self._refused: dict[str, str] = {}

    def compose_body(self) -> ComposeResult:
        """One line a field, so that all of them fit 24 lines."""
        draft = self.draft
        with VerticalScroll(id="form", can_focus=False):
            yield Field("id", "Pool id", Input(draft.id, id="id", compact=True))
            yield Field("image", "Image", Choice(_shown(draft.image), id="image"))
            yield Field("vm_size", "VM size", Input(draft.vm_size, id="vm_size", compact=True))
            yield Field(
                "dedicated", "Dedicated", Input(draft.dedicated, id="dedicated", compact=True)
            )
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
            yield Static(id="warnings", markup=False)
        yield Static(id="field-help", markup=False)  # fmt: skip

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
        """Begin with the id; find out what this machine's address is meanwhile."""
        self.focus_body()
        self.run_worker(self._offer_own_address())
        self._check()

    def focus_body(self) -> None:
        """The first field."""
        self.query_one("#id").focus()

    async def _offer_own_address(self) -> None:
        source = self.query_one("#access_source", Input)
        found = await self.session.own_address()
        if found and not source.value:
            source.value = found

    # The draft follows the fields

    def on_input_changed(self, event: Input.Changed) -> None:
        """A text was typed."""
        if event.input.id and hasattr(self.draft, event.input.id):
            text = event.value if event.input.id == "start_command" else event.value.strip()
            self._set(event.input.id, text, touched=bool(text))

    def on_select_changed(self, event: Select.Changed) -> None:
        """Another identity."""
        self._set("start_identity", event.value)

    def on_checkbox_changed(self, event: Tick.Changed) -> None:
        """SSH on or off."""
        self._set("access", event.value)
        self.query_one("#field-access-source").display = event.value

    def on_choice_asked(self) -> None:
        """Choose an image."""
        self.app.push_screen(ChooseImage(self.session, self.draft.image), self._image_chosen)

    def _image_chosen(self, image: SupportedImage | None) -> None:
        if image is None:
            return
        self.query_one("#image", Choice).show(_shown(image))
        self._set("image", image)
        self.query_one("#field-access", Field).relabel(self.draft.protocol)

    def _set(self, field: str, value: object, *, touched: bool = True) -> None:
        changed: dict[str, Any] = {field: value}
        self.draft = replace(self.draft, **changed)
        self._refused.pop(field, None)
        self.say("")
        if touched:
            self._touched.add(field)
        self._check()

    def _check(self, *, all_fields: bool = False) -> dict[str, str]:
        wrong = {**problems(self.draft, self._taken, self.session.now()), **self._refused}
        for field in self.query(Field):
            seen = all_fields or field.field in self._touched
            field.complain(wrong.get(field.field, "") if seen else "")
        notes = warnings(self.draft, self.session.now()) if self.draft.image else []
        self.query_one("#warnings", Static).update("\n".join(f"! {note}" for note in notes))
        return wrong

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say what the field means."""
        name = event.widget.id or ""
        self.query_one("#field-help", Static).update(_HELP.get(name, ""))

    def on_input_submitted(self) -> None:
        """`enter` goes on to the next field."""
        self.focus_next()

    # Sending it

    def action_review(self) -> None:
        """Show what will be sent, if nothing is wrong; else go to what is."""
        wrong = self._check(all_fields=True)
        if wrong:
            first = next(field.field for field in self.query(Field) if field.field in wrong)
            self.query_one(f"#{first}").focus()
            self.say("Some fields need mending.", "warn")
            return
        notes = warnings(self.draft, self.session.now())
        dialog = Review(self.draft, body(self.draft), notes, self.session.runs_here)
        self.app.push_screen(dialog, self._decided)

    def _decided(self, yes: bool | None) -> None:  # noqa: FBT001 - a dialog's answer
        if yes and not self._creating:
            self._creating = True
            self.say(f"Creating {self.draft.id} …")
            self.run_worker(self._create())

    async def _create(self) -> None:
        try:
            await self.session.pools.create(body(self.draft))
        except ServiceError as error:
            self._refuse(error)
        except BatchtuiError as error:
            self.report(error)
        else:
            await self.finish(self.draft.id)
        finally:
            self._creating = False

    def _refuse(self, error: ServiceError) -> None:
        names = (error.code, *error.values.get("PropertyName", "").split("."))
        field = next((_FIELD_OF[name] for name in names if name in _FIELD_OF), None)
        if field is None:
            self.explain(error)
            return
        self.report(error)
        self._refused[field] = error.message
        self._touched.add(field)
        self._check()
        self.query_one(f"#{field}").focus()


def _shown(image: SupportedImage | None) -> str:
    if image is None:
        return "choose one"
    agent = image.node_agent_sku.removeprefix("batch.node.")
    return f"{image.reference.short.removeprefix(BOILERPLATE)} · node agent {agent}"
