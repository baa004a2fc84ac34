"""Commands: what is run, what is wrong, and what a text becomes by tab, up and down."""

import pytest

from batchtui.ui.commands import Command, Commands, Typing


@pytest.fixture
def ran():
    return []


@pytest.fixture
def commands(ran):
    def noted(name):
        return lambda rest: ran.append((name, rest))

    return Commands(
        [
            Command("pools", "The pools", noted("pools")),
            Command("nodes", "Nodes", noted("nodes"), "POOL", lambda: ("render", "Report", "x")),
            Command("faults", "Faults", noted("faults"), "[all]", lambda: ("all",)),
            Command("account", "One", noted("account"), "NAME", lambda: ("my prod", "my test")),
            Command("accounts", "All", noted("accounts")),
            Command("q", "Leave", noted("q"), other_name="quit"),
        ]
    )


def test_a_line_runs_its_command_with_what_stands_after_the_name(commands, ran):
    for line in ("pools", " NODES  render ", "account my prod", "faults", "quit", "", "  "):
        assert commands.run(line) == ""
    assert ran == [
        ("pools", ""), ("nodes", "render"), ("account", "my prod"), ("faults", ""), ("q", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("node x", "There is no command 'node'. Did you mean nodes?"),
        ("fualts", "There is no command 'fualts'. Did you mean faults?"),
        ("xyzzy", "There is no command 'xyzzy'. There are: pools, nodes, faults, account,"),
        ("nodes", "It goes :nodes POOL"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(commands, ran, line, said):
    assert commands.run(line).startswith(said)
    assert ran == []


def test_all_of_them_are_told_in_one_line(commands):
    assert commands.hint == "pools, nodes POOL, faults [all], account NAME, accounts, q"


@pytest.mark.parametrize(
    ("text", "completions"),
    [
        ("", ["pools", "nodes ", "faults", "account ", "accounts", "q"]),
        ("no", ["nodes "]),
        ("ACC", ["account ", "accounts"]),
        ("nodes re", ["nodes render", "nodes Report"]),
        ("nodes  RENDER", ["nodes render"]),
        ("account my p", ["account my prod"]),
        ("faults ", ["faults all"]),
        ("pools x", []),
        ("nowhere x", []),
        ("zz", []),
    ],
)
def test_names_and_what_may_follow_them_are_completed(commands, text, completions):
    assert commands.completions(text) == completions


def test_tab_goes_round_the_completions_and_on_to_what_follows(commands):
    typing, text = Typing(commands), "no"
    seen = []
    for step in (1, 1, 1, 1, 1, -1):
        text = typing.completed(step, text)
        seen.append(text)
    assert seen == ["nodes ", "nodes render", "nodes Report", "nodes x", "nodes render", "nodes x"]
    assert typing.completed(1, "zz") == "zz"
    assert typing.completed(-1, "acc") == "accounts"


def test_up_and_down_go_through_what_was_typed_in_this_run_and_back_to_what_is(commands):
    for line in ("pools", "pools", "nowhere", "faults"):
        commands.run(line)
    typing = Typing(commands)
    steps = [(-1, "fau"), (-1, "faults"), (-1, "nowhere"), (-1, "pools"), (1, "pools")]
    assert [typing.recalled(*step) for step in steps] == [
        "faults", "nowhere", "pools", "pools", "nowhere",
    ]  # fmt: skip
    assert [typing.recalled(1, text) for text in ("nowhere", "faults", "fau")] == [
        "faults", "fau", "fau",
    ]  # fmt: skip
