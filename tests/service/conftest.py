"""Emulators to test against, and clients that talk to them as a user's would."""

import pytest
from service.helpers import serving


@pytest.fixture
async def service():
    """An empty account whose transitions take a fraction of a second."""
    async with serving(seed="empty") as running:
        yield running


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
