"""Patterns of paths and names."""

import time

import pytest

from batchtui.emulator.control.glob import Glob


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("**", ["", "/", "/pools/p"], []),
        ("*", ["", "p", "P_1"], ["/", "p/q"]),
        ("/pools/*/nodes", ["/pools/p/nodes", "/POOLS//nodes"], ["/pools/p/q/nodes", "/pools"]),
        ("/pools/**", ["/pools/", "/pools/p/q"], ["/pools", "/jobs/pools/"]),
        ("**a*b", ["ab", "a/ab", "xa-b"], ["a/b", "ba"]),
        ("***", ["", "a/b"], []),
        ("p?", ["p1", "pp"], ["p", "p/", "p12"]),
        ("a.c[1]+", ["A.C[1]+"], ["abc1", "a.c1"]),
        ("", [""], ["a"]),
    ],
)
def test_what_a_pattern_matches(pattern, yes, no):
    assert [text for text in [*yes, *no] if Glob(pattern).matches(text)] == yes


def test_no_pattern_takes_for_ever():
    began = time.monotonic()
    assert not Glob("**a" * 20 + "b").matches("a" * 300)
    assert time.monotonic() - began < 5
