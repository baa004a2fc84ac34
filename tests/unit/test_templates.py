"""Templates: saved without secrets, opened from anywhere, the last ones remembered."""

import errno
import json
import os
import stat
from datetime import UTC, datetime, timedelta

import pytest
from pool_bodies import LINUX

from batchtui.batch.secrets import missing_secrets, without_secrets
from batchtui.errors import ConfigError, TemplateError
from batchtui.templates import Templates

START = datetime(2026, 3, 1, tzinfo=UTC)


class Watch:
    """A clock that is a minute later each time."""

    def __init__(self):
        self.time = START

    def __call__(self):
        self.time += timedelta(minutes=1)
        return self.time


@pytest.fixture
def templates(tmp_path):
    return Templates(tmp_path / "templates", tmp_path / "recent.json", Watch())


def test_what_is_saved_is_opened_again_without_its_secrets(templates):
    saved = templates.save("My render pool", LINUX)
    assert saved.path.name == "My render pool.json"
    assert stat.S_IMODE(saved.path.stat().st_mode) == 0o600
    assert "secret-word" not in saved.path.read_text()
    assert saved.secrets == without_secrets(LINUX).places
    opened = templates.open(saved.path)
    assert opened.body == without_secrets(LINUX).body
    assert opened.secrets == missing_secrets(opened.body) != ()


def test_another_of_the_same_name_is_not_lost_by_accident(templates):
    path = templates.save("a", {"id": "one"}).path
    with pytest.raises(TemplateError, match="already"):
        templates.save("a.json", {"id": "two"})
    assert templates.open(path).body == {"id": "one"}
    templates.save("a", {"id": "two"}, replace=True)
    assert templates.open(path).body == {"id": "two"}


@pytest.mark.parametrize("name", ["", " ", ".hidden", "..", "a\nb", "a\x1b", "x" * 101, "a:b", "*"])
def test_a_name_that_is_no_files_is_refused(templates, name):
    with pytest.raises(TemplateError, match="can't be called"):
        templates.save(name, {"id": "p"})


def test_a_name_may_be_a_path_elsewhere(templates, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert templates.path_of("~/pools/one") == tmp_path / "pools/one.json"
    assert templates.path_of(f"{tmp_path}/two.txt") == tmp_path / "two.txt"
    assert templates.save("~/pools/one", {"id": "p"}).path == tmp_path / "pools/one.json"
    assert [each.name for each in templates.recent()] == ["one"]


def test_the_last_ten_that_were_used_are_listed_the_last_one_first(templates, tmp_path):
    for number in range(12):
        templates.save(f"t{number}", {"id": "p"})
    for path in (tmp_path / "templates").iterdir():
        os.utime(path, (0, 0))
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text('{"id": "p"}')
    templates.open(elsewhere)
    templates.open(templates.path_of("t5"))
    templates.path_of("t11").unlink()
    recent = templates.recent()
    assert [each.name for each in recent] == [
        "t5", "elsewhere", "t10", "t9", "t8", "t7", "t6", "t4", "t3", "t2",
    ]  # fmt: skip
    assert recent[0].path == templates.path_of("t5").resolve()
    assert recent[0].used > recent[1].used


def test_what_somebody_put_into_the_folder_is_listed(templates, tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "copied.json").write_text("{}")
    assert [each.name for each in templates.recent()] == ["copied"]
    (tmp_path / "recent.json").write_text('{"version": 1, "rows": [{"used": 3}, {"path": "x"}]}')
    assert [each.name for each in templates.recent()] == ["copied"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Expecting value at line 1, column 1"),
        ('{\n "id": "p",\n}', "line 2, column 12|line 3, column 1"),
        ('{"id": NaN}', "NaN is no JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "This is a list"),
        ('{"a": 1}', "This JSON isn't a pool's"),
    ],
)
def test_a_file_that_is_no_pools_says_where_and_why(templates, tmp_path, text, said):
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(TemplateError, match=said) as failed:
        templates.open(path)
    assert str(path) in failed.value.message
    assert templates.recent() == []


def test_files_that_cannot_be_read_say_so(templates, tmp_path):
    with pytest.raises(TemplateError, match="There is no file"):
        templates.open(tmp_path / "nothing.json")
    with pytest.raises(ConfigError, match="Is a directory"):
        templates.open(tmp_path)
    (tmp_path / "latin").write_bytes(b'{"id": "\xe9"}')
    with pytest.raises(ConfigError, match="UTF-8"):
        templates.open(tmp_path / "latin")


def test_a_file_with_a_byte_order_mark_is_read_as_az_reads_it(templates, tmp_path):
    path = tmp_path / "windows.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"id": "p"}).encode())
    assert templates.open(path).body == {"id": "p"}


def test_a_disk_that_refuses_to_remember_lets_templates_be_opened(templates, tmp_path):
    path = templates.save("a", {"id": "p"}).path
    (tmp_path / "recent.json").unlink()
    (tmp_path / "recent.json").mkdir()
    assert templates.open(path).body == {"id": "p"}
    with pytest.raises(ConfigError, match="can't be read"):
        templates.recent()


def test_a_disk_that_refuses_a_template_says_so(templates, tmp_path):
    (tmp_path / "templates").write_text("a file where the folder should be")
    with pytest.raises(ConfigError, match="can't be written"):
        templates.save("a", {"id": "p"})


@pytest.mark.parametrize("name", ["語" * 100, "~nobody-of-this-name/x", "/", "~", "a/" + "b" * 300])
def test_a_name_that_no_file_can_have_is_an_error_in_words(templates, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((TemplateError, ConfigError)):
        templates.save(name, {"id": "a"})


def test_a_folder_that_may_not_be_looked_into_is_told_of_and_listed_without_it(
    templates, tmp_path, monkeypatch
):
    path = templates.save(str(tmp_path / "locked" / "one"), {"id": "a"}).path

    def refused(self, *_args, **_more):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(type(path), "stat", refused)
    assert templates.recent() == []
    with pytest.raises(ConfigError):
        templates.save(str(path), {"id": "a"})


def test_half_of_a_character_is_saved_and_opened_again(templates):
    body = {"id": "a", "displayName": "\ud83d"}
    assert templates.open(templates.save("odd", body).path).body == body


def test_one_file_that_is_gone_keeps_no_other_from_being_listed(templates, tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    for name in "abc":
        (folder / f"gone-{name}.json").symlink_to(tmp_path / "nowhere")
        (folder / f"{name}.json").write_text('{"id": "p"}')
    assert {each.name for each in templates.recent()} == {"a", "b", "c"}
