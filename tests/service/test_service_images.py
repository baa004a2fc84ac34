"""Each image of the recorded lists makes a pool, unless its support has ended."""

from datetime import UTC, datetime

import pytest
from conftest import recording

from batchtui.batch.convert import supported_image
from batchtui.batch.draft import answered, from_here, new_draft, problems
from batchtui.batch.image_choice import with_image
from batchtui.batch.images import Images
from batchtui.batch.known import Known
from batchtui.batch.service import BatchService
from batchtui.emulator import EmulatorThread, Options
from batchtui.errors import ServiceError
from batchtui.tables.images import has_ended

# The later recording says what is so by now; both have images that the other hasn't.
NAMES = ("supported-images", "supported-images-2025")


def recorded():
    """Their images by publisher, offer, sku and node agent."""
    rows = [row for name in NAMES for row in recording(name)["response"]["body"]["value"]]
    images = [supported_image(row) for row in rows]
    return {" ".join((*image.reference.names, image.node_agent_sku)): image for image in images}


IMAGES = recorded()


@pytest.fixture(scope="module")
def account():
    with EmulatorThread(Options(clock="fast", seed="empty", pretend=True)) as info:
        yield info


@pytest.fixture
async def ours(account):
    async with BatchService(account.endpoint, account.account, account.key) as service:
        yield service


def filled(image, pool_id):
    """What the form makes of the image, with a name, an address and no nodes."""
    draft = from_here(with_image(new_draft(), image), "203.0.113.7")
    return answered(answered(draft, "id", pool_id), "dedicated", "0")


def test_there_are_84():
    assert len(IMAGES) == 84


@pytest.mark.parametrize("name", IMAGES)
async def test_a_recorded_image_makes_a_pool_unless_its_support_has_ended(ours, name):
    image, now = IMAGES[name], datetime.now(UTC)
    draft = filled(image, f"p{[*IMAGES].index(name)}")
    found = problems(draft, Known(now, images=await Images(ours).supported()))
    if has_ended(image, now):
        assert found.keys() == {"image"}
        with pytest.raises(ServiceError) as refused:
            await ours.post("/pools", draft.body)
        assert refused.value.values["PropertyName"] == "imageReference"
        assert "past the end of its support" in refused.value.values["Reason"]
    else:
        assert found == {}
        await ours.post("/pools", draft.body)
        pool = await ours.get(f"/pools/{draft.body['id']}")
        machine = pool["virtualMachineConfiguration"]
        assert machine["nodeAgentSKUId"] == image.node_agent_sku
        (nat,) = pool["networkConfiguration"]["endpointConfiguration"]["inboundNATPools"]
        assert nat["backendPort"] == (3389 if image.os == "windows" else 22)


def test_some_have_ended_and_most_have_not():
    ended = [image for image in IMAGES.values() if has_ended(image, datetime.now(UTC))]
    assert 5 <= len(ended) <= 20
