"""What the form's Access step chooses is what the nodes' ports do."""

import contextlib

import asyncssh
import pytest
from service.helpers import UBUNTU
from service.logging_in import add_user, connect

from batchtui.batch.draft import PoolDraft, answered, new_draft

CHOICES = {
    "this machine": ({"access": "only", "access_source": "127.0.0.1"}, True),
    "a range with this machine": ({"access_source": "203.0.113.7, 127.0.0.0/8"}, True),
    "another address": ({"access_source": "203.0.113.7"}, False),
    "anyone": ({"access": "anyone"}, True),
}


def chosen(answers):
    """The pool's network as the form makes it."""
    draft = new_draft()
    for name, answer in answers.items():
        draft = answered(draft, name, answer)
    assert not draft.typed
    return draft.body["networkConfiguration"]


@pytest.mark.parametrize("choice", CHOICES)
async def test_who_was_let_in_comes_in_and_nobody_else(service, choice):
    answers, welcome = CHOICES[choice]
    await service.create(targetDedicatedNodes=1, networkConfiguration=chosen(answers))
    (node,) = await service.nodes()
    await add_user(service, node)
    expected = contextlib.nullcontext() if welcome else pytest.raises((OSError, asyncssh.Error))
    with expected:
        async with connect(node) as connection:
            done = await connection.run("echo in")
            assert done.stdout == "in\n"


async def test_off_leaves_no_port_at_all(service):
    body = answered(new_draft(), "access", "off").body
    assert "networkConfiguration" not in body
    await service.create(targetDedicatedNodes=1)
    (node,) = await service.nodes()
    assert not node.get("endpointConfiguration", {}).get("inboundEndpoints")


async def test_nobody_is_let_in_until_somebody_is_named(service):
    draft = new_draft()
    assert draft.typed == {"access_source": ""}
    made = draft.body["networkConfiguration"]
    await service.create(targetDedicatedNodes=1, networkConfiguration=made)
    (node,) = await service.nodes()
    await add_user(service, node)
    with pytest.raises((OSError, asyncssh.Error)):
        async with connect(node):
            pass


def test_a_windows_pool_has_the_way_of_rdp(service):
    windows = {**UBUNTU, "nodeAgentSKUId": "batch.node.windows amd64"}
    draft = PoolDraft({"virtualMachineConfiguration": windows})
    for name, answer in {"access": "only", "access_source": "127.0.0.1"}.items():
        draft = answered(draft, name, answer)
    (way,) = draft.body["networkConfiguration"]["endpointConfiguration"]["inboundNATPools"]
    assert (way["name"], way["backendPort"]) == ("rdp", 3389)
