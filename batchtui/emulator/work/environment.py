"""The environment of a task: what Batch tells it, then what its job and its own settings say."""

from collections.abc import Sequence
from pathlib import Path

from batchtui.emulator.catalogue import vm_size
from batchtui.emulator.machines.commands import own_settings
from batchtui.emulator.store import Job, Json, Node
from batchtui.emulator.work.records import directory_of


def task_settings(job: Job, task_id: str, spec: Json, root: Path, directory: str) -> dict[str, str]:
    """The settings of a task beyond those of its node, whose files are below `root`."""
    own = root / directory
    settings = {
        "HOME": str(own / "wd"),
        "AZ_BATCH_JOB_ID": job.id,
        "AZ_BATCH_TASK_ID": task_id,
        "AZ_BATCH_TASK_DIR": str(own),
        "AZ_BATCH_TASK_WORKING_DIR": str(own / "wd"),
    }
    if preparation := job.body.get("jobPreparationTask"):
        prepared = root / directory_of(job, preparation["id"])
        settings["AZ_BATCH_JOB_PREP_DIR"] = str(prepared)
        settings["AZ_BATCH_JOB_PREP_WORKING_DIR"] = str(prepared / "wd")
    return (
        settings
        | own_settings(job.body.get("commonEnvironmentSettings"))
        | own_settings(spec.get("environmentSettings"))
    )


def instance_settings(nodes: Sequence[Node], node: Node, root: Path, shared: str) -> dict[str, str]:
    """What each instance of a multi-instance task is told of the others; the first is primary."""
    addresses = [each.body["ipAddress"] for each in nodes]
    size = vm_size(node.body["vmSize"])
    each_has = size.cores if size else 1
    return {
        "CCP_NODES": " ".join([str(len(nodes)), *(f"{a} {each_has}" for a in addresses)]),
        "AZ_BATCH_NODE_LIST": ";".join(addresses),
        "AZ_BATCH_HOST_LIST": ",".join(addresses),
        "AZ_BATCH_MASTER_NODE": f"{addresses[0]}:6000",
        "AZ_BATCH_IS_CURRENT_NODE_MASTER": "true" if node is nodes[0] else "false",
        "AZ_BATCH_TASK_SHARED_DIR": str(root / shared),
    }
