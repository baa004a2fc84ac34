"""What a request's version changes, beside the shape of an answer."""

import asyncio
from datetime import UTC, datetime

import pytest
from service.helpers import nat, pool_body, serving

OLD = "2024-02-01.19.0"
THEN = datetime(2025, 11, 1, tzinfo=UTC)


async def made(service, version, **more):
    """The nodes of a pool that was created so."""
    body = pool_body(targetDedicatedNodes=2, **more)
    response = await service.send("POST", "/pools", body, version=version)
    assert response.status_code == 201, response.text()
    nodes = await service.nodes()
    return sorted(nodes, key=lambda node: node["ipAddress"])


def endpoints(node):
    found = node.get("endpointConfiguration", {"inboundEndpoints": []})["inboundEndpoints"]
    return [(point["name"], point["frontendPort"], point["backendPort"]) for point in found]


async def test_a_pool_of_old_has_ports_for_ssh_without_asking():
    async with serving(start_time=THEN) as service:
        nodes = await made(service, OLD)
        assert endpoints(nodes[0]) == [("SSHRule.0", 50000, 22)]
        assert endpoints(nodes[1]) == [("SSHRule.1", 50001, 22)]
        login = await service.get(f"/pools/p/nodes/{nodes[1]['id']}/remoteloginsettings")
        assert login["remoteLoginPort"] == 50001
        reader, writer = await asyncio.open_connection(
            login["remoteLoginIPAddress"], login["remoteLoginPort"]
        )
        assert (await reader.readline()).startswith(b"SSH-2.0")
        writer.close()
        await writer.wait_closed()


async def test_a_rule_of_ones_own_that_leads_to_ssh_is_the_only_one():
    async with serving(start_time=THEN) as service:
        nodes = await made(service, OLD, networkConfiguration=nat())
        assert endpoints(nodes[0]) == [("ssh.0", 15000, 22)]


async def test_a_rule_that_leads_elsewhere_comes_beside_it():
    async with serving(start_time=THEN, pretend=True) as service:
        nodes = await made(service, OLD, networkConfiguration=nat(8080, "web"))
        assert endpoints(nodes[1]) == [("web.1", 15001, 8080), ("SSHRule.1", 50001, 22)]


@pytest.mark.parametrize(
    ("version", "then"),
    [("2024-07-01.20.0", THEN), ("2025-06-01", THEN), (OLD, datetime(2025, 12, 1, tzinfo=UTC))],
)
async def test_since_then_a_pool_has_no_ports_but_its_own(version, then):
    async with serving(start_time=then, pretend=True) as service:
        nodes = await made(service, version)
        assert endpoints(nodes[0]) == []


@pytest.mark.parametrize("name", ["timeOut", "timeout"])
async def test_a_timeout_is_seconds_and_one_too_long_counts_as_the_longest(service, name):
    await service.get("/pools", **{name: "45"})
    for bad in ("0", "-5", "soon", "1.5", ""):
        values = await service.fails(
            400, "InvalidQueryParameterValue", "GET", "/pools", **{name: bad}
        )
        assert values["QueryParameterName"] == name
