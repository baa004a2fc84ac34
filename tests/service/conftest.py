"""Emulators to test against, and clients that talk to them as a user's would."""

import pytest
from service.helpers import nat, serving
from service.signing_in import asking, cloud
from service.working import Working

from batchtui.batch.service import BatchService


@pytest.fixture
async def service():
    """An empty account whose transitions take a fraction of a second."""
    async with serving(seed="empty") as running:
        yield running


@pytest.fixture
async def node(service):
    """An idle node that takes SSH, the only one of pool p."""
    await service.create(targetDedicatedNodes=1, networkConfiguration=nat())
    (found,) = await service.nodes()
    return found


@pytest.fixture
async def demo():
    """The demo's world on a fast clock, always the same one."""
    async with serving(seed="demo", random_seed=7) as running:
        yield running


@pytest.fixture
async def slow():
    """An account in which nothing but requests changes within a test: the service's own pace."""
    async with serving(clock="real") as running:
        yield running


@pytest.fixture
async def still():
    """The demo's world, in which nothing but what is asked for happens."""
    async with serving(seed="demo", random_seed=7, clock="0.000001") as running:
        yield running


@pytest.fixture
async def ours(still):
    """The account of that world as this program uses it."""
    info = still.info
    async with BatchService(info.endpoint, info.account, info.key) as service:
        yield service


@pytest.fixture
def work(service):
    """An empty account, to put work into."""
    return Working(service)


@pytest.fixture(scope="module")
def azure():
    """An emulator with TLS for a file's tests, which make what they need under own names."""
    with cloud() as running:
        yield running


@pytest.fixture(scope="module")
def client(azure):
    """Azure's client of Resource Manager."""
    with azure.secret() as credential, azure.management(credential) as client:
        yield client


@pytest.fixture(scope="module")
def ask(azure):
    """Raw requests to Resource Manager."""
    return asking(azure)


@pytest.fixture
def own():
    """An emulator for a test that changes the account itself, with a client."""
    with cloud() as azure, azure.secret() as credential, azure.management(credential) as client:
        yield azure, client
