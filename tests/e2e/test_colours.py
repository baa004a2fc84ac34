"""What colours really go to the terminal: the bytes of a pty."""

import codecs
import os
import re
import select
import signal
import subprocess
import time

import pyte
import pytest
from terminals import BATCHTUI

pytestmark = pytest.mark.timeout(180)

SGR = re.compile(r"\x1b\[([0-9;:]*)m")
ATTRIBUTES = {0, 1, 2, 3, 4, 7, 9}  # reset, bold, dim, italic, underline, reverse, strike
DEFAULT = {39, 49}
OF_SIXTEEN = {*range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}


class Pty:
    """batchtui's demo in a terminal of 80x24, which keeps all that it was sent."""

    def __init__(self, **environment):
        inherited = {
            name: value for name, value in os.environ.items() if name not in {"COLORTERM", "TERM"}
        }
        self._master, slave = os.openpty()
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.sent = ""
        self._process = subprocess.Popen(
            [*BATCHTUI, "demo", "--pretend"],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env={**inherited, "COLUMNS": "80", "LINES": "24", **environment},
        )  # fmt: skip
        os.close(slave)

    def type(self, keys, wanted, gone="\0"):
        """Send keys and read until a text is on screen, and another isn't any more."""
        os.write(self._master, keys.encode())
        deadline = time.monotonic() + 30
        while wanted not in (screen := "\n".join(self._screen.display)) or gone in screen:
            if time.monotonic() > deadline:
                pytest.fail(f"{wanted!r} isn't on screen:\n{screen}")
            if select.select([self._master], [], [], 0.1)[0]:
                text = self._decoder.decode(os.read(self._master, 65536))
                self.sent += text
                self._stream.feed(text)

    def codes(self):
        """Every SGR parameter that was sent; colours of 256 or more as 38 and 48."""
        found = set()
        for parameters in SGR.findall(self.sent):
            numbers = [int(number or 0) for number in re.split("[;:]", parameters)]
            while numbers:
                code = numbers.pop(0)
                found.add(code)
                if code in {38, 48}:
                    del numbers[: 2 if numbers[0] == 5 else 4]
        return found

    def close(self):
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._master)


@pytest.fixture
def start(tmp_path):
    """Begins the program with a theme in the settings and an environment."""
    begun = []

    def begin(*, theme="", **environment):
        config = tmp_path / "config" / "batchtui"
        config.mkdir(parents=True, exist_ok=True)
        (config / "settings.toml").write_text(f'theme = "{theme}"\n', encoding="utf-8")
        pty = Pty(XDG_CONFIG_HOME=str(tmp_path / "config"), **environment)
        begun.append(pty)
        return pty

    yield begin
    for pty in begun:
        pty.close()


def look_around(pty):
    """Tables, marks, forms, dialogs, prompts, details, help and palette."""
    pty.type("", "this run")
    pty.type("\r", "core quota")
    pty.type(" ", "1 marked")
    pty.type("\x04", "to confirm")
    pty.type("nope\r", "That isn't")
    pty.type("\x1b", "? Help", gone="to confirm")
    pty.type("n", "Pool id")
    pty.type("Ü\t\t", "A line each")
    pty.type("\x1b", "1 marked", gone="Pool id")
    pty.type("/render\r", "1 of 9")
    pty.type("?", "? Close")
    pty.type("\x1b", "? Help", gone="? Close")
    pty.type("\x10", "Search for commands")
    pty.type("order", "Turn the order round")
    pty.type("\x1b", "1 of 9", gone="Turn the order round")
    pty.type("d", "details")
    pty.type("\x1b", "1 of 9", gone="details")
    pty.type(":theme", ": theme")


def test_no_color_sends_attributes_only(start):
    pty = start(NO_COLOR="1", TERM="xterm-256color", COLORTERM="truecolor")
    look_around(pty)
    pty.type("\r", "NO_COLOR is set")
    assert pty.codes() <= ATTRIBUTES
    assert {1, 2, 4, 7} <= pty.codes()


@pytest.mark.parametrize("theme", ["batchtui-ansi-dark", "batchtui-ansi-light"])
def test_ansi_themes_send_the_terminals_own_colours_only(start, theme):
    pty = start(theme=theme, TERM="xterm-256color", COLORTERM="truecolor")
    look_around(pty)
    pty.type("\r", "batchtui-high")
    assert pty.codes() <= ATTRIBUTES | DEFAULT | OF_SIXTEEN
    assert pty.codes() >= DEFAULT
    assert pty.codes() & OF_SIXTEEN


@pytest.mark.parametrize("theme", ["", "batchtui-light"])
def test_a_terminal_of_sixteen_colours_gets_no_others(start, theme):
    pty = start(theme=theme, TERM="xterm")
    look_around(pty)
    assert pty.codes() <= ATTRIBUTES | DEFAULT | OF_SIXTEEN


def test_a_terminal_of_256_colours_gets_those(start):
    pty = start(TERM="screen-256color")
    pty.type("", "this run")
    assert "\x1b[38;2" not in pty.sent
    assert {38, 48} <= pty.codes()


def test_a_dumb_terminal_is_told_why_it_shows_nothing():
    done = subprocess.run(
        ["script", "-qec", f"TERM=dumb {' '.join(BATCHTUI)} demo --pretend", "/dev/null"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "TERM is dumb" in done.stdout
    assert "\x1b" not in done.stdout
