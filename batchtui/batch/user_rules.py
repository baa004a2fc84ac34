"""What the name, password and public key of a user on a node have to be. Pure."""

import re
from base64 import b64decode
from binascii import Error as NotBase64Error
from collections.abc import Iterator

# What useradd takes (source: shadow's useradd(8)), and SAM account names of Windows.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_LONGEST_NAME = {False: 32, True: 20}

# Azure's rules for passwords of administrators, and of Windows, which its nodes hold users to
# (source: Azure Compute, OSProfile.adminPassword; Windows, "Password must meet complexity
# requirements").
_SHORTEST = 8
_LONGEST = {False: 72, True: 123}
_KINDS = {
    "a lower-case letter": "[a-z]",
    "an upper-case letter": "[A-Z]",
    "a digit": "[0-9]",
    "another character": r"[^A-Za-z0-9\s]",
}
_NEEDED_KINDS = 3
_TOO_WELL_KNOWN = frozenset({
    "abc@123", "p@$$w0rd", "p@ssw0rd", "p@ssword123", "pa$$word", "pass@word1", "password!",
    "password1", "password22", "iloveyou!",
})  # fmt: skip

_PUBLIC_KEY = re.compile(
    r"(ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)"
    r"|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) ([A-Za-z0-9+/=]+)(?: .*)?"
)
NO_KEY = "A line as in ~/.ssh/id_rsa.pub, or the path of such a file. RSA works everywhere."


def name_problem(name: str, *, windows: bool) -> str:
    """What is wrong with a user's name, or nothing."""
    if not _NAME.fullmatch(name):
        return "Letters, digits, - and _, not beginning with a digit."
    if len(name) > _LONGEST_NAME[windows]:
        system = "Windows" if windows else "Linux"
        return f"At most {_LONGEST_NAME[windows]} characters: that is what {system} takes."
    return ""


def password_problem(password: str, name: str, *, windows: bool) -> str:
    """Why a password is too weak, or not taken, or nothing."""
    return next(_problems(password, name, windows=windows), "")


def _problems(password: str, name: str, *, windows: bool) -> Iterator[str]:
    if len(password) < _SHORTEST:
        yield f"Too short: {_SHORTEST} characters at least."
    if len(password) > _LONGEST[windows]:
        yield f"Too long: at most {_LONGEST[windows]} characters."
    if not password.isprintable():
        yield "It has a character that can't be seen."
    if len(lacking := list(_lacking(password))) > len(_KINDS) - _NEEDED_KINDS:
        yield f"Too simple: {_NEEDED_KINDS} kinds of characters; it has not {_listed(lacking)}."
    if name and name.lower() in password.lower():
        yield "The user's name is in it."
    if password.lower() in _TOO_WELL_KNOWN:
        yield "Too well known: Azure refuses it."


def _lacking(password: str) -> Iterator[str]:
    return (kind for kind, pattern in _KINDS.items() if not re.search(pattern, password))


def _listed(kinds: list[str]) -> str:
    return ", ".join(kinds[:-1]) + f" nor {kinds[-1]}"


def public_key_problem(line: str) -> str:
    """What is wrong with a line that is to be a public key, or nothing."""
    if "PRIVATE KEY" in line:
        return "That is a private key, which never leaves this machine: take the .pub beside it."
    found = _PUBLIC_KEY.fullmatch(line)
    if not found:
        return NO_KEY
    return "" if _is_whole(found[1], found[2]) else f"The key isn't whole. {NO_KEY}"


def _is_whole(kind: str, encoded: str) -> bool:
    """Whether it is what it says, to its end (source: RFC 4253, 6.6: length and bytes, again)."""
    try:
        data = b64decode(encoded, validate=True)
    except NotBase64Error:
        return False
    place, parts = 0, []
    while place < len(data):
        end = place + 4 + int.from_bytes(data[place : place + 4])
        parts.append(data[place + 4 : end])
        place = end
    return place == len(data) and len(parts) > 1 and parts[0] == kind.encode()
