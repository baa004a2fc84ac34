"""A user that is added to nodes: to some of a pool, or to all that pools have and come to have."""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from batchtui.access.public_keys import is_line, public_line
from batchtui.access.threads import in_thread
from batchtui.batch import az
from batchtui.batch.bulk import Bulk, Step
from batchtui.batch.joining import Joining
from batchtui.batch.models import NodeUser, Pool
from batchtui.batch.node import Node
from batchtui.batch.user_rules import public_key_problem
from batchtui.errors import BatchtuiError, ConfigError, ServiceError
from batchtui.session import Session
from batchtui.ui.acts.act import MANY_AT_ONCE, Act, Answers, Question, Target
from batchtui.ui.acts.nodes import ON_THE_WAY, Chosen, refusals
from batchtui.ui.acts.user_questions import (
    KEY,
    MADE,
    OURS,
    REPLACE,
    is_by_key,
    problems,
    questions,
    user_of,
)
from batchtui.words import plural, short_node_id

_ADDED = "added"
_SAID = {
    "added": _ADDED,
    "replaced": "replaced; whether it is an administrator stays as it was",
    "there": "left as it was: there is one already",
}


class UserAct(Act):
    """Adds one user to nodes of pools; what it logs in with is the same everywhere."""

    verb, doing = "Add a user to", "Adding a user to"
    at_once = MANY_AT_ONCE
    alike = True

    def __init__(
        self,
        session: Session,
        pools: Sequence[Pool],
        targets: Sequence[Target],
        keys: Sequence[Path] = (),
    ) -> None:
        """`keys` are the operator's own public keys to choose from."""
        super().__init__(targets)
        self.session = session
        self.pools = pools
        self.windows = any(pool.os == "windows" for pool in pools)
        self._keys = keys
        # Where each target is: its pool and the node's id.
        self._places: dict[str, tuple[str, str]] = {}
        # Made once: nodes that have the user already keep the password that they have.
        self._made_password = ""
        self._key = ""
        self._shown = ""
        self.user_name = session.entrance.user

    def questions(self) -> Sequence[Question]:
        """Name, how it logs in, rights, how long, and what if it is there."""
        user, days = self.session.entrance.user, self.session.settings.node_user_days
        return questions(user, days, self._keys, windows=self.windows)

    def problems(self, answers: Answers) -> Mapping[str, str]:
        """What is wrong with an answer, as far as that is known without reading files."""
        return dict(problems(answers, windows=self.windows))

    async def prepare(self, answers: Answers) -> Mapping[str, str]:
        """Get the key, or make the password."""
        try:
            await self._prepare(answers)
        except BatchtuiError as error:
            return {"key" if answers["login"] == KEY else "login": str(error)}
        return {}

    async def _prepare(self, answers: Answers) -> None:
        login = answers["login"]
        if login == OURS:
            self._key = await self.session.entrance.public_line()
        elif is_by_key(answers):
            self._key = await _key_of(answers["key"].strip() if login == KEY else login)
        elif login == MADE and not self._made_password:
            from batchtui.access.keys import generate_password

            self._made_password = generate_password()

    def _user(self, answers: Answers) -> NodeUser:
        password = self._made_password if answers["login"] == MADE else answers["password"]
        by_key = is_by_key(answers)
        return user_of(
            answers,
            self.session.now(),
            key=self._key if by_key else "",
            password="" if by_key else password,
        )

    def effect(self, answers: Answers) -> Sequence[str]:
        """Until when; on Linux to the end of that day (source: SERVICE.md, trap 8)."""
        if self.problems(answers).get("days"):
            return ()
        user = self._user(answers)
        day = "" if self.windows else "the end of "
        return (f"{self.whom()}, until {day}{user.expires:%Y-%m-%d} (UTC).",)

    def whom(self) -> str:
        """How many nodes it is about."""
        raise NotImplementedError

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """A call a node, which tells what became of the user there."""
        user, replace = self._user(answers), answers["exists"] == REPLACE
        self.user_name = user.name
        self.done = f"user {user.name} until {user.expires:%Y-%m-%d}"
        made = user.password and user.password == self._made_password
        self._shown = f"Password of {user.name}, shown only now: {user.password}" if made else ""

        def step(target: str) -> Step:
            pool_id, node_id = self._places[target]

            async def call() -> str:
                users = self.session.entrance.users
                return _SAID[await users.add(pool_id, node_id, user, replace=replace, retry=False)]

            return Step((target,), call)

        return [step(target) for target in left]

    def tells(self, bulk: Bulk) -> bool:
        """Of several, of what is shown once, and of a user that was there."""
        return len(bulk.targets) > 1 or set(bulk.done.values()) != {_ADDED} or bool(self._shown)

    def secret(self, bulk: Bulk) -> str:
        """The password that was made, if a node has or may have it."""
        used = set(bulk.done.values()) - {_SAID["there"]}
        unsure = any(
            isinstance(error, ServiceError) and error.may_be_done for error in bulk.failed.values()
        )
        return self._shown if used or unsure or bulk.under_way else ""

    def az(self, answers: Answers, left: Sequence[str]) -> str:
        """A line a node, or one for all nodes of a pool; keys and passwords are variables."""
        key = "key" if is_by_key(answers) else ""
        user = user_of(answers, self.session.now(), key=key)
        replace = answers["exists"] == REPLACE
        places = [self._places[target] for target in left]
        return "\n".join(
            az.add_user(
                pool.id, [node for where, node in places if where == pool.id], user, replace=replace
            )
            for pool in self.pools
        )


class AddUser(UserAct):
    """To some nodes of one pool."""

    def __init__(self, chosen: Chosen, keys: Sequence[Path] = ()) -> None:
        targets = [
            Target(node.id, short_node_id(node.id), node.id in chosen.hidden)
            for node in chosen.nodes
        ]
        super().__init__(chosen.session, [chosen.pool], targets, keys)
        self._places = {node.id: (chosen.pool.id, node.id) for node in chosen.nodes}
        self._chosen = chosen

    def whom(self) -> str:
        """Of how many."""
        return f"On {len(self.targets):,} of {plural(self._chosen.of, 'node')}"

    def warnings(self, answers: Answers) -> Sequence[str]:
        """Nodes that the service is likely to refuse; it is tried all the same."""
        del answers
        return refusals(self._chosen.nodes, ON_THE_WAY)


class AddUserEverywhere(UserAct):
    """To every node of pools, also to those that join while it runs."""

    def __init__(self, session: Session, pools: Sequence[Pool], keys: Sequence[Path] = ()) -> None:
        super().__init__(session, pools, (), keys)
        if len(pools) > 1:
            self.name_width = 24

    @property
    def who(self) -> str:
        """The pools: their nodes aren't known before it runs."""
        if self.targets:
            return super().who
        only = len(self.pools) == 1
        return f"every node of {self.pools[0].id if only else plural(len(self.pools), 'pool')}"

    def whom(self) -> str:
        """How many there are now."""
        nodes = plural(sum(pool.dedicated + pool.spot for pool in self.pools), "node")
        pools = ", ".join(pool.id for pool in self.pools)
        return f"On every node of {pools}: {nodes} now, and those that join while it runs"

    def arrivals(self, answers: Answers, bulk: Bulk) -> AsyncIterator[Sequence[Step]]:
        """A call for each node when it is up."""

        def say(words: str) -> None:
            bulk.note = words

        joining = Joining(
            self.session.nodes,
            self.session.pools,
            lambda: bool(bulk.under_way or bulk.waiting),
            say,
        )
        return self._arrivals(answers, joining)

    async def _arrivals(self, answers: Answers, joining: Joining) -> AsyncIterator[Sequence[Step]]:
        known = list(self._places.values())
        async for pool_id, nodes in joining.nodes([pool.id for pool in self.pools], known):
            targets = [self._target(pool_id, node) for node in nodes]
            self.find(targets)
            yield self.steps(answers, [target.id for target in targets])

    def _target(self, pool_id: str, node: Node) -> Target:
        place = f"{pool_id}/{node.id}"
        self._places[place] = (pool_id, node.id)
        name = short_node_id(node.id)
        return Target(place, f"{pool_id} {name}" if len(self.pools) > 1 else name)


async def _key_of(text: str) -> str:
    """The key that a line is or a file holds; ConfigError says what is wrong with it."""
    line = text if is_line(text) else await in_thread(lambda: public_line(Path(text)))
    if problem := public_key_problem(line):
        raise ConfigError(problem)
    return line
