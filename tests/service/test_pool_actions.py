"""The actions on pools, through our own classes."""

import pytest
from pool_bodies import LINUX
from service.helpers import until

from batchtui.batch import resize
from batchtui.batch.autoscale import AutoscaleDraft, body, formulas
from batchtui.batch.draft import PoolDraft, answered, shown
from batchtui.batch.edit import change, settings
from batchtui.batch.places import without
from batchtui.batch.pools import Pools
from batchtui.batch.service import BatchService
from batchtui.errors import ChangedError, ConflictError, ReadOnlyError


@pytest.fixture
async def pools(service):
    info = service.info
    async with BatchService(info.endpoint, info.account, info.key) as ours:
        yield Pools(ours)


async def steady(pools, pool_id="p"):
    async def found():
        pool = await pools.get(pool_id)
        return pool if pool.allocation_state == "steady" else None

    return await until(found)


async def test_a_resize_as_the_form_sends_it(service, pools):
    await service.create(targetDedicatedNodes=1)
    pool = await steady(pools)
    draft = resize.ResizeDraft("0", "2", "terminate", "7")
    await pools.resize("p", resize.body(draft), match=pool.raw["eTag"])
    pool = await steady(pools)
    assert (pool.dedicated, pool.spot, pool.raw["resizeTimeout"]) == (0, 2, "PT7M")


async def test_a_resize_is_stopped_and_not_rolled_back(service, pools):
    await service.create(targetDedicatedNodes=0)
    await steady(pools)
    await pools.resize("p", {"targetDedicatedNodes": 2000})
    await pools.stop_resize("p")
    pool = await steady(pools)
    assert pool.dedicated_target == 2000
    assert pool.faults[0].code == "ResizeStopped"
    with pytest.raises(ConflictError):
        await pools.stop_resize("p")


async def test_who_saw_another_pool_changes_nothing(service, pools):
    await service.create(targetDedicatedNodes=0)
    pool = await steady(pools)
    await pools.update("p", {"metadata": [{"name": "a", "value": "1"}]})
    old = pool.raw["eTag"]
    for asked in (
        pools.resize("p", {"targetDedicatedNodes": 1}, match=old),
        pools.enable_autoscale("p", body(AutoscaleDraft.of(pool), pool), match=old),
        pools.update("p", {"metadata": []}, match=old),
        pools.replace_properties(
            "p", {"metadata": [], "applicationPackageReferences": []}, match=old
        ),
    ):
        with pytest.raises(ChangedError):
            await asked
    assert (await pools.get("p")).metadata == (("a", "1"),)


async def test_a_formula_is_evaluated_only_where_autoscale_is_on(service, pools):
    await service.create(targetDedicatedNodes=0)
    pool = await steady(pools)
    with pytest.raises(ConflictError):
        await pools.evaluate_autoscale("p", "$TargetDedicatedNodes=1;")
    # One that keeps the pool as it is makes evaluating possible, and resizes nothing.
    await pools.enable_autoscale("p", body(AutoscaleDraft.of(pool), pool), match=pool.raw["eTag"])
    assert (await pools.get("p")).allocation_state == "steady"
    run = await pools.evaluate_autoscale("p", "$TargetDedicatedNodes=1;")
    assert dict(run.variables)["$TargetDedicatedNodes"] == "1"
    assert (await pools.get("p")).dedicated_target == 0
    failed = await pools.evaluate_autoscale("p", "$TargetDedicatedNodes=nothing;")
    assert "nothing" in failed.fault.details[0][1]
    await pools.disable_autoscale("p")
    assert not (await pools.get("p")).autoscale


async def test_every_formula_to_start_from_evaluates(service, pools):
    await service.create(targetDedicatedNodes=0)
    pool = await steady(pools)
    await pools.enable_autoscale("p", body(AutoscaleDraft.of(pool), pool))
    for name, formula in formulas(pool).items():
        run = await pools.evaluate_autoscale("p", formula)
        assert run.fault is None, (name, run)


EDITS = {
    "start_command": "/bin/bash -c 'echo again'",
    "start_identity": "pool-admin",
    "wait": True,
    "retries": "2",
    "environment": 'A=2\na\nB="two\\nlines"',
    "metadata": "team=art",
}


WIRE_NAMES = {
    "start_command": "commandLine",
    "start_identity": "userIdentity",
    "wait": "waitForSuccess",
    "retries": "maxTaskRetryCount",
    "environment": "environmentSettings",
}


def different(one, other):
    """The names of what two JSON objects don't have in common."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


@pytest.fixture
async def full(service, pools):
    """A pool with everything in it."""
    response = await service.send("POST", "/pools", LINUX)
    assert response.status_code == 201, response.text()
    return await steady(pools, "full")


@pytest.mark.parametrize("field", EDITS)
async def test_an_edit_changes_what_was_edited_and_nothing_else(service, pools, full, field):
    before = await service.get("/pools/full")
    made = settings(full.raw)
    edited = answered(PoolDraft(made), field, EDITS[field])
    await pools.update("full", change(made, edited.body).body, match=full.raw["eTag"])
    after = await service.get("/pools/full")
    assert shown(PoolDraft(settings(after)), field) == EDITS[field]
    part = "metadata" if field == "metadata" else "startTask"
    assert different(before, after) == {part, "eTag", "lastModified"}
    if part == "startTask":
        assert different(before[part], after[part]) == {WIRE_NAMES[field]}


async def test_a_start_task_goes_and_the_rest_stays(service, pools, full):
    before = await service.get("/pools/full")
    made = settings(full.raw)
    sent = change(made, without(made, ("startTask",)))
    await pools.replace_properties("full", sent.body, match=full.raw["eTag"])
    after = await service.get("/pools/full")
    assert different(before, after) == {"startTask", "eTag", "lastModified"}


async def test_what_nodes_really_have_and_run(service, pools):
    await service.create(targetDedicatedNodes=2, startTask={"commandLine": "printenv PATH"})
    await service.nodes()
    pages = [page async for page in pools.start_tasks("p")]
    assert [task["commandLine"] for page in pages for task in page] == ["printenv PATH"] * 2
    assert await pools.tasks_running("p") == 0


async def test_read_only_changes_nothing(service, pools):
    await service.create(targetDedicatedNodes=0)
    info = service.info
    async with BatchService(info.endpoint, info.account, info.key, read_only=True) as ours:
        looking = Pools(ours)
        for asked in (
            looking.resize("p", {"targetDedicatedNodes": 1}),
            looking.stop_resize("p"),
            looking.enable_autoscale("p", {}),
            looking.disable_autoscale("p"),
            looking.update("p", {}),
            looking.replace_properties("p", {}),
        ):
            with pytest.raises(ReadOnlyError):
                await asked
