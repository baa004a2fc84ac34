import base64
import hmac

import pytest

from batchtui.access.known_hosts import known_keys
from batchtui.errors import ConfigError

KEY = "ssh-ed25519 AAAA"


def hashed(name):
    salt = b"0123456789abcdefghij"
    digest = hmac.digest(salt, name.encode(), "sha1")
    return "|1|" + "|".join(base64.b64encode(each).decode() for each in (salt, digest))


@pytest.mark.parametrize(
    ("patterns", "name"),
    [
        ("bastion", "bastion"),
        ("Bastion", "bASTION"),
        ("a,bastion", "bastion"),
        ("*.example.com", "b.example.com"),
        ("10.0.0.?", "10.0.0.4"),
        ("[bastion]:2222", "[bastion]:2222"),
        (hashed("bastion"), "bastion"),
        (hashed("[bastion]:2222"), "[bastion]:2222"),
    ],
)
def test_a_line_is_for_the_hosts_that_it_names(tmp_path, patterns, name):
    path = tmp_path / "known_hosts"
    path.write_text(f"# comment\n\n{patterns} {KEY} a comment\n")
    [found] = known_keys([path], name)
    assert (found.line, found.revoked) == (KEY, False)
    assert found.where == f"{path}, line 3"


@pytest.mark.parametrize(
    "line",
    [
        f"other {KEY}",
        f"*,!bastion {KEY}",
        f"[bastion]:2222 {KEY}",
        f"{hashed('other')} {KEY}",
        f"|1|broken {KEY}",
        f"|1|?|? {KEY}",
        f"#bastion {KEY}",
        f"@cert-authority bastion {KEY}",
        "bastion ssh-ed25519",
        "@revoked",
        "\x00\x01",
    ],
)
def test_other_lines_are_not(tmp_path, line):
    path = tmp_path / "known_hosts"
    path.write_text(line + "\n")
    assert known_keys([path], "bastion") == []


def test_revoked_keys_are_told_apart(tmp_path):
    path = tmp_path / "known_hosts"
    path.write_text(f"@revoked * {KEY}\n")
    assert [key.revoked for key in known_keys([path], "bastion")] == [True]


def test_files_that_are_not_there_have_no_keys_and_broken_ones_say_so(tmp_path):
    assert known_keys([tmp_path / "none"], "bastion") == []
    with pytest.raises(ConfigError, match="can't be read"):
        known_keys([tmp_path], "bastion")
