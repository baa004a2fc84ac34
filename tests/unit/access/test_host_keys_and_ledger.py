import dataclasses
import stat
import threading
from datetime import UTC, datetime

import pytest

from batchtui.access.hosts import HostKeys
from batchtui.access.keys import LoginKey, generate_password
from batchtui.access.ledger import Became, Change, Ledger, LedgerEntry
from batchtui.access.node_identity import NodeIdentity
from batchtui.errors import ConfigError, HostKeyError

NODE = NodeIdentity("acct", "https://a.b", "render", "tvm_1", datetime(2026, 1, 2, tzinfo=UTC))
LATER = dataclasses.replace(NODE, allocation=datetime(2026, 1, 3, tzinfo=UTC))
ENTRY = LedgerEntry(
    "acct",
    "https://a.b",
    "render",
    "tvm_1",
    "op-me",
    admin=True,
    expires=datetime(2026, 1, 3, tzinfo=UTC),
    added=datetime(2026, 1, 2, tzinfo=UTC),
    how="key",
)


@pytest.fixture(scope="module")
def keys():
    return [LoginKey.generate("ed25519") for _ in range(2)]


@pytest.fixture(params=["file", "memory"])
def path(request, tmp_path):
    return tmp_path / "data" / "kept.json" if request.param == "file" else None


def test_a_host_key_is_trusted_once_per_allocation(path, keys):
    first, second = (key.pkey for key in keys)
    hosts = HostKeys(path)
    assert hosts.check(NODE, first) is True
    assert hosts.check(NODE, first) is False
    with pytest.raises(HostKeyError) as refused:
        hosts.check(NODE, second)
    assert keys[0].fingerprint in refused.value.message
    assert keys[1].fingerprint in refused.value.message
    assert hosts.check(NODE, first) is False, "a refused key isn't kept"
    assert hosts.check(LATER, second) is True
    with pytest.raises(HostKeyError):
        hosts.check(LATER, first)
    other = dataclasses.replace(NODE, node="tvm_2")
    assert hosts.check(other, second) is True
    shouted = dataclasses.replace(LATER, pool="RENDER")
    assert hosts.check(shouted, second) is False


def test_an_unknown_allocation_is_not_a_new_one(path, keys):
    hosts = HostKeys(path)
    hosts.check(NODE, keys[0].pkey)
    with pytest.raises(HostKeyError):
        hosts.check(dataclasses.replace(NODE, allocation=None), keys[1].pkey)


def test_host_keys_outlive_the_program(tmp_path, keys):
    path = tmp_path / "new" / "host_keys.json"
    HostKeys(path).check(NODE, keys[0].pkey)
    assert HostKeys(path).check(NODE, keys[0].pkey) is False
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_known_key_that_can_not_be_read_is_still_a_change(tmp_path, keys):
    path = tmp_path / "host_keys.json"
    HostKeys(path).check(NODE, keys[0].pkey)
    path.write_text(path.read_text().replace("ssh-ed25519 ", "ssh-ed25519 ?"))
    with pytest.raises(HostKeyError, match="one that can't be read"):
        HostKeys(path).check(NODE, keys[0].pkey)


def became(ledger, became, *entries):
    ledger.write([Change(entry, became) for entry in entries])


def kept(ledger):
    return ledger.entries("acct", "https://a.b")


def test_the_ledger_knows_who_was_added_where(path):
    ledger = Ledger(path)
    assert kept(ledger) == []
    longer = dataclasses.replace(ENTRY, expires=None, how="password")
    other = dataclasses.replace(ENTRY, user="else")
    elsewhere = dataclasses.replace(ENTRY, account="not-mine")
    became(ledger, Became.ADDED, ENTRY, longer, other, elsewhere)
    assert kept(ledger) == [longer, other]
    became(ledger, Became.REMOVED, dataclasses.replace(ENTRY, pool="Render"))
    assert kept(ledger) == [other]


def test_a_user_that_was_asked_for_is_known_until_it_was_refused(path):
    ledger, unsure = Ledger(path), dataclasses.replace(ENTRY, sure=False)
    became(ledger, Became.BEGUN, ENTRY)
    assert kept(ledger) == [unsure]
    # Another try, later: what became of the first one isn't known by its answer.
    later = dataclasses.replace(ENTRY, added=datetime(2026, 1, 5, tzinfo=UTC))
    became(ledger, Became.BEGUN, later)
    became(ledger, Became.REFUSED, later)
    assert kept(ledger) == [unsure]
    became(ledger, Became.BEGUN, later)
    became(ledger, Became.ADDED, later)
    assert kept(ledger) == [later]
    became(ledger, Became.BEGUN, ENTRY)
    assert kept(ledger) == [unsure]
    became(ledger, Became.REFUSED, ENTRY)
    assert kept(ledger) == [later]


def test_a_user_that_is_replaced_stays_what_it_was(path):
    ledger = Ledger(path)
    ordinary = dataclasses.replace(ENTRY, admin=False)
    became(ledger, Became.ADDED, ordinary)
    became(ledger, Became.BEGUN, ENTRY)
    became(ledger, Became.REPLACED, dataclasses.replace(ENTRY, how="password"))
    assert kept(ledger) == [dataclasses.replace(ordinary, how="password")]


def test_a_ledger_of_before_is_read(tmp_path):
    path = tmp_path / "users.json"
    became(Ledger(path), Became.ADDED, ENTRY)
    path.write_text(path.read_text().replace(', "sure": true', ""))
    assert kept(Ledger(path)) == [ENTRY]


def test_several_runs_share_one_ledger(tmp_path):
    path = tmp_path / "users.json"

    def record(who):
        ledger = Ledger(path)
        for number in range(20):
            became(ledger, Became.ADDED, dataclasses.replace(ENTRY, user=f"{who}-{number}"))

    threads = [threading.Thread(target=record, args=(who,)) for who in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Ledger(path).entries("acct", "https://a.b")) == 60


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"version": 1,\n "rows": [}', "line 2"),
        ("[]", "no list of rows"),
        ('{"rows": [1], "version": 1}', "no list of rows"),
        ('{"rows": [], "version": 2}', "another version"),
    ],
)
def test_a_broken_file_is_named_and_left_alone(tmp_path, keys, text, why):
    path = tmp_path / "kept.json"
    path.write_text(text)
    for use in (
        lambda: Ledger(path).entries("acct", "https://a.b"),
        lambda: became(Ledger(path), Became.ADDED, ENTRY),
        lambda: HostKeys(path).check(NODE, keys[0].pkey),
    ):
        with pytest.raises(ConfigError, match=why) as refused:
            use()
        assert str(path) in refused.value.message
        assert "move it away" in refused.value.advice
    assert path.read_text() == text


def test_a_row_without_its_times_is_named(tmp_path):
    path = tmp_path / "users.json"
    became(Ledger(path), Became.ADDED, ENTRY)
    path.write_text(path.read_text().replace('"added"', '"addd"'))
    with pytest.raises(ConfigError, match="added"):
        Ledger(path).entries("acct", "https://a.b")


def test_login_keys_are_lines_that_openssh_reads():
    key = LoginKey.generate("ed25519", comment="me@here")
    kind, _body, comment = key.public_line.split(" ")
    assert (kind, comment) == ("ssh-ed25519", "me@here")
    assert key.fingerprint.startswith("SHA256:")
    assert "pkey" not in repr(key)
    rsa = LoginKey.generate()
    assert rsa.public_line.startswith("ssh-rsa AAAA")
    assert rsa.pkey.get_bits() == 3072


def test_passwords_are_long_mixed_and_readable():
    made = {generate_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert len(password) >= 20
        assert not set(password) & set("0O1lI")
        assert any(char.isupper() for char in password)
        assert any(char.islower() for char in password)
        assert any(char.isdigit() for char in password)
        assert not password.isalnum()
