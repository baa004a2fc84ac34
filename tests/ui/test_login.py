"""What is asked before a login goes on, and what is told of it."""

import asyncio
from dataclasses import replace

import pytest
from driving import open_nodes, screen_text, until, until_shown
from e2e.login_servers import Doors, ParamikoServer
from operators import Asked, write_locked_key
from textual.widgets import Input

from batchtui.access.attempt import GivenUpError
from batchtui.access.channel import Exit
from batchtui.access.operator import Prompt, Question
from batchtui.access.ssh.key_files import read_key_file
from batchtui.accounts import Accounts
from batchtui.ui.dialogs.answer import Answer

PASSPHRASE = "made-up"


@pytest.fixture
def accounts(paths, settings, tmp_path):
    key_file = write_locked_key(tmp_path / "key", PASSPHRASE)
    return Accounts(paths, replace(settings, login_key=str(key_file)))


async def asked(pilot):
    await until(pilot, lambda: isinstance(pilot.app.screen, Answer), "the question")
    await until(pilot, lambda: isinstance(pilot.app.focused, Input), "a place to type")


async def test_a_passphrase_is_asked_for_once_on_the_way_to_a_shell(pilot):
    screen = await open_nodes(pilot, "render-linux")
    shells = []

    def hand_over(channel):
        shells.append(channel)
        return Exit(status=0)

    pilot.app.hand_over = hand_over
    await pilot.press("s")
    await asked(pilot)
    await until_shown(pilot, "The key")
    await pilot.press(*"wrong", "enter")
    await until_shown(pilot, "That wasn't its passphrase.")
    await asked(pilot)
    await pilot.press(*PASSPHRASE)
    assert PASSPHRASE not in screen_text(pilot.app)
    await pilot.press("enter")
    await until_shown(pilot, "exit status 0")
    assert pilot.app.screen is screen
    # Another node, with the same key.
    await pilot.press("j", "s")
    await until(pilot, lambda: len(shells) == 2, "a shell without a question")


async def test_a_passphrase_that_is_not_given_gives_up_the_shell(pilot):
    screen = await open_nodes(pilot, "render-linux")
    await pilot.press("s")
    await asked(pilot)
    await pilot.press("ctrl+p", "escape")
    await until_shown(pilot, "Given up.")
    assert pilot.app.screen is screen


async def test_wrong_passphrases_end_with_a_sentence(pilot):
    await open_nodes(pilot, "render-linux")
    await pilot.press("s")
    for _try in range(3):
        await asked(pilot)
        dialog = pilot.app.screen
        await pilot.press("x", "enter")
        await until(pilot, lambda before=dialog: pilot.app.screen is not before, "what is next")
    await until_shown(pilot, "was wrong.")


async def test_what_a_nodes_server_asks_besides_is_answered_on_the_way_to_a_shell(
    pilot, tmp_path, monkeypatch
):
    key = read_key_file(tmp_path / "key", Asked([PASSPHRASE]))
    doors = Doors(keys=[key], prompts=[("Code:", True)], answers=["1234"], both=True)
    server = ParamikoServer(doors)
    try:
        screen = await open_nodes(pilot, "render-linux")
        find = screen.session.entrance._doorways.find

        async def elsewhere(pool, node_id):
            found = await find(pool, node_id)
            return replace(found, route=replace(found.route, host="127.0.0.1", port=server.port))

        monkeypatch.setattr(screen.session.entrance._doorways, "find", elsewhere)
        pilot.app.hand_over = lambda channel: channel.wait()
        await pilot.press("s")
        await asked(pilot)
        await pilot.press(*PASSPHRASE, "enter")
        await until_shown(pilot, "Code:")
        await until_shown(pilot, f"op-test at 127.0.0.1:{server.port}")
        await asked(pilot)
        await pilot.press(*"1234", "enter")
        await until_shown(pilot, "exit status 5")
    finally:
        server.stop()


async def test_several_prompts_of_a_server_are_one_dialog(pilot):
    prompts = (Prompt("Password [red]\x1b:"), Prompt("Colour:", echo=True))
    operator = pilot.app._accounts.operator
    question = Question("me at 10.0.0.4:22", prompts, "Two things, [b]please[/b]")
    answering = asyncio.create_task(operator.ask(question))
    await asked(pilot)
    await until_shown(pilot, "Two things, [b]please[/b]")
    assert "Password [red]␛:" in screen_text(pilot.app)
    await pilot.press(*"hunter2", "enter", *"blue")
    assert "blue" in screen_text(pilot.app)
    assert "hunter2" not in screen_text(pilot.app)
    await pilot.press("enter")
    assert await answering == ["hunter2", "blue"]


async def test_questions_come_one_by_one_and_go_with_whoever_asked(pilot):
    operator = pilot.app._accounts.operator
    first, second, third = (
        asyncio.create_task(operator.ask(Question(title, (Prompt("?"),)))) for title in "ABC"
    )
    await asked(pilot)
    first.cancel()
    await until(pilot, lambda: getattr(pilot.app.screen, "title_text", "") == "B", "the next one")
    await asked(pilot)
    await pilot.press("y", "ctrl+s")
    assert await second == ["y"]
    await until(pilot, lambda: getattr(pilot.app.screen, "title_text", "") == "C", "the last one")
    await asked(pilot)
    await pilot.press("escape")
    with pytest.raises(GivenUpError):
        await third


async def test_what_is_told_is_shown_as_it_is(pilot):
    pilot.app._accounts.operator.tell("No [keyring]\x1b here.")
    await until_shown(pilot, "No [keyring]␛ here.")
