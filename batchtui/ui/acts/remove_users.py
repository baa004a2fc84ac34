"""Users that this program added to nodes, removed from there and from the ledger."""

from collections.abc import Collection, Sequence

from batchtui.batch import az
from batchtui.batch.bulk import Step
from batchtui.session import Session
from batchtui.tables.users import UserRow
from batchtui.ui.acts.act import MANY_AT_ONCE, Act, Answers, Target
from batchtui.words import short_node_id

_GONE = "gone already: only the list knew it"


class RemoveUsers(Act):
    """A call a user; one that is gone, or whose node or pool is, leaves the ledger only."""

    verb, doing, done, noun = "Remove", "Removing", "removed", "user"
    at_once = MANY_AT_ONCE
    name_width = 30

    def __init__(
        self, session: Session, rows: Sequence[UserRow], hidden: Collection[str] = ()
    ) -> None:
        super().__init__(
            [Target(row.id, f"{row.entry.user} on {_where(row)}", row.id in hidden) for row in rows]
        )
        self._users = session.entrance.users
        self._entries = {row.id: row.entry for row in rows}

    def effect(self, answers: Answers) -> Sequence[str]:
        """Whom it locks out."""
        del answers
        return (
            "Nobody logs in as them any more, with whatever key or password.",
            "Where a node is gone, with its users, only the list forgets them.",
        )

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """A call a user."""
        del answers

        def step(target: str) -> Step:
            async def call() -> str:
                return "" if await self._users.remove(self._entries[target]) else _GONE

            return Step((target,), call)

        return [step(target) for target in left]

    def az(self, answers: Answers, left: Sequence[str]) -> str:
        """A line a user."""
        del answers
        entries = [self._entries[target] for target in left]
        return "\n".join(az.remove_user(each.pool, each.node, each.user) for each in entries)


def _where(row: UserRow) -> str:
    return f"{row.entry.pool} {short_node_id(row.entry.node)}"
