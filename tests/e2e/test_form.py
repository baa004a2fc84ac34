"""The guided form in a real terminal: a pool by keyboard alone, and nothing typed is lost."""

import signal
import subprocess

import pytest
from terminals import BATCHTUI, Terminal, needs_tmux

from batchtui.emulator import EmulatorThread, Options

PROMPT = r"^op-\S+:~\$$"
MOST_KEYS = 12

pytestmark = [needs_tmux, pytest.mark.timeout(300)]


class Counting(Terminal):
    """A terminal that counts the keys that are pressed; what is typed into fields isn't counted."""

    keys = 0

    def press(self, *keys):
        super().press(*keys)
        self.keys += len(keys)


@pytest.fixture
def terminal(tmp_path):
    terminal = Counting(tmp_path)
    yield terminal
    terminal.close()


def pools_of(terminal, *program, **environment):
    """From the shell's prompt to the pools of the account."""
    terminal.run(*BATCHTUI, *program, **environment)
    terminal.wait_for_match(r"^▌ ")
    terminal.press("Enter")
    terminal.wait("› pools")


def test_a_pool_takes_twelve_keys_and_what_is_typed_and_s_is_a_shell_on_its_first_node(terminal):
    pools_of(terminal, "demo", "--clock", "fast")
    terminal.wait("render-linux")
    terminal.keys = 0
    terminal.press("n")
    terminal.wait("1 to 64 letters")
    terminal.type("by-keys")
    terminal.press("PageDown")
    terminal.wait("ubuntu")
    terminal.type("24_04 server")
    terminal.wait_until(lambda screen: "almalinux" not in screen, "the images that are found")
    terminal.press("Enter")
    terminal.wait_for_match(r"› Size")
    terminal.press("C-g")
    terminal.wait("5 Start task")
    terminal.press("5")
    terminal.wait_for_match(r"› Start task")
    terminal.wait("it has no shell")
    terminal.type("printenv AZ_BATCH_NODE_STARTUP_DIR")
    terminal.press("C-s")
    # On the demo that commands run here is said before.
    terminal.wait("commands run on this machine")
    terminal.press("C-s")
    terminal.wait_for_match(r"^▌.*[0-9a-f]{8}_d +[●▶] ", seconds=90)
    terminal.press("s")
    terminal.wait_for_match(PROMPT, seconds=60)
    assert terminal.keys <= MOST_KEYS
    terminal.type("clear; echo POOL=$AZ_BATCH_POOL_ID=; echo NODE=$AZ_BATCH_NODE_ID=")
    terminal.press("Enter")
    terminal.wait_for_match(r"^POOL=by-keys=$")
    terminal.wait_for_match(r"^NODE=tvmps_[0-9a-f]{64}_d=$")


@pytest.fixture(scope="module")
def account():
    """An account that is none of the demo's: what is typed for it is kept."""
    with EmulatorThread(Options(clock="fast", random_seed=7, pretend=True)) as running:
        yield {
            "AZURE_BATCH_ACCOUNT": running.account,
            "AZURE_BATCH_ACCESS_KEY": running.key,
            "AZURE_BATCH_ENDPOINT": running.endpoint,
        }


def kept(terminal):
    """What is on disk of what was typed."""
    return "".join(each.read_text() for each in terminal.home.rglob("drafts/*.json"))


def test_a_killed_program_loses_nothing_of_what_was_typed(terminal, account):
    pools_of(terminal, **account)
    terminal.press("n")
    terminal.wait("1 to 64 letters")
    terminal.type("killed-while-typing")
    terminal.press("C-g", "4")
    terminal.wait_for_match(r"› Scale")
    terminal.press("Tab")
    terminal.wait("Nodes that stay")
    # What isn't a number yet, too; and a moment for the disk to have it.
    terminal.type("twel")
    terminal.wait("A whole number.")
    terminal.wait_until(lambda _: "twel" in kept(terminal), "the draft")
    shell = terminal.value("pane_pid")
    subprocess.run(["pkill", f"-{signal.SIGKILL.value}", "-P", shell], check=True)
    # What it left on the screen is still there.
    terminal.wait("Killed")
    terminal.type("stty sane; reset")
    terminal.press("Enter")
    terminal.wait_for_prompt()

    pools_of(terminal, **account)
    terminal.press("n")
    terminal.wait("is here again")
    assert "killed-while-typing" in terminal.screen
    terminal.press("C-g", "4")
    terminal.wait("twel")
