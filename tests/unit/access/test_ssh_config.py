import getpass
from pathlib import Path

import pytest

from batchtui.access.ssh.config import SshConfig
from batchtui.errors import ConfigError
from batchtui.jumps import JumpHost, parse_jumps


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    return tmp_path / ".ssh"


def config(home, text, **files):
    (home / "config").write_text(text)
    for name, content in files.items():
        (home / name).write_text(content)
    return SshConfig.load(system=home / "system")


def hop(found, name="bastion"):
    return found.chain(parse_jumps(name))[-1]


def user_of(home, text, name="bastion", **files):
    return hop(config(home, text, **files), name).user


def test_without_files_a_jump_host_is_as_it_is_written(home):
    found = hop(SshConfig.load(system=home / "none"), "me@bastion:2222")
    assert (found.host, found.port, found.user) == ("bastion", 2222, "me")
    assert found.host_key_name == "[bastion]:2222"
    assert found.known_hosts[0] == home / "known_hosts"
    assert home / "id_ed25519" in found.identities
    plain = hop(SshConfig.load(system=home / "none"))
    assert (plain.port, plain.user, plain.strict) == (22, getpass.getuser(), False)


def test_a_block_completes_a_jump_host(home):
    found = hop(
        config(
            home,
            """
            Host bastion
              HostName = 20.1.2.3   # the new one
              Port 2222
              User "carol"
              IdentityFile "~/.ssh/of work"
              IdentityFile ~/.ssh/other
              IdentitiesOnly yes
              IdentityAgent none
              UserKnownHostsFile ~/.ssh/a ~/.ssh/b
              GlobalKnownHostsFile none
              HostKeyAlias the-bastion
              StrictHostKeyChecking yes
            """,
        )
    )
    assert (found.name, found.host, found.port, found.user) == (
        "bastion",
        "20.1.2.3",
        2222,
        "carol",
    )
    assert found.identities == (home / "of work", home / "other")
    assert found.known_hosts == (home / "a", home / "b")
    assert (found.identities_only, found.agent, found.strict) == (True, "none", True)
    assert found.host_key_name == "the-bastion"
    assert found.spec == "carol@bastion:2222"


def test_what_is_written_goes_before_the_file(home):
    text = "Host bastion\n User carol\n Port 2222\n"
    found = hop(config(home, text), "dave@bastion:22")
    assert (found.user, found.port) == ("dave", 22)


def test_proxyjump_leads_to_nodes_and_to_jump_hosts(home):
    found = config(
        home,
        """
        Host 10.0.*
          ProxyJump inner
        Host inner
          ProxyJump eve@outer:2200
        Host direct
          ProxyJump none
        """,
    )
    assert found.jumps_to("10.0.0.4") == (JumpHost("inner"),)
    assert [each.name for each in found.chain(found.jumps_to("10.0.0.4"))] == ["outer", "inner"]
    assert found.jumps_to("20.1.2.3") == found.jumps_to("direct") == ()
    # Only the first one is reached from here.
    assert [each.name for each in found.chain(parse_jumps("a,inner"))] == ["a", "inner"]


@pytest.mark.parametrize(
    "text",
    [
        "Host *\n ProxyJump bastion\n",
        "Host bastion\n ProxyJump b\nHost b\n ProxyJump bastion\n",
    ],
)
def test_a_chain_that_goes_in_circles_is_refused(home, text):
    with pytest.raises(ConfigError, match="come through"):
        hop(config(home, text))


def test_files_are_included_where_it_says_so(home):
    text = "Include conf.* missing\nHost bastion\n User late\n Port 2200\n"
    found = config(home, text, **{"conf.a": "Host bastion\n User carol\n"})
    assert (hop(found).user, hop(found).port) == ("carol", 2200)
    assert found.notes == ()
    inside = "Host other\n Include one\n User x\nHost bastion\n Include one\n"
    assert user_of(home, inside, one="User carol\n") == "carol"


def test_the_block_goes_on_behind_what_was_included(home):
    text = "Include one\nUser carol\n"
    assert user_of(home, text, one="Host other\n User dave\n") == "carol"


def test_an_include_that_can_not_be_followed_is_told(home):
    found = config(home, "Host b*\n Include one\n User carol\n", one="Host bastion\n User x\n")
    assert hop(found).user == "carol"
    what = f"{home}/one has blocks of its own within a block, so it is left out."
    assert found.notes == (f"{home}/config, line 2: {what}",)
    endless = config(home, "Include config\nUser carol\n")
    assert hop(endless).user == "carol"
    assert "too deeply" in endless.notes[0]


@pytest.mark.parametrize(
    "match",
    ["host bastion", "Host=bastion", "HOST a,bastion", "all", "!host other", "originalhost b*",
     "final host bastion", f"localuser {getpass.getuser()}"],
)  # fmt: skip
def test_match_is_followed(home, match):
    assert user_of(home, f"Match {match}\n User carol\n") == "carol"


@pytest.mark.parametrize(
    "match",
    ["exec true", "host bastion exec true", "!exec false", "localnetwork 0.0.0.0/0", "tagged x",
     "new-thing", "host", "all host bastion", "host 'bastion"],
)  # fmt: skip
def test_conditions_that_are_not_known_leave_the_block_out_and_are_told(home, match):
    found = config(home, f"Match {match}\n User dave\nHost bastion\n User carol\n")
    assert hop(found).user == "carol"
    assert found.notes[0].startswith(f"{home}/config, line 1: ")
    assert "left out" in found.notes[0]


def test_a_block_that_is_left_out_is_told_only_if_it_is_missed(home):
    text = "Match exec true\n ForwardX11 yes\nMatch exec true\n ProxyJump a\n User b\n"
    [note] = config(home, text).notes
    assert note.startswith(f"{home}/config, line 3: ")


def test_lines_that_say_nothing_are_told(home):
    found = config(home, "User\n\n# comment\nHost bastion\n User carol\n")
    assert (hop(found).user, len(found.notes)) == ("carol", 1)
    assert "line 1: 'User' says nothing" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Host bastion\n Port many\n", "is no port"),
        ("Host bastion\n ProxyCommand nc %h %p\n", "ProxyCommand"),
        ("CanonicalizeHostname yes\n", "can't be followed for bastion"),
        ("CanonicalizeMaxDots x\n", "can't be followed for bastion"),
        ("Host bastion\n ProxyJump a b\n", "is no jump host"),
        ("Host bastion\n HostName a b\n", "'a b' is no host, which bastion is said to be"),
    ],
)
def test_what_can_not_be_followed_is_an_error_in_words(home, text, why):
    with pytest.raises(ConfigError, match=why):
        hop(config(home, text))


def test_the_system_s_file_comes_after_the_operator_s(home):
    system = home / "system"
    system.write_text("Include sub\nHost *\n User everybody\n Port 2200\n")
    (home / "sub").write_text("Host *\n HostName 20.1.2.3\n")
    found = hop(config(home, "Host bastion\n User carol\n"))
    assert (found.user, found.port, found.host) == ("carol", 2200, "20.1.2.3")


def test_a_setting_names_another_file_or_none(home, tmp_path):
    (home / "config").write_text("User dave\n")
    other = tmp_path / "other"
    other.write_text("Include in-home\nPort 2200\n")
    (home / "in-home").write_text("User carol\n")
    assert (hop(SshConfig.load("~/other")).user, hop(SshConfig.load("~/other")).port) == (
        "carol",
        2200,
    )
    assert hop(SshConfig.load("none")).user == getpass.getuser()
    with pytest.raises(ConfigError, match="can't be read"):
        SshConfig.load(str(Path("~/missing")))


def test_bytes_that_are_no_name_are_an_error_in_words(home):
    (home / "config").write_bytes(b"Host bastion\n HostName \xff\n")
    with pytest.raises(ConfigError, match="is no host"):
        hop(SshConfig.load(system=home / "none"))


def test_bytes_that_are_no_text_end_nothing(home):
    (home / "config").write_bytes(b"Host bastion\n User carol\n# \xff\xfe\n IdentityFile \xff\n")
    assert hop(SshConfig.load(system=home / "none")).user == "carol"
