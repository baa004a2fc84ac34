"""What is said of a shell once it has ended, and what it was told as it began."""

import pytest

from batchtui.access.channel import Exit
from batchtui.access.environment import locale, terminal_type
from batchtui.access.last_words import Tail, last_lines
from batchtui.access.visit import Visit

NODE = f"tvmps_{'17d22162' * 8}_d"


@pytest.mark.parametrize(
    ("ended", "seconds", "words", "well"),
    [
        (Exit(0), 4000, "exit status 0 after 1 h 6 min", True),
        (Exit(3), 125.4, "exit status 3 after 2 min 5 s", False),
        (Exit(None, signal="KILL"), 0.2, "ended by signal KILL after 0 s", False),
        (Exit(None, signal="\x1b[2J"), 1, "ended by signal ␛[2J after 1 s", False),
        (Exit(None, lost=True), 60, "the connection was lost after 1 min", False),
        (Exit(None, left=True), 60, "disconnected after 1 min", True),
        (Exit(None), 60, "ended without an exit status after 1 min", False),
    ],
)
def test_how_a_shell_ended_is_said_in_words(ended, seconds, words, well):
    visit = Visit(NODE, ended, seconds)
    assert visit.words == f"Shell on 17d22162_d: {words}"
    assert visit.ended_well is well


@pytest.mark.parametrize(
    ("output", "lines"),
    [
        ("one\r\ntwo\r\n", "one\ntwo"),
        ("\x1b[31mred\x1b[0m \x1b]0;title\x07text\x1b(B\r\n\r\n   \r\n", "red text"),
        ("\x1b]52;c;c2VjcmV0\x1b\\safe", "safe"),
        ("10%\r50%\r100%\r\ndone\r\n", "100%\ndone"),
        ("lsz\x08\x08\x08pwd", "pwd"),
        ("\x1b]0;a title that was cut off", ""),
        ("".join(f"{n}\r\n" for n in range(100)), "\n".join(str(n) for n in range(92, 100))),
        ("\x07\x00\x1b[?1049h\x1b[2J", ""),
    ],
)
def test_the_last_lines_are_plain(output, lines):
    assert last_lines(output) == lines


def test_the_end_of_a_flood_is_kept_and_its_cut_line_dropped():
    tail = Tail()
    for _ in range(100):
        tail.add(b"x" * 70_000 + b"\r\n")
    tail.add(b"connection to nowhere\r\n")
    tail.add("träge\r\n".encode()[:3])
    tail.add("träge\r\n".encode()[3:])
    assert tail.text == "connection to nowhere\nträge"


def test_locale_and_terminal_are_told_as_ssh_tells_them():
    environ = {
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "",
        "LC_TIME": "C",
        "LANGUAGE": "de",
        "LC_PAPER": "bro\udcffken",
        "SECRET": "x",
        "TERM": "screen",
    }
    assert locale(environ) == {"LANG": "de_DE.UTF-8", "LC_ALL": "", "LC_TIME": "C"}
    assert terminal_type(environ) == "screen"
    assert terminal_type({}) == terminal_type({"TERM": ""}) == "xterm-256color"
