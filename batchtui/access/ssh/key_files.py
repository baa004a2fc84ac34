"""Private keys in files: the operator's own."""

import base64
import os
import stat
import sys
from pathlib import Path

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_ssh_private_key,
)

from batchtui.access.keys import LoginKey, PrivateKey, openssh_text
from batchtui.access.operator import Ask, Prompt, Question
from batchtui.access.ssh.agent import agent_keys, held_by_agent
from batchtui.errors import LoginKeyError

# In the order of OpenSSH's client; those of security keys (sk) can be used through an agent.
_OWN = ("id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk")
_TRIES = 3  # as many as OpenSSH's client
_OTHERS = 0o077

_BEGIN, _END = b"-----BEGIN OPENSSH PRIVATE KEY-----", b"-----END OPENSSH PRIVATE KEY-----"
_MAGIC = b"openssh-key-v1\0"


def own_key(ask: Ask) -> LoginKey:
    """The first key of `~/.ssh` that can be used; LoginKeyError tells of the first that can't."""
    folder = Path.home() / ".ssh"
    failures: list[LoginKeyError] = []
    for path in (folder / name for name in _OWN):
        if path.exists():
            try:
                return read_key_file(path, ask)
            except LoginKeyError as error:
                failures.append(error)
    if failures:
        raise failures[0]
    raise LoginKeyError(
        f"There is no key in {folder}.", advice="`ssh-keygen` makes one; or set login_key."
    )


def read_key_file(path: Path, ask: Ask) -> LoginKey:
    """A private key, by the agent if that holds it, else with its passphrase if it has one.

    A public key (`.pub`) stands for the private one that the agent holds. Raises LoginKeyError.
    """
    if path.suffix == ".pub":
        return _by_agent(path)
    data = _read(path)
    if held := held_by_agent(_public_part(path, data)):
        return held
    _check_mode(path)
    private = _decrypted(path, data, ask)
    try:
        return LoginKey.read(private, comment=path.name)
    except (ValueError, paramiko.SSHException) as error:
        raise _of_unknown_kind(path) from error


def public_key(path: Path) -> bytes:
    """The public part of the key in a file, without a passphrase; nothing if it can't be told."""
    try:
        data = _read(path)
        return _public_line(data) if path.suffix == ".pub" else _public_part(path, data)
    except LoginKeyError:
        return b""


def _by_agent(path: Path) -> LoginKey:
    public = _public_line(_read(path))
    for key in agent_keys():
        if key.pkey.asbytes() == public:
            return key
    raise LoginKeyError(
        f"The ssh-agent doesn't hold the key of {path}.", advice="Add it with `ssh-add`."
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise LoginKeyError(
            f"There is no key file {path}.", advice="Correct login_key in settings.toml."
        ) from None
    except OSError as error:
        raise LoginKeyError(f"The key file {path} can't be read: {error.strerror}.") from error


def _check_mode(path: Path) -> None:
    """OpenSSH's rule: nobody else may read a private key."""
    if sys.platform == "win32":
        return
    found = path.stat()
    if found.st_uid == os.getuid() and found.st_mode & _OTHERS:
        raise LoginKeyError(
            f"Others on this machine may read or write the key file {path} "
            f"(mode {stat.S_IMODE(found.st_mode):04o}).",
            advice=f"Keep it to yourself: `chmod 600 {path}`.",
        )


def _decrypted(path: Path, data: bytes, ask: Ask) -> str:
    """The private key as OpenSSH's PEM, without a passphrase."""
    try:
        return _loaded(data, None)
    except TypeError:
        pass  # it has a passphrase
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _of_unknown_kind(path) from error
    remark = ""
    for _try in range(_TRIES):
        [passphrase] = ask(Question(f"The key {path}", (Prompt("Passphrase:"),), remark))
        try:
            return _loaded(data, passphrase.encode())
        except (ValueError, TypeError):
            remark = "That wasn't its passphrase."
        except UnsupportedAlgorithm as error:
            raise _of_unknown_kind(path) from error
    raise LoginKeyError(
        f"The passphrase of the key {path} was wrong.",
        advice="`ssh-keygen -y -f` with the file tells whether one is right.",
    )


def _loaded(data: bytes, passphrase: bytes | None) -> str:
    """TypeError says that there is a passphrase, ValueError that it or the file is wrong."""
    load = load_ssh_private_key if _BEGIN in data else load_pem_private_key
    key = load(data, passphrase)
    if not isinstance(key, PrivateKey):
        raise UnsupportedAlgorithm(type(key).__name__)
    return openssh_text(key)


def _of_unknown_kind(path: Path) -> LoginKeyError:
    return LoginKeyError(
        f"The file {path} holds no private key of a kind that can be used here.",
        advice="RSA, ECDSA and ed25519 can, as OpenSSH or PEM; PuTTY's are converted by "
        "`puttygen KEY -O private-openssh`, those of security keys used through an ssh-agent.",
    )


def _public_part(path: Path, data: bytes) -> bytes:
    """The public key, without a passphrase: of the file itself, or of the one beside it."""
    if _BEGIN in data:
        try:
            packed = base64.b64decode(data.split(_BEGIN)[1].split(_END)[0])
        except ValueError:
            return b""
        message = paramiko.Message(packed.removeprefix(_MAGIC))
        for _cipher_kdf_options in range(3):
            message.get_binary()
        message.get_int()  # how many keys: always 1
        return message.get_binary()
    beside = path.with_name(path.name + ".pub")
    return _public_line(beside.read_bytes()) if beside.is_file() else b""


def _public_line(data: bytes) -> bytes:
    """The key of a line such as `ssh-rsa AAAA... comment`, or nothing."""
    try:
        return base64.b64decode(data.split()[1])
    except (ValueError, IndexError):
        return b""
