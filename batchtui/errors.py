"""The error tree: what may go wrong and is expected to, in words for the operator.

    BatchtuiError
    ├── UsageError              what was typed on the command line can't be done
    ├── ConfigError             a file or setting of ours that can't be used
    ├── TemplateError           a file that was to hold a pool, and doesn't
    ├── VaultError              the keyring can't be used, is locked or has no such secret
    ├── ServiceError            Azure Batch said no, or said nothing
    │   ├── AuthError           ... because of the key, the clock or the account
    │   ├── NotFoundError       ... because the pool, node or user isn't there
    │   ├── ConflictError       ... because of the state that it is in
    │   ├── ChangedError        ... because somebody else changed it meanwhile
    │   ├── ThrottledError      ... because it is asked too often, or busy
    │   └── UnreachableError    ... nothing answered
    ├── ReadOnlyError           this account is looked at, not changed
    ├── FileError               a file, here or on a node, can't be read, written or found
    │   ├── NoSuchFileError     ... because it isn't there
    │   ├── NotAllowedError     ... because of who one is
    │   └── DiskFullError       ... because there is no room, or none for this user
    └── SshError                no shell on the node
        ├── NoRouteError        there is no way to its SSH port
        │   └── NotUpError      ... yet: it is on its way up
        ├── NotReachedError     nothing answers or listens there
        ├── HostKeyError        it showed another host key than before
        ├── LoginKeyError       there is no key to log in with, or it can't be used
        ├── LoginRefusedError   it doesn't take the user's key or password
        └── ConnectionLostError it went away

Anything else is a bug and crashes visibly, with the terminal restored.
"""

from collections.abc import Mapping
from types import MappingProxyType


class BatchtuiError(Exception):
    """An expected failure: what happened, in a sentence, and what to do about it.

    `message` and `advice` are shown to the operator, so neither may hold a secret.
    """

    title = "Something went wrong"

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class UsageError(BatchtuiError):
    """Words of the command line that mean nothing here."""

    title = "Command line"


class ConfigError(BatchtuiError):
    """A settings or accounts file, or an environment variable, that can't be used."""

    title = "Settings"


class TemplateError(BatchtuiError):
    """A file, or what it holds, that no pool can be made of."""

    title = "Template"


class VaultError(BatchtuiError):
    """The system's keyring is missing, locked, or refuses."""

    title = "Keyring"


class ServiceError(BatchtuiError):
    """Azure Batch answered with an error; `code` is its own, such as `PoolBeingResized`.

    `values` are the error's details by name (PropertyName, Reason ...), `status` is the HTTP
    status or 0, `request_id` what Azure support asks for.
    """

    title = "Azure Batch refused"

    def __init__(
        self,
        message: str,
        *,
        advice: str = "",
        code: str = "",
        status: int = 0,
        request_id: str = "",
        values: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(message, advice=advice)
        self.code = code
        self.status = status
        self.request_id = request_id
        self.values = values

    @property
    def may_be_done(self) -> bool:
        """Whether what was asked for may be done all the same.

        A server or a gateway that failed can't tell; one that is busy (503) didn't begin.
        """
        return self.status >= 500 and self.status != 503


class AuthError(ServiceError):
    """The account refuses the credential."""

    title = "Not signed in"


class NotFoundError(ServiceError):
    """What the call names doesn't exist, or not any more."""

    title = "Not there"


class ConflictError(ServiceError):
    """What the call names is in a state that doesn't allow it."""

    title = "Not now"


class ChangedError(ServiceError):
    """What the call changes isn't as it was when it was read."""

    title = "Changed meanwhile"


class ThrottledError(ServiceError):
    """The service asks for patience, for `retry_after` seconds if it is not 0."""

    title = "The service throttles"

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        status: int = 0,
        request_id: str = "",
        retry_after: float = 0.0,
    ) -> None:
        wait = f"in {retry_after:g} s" if retry_after else "in a moment"
        advice = f"It asks to be asked again {wait}."
        super().__init__(message, advice=advice, code=code, status=status, request_id=request_id)
        self.retry_after = retry_after


class UnreachableError(ServiceError):
    """Nothing answered at the account's endpoint, or not in time.

    `asked` is whether it may have been asked: what it was asked for may be done then.
    """

    title = "No answer"
    asked = False

    @property
    def may_be_done(self) -> bool:
        """Whether it was asked."""
        return self.asked


class ReadOnlyError(BatchtuiError):
    """The account, or the whole program, is set to be read only."""

    title = "Read-only"


class FileError(BatchtuiError):
    """A file or folder, here or on a node, that can't be used as it was to be."""

    title = "File"


class NoSuchFileError(FileError):
    """It isn't there, or not any more."""

    title = "No such file"


class NotAllowedError(FileError):
    """The system there doesn't let this user."""

    title = "Not allowed"


class DiskFullError(FileError):
    """There is no room left for it, or this user may not take more."""

    title = "Disk full"


class SshError(BatchtuiError):
    """No shell on the node, or not any more; `hop` is the jump host that is why, if one is."""

    title = "No shell"
    hop = ""


class NoRouteError(SshError):
    """Nothing that is known of the pool and the node leads to its SSH port."""

    title = "No way to this node"


class NotUpError(NoRouteError):
    """The node is on its way up: whoever waits gets in."""

    title = "Not up yet"


class NotReachedError(SshError):
    """Nothing answers where the node's SSH server should, or nothing listens there."""

    title = "No answer"


class HostKeyError(SshError):
    """The node shows another host key than this allocation of it did before."""

    title = "Host key changed"


class LoginKeyError(SshError):
    """The key to log in with is missing, or can't be read or signed with."""

    title = "No login key"


class LoginRefusedError(SshError):
    """The node's SSH server takes neither the key nor the password."""

    title = "Login refused"


class ConnectionLostError(SshError):
    """The node closed the connection, or stopped answering."""

    title = "Connection lost"
