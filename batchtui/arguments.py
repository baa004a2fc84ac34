"""What may be said on the command line, and its help."""

import argparse
import textwrap
from pathlib import Path

import batchtui

RUNS_HERE = (
    "What it runs - tasks, start tasks, shells - it runs on this machine, as whoever started it. "
    "--pretend runs nothing and only plays the states."
)

_EMULATOR = f"""\
Serve the REST API of Azure Batch on loopback, and Azure Resource Manager for its account.
Prints one line of JSON when it is ready: endpoint, account, key, what signs in, and with --tls
the file of its CA. Ends on SIGINT or SIGTERM, and what it runs with it.

{textwrap.fill(RUNS_HERE, 95)}"""
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
_KNOWN_HOSTS = """\
Print the host keys that nodes showed, and jump hosts that no known_hosts knew, as lines of
OpenSSH's known_hosts: by the address and port of each node when it was last connected to. Nodes
give up their addresses to others, so print them anew when you need them."""
_LS = """\
List on standard output, page by page as the service answers. On a terminal it is a table as
wide as that; elsewhere nothing in it is cut. The exit status is 0, 1 when something failed -
what was printed until then are whole lines -, or 2 for words that mean nothing."""
_LISTED = {
    "accounts": "the accounts that this machine knows",
    "pools": "the pools of an account",
    "nodes": "the nodes of a pool",
    "users": "the users that batchtui added to nodes",
    "logins": "where SSH reaches the nodes of a pool",
    "images": "the images that the service supports",
}
_LS_EXAMPLES = """\
examples:
  batchtui ls pools --faults
  batchtui ls nodes POOL --filter 'state:idle !kind:spot'
  batchtui ls nodes POOL --json --columns id,state,errors | jq -r 'select(.errors) | .id'
  batchtui ls nodes POOL --plain --columns state | sort | uniq -c
  batchtui ls logins POOL --format ansible > hosts.ini
  batchtui ls nodes POOL --plain --columns id -f state:unusable |
    xargs -I{} batchtui ssh POOL/{} -- uptime
"""
_RUN = """\
Run a command, or a local script, on the nodes of a pool: by default on all of them, 50 at once.
A user for you is added to each, as for `batchtui ssh`. What they write comes on standard output
and standard error as it is written, in whole lines with the node's id and a tab in front; on a
terminal with the start of the id, and control characters are shown. The last words, on standard
error, are what it came to.

The exit status is 0; 1 when the command failed on a node, or took too long; 255 when a node wasn't
reached or was lost; 130 after ctrl-c, which ends it everywhere; 2 for words that mean nothing."""
_RUN_EXAMPLES = """\
examples:
  batchtui run POOL -- uptime
  batchtui run POOL --group -- cat /etc/os-release
  batchtui run POOL --faults --sudo -- tail -n 3 /var/log/syslog
  batchtui run POOL --script collect.py --timeout 60 --save out/ -- --verbose
  batchtui ls nodes POOL --plain --columns id -f state:idle |
    batchtui run POOL --nodes - -- df -h / | awk -F'\\t' '{ print $2 }'
"""
_CP = """\
Copy files, and folders with all that is in them, to nodes of a pool or from them, over SSH; from
nodes without SSH by the service. TARGET is a folder, made where it isn't there; on nodes it may
start in your home. With * instead of a node it goes to all of them or comes from each, into a
folder that is called as the node is, eight at a time.

Permissions and times are kept; links in folders are told and not followed. What was cut off goes on
where it stopped, when the same is copied again. The exit status is 0, 1 when something wasn't
copied, 130 after ctrl-c, 2 for words that mean nothing."""
_CP_EXAMPLES = """\
examples:
  batchtui cp model.bin data/ POOL/NODE:/mnt/batch/shared
  batchtui cp POOL/NODE:/var/log/syslog .
  batchtui cp 'POOL/*:startup/stderr.txt' logs/
"""
_CREATE = """\
Make a pool from a file: what `az batch pool create --json-file` takes, what `az batch pool show`
or `batchtui ls pools --json` prints of one, a template of az's Batch extension, or a pool of
Resource Manager. What only the service says is left out. It is checked as the form checks it, by
what the service supports and has now: what is wrong is printed as `field: sentence`, and then
nothing is sent.

The exit status is 0, 1 when the pool couldn't be made or got no nodes, 2 when something is wrong
with what was asked for."""
_CREATE_EXAMPLES = """\
examples:
  az batch pool show --pool-id render | batchtui pool create --from - --set id=render-2
  batchtui pool create --from pool.json --set dedicated=10 --set startTask.maxTaskRetryCount=3
  batchtui pool create --from pool.json --set scale=formula --set formula=@scale.txt --wait
  batchtui pool create --from pool.json --set userAccounts.0.password=- --dry-run
"""


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
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
        description=f"Open batchtui on a local Azure Batch that ends with it. {RUNS_HERE}",
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
        usage="batchtui ssh [--account NAME] [--wait] POOL/NODE [-- COMMAND]",
    )
    ssh.add_argument("--wait", action="store_true", help="wait for a node that is on its way up")
    ssh.add_argument("node", metavar="POOL/NODE", help="a node by its id, or the start of it")
    _add_account(ssh)
    _add_cp(commands)
    _add_known_hosts(commands)
    _add_run(commands)
    _add_ls(commands)
    _add_pool(commands)
    return parser


def _add_account(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--account", default="", metavar="NAME", help="a known account")


def _add_cp(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    cp = commands.add_parser(
        "cp",
        help="files to nodes, and from nodes",
        description=_CP,
        epilog=_CP_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    cp.add_argument("sources", nargs="+", metavar="SOURCE", help="a path here, or POOL/NODE:PATH")
    cp.add_argument("target", metavar="TARGET", help="a folder: POOL/NODE:PATH, or here")
    cp.add_argument(
        "--existing", default="resume", choices=("resume", "skip", "replace"),
        help="what becomes of files that are there: replaced unless of the same size and time "
        "(resume), left as they are, or replaced",
    )  # fmt: skip
    _add_account(cp)


def _add_known_hosts(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    known = commands.add_parser(
        "known-hosts",
        help="the host keys of nodes that were trusted, for OpenSSH",
        description=_KNOWN_HOSTS,
    )
    known.add_argument("pool", nargs="?", default="", metavar="POOL", help="only a pool's nodes")
    known.add_argument(
        "--forget", default="", metavar="POOL/NODE|HOST",
        help="forget the key of a node, by its id or the start of it, or of a jump host, so that "
        "the next one is trusted",
    )  # fmt: skip
    _add_account(known)


def _add_run(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    run = commands.add_parser(
        "run",
        help="a command or a script on many nodes of a pool",
        description=_RUN,
        epilog=_RUN_EXAMPLES,
        usage="batchtui run [OPTIONS] POOL -- COMMAND",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.add_argument("pool", metavar="POOL", help="the pool's id")
    run.add_argument(
        "--nodes", metavar="ID,ID…",
        help="only these nodes, by their ids or the start of them; - reads ids from standard input",
    )  # fmt: skip
    run.add_argument(
        "--faults", action="store_true", help="only nodes where something is wrong"
    )  # fmt: skip
    run.add_argument(
        "--script", metavar="FILE",
        help="run this file's text by the interpreter that its first line names, or else the "
        "user's shell; it isn't left on the node, and the words behind -- are its arguments",
    )  # fmt: skip
    run.add_argument("--sudo", action="store_true", help="run it as root (sudo -n)")
    run.add_argument(
        "--timeout", type=float, metavar="S", help="end it on a node after so many seconds"
    )
    run.add_argument(
        "--at-once", type=int, metavar="N", help="on so many nodes at the same time (50)"
    )
    run.add_argument(
        "--group", action="store_true",
        help="print at the end, once for all nodes that wrote the same",
    )  # fmt: skip
    run.add_argument(
        "--save", metavar="DIR",
        help="write what each node wrote into a file here, and a summary; of more than 128 KiB "
        "the beginning and the end",
    )  # fmt: skip
    _add_account(run)


def _add_pool(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    pool = commands.add_parser(
        "pool", help="make a pool from a file", description="Pools, without the screens."
    )
    verbs = pool.add_subparsers(dest="verb", metavar="WHAT", required=True)
    create = verbs.add_parser(
        "create",
        help="make a pool from a file",
        description=_CREATE,
        epilog=_CREATE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    create.add_argument(
        "--from", required=True, dest="source", metavar="FILE",
        help="the pool's JSON; - reads standard input",
    )  # fmt: skip
    create.add_argument(
        "--set", action="append", default=[], dest="settings", metavar="NAME=VALUE",
        help="a field of the form (dedicated=3), or a place in the JSON (metadata.0.value=x), null "
        "for without; @FILE reads the value from a file, and - a secret from the keyboard or "
        "standard input; may be given again",
    )  # fmt: skip
    create.add_argument(
        "--dry-run", action="store_true",
        help="check it, and print the JSON that would be sent, without secrets",
    )  # fmt: skip
    create.add_argument(
        "--wait", action="store_true",
        help="wait until its nodes are allocated, and print why they aren't",
    )  # fmt: skip
    _add_account(create)


def _add_ls(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ls = commands.add_parser(
        "ls",
        help="lists of accounts, pools, nodes or images, for scripts, too",
        description=_LS,
        epilog=_LS_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = ls.add_subparsers(dest="kind", metavar="WHAT", required=True)
    for kind, what in _LISTED.items():
        parser = kinds.add_parser(
            kind, help=what, description=f"List {what}. `batchtui ls --help` has examples."
        )
        if kind in {"nodes", "logins"}:
            parser.add_argument("pool", metavar="POOL", help="the pool's id")
        forms = _add_form(parser)
        if kind == "logins":
            _add_formats(forms, parser)
        if kind not in {"accounts", "images"}:
            parser.add_argument(
                "--faults", action="store_true", help="only where something is wrong"
            )
        if kind != "accounts":
            _add_account(parser)


def _add_formats(
    forms: "argparse._MutuallyExclusiveGroup", parser: argparse.ArgumentParser
) -> None:
    forms.add_argument(
        "--format", default="", choices=("csv", "json", "ssh-config", "ansible", "pssh"),
        help="for another program; all but csv and json leave out nodes that SSH doesn't reach",
    )  # fmt: skip
    parser.add_argument(
        "--user", default="", metavar="NAME", help="who logs in; else who the settings name"
    )


def _add_form(parser: argparse.ArgumentParser) -> "argparse._MutuallyExclusiveGroup":
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument(
        "--json", action="store_const", dest="form", const="json", default="table",
        help="an object a line, as the service sent it",
    )  # fmt: skip
    forms.add_argument(
        "--plain", action="store_const", dest="form", const="plain",
        help="no header and no glyphs, nothing cut, separated by tabs",
    )  # fmt: skip
    parser.add_argument(
        "--columns", default="", metavar="A,B,C",
        help="which columns, in this order; with --json which fields, and only those are asked "
        "for; `help` lists them",
    )  # fmt: skip
    parser.add_argument(
        "-f", "--filter", default="", metavar="TEXT",
        help="only rows that pass: words (fuzzy), column:value, ! in front of either inverts; "
        "or /expression/",
    )  # fmt: skip
    return forms


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
