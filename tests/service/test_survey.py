"""Finding what is wrong in an account: what is asked for, and what comes of it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from service.commanding import change, strike

from batchtui.batch.images import Images
from batchtui.batch.nodes import Nodes
from batchtui.batch.pools import Pools
from batchtui.batch.survey import Survey
from batchtui.errors import ThrottledError

NOW = datetime.now(UTC)
UBUNTU = {"publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts"}


async def look(service):
    survey = Survey(Pools(service), Nodes(service), Images(service).supported)
    return [fault async for found in survey.faults(NOW) for fault in found]


def told(found):
    return {(fault.pool.id, fault.kind, fault.nodes) for fault in found}


async def test_the_demos_faults_are_found_with_a_listing_of_no_more_pools_than_have_some(ours):
    asked, page = [], ours.page

    async def told_of(url, **how):
        asked.append(urlsplit(url))
        return await page(url, **how)

    ours.page = told_of
    assert told(await look(ours)) == {
        ("genomics-start-task", "starttaskfailed", 1),
        ("licence-check", "startignored", 1),
        ("molecular-dynamics", "resize", 0),
        ("spot-transcode", "unusable", 1),
        ("spot-transcode", "preempted", 1),
    }
    assert sorted(url.path for url in asked) == [
        "/nodecounts",
        "/pools",
        "/pools/genomics-start-task/nodes",
        "/pools/licence-check/nodes",
        "/pools/spot-transcode/nodes",
        "/supportedimages",
    ]
    filters = {url.path.split("/")[2]: parse_qs(url.query)["$filter"][0] for url in asked[2:-1]}
    assert filters["spot-transcode"] == "state eq 'unusable' or state eq 'preempted'"
    assert all("$select" in parse_qs(url.query) for url in asked if "pools" in url.path)


async def test_many_nodes_of_a_kind_are_one_fault_and_images_have_ends(still, ours):
    await change(still, pool="render-linux", node="*", state="unknown")
    soon = (NOW + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    await change(still, images=[{**UBUNTU, "batchSupportEndOfLife": soon}])
    found = await look(ours)
    assert ("render-linux", "unknown", 8) in told(found)
    ending = {fault.pool.id for fault in found if fault.kind == "imageends"}
    assert ending == {
        "fluid-sim-burst", "genomics-start-task", "licence-check", "nightly-reports",
        "render-linux",
    }  # fmt: skip


async def test_a_pool_that_went_meanwhile_has_no_faults_and_throttling_ends_it(still, ours):
    gone = {"do": "status", "status": 404, "code": "PoolNotFound"}
    await strike(still, path="/pools/spot-transcode/nodes", count=1, **gone)
    assert not {"unusable", "preempted"} & {kind for _pool, kind, _nodes in told(await look(ours))}
    await strike(still, path="/pools/*/nodes", do="status", status=429, retryAfter=7)
    with pytest.raises(ThrottledError) as raised:
        await look(ours)
    assert raised.value.retry_after == 7
