"""The command line: reads arguments, and imports the rest only when it is needed."""

import argparse
import gc
import getpass
import logging
import os
import sys
import textwrap
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import batchtui
from batchtui.config import Paths, Settings
from batchtui.errors import BatchtuiError
from batchtui.visible import visible_lines

if TYPE_CHECKING:
    from batchtui.emulator import Options

_RUNS_HERE = (
    "What it runs - tasks, start tasks, shells - it runs on this machine, as whoever started it. "
    "--pretend runs nothing and only plays the states."
)


_EMULATOR = f"""\
Serve the REST API of Azure Batch on loopback, and Azure Resource Manager for its account.
Prints one line of JSON when it is ready: endpoint, account, key, what signs in, and with --tls
the file of its CA. Ends on SIGINT or SIGTERM, and what it runs with it.

{textwrap.fill(_RUNS_HERE, 95)}"""
_FOR_OTHERS = """\
with the Python SDK:
  BatchClient(endpoint, AzureNamedKeyCredential(account, key))

with the az CLI:
  export AZURE_BATCH_ENDPOINT=... AZURE_BATCH_ACCOUNT=... AZURE_BATCH_ACCESS_KEY=...
  az batch pool list

with tokens (--tls): azure-identity's ClientSecretCredential(tenant, client_id, client_secret,
  authority=authority, disable_instance_discovery=True, connection_verify=ca)

faults and situations on command, with the key as a bearer secret:
  curl -H "Authorization: Bearer $KEY" $ENDPOINT/_emulator/faults -d \\
    '{"path": "/pools", "do": "status", "status": 503, "count": 2}'
  curl -H "Authorization: Bearer $KEY" $ENDPOINT/_emulator/world -d \\
    '{"pool": "render-linux", "node": "0", "state": "preempted"}'

The README has all of it, and the pytest fixture `batch_emulator`.
"""

# What an expected failure ends with; for `batchtui ssh` as for ssh itself.
_FAILED = {False: 1, True: 255}


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; the exit status is 1 for an expected failure, 2 for bad usage."""
    ours, command = _split(arguments)
    options = _parser().parse_args(ours)
    _start_log(options.log)
    try:
        return _dispatch(options, command)
    except BatchtuiError as error:
        print(f"batchtui: {visible_lines(str(error))}", file=sys.stderr)
        return _FAILED[options.command == "ssh"]


def _dispatch(options: argparse.Namespace, command: list[str]) -> int:
    if options.command == "emulator":
        return _emulator(options)
    if options.command == "demo":
        return _demo(options)
    if options.command == "ssh":
        return _ssh(options, command)
    return _open()


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is ours, and what stands behind `--` for the node."""
    listed = list(arguments)
    if "--" not in listed:
        return listed, []
    place = listed.index("--")
    return listed[:place], listed[place + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="batchtui",
        description="A keyboard-driven terminal application for operators of Azure Batch.",
        epilog="Without a command it opens on your accounts, or on the account that "
        "AZURE_BATCH_ACCOUNT, AZURE_BATCH_ACCESS_KEY and AZURE_BATCH_ENDPOINT name.",
    )
    parser.add_argument("--version", action="version", version=f"batchtui {batchtui.__version__}")
    parser.add_argument("--log", type=Path, metavar="FILE", help="write a log; no secret is in it")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="try it with no cloud: an Azure Batch on this machine",
        description=f"Open batchtui on a local Azure Batch that ends with it. {_RUNS_HERE}",
    )
    _add_world(demo)
    emulator = commands.add_parser(
        "emulator",
        help="a local Azure Batch for other programs",
        description=_EMULATOR,
        epilog=_FOR_OTHERS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_world(emulator)
    emulator.add_argument("--host", default="127.0.0.1", help="a loopback address")
    emulator.add_argument("--account", default="", help="the account's name")
    emulator.add_argument("--key", default="", metavar="BASE64", help="its key; random if absent")
    emulator.add_argument(
        "--tls",
        action="store_true",
        help="serve https, which clients need to send tokens, with a CA made for this run",
    )
    ssh = commands.add_parser(
        "ssh",
        help="a shell on a node, or a command there",
        description="Add a user for you to a node and open a shell on it, or run a command. The "
        "exit status is the remote one, or 255 when there was no shell.",
        usage="batchtui ssh [--account NAME] POOL/NODE [-- COMMAND]",
    )
    ssh.add_argument("node", metavar="POOL/NODE", help="a node by its id, or the start of it")
    ssh.add_argument("--account", default="", metavar="NAME", help="a known account")
    return parser


def _add_world(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=0, help="a TCP port; 0 takes a free one")
    parser.add_argument(
        "--seed",
        default="demo",
        metavar="demo|empty|N",
        help="what is there at first; N is the demo and a pool `scale` of N nodes",
    )
    parser.add_argument(
        "--clock",
        default="real",
        metavar="real|fast|FACTOR",
        help="how fast pools and nodes change state",
    )
    parser.add_argument("--pretend", action="store_true", help="run nothing, only play the states")


def _start_log(path: Path | None) -> None:
    if path is not None:
        logging.basicConfig(
            filename=path,
            level=logging.INFO,
            format="%(asctime)s %(levelname)s %(name)s %(message)s",
        )


def _options(options: argparse.Namespace, **more: str | bool) -> "Options":
    from batchtui.emulator import Options

    given: dict[str, Any] = {name: value for name, value in more.items() if value}
    try:
        return Options(
            port=options.port,
            seed=options.seed,
            clock=options.clock,
            pretend=options.pretend,
            **given,
        )
    except ValueError as error:
        raise BatchtuiError(f"{error}") from None


def _emulator(options: argparse.Namespace) -> int:
    from batchtui.emulator import EmulatorError, run

    wanted = _options(
        options, host=options.host, account=options.account, key=options.key, tls=options.tls
    )
    if options.log is None:
        logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    try:
        return run(wanted)
    except EmulatorError as error:
        raise BatchtuiError(f"{error}") from None


def _demo(options: argparse.Namespace) -> int:
    from batchtui.access.accounts import Account
    from batchtui.emulator import EmulatorError

    wanted = _options(options, account="demo")
    ending = ExitStack()

    def guest() -> tuple[Account, str]:
        # Only now: what the emulator imports would hold up the first frame.
        from batchtui.emulator import EmulatorThread

        emulator = EmulatorThread(wanted)
        ending.callback(emulator.stop)
        try:
            running = emulator.start()
        except EmulatorError as error:
            raise BatchtuiError(f"{error}") from None
        return Account("demo", running.account, running.endpoint, source="demo"), running.key

    what = "plays the states of pools and runs nothing"
    if not options.pretend:
        what = f"runs start tasks and shells on this machine, as {getpass.getuser()}"
    banner = f"A local Azure Batch, for trying things out: it {what}. It ends with batchtui."
    with ending:
        return _show(banner=banner, guest=guest)


def _open() -> int:
    from batchtui.access.accounts import from_environment

    return _show(environment=from_environment(os.environ))


def _show(**how: object) -> int:
    # Until the first frame there is no garbage: looking for some would only hold it up.
    gc.disable()
    from batchtui.accounts import Accounts
    from batchtui.ui.app import BatchtuiApp

    _check_terminal()
    paths = Paths.of_user()
    accounts = Accounts(paths, Settings.load(paths.settings))
    environment = how.pop("environment", None)
    if isinstance(environment, tuple):
        accounts.welcome(*environment)
        how["account"] = environment[0]
    app = BatchtuiApp(accounts, **how)  # type: ignore[arg-type]
    app.run()
    return app.return_code or 0


def _check_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BatchtuiError(
            "This is a full-screen program: standard input and output must be a terminal.",
            advice="`batchtui ssh POOL/NODE -- COMMAND` needs none.",
        )


def _ssh(options: argparse.Namespace, command: list[str]) -> int:
    from batchtui.access.accounts import from_environment
    from batchtui.accounts import Accounts
    from batchtui.remote import open_remote

    pool, slash, node = options.node.partition("/")
    if not (pool and slash and node):
        raise BatchtuiError(f"{options.node!r} isn't POOL/NODE.")
    paths = Paths.of_user()
    accounts = Accounts(paths, Settings.load(paths.settings))
    environment = from_environment(os.environ)
    if environment is not None:
        accounts.welcome(*environment)
    return open_remote(accounts, options.account, pool, node, command)
