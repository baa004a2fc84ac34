"""Theme files: ours, the user's, and those that can't be used."""

from itertools import combinations

import pytest
from colours import LACKS, difference
from textual.color import Color

from batchtui.ui.themes import house_variables, load_themes, themes_folder

NAMES = {
    "batchtui-dark", "batchtui-light", "batchtui-high-contrast", "batchtui-colour-blind",
    "batchtui-ansi-dark", "batchtui-ansi-light",
}  # fmt: skip
STATES = ("state-good", "state-busy", "state-warn", "state-bad")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "themes").mkdir()
    return tmp_path / "themes"


def write(folder, name, text):
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(*folders):
    themes, problems = load_themes(folders)
    assert problems == []
    return {theme.name: theme for theme in themes}


def test_our_themes_can_all_be_used():
    assert set(loaded(themes_folder())) == NAMES


def test_a_user_adds_themes_and_replaces_ours(folder):
    write(folder, "mine", 'primary = "#ff0000"')
    write(folder, "batchtui-dark", 'primary = "ansi_red"\nansi = true\n')
    themes = loaded(themes_folder(), folder)
    assert set(themes) == NAMES | {"mine"}
    assert themes["batchtui-dark"].ansi


@pytest.mark.parametrize(("colour", "ansi"), [("#ff0000", "false"), ("ansi_red", "true")])
def test_a_theme_needs_no_more_than_one_colour(folder, colour, ansi):
    write(folder, "mine", f'primary = "{colour}"\nansi = {ansi}')
    said = house_variables(loaded(folder)["mine"])
    assert said["block-cursor-background"] == said["cursor"]
    assert {"state-good", "quiet", "bar", "field", "focus"} <= said.keys()


def test_what_a_theme_says_comes_before_what_is_made_of_it(folder):
    write(folder, "mine", 'primary = "#ff0000"\n[variables]\ncursor = "auto 50%"\nquiet = "red"\n')
    said = house_variables(loaded(folder)["mine"])
    assert (said["cursor"], said["quiet"]) == ("auto 50%", "red")
    assert said["input-cursor-background"] == "auto 50%"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("primary = red", "line 1"),
        ("", "it has no primary"),
        ('primary = "#12345"', "no colour"),
        ('primary = "reddish"', "primary is 'reddish', which is no colour"),
        ("primary = 5", "primary must be a text"),
        ('primary = "red"\ndark = "yes"', "dark must be true or false"),
        ('primary = "red"\nname = "x"', "no 'name' in a theme; there are primary"),
        ('primary = "red"\nvariables = 1', r"below \[variables\]"),
        ('primary = "red"\n[variables]\ncurser = "red"', "no variable 'curser'"),
        ('primary = "red"\n[variables]\ncursor = 5', "cursor must be a text"),
        ('primary = "red"\n[variables]\ncursor = "red; }"', "cursor is 'red; }'"),
        ('primary = "auto"', "failed to parse 'auto'"),
        ('primary = "red 50%"', "failed to parse 'red 50%'"),
        ('primary = "red"\n[variables]\nbackground = "auto 50%"', "failed to parse 'auto 50%'"),
        ('primary = "red"\n[variables]\ncursor = "red nan%"', "cursor is 'red nan%'"),
        ('primary = "red"\n[variables]\nquiet-style = "loud"', "styles are b, "),
    ],
)
def test_a_file_that_cant_be_used_is_named_with_the_reason(folder, text, why):
    path = write(folder, "mine", text)
    write(folder, "other", 'primary = "red"')
    themes, (problem,) = load_themes([folder])
    assert [theme.name for theme in themes] == ["other"]
    with pytest.raises(type(problem), match=why) as caught:
        raise problem
    assert str(path) in str(caught.value)


def test_neither_a_folder_nor_bytes_stop_the_others(folder):
    (folder / "one.toml").mkdir()
    (folder / "two.toml").write_bytes(b"\xff\xfe")
    write(folder, "three", 'primary = "red"')
    themes, problems = load_themes([folder])
    assert ([theme.name for theme in themes], len(problems)) == (["three"], 2)


@pytest.mark.parametrize("lack", LACKS)
def test_states_look_different_whatever_cones_one_lacks(lack):
    said = house_variables(loaded(themes_folder())["batchtui-colour-blind"])
    colours = {name: Color.parse(said[name]).rgb for name in STATES}
    near = {
        (one, other): round(difference(colours[one], colours[other], lack))
        for one, other in combinations(STATES, 2)
    }
    # 2.3 is just seen side by side; these must be told apart across a screen.
    assert all(far > 20 for far in near.values()), near
    assert near["state-good", "state-bad"] > 60


def test_the_measure_knows_that_red_and_green_look_alike_without_green_cones():
    green, red = (144, 144, 60), (190, 120, 60)
    assert difference(green, red, "deuteranopia") < difference(green, red, "no lack") / 2
