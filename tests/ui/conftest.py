"""The app on a real emulator, driven by Textual's pilot."""

from typing import ClassVar

import keyring
import pytest
from driving import on_pools
from keyring.backend import KeyringBackend
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from batchtui.accounts import Accounts
from batchtui.batch.service import BatchService
from batchtui.config import Paths, Settings
from batchtui.emulator import EmulatorThread, Options


class Screens(SingleFileSnapshotExtension):
    """One text file a screen."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def screens(snapshot):
    return snapshot.use_extension(Screens)


@pytest.fixture
def paths(tmp_path):
    return Paths(tmp_path / "config", tmp_path / "data", tmp_path / "log")


@pytest.fixture
def settings():
    return Settings(node_user="op-test", refresh_seconds=1.0)


@pytest.fixture
def emulator():
    """In a thread of its own, so that it lives on while a shell blocks the app's loop."""
    with EmulatorThread(Options(seed="demo", clock="fast", random_seed=7)) as running:
        yield running


@pytest.fixture
async def service(emulator):
    """The emulator's account as somebody else uses it."""
    async with BatchService(emulator.endpoint, emulator.account, emulator.key) as service:
        yield service


@pytest.fixture
def accounts(paths, settings):
    return Accounts(paths, settings)


@pytest.fixture
def ring():
    """A keyring that lasts as long as a test; the Secret Service has tests of its own."""

    class Ring(KeyringBackend):
        priority = 1
        kept: ClassVar[dict] = {}

        def get_password(self, service, username):
            return self.kept.get((service, username))

        def set_password(self, service, username, password):
            self.kept[service, username] = password

        def delete_password(self, service, username):
            del self.kept[service, username]

    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    yield Ring.kept
    keyring.set_keyring(before)


@pytest.fixture
async def pilot(emulator, accounts):
    """The app with the emulator's account opened: it shows the pools."""
    async with on_pools(emulator, accounts) as pilot:
        yield pilot
