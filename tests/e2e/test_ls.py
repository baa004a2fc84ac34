"""`batchtui ls` as scripts and people use it: a process of its own against an emulator."""

import base64
import json
import os
import pty
import re
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.batch import BatchClient
from azure.core.credentials import AzureNamedKeyCredential
from terminals import BATCHTUI

from batchtui.access.ledger import Became, Change, Ledger, LedgerEntry
from batchtui.config import Paths
from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import faults, inject, put

KEY = base64.b64encode(b"a made-up key that nobody else has").decode()
MANY = 2100  # nodes in three pages


@pytest.fixture(scope="module")
def running():
    # Nothing changes its state while somebody looks, however long that takes.
    still = Options(seed=str(MANY), random_seed=7, key=KEY, pretend=True, clock="0.000001")
    with EmulatorThread(still) as emulator:
        yield emulator


def ls(*words, **more):
    command = [*BATCHTUI, "ls", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **more)


def listed(*words):
    done = ls(*words)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def objects(*words):
    return [json.loads(line) for line in listed(*words, "--json")]


def sdk(emulator):
    return BatchClient(emulator.endpoint, AzureNamedKeyCredential(emulator.account, emulator.key))


# Logins


def test_logins_are_listed_and_written_for_other_programs(emulator):
    ways = [node.split("\t") for node in listed("nodes", "render-linux", "--plain", "--columns",
                                                "id,address")]  # fmt: skip
    reached = {node: way for node, way in ways if way}
    plain = [line.split("\t") for line in listed("logins", "render-linux", "--plain")]
    assert {node: f"{host}:{port}" for node, _state, host, port, _from in plain} == dict(ways)
    hosts = listed("logins", "render-linux", "--format", "pssh", "--user", "op-x")
    assert sorted(hosts) == sorted(f"op-x@{way}" for way in reached.values())
    some = listed("logins", "render-linux", "--format", "csv", "--faults")
    assert some == ["pool,node,state,address,port,user"]
    inside = json.loads("".join(listed("logins", "nightly-reports", "--format", "json")))
    assert {(node["port"], node["public"]) for node in inside} == {(22, False)}
    refused = ls("logins", "render-linux", "--format", "csv", "--columns", "id")
    assert (refused.returncode, refused.stdout) == (2, "")


def test_users_that_were_added_are_listed(emulator):
    now = datetime.now(UTC)
    entry = LedgerEntry(
        emulator.account, emulator.endpoint, "scale", "tvmps_1_d", "op-x", admin=True,
        expires=now - timedelta(hours=1), added=now - timedelta(days=1), how="key",
    )  # fmt: skip
    fresh = replace(entry, user="op-y", expires=now + timedelta(days=1))
    changes = [Change(each, Became.ADDED) for each in (entry, fresh)]
    Ledger(Paths.of_user().ledger).write(changes)
    words = ["--plain", "--columns", "user,state,pool,node,rights"]
    assert listed("users", *words) == [
        "op-x\texpired\tscale\ttvmps_1_d\tadmin",
        "op-y\tthere\tscale\ttvmps_1_d\tadmin",
    ]
    assert [row["user"] for row in objects("users", "--faults")] == ["op-x"]
    assert objects("users", "-f", "user:op-y", "--columns", "user,sure") == [
        {"user": "op-y", "sure": True}
    ]


# JSON


def test_json_of_nodes_is_what_the_sdk_lists(emulator):
    with sdk(emulator) as client:
        wanted = [node.as_dict() for node in client.list_nodes("scale")]
    found = objects("nodes", "scale")
    assert len(found) == MANY
    assert found == wanted


def test_json_of_pools_and_images_is_what_the_sdk_lists(emulator):
    with sdk(emulator) as client:
        pools = [pool.as_dict() for pool in client.list_pools()]
        images = [image.as_dict() for image in client.list_supported_images()]
    assert objects("pools") == pools
    assert objects("images") == images


def test_json_columns_are_all_that_is_asked_for(emulator):
    rule = inject(emulator, path="/pools/scale/nodes", query="*select=id,state*", do="delay",
                  seconds=0)  # fmt: skip
    found = objects("nodes", "scale", "--columns", "ID, state")
    assert {tuple(node) for node in found} == {("id", "state")}
    assert next(each["hits"] for each in faults(emulator) if each["id"] == rule) == 3


def test_json_columns_that_a_filter_needs_besides_are_not_shown(emulator):
    found = objects("nodes", "scale", "--columns", "vmSize", "--filter", "state:starttaskfailed")
    assert {tuple(node) for node in found} == {("vmSize",)}
    whole = objects("nodes", "scale", "--filter", "state:starttaskfailed")
    assert {node["state"] for node in whole} == {"starttaskfailed"}
    assert len(whole) == len(found) > 20


def test_accounts_are_told_without_asking_anybody(emulator, monkeypatch):
    monkeypatch.setenv("AZURE_BATCH_ENDPOINT", "http://127.0.0.1:9")
    (account,) = objects("accounts")
    assert account == {
        "name": "demo", "account": "demo", "endpoint": "http://127.0.0.1:9",
        "source": "environment", "read_only": False, "subscription": "", "group": "",
    }  # fmt: skip
    assert KEY not in ls("accounts").stdout


# Plain and tables


def test_plain_has_a_line_a_node_and_whole_ids(emulator):
    rows = [line.split("\t") for line in listed("nodes", "render-linux", "--plain")]
    ids = {node["id"] for node in objects("nodes", "render-linux")}
    assert {row[0] for row in rows} == ids
    assert {row[1] for row in rows} <= {"idle", "running"}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", row[2]) for row in rows)


def test_columns_are_chosen_and_ordered(emulator):
    lines = listed("pools", "--plain", "--columns", "nodes,id", "--filter", "/^scale$/")
    assert lines == [f"{MANY}/{MANY}\tscale"]


def test_a_table_that_is_piped_is_whole_aligned_and_without_colour(emulator):
    head, *rows = listed("nodes", "scale", "--columns", "id,state,kind")
    assert head.split() == ["Node", "State", "Kind"]
    assert len(rows) == MANY
    assert {row.index(" ") for row in rows} == {72}
    assert {row[head.index("Kind") :] for row in rows} == {"dedicated"}
    assert "\x1b" not in "".join(rows)


def test_filters_and_faults_are_those_of_the_screens(emulator):
    words = ["nodes", "scale", "--plain", "--columns", "state,start", "--faults"]
    faulty = [line.split("\t") for line in listed(*words)]
    # One that looks idle may have failed: its start task wasn't waited for.
    assert {state for state, _ in faulty} == {"starttaskfailed", "unusable", "idle"}
    assert all(start.startswith("exit") for state, start in faulty if state == "idle")
    fewer = [line.split("\t") for line in listed(*words, "-f", "!state:unusable !state:idle")]
    assert fewer == [row for row in faulty if row[0] == "starttaskfailed"]
    pools = listed("pools", "--plain", "--faults", "--columns", "id")
    assert "genomics-start-task" in pools
    assert "render-linux" not in pools


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("nodes", ["nodes", "scale"]), ("pools", ["pools"]),
        ("images", ["images"]), ("accounts", ["accounts"]),
    ],
)  # fmt: skip
def test_the_names_of_columns_and_fields_are_listed(kind, words):
    names = [line.split()[0] for line in listed(*words, "--columns", "help")]
    assert names[0] in {"id", "distribution", "name"}
    fields = listed(*words, "--json", "--columns", "help")
    assert set(fields) & {"id", "imageReference", "endpoint"}
    assert kind in ls(kind, "--help").stdout


def test_what_is_not_there_is_said_in_words_on_stderr(emulator):
    done = ls("pools", "--filter", "nothing-is-called-so")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "No pool passes the filter.\n"
    assert listed("pools", "--filter", "nothing-is-called-so", "--plain") == []


def test_hostile_texts_are_harmless(emulator):
    nasty = "\x1b]0;owned\x07\u202e\t\n[bold]"
    put(emulator, pool="licence-check", allocationState="steady",
        resizeErrors=[{"code": nasty, "message": nasty}])  # fmt: skip
    shown = "␛]0;owned␇‹202E›␉␊[bold]"
    found = ["pools", "--filter", "/^licence-check$/"]
    (plain,) = listed(*found, "--plain", "--columns", "faults,id")
    assert plain == f"{shown}\tlicence-check"
    assert shown in "\n".join(listed(*found))
    on_terminal, _status = in_terminal(*found)
    assert shown[:12] in on_terminal
    assert nasty[:5] not in on_terminal
    on_terminal, _status = in_terminal(*found, "--json")
    assert on_terminal.strip().isascii()
    assert on_terminal.strip().isprintable()
    assert json.loads(on_terminal)["resizeErrors"][0]["code"] == nasty


# Endings


def test_the_first_page_is_out_before_the_second_and_ctrl_c_ends_it_quietly(emulator):
    inject(emulator, path="/pools/scale/nodes", do="hang", after=1, count=1)
    process = subprocess.Popen(
        [*BATCHTUI, "ls", "nodes", "scale", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    first = [json.loads(process.stdout.readline()) for _ in range(1000)]
    assert len({node["id"] for node in first}) == 1000
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (-signal.SIGINT, b"", b"")


def test_a_reader_that_has_enough_ends_it_quietly(emulator):
    script = f'{" ".join(BATCHTUI)} ls nodes scale --json | head -1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    line, status = done.stdout.splitlines()
    assert json.loads(line)["id"]
    assert (status, done.stderr) == ("141", "")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"do": "status", "status": 403, "code": "Forbidden"}, "batchtui: "),
        ({"do": "malformed"}, "isn't Azure Batch's JSON"),
        ({"do": "cut", "bytes": 100_000}, "broke"),
    ],
)
def test_what_fails_midway_leaves_whole_lines_and_says_so(emulator, rule, said):
    inject(emulator, path="/pools/scale/nodes", after=1, **rule)
    done = ls("nodes", "scale", "--json")
    assert done.returncode == 1
    assert len([json.loads(line) for line in done.stdout.splitlines()]) == 1000
    assert done.stderr.startswith("batchtui: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nodes", "no-such-pool"], "does not exist"),
        (["pools", "--account", "nobody"], "No account is called 'nobody'"),
    ],
)
def test_what_does_not_work_is_said(emulator, words, said):
    done = ls(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "WHAT"),
        (["nodes"], "POOL"),
        (["jobs"], "invalid choice"),
        (["pools", "--json", "--plain"], "not allowed with"),
        (["accounts", "--faults"], "unrecognized"),
        (["pools", "--columns", "id,nope"], "There is no column 'nope'. There are: id, state"),
        (["pools", "--json", "--columns", "size"], "There is no field 'size'. There are: id"),
        (["pools", "--filter", "/(/"], "Not a regular expression"),
        (["pools", "--", "state:idle"], "Only `batchtui ssh` and `batchtui run` take words"),
    ],
)
def test_bad_usage_is_said_before_anybody_is_asked(words, said):
    done = ls(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_output_that_cannot_be_written_is_said(emulator):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [*BATCHTUI, "ls", "pools"], stdout=full, stderr=subprocess.PIPE, text=True,
            timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "batchtui: Standard output can't be written: No space left on device.\n"


def test_without_an_output_it_is_said(emulator):
    script = f"{' '.join(BATCHTUI)} ls pools >&-"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stderr == (
        "batchtui: Standard output is closed: there is nowhere to list anything.\n"
    )


@pytest.mark.parametrize("words", ["ls pools -f nobody", "ls nodes nobody", "ls nobody"])
def test_words_never_get_into_the_output(emulator, words):
    script = f"{' '.join(BATCHTUI)} {words} 2>&-"
    done = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, timeout=60, check=False)
    assert done.stdout == b""


IMPORTS = """
import sys
from batchtui.cli import run
run(["ls", *sys.argv[1:], "--json"])
heavy = {"textual", "rich", "keyring", "paramiko", "asyncssh", "tomlkit", "azure", "aiohttp"}
print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(
    ("words", "heavy"), [(["accounts"], []), (["nodes", "render-linux"], ["aiohttp", "azure"])]
)
def test_nothing_heavy_is_imported_but_what_asks_the_service(emulator, words, heavy):
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, *words],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == str(heavy)


# Accounts

RING = '''
import json, os
from keyring.backend import KeyringBackend

class Ring(KeyringBackend):
    """Has the keys that a variable holds."""
    priority = 1
    def set_password(self, service, username, password):
        raise NotImplementedError
    def get_password(self, service, username):
        return json.loads(os.environ["RING"]).get(username)
'''


def test_without_an_account_it_is_said():
    done = ls("pools")
    assert (done.returncode, done.stdout) == (1, "")
    assert "None is known: add one in batchtui." in done.stderr


def test_of_two_accounts_one_is_named(running, tmp_path, monkeypatch):
    config = tmp_path / "config" / "batchtui"
    config.mkdir(parents=True)
    here, nowhere = running.endpoint, "http://127.0.0.1:9"
    (config / "accounts.toml").write_text(
        f'[[accounts]]\nname = "here"\naccount = "{running.account}"\nendpoint = "{here}"\n'
        f'[[accounts]]\nname = "nowhere"\naccount = "x"\nendpoint = "{nowhere}"\n',
        encoding="utf-8",
    )
    (tmp_path / "ring.py").write_text(RING, encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "ring.Ring")
    monkeypatch.setenv("RING", json.dumps({f"{running.account}@{here}": KEY}))
    assert listed("accounts", "--plain", "--columns", "name") == ["here", "nowhere"]
    done = ls("pools")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Say --account NAME. There are: here, nowhere." in done.stderr
    assert "render-linux" in listed("pools", "--account", "HERE", "--plain", "--columns", "id")
    done = ls("pools", "--account", "nowhere")
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no key of x in the keyring" in done.stderr


# Terminals


def in_terminal(*words, **environment):
    """What the command writes to a terminal of 80 columns, and its exit status."""
    main, other = pty.openpty()
    process = subprocess.Popen(
        [*BATCHTUI, "ls", *words],
        stdin=subprocess.DEVNULL, stdout=other, stderr=other,
        env={**os.environ, "COLUMNS": "80", "TERM": "xterm-256color", **environment},
    )  # fmt: skip
    os.close(other)
    seen = b""
    while True:
        try:
            more = os.read(main, 65536)
        except OSError:  # Linux says so that the other end is closed
            break
        if not more:
            break
        seen += more
    os.close(main)
    return seen.decode(), process.wait(timeout=20)


def without_colours(text):
    return re.sub(r"\x1b\[\d*m", "", text)


def test_on_a_terminal_a_table_is_as_wide_as_that_and_in_colour(emulator):
    seen, status = in_terminal("nodes", "genomics-start-task")
    lines = without_colours(seen).splitlines()
    assert status == 0
    assert lines[0].split() == ["Node", "State", "For", "Kind", "Start", "task", "Tasks", "SSH"]
    assert all(len(line) <= 80 for line in lines)
    assert "\x1b[31m✗ start failed" in seen
    assert len({line.index("ded") for line in lines[1:]}) == 1


@pytest.mark.parametrize("no_colours", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_can_be_refused(emulator, no_colours):
    seen, _status = in_terminal("pools", **no_colours)
    assert "✗ 3 start failed" in seen
    assert "\x1b" not in seen


def test_a_narrow_terminal_has_fewer_columns(emulator):
    seen, _status = in_terminal("nodes", "render-linux", COLUMNS="40")
    lines = without_colours(seen).splitlines()
    assert lines[0].split() == ["Node", "State", "For", "Kind"]
    assert all(len(line) <= 40 for line in lines)


def test_json_on_a_terminal_is_the_same(emulator):
    seen, _status = in_terminal("pools", "--json")
    assert [json.loads(line) for line in seen.splitlines()] == objects("pools")
