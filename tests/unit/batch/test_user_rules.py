"""Names, passwords and public keys of users on nodes: what is wrong with them, in a sentence."""

import pytest

from batchtui.access.keys import LoginKey, generate_password
from batchtui.batch.user_rules import name_problem, password_problem, public_key_problem

GOOD = "Correct-Horse-7"  # made up here

WEAK = {
    "aB3$": "Too short",
    "correct-horse": "it has not an upper-case letter, nor a digit",
    "12345678": "it has not a lower-case letter",
    "CORRECT HORSE": "it has not a lower-case letter, a digit nor another character",
    "x-Visitor-7": "The user's name is in it",
    "P@ssw0rd": "Too well known",
    "Correct-Horse-7\u200b": "can't be seen",
    "aB3$" * 19: "Too long: at most 72",
}


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_is_told_why(password):
    assert WEAK[password].replace(", nor", " nor") in password_problem(
        password, "visitor", windows=False
    )


@pytest.mark.parametrize("password", [GOOD, "aB3$" * 18, "correct-horse-7"])
def test_a_strong_one_is_taken(password):
    assert password_problem(password, "visitor", windows=True) == ""


def test_so_is_one_that_is_made():
    assert password_problem(generate_password(), "visitor", windows=True) == ""


def test_windows_takes_longer_ones():
    assert password_problem("aB3$" * 19, "visitor", windows=True) == ""


@pytest.mark.parametrize(
    ("name", "windows", "words"),
    [
        ("op-me", False, ""),
        ("_x1", True, ""),
        ("1st", False, "not beginning with a digit"),
        ("a b", False, "Letters"),
        ("", False, "Letters"),
        ("a" * 32, False, ""),
        ("a" * 33, False, "At most 32"),
        ("a" * 21, True, "At most 20"),
    ],
)
def test_names(name, windows, words):
    problem = name_problem(name, windows=windows)
    assert words in problem
    assert bool(words) == bool(problem)


@pytest.fixture(scope="module", params=["rsa", "ed25519"])
def line(request):
    return LoginKey.generate(request.param, comment="me@here").public_line


def test_public_keys_are_taken_whole(line):
    kind, body, comment = line.split(" ")
    assert public_key_problem(line) == public_key_problem(f"{kind} {body}") == ""
    for wrong in (f"{kind} {body[:-8]} {comment}", f"{kind} AAAA{body} {comment}"):
        assert public_key_problem(wrong).startswith("The key isn't whole.")
    other = "ssh-rsa" if kind != "ssh-rsa" else "ssh-ed25519"
    assert public_key_problem(f"{other} {body}")
    assert public_key_problem(f'command="x" {line}').startswith("A line as in")


def test_a_private_key_is_never_sent():
    assert "never leaves" in public_key_problem("-----BEGIN OPENSSH PRIVATE KEY-----")
