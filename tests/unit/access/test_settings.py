"""The settings file is the user's: what we write leaves all else in it as it is."""

import pytest

from batchtui.access.settings import keep_setting
from batchtui.config import Settings
from batchtui.errors import ConfigError

TEXT = """\
# Mine.
refresh_seconds = 10  # slow link

theme = "batchtui-dark"  # at night
read_only = true
"""


def test_a_setting_changes_and_comments_stay(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text(TEXT, encoding="utf-8")
    keep_setting(path, "theme", "batchtui-light")
    assert path.read_text(encoding="utf-8") == TEXT.replace("batchtui-dark", "batchtui-light")
    assert Settings.load(path).theme == "batchtui-light"


def test_a_new_setting_comes_behind_the_others(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("read_only = true\n# The end", encoding="utf-8")
    keep_setting(path, "theme", 'a "b"')
    assert (Settings.load(path).theme, Settings.load(path).read_only) == ('a "b"', True)
    assert "# The end" in path.read_text(encoding="utf-8")


def test_the_first_setting_makes_the_file(tmp_path):
    path = tmp_path / "config" / "settings.toml"
    keep_setting(path, "theme", "batchtui-light")
    assert Settings.load(path).theme == "batchtui-light"


def test_a_broken_file_is_left_alone(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("theme =", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"settings\.toml"):
        keep_setting(path, "theme", "batchtui-light")
    assert path.read_text(encoding="utf-8") == "theme ="


def test_a_file_that_cant_be_written_is_said(tmp_path):
    (tmp_path / "settings.toml").mkdir()
    with pytest.raises(ConfigError, match=r"settings\.toml"):
        keep_setting(tmp_path / "settings.toml", "theme", "batchtui-light")
