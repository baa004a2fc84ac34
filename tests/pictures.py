"""The same views of the same world, for snapshots and for the README's pictures."""

import asyncio
import socket
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import driving
from driving import fill, go_to_step, open_form, running_app, until, until_shown

from batchtui.access.accounts import Account
from batchtui.access.channel import Exit
from batchtui.access.entry import Entry
from batchtui.access.forward_spec import ForwardSpec
from batchtui.access.ledger import Became, Change, LedgerEntry
from batchtui.access.operator import Prompt, Question
from batchtui.accounts import Accounts
from batchtui.batch.known import Quota, Used, VmSize
from batchtui.config import Settings
from batchtui.copies.order import Order
from batchtui.emulator import EmulatorThread, Options
from batchtui.entrance.forwards import Forward
from batchtui.errors import ConnectionLostError, NotUpError
from batchtui.transfer.copying import Copying
from batchtui.transfer.plan import Item
from batchtui.ui.screens.new_pool import NewPoolScreen
from batchtui.ui.screens.pools import PoolsScreen

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
AN_HOUR_AGO = int(NOW.timestamp()) - 3600
# Slow enough that nothing changes its state while somebody looks.
WORLD = {"seed": "demo", "clock": "0.000001", "random_seed": 7, "start_time": NOW}
BANNER = (
    "A local Azure Batch, for trying things out: it runs start tasks and shells on this "
    "machine, as alice. It ends with batchtui."
)


def port_of_usual_width():
    """A free port whose two bytes have three digits each, as addresses are made from them."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if min(port >> 8, port & 255) >= 100:
            return port


@asynccontextmanager
async def world(paths, *, size, theme="batchtui-dark", port=0, seed="demo"):
    """The app on a demo world that stands still, on the accounts screen."""
    settings = Settings(theme=theme, node_user="op-alice", refresh_seconds=0)
    accounts = Accounts(paths, settings, now=lambda: NOW)
    options = Options(**{**WORLD, "seed": seed, "port": port or port_of_usual_width()})
    with EmulatorThread(options) as emulator:
        account = Account("demo", emulator.account, emulator.endpoint, source="demo")
        accounts.welcome(account, emulator.key)
        async with running_app(accounts, size=size, banner=BANNER) as pilot:
            await until_shown(pilot, "this run")
            yield pilot


async def accounts(_pilot):
    """Where the program opens."""


async def pools(pilot):
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, PoolsScreen), "pools")
    await until_shown(pilot, "core quota")
    await until_shown(pilot, "start failed")


async def faults(pilot):
    await pools(pilot)
    await pilot.press("z")
    await until_shown(pilot, "faults only")


async def all_faults(pilot):
    await pools(pilot)
    await pilot.press("F")
    await until_shown(pilot, "as of")


async def faults_everywhere(pilot):
    await pilot.press("F")
    await until_shown(pilot, "as of")
    pilot.app.screen.table.move_to(pilot.app.screen.table.shown[-1])


async def command_line(pilot):
    await all_faults(pilot)
    await pilot.press("colon", "n", "tab", "r", "tab")


async def nodes(pilot, pool="spot-transcode"):
    await pools(pilot)
    pilot.app.screen.table.move_to(pool)
    await pilot.press("enter")
    await until_shown(pilot, f"{pool} › nodes")
    await until(pilot, lambda: pilot.app.screen.table.rows, "nodes")


async def marked_nodes(pilot):
    await nodes(pilot, "render-linux")
    await pilot.press("j", "space", "space", "greater_than_sign")


async def node_map(pilot):
    await nodes(pilot)
    await pilot.press("m", "right", "space")
    await until_shown(pilot, "U unusable 1")


async def map_of_many(pilot):
    """For a world with a pool `scale`."""
    await nodes(pilot, "scale")
    await pilot.press("m", "down", "right", "right", "space")
    await until_shown(pilot, "X start failed, in use")


async def node_details(pilot):
    await nodes(pilot, "genomics-start-task")
    table = pilot.app.screen.table
    failed = [row for row, node in table.rows.items() if node.state == "starttaskfailed"]
    table.move_to(min(failed))
    await pilot.press("d")
    await until_shown(pilot, "No such file or directory")


async def pool_details(pilot, pool="molecular-dynamics"):
    await pools(pilot)
    pilot.app.screen.table.move_to(pool)
    await pilot.press("d")
    await until(pilot, lambda: "verified" in pilot.app.screen.reader.text, "all details")


async def autoscale(pilot):
    await pool_details(pilot, "cfd-autoscale")
    await pilot.press("slash", *"maxnodes", "enter", "n")
    await until_shown(pilot, "2 of 4")


async def new_pool(pilot, pool="fluid-sim-burst", words="Waiting for Azure to allocate"):
    await pools(pilot)
    pilot.app.screen.made(pool)
    await until(pilot, lambda: isinstance(pilot.app.screen, NewPoolScreen), "the new pool")
    await until_shown(pilot, words)
    await until(pilot, lambda: pilot.app.screen.table.rows, "nodes")


async def new_pool_quota(pilot):
    await new_pool(pilot, "molecular-dynamics", "quota of dedicated cores is reached")


async def new_pool_failed(pilot):
    await new_pool(pilot, "genomics-start-task", "No such file or directory")


async def raw_json(pilot):
    await pools(pilot)
    pilot.app.screen.table.move_to("render-linux")
    await pilot.press("y", "slash", *"startTask")
    await until_shown(pilot, "1 of 1")


async def create_pool(pilot):
    await pools(pilot)
    form = await open_form(pilot)
    await driving.choose_image(pilot, "24_04 server")
    await until(pilot, lambda: not form.draft.typed, "this machine's address")
    await fill(pilot, id="render-again", dedicated="twelve")
    await fill(pilot, start_command="apt-get update && apt-get install -y blender")


async def scale_step(pilot):
    await pools(pilot)
    form = await open_form(pilot)
    await go_to_step(pilot, "scale")
    await until(pilot, lambda: not form.draft.typed, "this machine's address")
    await until(pilot, lambda: "quota" in form.known.untold, "why no quota is known")
    family = "standardDSv3Family"
    form.learn(
        replace(
            form.known,
            sizes=[VmSize("Standard_D2s_v3", family, 2)],
            quota=Quota(100, 50, pools=20, by_family={family: 10}),
            used=Used(12, 4, pools=3, by_family={family: 8}),
        )
    )
    await fill(pilot, dedicated="4", spot="1", inter_node=True)


async def scale_formula(pilot):
    await pools(pilot)
    form = await open_form(pilot)
    await fill(pilot, scale="formula")
    await until(pilot, lambda: not form.draft.typed, "this machine's address")
    await until(pilot, lambda: "quota" in form.known.untold, "why no quota is known")
    await fill(
        pilot,
        formula="// As many as wait.\n"
        "tasks = max(0, $PendingTasks.GetSample(1));\n"
        "$TargetDedicatedNodes = min(10, taks);\n"
        '$NodeDeallocationOption = taskcompletion; x = time("2026-01-01") % 2;\n',
    )
    form.query_one("#formula").focus()
    await pilot.press("ctrl+r")
    await until_shown(pilot, "Unexpected character")


async def more_step(pilot):
    await pools(pilot)
    form = await open_form(pilot)
    await go_to_step(pilot, "more")
    await until(pilot, lambda: not form.draft.typed, "this machine's address")
    await fill(pilot, packages="blender 4.1", data_disks="0 64 readonly\n1 many")
    form.query_one("#extensions").focus()
    await pilot.pause()


async def edit_json(pilot):
    await more_step(pilot)
    await pilot.press("enter")
    await until_shown(pilot, "and 2 more")
    await pilot.press("ctrl+g", *"fuse")
    await until_shown(pilot, "and 1 more")


async def choose_image(pilot):
    await pools(pilot)
    form = await open_form(pilot)
    await go_to_step(pilot, "image")
    await until_shown(pilot, "Ubuntu 24.04 · 6")
    await until(pilot, lambda: not form.draft.typed, "this machine's address")
    await pilot.press(*"ubuntu", "space", *"verified")
    await pilot.pause()


async def give_image(pilot):
    await pools(pilot)
    form = await open_form(pilot)
    await go_to_step(pilot, "image")
    await until_shown(pilot, "Ubuntu 24.04 · 6")
    await until(pilot, lambda: not form.draft.typed, "this machine's address")
    await fill(pilot, image_from="own")
    mine = "/subscriptions/0/resourceGroups/g/providers/Microsoft.Compute/galleries/mine/images/a"
    await fill(pilot, own_image_id=mine, agent="batch.node.ubuntu 22.04")
    await until_shown(pilot, "An image of a gallery needs Microsoft")


async def start_step(pilot):
    await create_pool(pilot)
    await driving.go_to_step(pilot, "start")
    await fill(pilot, start_command="apt-get update && apt-get install -y jq")
    await until_shown(pilot, "ctrl+t: in a shell")


async def access_step(pilot):
    await create_pool(pilot)
    await driving.go_to_step(pilot, "access")
    await until_shown(pilot, "lets in 127.0.0.1, nobody else")


async def size_step(pilot):
    await create_pool(pilot)
    await driving.go_to_step(pilot, "size")
    await until_shown(pilot, "Standard_D2s_v3")


async def review(pilot):
    await create_pool(pilot)
    await fill(pilot, dedicated="12")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "commands run on this machine")


async def add_user(pilot):
    await nodes(pilot, "render-linux")
    await pilot.press("space", "space", "u")
    await until_shown(pilot, "Add a user to 2 nodes")


async def add_user_results(pilot):
    """One of two is refused; the password is shown to whoever has this world's chance."""
    await nodes(pilot, "spot-transcode")
    table = pilot.app.screen.table
    usual = [row for row, node in table.rows.items() if node.state == "running"]
    refused = [row for row, node in table.rows.items() if node.state == "unusable"]
    for row in (min(usual), min(refused)):
        table.move_to(row)
        await pilot.press("space")
    await pilot.press("u")
    await until_shown(pilot, "Add a user to 2 nodes")
    await driving.answer(pilot, login="typed", password="Correct-Horse-7")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Retry 1")


async def users(pilot):
    """One is there, one is expired, of one nobody knows whether it is there."""
    await nodes(pilot, "render-linux")
    screen = pilot.app.screen
    for name, node_id, added, days, sure in (
        ("op-alice", screen.table.shown[0], NOW, 1, True),
        ("visitor", screen.table.shown[1], NOW - timedelta(days=9), 7, True),
        ("visitor", screen.table.shown[2], NOW, 30, False),
    ):
        entry = LedgerEntry(
            "demo", screen.session.account.endpoint, "render-linux", node_id, name, admin=sure,
            expires=added + timedelta(days=days), added=added, how="key",
        )  # fmt: skip
        became = Became.ADDED if sure else Became.BEGUN
        screen.session.entrance.users.ledger.write([Change(entry, became)])
    await pilot.press("U")
    await until_shown(pilot, "expired")


async def logins(pilot):
    await nodes(pilot, "render-linux")
    await pilot.press("A")
    await until_shown(pilot, "anywhere")


async def export_logins(pilot):
    await logins(pilot)
    await pilot.press("e")
    await until_shown(pilot, "ssh_config")


async def no_way(pilot):
    await nodes(pilot, "nightly-reports")
    await pilot.press("s")
    await until_shown(pilot, "No way to this node")


async def answer_prompts(pilot):
    await nodes(pilot, "render-linux")
    prompts = (Prompt("Password:"), Prompt("Code of your token:", echo=True))
    asked = Question("op-alice at 20.9.9.9:50007", prompts, "This node asks for two things.")
    asking = asyncio.create_task(pilot.app._accounts.operator.ask(asked))
    # It is given up when the picture has been looked at.
    asking.add_done_callback(lambda ended: ended.exception())
    await until_shown(pilot, "Code of your token")
    await until(pilot, lambda: pilot.app.focused, "a place to type")
    await pilot.press(*"secret", "enter", *"1234")


async def not_up_yet(pilot):
    await nodes(pilot, "render-linux")
    here = pilot.app.screen
    here.session.entrance._doorways.find = never_up
    await pilot.press("s")
    await until_shown(pilot, "w waits until it is up")


async def never_up(_pool, _node_id):
    raise NotUpError("The node is starting, so its SSH server isn't up yet.")


async def lost_shell(pilot):
    await nodes(pilot, "render-linux")
    said = "apt-get: 37 upgraded, 2 newly installed\nThe system is going down for reboot NOW!"
    pilot.app.hand_over = lambda _channel: Exit(
        None, lost=True, why="Connection reset by peer", said=said
    )
    await pilot.press("s")
    await until_shown(pilot, "Its last output")


async def resize_pool(pilot):
    await pools(pilot)
    pilot.app.screen.table.move_to("render-linux")
    await pilot.press("r")
    await until_shown(pilot, "Nodes that stay.")
    pilot.app.screen.query_one("#dedicated").value = "2"
    pilot.app.screen.query_one("#timeout").value = "4"
    await until_shown(pilot, "The service takes")
    pilot.app.screen.query_one("#timeout").value = "20"
    await until_shown(pilot, "on the pool's nodes now")


async def stop_resize(pilot):
    await pools(pilot)
    pilot.app.screen.table.move_to("fluid-sim-burst")
    await pilot.press("r")
    await until_shown(pilot, "no roll-back")


async def edit_pool(pilot):
    await pools(pilot)
    pilot.app.screen.table.move_to("genomics-start-task")
    await pilot.press("e")
    await until_shown(pilot, "0 of 6 nodes have another start task")
    await fill(pilot, environment='REFERENCE=hg38\nsaid="a\\nb"\n=1')
    await fill(pilot, start_identity="task-nonadmin")
    await until_shown(pilot, "there is no name before the =")


async def edit_review(pilot):
    await edit_pool(pilot)
    await fill(pilot, environment="REFERENCE=hg38")
    await fill(pilot, metadata="team=genomics\nowner=[b]me[/b]")
    await pilot.press("ctrl+s")
    await until_shown(pilot, "Edit pool genomics-start-task?")


async def edit_autoscale(pilot):
    await pools(pilot)
    pilot.app.screen.table.move_to("cfd-autoscale")
    await pilot.press("a")
    await until_shown(pilot, "Autoscale is on.")
    pilot.app.screen.query_one("#formula").text = (
        "$TargetDedicatedNodes = 1;\n$TargetLowPriorityNodes = 12;\n"
        "$NodeDeallocationOption = taskcompletion;\n"
    )
    await pilot.pause()
    await pilot.press("ctrl+r")
    await until_shown(pilot, "Nodes that come: 11 spot.")


async def consent_to_evaluate(pilot):
    await pools(pilot)
    pilot.app.screen.table.move_to("render-linux")
    await pilot.press("a")
    await until_shown(pilot, "Autoscale is off")
    await pilot.press("ctrl+r")
    await until_shown(pilot, "Nothing is resized.")


async def help_screen(pilot):
    await nodes(pilot)
    await pilot.press("question_mark")
    await until_shown(pilot, "A shell on the node")


async def prompts(pilot):
    await pools(pilot)
    await pilot.press("slash", *"linux", "enter", "colon", *"theme")
    await until_shown(pilot, "3 of 9")


async def copying(pilot):
    await nodes(pilot)
    await pilot.press("c")
    await until_shown(pilot, "tvmps_")


async def choose_theme(pilot):
    await pools(pilot)
    await pilot.press("colon", *"theme", "enter")
    await until_shown(pilot, "NO_COLOR is" if pilot.app.no_color else "batchtui-light")
    await until_shown(pilot, "cfd-autoscale")


async def add_account(pilot):
    await pilot.press("n")
    await until_shown(pilot, "Shared key")
    await pilot.press("tab", "tab", *"mine", "tab", *"secret", "tab")


async def delete_pool(pilot):
    await pools(pilot)
    await pilot.press("space", "space", "ctrl+d")
    await until_shown(pilot, "to confirm")


async def reboot(pilot):
    await nodes(pilot, "fluid-sim-burst")
    await pilot.press("M", "slash", *"!start", "enter", "b")
    await until_shown(pilot, "running task will be requeued")


async def reboot_results(pilot):
    await reboot(pilot)
    await pilot.press("right", "enter")
    await until_shown(pilot, "failed")
    await until_shown(pilot, "Retry 3")


async def files(pilot):
    """The folder of this machine is an empty one: what is in another differs from run to run."""
    await nodes(pilot, "render-linux")
    await pilot.press("f")
    screen = pilot.app.screen
    await until(pilot, lambda: screen.there.folder and screen.here.folder, "both sides")
    entries = {
        "shapes": Entry("shapes", "folder", 4096, AN_HOUR_AGO, 0o40755),
        "render.py": Entry("render.py", "file", 4_321, AN_HOUR_AGO, 0o100755),
        "frame-2.exr": Entry("frame-2.exr", "file", 1_340_000_000, AN_HOUR_AGO, 0o100644),
        "frame-10.exr": Entry("frame-10.exr", "file", 86_000_000, AN_HOUR_AGO, 0o100644),
        "latest": Entry("latest", "link", 0, AN_HOUR_AGO, 0o120777),
    }
    screen.here.folder = "/home/alice/project"
    screen.here.table.set_rows(entries.values())
    screen.here.on_resize()
    screen.there.table.set_rows([entries["frame-2.exr"]])
    await pilot.press("tab", "j", "space", "space")


async def files_of_many(pilot):
    await nodes(pilot, "render-linux")
    await pilot.press("space", "space", "f")
    await until_shown(pilot, "Copy files of 2 nodes")
    await pilot.press(*"nothing*")
    pilot.app.screen.query_one("#field-folder Input").value = "/mnt/batch/shared"
    await pilot.press("ctrl+s")
    await until_shown(pilot, "There is no nothing* here.")


async def files_copied(pilot):
    await files(pilot)
    screen = pilot.app.screen
    lost = Copying(["/home/alice/project/frame-2.exr"], "/mnt/batch")
    lost.broke_off = ConnectionLostError("The connection to 2095767f_d was lost.")
    item = Item("", "", Entry("frame-2.exr", "file", 5))
    lost.plan.items.append(item)
    linked = Copying(["/home/alice/project/shapes", "/home/alice/project/render.py"], "/mnt/batch")
    linked.plan.items += [item] * 17
    linked.files_done = 17
    path = "/home/alice/project/shapes/latest"
    linked.plan.passed_by = {path: "A link isn't followed: it may lead anywhere."}
    for copying in (linked, lost):
        order = Order(copying, up=True)
        order.end()
        screen.transfers.orders.append(order)
    await pilot.press("t")
    await until_shown(pilot, "frame-2.exr to /mnt/batch")


async def remove_waiting(pilot):
    await nodes(pilot, "fluid-sim-burst")
    await pilot.press("M", "ctrl+d", "right", "enter")
    await until_shown(pilot, "Waiting for the pool to be steady")


async def upload_logs(pilot):
    await nodes(pilot, "render-linux")
    await pilot.press("L", *"https://acct.blob.core.windows.net/logs?sig=c2VjcmV0")
    await until_shown(pilot, ".windows.net/logs")


async def remote_desktop(pilot):
    await nodes(pilot, "windows-postprocess")
    await pilot.press("s")
    await until_shown(pilot, "Remote Desktop to")


async def forwards(pilot):
    await nodes(pilot, "render-linux")
    entrance, screen = pilot.app.screen.session.entrance, pilot.app.screen
    doorway = await entrance.doorway(screen.pool, screen.table.current.id)
    for port, lost in ((8080, False), (8443, True)):
        spec = ForwardSpec("127.0.0.1", port, "localhost", port - 8000)
        forwarding = SimpleNamespace(
            spec=spec, clients=2, carried=3_400_000, lost=lost, failure="", close=lambda: None
        )
        entrance.forwards.all.append(Forward(doorway, forwarding, AsyncExitStack()))
    await pilot.press("colon", *"forwards", "enter")
    await until_shown(pilot, "✗ lost")


async def run_many(pilot):
    await nodes(pilot, "render-linux")
    await pilot.press("space", "space", "x")
    await until_shown(pilot, "Run on 2 nodes")
    await pilot.press(*"uname -r")


async def run_groups(pilot):
    await nodes(pilot, "render-linux")
    await pilot.press("M", "x")
    await until_shown(pilot, "Run on 8 nodes")
    old = "case $AZ_BATCH_NODE_ID in *_p) echo 5.15.0-azure; exit 3;; esac"
    pilot.app.screen.query_one("#field-command Input").value = f"{old}; echo 6.8.0-azure"
    await pilot.press("enter")
    await until_shown(pilot, "On 8 nodes of render-linux:")
    await pilot.press("right", "enter")
    await until_shown(pilot, "r tries again")
    await until(pilot, lambda: len(pilot.app.screen.table.rows) == 2, "both groups")


async def run_diff(pilot):
    await run_groups(pilot)
    await pilot.press("j", "equals_sign")
    await until_shown(pilot, "+5.15")


VIEWS = [
    accounts, pools, faults, all_faults, faults_everywhere, command_line,
    nodes, marked_nodes, node_map, node_details, pool_details, autoscale, raw_json,
    new_pool, new_pool_quota, new_pool_failed,
    create_pool, size_step, start_step, access_step, scale_step, scale_formula, more_step,
    edit_json,
    choose_image, give_image, review, add_user, add_user_results, users, help_screen, delete_pool,
    logins, export_logins, no_way, answer_prompts, not_up_yet, lost_shell,
    prompts, copying, choose_theme, add_account,
    resize_pool, stop_resize, edit_pool, edit_review,
    edit_autoscale, consent_to_evaluate,
    reboot, reboot_results, remove_waiting, upload_logs, forwards,
    remote_desktop, files, files_copied, files_of_many, run_many, run_groups, run_diff,
]  # fmt: skip
