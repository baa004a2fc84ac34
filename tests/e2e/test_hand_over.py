"""What shells do to a terminal, and that the screens are there and work after each of them."""

import os
import random
import re
import signal
import subprocess
from pathlib import Path

import pytest
from conftest import wait_for
from terminals import BATCHTUI, Terminal, needs_tmux

from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import clear, inject

POOL = "render-linux"
PROMPT = r"^op-\S+:~\$$"
ROW = r"^▌  ?([0-9a-f]{8}_[dp])"
FACTS = (
    "alternate_on", "cursor_flag", "insert_flag", "keypad_cursor_flag", "keypad_flag",
    "mouse_any_flag", "mouse_all_flag", "mouse_sgr_flag", "pane_title", "scroll_region_lower",
    "scroll_region_upper", "wrap_flag",
)  # fmt: skip
# Everything that a program may switch on and forget; at last a title that never ends.
LEFT = (
    r"\033]2;left\007\033]1;left\007\033]4;1;#00ff00\007\033]11;#ff0000\007"
    r"\033[?1000;1002;1003;1006;1015h\033[?2004h\033[?1004h\033[?1h\033=\033[?25l\033[?7l"
    r"\033[4h\033[20h\033[>4;2m\033[=31u\033[5 q\033[?2026h\033[?1049h\033[?5h\033[?69h\033[2;9s"
    r"\033[3;5r\033[?6h\033[31;44;7m\033)0\033(0\016\033#6\033]8;;http://a.b\007\033]0;never"
)

pytestmark = [needs_tmux, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def world():
    with EmulatorThread(Options(seed="demo", clock="real", random_seed=7)) as running:
        yield running


class Operator:
    """Somebody at a terminal in which the screens show the nodes of a pool."""

    def __init__(self, home, world):
        self.terminal = Terminal(home)
        # Also where nobody asked for it, tmux has a clipboard for whoever writes to it.
        self.terminal._tmux("set-option", "-s", "set-clipboard", "on")
        self.before = self._modes()
        self.terminal.run(
            *BATCHTUI,
            AZURE_BATCH_ACCOUNT=world.account,
            AZURE_BATCH_ACCESS_KEY=world.key,
            AZURE_BATCH_ENDPOINT=world.endpoint,
        )
        self.terminal.wait(POOL)
        self.say(f":nodes {POOL}")
        self.terminal.wait_for_match(ROW)
        self.shown = self._shown()
        children = Path(f"/proc/{self.terminal.value('pane_pid')}").glob("task/*/children")
        self.pid = int(next(children).read_text().split()[0])

    def say(self, line):
        self.terminal.type(line)
        self.terminal.press("Enter")

    def enter(self):
        """Open a shell on the node under the cursor."""
        self.terminal.press("s")
        self.terminal.wait_for_match(PROMPT)

    def answers(self, command, answer):
        """Whether the shell does as it is told."""
        self.say(command)
        self.terminal.wait_for_match(answer)

    def close_dialog(self):
        self.terminal.press("Escape")
        # What came at once would make another key of it.
        self.terminal.wait_until(lambda screen: "╭" not in screen, "no dialog")

    def is_back(self):
        """Whether the screens are as they were, and follow keys."""
        row = self.terminal.wait_for_match(ROW)[1]
        wait_for(lambda: self._shown() == self.shown, f"{self.shown} in {self._shown()}")
        for key in "jk":
            self.terminal.press(key)
            self.terminal.wait_until(
                lambda screen, at=row: re.search(ROW, screen, re.MULTILINE)[1] != at, "its move"
            )
            row = re.search(ROW, self.terminal.screen, re.MULTILINE)[1]

    def leave(self):
        self.terminal.press("C-q")
        self.terminal.wait_for_prompt()
        assert self._modes() == self.before

    def _modes(self):
        return self._stty(), self._facts()

    def _shown(self):
        """The modes of the terminal, and the lines that stay the same."""
        lines = self.terminal.screen.split("\n")
        return self._stty(), self._facts(), [line for line in lines if POOL in line][:1]

    def _stty(self):
        return subprocess.run(
            ["stty", "-a", "-F", self.terminal.value("pane_tty")],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip

    def _facts(self):
        return {name: self.terminal.value(name) for name in FACTS}


@pytest.fixture(scope="module")
def operators(tmp_path_factory, world):
    operator = Operator(tmp_path_factory.mktemp("home"), world)
    yield operator
    operator.terminal.close()


@pytest.fixture
def operator(operators):
    """The same one for all, whose screens must be as they were after each test."""
    yield operators
    operators.is_back()


def test_what_a_shell_left_behind(operator):
    operator.enter()
    operator.say(f"printf '{LEFT}'; exit 3")
    operator.terminal.wait("exit status 3")


def test_200_mb_of_output_and_an_interrupt(operator):
    operator.enter()
    operator.say("yes flood | head -c 200000000")
    operator.terminal.wait_for_match("^flood$")
    operator.terminal.press("C-c")
    operator.answers("echo ALI''VE=$?", "^ALIVE=130")
    operator.say("exit 4")
    operator.terminal.wait("exit status 4")


def test_a_shell_that_hangs(operator):
    operator.enter()
    operator.say("kill -STOP $$")
    for _ in range(3):
        operator.say("is anybody there")
    operator.terminal.type("~.")
    operator.terminal.wait("disconnected")


def test_a_shell_that_is_killed_and_its_last_words(operator):
    operator.enter()
    operator.say(r"printf '[/red][b]\033]0;x\007\033[31mlast\033[7m\n'; kill -9 $$")
    operator.terminal.wait("The shell ended by itself")
    screen = operator.terminal.wait("[/red][b]last")
    assert "ended by signal KILL" in screen
    operator.close_dialog()


def test_a_connection_that_drops(operator, world):
    # Another node: the connection to this one is kept.
    operator.terminal.press("j")
    inject(world, ssh=True, pool=POOL, do="drop", seconds=3)
    try:
        operator.enter()
        operator.say("sleep 1000")
        operator.terminal.wait("Connection lost")
    finally:
        clear(world)
    operator.close_dialog()


def test_a_storm_of_sizes(operator):
    sizes = random.Random(6)
    operator.enter()
    for _ in range(30):
        operator.terminal.resize(sizes.randint(20, 200), sizes.randint(5, 80))
        for _ in range(20):
            os.kill(operator.pid, signal.SIGWINCH)
    for columns, lines in ((93, 31), (80, 24)):
        operator.terminal.resize(columns, lines)
        operator.answers(
            f"until stty size | grep '{lines} {columns}'; do sleep 0.1; done",
            f"^{lines} {columns}$",
        )
    operator.say("exit 5")
    operator.terminal.wait("exit status 5")


def test_signals_that_keys_send_elsewhere(operator):
    operator.enter()
    for number in (signal.SIGTSTP, signal.SIGINT, signal.SIGQUIT):
        os.kill(operator.pid, number)
    operator.answers("echo ALI''VE", "^ALIVE")
    operator.say("exit 6")
    operator.terminal.wait("exit status 6")


@pytest.mark.parametrize(("allowed", "buffers"), [("true", 2), ("false", 0)])
def test_the_clipboard_is_reached_only_where_a_setting_allows_it(operator, allowed, buffers):
    terminal = operator.terminal
    operator.say(f":set remote_clipboard {allowed}")
    terminal.wait(f"remote_clipboard is {allowed.capitalize()} from now on")
    operator.enter()
    operator.say(r"printf '\033]52;c;b25l\007\033]52;;dHdv\033\\'; echo D''ONE")
    terminal.wait_for_match("^DONE")
    found = terminal._tmux("list-buffers").splitlines()
    assert len(found) == buffers
    for _ in found:
        terminal._tmux("delete-buffer")
    operator.say("exit 7")
    terminal.wait("exit status 7")


def test_questions_that_are_answered_when_the_shell_is_gone(operator):
    operator.enter()
    operator.say(r"printf '\033[c\033[>c\033[6n\033]11;?\007\033[?1u\005\033[18t'; exit 8")
    operator.terminal.wait("exit status 8")


def test_at_the_end_the_terminal_is_as_it_was(operators):
    operators.leave()


@pytest.mark.parametrize("where", ["screen", "shell"])
def test_a_closed_terminal_ends_it(tmp_path, world, where):
    operator = Operator(tmp_path, world)
    if where == "shell":
        operator.enter()
    operator.terminal.close()
    wait_for(lambda: not Path(f"/proc/{operator.pid}").exists(), "its end")
