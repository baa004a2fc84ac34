"""Details and raw JSON: fresh, searched, copied, and right when things go wrong."""

import re

import pytest
from aiohttp import web
from driving import open_nodes, running_app, screen_text, until, until_shown
from hostile import KEY, hostile_service

from batchtui.access.accounts import Account
from batchtui.access.ledger import Ledger
from batchtui.batch.service import BatchService
from batchtui.emulator.control.client import clear, faults, inject, put
from batchtui.ui.screens.node_details import NodeDetailsScreen
from batchtui.ui.screens.pool_details import PoolDetailsScreen
from batchtui.ui.screens.raw import RawScreen
from batchtui.ui.widgets.status import StatusLine


async def open_node(pilot, pool, row=0):
    """The details of one of a pool's nodes."""
    nodes = await open_nodes(pilot, pool)
    nodes.table.move_to(nodes.table.shown[row])
    await pilot.press("d")
    await until(pilot, lambda: isinstance(pilot.app.screen, NodeDetailsScreen), "details")
    await until(pilot, lambda: "Node" in text_of(pilot), "the node")
    return pilot.app.screen


async def open_pool(pilot, pool):
    pilot.app.screen.table.move_to(pool)
    await pilot.press("d")
    await until(pilot, lambda: isinstance(pilot.app.screen, PoolDetailsScreen), "details")
    await until(pilot, lambda: pool in text_of(pilot), "the pool")
    return pilot.app.screen


def text_of(pilot):
    """All of the text, also what isn't on screen."""
    return pilot.app.screen.reader.text


async def until_said(pilot, words):
    await until(pilot, lambda: words in text_of(pilot), f"{words!r} in the text")


async def test_the_last_lines_of_stderr_come_after_the_rest(pilot, emulator):
    nodes = await open_nodes(pilot, "genomics-start-task")
    put(
        emulator, pool="genomics-start-task", node=nodes.table.cursor, state="starttaskfailed",
        exitCode=3, stderr="".join(f"line {each}\n" for each in range(40)) + "\x1b[31m[/red] last",
    )  # fmt: skip
    inject(emulator, path="/pools/*/nodes/*/files/**", do="delay", seconds=1.0, count=1)
    await pilot.press("enter")
    await until_said(pilot, "asking the node …")
    assert "✗ failure" in text_of(pilot)
    await until_said(pilot, "␛[31m[/red] last")
    text = text_of(pilot)
    assert "line 39" in text
    assert "line 20" not in text
    assert "the last 12 lines of" in text


async def test_stdout_stands_in_for_an_empty_stderr(pilot, emulator):
    nodes = await open_nodes(pilot, "genomics-start-task")
    put(
        emulator, pool="genomics-start-task", node=nodes.table.cursor, state="starttaskfailed",
        stdout="said on stdout\n",
    )  # fmt: skip
    await pilot.press("d")
    await until_said(pilot, "said on stdout")
    assert re.search(r"stderr\s+empty", text_of(pilot))


async def test_binary_garbage_on_stderr_is_harmless(pilot):
    async with BatchService(*credentials(pilot)) as service:
        theirs = await service.get("/pools/render-linux")
        body = {name: theirs[name] for name in ("vmSize", "virtualMachineConfiguration")}
        command = 'head -c 3000 /dev/urandom >&2; printf "\\\\xff\\\\x00\\\\x1b[2J" >&2; exit 1'
        task = {"commandLine": f"/bin/bash -c '{command}'"}
        await service.post(
            "/pools", {"id": "garbage", **body, "targetDedicatedNodes": 1, "startTask": task}
        )
    await until(pilot, lambda: "garbage" in pilot.app.screen.table.rows, "the pool")
    await open_node(pilot, "garbage")
    await until_said(pilot, "\\xff␀␛[2J")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text_of(pilot) + screen_text(pilot.app))


def credentials(pilot):
    service = pilot.app.screen.session.service
    return service.endpoint, service.account, service._key


async def test_no_file_and_no_machine_are_said_in_a_line(pilot, emulator):
    inject(
        emulator, path="/pools/*/nodes/*/files/**", do="status", status=404,
        code="FileNotFound",
    )  # fmt: skip
    screen = await open_node(pilot, "genomics-start-task")
    await until_said(pilot, "there is no file startup/stdout.txt on the node")
    clear(emulator)
    inject(
        emulator, path="/pools/*/nodes/*/files/**", do="status", status=409,
        code="NodeNotReady", message="The node has no machine.",
    )  # fmt: skip
    put(emulator, pool="genomics-start-task", node=screen._node_id, state="starttaskfailed")
    await until_said(pilot, "can't be read: The node has no machine.")
    assert "✗ failure" in text_of(pilot)
    # It is tried again, until it can be read.
    clear(emulator)
    await until_said(pilot, "stdout          empty")


async def test_a_broken_file_of_ours_hides_nothing(pilot, tmp_path):
    nodes = await open_nodes(pilot, "render-linux")
    path = tmp_path / "users.json"
    path.write_text("{", encoding="utf-8")
    nodes.session.entrance.users.ledger = Ledger(path)
    await pilot.press("d")
    # Its lines may be broken anywhere, as the path is of any length.
    status = pilot.app.screen.query_one(StatusLine)
    await until(pilot, lambda: "users.json can't be used" in status.message, "what is wrong")
    await until_said(pilot, "Agent and image")


async def test_a_start_task_that_the_pool_has_changed_is_said(pilot):
    await open_node(pilot, "genomics-start-task")
    async with BatchService(*credentials(pilot)) as service:
        pool = await service.get("/pools/genomics-start-task")
        task = {**pool["startTask"], "commandLine": "echo another"}
        update = {
            "startTask": task, "metadata": [], "applicationPackageReferences": [],
        }  # fmt: skip
        await service.post("/pools/genomics-start-task/updateproperties", update)
    await until_said(pilot, "is another one by now (commandLine)")


async def test_details_refresh_themselves_and_stay_where_they_are(pilot, emulator):
    screen = await open_pool(pilot, "molecular-dynamics")
    await until_said(pilot, "verified")
    await pilot.press("G")
    place = screen.reader.scroll_offset.y
    assert place > 0
    top = screen.reader.lines[screen.reader.top_line]
    errors = [{"code": f"QuotaError{each}", "message": "more"} for each in range(5)]
    put(emulator, pool="molecular-dynamics", resizeErrors=errors)
    await until_said(pilot, "QuotaError4")
    assert screen.reader.lines[screen.reader.top_line] == top
    assert screen.reader.scroll_offset.y > place
    await until_shown(pilot, "live")


async def test_a_pool_tells_its_tasks_and_how_long_its_image_lasts(pilot, emulator):
    image = {"publisher": "CANONICAL", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts"}
    put(emulator, images=[{**image, "batchSupportEndOfLife": "2020-01-01T00:00:00Z"}])
    await open_pool(pilot, "render-linux")
    await until_said(pilot, "✗ ended 2020-01-01: no pool can be created with it any more")
    assert re.search(r"running tasks\s+[1-9]", text_of(pilot))


async def test_what_comes_besides_may_fail_alone(pilot, emulator):
    for path in ("/supportedimages", "/nodecounts", "/pools/*/nodes"):
        inject(emulator, path=path, do="status", status=400, code="Odd", message="Not today.")
    await open_pool(pilot, "render-linux")
    for what in ("support", "running tasks"):
        await until(
            pilot,
            lambda what=what: re.search(rf"{what}\s+can't be asked for: Not today", text_of(pilot)),
            f"what is wrong with the {what}",
        )
    await until_shown(pilot, "live")


async def test_nothing_is_asked_while_json_covers_details(pilot, emulator):
    screen = await open_pool(pilot, "render-linux")
    await until_said(pilot, "verified")
    await pilot.press("y")
    await until(pilot, lambda: isinstance(pilot.app.screen, RawScreen), "JSON")
    await until_said(pilot, '"id": "render-linux"')
    await until(pilot, lambda: not screen._in_flight, "nothing under way")
    put(emulator, pool="render-linux", resizeErrors=[{"code": "New", "message": "x"}])
    await pilot.pause(1.5)
    assert "New" not in screen.reader.text
    assert "New" not in text_of(pilot)
    await pilot.press("ctrl+r")
    await until_said(pilot, '"code": "New"')
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is screen, "details")
    await until_said(pilot, "New")


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "status", "status": 503, "retryAfter": 1},
        {"do": "reset"},
        {"do": "cut"},
        {"do": "malformed"},
        {"do": "contenttype"},
        {"do": "status", "status": 500},
    ],
    ids=lambda fault: f"{fault['do']}{fault.get('status', '')}",
)
async def test_old_text_stays_when_the_service_fails(pilot, emulator, fault):
    screen = await open_node(pilot, "render-linux")
    await until_said(pilot, "Agent and image")
    inject(emulator, path="/pools/**", **fault)
    await until(pilot, lambda: screen._failure, "a failure", seconds=60)
    await until_shown(pilot, "old:")
    assert "Agent and image" in text_of(pilot)
    clear(emulator)
    await pilot.press("ctrl+r")
    await until_shown(pilot, "Answering again", seconds=60)
    await until_shown(pilot, "live")


async def test_a_node_that_goes_while_it_is_looked_at_says_so(pilot):
    screen = await open_node(pilot, "render-linux")
    async with BatchService(*credentials(pilot)) as service:
        await service.post("/pools/render-linux/removenodes", {"nodeList": [screen._node_id]})
    await until_shown(pilot, "Gone: ", seconds=60)
    await until_shown(pilot, "esc goes back.")
    assert screen._node_id in text_of(pilot)
    await pilot.press("escape")
    await until_shown(pilot, "render-linux › nodes")


async def test_a_pool_that_goes_while_it_is_looked_at_says_so(pilot):
    await open_pool(pilot, "licence-check")
    async with BatchService(*credentials(pilot)) as service:
        await service.delete("/pools/licence-check")
    await until_shown(pilot, "Gone: The specified pool does not exist. esc goes back.", seconds=60)
    assert "licence-check" in text_of(pilot)
    await pilot.press("y")
    await until_said(pilot, "The specified pool does not exist.")
    await pilot.press("escape", "escape")
    await until_shown(pilot, "demo › pools")


async def test_search_goes_round_and_is_forgotten_before_the_screen(pilot):
    screen = await open_pool(pilot, "cfd-autoscale")
    await until_said(pilot, "verified")
    await pilot.press("slash", *"MAXnodes", "enter")
    await until_shown(pilot, "1 of 4")
    lines = [match.line for match in screen.reader.found]
    assert all("maxNodes" in screen.reader.lines[line].text for line in lines)
    await pilot.press("n", "n", "n")
    await until_shown(pilot, "4 of 4")
    assert "maxNodes" in screen_text(pilot.app)
    await pilot.press("n")
    await until_shown(pilot, "1 of 4")
    await pilot.press("N")
    await until_shown(pilot, "4 of 4")
    await pilot.press("slash", *"xyz")
    await until_shown(pilot, "not found")
    await pilot.press("enter", "escape")
    assert pilot.app.screen is screen
    assert not screen.reader.found
    await pilot.press("slash", *"~(")
    await until_shown(pilot, "Not a regular expression")
    await pilot.press("escape", "escape")
    await until_shown(pilot, "demo › pools")


async def test_json_is_searched_and_copied(pilot):
    pilot.app.screen.table.move_to("render-linux")
    await pilot.press("y")
    await until_said(pilot, '"id": "render-linux"')
    await pilot.press("slash", *"vmsize", "enter")
    await until_shown(pilot, "1 of 1")
    await pilot.press("c")
    await until_shown(pilot, "Copied the text")
    assert pilot.app.clipboard == text_of(pilot)
    assert pilot.app.clipboard.startswith('{\n  "odata.metadata"')


async def test_what_is_selected_with_the_mouse_is_copied_without_our_breaks(pilot):
    pilot.app.screen.table.move_to("render-linux")
    await pilot.press("y")
    await until_said(pilot, '"commandLine"')
    screen = pilot.app.screen
    reader = screen.reader
    await pilot.press("slash", *"commandLine", "enter")
    await pilot.pause()
    line = reader.found[0].line
    rows = [place for place, row in enumerate(reader._rows) if row.line == line]
    assert len(rows) > 2  # it is broken on 80 columns
    top = int(reader.scroll_offset.y)
    first = (reader._rows[rows[0]].indent + 5, rows[0] - top)
    last = (10, rows[2] - top)
    await pilot.mouse_down(reader, offset=first)
    await pilot.hover(reader, offset=last)
    await pilot.mouse_up(reader, offset=last)
    await pilot.press("c")
    await until_shown(pilot, "Copied the selection")
    assert pilot.app.clipboard in reader.lines[line].text
    assert len(pilot.app.clipboard) > 80


async def search(pilot, text):
    await pilot.press("slash")
    pilot.app.screen.query_one("#search").text = text
    await pilot.pause()
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen.reader.found, f"{text!r} found")


async def test_lines_are_selected_by_keys(pilot):
    await open_pool(pilot, "cfd-autoscale")
    await until_said(pilot, "verified")
    reader = pilot.app.screen.reader
    await search(pilot, "maxNodes = ")
    await pilot.press("v", "escape")
    assert not pilot.app.screen.selections
    await pilot.press("v", "c")
    await until_shown(pilot, "Copied the selection")
    assert pilot.app.clipboard == "    maxNodes = 3;"
    await pilot.press("escape")
    await search(pilot, "percent <")
    await pilot.press("v")
    await search(pilot, "maxNodes = ")
    await pilot.press("v", "c")
    copied = pilot.app.clipboard.split("\n")
    assert copied[0] == "    maxNodes = 3;"
    assert copied[-1].startswith("    pending = percent < 70")
    assert len(copied) == 3
    assert reader.found


async def test_a_windows_node_has_its_files_by_other_names(pilot):
    await open_node(pilot, "windows-postprocess")
    await until_said(pilot, "This start task was only pretended.")


async def test_hostile_words_are_shown_harmlessly_at_any_size(accounts):
    evil = "[/red]\x1b[2J\u202e" + "漢字😀" * 2000
    metadata = [{"name": f"[b]{each}", "value": evil[:40]} for each in range(5000)]
    pool = {
        "id": "p",
        "state": "active",
        "allocationState": "steady",
        "vmSize": evil,
        "metadata": [*metadata, {"name": evil, "value": evil}],
        "resizeErrors": [{"code": evil, "message": evil, "values": [{"name": "a", "value": evil}]}],
    }

    async def answer(request):
        return web.json_response({"value": [pool]} if request.path == "/pools" else pool)

    async with hostile_service(answer) as endpoint:
        account = Account("evil", "acct", endpoint, source="demo")
        accounts.welcome(account, KEY)
        async with running_app(accounts, account=account) as pilot:
            await until_shown(pilot, "steady")
            for key in ("d", "y"):
                await pilot.press(key)
                await until(
                    pilot, lambda: "5000" in text_of(pilot) or "4999" in text_of(pilot), "it"
                )
                for columns in (20, 7, 3, 1, 120, 80):
                    await pilot.resize_terminal(columns, 12)
                    await pilot.pause()
                    text = screen_text(pilot.app)
                    assert not {"\x1b", "\u202e"} & set(text)
                await pilot.press("G", "pageup", "slash", *"4321", "enter", "n")
                await until_shown(pilot, "of ")
                await pilot.press("escape", "escape")


async def test_who_throttles_a_part_of_the_details_is_given_its_time(pilot, emulator):
    inject(emulator, path="/nodecounts", do="status", status=503, retryAfter=3600)
    await until_shown(pilot, "throttled, again in 59m")
    await pilot.press("d")
    await until_said(pilot, "verified")
    await until_shown(pilot, "throttled, again in 59m")
    [rule] = faults(emulator)
    await pilot.pause(2.5)
    assert faults(emulator) == [rule]
