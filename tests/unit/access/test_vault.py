import asyncio
import subprocess
import sys
import threading

import keyring
import pytest
from keyring import errors
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from batchtui.access.accounts import Account
from batchtui.access.vault import Vault
from batchtui.errors import VaultError

ACCOUNT = Account("prod", "acct", "https://acct.westeurope.batch.azure.com")
OTHER = Account("prod2", "acct", "https://acct.northeurope.batch.azure.com")


class Ring(KeyringBackend):
    priority = 1

    def __init__(self, error=None):
        super().__init__()
        self.kept = {}
        self.error = error

    def _fail(self):
        if self.error:
            raise self.error

    def get_password(self, service, username):
        self._fail()
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self._fail()
        self.kept[service, username] = password

    def delete_password(self, service, username):
        self._fail()
        del self.kept[service, username]


class PlaintextKeyring(Ring):
    pass


@pytest.fixture
def use():
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


async def test_keys_are_kept_under_account_and_endpoint(use):
    ring = Ring()
    use(ring)
    vault = Vault()
    assert await vault.get(ACCOUNT) is None
    await vault.put(ACCOUNT, "c2VjcmV0")
    assert ring.kept == {("batchtui", "acct@https://acct.westeurope.batch.azure.com"): "c2VjcmV0"}
    assert await vault.get(ACCOUNT) == "c2VjcmV0"
    assert await vault.get(OTHER) is None
    await vault.forget(ACCOUNT)
    await vault.forget(ACCOUNT)
    assert ring.kept == {}
    assert await vault.backend_name()


async def test_a_key_of_this_run_stays_in_memory(use):
    ring = Ring(errors.KeyringLocked("locked"))
    use(ring)
    vault = Vault()
    vault.remember(ACCOUNT, "c2VjcmV0")
    assert await vault.get(ACCOUNT) == "c2VjcmV0"
    assert ring.kept == {}
    assert "c2VjcmV0" not in repr(vault)
    with pytest.raises(VaultError, match="locked"):
        await vault.forget(ACCOUNT)
    ring.error = None
    assert await vault.get(ACCOUNT) is None


async def test_a_kept_key_takes_the_place_of_this_runs(use):
    use(Ring())
    vault = Vault()
    vault.remember(ACCOUNT, "b2xk")
    await vault.put(ACCOUNT, "bmV3")
    assert await vault.get(ACCOUNT) == "bmV3"


@pytest.mark.parametrize(
    ("ring", "why"),
    [
        (fail.Keyring(), "no keyring"),
        (null.Keyring(), "no keyring"),
        (PlaintextKeyring(), "plain text"),
        (Ring(errors.NoKeyringError()), "no keyring"),
        (Ring(errors.KeyringLocked("c2VjcmV0")), "locked"),
        (Ring(errors.InitError("c2VjcmV0")), "can't be opened"),
        (Ring(errors.PasswordSetError("c2VjcmV0")), "doesn't take"),
        (Ring(errors.PasswordDeleteError("c2VjcmV0")), "doesn't delete"),
        (Ring(OSError("c2VjcmV0")), "OSError"),
        (Ring(RuntimeError("c2VjcmV0")), "RuntimeError"),
    ],
)
async def test_every_failure_is_a_sentence_without_the_secret(use, ring, why):
    use(ring)
    with pytest.raises(VaultError, match=why) as refused:
        await Vault().put(ACCOUNT, "c2VjcmV0")
    error = refused.value
    assert error.advice
    assert "c2VjcmV0" not in str(error)
    assert error.__cause__ is None
    assert error.__context__ is None


async def test_a_plain_text_keyring_does_not_hide_in_a_chain(use, monkeypatch):
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [Ring(), PlaintextKeyring()])
    use(chainer.ChainerBackend())
    with pytest.raises(VaultError, match="plain text"):
        await Vault().get(ACCOUNT)


async def test_a_keyring_that_hangs_can_be_given_up(use):
    let_go = threading.Event()
    ring = Ring()
    ring._fail = let_go.wait
    use(ring)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(Vault().get(ACCOUNT), 0.05)
    let_go.set()


def test_a_hanging_keyring_does_not_keep_the_program_from_ending():
    program = """
import asyncio, threading
from batchtui.access.threads import in_thread
async def main():
    try:
        await asyncio.wait_for(in_thread(threading.Event().wait), 0.05)
    except TimeoutError:
        print("gave up")
asyncio.run(main())
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "gave up\n", "")


def test_what_is_needed_early_imports_nothing_heavy():
    program = """
import sys
import batchtui.access.accounts, batchtui.access.ledger, batchtui.access.route
import batchtui.access.terminal, batchtui.access.vault
print([name for name in ("paramiko", "keyring", "cryptography", "tomlkit") if name in sys.modules])
"""
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )
    assert found.stdout == "[]\n"
