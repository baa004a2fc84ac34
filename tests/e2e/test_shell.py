"""A shell on OpenSSH's server through a pseudo-terminal, as an operator has it."""

import fcntl
import json
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
from pathlib import Path

import pytest
from conftest import wait_for
from e2e.sshd_server import SSHD, Sshd

DRIVERS = Path(__file__).parent / "drivers"
pytestmark = pytest.mark.skipif(SSHD is None, reason="needs sshd (openssh-server)")

# Asks a terminal whether it is well, and what it says then (source: ECMA-48, DSR).
STATUS, FINE = b"\x1b[5n", b"\x1b[0n"


class Operator:
    """Sits at a terminal of 80x24 in which a driver runs, which writes the file `result`."""

    def __init__(self, result, driver, *arguments):
        self._result = result
        self.seen = b""
        self.answers = b""  # to earlier questions of a program
        self._closed = False
        self._master, slave = os.openpty()
        self._slave = slave
        self._reading = threading.Lock()
        self.set_size(80, 24)
        self.process = subprocess.Popen(
            [sys.executable, DRIVERS / driver, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def set_size(self, columns, lines):
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def type(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        while data:
            data = data[os.write(self._master, data[:1000]) :]

    def read(self):
        with self._reading:
            while select.select([self._master], [], [], 0)[0]:
                came = os.read(self._master, 1 << 16)
                self.seen += came
                # As any terminal does.
                for _ in range(came.count(STATUS)):
                    os.write(self._master, self.answers + FINE)
            return self.seen

    def untaken(self):
        """What nobody has read of that which was typed."""
        modes = termios.tcgetattr(self._slave)
        modes[3] &= ~termios.ICANON
        termios.tcsetattr(self._slave, termios.TCSANOW, modes)
        return os.read(self._slave, 100) if select.select([self._slave], [], [], 0)[0] else b""

    def wait(self, text):
        """Wait for some output, and forget what came up to there."""
        wait_for(lambda: text in self.read(), f"{text!r} in {self.seen[-500:]!r}")
        before, _, self.seen = self.seen.partition(text)
        return before

    def run(self, command):
        """A command whose end shows; returns its output."""
        self.type(f"{command}; echo END''MARK\r")
        return self.wait(b"ENDMARK")

    def result(self):
        """How the driver ended."""
        reader = (lambda: True) if self._closed else self.read
        wait_for(lambda: (reader(), self._result.exists())[1], "result")
        return json.loads(self._result.read_text())

    def hang_up(self):
        self._closed = True
        os.close(self._slave)
        os.close(self._master)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        if not self._closed:
            self.hang_up()


@pytest.fixture
def node(tmp_path):
    """A node whose shell is the same whatever the startup files of whoever runs the tests say."""
    server = Sshd(tmp_path, extra="ForceCommand exec env PS1='node> ' ENV= sh -i\n")
    yield server
    server.stop()


@pytest.fixture
def operator(node, tmp_path):
    result = tmp_path / "result.json"
    operator = Operator(result, "shell.py", f"{node.port}", node.user, node.authorized, result)
    try:
        operator.wait(b"node> ")
        yield operator
    finally:
        operator.close()


def test_a_shell_ends_with_its_status_and_the_terminal_as_it_was(operator):
    assert b"24 80" in operator.run("stty size")
    operator.set_size(100, 30)
    wait_for(lambda: b"30 100" in operator.run("stty size"), "new size")
    operator.type("exit 7\r")
    assert operator.result() == {"words": "exit status 7", "code": 7, "same_modes": True}
    assert b"\x1b[?1049l" in operator.read()
    assert operator.process.wait(10) == 0


def test_keys_go_to_the_node_and_not_to_us(operator):
    # Of a program that has the terminal by then: the shell itself would take the key otherwise.
    operator.type("sh -c \"echo be''gun; exec sleep 100\"\r")
    operator.wait(b"begun\r\n")
    operator.type("\x03")
    operator.wait(b"node> ")
    assert b"130" in operator.run("echo $?")
    operator.type("cat\r")
    operator.wait(b"cat\r\n")
    operator.type("\x1a")
    operator.wait(b"node> ")
    operator.type("fg\r")
    operator.wait(b"cat\r\n")
    operator.type("\x04")
    operator.wait(b"node> ")
    operator.type("\x04")
    assert operator.result()["same_modes"] is True


def test_what_the_shell_left_behind_is_reset(operator):
    operator.run(r"printf '\033[?1049h\033[?1003h\033[?2004h\033[31m\033(0\033[?25l'")
    operator.type("exit\r")
    operator.result()
    after = operator.read()
    for reset in (b"\x1b[?1049l", b"1003", b"\x1b[?2004l", b"\x1b[0m", b"\x1b(B", b"\x1b[?25h"):
        assert after.rfind(reset) > after.rfind(b"exit")


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_a_sane_terminal(operator, signum):
    operator.process.send_signal(signum)
    assert operator.result() == {"terminated": signum, "same_modes": True}
    assert b"\x1b[?1049l" in operator.read()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP])
def test_other_signals_do_nothing(operator, signum):
    operator.process.send_signal(signum)
    assert b"here" in operator.run("echo he''re")
    operator.type("exit 3\r")
    assert operator.result()["code"] == 3


def test_being_stopped_and_continued_makes_the_terminal_raw_again(operator):
    modes = termios.tcgetattr(operator._slave)
    operator.process.send_signal(signal.SIGSTOP)
    cooked = termios.tcgetattr(operator._slave)
    cooked[3] |= termios.ICANON | termios.ECHO | termios.ISIG
    termios.tcsetattr(operator._slave, termios.TCSANOW, cooked)
    operator.process.send_signal(signal.SIGCONT)
    wait_for(lambda: termios.tcgetattr(operator._slave) == modes, "raw mode")


def test_a_closed_terminal_ends_it(operator):
    operator.hang_up()
    ended = operator.result()
    assert ended["terminated"] == signal.SIGHUP
    # The signal may come a moment before the terminal is gone for good.
    assert ended["same_modes"] in {True, "no terminal"}


def test_a_node_that_hangs_is_left_by_tilde_dot(operator, node):
    node.signal_sessions(signal.SIGSTOP)
    operator.type("is anybody there\r~.")
    assert operator.result() == {"words": "disconnected", "code": 255, "same_modes": True}
    node.kill_sessions()


def test_a_cut_connection_is_told(operator, node):
    node.kill_sessions()
    assert operator.result() == {
        "words": "the connection was lost",
        "code": 255,
        "same_modes": True,
    }


def test_tilde_dot_disconnects_and_tilde_question_helps(operator):
    operator.type("~?")
    operator.wait(b"end the connection")
    operator.type("sleep 100\r~.")
    assert operator.result() == {"words": "disconnected", "code": 255, "same_modes": True}


def test_a_flood_of_output_comes_whole_and_before_the_end(operator):
    operator.type("head -c 3000000 /dev/zero | tr '\\0' x; exit\r")
    operator.result()
    assert operator.read().count(b"x") >= 3_000_000


def test_megabytes_in_both_directions_neither_deadlock_nor_get_lost(operator):
    size = 4_000_000
    operator.run("stty raw -echo")
    # The shell has read its line before what follows comes: the rest is for head.
    operator.type(f"echo RE''ADY; head -c {size}; exit 5\n")
    operator.wait(b"READY")
    before = operator.read().count(b"y")
    typing = threading.Thread(target=operator.type, args=(b"y" * size,))
    typing.start()
    assert operator.result()["code"] == 5
    typing.join()
    assert operator.read().count(b"y") - before == size
