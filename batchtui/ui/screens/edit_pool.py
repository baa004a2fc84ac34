"""Edit the start task and the metadata of a pool."""

from collections import Counter
from collections.abc import Iterable, Mapping

from textual.content import Content
from textual.widgets import Input, Select

from batchtui.batch import az
from batchtui.batch.edit import (
    Change,
    PoolEdit,
    change,
    comparable,
    differences,
    identities,
    keeps_secret,
    kept,
    problems,
    start_task,
    warnings,
)
from batchtui.batch.models import Pool
from batchtui.batch.service import segment
from batchtui.errors import BatchtuiError
from batchtui.session import Session
from batchtui.ui.dialogs.review import Request, Review
from batchtui.ui.screens.pool_form import PoolForm
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.lines import Lines
from batchtui.ui.widgets.tick import Tick
from batchtui.visible import visible
from batchtui.words import plural

# Where a service error belongs, by the property that it names.
_FIELD_OF = {
    "startTask": "command_line",
    "commandLine": "command_line",
    "userIdentity": "identity",
    "username": "identity",
    "maxTaskRetryCount": "retries",
    "environmentSettings": "environment",
    "containerSettings": "password",
    "metadata": "metadata",
}

_HELP = {
    "command_line": "There is no shell: /bin/bash -c '...' for && and |. Empty for none.",
    "identity": "Installing packages needs an administrator.",
    "wait": "Without it tasks run on a node before its start task is done, or if it fails.",
    "retries": "How often a start task that fails is tried again; -1 is without end.",
    "environment": 'Variables, a line each: NAME=value. "a\\nb" in quotes is of two lines.',
    "password": "The service doesn't tell it, and wants it with each change of the start task.",
    "metadata": "A line each: name=value. They are for your own tools.",
}


class EditPoolScreen(PoolForm[PoolEdit]):
    """What was edited is sent, and nothing else; says which nodes have another start task."""

    name_of_form = "edit"
    rests_on = ("startTask", "metadata", "applicationPackageReferences")
    field_of = _FIELD_OF
    helps = _HELP
    verbatim = frozenset({"password"})

    def __init__(self, session: Session, pool: Pool) -> None:
        super().__init__(session, pool)
        self._on_nodes: Counter[str] = Counter()
        self._counting = "Asking which start tasks the nodes have …"

    def draft_of(self, pool: Pool) -> PoolEdit:
        """What the pool has."""
        return PoolEdit.of(pool)

    def compose_fields(self) -> Iterable[Field]:
        """The start task's fields, then the metadata."""
        draft = self.draft
        yield self._lines("command_line", "Start task")
        yield Field("identity", "  runs as", self._identities())
        yield Field("wait", "  nodes wait", Tick("for its success", draft.wait, id="wait"))
        yield Field("retries", "  retries", Input(draft.retries, id="retries", compact=True))
        yield self._lines("environment", "  environment")
        if keeps_secret(self.pool):
            yield Field("password", "  registry key", self._password())
        yield self._lines("metadata", "Metadata")

    def _lines(self, name: str, label: str) -> Field:
        return Field(name, label, Lines(getattr(self.draft, name), id=name, placeholder="none"))

    def fill(self, draft: PoolEdit) -> None:
        """Whom it may run as follows the pool, too."""
        choices = self.query_one("#identity", Select)
        with choices.prevent(Select.Changed):
            choices.set_options(self._choices())
        super().fill(draft)

    def _password(self) -> Input:
        hint = "the password of the container's registry, again"
        return Input(id="password", password=True, placeholder=hint, compact=True)

    def _choices(self) -> list[tuple[Content, str]]:
        return [(Content(visible(words)), name) for name, words in identities(self.pool).items()]

    def _identities(self) -> Select[str]:
        return Select(
            self._choices(),
            value=self.draft.identity,
            allow_blank=False,
            compact=True,
            id="identity",
        )

    def on_mount(self) -> None:
        """Find out what the nodes have meanwhile."""
        self.run_worker(self._ask_nodes())

    async def _ask_nodes(self) -> None:
        try:
            async for page in self.session.pools.start_tasks(self.pool.id):
                self._on_nodes.update(comparable(task) for task in page)
        except BatchtuiError as error:
            self._counting = f"Which start tasks the nodes have isn't known: {error}"
        else:
            self._counting = ""
        self.check()

    def problems(self) -> Mapping[str, str]:
        """What the service would refuse."""
        return problems(self.draft, self.pool)

    def effects(self) -> Iterable[str]:
        """Whom it reaches, and what stays as it is."""
        if self._counting:
            yield self._counting
        elif self._on_nodes:
            nodes, other = self._on_nodes.total(), self._others(self.draft)
            yield f"{other:,} of {nodes:,} nodes have another start task than this one."
            yield "A start task reaches a node when it reboots or joins the pool."
        if parts := kept(self.pool):
            yield f"Kept as they are: {', '.join(parts)}."

    def _others(self, draft: PoolEdit) -> int:
        mine = comparable(start_task(draft, self.pool))
        return self._on_nodes.total() - self._on_nodes[mine]

    def warnings(self) -> Iterable[str]:
        """What may be regretted."""
        return warnings(self.draft, self.pool)

    def review(self) -> Review | None:
        """What differs, and what is sent for it."""
        wanted = change(self.draft, self.pool)
        if wanted is None:
            self.say("Nothing was edited.")
            return None
        return Review(
            f"Edit pool {self.pool.id}?",
            self._request(wanted),
            words=[*differences(self.draft, self.pool), *self.effects()],
            warnings=list(self.warnings()),
            az=self._az(wanted),
        )

    def _request(self, wanted: Change) -> Request:
        path = f"/pools/{segment(self.pool.id)}"
        line = f"POST {path}/updateproperties" if wanted.replaces else f"PATCH {path}"
        return Request(line, wanted.body)

    def _az(self, wanted: Change) -> str:
        tell = az.replace_pool_properties if wanted.replaces else az.update_pool
        return tell(self.pool.id, wanted.body)

    async def ask(self, draft: PoolEdit) -> str:
        """Change the pool."""
        wanted, pools = change(draft, self.pool), self.session.pools
        if wanted is None:
            return f"Pool {self.pool.id} is like that already."
        send = pools.replace_properties if wanted.replaces else pools.update
        await send(self.pool.id, wanted.body, match=self.match)
        said = f"Pool {self.pool.id} is changed."
        others = 0 if self._counting else self._others(draft)
        if others and "startTask" in wanted.body:
            said += f" {plural(others, 'node')} keep another start task until the next boot."
        return said
