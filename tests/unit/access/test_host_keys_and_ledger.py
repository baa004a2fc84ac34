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


def check(hosts, identity, key, host="20.1.2.3", port=50001, **how):
    return hosts.check(identity, key, host, port, **how)


def test_a_host_key_is_trusted_once_per_allocation(path, keys):
    first, second = (key.pkey for key in keys)
    hosts = HostKeys(path)
    assert check(hosts, NODE, first) == ""
    assert check(hosts, NODE, first) == ""
    with pytest.raises(HostKeyError) as refused:
        check(hosts, NODE, second)
    assert keys[0].fingerprint in refused.value.message
    assert keys[1].fingerprint in refused.value.message
    assert "known-hosts --forget render/tvm_1" in refused.value.advice
    assert check(hosts, NODE, first) == "", "a refused key isn't kept"
    assert check(hosts, LATER, second) == ""
    with pytest.raises(HostKeyError):
        check(hosts, LATER, first)
    other = dataclasses.replace(NODE, node="tvm_2")
    assert check(hosts, other, second) == ""
    shouted = dataclasses.replace(LATER, pool="RENDER")
    assert check(hosts, shouted, second) == ""
    with pytest.raises(HostKeyError):
        check(hosts, shouted, first)


def test_an_unknown_allocation_is_not_a_new_one(path, keys):
    hosts = HostKeys(path)
    check(hosts, NODE, keys[0].pkey)
    with pytest.raises(HostKeyError):
        check(hosts, dataclasses.replace(NODE, allocation=None), keys[1].pkey)


def booted(hour, identity=NODE):
    when = datetime(2026, 1, 2, hour, tzinfo=UTC) if hour else None
    return dataclasses.replace(identity, booted=when)


def test_a_node_that_was_started_again_may_have_another_key_and_says_so(path, keys):
    first, second = (key.pkey for key in keys)
    hosts = HostKeys(path)
    check(hosts, booted(5), first)
    assert check(hosts, booted(6), first) == "", "a reboot, which keeps the key"
    with pytest.raises(HostKeyError, match="another host key") as refused:
        check(hosts, booted(6), second)
    assert "hasn't been started again since" in refused.value.advice
    said = check(hosts, booted(7), second)
    assert keys[1].fingerprint in said
    assert "started again" in said
    assert check(hosts, booted(7), second) == ""
    with pytest.raises(HostKeyError):
        check(hosts, booted(7), first)


@pytest.mark.parametrize(("before", "now"), [(0, 5), (5, 0), (6, 5), (0, 0)])
def test_a_start_that_is_not_known_to_be_later_explains_no_other_key(path, keys, before, now):
    hosts = HostKeys(path)
    check(hosts, booted(before), keys[0].pkey)
    with pytest.raises(HostKeyError):
        check(hosts, booted(now), keys[1].pkey)


def test_the_start_of_another_machine_explains_nothing(path, keys):
    first, second = (key.pkey for key in keys)
    hosts = HostKeys(path)
    check(hosts, booted(5), first)
    check(hosts, LATER, second)
    with pytest.raises(HostKeyError):
        check(hosts, booted(7, LATER), first)


def test_a_key_that_is_not_to_be_kept_yet_is_not(path, keys):
    hosts = HostKeys(path)
    check(hosts, NODE, keys[0].pkey, keep=False)
    assert hosts.trusted() == []
    check(hosts, NODE, keys[1].pkey)
    with pytest.raises(HostKeyError):
        check(hosts, NODE, keys[0].pkey, keep=False)


def test_where_another_machine_may_be_a_key_is_kept_only_once_it_let_us_in(path, keys):
    hosts = HostKeys(path)
    checking = hosts.checking(NODE, "10.0.0.4", 22, certain=False)
    checking(keys[0].pkey)
    assert hosts.trusted() == []
    checking.let_in()
    assert [node.line for node in hosts.trusted()] == [checking.line]
    sure = hosts.checking(LATER, "10.0.0.4", 22)
    sure(keys[1].pkey)
    assert [node.line for node in hosts.trusted()] == [sure.line]


def test_what_was_trusted_is_exported_as_known_hosts_has_it(path, keys):
    hosts = HostKeys(path)
    check(hosts, NODE, keys[0].pkey)
    other = dataclasses.replace(NODE, account="other", pool="p", node="tvm_2")
    check(hosts, other, keys[1].pkey, "10.0.0.4", 22)
    lines = [keys[n].public_line.rpartition(" ")[0] for n in (0, 1)]
    assert [node.line for node in hosts.trusted()] == [
        f"[20.1.2.3]:50001 {lines[0]} render/tvm_1",
        f"10.0.0.4 {lines[1]} p/tvm_2",
    ]
    assert [node.node for node in hosts.trusted(account="other")] == ["tvm_2"]
    assert [node.node for node in hosts.trusted(pool="RENDER")] == ["tvm_1"]


def test_an_address_is_that_of_the_node_that_was_there_last(path, keys):
    hosts = HostKeys(path)
    check(hosts, NODE, keys[0].pkey)
    elsewhere = dataclasses.replace(NODE, pool="other", node="tvm_2")
    check(hosts, elsewhere, keys[1].pkey)
    assert [node.node for node in hosts.trusted()] == ["tvm_2"]
    check(hosts, NODE, keys[0].pkey)
    assert [node.node for node in hosts.trusted()] == ["tvm_1"]
    # Private ones mean something within a pool only.
    check(hosts, NODE, keys[0].pkey, "10.0.0.4", 22)
    check(hosts, elsewhere, keys[1].pkey, "10.0.0.4", 22)
    assert [node.node for node in hosts.trusted()] == ["tvm_1", "tvm_2"]


def test_a_key_is_forgotten_by_the_start_of_a_node_s_id(path, keys):
    hosts = HostKeys(path)
    node = dataclasses.replace(NODE, node="tvmps_12ab_d")
    check(hosts, node, keys[0].pkey)
    assert hosts.forget("other", "12") == hosts.forget("render", "13") == 0
    assert hosts.forget("Render", "12", "elsewhere") == 0
    assert hosts.forget("Render", "12") == 1
    assert check(hosts, node, keys[1].pkey) == ""


def test_host_keys_outlive_the_program(tmp_path, keys):
    path = tmp_path / "new" / "host_keys.json"
    check(HostKeys(path), NODE, keys[0].pkey)
    written = path.stat().st_mtime_ns
    assert check(HostKeys(path), NODE, keys[0].pkey) == ""
    assert path.stat().st_mtime_ns == written
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_known_key_that_can_not_be_read_is_still_a_change(tmp_path, keys):
    path = tmp_path / "host_keys.json"
    check(HostKeys(path), NODE, keys[0].pkey)
    path.write_text(path.read_text().replace("ssh-ed25519 ", "ssh-ed25519 ?"))
    with pytest.raises(HostKeyError, match="one that can't be read"):
        check(HostKeys(path), NODE, keys[0].pkey)


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
        lambda: check(HostKeys(path), NODE, keys[0].pkey),
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
