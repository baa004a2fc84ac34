"""What `restore` does to a real terminal."""

import sys
from pathlib import Path

import pytest
from terminals import Terminal, needs_tmux

DRIVER = str(Path(__file__).parent / "drivers" / "leave_behind.py")
SANE = {
    "alternate_on": "0",
    "cursor_flag": "1",
    "insert_flag": "0",
    "keypad_cursor_flag": "0",
    "keypad_flag": "0",
    "mouse_any_flag": "0",
    "pane_title": "title before",
    "mouse_sgr_flag": "0",
    "scroll_region_upper": "0",
    "scroll_region_lower": "23",
    "wrap_flag": "1",
}


@pytest.fixture
def terminal(tmp_path):
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.close()


@needs_tmux
@pytest.mark.parametrize("where", ["normal", "alternate"])
def test_a_terminal_is_as_it_was(terminal, where):
    terminal.run(sys.executable, DRIVER, where)
    # Not the prompt at which the driver was started.
    terminal.wait_until(
        lambda shown: "above" in shown and shown.rstrip().endswith("READY$"), "the prompt, again"
    )
    screen = terminal.screen
    terminal.type("echo plain qqq")
    terminal.press("Enter")
    terminal.wait_for_match("^plain qqq$")
    assert {name: terminal.value(name) for name in SANE} == SANE
    colours = terminal._tmux("capture-pane", "-p", "-e")
    assert "\x1b[" not in colours[colours.rindex("READY$") :]
    assert "above" in screen
    assert "in the alternate screen" not in screen
    # The prompt follows where the output ended.
    lines = screen.rstrip().splitlines()
    assert lines[-1].rstrip().endswith("READY$")
    assert lines[-2] == "above" if where == "alternate" else len(lines) == 12
