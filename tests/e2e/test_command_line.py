"""The command line as a script would use it."""

import base64
import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from azure.batch import BatchClient
from azure.core.credentials import AzureNamedKeyCredential
from conftest import wait_for
from terminals import BATCHTUI, name_account

from batchtui.emulator import EmulatorThread, Options

KEY = base64.b64encode(b"a made-up key that nobody else has").decode()


@pytest.fixture(scope="module")
def emulator():
    with EmulatorThread(Options(clock="fast", random_seed=7, key=KEY)) as running:
        yield running


@pytest.fixture
def account(emulator, monkeypatch):
    name_account(monkeypatch, emulator)
    return emulator


def batchtui(*words, stdin=""):
    return subprocess.run(
        [*BATCHTUI, *words], input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


def node_of(info, pool):
    """A pool's first node, as `batchtui ssh` names it."""
    credential = AzureNamedKeyCredential(info.account, info.key)
    with BatchClient(info.endpoint, credential) as client:
        return f"{pool}/{next(iter(client.list_nodes(pool))).id}"


@pytest.fixture
def node(account):
    return node_of(account, "render-linux")


def test_a_command_on_a_node_has_its_own_streams_and_status(node):
    done = batchtui("ssh", node, "--", "echo", "$AZ_BATCH_POOL_ID;", "echo oops >&2; exit 5")
    assert done.stdout == "render-linux\n"
    assert done.stderr == "oops\n"
    assert done.returncode == 5


def test_input_goes_to_the_command(node):
    text = "".join(f"line {number}\n" for number in range(20_000))
    done = batchtui("ssh", node, "--", "cat; exit 0", stdin=text)
    assert done.stdout == text
    assert done.returncode == 0


def test_without_a_terminal_lines_go_to_a_shell(node):
    done = batchtui("ssh", node, stdin="echo $((6 * 7))\nexit 3\n")
    assert done.stdout == "42\n"
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ssh", "render-linux/nope"], "no such node"),
        (["ssh", "render-linux/"], "isn't POOL/NODE"),
        (["ssh", "no-such-pool/1"], "does not exist"),
        (["ssh", "--account", "nobody", "render-linux/1"], "No account is called 'nobody'"),
    ],
)
def test_what_does_not_work_is_said(account, words, said):
    done = batchtui(*words)
    assert said in done.stderr
    assert done.returncode in {1, 255}
    assert done.stdout == ""


def test_a_node_that_nothing_leads_to_is_said(account):
    done = batchtui("ssh", node_of(account, "nightly-reports"))
    assert "inbound NAT pool" in done.stderr
    assert done.returncode == 255


def test_no_secret_is_in_the_log(node, tmp_path):
    log = tmp_path / "log"
    done = batchtui("--log", str(log), "ssh", node, "--", "env; ps -ef ww")
    text = log.read_text(encoding="utf-8") + done.stdout + done.stderr
    assert "nodes/tvmps_" in text
    assert KEY not in text


def test_a_wrong_key_and_a_dead_endpoint_are_said(node, monkeypatch):
    wrong = base64.b64encode(b"another key").decode()
    monkeypatch.setenv("AZURE_BATCH_ACCESS_KEY", wrong)
    done = batchtui("ssh", node)
    assert "Check the key of" in done.stderr
    assert wrong not in done.stderr
    monkeypatch.setenv("AZURE_BATCH_ENDPOINT", "http://127.0.0.1:9")
    assert "Nothing listens at 127.0.0.1:9" in batchtui("ssh", node).stderr


def test_half_an_environment_is_said():
    done = subprocess.run(
        BATCHTUI,
        env={**os.environ, "AZURE_BATCH_ACCOUNT": "me"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert "AZURE_BATCH_ACCESS_KEY" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize("command", ["demo", "emulator"])
def test_help_says_where_things_run(command):
    assert "runs on this machine, as whoever started it" in " ".join(
        batchtui(command, "--help").stdout.split()
    )


def test_the_emulator_says_when_it_is_ready_and_leaves_nothing(tmp_path):
    process = subprocess.Popen(
        [*BATCHTUI, "emulator", "--account", "mine", "--key", KEY, "--seed", "empty"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    ready = json.loads(process.stdout.readline())
    assert (ready["account"], ready["key"]) == ("mine", KEY)
    assert ready["endpoint"].startswith("http://127.0.0.1:")
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == ""
    assert KEY not in err
    assert list(tmp_path.iterdir()) == []


def test_with_tls_the_line_names_the_ca_which_goes_with_the_emulator(tmp_path):
    process = subprocess.Popen(
        [*BATCHTUI, "emulator", "--tls", "--host", "localhost", "--seed", "empty", "--pretend"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    ready = json.loads(process.stdout.readline())
    assert ready["endpoint"].startswith("https://localhost:")
    context = ssl.create_default_context(cafile=ready["ca"])
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{ready['endpoint']}/pools", timeout=20, context=context)
    caught.value.close()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, caught.value.code) == (0, "", 401)
    assert ready["client_secret"] not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--key", "no!"], ["--seed", "many"], ["--host", "0.0.0.0"]])
def test_the_emulator_refuses_nonsense(words):
    done = batchtui("emulator", *words)
    assert done.stderr.startswith("batchtui: ")
    assert done.returncode == 1


FIRST_FRAME = """
import sys
from batchtui.cli import run
from batchtui.ui.app import BatchtuiApp

begin = BatchtuiApp._begin
def after_the_first_frame(self):
    heavy = {
        "azure", "paramiko", "keyring", "asyncssh", "aiohttp", "tomlkit", "cryptography", "msgspec",
        "batchtui.session", "batchtui.ui.screens.pools", "textual.widgets._text_area",
    }
    loaded = sorted(heavy & {*sys.modules})
    with open(sys.argv[1], "w") as file:
        file.write(f"{loaded} {'accounts' in self.screen.crumbs}")
    self.exit()
BatchtuiApp._begin = after_the_first_frame
import batchtui.cli
batchtui.cli._check_terminal = lambda: None
BatchtuiApp.run = lambda self: self._run_headless()
import asyncio
BatchtuiApp._run_headless = lambda self: asyncio.run(self.run_async(headless=True))
run(["demo"])
"""


def test_the_first_frame_comes_before_heavy_imports(tmp_path):
    result = tmp_path / "result"
    subprocess.run(
        [sys.executable, "-c", FIRST_FRAME, str(result)],
        check=True,
        timeout=60,
        capture_output=True,
    )
    assert result.read_text() == "[] True"


def test_a_terminal_that_vanishes_takes_the_program_with_it(tmp_path):
    pytest.importorskip("pty")
    import pty

    main, other = pty.openpty()
    process = subprocess.Popen(
        [*BATCHTUI, "demo", "--clock", "fast"],
        env={**os.environ, "TMPDIR": str(tmp_path), "TERM": "xterm-256color"},
        stdin=other,
        stdout=other,
        stderr=other,
        start_new_session=True,
    )
    os.close(other)
    seen = b""
    while b"this run" not in seen:
        seen += os.read(main, 65536)
    os.close(main)
    # Not the controlling terminal of anybody, so no signal comes of it: only the end of input.
    wait_for(lambda: process.poll() is not None, "the end of the program", 20)
    assert list(tmp_path.iterdir()) == []
