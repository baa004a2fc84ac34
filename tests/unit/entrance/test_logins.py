"""Who logs in to nodes, and with what."""

from datetime import UTC, datetime

import pytest

from batchtui.access.accounts import Account
from batchtui.batch import convert
from batchtui.config import Settings
from batchtui.entrance.login_keys import LoginKeys
from batchtui.entrance.logins import Logins

UNTIL = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def logins():
    account = Account("demo", "acct", "https://a.b", source="demo")
    settings = Settings(node_user="op-me", login_key="run", login_key_type="ed25519")
    return Logins(account, settings, LoginKeys(settings, None))


def pool(agent):
    machine = {"imageReference": {"publisher": "p"}, "nodeAgentSKUId": agent}
    return convert.pool({"id": "p", "virtualMachineConfiguration": machine})


async def test_a_user_on_linux_has_the_key(logins):
    proof = await logins.proof(pool("batch.node.ubuntu 24.04"))
    user = logins.node_user(proof, UNTIL)
    assert (user.name, user.public_key, user.password) == ("op-me", proof.public_line, "")
    assert logins.login(proof, lambda _question: None).ways[0] is proof
    assert (await logins.proof(pool("batch.node.debian 12"))) is proof


async def test_a_user_on_windows_has_a_password_of_this_run(logins):
    proof = await logins.proof(pool("batch.node.windows amd64"))
    user = logins.node_user(proof, UNTIL)
    assert (user.name, user.public_key, user.password) == ("op-me", "", proof.text)
    assert user.admin
    assert len(proof.text) == 24
    assert proof.text not in repr(proof)
    assert (await logins.proof(pool("batch.node.windows amd64"))) == proof
