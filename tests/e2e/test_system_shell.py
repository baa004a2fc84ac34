"""A shell by the system's own ssh: in this terminal, or in a window of tmux beside it."""

import shutil

import pytest
from e2e.test_journey import PROMPT, open_nodes, terminal, terminal_modes  # noqa: F401 - a fixture
from terminals import BATCHTUI, needs_tmux

pytestmark = [
    needs_tmux,
    pytest.mark.timeout(300),
    pytest.mark.skipif(shutil.which("ssh") is None, reason="needs openssh-client"),
]


def command(terminal, text):  # noqa: F811 - as pytest has it
    terminal.type(f":{text}")
    terminal.press("Enter")


def test_it_has_the_terminal_or_a_window_of_its_own(terminal):  # noqa: F811 - as pytest has it
    before = terminal_modes(terminal)
    inside = terminal._tmux("display-message", "-p", "#{socket_path},#{pid},0").strip()
    open_nodes(terminal, program=("env", f"TMUX={inside}", *BATCHTUI, "demo", "--clock", "fast"))
    terminal.press("S")
    terminal.wait_for_match(PROMPT)
    terminal.type("clear; echo ID=$AZ_BATCH_NODE_ID=")
    terminal.press("Enter")
    terminal.wait_for_match(r"^ID=tvmps_[0-9a-f]{64}_[dp]=")
    terminal.type("exit 5")
    terminal.press("Enter")
    terminal.wait("exit status 5 after")
    command(terminal, "set ssh putty")
    terminal.wait("one of builtin, system, tmux")
    command(terminal, "set ssh tmux")
    terminal.wait("ssh is tmux from now on.")
    assert 'ssh = "tmux"' in (terminal.home / ".config/batchtui/settings.toml").read_text()
    terminal.press("s")
    # The new window is the one that is seen.
    terminal.wait_for_match(PROMPT)
    terminal.type("exit")
    terminal.press("Enter")
    terminal.wait("The shell is in a window of its own")
    terminal.press("C-q")
    terminal.wait_for_prompt()
    assert terminal_modes(terminal) == before


def test_outside_of_tmux_it_says_so(terminal):  # noqa: F811 - as pytest has it
    open_nodes(terminal)
    command(terminal, "set ssh tmux")
    terminal.wait("ssh is tmux from now on.")
    terminal.press("s")
    terminal.wait("doesn't run inside tmux")
