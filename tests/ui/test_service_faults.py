"""Every fault of the emulator at every screen: what is shown stays, a sentence, and a way on."""

import re
from asyncio import to_thread
from dataclasses import dataclass

import pytest
from driving import (
    answer,
    choose_image,
    fill,
    open_form,
    open_nodes,
    screen_text,
    until,
    until_shown,
)
from textual.widgets import Static

from batchtui.config import Settings
from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import clear, inject
from batchtui.ui.dialogs.notice import Notice

POOL = "render-linux"
TIMEOUT = 1.0  # s

# What goes wrong, and whether an answer must come of it that is no good.
FAULTS = {
    "400": ({"do": "status", "status": 400, "message": "[b]No[/b] \x1b[31m\u202e"}, True),
    "403": ({"do": "status", "status": 403, "code": "AuthenticationFailed"}, True),
    "404": ({"do": "status", "status": 404, "code": "PoolNotFound"}, True),
    "409": ({"do": "status", "status": 409, "code": "PoolBeingResized"}, True),
    "500": ({"do": "status", "status": 500}, True),
    "429": ({"do": "status", "status": 429, "retryAfter": 1}, True),
    "503": ({"do": "status", "status": 503, "retryAfter": 1}, True),
    "delay": ({"do": "delay", "seconds": 0.2}, False),
    "hang": ({"do": "hang"}, True),
    "reset": ({"do": "reset"}, True),
    "reset late": ({"do": "reset", "at": "answer"}, True),
    "cut": ({"do": "cut"}, True),
    "slow": ({"do": "slow", "seconds": 0.2}, False),
    "malformed": ({"do": "malformed"}, True),
    "contenttype": ({"do": "contenttype"}, True),
    "loop": ({"do": "loop"}, False),
    "lostpage": ({"do": "lostpage"}, False),
    "expiredtoken": ({"do": "expiredtoken"}, True),
    "skew": ({"do": "skew", "seconds": 7200}, True),
}
# These come when what was asked for is done already, or change no answer to a POST.
READS_ONLY = {"reset late", "cut", "malformed", "contenttype", "loop", "lostpage", "slow", "delay"}


@pytest.fixture
def emulator():
    """A world in which nothing happens by itself."""
    how = Options(seed="demo", clock="0.000001", random_seed=7, pretend=True)
    with EmulatorThread(how) as running:
        yield running


@pytest.fixture
def settings():
    return Settings(
        node_user="op-test",
        refresh_seconds=0.0,
        service_timeout_seconds=TIMEOUT,
        service_retries=0,
    )


# Screens that read


async def pools(pilot):
    await until_shown(pilot, POOL)


async def nodes(pilot):
    await open_nodes(pilot, POOL)


async def node_details(pilot):
    await open_nodes(pilot, POOL)
    await pilot.press("d")
    await until_shown(pilot, "Start task")


async def pool_details(pilot):
    pilot.app.screen.table.move_to(POOL)
    await pilot.press("d")
    await until_shown(pilot, "Nodes")


async def raw_pool(pilot):
    pilot.app.screen.table.move_to(POOL)
    await pilot.press("y")
    await until_shown(pilot, '"id"')


async def raw_node(pilot):
    await open_nodes(pilot, POOL)
    await pilot.press("y")
    await until_shown(pilot, '"id"')


async def faults(pilot):
    await pilot.press("F")
    await until_shown(pilot, "as of")


READING = [pools, nodes, node_details, pool_details, raw_pool, raw_node, faults]


def content(screen):
    """What a screen shows: rows, or a text in which only time passes."""
    table = getattr(screen, "table", None)
    return set(table.rows) if table else re.sub(r"\d+\w( \d+\w)? ago", "", screen.reader.text)


def message(screen):
    return screen.query_one("#message", Static)


async def asked_again(pilot, screen):
    """Press ctrl+r, as soon as the service may be asked, and wait until that came to something."""
    await until(pilot, lambda: not screen._in_flight and not screen._patient, "a quiet screen")
    before = screen._loaded_at
    await pilot.press("ctrl+r")
    await until(pilot, lambda: not screen._in_flight, "an answer")
    return screen._loaded_at != before


@pytest.mark.parametrize("opened", READING, ids=lambda each: each.__name__)
async def test_what_is_shown_stays_and_comes_again(pilot, emulator, opened):
    await opened(pilot)
    screen, app = pilot.app.screen, pilot.app
    await until(pilot, lambda: not screen._in_flight, "all of it")
    shown, depth = content(screen), len(app.screen_stack)
    for name, (rule, fails) in FAULTS.items():
        await to_thread(inject, emulator, method="GET", path="/pools**", **rule)
        came = await asked_again(pilot, screen)
        said = message(screen)
        assert not (came and fails), f"{name}: nothing went wrong"
        if not came:
            assert said.has_class("-bad"), f"{name}: {screen_text(app)}"
            assert len(str(said.visual)) > 20, f"{name}: {said.visual}"
        # What comes in a second answer says for itself that it didn't.
        assert content(screen) == shown or "can't be asked for" in content(screen), name
        assert (app.screen, len(app.screen_stack)) == (screen, depth), name
        if rule.get("retryAfter"):
            # The time that it asks for doesn't pass while this is looked at.
            then = screen._due - 0.5
            screen.clock = lambda then=then: then
            await pilot.press("ctrl+r")
            assert "asks to wait" in str(said.visual), name
            await until_shown(pilot, "throttled for")
            del screen.clock
        await to_thread(clear, emulator)
        assert await asked_again(pilot, screen), f"{name}: {screen_text(app)}"
        assert content(screen) == shown, name
    await pilot.press("escape")
    await until(pilot, lambda: app.screen is not screen, "a way back")


@pytest.mark.parametrize(("key", "opens"), [("e", "runs as"), ("d", "Nodes")])
async def test_what_cannot_be_opened_says_so(pilot, emulator, key, opens):
    screen = pilot.app.screen
    screen.table.move_to(POOL)
    for name, (rule, fails) in FAULTS.items():
        if not fails:
            continue
        await to_thread(inject, emulator, method="GET", path=f"/pools/{POOL}", **rule)
        screen.say("")
        await pilot.press(key)
        if key == "d":
            await until(pilot, lambda: pilot.app.screen is not screen, "the details")
            await until(pilot, lambda: message(pilot.app.screen).has_class("-bad"), name)
            await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen, "the pools")
        if key != "d":
            await until(pilot, lambda: message(screen).has_class("-bad"), name)
        await to_thread(clear, emulator)
    await pilot.press(key)
    await until_shown(pilot, opens)


# What is sent


@dataclass
class Sent:
    """A form of a pool: its key, what is typed, the request, and what is said in the end."""

    key: str
    pool: str
    typed: dict[str, str]
    method: str
    path: str
    ends: str


FORMS = [
    Sent("r", POOL, {"dedicated": "7"}, "POST", "/pools/*/resize", "is being resized"),
    Sent("e", POOL, {"metadata": "team=[b]us"}, "PATCH", "/pools/*", "is changed"),
    Sent(
        "a",
        "cfd-autoscale",
        {"formula": "$TargetDedicatedNodes=2;\n", "interval": "7"},
        "POST",
        "/pools/*/enableautoscale",
        "is on",
    ),
]
SENT = {name: rule for name, (rule, _fails) in FAULTS.items() if name not in READS_ONLY}


async def until_refused(pilot, form, name):
    """Something says why, in place or above the form."""

    def refused():
        above = pilot.app.screen
        return isinstance(above, Notice) or (above is form and message(form).has_class("-bad"))

    await until(pilot, refused, f"{name}: a sentence")
    if isinstance(pilot.app.screen, Notice):
        await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is form, f"{name}: the form")


@pytest.mark.parametrize("wanted", FORMS, ids=lambda each: each.key)
async def test_what_was_typed_stays_and_is_sent_in_the_end(pilot, emulator, wanted):
    pools = pilot.app.screen
    pools.table.move_to(wanted.pool)
    await pilot.press(wanted.key)
    await until(pilot, lambda: pilot.app.screen is not pools, "the form")
    await pilot.pause()
    form = pilot.app.screen
    await fill(pilot, **wanted.typed)
    await refused_then_sent(pilot, emulator, form, wanted.method, wanted.path)
    await until_shown(pilot, wanted.ends)
    assert pilot.app.screen is pools


async def refused_then_sent(pilot, emulator, form, method, path):
    """Send it as all kinds of things go wrong, and once as nothing does."""
    draft = form.draft
    for name, rule in SENT.items():
        await to_thread(inject, emulator, method=method, path=path, **rule)
        form.say("")
        await send(pilot, form)
        await until_refused(pilot, form, name)
        assert form.draft == draft, name
        await to_thread(clear, emulator)
    await send(pilot, form)


async def send(pilot, form):
    """Press ctrl+s, and again where a review comes."""
    await pilot.press("ctrl+s")
    await until(
        pilot,
        lambda: pilot.app.screen is not form or message(form).has_class("-bad"),
        "a review or a refusal",
    )
    if pilot.app.screen is not form and not isinstance(pilot.app.screen, Notice):
        await pilot.press("ctrl+s")


async def test_a_pool_that_cannot_be_made_stays_typed(pilot, emulator):
    pools = pilot.app.screen
    # The images that can't be asked for say so.
    await to_thread(inject, emulator, method="GET", path="/supportedimages", do="malformed")
    form = await open_form(pilot)
    await until_shown(pilot, "isn't Azure Batch's JSON")
    await to_thread(clear, emulator)
    await pilot.press("ctrl+r")
    await choose_image(pilot, "24_04")
    await fill(pilot, id="made-late", dedicated="1")
    await until(pilot, lambda: not form.draft.typed, "this machine's address")
    # What may be regretted is seen before.
    await pilot.press("ctrl+s")
    await until(pilot, lambda: form.here == "review", "the review")
    await refused_then_sent(pilot, emulator, form, "POST", "/pools")
    await until_shown(pilot, "Pool made-late is being made.")
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is pools, "the pools")


# The service asks for patience there as long as it wants it: see test_node_acts.
DONE = {name: rule for name, rule in SENT.items() if "retryAfter" not in rule}


async def test_what_cannot_be_done_to_nodes_says_so_and_is_tried_again(pilot, emulator):
    screen = await open_nodes(pilot, POOL)
    rows = set(screen.table.rows)
    await pilot.press("b")
    await until_shown(pilot, "Reboot")
    dialog = pilot.app.screen
    problem = dialog.query_one(".dialog-problem", Static)
    for name, rule in DONE.items():
        await to_thread(inject, emulator, method="POST", path="/pools/*/nodes/*/reboot", **rule)
        dialog.complain("")
        await pilot.press("right", "enter")
        await until(pilot, lambda: str(problem.visual), f"{name}: a sentence")
        assert pilot.app.screen is dialog, name
        await to_thread(clear, emulator)
    await pilot.press("right", "enter")
    await until(pilot, lambda: pilot.app.screen is screen, "the nodes")
    assert set(screen.table.rows) == rows


async def test_a_user_that_cannot_be_added_stays_typed(pilot, emulator):
    screen = await open_nodes(pilot, POOL)
    await pilot.press("u")
    await until_shown(pilot, "Add a user to")
    dialog = pilot.app.screen
    await answer(pilot, login="made", name="visitor")
    problem = dialog.query_one(".dialog-problem", Static)
    for name, rule in DONE.items():
        await to_thread(inject, emulator, path="/pools/*/nodes/*/users**", **rule)
        dialog.complain("")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: str(problem.visual), f"{name}: a sentence")
        assert dialog.query_one("#field-name Input").value == "visitor", name
        await to_thread(clear, emulator)
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Password of visitor, shown only now")
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is screen, "the nodes")


async def test_no_shell_says_why_and_leads_back(pilot, emulator):
    screen = await open_nodes(pilot, POOL)
    for name, rule in DONE.items():
        await to_thread(inject, emulator, path=f"/pools/{POOL}/nodes/**", **rule)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, Notice), name)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen, f"{name}: the nodes")
        await to_thread(clear, emulator)
