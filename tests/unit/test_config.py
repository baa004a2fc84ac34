import pytest

from batchtui.config import Settings, default_node_user
from batchtui.errors import ConfigError


def written(tmp_path, text):
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_means_the_defaults(tmp_path):
    assert Settings.load(tmp_path / "none.toml") == Settings()


def test_settings_are_read(tmp_path):
    found = Settings.load(written(tmp_path, 'theme = "batchtui-light"\nrefresh_seconds = 0\n'))
    assert (found.theme, found.refresh_seconds) == ("batchtui-light", 0.0)


@pytest.mark.parametrize("key", ["keyring", "run", "agent", "own", "~/.ssh/work", "/keys/id"])
def test_the_login_key_is_one_of_some_or_a_file(tmp_path, key):
    assert Settings.load(written(tmp_path, f'login_key = "{key}"\n')).login_key == key


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme = x", "line 1"),
        ("colour = 1", "no setting 'colour'"),
        ("refresh_seconds = true", "must be a number"),
        ("refresh_seconds = 0.1", "at least 1"),
        ("node_user_days = 0", "at least 1"),
        ('read_only = "yes"', "must be true or false"),
        ('login_key = "keyrng"', "keyring, run, agent, own or the path of a private key"),
        ('login_key = "id_rsa"', "whole or beginning with ~"),
        ('login_key_type = "dsa"', "must be rsa or ed25519"),
        ('jump = "a b"', "jump must be a chain of jump hosts, or none: 'a b' is no jump host"),
        ('ssh_config = "config"', "ssh_config must be none or the path of a file"),
        ("forward_agent = 1", "must be true or false"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, said):
    path = written(tmp_path, text)
    with pytest.raises(ConfigError, match=said) as caught:
        Settings.load(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("ssh", "tmux", "tmux"),
        ("node_user_days", "7", 7),
        ("refresh_seconds", "2", 2.0),
        ("forward_agent", "TRUE", True),
        ("login_key", "~/.ssh/id_work", "~/.ssh/id_work"),
    ],
)
def test_one_setting_is_changed_as_it_is_typed(name, text, value):
    assert getattr(Settings().changed(name, text), name) == value


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("colour", "red", "no setting 'colour'"),
        ("ssh", "putty", "one of builtin, system, tmux"),
        ("node_user_days", "seven", "must be a whole number"),
        ("node_user_days", "", "must be a whole number"),
        ("forward_agent", "yes", "must be true or false"),
    ],
)
def test_what_cant_be_typed_is_told(name, text, said):
    with pytest.raises(ConfigError, match=said):
        Settings().changed(name, text)


@pytest.mark.parametrize(
    ("login", "user"),
    [("alice", "op-alice"), ("DOMAIN\\Bob Ü", "op-domainbob"), ("x" * 40, "op-" + "x" * 17)],
)
def test_the_node_user_names_the_operator(monkeypatch, login, user):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, login)
    assert default_node_user() == user
    assert len(user) <= 20


def test_jump_hosts_are_a_chain_or_none(tmp_path):
    text = 'jump = "me@bastion:2222,inner"\nssh_config = "~/other"\n'
    settings = Settings.load(written(tmp_path, text))
    assert (settings.jump, settings.ssh_config) == ("me@bastion:2222,inner", "~/other")
    assert Settings.load(written(tmp_path, 'jump = "none"\nssh_config = "none"\n')).jump == "none"
    assert Settings.load(written(tmp_path, 'jump = ""\n')).jump == ""
