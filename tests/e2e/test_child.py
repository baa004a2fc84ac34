"""A program of this machine has the terminal, and gives it back."""

import signal

import pytest
from conftest import wait_for
from e2e.test_shell import STATUS, Operator

PROMPT = "sh", "-c", "PS1='he''re> ' ENV= exec sh -i"


@pytest.fixture
def sit(tmp_path):
    begun = []

    def sit(*argv):
        result = tmp_path / "result.json"
        begun.append(Operator(result, "child.py", result, *argv))
        return begun[-1]

    yield sit
    for operator in begun:
        operator.close()


def test_it_says_what_it_runs_and_ends_with_its_status(sit):
    operator = sit(*PROMPT)
    assert b"$ sh -c" in operator.wait(b"here> ")
    operator.type("exit 7\r")
    assert operator.result() == {"words": "exit status 7", "code": 7, "same_modes": True}


def test_keys_are_the_programs(sit):
    operator = sit(*PROMPT)
    operator.wait(b"here> ")
    # Of a program that has the terminal by then: the shell itself would take the key otherwise.
    operator.type("sh -c \"echo be''gun; exec sleep 100\"\r")
    operator.wait(b"begun\r\n")
    operator.type("\x03")
    operator.wait(b"here> ")
    operator.type("stty raw -echo; printf 'MA''RK\\033[?1003h'; exit 3\r")
    operator.wait(b"MARK")
    assert operator.result() == {"words": "exit status 3", "code": 3, "same_modes": True}
    after = operator.read()
    assert after.rfind(b";1002;1003;") > after.rfind(b"?1003h")


def test_what_the_terminal_answers_late_is_for_nobody_else(sit):
    operator = sit("sh", "-c", "printf 'MARK\\033[c\\033]11;?\\007'; exit 3")
    operator.answers = b"\x1b[?62c\x1b]11;rgb:0/0/0\x1b\\"
    operator.wait(b"MARK")
    assert operator.result() == {"words": "exit status 3", "code": 3, "same_modes": True}
    assert STATUS in operator.read()
    assert operator.untaken() == b""


def test_one_that_stops_itself_goes_on(sit):
    operator = sit("sh", "-c", "echo begun; kill -STOP $$; echo went on; exit 4")
    operator.wait(b"went on")
    assert operator.result()["code"] == 4


def test_one_that_a_signal_ends_is_told(sit):
    assert sit("sh", "-c", "kill -9 $$").result()["words"] == "ended by signal KILL"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_for_us_ends_it_too(sit, number):
    operator = sit("sh", "-c", "trap '' HUP; echo begun; exec sleep 1000")
    operator.wait(b"begun")
    operator.process.send_signal(number)
    assert operator.result() == {"terminated": number, "same_modes": True}
    wait_for(lambda: operator.process.poll() is not None, "our end")


def test_what_a_failed_ssh_said_stays_until_enter(sit):
    operator = sit("sh", "-c", "echo no way; exit 255")
    assert b"no way" in operator.wait(b"enter goes back")
    operator.type("\r")
    assert operator.result() == {"words": "exit status 255", "code": 255, "same_modes": True}


def test_a_signal_ends_the_wait_for_enter(sit):
    operator = sit("sh", "-c", "exit 255")
    operator.wait(b"enter goes back")
    operator.process.send_signal(signal.SIGTERM)
    assert operator.result() == {"terminated": signal.SIGTERM, "same_modes": True}


def test_one_that_isnt_there_is_told(sit):
    assert "no-such-program can't be started" in sit("no-such-program").result()["error"]
