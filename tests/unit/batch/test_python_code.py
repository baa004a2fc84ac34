"""The Python of a pool, run with the real SDK: what it sends is the pool."""

import functools
import json
import os
import re
import subprocess
import sys
from unittest.mock import patch

import azure.batch
import pytest
from azure.core.pipeline.transport import HttpTransport
from conftest import recorded, recording
from generated_pools import generated_pools
from hypothesis import given
from hypothesis import strategies as st
from pool_bodies import LINUX, OF_WINDOWS

from batchtui.batch.durations import read_duration
from batchtui.batch.places import at
from batchtui.batch.python_code import create_pool
from batchtui.batch.python_layout import Block, Text, call, laid_out, literal
from batchtui.batch.schema import subschema
from batchtui.batch.template import from_json

ENDPOINT = "https://demo.westeurope.batch.azure.com"
KEY = {"AZURE_BATCH_ACCESS_KEY": "bm90IGEga2V5"}
SECRET = re.compile(r"^#   (\w+): (.*)$", re.MULTILINE)


class SentError(Exception):
    """What a program sends goes no further."""


class Keeping(HttpTransport):
    def open(self):
        pass

    def close(self):
        pass

    def __exit__(self, *_):
        pass

    def send(self, request, **_):
        assert (request.method, request.url.split("?")[0]) == ("POST", f"{ENDPOINT}/pools")
        raise SentError(request.content)


def sent(body):
    """The body that the program for a pool sends, with the secrets that it asks for."""
    code = create_pool(body, ENDPOINT, "demo")
    secrets = {name: place(body, path) for name, path in SECRET.findall(code)}
    environment = KEY | {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in secrets.items()
    }
    client = functools.partial(azure.batch.BatchClient, transport=Keeping())
    with (
        patch.object(os, "environ", environment),
        patch.object(azure.batch, "BatchClient", client),
        pytest.raises(SentError) as stopped,
    ):
        exec(compile(code, "pool.py", "exec"), {})
    return json.loads(stopped.value.args[0])


def place(body, path):
    return at(body, tuple(int(step) if step.isdigit() else step for step in path.split(".")))


def plain(value, path=()):
    """JSON with lengths in the place of durations, which may be written in many ways."""
    if isinstance(value, dict) and "properties" in subschema(path):
        return {name: plain(part, (*path, name)) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part, (*path, 0)) for part in value]
    return read_duration(value) if subschema(path).get("format") == "duration" else value


def pools():
    yield from (pytest.param(body, id=body["id"]) for body in (LINUX, OF_WINDOWS))
    for name in recorded("pool-get", "pool-create"):
        for side in ("request", "response"):
            body = recording(name)[side]["body"]
            if body and "vmSize" in body:
                yield pytest.param(from_json(body).body, id=f"{name}-{side}")


POOLS = list(pools())


@pytest.mark.parametrize("body", POOLS)
def test_the_program_sends_the_pool(body):
    assert plain(sent(body)) == plain(body)


@given(generated_pools())
def test_the_program_of_any_pool_sends_it(body):
    assert plain(sent(body)) == plain(body)


def test_what_the_sdk_does_not_know_is_sent_all_the_same():
    disk = {"lun": 1, "diskSizeGB": 2, "managedDisk": {"storageAccountType": "new", "tier": "P30"}}
    body = {"id": "new", "vmSize": "a", "newThing": {"a": [1, None]},
            "virtualMachineConfiguration": {"dataDisks": [disk]}}  # fmt: skip
    assert sent(body) == body
    known = {name: part for name, part in body.items() if name != "newThing"}
    assert sent(known) == known
    code = re.sub(r"\s+", " ", create_pool(known, ENDPOINT, "demo"))
    assert 'models.ManagedDisk( {"storageAccountType": "new", "tier": "P30"}, )' in code


def test_no_secret_is_in_the_program():
    signed = "https://a.example/b?sv=1&sig=secret-word"
    body = {**LINUX, "startTask": {"commandLine": f"curl '{signed}'", "resourceFiles": [
        {"httpUrl": signed}, {"httpUrl": signed}]}}  # fmt: skip
    code = create_pool(body, ENDPOINT, "demo")
    assert "secret-word" not in code
    assert plain(sent(body)) == plain(body)


def test_what_is_in_a_pool_is_never_code():
    body = {"id": "p\n'''\"\"\"\\", "displayName": '"); import os; os._exit(1) #',
            "virtualMachineConfiguration": {"extensions": [{"settings": {
                "x\nraise SystemExit": {"password": "a"}, "b\nc?sig=": "https://x?sig=abc"}}]},
            }  # fmt: skip
    code = create_pool(body, ENDPOINT, "demo")
    lines = code.splitlines()
    assert not any(line.startswith("raise") for line in lines)
    assert [
        line for line in lines if "os._exit" in line and not line.startswith("    display")
    ] == []
    compile(code, "pool.py", "exec")


@given(st.text())
def test_a_text_is_the_same_in_python(text):
    assert eval(literal(text)) == text
    assert eval(laid_out("", call("dict", [("a", Text(text)), ("b", "1")]))) == {"a": text, "b": 1}
    assert eval(laid_out("", Block("[", "]", [("", Text(text))] * 9))) == [text] * 9


def test_the_program_is_laid_out_as_ruff_would():
    formula = "\n".join(f"$Number{each} = 'it is' + \"{each}\";" for each in range(9))
    body = {**OF_WINDOWS, "autoScaleFormula": formula, "displayName": 'it\'s "it"'}
    bodies = [body, *(each.values[0] for each in POOLS)]
    for each in bodies:
        code = create_pool(each, ENDPOINT, "demo")
        done = subprocess.run(
            [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", "-"],
            input=code, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
