"""Patterns of paths and names."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@given(st.text("ab*", max_size=8), st.text("abAB", max_size=8))
def test_a_pattern_of_names_is_a_regular_expression_with_stars(pattern, name):
    expression = pattern.replace("*", ".*")
    assert Glob(pattern).matches(name) is bool(re.fullmatch(expression, name, re.IGNORECASE))


def test_no_pattern_takes_for_ever():
    began = time.monotonic()
    assert not Glob("**a" * 20 + "b").matches("a" * 300)
    assert time.monotonic() - began < 5
