"""The step of who reaches the nodes, and how."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from batchtui.batch.access_lenses import SOURCE
from batchtui.batch.access_rules import END, START, in_words, nat_pools
from batchtui.batch.draft import PoolDraft, answered
from batchtui.batch.fields import FIELDS
from batchtui.batch.known import Json, Known
from batchtui.batch.pool_users import accounts, told, with_account
from batchtui.ui.dialogs.pool_user import PoolUser, UserAnswer
from batchtui.ui.steps.base import Step
from batchtui.ui.widgets.field import Field
from batchtui.ui.widgets.user_list import UserList
from batchtui.visible import visible

_USERS = "users"


class AccessStep(Step):
    """The way in for operators, further endpoints, users, addresses and the subnet."""

    step = "access"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "here", "This machine", id="access.here",
                tooltip="Let in this machine, and nobody else"),
    ]  # fmt: skip

    def compose_fields(self) -> Iterable[Widget]:
        """Below the endpoints is what becomes of them; users are a list."""
        for field in super().compose_fields():
            if isinstance(field, Field) and field.field == _USERS:
                yield Static(id="nat-pools", markup=False)
                yield Field(_USERS, FIELDS[_USERS].label, UserList(id=_USERS))
            else:
                yield field

    def follow(self, draft: PoolDraft, known: Known) -> None:
        """Show the NAT pools in words, and the users."""
        super().follow(draft, known)
        rows = [each for each in nat_pools(draft.body) if isinstance(each, dict)]
        # Nothing is there while the step is being made.
        for table in self.query("#nat-pools").results(Static):
            table.update("\n".join(visible(line) for line in _table(rows)))
            table.display = bool(rows)
        for users in self.query(UserList):
            users.show([visible(told(each)) for each in accounts(draft.body)])

    # This machine

    def action_here(self) -> None:
        """Ask for this machine's address."""
        self.run_worker(self._let_in_this_machine(), exclusive=True)

    async def _let_in_this_machine(self) -> None:
        address = await self.session.own_address()
        if not address:
            self.app.notify(
                "This machine's address isn't known: type it.", severity="warning", markup=False
            )
            return
        self.post_message(self.Edited(SOURCE, lambda draft: answered(draft, SOURCE, address)))

    # Users

    def on_user_list_chosen(self, event: UserList.Chosen) -> None:
        """Edit a user, or add one."""
        place, there = event.place, accounts(self.draft.body)
        account = there[place] if place < len(there) else None

        def decided(answer: UserAnswer | None) -> None:
            if answer is not None:
                self.post_message(
                    self.Edited(_USERS, lambda draft: with_account(draft, place, answer.account))
                )

        self.app.push_screen(PoolUser(self.draft.body, account), decided)


def _table(rows: Iterable[Json]) -> Iterable[str]:
    """NAT pools, one line each: name, port of the node, ports outside, who may come in."""
    cells = [
        (
            str(each.get("name")),
            f"{each.get('protocol')} {each.get('backendPort')}",
            f"{each.get(START)}-{each.get(END)}",
            in_words(each),
        )
        for each in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
