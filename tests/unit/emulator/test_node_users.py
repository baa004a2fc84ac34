"""Users of nodes: what the service takes, and until when they may log in."""

from datetime import UTC, datetime, timedelta

import pytest

from batchtui.emulator.bodies.user import new_user, replaced_user
from batchtui.emulator.errors import BatchError

NOW = datetime(2026, 5, 3, 14, 30, tzinfo=UTC)
STRONG = "Correct-Horse-7"  # made up here
KEYS = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFYkiMk4ugdTKvbpOcpvXG8zdLZmTxkyxQxJzYMAcsmh",
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDEabc+/= me@home, sweet home",
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAI key",
    "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t",
]


def user(*, windows=False, **body):
    return new_user({"name": "eve", "password": STRONG} | body, NOW, windows=windows)


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        (None, datetime(2026, 5, 5, tzinfo=UTC)),
        ("2026-05-03T15:00:00Z", datetime(2026, 5, 4, tzinfo=UTC)),
        ("2026-05-06T00:00:00Z", datetime(2026, 5, 6, tzinfo=UTC)),
        ("2026-05-05T23:30:00-02:00", datetime(2026, 5, 7, tzinfo=UTC)),
        ("9999-12-31T12:00:00Z", datetime(9999, 12, 31, 12, tzinfo=UTC)),
    ],
)
def test_linux_lets_users_in_until_the_end_of_a_day(asked, until):
    assert user(expiryTime=asked).expiry == until


def test_windows_is_exact():
    assert user(windows=True).expiry == NOW + timedelta(days=1)
    soon = user(windows=True, expiryTime="2026-05-03T15:00:00Z").expiry
    assert soon == NOW + timedelta(minutes=30)


@pytest.mark.parametrize("key", KEYS)
def test_keys_are_lines_of_openssh(key):
    assert user(sshPublicKey=f"{key}\n").public_key == key


@pytest.mark.parametrize(
    "key", ["AAAAC3NzaC1lZDI1NTE5AAAA", "ssh-rsa", "ssh-rsa AA", f"{KEYS[0]}\nx"]
)
def test_what_is_no_line_of_openssh_is_refused(key):
    with pytest.raises(BatchError, match="InvalidPropertyValue"):
        user(sshPublicKey=key)


@pytest.mark.parametrize("password", ["", "aB3!x", "onlyletters", "onlyLETTERS", "Eve-Likes-7"])
def test_windows_wants_passwords_by_its_policy(password):
    with pytest.raises(BatchError, match=r"Invalid|Missing"):
        user(windows=True, password=password)
    assert user(windows=True).password == STRONG


def test_windows_names_are_short():
    assert user(windows=True, name="n" * 20).name == "n" * 20
    with pytest.raises(BatchError, match="InvalidPropertyValue"):
        user(windows=True, name="n" * 21)


def test_replacing_takes_away_what_is_omitted():
    old = user(sshPublicKey=KEYS[0], isAdmin=True, expiryTime="2030-01-01T00:00:00Z")
    new = replaced_user({"sshPublicKey": KEYS[0]}, old, NOW, windows=False)
    assert (new.name, new.password, new.is_admin) == ("eve", "", True)
    assert new.expiry == datetime(2026, 5, 5, tzinfo=UTC)
    for body in ({"name": "eve", "password": STRONG}, {"isAdmin": False, "password": STRONG}):
        with pytest.raises(BatchError, match="InvalidRequestBody"):
            replaced_user(body, old, NOW, windows=False)
