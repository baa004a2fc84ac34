"""Nodes: users, shells, and why there is none."""

import asyncio
import re

import pytest
from driving import answer, open_nodes, running_app, screen_text, until, until_shown

from batchtui.access.accounts import Account
from batchtui.batch import convert
from batchtui.batch.service import BatchService
from batchtui.emulator.control.client import clear, inject
from batchtui.errors import ConnectionLostError


def say_and_read(channel, line):
    """What a person does in a shell, without a terminal: the seam that tests replace."""
    channel.write(f"{line}\n".encode())
    read = b""
    while data := channel.read():
        read += data
    return read.decode(), channel.wait()


async def test_one_key_to_a_shell_and_back(pilot):
    screen = await open_nodes(pilot, "render-linux")
    node_id = screen.table.cursor
    seen = []

    def hand_over(channel):
        text, ended = say_and_read(channel, "echo ID=$AZ_BATCH_NODE_ID=; exit 7")
        seen.append(text)
        return ended

    pilot.app.hand_over = hand_over
    await pilot.press("s")
    await until_shown(pilot, "exit status 7")
    assert f"ID={node_id}=" in seen[0]
    assert pilot.app.screen is screen
    assert screen.table.cursor == node_id
    # The ledger knows the user that was added for it.
    [entry] = await screen.session.entrance.users.of("render-linux", node_id)
    assert (entry.user, entry.how, entry.admin) == ("op-test", "key", True)
    await pilot.press("d")
    await until_shown(pilot, "Start task")
    await pilot.press("pagedown", "pagedown")
    await until_shown(pilot, "op-test")


async def test_a_second_shell_goes_over_the_connection_that_is_there(pilot):
    screen = await open_nodes(pilot, "render-linux")
    entrance, seen_first = screen.session.entrance, []
    hosts, add, added = entrance._links.hosts, entrance.users.add, []
    check = hosts.check

    def checked(identity, *shown, **how):
        seen_first.append(not hosts.known(identity))
        return check(identity, *shown, **how)

    async def adding(*what):
        added.append(what)
        return await add(*what)

    hosts.check = checked
    entrance.users.add = adding
    pilot.app.hand_over = lambda channel: say_and_read(channel, "exit 0")[1]

    async def shell():
        await pilot.press("s")
        await until_shown(pilot, "exit status 0")
        pilot.app.screen.say("")
        await pilot.pause()

    assert ("known_hosts line", "") in screen.copyable(screen.table.current)
    await shell()
    await shell()
    assert (len(added), seen_first) == (1, [True])
    [line] = [node.line for node in hosts.trusted()]
    assert ("known_hosts line", line) in screen.copyable(screen.table.current)
    # Another connection: the user is there already, and the host's key is known.
    await entrance.close()
    await shell()
    assert (len(added), seen_first) == (1, [True, False])
    # Somebody took the user away.
    await entrance.close()
    pool_id, node_id, user = added[0]
    await entrance.users._users.delete(pool_id, node_id, user.name)
    await shell()
    assert (len(added), seen_first) == (2, [True, False, False, False])


async def test_a_lost_connection_is_said(pilot):
    screen = await open_nodes(pilot, "render-linux")

    def hand_over(_channel):
        raise ConnectionLostError("The node went away.", advice="Press s again.")

    pilot.app.hand_over = hand_over
    await pilot.press("s")
    await until_shown(pilot, "The node went away.")
    await pilot.press("escape")
    assert pilot.app.screen is screen


async def test_a_node_without_ssh_says_why_and_what_to_do(pilot):
    screen = await open_nodes(pilot, "nightly-reports")
    await pilot.press("s")
    await until_shown(pilot, "No way to this node")
    text = " ".join(screen_text(pilot.app).replace("│", " ").split())
    assert "was made without an inbound NAT pool" in text
    assert "create a new pool" in text
    await pilot.press("escape")
    assert pilot.app.screen is screen


async def test_waiting_can_be_given_up(pilot, monkeypatch):
    screen = await open_nodes(pilot, "render-linux")

    async def never(*_):
        await asyncio.Event().wait()

    monkeypatch.setattr(screen.session.entrance, "enter", never)
    await pilot.press("s", "j", "j", "G", "q")
    await until_shown(pilot, "A shell on")
    place = screen.table.cursor
    await pilot.press("escape")
    await until_shown(pilot, "Given up.")
    assert screen.table.cursor == place == next(iter(screen.table.shown))


async def test_a_user_with_a_made_password_can_log_in(pilot):
    from batchtui.access.ssh import Connection, Login, Password

    screen = await open_nodes(pilot, "render-linux")
    await pilot.press("space", "space", "u")
    await until_shown(pilot, "Add a user to 2 nodes")
    await answer(pilot, name="visitor", login="made", days="none")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "A whole number of days")
    await answer(pilot, days="2")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Password of visitor, shown only now")
    shown = screen_text(pilot.app).replace("│", " ")
    password = re.search(r"only now:\s+(\S+)", shown)[1]
    node = screen.table.targets()[1]
    endpoint = node.ssh

    def log_in():
        login = Login("visitor", (Password(password),))
        with Connection.open(endpoint.address, endpoint.port, login, lambda _key: None) as here:
            return here.exec("whoami; exit 3").wait().status

    assert await asyncio.to_thread(log_in) == 3
    assert password not in pilot.app.clipboard
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is screen, "the nodes")


async def test_a_user_that_fails_keeps_what_was_typed(pilot):
    screen = await open_nodes(pilot, "render-linux")
    await pilot.press("u")
    await until_shown(pilot, "Add a user to")
    dialog = pilot.app.screen
    await answer(pilot, login="key", key="ssh-rsa nonsense")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "A line as in ~/.ssh/id_rsa.pub")
    service = screen.session.service
    async with BatchService(service.endpoint, service.account, service._key) as other:
        await other.delete("/pools/render-linux")
    await answer(pilot, login="made")
    await pilot.press("ctrl+s")
    await until(pilot, lambda: str(dialog.query_one(".dialog-problem").visual), "why not")
    assert dialog.query_one("#field-key Input").value == "ssh-rsa nonsense"


async def test_a_pool_that_vanished_leaves_the_screen_usable(pilot):
    screen = await open_nodes(pilot, "licence-check")
    async with BatchService(
        screen.session.service.endpoint, "demo", screen.session.service._key
    ) as other:
        await other.delete("/pools/licence-check")
    await until_shown(pilot, "Pool licence-check is gone.", seconds=40)
    await pilot.press("escape")
    await until_shown(pilot, "demo › pools")


async def test_failed_nodes_are_found_and_explained(pilot):
    await open_nodes(pilot, "genomics-start-task")
    await pilot.press("z")
    await until_shown(pilot, "faults only")
    await pilot.press("enter")
    await until_shown(pilot, "Start task")
    assert "failure" in screen_text(pilot.app)
    await pilot.press("escape", "y")
    await until_shown(pilot, '"state": "starttaskfailed"')


async def test_read_only_opens_no_shell(emulator, accounts):
    account = Account("demo", emulator.account, emulator.endpoint, source="demo", read_only=True)
    accounts.welcome(account, emulator.key)
    async with running_app(accounts, account=account) as pilot:
        await until_shown(pilot, "render-linux")
        await open_nodes(pilot, "render-linux")
        for key in ("s", "u"):
            pilot.app.screen.say("")
            await pilot.press(key)
            await until_shown(pilot, "no shell opens")


async def test_what_leads_to_a_node_can_be_copied(pilot):
    screen = await open_nodes(pilot, "render-linux")
    node = screen.table.current
    await pilot.press("c")
    await until_shown(pilot, "ssh command")
    await pilot.press("down", "down", "enter")
    await until_shown(pilot, "Copied the ssh command")
    assert pilot.app.clipboard == f"ssh -p {node.ssh.port} op-test@{node.ssh.address}"
    await pilot.press("c", "escape", "escape")
    await until_shown(pilot, "demo › pools")
    await pilot.press("c", "enter")
    await until_shown(pilot, "Copied the id")
    assert pilot.app.clipboard == "render-linux"


async def test_columns_that_come_into_view_are_asked_for(pilot):
    screen = await open_nodes(pilot, "render-linux")
    await until(pilot, lambda: not screen.table.pending, "all that is shown")
    assert not any(node.agent_version for node in screen.table.rows.values())
    await pilot.resize_terminal(120, 30)
    await until(
        pilot,
        lambda: all(node.agent_version for node in screen.table.rows.values()),
        "the agents' versions",
    )
    await until_shown(pilot, "1.12.39")
    await pilot.press("w")
    await until(pilot, lambda: "ipv6Address" in screen._fields_asked, "everything")


@pytest.mark.parametrize(
    ("words", "name"), [("Agent:1", "agent"), ("imageversion:latest", "image")]
)
async def test_a_column_that_a_filter_names_by_its_title_is_asked_for(pilot, words, name):
    screen = await open_nodes(pilot, "render-linux")
    await pilot.press("slash", *words, "enter")
    [column] = [column for column in screen.table.columns if column.name == name]
    assert column not in screen.shown_columns
    await until(pilot, lambda: screen._fields_known.issuperset(column.fields), "it is asked for")
    await until(pilot, lambda: screen.table.shown, "nodes that pass")


async def test_a_broken_expression_keeps_the_filter_before_and_faults_only_work(pilot):
    screen = await open_nodes(pilot, "genomics-start-task")
    # Whatever of it is read before it is whole passes every row, or can't be read, either.
    await pilot.press("slash", *"~(", "enter")
    await until_shown(pilot, "Not a regular expression")
    assert len(screen.table.shown) == len(screen.table.rows)
    await pilot.press("z")
    await until_shown(pilot, "faults only")
    assert 0 < len(screen.table.shown) < len(screen.table.rows)
    assert all(map(screen.is_faulty, (screen.table.rows[each] for each in screen.table.shown)))


async def test_the_ssh_command_to_copy_is_one_command_whatever_an_address_says(pilot):
    screen = await open_nodes(pilot, "render-linux")
    end = {"publicIPAddress": "1.2.3.4; reboot", "frontendPort": 7, "backendPort": 22}
    node = convert.node({"id": "n", "endpointConfiguration": {"inboundEndpoints": [end]}})
    assert ("ssh command", "ssh -p 7 'op-test@1.2.3.4; reboot'") in screen.copyable(node)


async def test_a_refresh_that_hangs_can_be_given_up(pilot, emulator):
    screen = await open_nodes(pilot, "render-linux")
    await until(pilot, lambda: not screen._in_flight, "all nodes")
    await pilot.press("ctrl+c")
    await until_shown(pilot, "ctrl+q quits.")
    inject(emulator, method="GET", path="/pools/*/nodes", do="hang")
    await pilot.press("ctrl+r")
    await until(pilot, lambda: screen._in_flight, "a refresh")
    await pilot.press("ctrl+c")
    await until_shown(pilot, "Given up; ctrl+r asks again.")
    assert len(screen.table.rows) == 8
    clear(emulator)
    asked = screen._loaded_at
    await until(pilot, lambda: not screen._in_flight, "the end of it")
    await pilot.press("ctrl+r")
    await until(pilot, lambda: screen._loaded_at != asked, "rows that are new")
