"""Add a user to nodes: with a password or a public key, an administrator or not, for some days."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Select, Static

from batchtui.batch.bulk import Bulk
from batchtui.batch.models import NodeUser, Pool
from batchtui.batch.node import Node
from batchtui.batch.users import name_problem
from batchtui.session import Session
from batchtui.ui.acts.act import Target, a_call_each, whom
from batchtui.ui.dialogs.base import Dialog
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.tick import Tick
from batchtui.visible import visible
from batchtui.words import plural, short_node_id

_ROOM = 130  # cells for the names of nodes: two lines
_PUBLIC_KEY = re.compile(r"(ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp\d+) [A-Za-z0-9+/=]{40,}( .*)?")


class AddUser(Dialog[str]):
    """Says what was done; nodes that failed stay, so that `ctrl+s` tries those again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "add", "Add", id="add-user.add", tooltip="Add the user"),
    ]

    def __init__(
        self, session: Session, pool: Pool, nodes: Sequence[Node], hidden: Collection[str] = ()
    ) -> None:
        """A filter hides those nodes whose ids are `hidden`."""
        super().__init__()
        self._session = session
        self._pool = pool
        self._targets = [
            Target(node.id, short_node_id(node.id), node.id in hidden) for node in nodes
        ]
        self._bulk = Bulk(node.id for node in nodes)
        self._adding = False
        # Made once: nodes that have the user already keep the password that they have.
        self._made_password = ""
        self._user = NodeUser("")
        self._wanted = (self._user, "")
        self._windows = pool.os == "windows"
        where = short_node_id(nodes[0].id) if len(nodes) == 1 else plural(len(nodes), "node")
        self.title_text = f"Add a user to {where}"

    def compose_body(self) -> ComposeResult:
        """The fields, most of them filled in already."""
        settings = self._session.settings
        yield Field("name", "Name", Input(settings.node_user, compact=True))
        ways = [("a password", "password")]
        if not self._windows:
            ways.insert(0, ("a public key", "key"))
        yield Field(
            "how",
            "Logs in with",
            Select(ways, allow_blank=False, compact=True, id="how"),
        )
        yield Field(
            "key",
            "Public key",
            Input(placeholder="ssh-rsa AAAA… or ssh-ed25519 AAAA…", compact=True),
        )
        yield Field(
            "password",
            "Password",
            Input(password=True, placeholder="empty: made for you and shown once", compact=True),
        )
        yield Field("days", "For days", Input(str(settings.node_user_days), compact=True))
        yield Field("admin", "", Tick("Administrator", True))
        yield Static("\nA user of this name that is there already is replaced.", classes="muted")
        if len(self._targets) > 1:
            names = "\n".join(visible(line) for line in whom(self._targets, _ROOM))
            yield Static(f"On: {names}", classes="muted", markup=False)

    def on_mount(self) -> None:
        """Begin with the name."""
        self._show_way()
        self.query_one("#field-name Input").focus()

    def on_select_changed(self) -> None:
        """Key or password."""
        self._show_way()

    def _show_way(self) -> None:
        by_key = self._how() == "key"
        self.query_one("#field-key").display = by_key
        self.query_one("#field-password").display = not by_key

    def on_input_submitted(self) -> None:
        """`enter` goes on to the next field."""
        self.focus_next()

    def action_add(self) -> None:
        """Check what was typed and add the user to every node that doesn't have it yet."""
        wrong = self._problems()
        for field in self.query(Field):
            field.complain(wrong.get(field.field, ""))
        if not wrong and not self._adding:
            self._adding = True
            self.run_worker(self._add())

    def action_give_up(self) -> None:
        """Leave; users that were added already are told of, with the password that they have."""
        begun = self._bulk.done or self._bulk.under_way
        self.dismiss(self._result() if begun else None)

    def _problems(self) -> dict[str, str]:
        days, key = self._value("days"), self._value("key")
        found = {}
        if problem := name_problem(self._value("name")):
            found["name"] = problem
        if not (days.isascii() and days.isdigit() and len(days) < 5 and 1 <= int(days) <= 3650):
            found["days"] = "A whole number of days, 1 or more."
        if self._how() == "key" and not _PUBLIC_KEY.fullmatch(key):
            found["key"] = "A line as in ~/.ssh/id_rsa.pub. RSA works everywhere."
        return found

    async def _add(self) -> None:
        from batchtui.access.keys import generate_password

        typed = self.query_one("#field-password Input", Input).value
        password, days = "", self._value("days")
        if self._how() == "password" and not typed:
            self._made_password = self._made_password or generate_password()
            password = self._made_password
        user = NodeUser(
            name=self._value("name"),
            admin=self.query_one(Tick).value,
            password=password or (typed if self._how() == "password" else ""),
            public_key=self._value("key") if self._how() == "key" else "",
            expires=self._session.now() + timedelta(days=int(days)),
        )
        wanted = (replace(user, expires=None), days)
        if wanted != self._wanted:
            # Another one than some nodes may have already: all of them are to have this one.
            self._bulk = Bulk(self._bulk.targets)
        self._user, self._wanted = user, wanted
        pool_id, bulk = self._pool.id, self._bulk
        await bulk.run(
            a_call_each(
                bulk.left, lambda node: self._session.entrance.users.add(pool_id, node, user)
            )
        )
        self._adding = False
        total = len(bulk.targets)
        if bulk.failed:
            done = f"Added to {len(bulk.done):,} of {total:,}. " if total > 1 else ""
            why = next(iter(bulk.failed.values()))
            self.complain(f"{done}{why}\nctrl+s tries again.")
        else:
            await self.finish(self._result())

    def _result(self) -> str:
        user, bulk = self._user, self._bulk
        until = f"{user.expires:%Y-%m-%d}" if user.expires else ""
        said = f"User {user.name} is on {plural(len(bulk.done), 'node')} until {until}."
        if bulk.under_way:
            said += f" Of {len(bulk.under_way):,} the outcome isn't known."
        if user.password and user.password == self._made_password:
            return f"{said}\n\nPassword, shown only now: {user.password}"
        return said

    def _how(self) -> str:
        return str(self.query_one("#how", Select).value)

    def _value(self, field: str) -> str:
        return self.query_one(f"#field-{field} Input", Input).value.strip()
