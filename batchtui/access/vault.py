"""Secrets in the system's keyring: the only room where they may be kept."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from batchtui.access.accounts import Account
from batchtui.access.threads import in_thread
from batchtui.errors import VaultError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "batchtui"
_ELSEWHERE = (
    "Set AZURE_BATCH_ACCOUNT, AZURE_BATCH_ACCESS_KEY and AZURE_BATCH_ENDPOINT instead, "
    "or keep the key in memory for this run only."
)
# Keyrings in name only: module and class of those that keep nothing, or keep it readable.
_NO_KEYRING = {"keyring.backends.fail", "keyring.backends.null"}
_CHAIN = "keyring.backends.chainer"

_Result = TypeVar("_Result")


class Vault:
    """Keys by account: those of this run from memory, others from the system's keyring.

    Every call that meets the keyring may raise VaultError, which never holds a secret.
    """

    def __init__(self) -> None:
        self._remembered: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"<Vault of {len(self._remembered)} keys in memory>"

    def remember(self, account: Account, key: str) -> None:
        """Keep a key in memory, for as long as this program runs."""
        self._remembered[_user(account)] = key

    async def get(self, account: Account) -> str | None:
        """The key of an account, or None if nobody gave it yet."""
        user = _user(account)
        if user in self._remembered:
            return self._remembered[user]
        return await _with_keyring(lambda ring: ring.get_password(_SERVICE, user))

    async def put(self, account: Account, key: str) -> None:
        """Keep a key in the keyring, in place of the one that was there."""
        user = _user(account)
        await _with_keyring(lambda ring: ring.set_password(_SERVICE, user, key))
        # A key of this run would hide the one that is kept now.
        self._remembered.pop(user, None)

    async def forget(self, account: Account) -> None:
        """Forget the key of an account, in memory and in the keyring, if there is one."""
        user = _user(account)
        self._remembered.pop(user, None)
        await _with_keyring(lambda ring: _delete(ring, user))

    async def backend_name(self) -> str:
        """What keeps the keys on this machine, such as `SecretService Keyring`."""
        return await _with_keyring(lambda ring: str(ring.name))


class Kept:
    """A secret of this program itself in the system's keyring, under a name of its own."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def get(self) -> str | None:
        """The secret, or None if there is none yet; VaultError."""
        return await _with_keyring(lambda ring: ring.get_password(_SERVICE, self._name))

    async def put(self, secret: str) -> None:
        """Keep it, in place of the one that was there; VaultError."""
        await _with_keyring(lambda ring: ring.set_password(_SERVICE, self._name, secret))


def _user(account: Account) -> str:
    return f"{account.account}@{account.endpoint}"


def _delete(ring: "KeyringBackend", user: str) -> None:
    if ring.get_password(_SERVICE, user) is not None:
        ring.delete_password(_SERVICE, user)


async def _with_keyring(use: Callable[["KeyringBackend"], _Result]) -> _Result:
    return await in_thread(lambda: _use(use))


def _use(use: Callable[["KeyringBackend"], _Result]) -> _Result:
    """Run in a thread: finding a backend, and unlocking it, may take as long as it likes."""
    # Imported here: it looks for every backend there is, which takes a while.
    import keyring

    try:
        ring = keyring.get_keyring()
        _check(ring)
        return use(ring)
    except VaultError:
        raise
    except Exception as error:  # noqa: BLE001 - backends raise whatever their libraries do
        problem = _explain(error)
    # Raised outside the except clause: what a backend says may quote what it was given.
    raise problem


def _check(ring: "KeyringBackend") -> None:
    """Refuse what isn't a keyring, or keeps secrets so that anybody can read them."""
    kind = type(ring)
    if kind.__module__ == _CHAIN:
        for each in ring.backends:  # type: ignore[attr-defined]
            _check(each)
    elif kind.__module__ in _NO_KEYRING:
        raise VaultError("There is no keyring on this machine.", advice=_ELSEWHERE)
    elif "plaintext" in kind.__name__.lower():
        raise VaultError(
            f"The keyring of this machine ({kind.__name__}) keeps secrets as plain text.",
            advice=_ELSEWHERE,
        )


def _explain(error: Exception) -> VaultError:
    from keyring import errors

    if isinstance(error, errors.NoKeyringError):
        return VaultError("There is no keyring on this machine.", advice=_ELSEWHERE)
    if isinstance(error, errors.KeyringLocked):
        return VaultError(
            "The system's keyring is locked.",
            advice=f"Unlock it and try again. {_ELSEWHERE}",
        )
    if isinstance(error, errors.InitError):
        return VaultError("The system's keyring can't be opened.", advice=_ELSEWHERE)
    if isinstance(error, errors.PasswordSetError):
        return VaultError("The system's keyring doesn't take the key.", advice=_ELSEWHERE)
    if isinstance(error, errors.PasswordDeleteError):
        return VaultError(
            "The system's keyring doesn't delete the key.",
            advice=f"Delete it with the system's own tool: service {_SERVICE}.",
        )
    return VaultError(
        f"The system's keyring fails ({type(error).__name__}).",
        advice=_ELSEWHERE,
    )
