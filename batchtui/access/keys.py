"""Login keys and passwords, made in memory."""

import io
import secrets
from dataclasses import dataclass, field
from typing import Literal

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_ssh_private_key,
)

KeyType = Literal["rsa", "ed25519"]
PrivateKey = RSAPrivateKey | Ed25519PrivateKey | EllipticCurvePrivateKey

# Several Azure services long refused ed25519; RSA of this size is taken by all of them
# (source: SERVICE.md, trap 9).
_RSA_BITS = 3072
_EXPONENT = 65537

_LENGTH = 24
# No 0 and O, 1, l and I: passwords are read from one screen and typed into another. No
# characters that a shell or a form would treat in its own way.
_CLASSES = ("abcdefghijkmnopqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-_.+=")


@dataclass(frozen=True, slots=True)
class LoginKey:
    """A key pair for logging in to nodes: in memory only, or in an agent."""

    comment: str
    pkey: paramiko.PKey = field(repr=False)
    private: str = field(repr=False, default="")  # as OpenSSH's PEM, where we have it

    @classmethod
    def generate(cls, kind: KeyType = "rsa", comment: str = "batchtui") -> "LoginKey":
        """A new pair; RSA takes from a tenth of a second to a second or more."""
        return cls.read(generate_private(kind), comment)

    @classmethod
    def read(cls, private: str, comment: str = "batchtui") -> "LoginKey":
        """A pair from OpenSSH's PEM without a passphrase; ValueError if that holds none."""
        try:
            loaded = load_ssh_private_key(private.encode(), None)
        except (UnsupportedAlgorithm, TypeError) as error:
            raise ValueError(str(error)) from None
        pkey = _KINDS[_kind(loaded)].from_private_key(io.StringIO(private))
        return cls(comment, pkey, private)

    @property
    def public_line(self) -> str:
        """The public key as an OpenSSH line: `ssh-rsa AAAA... comment`."""
        # A comment may be anything: here it must not end the line.
        comment = " ".join(self.comment.split())
        return f"{self.pkey.get_name()} {self.pkey.get_base64()} {comment}".rstrip()

    @property
    def fingerprint(self) -> str:
        """What identifies the key, as OpenSSH writes it: `SHA256:...`."""
        return str(self.pkey.fingerprint)


def generate_private(kind: KeyType) -> str:
    """A new private key as OpenSSH's PEM, without a passphrase."""
    if kind == "ed25519":
        return openssh_text(Ed25519PrivateKey.generate())
    return openssh_text(generate_private_key(_EXPONENT, _RSA_BITS))


def openssh_text(key: PrivateKey) -> str:
    """A private key as OpenSSH's PEM, without a passphrase."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()


def generate_password() -> str:
    """A password of 24 characters of four classes, easy to tell apart when read."""
    while True:
        password = "".join(secrets.choice("".join(_CLASSES)) for _ in range(_LENGTH))
        # A dash in front looks like an option to some programs.
        if password[0].isalnum() and all(set(password) & set(each) for each in _CLASSES):
            return password


_KINDS: dict[type, type[paramiko.PKey]] = {
    RSAPrivateKey: paramiko.RSAKey,
    Ed25519PrivateKey: paramiko.Ed25519Key,
    EllipticCurvePrivateKey: paramiko.ECDSAKey,
}


def _kind(loaded: object) -> type:
    for kind in _KINDS:
        if isinstance(loaded, kind):
            return kind
    raise ValueError(type(loaded).__name__)
