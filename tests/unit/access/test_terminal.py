"""The relay on a pseudo-terminal, with a channel that does what each test needs."""

import asyncio
import fcntl
import os
import queue
import select
import signal
import struct
import termios
import threading
import time
from contextlib import suppress

import pytest
from conftest import wait_for

from batchtui.access.channel import Exit
from batchtui.access.escapes import Escapes, Typed
from batchtui.access.terminal import Terminated, relay, winsize
from batchtui.errors import SshError


class Channel:
    """A shell on no machine: `say` what it says, and see what it was `sent`."""

    def __init__(self):
        self.output = queue.SimpleQueue()
        self.sent = bytearray()
        self.sizes = []
        self.takes = threading.Event()
        self.takes.set()
        self.closed = threading.Event()
        self.on_write = lambda: None
        self.exit = Exit(0)

    def say(self, data):
        self.output.put(data)

    def end(self, exit_=None):
        self.exit = exit_ or self.exit
        self.output.put(b"")

    def read(self):
        return self.output.get()

    def write(self, data):
        self.takes.wait()
        if self.closed.is_set():
            return 0
        self.sent += data
        self.on_write()
        return len(data)

    def resize(self, columns, lines):
        self.sizes.append((columns, lines))

    def wait(self):
        return self.exit

    def close(self):
        self.closed.set()
        self.takes.set()
        self.output.put(b"")


@pytest.fixture
def tty():
    master, slave = os.openpty()
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 99, 0, 0))
    os.set_blocking(master, False)
    yield master, slave
    for fd in (master, slave):
        # Some tests close it as part of what they show.
        with suppress(OSError):
            os.close(fd)


@pytest.fixture
def channel():
    return Channel()


def fill(master):
    """Type until the terminal takes no more."""
    count = 0
    while True:
        try:
            count += os.write(master, b"y" * 1000)
        except BlockingIOError:
            return count


def waiting(slave):
    """How many typed bytes nobody has read yet."""
    modes = termios.tcgetattr(slave)
    modes[3] &= ~termios.ICANON
    termios.tcsetattr(slave, termios.TCSANOW, modes)
    return struct.unpack("i", fcntl.ioctl(slave, termios.FIONREAD, b"\0" * 4))[0]


def test_keys_output_and_size_go_through(tty, channel):
    master, slave = tty
    before = termios.tcgetattr(slave)
    os.write(master, b"ls")
    channel.say(b"a  b\r\n")
    channel.on_write = channel.end
    assert relay(channel, slave, slave) == Exit(0)
    assert channel.sent == b"ls"
    assert channel.sizes[0] == (99, 33)
    assert b"a  b\r\n" in os.read(master, 100)
    assert termios.tcgetattr(slave) == before
    assert channel.closed.is_set()


@pytest.mark.parametrize(
    ("ended", "typed", "said"),
    [
        (Exit(1), "", "No such shell."),
        (Exit(1), "x", ""),
        (Exit(0), "", ""),
        (Exit(None, lost=True), "x", "No such shell."),
        (Exit(None, signal="HUP"), "x", "No such shell."),
    ],
)
def test_the_last_lines_of_a_failure_are_kept(tty, channel, ended, typed, said):
    master, slave = tty
    channel.say(b"\x1b[31mNo such shell.\r\n")
    if typed:
        channel.on_write = lambda: channel.end(ended)
        os.write(master, typed.encode())
    else:
        channel.end(ended)
    assert relay(channel, slave, slave).said == said


def answer(master, answers):
    """A terminal far away: each of its answers takes a while."""
    seen, deadline = b"", time.monotonic() + 10
    while answers and time.monotonic() < deadline:
        if select.select([master], [], [], 0.02)[0]:
            seen += os.read(master, 1000)
        if answers[0][0] in seen:
            _question, said = answers.pop(0)
            time.sleep(0.2)
            os.write(master, said)


def test_answers_that_come_when_the_shell_is_gone_are_nobody_elses(tty, channel):
    master, slave = tty
    channel.say(b"\x1b[c\x1b]11;?\x07")
    channel.end()
    answers = [(b"\x1b[c", b"\x1b[?62c"), (b"11;?", b"\x1b]11;rgb:0/0/0\x1b\\")]
    far = threading.Thread(
        target=answer, args=(master, [*answers, (b"\x1b[5n", b"\x1b[0n")]), daemon=True
    )
    far.start()
    assert relay(channel, slave, slave) == Exit(0)
    far.join()
    assert waiting(slave) == 0


def test_a_terminal_that_answers_nothing_is_not_waited_for_long(tty, channel):
    _master, slave = tty
    channel.say(b"\x1b[c")
    channel.end()
    begun = time.monotonic()
    assert relay(channel, slave, slave) == Exit(0)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("clipboard", [True, False])
def test_the_clipboard_is_reached_only_where_that_is_allowed(tty, channel, clipboard):
    master, slave = tty
    channel.say(b"\x1b]52;c;")
    channel.say(b"aGk=\x07\x1b]11;#ff0000\x07")
    channel.end()
    assert relay(channel, slave, slave, clipboard=clipboard) == Exit(0)
    seen = os.read(master, 1000)
    assert (b"\x1b]52;c;aGk=\x07" in seen) is clipboard
    # The title that was there, and colours as they usually are.
    assert seen.startswith(b"\x1b[22;0t")
    assert seen.index(b"\x1b[23;0t") < seen.index(b"\x1b]111\x1b\\")


def test_blind_typing_is_dropped_at_the_end(tty, channel):
    """While the node takes nothing and all buffers are full, keys wait in the terminal."""
    master, slave = tty
    channel.takes.clear()

    def type_and_end():
        assert fill(master) > 0
        while fill(master) == 0:
            pass
        channel.end(Exit(7))

    typing = threading.Thread(target=type_and_end)
    typing.start()
    assert relay(channel, slave, slave) == Exit(7)
    typing.join()
    assert waiting(slave) == 0
    assert select.select([slave], [], [], 0.1)[0] == []
    os.write(master, b"now\n")
    wait_for(lambda: waiting(slave) == 4, "keys that are typed later")


def test_a_paste_larger_than_every_buffer_arrives_whole(tty, channel):
    master, slave = tty
    size = 3_000_000
    os.set_blocking(master, True)

    def paste():
        # A terminal that isn't raw keeps 4 KB of a line and drops the rest.
        wait_for(lambda: not termios.tcgetattr(slave)[3] & termios.ICANON, "raw mode")
        data = b"p" * size
        while data:
            data = data[os.write(master, data[:4000]) :]

    channel.on_write = lambda: channel.end() if len(channel.sent) == size else None
    pasting = threading.Thread(target=paste)
    pasting.start()
    assert relay(channel, slave, slave) == Exit(0)
    pasting.join()
    assert channel.sent.count(b"p") == size


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_at_once(tty, channel, signum):
    master, slave = tty
    before = termios.tcgetattr(slave)
    channel.on_write = lambda: os.kill(os.getpid(), signum)
    os.write(master, b"x")
    with pytest.raises(Terminated) as ended:
        relay(channel, slave, slave)
    assert ended.value.signum == signum
    assert termios.tcgetattr(slave) == before
    assert channel.closed.wait(5)


def test_a_terminal_that_takes_no_output_does_not_hold_a_signal_up(tty, channel):
    master, slave = tty
    before = termios.tcgetattr(slave)
    channel.say(b"z" * 1_000_000)
    channel.on_write = lambda: os.kill(os.getpid(), signal.SIGTERM)
    os.write(master, b"x")
    with pytest.raises(Terminated):
        relay(channel, slave, slave)
    assert termios.tcgetattr(slave) == before


def test_a_terminal_that_is_gone_is_a_hang_up(tty, channel):
    master, slave = tty
    channel.on_write = lambda: os.close(master)
    os.write(master, b"x")
    with pytest.raises(Terminated) as ended:
        relay(channel, slave, slave)
    assert ended.value.signum == signal.SIGHUP


def test_output_that_nobody_takes_is_a_hang_up(tty, channel):
    _master, slave = tty
    reader, writer = os.pipe()
    os.close(reader)
    channel.say(b"x")
    with pytest.raises(Terminated):
        relay(channel, slave, writer)
    os.close(writer)


def test_a_bug_in_the_channel_is_seen(tty, channel):
    _master, slave = tty
    before = termios.tcgetattr(slave)

    def broken():
        raise ZeroDivisionError

    channel.read = broken
    with pytest.raises(ZeroDivisionError):
        relay(channel, slave, slave)
    assert termios.tcgetattr(slave) == before


def test_no_terminal_is_a_sentence(channel):
    reader, writer = os.pipe()
    with pytest.raises(SshError, match="needs a terminal"):
        relay(channel, reader, writer)
    os.close(reader)
    os.close(writer)


def test_handlers_are_put_back(tty, channel):
    _master, slave = tty
    numbers = [signal.SIGWINCH, signal.SIGTERM, signal.SIGINT, signal.SIGTSTP, signal.SIGCONT]
    mine = {number: (lambda *_: None) for number in numbers}
    before = {number: signal.signal(number, handler) for number, handler in mine.items()}
    try:
        channel.end()
        relay(channel, slave, slave)
        assert {number: signal.getsignal(number) for number in numbers} == mine
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def test_a_loops_signal_handlers_survive_and_hear_nothing_meanwhile(tty, channel):
    """Relay blocks the loop's own thread, as it does while the app is suspended."""
    master, slave = tty
    heard = asyncio.Queue()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGWINCH, signal.SIGTERM):
        loop.add_signal_handler(number, heard.put_nowait, number)

    def size_changes():
        os.kill(os.getpid(), signal.SIGWINCH)
        channel.end()

    channel.on_write = size_changes
    os.write(master, b"x")
    relay(channel, slave, slave)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert heard.empty()
    assert len(channel.sizes) >= 1
    os.kill(os.getpid(), signal.SIGWINCH)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(5):
        assert {await heard.get(), await heard.get()} == {signal.SIGWINCH, signal.SIGTERM}
    for number in (signal.SIGWINCH, signal.SIGTERM):
        loop.remove_signal_handler(number)


def test_tilde_dot_leaves(tty, channel):
    master, slave = tty
    os.write(master, b"ls\r~.junk")
    ended = relay(channel, slave, slave)
    assert (ended.left, ended.words, ended.code) == (True, "disconnected", 255)


def escaped(*pieces):
    escapes = Escapes()
    return [escapes.feed(piece) for piece in pieces]


def test_escapes_count_at_the_beginning_of_a_line_only():
    assert escaped(b"a~.") == [Typed(b"a~.")]
    assert escaped(b"~.") == [Typed(b"", disconnect=True)]
    assert escaped(b"ls\r", b"~", b".") == [
        Typed(b"ls\r"),
        Typed(b""),
        Typed(b"", disconnect=True),
    ]
    assert escaped(b"ls\n~.x") == [Typed(b"ls\n", disconnect=True)]
    assert escaped(b"~~.") == [Typed(b"~.")]
    assert escaped(b"~/bin\r~?") == [Typed(b"~/bin\r", help=True)]
    assert escaped(b"~?~.") == [Typed(b"", disconnect=True)]
    assert escaped(b"~", b"x~.") == [Typed(b""), Typed(b"~x~.")]


@pytest.mark.parametrize(
    ("ended", "words", "code"),
    [
        (Exit(0), "exit status 0", 0),
        (Exit(7), "exit status 7", 7),
        (Exit(None), "ended without an exit status", 255),
        (Exit(None, signal="KILL"), "ended by signal KILL", 137),
        (Exit(None, signal="WHATEVER"), "ended by signal WHATEVER", 255),
        (Exit(None, lost=True), "the connection was lost", 255),
    ],
)
def test_every_end_has_words_and_a_status(ended, words, code):
    assert (ended.words, ended.code) == (words, code)


def test_the_size_of_no_terminal_is_the_usual_one(tty):
    assert winsize(tty[0]) == (99, 33)
    reader, writer = os.pipe()
    assert winsize(reader) == (80, 24)
    os.close(reader)
    os.close(writer)
