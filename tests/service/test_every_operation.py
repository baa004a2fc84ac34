"""Every public operation of the SDK's clients, sync and async, each with what came back.

The same script runs through both clients; at its end no public method may be left uncalled.
"""

import asyncio
import inspect
from datetime import UTC, datetime, timedelta

import pytest
from azure.batch import BatchClient, models
from azure.batch.aio import BatchClient as AsyncBatchClient
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import HttpResponseError
from azure.core.rest import HttpRequest
from conftest import wait_for
from service.helpers import UBUNTU

from batchtui.emulator import EmulatorThread, Options

PUBLIC = {
    name
    for name, _ in inspect.getmembers(BatchClient, inspect.isfunction)
    if not name.startswith("_")
}
# Given outright: without options the SDK stumbles over its own content type.
DISABLE = models.BatchNodeDisableSchedulingOptions(node_disable_scheduling_option="requeue")
REBOOT = {"nodeRebootOption": "requeue"}
REIMAGE = {"nodeReimageOption": "requeue"}
DEALLOCATE = {"nodeDeallocateOption": "requeue"}
FOREVER = "/bin/sh -c 'echo begun; exec sleep 600'"


def whole(items):
    """All items of a list, or all bytes of a file."""
    return b"".join(items) if items and isinstance(items[0], bytes) else items


class Sync:
    """Calls operations of the sync client, and remembers which."""

    def __init__(self, info):
        self.called = set()
        credential = AzureNamedKeyCredential(info.account, info.key)
        self.client = BatchClient(info.endpoint, credential, retry_total=0)

    def __call__(self, name, *args, **more):
        self.called.add(name)
        if name.startswith("begin_"):
            more |= {"polling_interval": 0.05}
        return self.settle(getattr(self.client, name)(*args, **more))

    def settle(self, answer):
        """The answer whole: a poller's result, all of a list, all bytes of a file."""
        if hasattr(answer, "result"):
            return answer.result()
        return whole(list(answer)) if hasattr(answer, "__next__") else answer

    def end(self):
        """All is closed."""


class Async(Sync):
    """Calls operations of the async client, in a loop of its own."""

    def __init__(self, info):
        super().__init__(info)
        self.client.close()
        self.loop = asyncio.new_event_loop()
        credential = AzureNamedKeyCredential(info.account, info.key)
        self.client = AsyncBatchClient(info.endpoint, credential, retry_total=0)

    def settle(self, answer):
        return self.loop.run_until_complete(self._settle(answer))

    async def _settle(self, answer):
        if inspect.isawaitable(answer) and not hasattr(answer, "by_page"):
            answer = await answer
        if hasattr(answer, "result"):
            return await answer.result()
        if hasattr(answer, "__aiter__"):
            return whole([item async for item in answer])
        return answer

    def end(self):
        self.loop.close()


@pytest.fixture(params=[Sync, Async])
def call(request):
    with EmulatorThread(Options(seed="empty", clock="fast")) as info:
        calls = request.param(info)
        yield calls
        calls.end()


def ids(items):
    return [item.id for item in items]


def pool_options(pool_id, **more):
    image = models.BatchVmImageReference(**UBUNTU["imageReference"])
    machine = models.VirtualMachineConfiguration(
        image_reference=image,
        node_agent_sku_id=UBUNTU["nodeAgentSKUId"],
        extensions=[
            models.VMExtension(name="hello", publisher="Microsoft.Azure.Extensions", type="Script")
        ],
    )
    ssh = models.BatchInboundNatPool(
        name="ssh",
        protocol="tcp",
        backend_port=22,
        frontend_port_range_start=15000,
        frontend_port_range_end=15100,
    )
    network = models.NetworkConfiguration(
        endpoint_configuration=models.BatchPoolEndpointConfiguration(inbound_nat_pools=[ssh])
    )
    return models.BatchPoolCreateOptions(
        id=pool_id,
        vm_size="standard_d2_v3",
        virtual_machine_configuration=machine,
        network_configuration=network,
        **more,
    )


def steady(call, pool_id):
    def check():
        pool = call("get_pool", pool_id)
        return pool if pool.allocation_state == "steady" else None

    return wait_for(check, f"{pool_id} steady")


def node_in(call, pool_id, state, number=0):
    def check():
        nodes = call("list_nodes", pool_id)
        return nodes[number] if nodes and all(node.state == state for node in nodes) else None

    return wait_for(check, f"nodes of {pool_id} {state}")


def task_in(call, job_id, task_id, *states):
    def check():
        task = call("get_task", job_id, task_id)
        return task if task.state in states else None

    return wait_for(check, f"{task_id} {states}")


def refused(call, status, code, *words, **more):
    with pytest.raises(HttpResponseError) as caught:
        call(*words, **more)
    assert caught.value.status_code == status
    if code:  # there is none where there is no body
        assert caught.value.model.code == code


@pytest.mark.timeout(240)
def test_every_operation_is_served(call):
    catalogue(call)
    pools(call)
    autoscale(call)
    nodes(call)
    node_life(call)
    jobs(call)
    tasks(call)
    task_files(call)
    job_ends(call)
    schedules(call)
    endings(call)
    assert PUBLIC - call.called == set()
    assert call.called - PUBLIC == set()


def catalogue(call):
    images = call("list_supported_images")
    assert UBUNTU["nodeAgentSKUId"] in {image.node_agent_sku_id for image in images}
    assert call("list_applications") == []
    refused(call, 404, "ApplicationNotFound", "get_application", "none")
    answer = call("send_request", HttpRequest("GET", "/pools?api-version=2025-06-01"))
    assert answer.json()["value"] == []


def pools(call):
    refused(call, 404, None, "pool_exists", "p")  # so the SDK has it
    start = models.BatchStartTask(command_line="/bin/sh -c 'echo ready'", wait_for_success=True)
    assert call("create_pool", pool_options("p", start_task=start)) is None
    assert call("pool_exists", "p") is True
    assert call("get_pool", "p").start_task.command_line == start.command_line
    assert ids(call("list_pools")) == ["p"]
    metadata = [models.BatchMetadataItem(name="team", value="ops")]
    assert call("update_pool", "p", models.BatchPoolUpdateOptions(metadata=metadata)) is None
    pool = call("get_pool", "p")
    assert [(item.name, item.value) for item in pool.metadata] == [("team", "ops")]
    assert pool.start_task is not None
    whole = models.BatchPoolReplaceOptions(
        application_package_references=[], metadata=[], start_task=start
    )
    assert call("replace_pool_properties", "p", whole) is None
    assert not call("get_pool", "p").metadata
    steady(call, "p")
    resize = models.BatchPoolResizeOptions(target_dedicated_nodes=2)
    call("begin_resize_pool", "p", resize)
    assert steady(call, "p").current_dedicated_nodes == 2
    node_in(call, "p", "idle")
    [counts] = call("list_pool_node_counts")
    assert (counts.pool_id, counts.dedicated.idle, counts.dedicated.total) == ("p", 2, 2)
    begin = datetime.now(UTC) - timedelta(hours=4)
    hour = {"start_time": begin, "end_time": begin + timedelta(hours=1)}
    metrics = call("list_pool_usage_metrics", **hour)
    assert all(metric.pool_id == "p" for metric in metrics)


def autoscale(call):
    call("create_pool", pool_options("scaled"))
    steady(call, "scaled")
    call("begin_resize_pool", "scaled", models.BatchPoolResizeOptions(target_dedicated_nodes=1))
    steady(call, "scaled")
    formula = models.BatchPoolEnableAutoScaleOptions(
        auto_scale_formula="$TargetDedicatedNodes=1",
        auto_scale_evaluation_interval=timedelta(minutes=6),
    )
    assert call("enable_pool_auto_scale", "scaled", formula) is None
    assert call("get_pool", "scaled").auto_scale_evaluation_interval == timedelta(minutes=6)
    run = call(
        "evaluate_pool_auto_scale",
        "scaled",
        models.BatchPoolEvaluateAutoScaleOptions(auto_scale_formula="$TargetDedicatedNodes=1+2"),
    )
    assert run.results.startswith("$TargetDedicatedNodes=3;")
    steady(call, "scaled")
    assert call("disable_pool_auto_scale", "scaled") is None
    assert call("get_pool", "scaled").enable_auto_scale is False
    resize = HttpRequest(
        "POST",
        "/pools/scaled/resize?api-version=2025-06-01",
        json={"targetDedicatedNodes": 3},
        headers={"Content-Type": "application/json; odata=minimalmetadata"},
    )
    assert call("send_request", resize).status_code == 202
    call("begin_stop_pool_resize", "scaled")
    assert steady(call, "scaled").target_dedicated_nodes == 3


def nodes(call):
    node = node_in(call, "p", "idle")
    where = ("p", node.id)
    assert call("get_node", *where).affinity_id == f"TVM:{node.id}"
    user = models.BatchNodeUserCreateOptions(name="op", password="Sturdy-Pass-1", is_admin=True)
    assert call("create_node_user", *where, user) is None
    newer = models.BatchNodeUserReplaceOptions(password="Sturdy-Pass-2")
    assert call("replace_node_user", *where, "op", newer) is None
    assert call("delete_node_user", *where, "op") is None
    assert call("get_node_remote_login_settings", *where).remote_login_port in {15000, 15001}
    extensions = call("list_node_extensions", *where)
    assert "hello" in {extension.vm_extension.name for extension in extensions}
    shown = call("get_node_extension", *where, "hello")
    assert shown.vm_extension.publisher == "Microsoft.Azure.Extensions"
    assert call("disable_node_scheduling", *where, DISABLE) is None
    assert call("get_node", *where).scheduling_state == "disabled"
    assert call("enable_node_scheduling", *where) is None
    assert call("get_node", *where).scheduling_state == "enabled"
    upload = models.UploadBatchServiceLogsOptions(
        container_url="https://example.blob.core.windows.net/logs?sig=x",
        start_time=datetime.now(UTC) - timedelta(minutes=5),
    )
    assert call("upload_node_logs", *where, upload).number_of_files_uploaded > 0
    names = [file.name for file in call("list_node_files", *where, recursive=True)]
    assert "startup/stdout.txt" in names
    properties = call("get_node_file_properties", *where, "startup/stdout.txt")
    assert properties.content_length == len("ready\n")
    assert call("download_node_file", *where, "startup/stdout.txt") == b"ready\n"
    assert call("delete_node_file", *where, "startup/stdout.txt") is None
    refused(call, 404, None, "get_node_file_properties", *where, "startup/none.txt")


def node_life(call):
    node = node_in(call, "p", "idle")
    where = ("p", node.id)
    call("begin_reboot_node", *where, REBOOT)
    rebooted = node_in(call, "p", "idle")
    assert rebooted.last_boot_time > node.last_boot_time
    call("begin_reimage_node", *where, REIMAGE)
    node_in(call, "p", "idle")
    call("begin_deallocate_node", *where, DEALLOCATE)
    assert wait_for(lambda: call("get_node", *where).state == "deallocated", "deallocated")
    call("begin_start_node", *where)
    assert node_in(call, "p", "idle").scheduling_state == "enabled"


def job_options(job_id, **more):
    return models.BatchJobCreateOptions(
        id=job_id, pool_info=models.BatchPoolInfo(pool_id="p"), **more
    )


def jobs(call):
    preparation = models.BatchJobPreparationTask(command_line="/bin/sh -c 'echo prepared'")
    release = models.BatchJobReleaseTask(command_line="/bin/sh -c 'echo released'")
    options = job_options("j", job_preparation_task=preparation, job_release_task=release)
    assert call("create_job", options) is None
    assert ids(call("list_jobs")) == ["j"]
    assert call("update_job", "j", models.BatchJobUpdateOptions(priority=7)) is None
    job = call("get_job", "j")
    assert (job.priority, job.state, job.execution_info.pool_id) == (7, "active", "p")
    job.priority = 5
    assert call("replace_job", "j", job) is None
    assert call("get_job", "j").priority == 5
    wait = models.BatchJobDisableOptions(disable_tasks="requeue")
    call("begin_disable_job", "j", wait)
    assert wait_for(lambda: call("get_job", "j").state == "disabled", "disabled")
    call("begin_enable_job", "j")
    assert call("get_job", "j").state == "active"


def task_options(task_id, command="/bin/sh -c 'echo hello; echo oh >&2'", **more):
    return models.BatchTaskCreateOptions(id=task_id, command_line=command, **more)


def tasks(call):
    assert call("create_task", "j", task_options("t")) is None
    done = task_in(call, "j", "t", "completed")
    assert (done.execution_info.exit_code, done.execution_info.result) == (0, "success")
    group = models.BatchTaskGroup(task_values=[task_options("g1"), task_options("g2")])
    results = call("create_task_collection", "j", group).result_values
    assert [(result.task_id, result.status) for result in results] == [
        ("g1", "Success"),
        ("g2", "Success"),
    ]
    many = [task_options(f"m{at:03d}", "/bin/sh -c true") for at in range(110)]
    assert len(call("create_tasks", "j", many).result_values) == 110
    assert len(call("list_tasks", "j")) == 113
    assert call("list_subtasks", "j", "t") == []
    wait_for(lambda: call("get_job_task_counts", "j").task_counts.completed == 113, "all done", 60)
    status = call("list_job_preparation_and_release_task_status", "j")
    assert {each.pool_id for each in status} == {"p"}
    assert call("create_task", "j", task_options("long", FOREVER)) is None
    running = task_in(call, "j", "long", "running")
    running.constraints = models.BatchTaskConstraints(max_task_retry_count=2)
    assert call("replace_task", "j", "long", running) is None
    assert call("get_task", "j", "long").constraints.max_task_retry_count == 2
    assert call("terminate_task", "j", "long") is None
    ended = task_in(call, "j", "long", "completed")
    assert ended.execution_info.result == "failure"
    assert call("reactivate_task", "j", "long") is None
    task_in(call, "j", "long", "running", "active")
    call("terminate_task", "j", "long")
    assert call("delete_task", "j", "long") is None
    refused(call, 404, "TaskNotFound", "get_task", "j", "long")


def task_files(call):
    where = ("j", "t")
    names = {file.name for file in call("list_task_files", *where, recursive=True)}
    assert {"stdout.txt", "stderr.txt", "wd"} <= names
    assert call("get_task_file_properties", *where, "stderr.txt").content_length == 3
    assert call("download_task_file", *where, "stdout.txt") == b"hello\n"
    assert call("download_task_file", *where, "stdout.txt", ocp_range="bytes=1-3") == b"ell"
    assert call("delete_task_file", *where, "stdout.txt") is None
    refused(call, 404, None, "get_task_file_properties", *where, "stdout.txt")


def job_ends(call):
    call("begin_terminate_job", "j", {"terminateReason": "Enough"})
    ended = wait_for(
        lambda: (job := call("get_job", "j")).state == "completed" and job, "completed"
    )
    assert ended.execution_info.termination_reason == "Enough"
    call("begin_delete_job", "j")
    wait_for(lambda: ids(call("list_jobs")) == [], "no jobs")


def schedules(call):
    refused(call, 404, None, "job_schedule_exists", "s")
    specification = models.BatchJobSpecification(pool_info=models.BatchPoolInfo(pool_id="p"))
    recurrence = models.BatchJobScheduleConfiguration(recurrence_interval=timedelta(days=1))
    options = models.BatchJobScheduleCreateOptions(
        id="s", schedule=recurrence, job_specification=specification
    )
    assert call("create_job_schedule", options) is None
    assert call("job_schedule_exists", "s") is True
    assert ids(call("list_job_schedules")) == ["s"]
    jobs_of = wait_for(lambda: call("list_jobs_from_schedule", "s"), "a first job")
    assert ids(jobs_of) == ["s:job-1"]
    metadata = [models.BatchMetadataItem(name="a", value="b")]
    update = models.BatchJobScheduleUpdateOptions(metadata=metadata)
    assert call("update_job_schedule", "s", update) is None
    schedule = call("get_job_schedule", "s")
    assert schedule.metadata[0].name == "a"
    schedule.metadata = None
    assert call("replace_job_schedule", "s", schedule) is None
    assert not call("get_job_schedule", "s").metadata
    assert call("disable_job_schedule", "s") is None
    assert call("get_job_schedule", "s").state == "disabled"
    assert call("enable_job_schedule", "s") is None
    assert call("get_job_schedule", "s").state == "active"
    call("begin_terminate_job_schedule", "s")
    wait_for(lambda: call("get_job_schedule", "s").state == "completed", "completed")
    call("begin_delete_job_schedule", "s")
    wait_for(lambda: call("list_job_schedules") == [], "no schedules")


def endings(call):
    node = node_in(call, "p", "idle")
    call("begin_remove_nodes", "p", models.BatchNodeRemoveOptions(node_ids=[node.id]))
    assert steady(call, "p").current_dedicated_nodes == 1
    call("begin_delete_pool", "p")
    wait_for(lambda: "p" not in ids(call("list_pools")), "no pool")
    call("close")
