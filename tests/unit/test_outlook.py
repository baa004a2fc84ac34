from pathlib import Path

import pytest

from batchtui.access.accounts import Account
from batchtui.config import Settings
from batchtui.entrance.outlook import Outlook
from batchtui.errors import ConfigError

ENDPOINT = "https://acct.westeurope.batch.azure.com"


@pytest.fixture(autouse=True)
def _ssh_config(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".ssh"
    folder.mkdir()
    (folder / "config").write_text(
        "Match exec true\n User x\nHost bastion\n Port 2222\nHost 10.*\n ProxyJump bastion\n"
    )


def jumps(host="10.0.0.4", account_jump="", source="file", **settings):
    account = Account("acct", "acct", ENDPOINT, source=source, jump=account_jump)
    view = Outlook(account, Settings(**settings)).view()
    return [f"{hop.name}:{hop.port}" for hop in view.jumps(host)]


def test_the_account_s_jump_hosts_come_before_the_settings_and_these_before_ssh_config():
    assert jumps() == ["bastion:2222"]
    assert jumps("20.1.2.3") == []
    assert jumps("20.1.2.3", jump="a,bastion") == ["a:22", "bastion:2222"]
    assert jumps(account_jump="b:23", jump="a") == ["b:23"]
    assert jumps(account_jump="none", jump="a") == []
    assert jumps(jump="none") == []
    assert jumps(ssh_config="none") == []
    assert jumps(source="demo", jump="a") == []


@pytest.mark.parametrize(
    ("account_jump", "jump", "told"),
    [
        ("", "", ""),
        ("me@a:23 , b", "c", "me@a:23,b"),
        ("", "c", "c"),
        ("none", "c", ""),
    ],
)
def test_jump_hosts_that_are_set_are_told_as_proxyjump_has_them(account_jump, jump, told):
    account = Account("acct", "acct", ENDPOINT, jump=account_jump)
    assert Outlook(account, Settings(jump=jump)).jump == told


def test_what_is_not_understood_is_told_with_the_view():
    account = Account("acct", "acct", ENDPOINT)
    [note] = Outlook(account, Settings()).view().notes
    assert "Match exec" in note
    assert Outlook(account, Settings(ssh_config="none")).view().notes == ()


def test_ssh_config_may_be_written_at_any_time(tmp_path):
    outlook = Outlook(Account("acct", "acct", ENDPOINT), Settings())
    assert outlook.view().jumps("10.0.0.4") != ()
    Path(tmp_path / ".ssh" / "config").write_text("")
    assert outlook.view().jumps("10.0.0.4") == ()


def test_a_file_that_is_named_and_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="can't be read"):
        jumps(ssh_config=str(tmp_path / "missing"))
