"""`batchtui ssh` asks at the terminal, as ssh does."""

import shutil
import subprocess

import pytest
from terminals import BATCHTUI, Terminal, needs_tmux

from batchtui.emulator import EmulatorThread, Options

pytestmark = [
    needs_tmux,
    pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen"),
]
PASSPHRASE = "made-up passphrase"
KEY = "bWFkZS11cC1rZXktZm9yLXRoaXMtdGVzdA=="


@pytest.fixture(scope="module")
def running():
    with EmulatorThread(Options(clock="fast", random_seed=7, key=KEY)) as emulator:
        yield emulator


@pytest.fixture
def terminal(tmp_path):
    """A terminal whose operator has a key with a passphrase."""
    key = tmp_path / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", PASSPHRASE, "-f", key], check=True, timeout=30
    )
    settings = tmp_path / ".config" / "batchtui" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'login_key = "{key}"\n')
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.close()


def batchtui(terminal, emulator, *words):
    terminal.run(
        *BATCHTUI, *words,
        AZURE_BATCH_ACCOUNT=emulator.account,
        AZURE_BATCH_ACCESS_KEY=emulator.key,
        AZURE_BATCH_ENDPOINT=emulator.endpoint,
    )  # fmt: skip


def test_a_passphrase_is_asked_for_unseen(terminal, emulator):
    batchtui(terminal, emulator, "ssh", "render-linux/1", "--", "echo $((6 * 7)) from there")
    terminal.wait("Passphrase:")
    terminal.type("wrong")
    terminal.press("Enter")
    terminal.wait("That wasn't its passphrase.")
    terminal.type(PASSPHRASE)
    terminal.press("Enter")
    terminal.wait("42 from there")
    terminal.wait_for_prompt()
    assert PASSPHRASE not in terminal.screen
    assert "wrong" not in terminal.screen


@pytest.mark.parametrize(("key", "status"), [("C-c", 130), ("C-d", 255)])
def test_giving_up_leaves_the_terminal_as_it_was(terminal, emulator, key, status):
    batchtui(terminal, emulator, "ssh", "render-linux/1", "--", "true")
    terminal.wait("Passphrase:")
    terminal.press(key)
    terminal.wait_for_prompt()
    terminal.type("echo status=$? $(stty -a | grep -ow -e '-*echo')")
    terminal.press("Enter")
    terminal.wait(f"status={status} echo")


def test_one_passphrase_is_for_many_nodes_and_so_is_giving_up(terminal, emulator):
    command = ("run", "render-linux", "--at-once", "2", "--", "echo $((6 * 7))")
    batchtui(terminal, emulator, *command)
    terminal.wait("Passphrase:")
    terminal.press("C-d")
    terminal.wait_for_prompt()
    assert terminal.screen.count("Passphrase:") == 1
    terminal.run("clear")
    terminal.wait_for_prompt()
    batchtui(terminal, emulator, *command)
    terminal.wait("Passphrase:")
    terminal.type(PASSPHRASE)
    terminal.press("Enter")
    terminal.wait("42")
    terminal.wait_for_prompt()
    assert terminal.screen.count("Passphrase:") == 1


def test_without_a_terminal_nobody_is_asked(terminal, emulator):
    done = subprocess.run(
        [*BATCHTUI, "ssh", "render-linux/1", "--", "true"],
        env={
            "HOME": str(terminal.home),
            "AZURE_BATCH_ACCOUNT": emulator.account,
            "AZURE_BATCH_ACCESS_KEY": emulator.key,
            "AZURE_BATCH_ENDPOINT": emulator.endpoint,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        start_new_session=True,
    )
    assert done.returncode == 255
    assert "nobody is there to be asked" in done.stderr
    assert "Traceback" not in done.stderr
