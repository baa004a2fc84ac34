"""The az CLI, from outside: `az batch` against a running emulator, by its variables.

`az` is found by $BATCHTUI_AZ or on the PATH; .ci/run installs it into an environment of its own.
"""

import json
import os
import shlex
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.core.rest import HttpRequest
from conftest import wait_for
from pool_bodies import LINUX, OF_WINDOWS
from service.helpers import client_of, nat

from batchtui.batch import az as commands
from batchtui.batch.masked import MASK
from batchtui.batch.template import from_json
from batchtui.emulator import EmulatorThread, Options

AZ = os.environ.get("BATCHTUI_AZ") or shutil.which("az")
pytestmark = [
    pytest.mark.skipif(not AZ, reason="there is no az: pip install azure-cli"),
    pytest.mark.timeout(600),
]
IMAGE = "canonical:0001-com-ubuntu-server-jammy:22_04-lts"
ENDPOINT = "http://127.0.0.1:9"  # nobody listens there
SHOW = ("pool", "show", "--pool-id")
AGENT = "batch.node.ubuntu 22.04"


class Az:
    """An az that is set up for an emulator as its users would do it."""

    def __init__(self, info, home):
        self.home = home
        self._info = info
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AZURE_CONFIG_DIR": str(home / "azure"),
            "AZURE_CORE_COLLECT_TELEMETRY": "no",
            "AZURE_CORE_NO_COLOR": "1",
            "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no",
            "AZURE_BATCH_ACCOUNT": info.account,
            "AZURE_BATCH_ACCESS_KEY": info.key,
            "AZURE_BATCH_ENDPOINT": info.endpoint,
        }

    def run(self, *words, group="batch"):
        return subprocess.run(
            [AZ, group, *words, "--output", "json"],
            env=self._environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def in_shell(self, commands):
        """What a shell does that is given commands, as if they had been pasted."""
        path = f"{Path(AZ).parent}:{self._environment['PATH']}"
        return subprocess.run(
            ["/bin/sh", "-e", "-c", commands],
            env=self._environment | {"PATH": path},
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip

    def __call__(self, *words):
        """What a command printed, read; nothing when it printed nothing."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def told(self, pool_id):
        """A pool as the service tells it in the version that az speaks."""
        ready = {name: getattr(self._info, name) for name in ("endpoint", "account", "key")}
        with client_of(ready) as client:
            path = f"/pools/{pool_id}?api-version=2024-02-01.19.0"
            return client.send_request(HttpRequest("GET", path)).json()

    def until(self, check, *words):
        """What a command prints once that is as it should be."""

        def printed():
            found = self(*words)
            return found if check(found) else None

        return wait_for(printed, " ".join(words), 60.0)


@pytest.fixture(scope="module")
def az(tmp_path_factory):
    with EmulatorThread(Options(seed="empty", clock="fast")) as info:
        yield Az(info, tmp_path_factory.mktemp("az"))


def pool_file(az, pool_id, **more):
    """A file for `az batch pool create --json-file`."""
    publisher, offer, sku = IMAGE.split(":")
    body = {
        "id": pool_id,
        "vmSize": "standard_d2_v3",
        "virtualMachineConfiguration": {
            "imageReference": {"publisher": publisher, "offer": offer, "sku": sku},
            "nodeAgentSKUId": AGENT,
        },
    } | more
    path = az.home / f"{pool_id}.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def pool(az):
    """A pool with one idle node that takes SSH, made by az from a file."""
    start_task = {"commandLine": "/bin/sh -c 'echo ready'", "waitForSuccess": True}
    path = pool_file(
        az, "az-pool", targetDedicatedNodes=1, startTask=start_task, networkConfiguration=nat()
    )
    az("pool", "create", "--json-file", path)
    [node] = az.until(
        lambda nodes: [node["state"] for node in nodes] == ["idle"],
        "node", "list", "--pool-id", "az-pool",
    )  # fmt: skip
    return ["--pool-id", "az-pool", "--node-id", node["id"]]


def test_pools_are_made_listed_shown_resized_and_deleted(az):
    az(
        "pool", "create", "--id", "by-flags", "--vm-size", "Standard_D2_v3", "--image", IMAGE,
        "--node-agent-sku-id", AGENT, "--target-dedicated-nodes", "1", "--metadata", "team=ops",
    )  # fmt: skip
    assert "by-flags" in [pool["id"] for pool in az("pool", "list")]
    shown = az.until(
        lambda pool: pool["allocationState"] == "steady", "pool", "show", "--pool-id", "by-flags"
    )
    assert shown["vmSize"] == "standard_d2_v3"
    assert shown["metadata"] == [{"name": "team", "value": "ops"}]
    assert shown["currentDedicatedNodes"] == 1
    resized = az("pool", "resize", "--pool-id", "by-flags", "--target-dedicated-nodes", "2")
    assert resized is None or resized["targetDedicatedNodes"] == 2
    az.until(
        lambda pool: pool["currentDedicatedNodes"] == 2, "pool", "show", "--pool-id", "by-flags"
    )
    az("pool", "delete", "--pool-id", "by-flags", "--yes")
    show = ("pool", "show", "--pool-id", "by-flags")
    wait_for(lambda: az.run(*show).returncode == 3, "the pool is gone", 60.0)
    missing = az.run(*show)
    assert "(PoolNotFound) The specified pool does not exist." in missing.stderr


def test_errors_read_as_the_services_do(az):
    done = az.run(
        "pool", "create", "--id", "wrong", "--vm-size", "Standard_D2_v3", "--image", "a:b:c",
        "--node-agent-sku-id", AGENT,
    )  # fmt: skip
    assert done.returncode == 1
    assert "(InvalidPropertyValue) The value provided for one of the properties" in done.stderr
    reason = "The specified imageReference with publisher a offer b sku c is not supported."
    assert f"Reason: {reason}" in done.stderr


def test_formulas_are_evaluated(az):
    # By its flags az 2.91 can't: it hands enableAutoScale to its HTTP client, which fails.
    formula = {"enableAutoScale": True, "autoScaleFormula": "$TargetDedicatedNodes=0"}
    az("pool", "create", "--json-file", pool_file(az, "by-formula", **formula))
    evaluate = ("pool", "autoscale", "evaluate", "--pool-id", "by-formula", "--auto-scale-formula")
    run = az(*evaluate, "$TargetDedicatedNodes=3")
    assert run["results"].startswith("$TargetDedicatedNodes=3;$TargetLowPriorityNodes=0;")
    bad = az(*evaluate, "$TargetDedicatedNodes=something_useless")
    assert bad["error"]["code"] == "AutoScalingFormulaEvaluationError"


def test_nodes_are_shown_and_give_their_files(az, pool, tmp_path):
    node = az("node", "show", *pool)
    assert node["state"] == "idle"
    assert node["startTaskInfo"]["result"] == "success"
    files = az("node", "file", "list", *pool, "--recursive")
    assert "startup/stdout.txt" in [file["name"] for file in files]
    target = tmp_path / "stdout.txt"
    az(
        "node", "file", "download", *pool, "--file-path", "startup/stdout.txt",
        "--destination", str(target),
    )  # fmt: skip
    assert target.read_text() == "ready\n"


def test_users_come_and_go_and_logins_are_told(az, pool):
    user = ("node", "user")
    az(*user, "create", *pool, "--name", "operator", "--password", "Sturdy-Pass-1", "--is-admin")
    login = az("node", "remote-login-settings", "show", *pool)
    assert login["remoteLoginPort"] == 15000
    again = az.run(*user, "create", *pool, "--name", "operator", "--password", "Sturdy-Pass-1")
    assert "(NodeUserExists)" in again.stderr
    az(*user, "delete", *pool, "--user-name", "operator", "--yes")


def test_a_node_is_rebooted(az, pool):
    before = az("node", "show", *pool)["lastBootTime"]
    az("node", "reboot", *pool)
    az.until(
        lambda node: node["state"] == "idle" and node["lastBootTime"] != before,
        "node", "show", *pool,
    )  # fmt: skip


def test_commands_that_are_copied_from_batchtui_do_what_they_say(az):
    az("pool", "create", "--json-file", pool_file(az, "copied", targetDedicatedNodes=2))
    one, other = (
        node["id"]
        for node in az.until(
            lambda nodes: [node["state"] for node in nodes] == ["idle", "idle"],
            "node", "list", "--pool-id", "copied",
        )
    )  # fmt: skip
    hour = datetime.now(UTC) - timedelta(hours=1)
    logs = commands.upload_logs("copied", [one], hour)
    for line in (
        commands.show_pool("copied"),
        commands.show_node("copied", one),
        commands.disable_scheduling(ENDPOINT, "copied", [one], "requeue"),
        commands.enable_scheduling("copied", [one]),
        logs.replace("$CONTAINER_URL", "https://a.blob.core.windows.net/logs?sig=c2VjcmV0"),
        commands.reboot("copied", [other], "terminate"),
        commands.remove("copied", [one, other], "taskcompletion"),
        commands.delete_pools(["copied"]),
    ):
        program, group, *words = shlex.split(line)
        assert (program, group) == ("az", "batch")
        az(*words)


def test_forms_that_are_copied_from_batchtui_do_what_they_say(az):
    body = json.loads(Path(pool_file(az, "forms", targetDedicatedNodes=0)).read_bytes())
    task = {"commandLine": "/bin/bash -c 'echo \"$HOME\"'", "maxTaskRetryCount": 2}
    named = [{"name": "it's", "value": "a\nb"}]
    target = {"targetDedicatedNodes": 0, "targetLowPriorityNodes": 0}
    resized = {**target, "resizeTimeout": "PT6M", "nodeDeallocationOption": "terminate"}
    scaled = {"autoScaleFormula": "$TargetDedicatedNodes=0;\n// 'x'\n",
              "autoScaleEvaluationInterval": "PT7M"}  # fmt: skip

    def pool_after(commands):
        done = az.in_shell(commands)
        assert done.returncode == 0, done.stderr
        return az.until(lambda pool: pool["allocationState"] == "steady", *SHOW, "forms")

    assert pool_after(commands.create_pool(body))["id"] == "forms"
    changed = pool_after(commands.update_pool("forms", {"startTask": task, "metadata": named}))
    assert changed["startTask"]["commandLine"] == task["commandLine"]
    assert changed["metadata"] == named
    nothing = {"applicationPackageReferences": [], "metadata": named}
    changed = pool_after(commands.replace_pool_properties("forms", nothing))
    assert (changed.get("startTask"), changed["metadata"]) == (None, named)
    assert pool_after(commands.resize_pool("forms", resized))["resizeTimeout"] == "PT6M"
    changed = pool_after(commands.enable_autoscale("forms", scaled))
    assert changed["autoScaleFormula"] == scaled["autoScaleFormula"]
    assert not pool_after(commands.disable_autoscale("forms"))["enableAutoScale"]
    # Nothing is being resized, which is what the service says.
    assert "OperationInvalidForCurrentState" in az.in_shell(commands.stop_resize("forms")).stderr


@pytest.mark.parametrize("body", [LINUX, OF_WINDOWS], ids=["linux", "windows"])
def test_any_pool_is_copied_to_az_and_back(az, body):
    done = az.in_shell(commands.create_pool(body).replace(MASK, "secret-word"))
    assert done.returncode == 0, done.stderr
    shown = from_json(az(*SHOW, body["id"])).body
    told = from_json(az.told(body["id"])).body
    for pool in (shown, told):
        machine = pool["virtualMachineConfiguration"]
        # az prints the Python of what is nested in settings, and nothing of a data disk's kind.
        for lost, name in (("extensions", "settings"), ("dataDisks", "managedDisk")):
            for part in machine.get(lost, ()):
                part.pop(name, None)
    assert shown == told
    assert {name for name in body if name not in told} <= {"targetDedicatedNodes"}


def test_what_az_batch_cannot_do_is_asked_of_the_service_by_az_rest(az):
    [line] = commands.reimage(ENDPOINT, "p", ["n"], "requeue").split("\n")
    program, command, *words = shlex.split(line)
    assert (program, command) == ("az", "rest")
    done = az.run(*words, "--skip-authorization-header", group="rest")
    # It reaches nothing there, but az took all of it.
    assert "Failed to establish a new connection" in done.stderr


def test_images_are_listed(az):
    images = az("pool", "supported-images", "list")
    assert {"canonical", "almalinux"} <= {row["imageReference"]["publisher"] for row in images}
    assert all(row["nodeAgentSkuId"].startswith("batch.node.") for row in images)


def test_a_task_runs_and_gives_its_output(az, pool, tmp_path):
    del pool  # only that it is there
    az("job", "create", "--id", "az-job", "--pool-id", "az-pool", "--priority", "3")
    made = az(
        "task", "create", "--job-id", "az-job", "--task-id", "hello",
        "--command-line", "/bin/sh -c 'echo hello $AZ_BATCH_TASK_ID'",
        "--max-task-retry-count", "1",
    )  # fmt: skip
    assert made["constraints"]["maxTaskRetryCount"] == 1
    task = ("--job-id", "az-job", "--task-id", "hello")
    shown = az.until(lambda task: task["state"] == "completed", "task", "show", *task)
    assert shown["executionInfo"]["exitCode"] == 0
    target = tmp_path / "out.txt"
    az("task", "file", "download", *task, "--file-path", "stdout.txt", "--destination", str(target))
    assert target.read_text() == "hello hello\n"
