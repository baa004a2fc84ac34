"""The operator's own keys, as ssh-keygen writes them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from operators import Asked

from batchtui.access.attempt import GivenUpError
from batchtui.access.operator import Prompt
from batchtui.access.ssh.key_files import own_key, read_key_file
from batchtui.errors import LoginKeyError

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")
PASSPHRASE = "made-up phräse"


def keygen(path, *options, passphrase=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    command = ["ssh-keygen", "-q", "-C", "me@here", "-N", passphrase, "-f", path, *options]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return path


def public_line(path):
    return path.with_name(path.name + ".pub").read_text().split()[:2]


def nobody(question):
    pytest.fail(f"asked for {question}")


@pytest.mark.parametrize(
    "options",
    [
        ("-t", "rsa", "-b", "2048"),
        ("-t", "ed25519"),
        ("-t", "ecdsa"),
        ("-t", "rsa", "-b", "2048", "-m", "PEM"),
        ("-t", "ecdsa", "-m", "PKCS8"),
    ],
)
def test_a_key_of_any_format(tmp_path, options):
    path = keygen(tmp_path / "key", *options)
    assert read_key_file(path, nobody).public_line.split() == [*public_line(path), "key"]
    locked = keygen(tmp_path / "locked", *options, passphrase=PASSPHRASE)
    asked = Asked(["wrong"], [""], [PASSPHRASE])
    assert read_key_file(locked, asked).public_line.split()[:2] == public_line(locked)
    first, second, _third = asked.questions
    assert (first.title, first.prompts) == (f"The key {locked}", (Prompt("Passphrase:"),))
    assert "wasn't its passphrase" in second.text


def test_a_wrong_passphrase_is_a_sentence(tmp_path):
    path = keygen(tmp_path / "key", "-t", "ed25519", passphrase=PASSPHRASE)
    with pytest.raises(
        LoginKeyError, match=r"The passphrase of the key .*key was wrong"
    ) as refused:
        read_key_file(path, Asked(*[["hunter2"]] * 3))
    assert "hunter2" not in str(refused.value)
    with pytest.raises(GivenUpError):
        read_key_file(path, Asked(None))


def test_a_file_that_others_may_read_is_a_sentence(tmp_path):
    path = keygen(tmp_path / "key", "-t", "ed25519")
    path.chmod(0o644)
    with pytest.raises(LoginKeyError, match=r"Others on this machine.*mode 0644") as refused:
        read_key_file(path, nobody)
    assert f"chmod 600 {path}" in refused.value.advice


def test_a_file_that_is_missing_or_unreadable_is_a_sentence(tmp_path):
    with pytest.raises(LoginKeyError, match="There is no key file") as refused:
        read_key_file(tmp_path / "none", nobody)
    assert "settings.toml" in refused.value.advice
    with pytest.raises(LoginKeyError, match="can't be read: Is a directory"):
        read_key_file(tmp_path, nobody)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n%%\n",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        "ssh-rsa AAAA me\n",
    ],
)
def test_what_is_no_key_is_a_sentence(tmp_path, text):
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(LoginKeyError, match="holds no private key") as refused:
        read_key_file(path, nobody)
    assert "puttygen" in refused.value.advice


def test_the_first_own_key_that_can_be_used_is_taken():
    folder = Path.home() / ".ssh"
    with pytest.raises(LoginKeyError, match="There is no key in"):
        own_key(nobody)
    later = keygen(folder / "id_ed25519", "-t", "ed25519")
    assert own_key(nobody).public_line.split()[:2] == public_line(later)
    (folder / "id_rsa").touch(0o600)
    assert own_key(nobody).public_line.split()[:2] == public_line(later)
    first = keygen(folder / "id_ecdsa", "-t", "ecdsa", passphrase=PASSPHRASE)
    assert own_key(Asked([PASSPHRASE])).public_line.split()[:2] == public_line(first)
    later.unlink()
    first.unlink()
    with pytest.raises(LoginKeyError, match="id_rsa holds no private key"):
        own_key(nobody)
