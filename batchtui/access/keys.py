"""Login keys and passwords, made in memory."""

import io
import secrets
from dataclasses import dataclass, field
from typing import Literal

import paramiko
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

# Several Azure services long refused ed25519; RSA of this size is taken by all of them
# (source: SERVICE.md, trap 9).
_RSA_BITS = 3072

_LENGTH = 24
# No 0 and O, 1, l and I: passwords are read from one screen and typed into another. No
# characters that a shell or a form would treat in its own way.
_CLASSES = ("abcdefghijkmnopqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-_.+=")


@dataclass(frozen=True, slots=True)
class LoginKey:
    """A key pair for logging in to nodes, in memory only."""

    kind: Literal["rsa", "ed25519"]
    comment: str
    pkey: paramiko.PKey = field(repr=False)

    @classmethod
    def generate(
        cls, kind: Literal["rsa", "ed25519"] = "rsa", comment: str = "batchtui"
    ) -> "LoginKey":
        """A new pair; RSA takes from a tenth of a second to a second or more."""
        make = _ed25519 if kind == "ed25519" else _rsa
        return cls(kind, comment, make())

    @property
    def public_line(self) -> str:
        """The public key as an OpenSSH line: `ssh-rsa AAAA... comment`."""
        return f"{self.pkey.get_name()} {self.pkey.get_base64()} {self.comment}".rstrip()

    @property
    def fingerprint(self) -> str:
        """What identifies the key, as OpenSSH writes it: `SHA256:...`."""
        return str(self.pkey.fingerprint)


def generate_password() -> str:
    """A password of 24 characters of four classes, easy to tell apart when read."""
    while True:
        password = "".join(secrets.choice("".join(_CLASSES)) for _ in range(_LENGTH))
        # A dash in front looks like an option to some programs.
        if password[0].isalnum() and all(set(password) & set(each) for each in _CLASSES):
            return password


def _rsa() -> paramiko.PKey:
    return paramiko.RSAKey.generate(_RSA_BITS)


def _ed25519() -> paramiko.PKey:
    # paramiko can't make one, only read one.
    made = Ed25519PrivateKey.generate()
    text = made.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    return paramiko.Ed25519Key(file_obj=io.StringIO(text))
