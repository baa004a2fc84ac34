"""Drafts survive the program, and hold no secrets; a bad disk keeps nobody from going on."""

import json
import stat
from datetime import UTC, datetime

import pytest
from generated_pools import generated_pools
from hypothesis import HealthCheck, given, settings
from pool_bodies import LINUX

from batchtui.batch.lens import PoolDraft
from batchtui.batch.secrets import without_secrets
from batchtui.drafts import Drafts
from batchtui.errors import ConfigError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def drafts(folder, account="demo", endpoint="https://demo.example"):
    return Drafts(folder, account, endpoint, lambda: NOW)


def keep(mine, draft, kind="create"):
    mine.remember(draft, kind)
    return mine.write(kind)


def drop(mine):
    mine.forget()
    return mine.write()


def test_a_draft_is_read_back_by_the_next_program_without_secrets(tmp_path):
    typed = {"dedicated": "many", "everything": '{"password": "secret-word", "id": ', "wait": True}
    aside = {"scale:formula": {"autoScaleFormula": "$x"}, "door": {"password": "secret-word"}}
    assert keep(drafts(tmp_path), PoolDraft(LINUX, typed, aside)) == ""
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "secret-word" not in path.read_text()
    kept = drafts(tmp_path).kept()
    cleared = without_secrets(LINUX)
    assert kept.draft.body == cleared.body
    assert kept.draft.typed == {**typed, "everything": '{"password": , "id": '}
    assert kept.draft.aside == {**aside, "door": {}}
    assert (kept.saved, kept.secrets) == (NOW, cleared.places)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=generated_pools())
def test_nothing_but_secrets_is_lost_of_any_pool(tmp_path, body):
    keep(drafts(tmp_path), PoolDraft(body))
    assert drafts(tmp_path).kept().draft == PoolDraft(without_secrets(body).body)


def test_each_account_has_its_own_and_one_of_each_kind(tmp_path):
    mine, other = drafts(tmp_path), drafts(tmp_path, endpoint="https://other.example")
    keep(mine, PoolDraft({"id": "one"}))
    keep(mine, PoolDraft({"id": "two"}))
    assert other.kept() is None
    keep(other, PoolDraft({"id": "three"}))
    keep(mine, PoolDraft({"id": "four"}), "edit")
    assert [each.draft.body["id"] for each in (mine.kept(), other.kept(), mine.kept("edit"))] == [
        "two", "three", "four",
    ]  # fmt: skip
    drop(mine)
    drop(mine)
    assert mine.kept() is None
    assert other.kept() is not None
    assert keep(drafts(tmp_path, account="../../x"), PoolDraft()) == ""
    assert all(path.parent == tmp_path for path in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", "{}", '{"version": 2}', "[" * 100_000, "\xe9",
        '{"version": 1, "body": [], "typed": {}, "aside": {}, "saved": "x", "secrets": []}',
        '{"version": 1, "body": {}, "typed": {"a": 1}, "aside": {}, "saved": "x", "secrets": []}',
        '{"version": 1, "body": {}, "typed": {}, "aside": {}, "saved": "x", "secrets": []}',
        '{"version": 1, "body": {}, "typed": {}, "aside": {}, "saved": "2026-01-01", "secrets": 1}',
    ],
)  # fmt: skip
def test_one_that_cannot_be_read_is_set_aside_with_a_message(tmp_path, text):
    keep(drafts(tmp_path), PoolDraft({"id": "p"}))
    mine = drafts(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match="can't be read any more") as failed:
        mine.kept()
    aside = path.with_suffix(".broken")
    assert aside.read_bytes() == text.encode("latin-1")
    assert str(aside) in str(failed.value)
    assert mine.kept() is None


def test_a_disk_that_refuses_is_told_of_once_and_again_after_it_did_not(tmp_path):
    folder = tmp_path / "drafts"
    folder.write_text("a file where the folder should be")
    mine = drafts(folder)
    assert "isn't kept" in keep(mine, PoolDraft({"id": "p"}))
    assert keep(mine, PoolDraft({"id": "q"})) == ""
    drop(mine)
    folder.unlink()
    assert keep(mine, PoolDraft({"id": "r"})) == ""
    assert mine.kept().draft.body == {"id": "r"}
    (path,) = folder.iterdir()
    path.unlink()
    folder.rmdir()
    folder.write_text("again")
    assert "isn't kept" in keep(mine, PoolDraft({"id": "s"}))


def test_a_crash_while_it_is_written_leaves_the_one_before(tmp_path, monkeypatch):
    mine = drafts(tmp_path)
    keep(mine, PoolDraft({"id": "before"}))

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        keep(mine, PoolDraft({"id": "after"}))
    assert drafts(tmp_path).kept().draft.body == {"id": "before"}


def test_secrets_are_remembered_while_the_program_runs(tmp_path):
    mine = drafts(tmp_path)
    keep(mine, PoolDraft(LINUX))
    assert mine.kept().draft.body == LINUX


def test_a_draft_is_not_written_after_it_was_forgotten(tmp_path):
    mine = drafts(tmp_path)
    mine.remember(PoolDraft({"id": "p"}))
    mine.forget()
    assert mine.write() == ""
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_all_of_it_stays_in_memory():
    mine = drafts(None)
    keep(mine, PoolDraft(LINUX))
    assert mine.kept().draft.body == LINUX
    drop(mine)
    assert mine.kept() is None
    assert json.dumps(LINUX).count("secret-word") > 0


def test_one_that_takes_the_place_of_another_programs_says_so(tmp_path):
    first, second = drafts(tmp_path), drafts(tmp_path)
    assert keep(first, PoolDraft({"id": "first"})) == ""
    assert second.kept().draft.body == {"id": "first"}
    assert keep(second, PoolDraft({"id": "second"})) == ""
    assert "Another batchtui" in keep(first, PoolDraft({"id": "first-too"}))
    assert keep(first, PoolDraft({"id": "first-too-more"})) == ""
    drop(first)
    assert keep(second, PoolDraft({"id": "second"})) == ""


def test_what_another_program_keeps_is_not_forgotten_by_this_one(tmp_path):
    first, second = drafts(tmp_path), drafts(tmp_path)
    keep(first, PoolDraft({"id": "first"}))
    assert second.kept().draft.body == {"id": "first"}
    keep(first, PoolDraft({"id": "first-and-more"}))
    drop(second)
    assert drafts(tmp_path).kept().draft.body == {"id": "first-and-more"}
    drop(first)
    assert drafts(tmp_path).kept() is None


def test_a_draft_that_was_read_is_forgotten_for_good(tmp_path):
    keep(drafts(tmp_path), PoolDraft({"id": "first"}))
    later = drafts(tmp_path)
    assert later.kept() is not None
    drop(later)
    assert drafts(tmp_path).kept() is None


@pytest.mark.parametrize(
    "typed",
    [
        '{"httpUrl": "https://a.b/c?sv=1\\u0026sig=secret-word", ',
        '{"httpUrl": "https://a.b/c?sv=1\\u0026SIG=secret-word\\u0026se=2", ',
    ],
)
def test_a_signature_is_not_kept_however_its_ampersand_is_written(tmp_path, typed):
    keep(drafts(tmp_path), PoolDraft({}, {"everything": typed}))
    (path,) = tmp_path.iterdir()
    assert "secret-word" not in path.read_text()


def test_a_secret_is_none_the_less_for_another_case_of_its_name(tmp_path):
    body = {"userAccounts": [{"name": "a", "Password": "secret-word"}], "SASKEY": "secret-word"}
    keep(drafts(tmp_path), PoolDraft(body))
    (path,) = tmp_path.iterdir()
    assert "secret-word" not in path.read_text()
