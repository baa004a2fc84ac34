"""The pytest plugin, in a project of its own that has never heard of this one."""

import subprocess
import sys

CONFTEST = """
import pytest
from azure.batch import BatchClient
from azure.core.credentials import AzureNamedKeyCredential


@pytest.fixture
def client(batch_emulator):
    credential = AzureNamedKeyCredential(batch_emulator.account, batch_emulator.key)
    with BatchClient(batch_emulator.endpoint, credential) as client:
        yield client
"""
TESTS = """
import pytest
from azure.batch import models
from azure.core.exceptions import HttpResponseError
from batchtui.emulator.control.client import inject

seen = []


@pytest.mark.parametrize("turn", range(3))
def test_each_begins_empty(client, batch_emulator, turn):
    assert list(client.list_pools()) == []
    seen.append(batch_emulator.endpoint)
    assert len(set(seen)) == 1
    client.create_pool(models.BatchPoolCreateOptions(
        id="p",
        vm_size="standard_d2_v3",
        virtual_machine_configuration=models.VirtualMachineConfiguration(
            image_reference=models.BatchVmImageReference(
                publisher="canonical", offer="0001-com-ubuntu-server-jammy", sku="22_04-lts"
            ),
            node_agent_sku_id="batch.node.ubuntu 22.04",
        ),
    ))
    inject(batch_emulator, path="/pools", do="status", status=403, code="Forbidden")
    with pytest.raises(HttpResponseError):
        list(client.list_pools())
"""


def test_a_strangers_tests_have_an_emulator_that_each_finds_empty(tmp_path):
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_theirs.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider",
         "-p", "no:asyncio"],
        cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_it_costs_those_who_do_not_use_it_nothing(tmp_path):
    (tmp_path / "test_theirs.py").write_text(
        "import sys\n\n\ndef test_nothing_heavy():\n"
        "    assert not {'aiohttp', 'asyncssh', 'orjson', 'azure', 'textual'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio"],
        cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
