"""The command line: reads arguments, and imports the rest only when it is needed."""

import gc
import getpass
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batchtui.config import Paths, Settings
from batchtui.errors import BatchtuiError, UsageError
from batchtui.visible import visible, visible_lines

if TYPE_CHECKING:
    from argparse import Namespace

    from batchtui.access.identity import Identity
    from batchtui.accounts import Accounts
    from batchtui.emulator import Options


# What TERM says of terminals that can't move their cursor.
_WITHOUT_SCREEN = frozenset({"dumb", "unknown"})

# What an expected failure ends with where that isn't 1: for `batchtui ssh` as for ssh itself.
_FAILED = {"ssh": 255, "run": 255}


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; the exit status is 1 for an expected failure, 2 for bad usage."""
    if not arguments:
        # Nothing is to be read, and the first frame is waited for.
        return _ending(_open)
    from batchtui.arguments import make_parser

    ours, command = _split(arguments)
    options = make_parser().parse_args(ours)
    _start_log(options.log)
    return _ending(lambda: _dispatch(options, command), failed=_FAILED.get(options.command, 1))


def _ending(do: Callable[[], int], *, failed: int = 1) -> int:
    """Do something that may fail as expected; returns the exit status."""
    try:
        return do()
    except BatchtuiError as error:
        print(f"batchtui: {visible_lines(str(error))}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else failed


def _dispatch(options: "Namespace", command: list[str]) -> int:
    if command and options.command not in {"ssh", "run"}:
        raise UsageError("Only `batchtui ssh` and `batchtui run` take words behind `--`.")
    to_nodes = {"ssh": _ssh, "run": _run}
    if options.command in to_nodes:
        return to_nodes[options.command](options, command)
    others = {
        "emulator": _emulator,
        "cp": _cp,
        "demo": _demo,
        "known-hosts": _known_hosts,
        "ls": _ls,
        "pool": _pool,
    }
    if options.command in others:
        return others[options.command](options)
    return _open()


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is ours, and what stands behind `--` for the node."""
    listed = list(arguments)
    if "--" not in listed:
        return listed, []
    place = listed.index("--")
    return listed[:place], listed[place + 1 :]


def _start_log(path: Path | None) -> None:
    if path is not None:
        logging.basicConfig(level=logging.INFO, handlers=[log_handler(path)])


def log_handler(path: Path) -> logging.Handler:
    """What writes the log file."""
    log = logging.FileHandler(path, encoding="utf-8")
    log.setFormatter(_Harmless("%(asctime)s %(levelname)s %(name)s %(message)s"))
    return log


class _Harmless(logging.Formatter):
    """What others wrote can be read in a terminal, and stays in its line."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its base has it so
        return visible(super().formatMessage(record))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - its base has it so
        return visible_lines(super().formatStack(stack_info))

    def formatException(self, ei: Any) -> str:  # noqa: N802, ANN401 - its base has it so
        return visible_lines(super().formatException(ei))


def _options(options: "Namespace", **more: str | bool) -> "Options":
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


def _emulator(options: "Namespace") -> int:
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


def _demo(options: "Namespace") -> int:
    from batchtui.access.accounts import Account
    from batchtui.emulator import EmulatorError

    wanted = _options(options, account="demo")
    ending = ExitStack()

    def guest() -> "tuple[Account, str, Identity]":
        # Only now: what these import would hold up the first frame.
        from batchtui.access.identity import LocalSecret
        from batchtui.emulator import EmulatorThread

        emulator = EmulatorThread(wanted)
        ending.callback(emulator.stop)
        try:
            running = emulator.start()
        except EmulatorError as error:
            raise BatchtuiError(f"{error}") from None
        account = Account(
            "demo",
            running.account,
            running.endpoint,
            source="demo",
            subscription=running.subscription,
            group=running.resource_group,
            pretends=options.pretend,
        )
        secret = LocalSecret(
            running.authority, running.tenant, running.client_id, running.client_secret
        )
        return account, running.key, secret.identity()

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
    # What is imported is no garbage: looking for some would only hold up the first frame.
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
    app = BatchtuiApp(accounts, loaded=_collect_garbage, **how)  # type: ignore[arg-type]
    app.run()
    return app.return_code or 0


def _collect_garbage() -> None:
    """From now on; to look through all that is imported would hold up keys, each time."""
    gc.freeze()
    gc.enable()


def _check_terminal() -> None:
    # One that was closed is None.
    if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        raise BatchtuiError(
            "This is a full-screen program: standard input and output must be a terminal.",
            advice="`batchtui ssh POOL/NODE -- COMMAND` needs none.",
        )
    if os.environ.get("TERM", "") in _WITHOUT_SCREEN:
        raise BatchtuiError(
            f"TERM is {os.environ['TERM']}: such a terminal has no screen to draw on.",
            advice="Set TERM to what it is, such as xterm-256color.",
        )


def _ssh(options: "Namespace", command: list[str]) -> int:
    from batchtui.remote import Errand, open_remote

    pool, slash, node = options.node.partition("/")
    if not (pool and slash and node):
        raise BatchtuiError(f"{options.node!r} isn't POOL/NODE.")
    return open_remote(_accounts(), Errand(options.account, pool, node, command, wait=options.wait))


def _cp(options: "Namespace") -> int:
    from batchtui.cp import Errand, cp

    errand = Errand.read(options.sources, options.target)
    return cp(_accounts(), options.account, errand, options.existing)


def _run(options: "Namespace", command: list[str]) -> int:
    from batchtui.run import Wanted, run

    wanted = Wanted(
        pool=options.pool,
        command=command,
        account=options.account,
        nodes=options.nodes,
        faults=options.faults,
        script=options.script,
        sudo=options.sudo,
        timeout=options.timeout,
        at_once=options.at_once,
        groups=options.group,
        save=options.save,
    )
    return run(_accounts(), wanted)


def _known_hosts(options: "Namespace") -> int:
    from batchtui.trust import forget_known_host, print_known_hosts

    account = _accounts().named(options.account).account if options.account else ""
    if options.forget:
        return forget_known_host(Paths.of_user(), account, options.forget)
    return print_known_hosts(Paths.of_user(), account, options.pool)


def _ls(options: "Namespace") -> int:
    from batchtui.ls import Wanted, ls

    wanted = Wanted(
        kind=options.kind,
        pool=getattr(options, "pool", ""),
        account=getattr(options, "account", ""),
        form=options.form,
        columns=[name.strip() for name in options.columns.split(",") if name.strip()],
        filter=options.filter,
        faults=getattr(options, "faults", False),
        format=getattr(options, "format", ""),
        user=getattr(options, "user", ""),
    )
    return ls(_accounts(), wanted)


def _pool(options: "Namespace") -> int:
    from batchtui.pool import Wanted, create

    wanted = Wanted(
        options.source, options.settings, options.account, options.dry_run, options.wait
    )
    return create(_accounts(), wanted)


def _accounts() -> "Accounts":
    """The accounts of the file, and the environment's."""
    from batchtui.access.accounts import from_environment
    from batchtui.access.at_terminal import AtTerminal
    from batchtui.accounts import Accounts

    paths = Paths.of_user()
    accounts = Accounts(paths, Settings.load(paths.settings))
    accounts.operator = AtTerminal()
    environment = from_environment(os.environ)
    if environment is not None:
        accounts.welcome(*environment)
    return accounts
