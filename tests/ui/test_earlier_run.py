"""A login key that is kept opens the nodes of earlier runs, without anything to add."""

from dataclasses import replace
from datetime import timedelta

import pytest

from batchtui.access.accounts import Account
from batchtui.accounts import Accounts
from batchtui.clock import utc_now
from batchtui.config import Settings


@pytest.fixture
def begin(emulator, paths, ring):
    """Another run of the program: its session, and the users that it adds."""

    async def begin(now=utc_now, **settings):
        wanted = replace(Settings(login_key_type="ed25519"), **settings)
        account = Account("a", emulator.account, emulator.endpoint, node_user="alice")
        accounts = Accounts(paths, wanted, now)
        accounts.welcome(account, emulator.key)
        session = await accounts.open(account)
        add, added = session.entrance.users.add, []

        async def noting(pool_id, node_id, user, **how):
            added.append(user.name)
            return await add(pool_id, node_id, user, **how)

        session.entrance.users.add = noting
        return session, added

    return begin


async def shell_says(session, node_id):
    pool = await session.pools.get("render-linux")
    doorway = await session.entrance.doorway(pool, node_id)
    async with session.entrance.connected(doorway) as connection:
        channel = connection.exec("exit 7")
        return channel.wait().status


async def first_node(session):
    page = await anext(session.nodes.pages("render-linux"))
    return page[0].id


async def test_the_user_of_an_earlier_run_is_not_added_again(begin):
    session, added = await begin()
    async with session:
        node_id = await first_node(session)
        assert await shell_says(session, node_id) == 7
        assert added == ["alice"]
    session, added = await begin()
    async with session:
        assert await shell_says(session, node_id) == 7
        assert added == []
    # Somebody took it away meanwhile, or the node is another machine by now.
    session, added = await begin()
    async with session:
        await session.service.delete(f"/pools/render-linux/nodes/{node_id}/users/alice")
        assert await shell_says(session, node_id) == 7
        assert added == ["alice"]
    # With another key it is another login.
    session, added = await begin(login_key="run")
    async with session:
        assert await shell_says(session, node_id) == 7
        assert added == ["alice"]


async def test_a_user_that_has_expired_is_added_again(begin):
    session, added = await begin()
    async with session:
        node_id = await first_node(session)
        await shell_says(session, node_id)
    session, added = await begin(lambda: utc_now() + timedelta(days=2))
    async with session:
        assert await shell_says(session, node_id) == 7
        assert added == ["alice"]
