"""The emulator and our rules say the same of pools: what is refused, and for which property."""

from dataclasses import replace

import pytest
from azure.batch import BatchClient
from azure.core.credentials import AzureNamedKeyCredential
from bad_pools import BAD, FOREIGN, GOOD, IMAGE
from conftest import wait_for
from hypothesis import HealthCheck, assume, given, settings
from known_service import KNOWN
from pool_bodies import OF_WINDOWS, mutated
from service.commanding import change
from service.helpers import answer_to, pool_body

from batchtui.batch.known import Quota, Used
from batchtui.batch.places import at
from batchtui.batch.rules import problems, warnings
from batchtui.batch.schema import subschema
from batchtui.batch.service import BatchService
from batchtui.emulator import EmulatorThread, Options
from batchtui.errors import ServiceError


@pytest.fixture(scope="module")
def account():
    options = Options(clock="fast", seed="empty", pretend=True)
    with EmulatorThread(options) as info:
        yield info


@pytest.fixture
async def ours(account):
    """The account with a pool of the id `taken`, as this program reaches it."""
    async with BatchService(account.endpoint, account.account, account.key) as service:
        if not await service.rows("/pools"):
            await service.post("/pools", pool_body("taken"))
        yield service


@pytest.mark.parametrize("bad", [*BAD.values(), *FOREIGN.values()], ids=[*BAD, *FOREIGN])
async def test_what_our_rules_find_wrong_the_service_refuses_for_the_same_property(ours, bad):
    with pytest.raises(ServiceError) as refused:
        await ours.post("/pools", bad.body)
    error = refused.value
    assert error.status in {400, 403, 409}
    places = [found.path for found in problems(bad.body, KNOWN)]
    assert bad.path in places
    named = error.values.get("PropertyName")
    if named and " or " not in named:
        assert any(named in path for path in places), (named, places)


@pytest.mark.parametrize("name", GOOD)
async def test_what_our_rules_find_good_the_service_takes(ours, name):
    body = GOOD[name] | {"id": name.replace(" ", "-")}
    assert problems(body, KNOWN) == []
    await ours.post("/pools", body)


async def test_a_pool_too_many_is_refused(service):
    await change(service, quota={"pools": 0})
    await service.fails(409, "PoolQuotaReached", "POST", "/pools", pool_body())
    known = replace(KNOWN, quota=Quota(500, 500, pools=0), used=Used(0, 0, pools=0))
    assert [found.path for found in problems(pool_body(), known)] == [()]


@pytest.fixture(scope="module")
def client(account):
    """The same account, without waiting in a loop."""
    credential = AzureNamedKeyCredential(account.account, account.key)
    with BatchClient(account.endpoint, credential, retry_total=0) as client:
        yield client


def is_number_as_text(body, found):
    """The service takes such numbers, as the az CLI sends them; ours are written as they are."""
    value = at(body, found.path)
    return subschema(found.path).get("type") == "integer" and isinstance(value, str)


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=mutated())
def test_whatever_is_sent_our_rules_and_the_service_agree(client, body):
    # No nodes come of it, which would take their time.
    body["targetDedicatedNodes"] = body["targetLowPriorityNodes"] = None
    if str(body.get("autoScaleFormula") or "").strip():
        # Only the service reads formulas.
        body["autoScaleFormula"] = OF_WINDOWS["autoScaleFormula"]
    found = problems(body, KNOWN)
    assume(not any(is_number_as_text(body, each) for each in found))
    # The emulator has only images of its list, the service has had others.
    assume(not any(each.path == IMAGE for each in warnings(body, KNOWN)))
    answer = answer_to(client, "POST", "/pools", body)
    assert (answer.status_code != 201) == bool(found), (answer.text(), found)
    if answer.status_code == 201:
        path = f"/pools/{body['id']}"
        answer_to(client, "DELETE", path)
        wait_for(lambda: answer_to(client, "GET", path).status_code == 404, "the pool is gone")
