"""A pytest plugin: a local Azure Batch for tests, one a session, empty at the start of each test.

    def test_a_pool_is_made(batch_emulator):
        credential = AzureNamedKeyCredential(batch_emulator.account, batch_emulator.key)
        with BatchClient(batch_emulator.endpoint, credential) as client:
            ...

Override `batch_emulator_options` in a conftest.py for another clock, seed or TLS.
"""

from collections.abc import Iterator

import pytest

from batchtui.emulator.options import Options, RunningEmulator


@pytest.fixture(scope="session")
def batch_emulator_options() -> Options:
    """How the session's emulator is started: empty, and with states that change in a moment."""
    return Options(seed="empty", clock="fast")


@pytest.fixture(scope="session")
def batch_emulator_of_session(batch_emulator_options: Options) -> Iterator[RunningEmulator]:
    """The session's emulator, with whatever the tests have left in it."""
    from batchtui.emulator import EmulatorThread

    with EmulatorThread(batch_emulator_options) as running:
        yield running


@pytest.fixture
def batch_emulator(batch_emulator_of_session: RunningEmulator) -> RunningEmulator:
    """An Azure Batch with nothing in it and no faults: `endpoint`, `account` and `key`."""
    from batchtui.emulator.control.client import empty

    empty(batch_emulator_of_session)
    return batch_emulator_of_session
