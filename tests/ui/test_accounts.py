"""Accounts: adding one, opening one, and what goes wrong with that."""

import base64

import pytest
from driving import running_app, screen_text, until, until_shown

from batchtui.access.accounts import Account, AccountBook
from batchtui.accounts import Accounts

KEY = base64.b64encode(b"a made-up key of some length").decode()


async def type_into(pilot, selector, text):
    """Put a text into an input as a paste would."""
    pilot.app.screen.query_one(selector).value = text
    await pilot.pause()


async def test_a_new_user_is_told_what_to_do(accounts):
    async with running_app(accounts) as pilot:
        await until_shown(pilot, "n adds one")
        await pilot.press("escape")
        await until_shown(pilot, "ctrl+q quits")
        await pilot.press("enter", "s", "z", "escape", "d", "y", "ctrl+d")
        await until_shown(pilot, "no account under the cursor")


async def test_what_is_wrong_everywhere_has_its_key_in_sight(pilot):
    await pilot.press("escape")
    await until_shown(pilot, "1 account")
    assert "F All faults" in screen_text(pilot.app).splitlines()[-1]


async def test_an_account_is_added_for_this_run_and_opened(accounts, paths, emulator):
    async with running_app(accounts) as pilot:
        await until_shown(pilot, "n adds one")
        await pilot.press("n")
        await until_shown(pilot, "Add an account")
        await type_into(pilot, "#field-endpoint Input", emulator.endpoint + "/")
        await type_into(pilot, "#field-name Input", "local")
        await type_into(pilot, "#field-key Input", emulator.key)
        await pilot.press("ctrl+s")
        await until_shown(pilot, "enter it")
        await type_into(pilot, "#field-account Input", emulator.account)
        # This machine has no keyring: said so, and nothing typed is lost.
        await pilot.press("ctrl+s")
        await until_shown(pilot, "There is no keyring on this machine.")
        assert AccountBook(paths.accounts).load() == []
        await pilot.click("#memory")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "local was added")
        assert emulator.key not in screen_text(pilot.app)
    text = paths.accounts.read_text(encoding="utf-8")
    assert emulator.endpoint in text
    assert emulator.key not in text


async def test_bad_input_is_said_and_kept(accounts):
    async with running_app(accounts) as pilot:
        await until_shown(pilot, "n adds one")
        await pilot.press("n")
        await until_shown(pilot, "Add an account")
        await type_into(pilot, "#field-endpoint Input", "http://example.org")
        await type_into(pilot, "#field-key Input", "not base64!")
        await pilot.press("ctrl+s")
        await until_shown(pilot, "base64")
        await type_into(pilot, "#field-key Input", KEY)
        await pilot.press("ctrl+s")
        await until_shown(pilot, "https")
        assert pilot.app.screen.query_one("#field-endpoint Input").value == "http://example.org"


async def test_a_broken_file_is_named_and_the_program_starts(accounts, paths):
    paths.config.mkdir(parents=True)
    paths.accounts.write_text("[[accounts]\n", encoding="utf-8")
    async with running_app(accounts) as pilot:
        await until_shown(pilot, "s.toml can't be used")
        await until_shown(pilot, "line 1")


async def test_an_account_without_its_key_asks_for_it(accounts, paths, emulator):
    AccountBook(paths.accounts).add(Account("kept", emulator.account, emulator.endpoint))
    async with running_app(accounts) as pilot:
        await until_shown(pilot, "kept")
        await pilot.press("enter")
        # No keyring here at all, which is something else than a key that isn't in it.
        await until_shown(pilot, "no keyring on this machine")


async def test_a_wrong_key_ends_in_a_sentence(accounts, emulator):
    accounts.welcome(Account("wrong", emulator.account, emulator.endpoint, "demo"), KEY)
    async with running_app(accounts) as pilot:
        await until_shown(pilot, "wrong")
        await pilot.press("enter")
        await until_shown(pilot, "it may have been regenerated")
        assert KEY not in screen_text(pilot.app)
        await pilot.press("escape")
        await until_shown(pilot, "accounts")


async def test_a_dead_endpoint_ends_in_a_sentence(accounts):
    accounts.welcome(Account("dead", "dead", "http://127.0.0.1:9", "demo"), KEY)
    async with running_app(accounts) as pilot:
        await until_shown(pilot, "dead")
        await pilot.press("enter")
        await until_shown(pilot, "Nothing listens at 127.0.0.1:9")
        await pilot.press("ctrl+r", "?")
        await until_shown(pilot, "Create a pool")


async def test_forgetting_asks_first_and_starts_on_cancel(accounts, paths):
    AccountBook(paths.accounts).add(Account("old", "old", "https://old.x.batch.azure.com"))
    async with running_app(accounts) as pilot:
        await until_shown(pilot, "old")
        await pilot.press("ctrl+d")
        await until_shown(pilot, "Forget old and its key?")
        await pilot.press("enter")
        assert len(AccountBook(paths.accounts).load()) == 1
        await pilot.press("ctrl+d")
        await until_shown(pilot, "Forget old and its key?")
        await pilot.press("right", "enter")
        await until(pilot, lambda: not AccountBook(paths.accounts).load(), "forgotten")


async def test_commands_and_their_mistakes(pilot):
    for line, said in [
        (":nodes nowhere", "No pool of this account is called 'nowhere'"),
        (":account nobody", "No account is called 'nobody'"),
        (":dance", "There is no command 'dance'"),
    ]:
        await pilot.press(*("colon" if c == ":" else "space" if c == " " else c for c in line))
        await pilot.press("enter")
        await until_shown(pilot, said)
    await pilot.press("colon", *"accounts", "enter")
    await until_shown(pilot, "batchtui › accounts")
    await pilot.press("colon", *"account", "space", *"demo", "enter")
    await until_shown(pilot, "demo › pools")
    await pilot.press("colon", "q", "enter")
    await until(pilot, lambda: pilot.app.return_code == 0, "the end")


async def test_a_key_goes_to_the_keyring_and_opens_the_account_next_time(
    accounts, paths, settings, emulator, ring
):
    async with running_app(accounts) as pilot:
        await until_shown(pilot, "n adds one")
        await pilot.press("n")
        await until_shown(pilot, "Add an account")
        for field, text in {
            "endpoint": emulator.endpoint,
            "account": emulator.account,
            "name": "kept",
            "key": emulator.key,
        }.items():
            await type_into(pilot, f"#field-{field} Input", text)
        await pilot.press("ctrl+s")
        await until_shown(pilot, "kept was added")
    assert ring == {("batchtui", f"{emulator.account}@{emulator.endpoint}"): emulator.key}
    assert emulator.key not in paths.accounts.read_text(encoding="utf-8")
    async with running_app(Accounts(paths, settings)) as pilot:
        await until_shown(pilot, "kept")
        await pilot.press("enter")
        await until_shown(pilot, "render-linux")
        await pilot.press("escape")
        await until_shown(pilot, "batchtui › accounts")
        await pilot.press("ctrl+d")
        await until_shown(pilot, "Forget kept and its key?")
        await pilot.press("right", "enter")
        await until(pilot, lambda: ring == {}, "the key's end")


@pytest.mark.parametrize(
    ("key", "said"), [("d", "stands in its row"), ("y", "no JSON of an account"), ("z", "F tells")]
)
async def test_a_key_that_does_nothing_here_says_so(accounts, key, said):
    accounts.welcome(Account("one", "one", "https://one.x.batch.azure.com", "environment"), KEY)
    async with running_app(accounts) as pilot:
        await until(pilot, lambda: pilot.app.screen.table.rows, "the account")
        await pilot.press(key)
        await until_shown(pilot, said)
        assert pilot.app.screen.table.shown
