"""The ledger as many write it at once: few writes, and nothing lost."""

import asyncio
from datetime import UTC, datetime

import pytest

from batchtui.access.accounts import Account
from batchtui.access.ledger import Became, Change, Ledger, LedgerEntry
from batchtui.batch.models import NodeUser
from batchtui.entrance.users import NodeUsers
from batchtui.entrance.writing import LedgerWriter
from batchtui.errors import (
    ConfigError,
    ConflictError,
    NotFoundError,
    ReadOnlyError,
    ServiceError,
    UnreachableError,
)

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
USER = NodeUser("op-me", password="Not-A-Real-1", expires=NOW)


def entry(node):
    return LedgerEntry(
        "acct", "https://a.b", "p", node, "op-me", admin=True, expires=NOW, added=NOW, how="key"
    )


class Counting(Ledger):
    """Counts how often its file is written."""

    writes = 0

    def write(self, changes):
        self.writes += 1
        super().write(changes)


class Calls:
    """The service's answers to whoever adds or removes a user."""

    def __init__(self, answer="added"):
        self.answer = answer
        self.ledger = None
        self.seen = []

    async def ensure(self, _pool, node, _user, **_how):
        return self._told(node)

    async def delete(self, _pool, node, _name, **_how):
        self._told(node)

    def _told(self, node):
        # What would be known if all were killed now.
        kept = self.ledger.entries("acct", "https://a.b")
        self.seen.append([each.sure for each in kept if each.node == node])
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def node_users(tmp_path, calls):
    ledger = calls.ledger = Counting(tmp_path / "users.json")
    account = Account("mine", "acct", "https://a.b")
    return NodeUsers(account, calls, ledger, lambda: NOW)


async def test_two_hundred_users_take_a_few_writes(tmp_path):
    users = node_users(tmp_path, Calls())
    nodes = [f"n{number}" for number in range(200)]
    await asyncio.gather(*(users.add("p", node, USER) for node in nodes))
    kept = await users.all()
    assert sorted(each.node for each in kept) == sorted(nodes)
    assert all(each.sure for each in kept)
    assert users.ledger.writes <= 20


async def test_a_user_is_written_down_before_it_is_asked_for(tmp_path):
    calls = Calls()
    await node_users(tmp_path, calls).add("p", "n", USER)
    assert calls.seen == [[False]]


REFUSED = [ConflictError("It reboots."), NotFoundError("gone"), ReadOnlyError("no")]


@pytest.mark.parametrize("error", REFUSED, ids=lambda error: type(error).__name__)
async def test_a_user_that_was_refused_is_in_no_ledger(tmp_path, error):
    users = node_users(tmp_path, Calls(error))
    with pytest.raises(type(error)):
        await users.add("p", "n", USER)
    assert await users.all() == []


async def test_a_user_that_is_left_as_it_is_is_not_ours(tmp_path):
    users = node_users(tmp_path, Calls("there"))
    assert await users.add("p", "n", USER, replace=False) == "there"
    assert await users.all() == []


def lost():
    error = UnreachableError("The connection broke.")
    error.asked = True
    return error


@pytest.mark.parametrize("error", [lost(), ServiceError("Inside.", status=500)], ids=str)
async def test_a_user_whose_answer_was_lost_may_be_there(tmp_path, error):
    users = node_users(tmp_path, Calls(error))
    with pytest.raises(ServiceError):
        await users.add("p", "n", USER)
    assert [each.sure for each in await users.all()] == [False]


GONE = [NotFoundError("", code=code) for code in ("PoolNotFound", "NodeNotFound")]


@pytest.mark.parametrize("answer", ["", *GONE], ids=["there", "pool", "node"])
async def test_a_user_that_is_removed_or_gone_is_dropped(tmp_path, answer):
    calls = Calls()
    users = node_users(tmp_path, calls)
    await users.add("p", "n", USER)
    [kept] = await users.all()
    calls.answer = answer
    assert await users.remove(kept) is (answer == "")
    assert await users.all() == []


@pytest.mark.parametrize("why", [ConflictError("It is deallocated."), NotFoundError("a proxy")])
async def test_a_user_that_can_not_be_removed_now_stays_known(tmp_path, why):
    calls = Calls()
    users = node_users(tmp_path, calls)
    await users.add("p", "n", USER)
    kept = await users.all()
    calls.answer = why
    with pytest.raises(type(why)):
        await users.remove(kept[0])
    assert await users.all() == kept


async def test_nobody_is_added_whom_the_ledger_can_not_take(tmp_path):
    calls = Calls()
    users = node_users(tmp_path, calls)
    (tmp_path / "users.json").write_text("{")
    with pytest.raises(ConfigError):
        await users.add("p", "n", USER)
    assert calls.seen == []


async def test_one_that_was_given_up_is_written_and_holds_up_nobody():
    writer = LedgerWriter(ledger := Ledger(None))
    first, second = (
        asyncio.create_task(writer.write(Change(entry(node), Became.ADDED))) for node in "ab"
    )
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert [each.node for each in ledger.entries("acct", "https://a.b")] == ["a", "b"]
