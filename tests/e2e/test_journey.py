"""The main journey in a real terminal: from a command to a shell on a node, and back."""

import re
import subprocess
import sys
import uuid

import pytest
from terminals import BATCHTUI, Terminal, needs_tmux

PROMPT = r"^op-\S+:~\$$"

pytestmark = [needs_tmux, pytest.mark.timeout(300)]


@pytest.fixture
def terminal(tmp_path):
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.close()


def terminal_modes(terminal):
    """The modes of the tty and of the screen that a program could leave behind."""
    # Another word each time: the last answer may still be on screen.
    end = f"END-{uuid.uuid4().hex[:8]}"
    terminal.type(f"clear; stty -a; echo ''{end}")
    terminal.press("Enter")
    terminal.wait_for_match(rf"^{end}")
    screen = terminal.screen
    text = screen[screen.rindex("speed") : screen.rindex(end)]
    flags = ("alternate_on", "cursor_flag", "mouse_any_flag", "keypad_flag", "wrap_flag")
    return text, {flag: terminal.value(flag) for flag in flags}


def open_nodes(terminal, pool="render-linux", program=(*BATCHTUI, "demo", "--clock", "fast")):
    """From the shell's prompt to the nodes of a pool."""
    terminal.run(*program)
    terminal.wait("this run")
    terminal.press("Enter")
    terminal.wait(pool)
    terminal.type(f":nodes {pool}")
    terminal.press("Enter")
    return terminal.wait_for_match(r"^▌.*_[dp] ")


def test_the_main_journey(terminal):
    before = terminal_modes(terminal)
    open_nodes(terminal)
    first = terminal.wait_for_match(r"^▌  ?([0-9a-f]{8}_[dp]) +[●▶] ")[1]
    terminal.press("j")
    row = terminal.wait_for_match(rf"^▌  ?(?!{first})([0-9a-f]{{8}}_[dp]) +[●▶] ")[1]

    terminal.press("s")
    terminal.wait_for_match(PROMPT)
    terminal.type("clear; echo ID=$AZ_BATCH_NODE_ID=")
    terminal.press("Enter")
    node_id = terminal.wait_for_match(r"^ID=(tvmps_[0-9a-f]{64}_[dp])=")[1]
    assert (node_id[6:14] + node_id[-2:]) == row

    terminal.type("stty size; echo DONE-1")
    terminal.press("Enter")
    terminal.wait_for_match(r"^DONE-1")
    assert "\n24 80\n" in terminal.screen
    terminal.resize(100, 30)
    terminal.type("clear; stty size; echo DONE-2")
    terminal.press("Enter")
    terminal.wait_for_match(r"^DONE-2")
    assert "30 100" in terminal.screen

    terminal.type("vi new-file")
    terminal.press("Enter")
    terminal.wait_until(lambda screen: screen.count("\n~") > 20, "vi's tildes")
    terminal.type("ihello from vi")
    terminal.press("Escape")
    terminal.type(":wq")
    terminal.press("Enter")
    # What is typed before vi has ended may be lost in it.
    terminal.wait_until(lambda screen: "\n~" not in screen, "vi's end")
    terminal.wait_for_match(PROMPT)
    terminal.type("clear; seq 500 | less")
    terminal.press("Enter")
    terminal.wait_for_match(r"^29$")
    terminal.type("G")
    terminal.wait_for_match(r"^500$")
    terminal.type("q")
    terminal.type("clear; cat new-file")
    terminal.press("Enter")
    terminal.wait_for_match(r"^hello from vi")

    terminal.type("exit 7")
    terminal.press("Enter")
    terminal.wait("exit status 7")
    assert terminal.wait_for_match(r"^▌.*([0-9a-f]{8}_[dp])")[1] == row
    # What was there before is painted first, and then at its new size.
    terminal.wait_until(lambda screen: len(screen.rstrip("\n").split("\n")) == 30, "30 lines")

    terminal.press("k")
    terminal.wait_until(
        lambda screen: not re.search(rf"^▌ .*{row}", screen, re.MULTILINE), "moved cursor"
    )
    terminal.resize(80, 24)
    terminal.press("C-q")
    terminal.wait_for_prompt()
    assert terminal_modes(terminal) == before


def test_keys_typed_blindly_do_nothing_to_the_screens(terminal):
    open_nodes(terminal)
    row = terminal.wait_for_match(r"^▌  ?([0-9a-f]{8}_[dp])")[1]
    terminal.type("sjjzGw")
    terminal.wait_for_match(r"^op-\S+:~\$")
    terminal.press("C-u")
    # What is typed behind `exit` reaches neither the shell nor the screens.
    terminal.type("sleep 1; exit 7")
    terminal.press("Enter")
    terminal.type("jjzGw")
    screen = terminal.wait("exit status 7")
    assert "faults only" not in screen
    assert terminal.wait_for_match(r"^▌  ?([0-9a-f]{8}_[dp])")[1] == row
    terminal.press("C-q")
    terminal.wait_for_prompt()


def test_a_node_without_ssh_says_why_at_once(terminal):
    open_nodes(terminal, "nightly-reports")
    terminal.press("s")
    terminal.wait("inbound NAT pool", seconds=5)
    terminal.press("Escape")
    terminal.press("C-q")
    terminal.wait_for_prompt()


@pytest.mark.parametrize(("signal", "status"), [("TERM", 143), ("HUP", 129)])
@pytest.mark.parametrize("where", ["screen", "shell"])
def test_signals_leave_a_sane_terminal(terminal, signal, status, where):
    before = terminal_modes(terminal)
    open_nodes(terminal)
    pid = terminal.value("pane_pid")
    if where == "shell":
        terminal.press("s")
        terminal.wait_for_match(PROMPT)
    subprocess.run(["pkill", f"-{signal}", "-P", pid], check=True)
    terminal.wait_for_prompt()
    terminal.type("echo STATUS=$?")
    terminal.press("Enter")
    terminal.wait(f"STATUS={status}")
    assert terminal_modes(terminal) == before


def test_ctrl_c_ends_nothing_by_mistake(terminal):
    open_nodes(terminal)
    terminal.press("C-c")
    terminal.wait("ctrl+q quits")
    terminal.press("s")
    terminal.wait_for_match(PROMPT)
    # In one process, so that nobody else is in the foreground when it says so.
    terminal.type("(echo go''ing; exec sleep 1000)")
    terminal.press("Enter")
    terminal.wait("going")
    terminal.press("C-c")
    terminal.wait("^C")
    terminal.type("echo ALIVE=$?")
    terminal.press("Enter")
    terminal.wait_for_match(r"^ALIVE=130")
    terminal.type("exit 0")
    terminal.press("Enter")
    terminal.wait("exit status 0")
    terminal.press("C-q")
    terminal.wait_for_prompt()


CRASH = """
from batchtui.cli import run
from batchtui.ui.screens.nodes import NodesScreen

def broken(self):
    password = "made-up-secret"
    raise KeyError("a bug in batchtui")
NodesScreen.action_add_user = broken

def broken_hand_over(self, channel):
    password = "made-up-secret"
    raise KeyError("a bug in batchtui")
import batchtui.access.terminal
batchtui.access.terminal.relay = lambda *_, **__: broken_hand_over(None, None)
raise SystemExit(run(["demo", "--clock", "fast"]))
"""


@pytest.mark.parametrize("key", ["u", "s"])
def test_a_crash_is_visible_and_leaves_a_sane_terminal(terminal, tmp_path, key):
    before = terminal_modes(terminal)
    script = tmp_path / "crash.py"
    script.write_text(CRASH, encoding="utf-8")
    open_nodes(terminal, program=[sys.executable, str(script)])
    terminal.press(key)
    screen = terminal.wait("KeyError: 'a bug in batchtui'")
    terminal.wait_for_prompt()
    # The line of code may be quoted, its variables not.
    assert "password = 'made-up-secret'" not in screen
    assert terminal_modes(terminal) == before
