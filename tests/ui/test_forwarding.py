"""Ports that lead through nodes, from the command line of the screens."""

import asyncio

from driving import open_nodes, screen_text, until, until_shown

from batchtui.ui.screens.forwards import ForwardsScreen


async def typed(pilot, command):
    await pilot.press(
        "colon", *("space" if letter == " " else letter for letter in command), "enter"
    )


async def fetched(port, text):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def shout(reader, writer):
    writer.write((await reader.read()).upper())
    await writer.drain()
    writer.close()


async def test_a_port_leads_through_the_node_under_the_cursor_until_it_is_ended(pilot):
    async with await asyncio.start_server(shout, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        nodes = await open_nodes(pilot, "render-linux")
        await typed(pilot, f"forward 0:localhost:{port}")
        await until_shown(pilot, f"→ localhost:{port}, through")
        await until_shown(pilot, "⇄ 1 forward")
        [forward] = nodes.session.entrance.forwards.all
        assert await fetched(forward.forwarding.spec.port, b"hello") == b"HELLO"
        await typed(pilot, "forwards")
        await until(pilot, lambda: isinstance(pilot.app.screen, ForwardsScreen), "them all")
        await until_shown(pilot, "● listening")
        await until_shown(pilot, "10 B")
        await pilot.press("ctrl+d")
        await until_shown(pilot, "1 forward ended.")
        await until_shown(pilot, "No port is forwarded")
        await until(pilot, lambda: "⇄" not in screen_text(pilot.app), "that there is none")


async def test_one_whose_connection_was_lost_is_told_and_begun_again(pilot, emulator):
    async with await asyncio.start_server(shout, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        nodes = await open_nodes(pilot, "render-linux")
        await typed(pilot, f"forward 0:localhost:{port}")
        await until_shown(pilot, "⇄ 1 forward")
        nodes.session.entrance._connections.close()
        await until_shown(pilot, "✗ 1 lost")
        await pilot.click("#beside")
        await until_shown(pilot, "✗ lost")
        await pilot.press("r")
        await until_shown(pilot, "Connected again.")
        await until_shown(pilot, "● listening")
        [forward] = nodes.session.entrance.forwards.all
        assert await fetched(forward.forwarding.spec.port, b"hello") == b"HELLO"


async def test_what_cant_be_forwarded_is_told(pilot):
    await typed(pilot, "forward 8080:localhost:80")
    await until_shown(pilot, "Go to the nodes of a pool")
    nodes = await open_nodes(pilot, "render-linux")
    await typed(pilot, "forward 8080:80")
    await until_shown(pilot, "PORT:HOST:HOSTPORT")
    nodes.read_only = True
    await typed(pilot, "forward 8080:localhost:80")
    await until_shown(pilot, "Read-only: nothing is forwarded.")
    assert nodes.session.entrance.forwards.all == []
