import os
import stat

import pytest

from batchtui.access.accounts import (
    Account,
    AccountBook,
    account_from_endpoint,
    check_endpoint,
    check_key,
    from_environment,
)
from batchtui.errors import ConfigError

ENDPOINT = "https://acct.westeurope.batch.azure.com"
KEY = "c2VjcmV0LWtleS1mb3ItdGVzdHM="


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (ENDPOINT, ENDPOINT),
        (f" {ENDPOINT}/ \n", ENDPOINT),
        ("acct.westeurope.batch.azure.com", ENDPOINT),
        ("HTTPS://acct.westeurope.batch.azure.com", ENDPOINT),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_endpoints_are_kept_without_what_varies(typed, kept):
    assert check_endpoint(typed) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "missing"),
        ("/", "missing"),
        ("https://", "missing|no host"),
        ("acct", "no host"),
        ("http://acct.westeurope.batch.azure.com", "must begin with https"),
        ("http://127.0.0.1.example.com", "must begin with https"),
        ("ftp://acct.westeurope.batch.azure.com", "must begin with https"),
        ("https://acct.batch.azure.com:port", "isn't a URL"),
        ("https://[::1", "isn't a URL"),
        ("https://user:hunter2@acct.batch.azure.com", "user name or a password"),
        ("https://acct.batch.azure.com/pools", "ends after the host"),
        ("https://acct.batch.azure.com?x=1", "ends after the host"),
        ("https://acct\u202e.batch.azure.com", "characters"),
        ("https://acct .batch.azure.com", "characters"),
    ],
)
def test_other_endpoints_are_refused_with_a_sentence(typed, why):
    with pytest.raises(ConfigError, match=why) as refused:
        check_endpoint(typed)
    assert refused.value.advice
    assert "hunter2" not in str(refused.value)


def test_the_account_is_the_first_label_of_the_endpoint():
    assert account_from_endpoint(ENDPOINT) == "acct"
    assert account_from_endpoint("acct.westeurope.batch.azure.com") == "acct"
    assert account_from_endpoint("https://127.0.0.1:80") == ""
    assert account_from_endpoint("https://[::1]:80") == ""
    assert account_from_endpoint("http://localhost:80") == ""
    assert account_from_endpoint("http://[::1") == ""


def test_a_key_is_base64_and_never_repeated():
    assert check_key(f" {KEY}\n") == KEY
    for bad in ("", "not base64!", KEY[:-1], "ключ"):
        with pytest.raises(ConfigError, match="isn't base64") as refused:
            check_key(bad)
        assert not bad or bad not in repr(refused.value)
        assert refused.value.__context__ is None


def test_the_environment_names_an_account():
    found = from_environment(
        {
            "AZURE_BATCH_ACCOUNT": "acct",
            "AZURE_BATCH_ACCESS_KEY": KEY,
            "AZURE_BATCH_ENDPOINT": "acct.westeurope.batch.azure.com/",
        }
    )
    assert found == (Account("acct", "acct", ENDPOINT, source="environment"), KEY)
    assert from_environment({"AZURE_BATCH_ACCOUNT": " "}) is None


def test_the_environment_may_say_where_resource_manager_has_it():
    found, _key = from_environment(
        {
            "AZURE_BATCH_ACCOUNT": "acct",
            "AZURE_BATCH_ACCESS_KEY": KEY,
            "AZURE_BATCH_ENDPOINT": ENDPOINT,
            "AZURE_SUBSCRIPTION_ID": "a-subscription ",
            "AZURE_RESOURCE_GROUP": "a-group",
        }
    )
    assert (found.subscription, found.group) == ("a-subscription", "a-group")


def test_an_account_may_name_the_user_of_its_nodes_and_keeps_it(tmp_path):
    path = tmp_path / "accounts.toml"
    text = f"""# Mine.
[[accounts]]
name = "prod"
account = "acct"
endpoint = "{ENDPOINT}"
node_user = "ops" # not me
colour = "red"
"""
    path.write_text(text, encoding="utf-8")
    book = AccountBook(path)
    assert book.load()[0].node_user == "ops"
    book.add(Account("other", "acct2", ENDPOINT, node_user="me"))
    assert [each.node_user for each in book.load()] == ["ops", "me"]
    assert path.read_text(encoding="utf-8").startswith(text)
    path.write_text(text.replace('"ops"', "1"), encoding="utf-8")
    with pytest.raises(ConfigError, match="node_user is a text"):
        book.load()


def test_a_partial_environment_names_what_is_missing():
    with pytest.raises(ConfigError) as refused:
        from_environment({"AZURE_BATCH_ACCOUNT": "acct", "AZURE_BATCH_ACCESS_KEY": KEY})
    assert refused.value.message == (
        "AZURE_BATCH_ACCOUNT and AZURE_BATCH_ACCESS_KEY are set, "
        "but AZURE_BATCH_ENDPOINT is missing."
    )


def test_a_bad_variable_is_named_and_not_shown():
    with pytest.raises(ConfigError, match="AZURE_BATCH_ACCESS_KEY: The key") as refused:
        from_environment(
            {
                "AZURE_BATCH_ACCOUNT": "acct",
                "AZURE_BATCH_ACCESS_KEY": "sesame!",
                "AZURE_BATCH_ENDPOINT": ENDPOINT,
            }
        )
    assert "sesame" not in repr(refused.value)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "accounts.toml"


def test_a_book_keeps_accounts_in_a_private_file(path):
    book = AccountBook(path)
    assert book.load() == []
    first = Account("Prod", "acct", ENDPOINT)
    second = Account("test", "other", "http://127.0.0.1:8080", read_only=True)
    third = Account("managed", "third", ENDPOINT, subscription="a-subscription", group="a-group")
    for account in (first, second, third):
        book.add(account)
    assert AccountBook(path).load() == [first, second, third]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sorted(each.name for each in path.parent.iterdir()) == [
        ".accounts.toml.lock",
        "accounts.toml",
    ]


def test_names_are_taken_whatever_their_case(path):
    book = AccountBook(path)
    book.add(Account("Prod", "acct", ENDPOINT))
    with pytest.raises(ConfigError, match="already"):
        book.add(Account("prod", "other", ENDPOINT))
    book.forget("nobody")
    book.forget("PROD")
    assert book.load() == []
    AccountBook(path.with_name("none.toml")).forget("nobody")


WRITTEN = """\
# my accounts
colour = "red"  # not ours

[[accounts]]  # the first
name = "one"
account = "acct"
endpoint = "https://acct.westeurope.batch.azure.com/"
label = "mine"

# before two
[[accounts]]
name = "two"
account = "acct2"
endpoint = "acct2.westeurope.batch.azure.com"  # typed by hand
read_only = true
"""


def test_comments_and_unknown_keys_stay(path):
    path.parent.mkdir()
    path.write_text(WRITTEN)
    book = AccountBook(path)
    assert [(each.name, each.read_only) for each in book.load()] == [("one", False), ("two", True)]
    assert book.load()[0].endpoint == ENDPOINT
    book.add(Account('th"ree', "acct3", ENDPOINT))
    assert path.read_text().startswith(WRITTEN)
    book.forget('th"ree')
    assert path.read_text().strip() == WRITTEN.strip()
    book.forget("two")
    kept = path.read_text()
    for piece in ("# my accounts", "# not ours", "# the first", 'label = "mine"'):
        assert piece in kept
    assert [each.name for each in book.load()] == ["one"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[accounts]]\nname = \n", "line 2"),
        ("accounts = 3\n", "written as"),
        ('x = 1\n[[accounts]]\nname = "a"\n', r"without account \(line 2\)"),
        (f'{WRITTEN}\n[[accounts]]\nname="ONE"\naccount="a"\nendpoint="b.c"\n', r"line 17"),
        (WRITTEN.replace("true", '"yes"'), "true or false"),
        (WRITTEN.replace('label = "mine"', "group = 7"), "group is a text"),
        (WRITTEN.replace("https://", "http://"), r"must begin with https:// \(line 4\)"),
        ('accounts = [{name="a"}]', "account 1"),
    ],
)
def test_a_broken_file_is_named_and_left_alone(path, text, why):
    path.parent.mkdir()
    path.write_text(text)
    book = AccountBook(path)
    changes = (lambda: book.add(Account("new", "acct", ENDPOINT)), lambda: book.forget("one"))
    for use in (book.load, *changes):
        with pytest.raises(ConfigError, match=why) as refused:
            use()
        assert str(path) in refused.value.message
    assert path.read_text() == text


def test_what_can_not_be_read_or_written_is_a_sentence(path):
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        AccountBook(path).load()
    with pytest.raises(ConfigError, match="can't be read"):
        AccountBook(path.parent).load()
    with pytest.raises(ConfigError, match="can't be written"):
        AccountBook(path / "below" / "a.toml").forget("x")


def test_an_inline_list_is_not_broken_by_adding(path):
    path.parent.mkdir()
    path.write_text("accounts = []\n")
    with pytest.raises(ConfigError, match="can't be used"):
        AccountBook(path).add(Account("new", "acct", ENDPOINT))
    assert path.read_text() == "accounts = []\n"


def test_a_link_stays_a_link(path, tmp_path):
    path.parent.mkdir()
    elsewhere = tmp_path / "dotfiles.toml"
    elsewhere.write_text("")
    path.symlink_to(elsewhere)
    AccountBook(path).add(Account("one", "acct", ENDPOINT))
    assert path.is_symlink()
    assert "one" in elsewhere.read_text()


def test_a_failed_write_leaves_the_old_file(path, monkeypatch):
    book = AccountBook(path)
    book.add(Account("one", "acct", ENDPOINT))

    def full(_fd):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left"):
        book.add(Account("two", "acct", ENDPOINT))
    monkeypatch.undo()
    assert [each.name for each in book.load()] == ["one"]
    assert len(list(path.parent.iterdir())) == 2


def test_an_account_may_have_jump_hosts_of_its_own(tmp_path):
    path = tmp_path / "accounts.toml"
    book = AccountBook(path)
    book.add(Account("prod", "acct", ENDPOINT, jump="me@bastion:2222,inner"))
    book.add(Account("dev", "acct2", ENDPOINT))
    assert [each.jump for each in book.load()] == ["me@bastion:2222,inner", ""]
    path.write_text(path.read_text().replace("me@bastion", "me bastion"))
    with pytest.raises(ConfigError, match=r"'me bastion:2222' is no jump host \(line 1\)"):
        book.load()
