"""A pool's secrets are found wherever they are, and go without anything else."""

import json

import pytest
from generated_pools import generated_pools
from hypothesis import given
from pool_bodies import LINUX, OF_WINDOWS

from batchtui.batch.masked import SECRETS, masked
from batchtui.batch.places import at, put
from batchtui.batch.schema import pool_schema
from batchtui.batch.secrets import (
    is_secret,
    missing_secrets,
    without_secrets,
    without_typed_secrets,
)

SIGNED = "https://a.blob.core.windows.net/c?sv=2024&sig=c2VjcmV0&se=1"


def test_the_names_of_secrets_are_those_that_the_schema_says():
    said = {
        name
        for each in pool_schema()["$defs"].values()
        for name, schema in each["properties"].items()
        if schema.get("writeOnly")
    }
    assert said == SECRETS


@given(generated_pools())
def test_all_but_the_secrets_stays_and_they_can_be_put_back(body):
    cleared = without_secrets(body)
    assert masked(cleared.body) == cleared.body
    again = cleared.body
    for path in cleared.places:
        assert is_secret(path)
        again = put(again, path, at(body, path))
    assert again == body


def test_no_secret_of_a_pool_with_everything_is_left():
    for body in (LINUX, OF_WINDOWS):
        cleared = without_secrets(body)
        assert "secret-word" not in json.dumps(cleared.body)
        assert json.dumps(body).count("secret-word") == len(cleared.places)
        # The settings of an extension, a node's own key and those of users needn't be there.
        optional = {"protectedSettings", "sshPrivateKey"}
        needed = {path for path in cleared.places if path[-1] not in optional}
        assert set(missing_secrets(cleared.body)) == needed
        assert missing_secrets(body) == ()


@pytest.mark.parametrize("around", ["{}", "curl '{}' -o x", "curl {} && echo"])
def test_only_the_signature_of_a_url_goes_and_is_missed(around):
    body = {"startTask": {"commandLine": around.format(SIGNED)}}
    cleared = without_secrets(body)
    left = around.format(SIGNED.replace("c2VjcmV0", ""))
    assert cleared.body == {"startTask": {"commandLine": left}}
    assert cleared.places == missing_secrets(cleared.body) == (("startTask", "commandLine"),)


@pytest.mark.parametrize(
    "text",
    [
        '{"password": "secret-word", "a": 1',
        '{"password": "secret-word',
        '{"password" "secret-word" "a"}',
        "{'accountKey': 'secret-word', 'a'",
        '{"protectedSettings": {"k": {"l": "secret-word"}}, "a": ',
        "{password: secret-word, a: 1",
        '{"x": "{\\"sasKey\\": \\"secret-word\\"}", ',
        SIGNED.replace("c2VjcmV0", "secret-word"),
    ],
)
def test_json_that_is_being_typed_is_kept_without_secrets(text):
    assert "secret-word" not in without_typed_secrets(text)


@pytest.mark.parametrize("text", ["$x = 3; // a password is needed", "12 nodes", '{"a": 1'])
def test_what_is_typed_and_no_secret_stays(text):
    assert without_typed_secrets(text) == text
