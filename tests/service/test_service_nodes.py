"""Nodes through the SDK: how they come up, their start tasks, users, endpoints and files."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from azure.batch import models
from conftest import recording
from service.helpers import WINDOWS, nat, until

KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFYkiMk4ugdTKvbpOcpvXG8zdLZmTxkyxQxJzYMAcsmh someone@home"
)
SOON = {"expiryTime": "2030-01-01T00:00:00Z"}


async def test_a_node_comes_up_state_by_state(service):
    seen = []
    await service.create(targetDedicatedNodes=1, startTask={"commandLine": "sleep 0.2"})

    async def idle():
        nodes = (await service.get("/pools/p/nodes"))["value"]
        for node in nodes:
            if not seen or seen[-1] != node["state"]:
                seen.append(node["state"])
        return seen and seen[-1] == "idle"

    await until(idle)
    assert seen == ["creating", "starting", "waitingforstarttask", "idle"]


@pytest.mark.parametrize("name", ["node-get", "node-list-no-endpoint-start-task"])
async def test_a_node_has_the_recorded_fields(service, name):
    body = recording(name)["response"]["body"]
    recorded = body["value"][-1] if "value" in body else body
    more = {"startTask": {"commandLine": "true"}} if "startTask" in recorded else {}
    network = nat(3389) if "endpointConfiguration" in recorded else None
    await service.create(targetDedicatedNodes=1, networkConfiguration=network, **more)
    (listed,) = await service.nodes()
    node = await service.get(f"/pools/p/nodes/{listed['id']}")
    node.pop("odata.metadata")
    recorded.pop("odata.metadata", None)
    assert list(node) == list(recorded)
    for part in ("startTask", "startTaskInfo", "nodeAgentInfo", "virtualMachineInfo"):
        assert list(node.get(part, ())) == list(recorded.get(part, ())), part
    assert node["affinityId"] == f"TVM:{node['id']}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", node["lastBootTime"])


async def test_creating_nodes_have_no_agent_yet(service):
    await service.create(targetDedicatedNodes=1)

    async def creating():
        nodes = (await service.get("/pools/p/nodes"))["value"]
        return nodes if nodes and nodes[0]["state"] == "creating" else None

    (node,) = await until(creating)
    assert not {"lastBootTime", "nodeAgentInfo"} & set(node)
    await service.fails(409, "NodeBeingCreated", "GET", f"/pools/p/nodes/{node['id']}/files")
    await service.fails(
        409, "NodeBeingCreated", "POST", f"/pools/p/nodes/{node['id']}/users",
        {"name": "u", "password": "p"},
    )  # fmt: skip


async def test_a_start_task_really_runs_in_the_nodes_directory(service):
    command = "printenv AZ_BATCH_NODE_STARTUP_DIR AZ_BATCH_NODE_ID AZ_BATCH_POOL_ID GREETING PWD"
    settings = [{"name": "GREETING", "value": "hello"}]
    await service.create(
        targetDedicatedNodes=1,
        startTask={"commandLine": f"/bin/sh -c '{command}'", "environmentSettings": settings},
    )
    (node,) = await service.nodes()
    startup, node_id, pool_id, greeting, working = (await service.output(node)).splitlines()
    assert startup.endswith("/mnt/batch/tasks/startup")
    assert (node_id, pool_id, greeting) == (node["id"], "p", "hello")
    assert working == f"{startup}/wd"
    assert await service.output(node, "stderr.txt") == ""
    info = node["startTaskInfo"]
    assert (info["state"], info["result"], info["exitCode"]) == ("completed", "success", 0)


async def test_a_start_task_finds_nothing_of_this_machines_environment(service, monkeypatch):
    monkeypatch.setenv("AZURE_BATCH_ACCESS_KEY", "host-secret")
    await service.create(targetDedicatedNodes=1, startTask={"commandLine": "env"})
    (node,) = await service.nodes()
    output = await service.output(node)
    assert "host-secret" not in output
    assert f"AZ_BATCH_ACCOUNT_NAME={service.info.account}" in output


async def test_no_shell_is_added_to_a_command_line(service):
    await service.create(targetDedicatedNodes=1, startTask={"commandLine": "echo $HOME && echo b"})
    (node,) = await service.nodes()
    assert await service.output(node) == "$HOME && echo b\n"


async def test_a_failed_start_task_says_what_happened(service):
    await service.create(
        targetDedicatedNodes=1,
        startTask={"commandLine": "/bin/sh -c 'echo no disk >&2; exit 3'", "maxTaskRetryCount": 1},
    )
    (node,) = await service.nodes("p", "starttaskfailed")
    info = node["startTaskInfo"]
    assert (info["result"], info["exitCode"], info["retryCount"]) == ("failure", 3, 1)
    assert info["failureInfo"]["code"] == "FailureExitCode"
    assert "lastRetryTime" in info
    assert await service.output(node, "stderr.txt") == "no disk\n"
    failed = await service.get("/pools/p/nodes", **{"$filter": "startTaskInfo/exitCode gt 2"})
    assert len(failed["value"]) == 1


async def test_a_missing_program_is_named(service):
    await service.create(targetDedicatedNodes=1, startTask={"commandLine": "no-such-program -x"})
    (node,) = await service.nodes("p", "starttaskfailed")
    failure = node["startTaskInfo"]["failureInfo"]
    assert failure["code"] == "CommandProgramNotFound"
    assert failure["category"].lower() == "usererror"
    assert "exitCode" not in node["startTaskInfo"]


async def test_without_waiting_a_failure_hides_behind_idle(service):
    await service.create(
        targetDedicatedNodes=1, startTask={"commandLine": "false", "waitForSuccess": False}
    )
    await service.nodes()

    async def failed():
        (node,) = (await service.get("/pools/p/nodes"))["value"]
        return node if node["startTaskInfo"].get("result") == "failure" else None

    assert (await until(failed))["state"] == "idle"


async def test_endpoints_follow_the_rule_and_the_nodes_index(service):
    await service.create(
        targetDedicatedNodes=2, targetLowPriorityNodes=1, networkConfiguration=nat()
    )
    nodes = await service.nodes()
    places = {}
    for node in nodes:
        (endpoint,) = node["endpointConfiguration"]["inboundEndpoints"]
        index = endpoint["frontendPort"] - 15000
        assert endpoint["name"] == f"ssh.{index}"
        assert endpoint["backendPort"] == 22
        assert re.fullmatch(
            r"dns[0-9a-f-]{36}-azurebatch-cloudservice\.\w+\.cloudapp\.azure\.com",
            endpoint["publicFQDN"],
        )
        places.setdefault((node["isDedicated"], endpoint["publicIPAddress"]), []).append(index)
    assert {kind: sorted(indexes) for (kind, _), indexes in places.items()} == {
        True: [0, 1], False: [0],
    }  # fmt: skip


async def test_remote_login_settings_name_the_ssh_endpoint_or_the_only_one(service):
    both = nat(start=16000)
    both["endpointConfiguration"]["inboundNATPools"].insert(
        0, nat(3389, "rdp")["endpointConfiguration"]["inboundNATPools"][0]
    )
    await service.create("both", targetDedicatedNodes=1, networkConfiguration=both)
    await service.create("rdp", targetDedicatedNodes=1, networkConfiguration=nat(3389))
    await service.create("none", targetDedicatedNodes=1)
    for pool, port in (("both", 16000), ("rdp", 15000)):
        (node,) = await service.nodes(pool)
        found = await service.client.get_node_remote_login_settings(pool, node["id"])
        assert found.remote_login_port == port
    (node,) = await service.nodes("none")
    assert "endpointConfiguration" not in node
    path = f"/pools/none/nodes/{node['id']}/remoteloginsettings"
    await service.fails(409, "OperationNotValidOnNode", "GET", path)


async def test_users_are_added_replaced_and_deleted_once(service):
    await service.create(targetDedicatedNodes=1)
    (node,) = await service.nodes()
    path = f"/pools/p/nodes/{node['id']}/users"
    added = await service.send("POST", path, {"name": "eve", "password": "x", **SOON})
    assert added.status_code == 201
    url = f"{service.info.endpoint}{path}/eve"
    assert added.headers["Location"] == added.headers["DataServiceId"] == url
    await service.fails(409, "NodeUserExists", "POST", path, {"name": "eve", "password": "x"})
    replaced = await service.client.replace_node_user(
        "p", node["id"], "eve", models.BatchNodeUserReplaceOptions(ssh_public_key=KEY)
    )
    assert replaced is None
    await service.client.delete_node_user("p", node["id"], "eve")
    await service.fails(404, "NodeUserNotFound", "PUT", f"{path}/eve", {"password": "y"})
    await service.fails(404, "NodeUserNotFound", "DELETE", f"{path}/eve")
    await service.fails(404, "NodeNotFound", "POST", "/pools/p/nodes/x/users", {"name": "u"})
    await service.fails(404, "PoolNotFound", "POST", "/pools/q/nodes/x/users", {"name": "u"})


@pytest.mark.parametrize(
    ("body", "code", "name"),
    [
        ({"password": "x"}, "MissingRequiredProperty", "name"),
        ({"name": "a b", "password": "x"}, "InvalidPropertyValue", "name"),
        ({"name": "eve"}, "MissingRequiredProperty", "password or sshPublicKey"),
        ({"name": "eve", "sshPublicKey": "c3NoLXJzYQ=="}, "InvalidPropertyValue", "sshPublicKey"),
        (
            {"name": "eve", "password": "x", "expiryTime": "2001-01-01T00:00:00Z"},
            "InvalidPropertyValue",
            "expiryTime",
        ),
        (
            {"name": "eve", "password": "x", "expiryTime": "later"},
            "InvalidPropertyValue",
            "expiryTime",
        ),
        ({"name": "eve", "password": "x", "isAdmin": "yes"}, "InvalidPropertyValue", "isAdmin"),
    ],
)  # fmt: skip
async def test_users_that_can_not_be(demo, body, code, name):
    (node, *_) = (await demo.get("/pools/render-linux/nodes"))["value"]
    path = f"/pools/render-linux/nodes/{node['id']}/users"
    assert (await demo.fails(400, code, "POST", path, body))["PropertyName"] == name


async def test_windows_nodes_take_no_keys_and_only_pretend(service):
    await service.create(
        targetDedicatedNodes=1,
        virtualMachineConfiguration=WINDOWS,
        startTask={"commandLine": "cmd /c does-not-exist"},
    )
    (node,) = await service.nodes()
    assert node["startTaskInfo"]["result"] == "success"
    assert await service.output(node) == "This start task was only pretended.\n"
    files = await service.get(f"/pools/p/nodes/{node['id']}/files", recursive="true")
    assert "startup\\stdout.txt" in {item["name"] for item in files["value"]}
    path = f"/pools/p/nodes/{node['id']}/users"
    body = {"name": "eve", "password": "x", "sshPublicKey": KEY}
    found = await service.fails(400, "InvalidPropertyValue", "POST", path, body)
    assert found["PropertyName"] == "sshPublicKey"


async def test_changed_nodes_can_be_asked_for(service):
    await service.create(targetDedicatedNodes=3)
    await service.nodes()
    now = datetime.now(UTC)
    for ago, expected in ((timedelta(minutes=5), 3), (-timedelta(minutes=5), 0)):
        at = (now - ago).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        text = f"stateTransitionTime ge DateTime'{at}' and (state eq 'idle')"
        found = await service.get("/pools/p/nodes", **{"$filter": text, "$select": "id"})
        assert len(found["value"]) == expected
        assert all(list(node) == ["id"] for node in found["value"])


async def test_node_counts_have_the_recorded_states(demo):
    body = await demo.get("/nodecounts")
    recorded = recording("pool-node-counts")["response"]["body"]["value"][0]
    for counts in body["value"]:
        assert list(counts["dedicated"]) == list(recorded["dedicated"])
        assert list(counts["lowPriority"]) == list(recorded["lowPriority"])
    one = await demo.get("/nodecounts", **{"$filter": "poolId eq 'genomics-start-task'"})
    assert [counts["poolId"] for counts in one["value"]] == ["genomics-start-task"]
    assert one["value"][0]["dedicated"]["startTaskFailed"] == 3
    assert one["value"][0]["dedicated"]["total"] == 6


async def test_supported_images_are_the_recorded_ones(service):
    images = (await service.get("/supportedimages"))["value"]
    for name in ("supported-images-2025", "supported-images"):
        for image in recording(name)["response"]["body"]["value"]:
            found = [i for i in images if _image(i) == _image(image)]
            assert found, image
    only = {"$filter": "osType eq 'windows' and verificationType ne 'verified'"}
    some = (await service.get("/supportedimages", **only))["value"]
    assert some
    assert {(i["osType"], i["verificationType"]) for i in some} == {("windows", "unverified")}


def _image(image):
    reference = image["imageReference"]
    return (*(reference[k].lower() for k in ("publisher", "offer", "sku")), image["nodeAgentSKUId"])


async def test_files_are_listed_described_and_read_by_range(service):
    await service.create(targetDedicatedNodes=1, startTask={"commandLine": "printf 0123456789"})
    (node,) = await service.nodes()
    base = f"/pools/p/nodes/{node['id']}/files"
    top = await service.get(base)
    assert [item["name"] for item in top["value"]] == [
        "applications", "fsmounts", "shared", "startup", "volatile", "workitems",
    ]  # fmt: skip
    only = {"$filter": "startswith(name,'startup/std')", "recursive": "true"}
    files = (await service.get(base, **only))["value"]
    assert [item["name"] for item in files] == ["startup/stderr.txt", "startup/stdout.txt"]
    assert files[1]["properties"]["contentLength"] == "10"
    path = f"{base}/startup%2Fstdout.txt"
    facts = await service.send("HEAD", path)
    assert (facts.status_code, facts.headers["Content-Length"]) == (200, "10")
    assert facts.headers["ocp-batch-file-isdirectory"] == "False"
    assert facts.headers["ocp-batch-file-mode"].startswith("0o100")
    part = await service.send("GET", path, headers={"ocp-range": "bytes=4-6"})
    assert (part.status_code, part.text()) == (200, "456")
    rest = await service.send("GET", path, headers={"ocp-range": "bytes=7-"})
    assert rest.text() == "789"
    past = await service.send("GET", path, headers={"ocp-range": "bytes=10-"})
    assert (past.status_code, past.json()["code"]) == (416, "InvalidRange")
    for outside in ("nope.txt", "..%2F..%2F..%2F..%2Fetc%2Fpasswd", "%2Fetc%2Fpasswd"):
        await service.fails(404, "FileNotFound", "GET", f"{base}/{outside}")


async def test_files_and_directories_of_a_node_are_deleted(service):
    command = "/bin/sh -c 'mkdir d; touch d/f; ln -s / out'"
    await service.create(targetDedicatedNodes=1, startTask={"commandLine": command})
    (node,) = await service.nodes()
    base = f"/pools/p/nodes/{node['id']}/files"
    work = f"{base}/startup%2Fwd%2F"
    full = await service.fails(409, "OperationInvalidForCurrentState", "DELETE", f"{work}d")
    assert full["Reason"] == "The directory is not empty"
    for outside in ("..%2F..%2F..%2Fx", "out%2Fetc%2Fpasswd", "nope", "..", "d%2F.."):
        await service.fails(404, "FileNotFound", "DELETE", f"{work}{outside}")
    client = service.client
    await client.delete_node_file("p", node["id"], "startup/wd/d", recursive=True)
    await client.delete_node_file("p", node["id"], "startup/wd/out")
    left = await service.get(base, recursive="true")
    assert not [item for item in left["value"] if item["name"].startswith("startup/wd/")]


async def test_pools_are_left_by_their_processes_and_directories(service):
    await service.create(
        targetDedicatedNodes=1,
        startTask={
            "commandLine": "/bin/sh -c 'setsid sleep 61 & sleep 62'",
            "waitForSuccess": False,
        },
    )
    await service.nodes()
    await until(lambda: len(_running("sleep", "61")) + len(_running("sleep", "62")) == 2)
    await service.send("DELETE", "/pools/p")
    await service.gone("/pools/p")
    await until(lambda: not _running("sleep", "61") and not _running("sleep", "62"))


def _running(*words):
    from pathlib import Path

    wanted = "\0".join(words).encode() + b"\0"
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes() == wanted:
                found.append(path)
        except OSError:
            continue
    return found


async def test_the_demo_shows_what_operators_meet(demo):
    pools = {pool["id"]: pool for pool in (await demo.get("/pools"))["value"]}
    assert pools["fluid-sim-burst"]["allocationState"] == "resizing"
    assert pools["cfd-autoscale"]["enableAutoScale"] is True
    assert pools["molecular-dynamics"]["resizeErrors"][0]["code"] == "AccountCoreQuotaReached"
    assert "networkConfiguration" not in pools["nightly-reports"]
    states = {}
    for name in pools:
        for node in (await demo.get(f"/pools/{name}/nodes"))["value"]:
            states.setdefault(node["state"], []).append(node)
    assert {"idle", "running", "starttaskfailed", "unusable", "preempted"} <= set(states)
    hidden = [n for n in states["idle"] if n.get("startTaskInfo", {}).get("result") == "failure"]
    assert len(hidden) == 1
    assert states["unusable"][0]["errors"][0]["code"] == "DiskFull"
    for node in states["starttaskfailed"]:
        error = await demo.output(node, "stderr.txt", "genomics-start-task")
        assert error == "wc: reference/hg38.fa.fai: No such file or directory\n"
    healthy = (await demo.get("/pools/render-linux/nodes"))["value"][0]
    assert "mnt/batch/tasks/startup" in await demo.output(healthy, pool_id="render-linux")
