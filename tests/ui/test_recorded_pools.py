"""Pools of the real service, opened as templates, looked at in every step, and sent."""

from datetime import UTC, datetime

import pytest
from conftest import recorded, recording
from driving import until

from batchtui.batch.draft import PoolDraft, problems
from batchtui.batch.fields import STEPS
from batchtui.batch.known import Known
from batchtui.batch.places import at, put
from batchtui.batch.template import from_json
from batchtui.ui.screens.create_pool import Beginning, CreatePoolScreen
from batchtui.ui.screens.pools import PoolsScreen

# The images of the older recordings were still supported then.
THEN = datetime(2023, 6, 1, tzinfo=UTC)


def pools():
    """The JSON of every pool that a recording has, by the recording's name."""
    for name in (*recorded("pool-get-"), *recorded("pool-create-")):
        found = recording(name)
        body = found["request"]["body"] or found["response"]["body"] or {}
        if "vmSize" in body and "virtualMachineConfiguration" in body:
            yield name, body


# What is wrong with it is said before the service says so.
REFUSED = {"pool-create-400-image-id"}
POOLS = {name: body for name, body in pools() if name not in REFUSED}


def completed(body):
    """With the passwords that the service doesn't tell, as whoever opens it types them."""
    accounts = at(body, ("userAccounts",)) or []
    for index, account in enumerate(accounts):
        body = put(body, ("userAccounts", index, "password"), account.get("password", "typed"))
    return body


def test_there_are_recorded_pools():
    assert len(POOLS) >= 20


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_the_service_refused_of_a_recorded_pool_is_said_before(name):
    body = recording(name)["request"]["body"]
    found = problems(PoolDraft(body), Known(THEN))
    assert any("providers/Microsoft.Compute/" in text for text in found.values())


@pytest.mark.parametrize("name", POOLS)
async def test_a_recorded_pool_is_sent_with_every_property_that_it_had(pilot, monkeypatch, name):
    pools_screen = pilot.app.screen
    session, sent = pools_screen.session, []
    post = session.service.post

    async def posted(path, body, **how):
        sent.append((path, body))
        return await post(path, body, **how)

    monkeypatch.setattr(session.service, "post", posted)
    monkeypatch.setattr(session, "now", lambda: THEN)
    body = completed(from_json(POOLS[name]).body)
    # Subnets were asked for by whoever had signed in with Entra ID.
    monkeypatch.setattr(session, "by_key", False)
    form = CreatePoolScreen(session, frozenset(), Beginning("create", PoolDraft(body)))
    await pilot.app.push_screen(form)
    for step in STEPS[1:]:
        await pilot.press("pagedown")
        await until(pilot, lambda step=step: form.query(f"#step-{step}"), f"the step {step}")
        await pilot.pause()
    assert form.draft.body == body
    assert dict(form.problems()) == {}
    await pilot.press("ctrl+s")
    await until(pilot, lambda: sent, "what is sent")
    assert sent[0] == ("/pools", body)
    had = {key: value for key, value in POOLS[name].items() if key in body}
    for key, value in had.items():
        if key not in {"virtualMachineConfiguration", "userAccounts"}:
            assert body[key] == value
    # Made, or refused for what this account hasn't, such as a package or a network.
    await until(
        pilot,
        lambda: isinstance(pilot.app.screen, PoolsScreen) or not form.busy(),
        "the service's answer",
    )
