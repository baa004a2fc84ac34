"""Connections to jump hosts: each is shared by all that goes over it, and ends with the last."""

import threading
import time
from collections.abc import Callable

from batchtui.access.attempt import GivenUpError, check_wanted
from batchtui.access.hop import Hop
from batchtui.access.operator import Ask
from batchtui.access.ssh.connection import Connection
from batchtui.access.ssh.hop_keys import HopKeys
from batchtui.access.ssh.hop_login import hop_login
from batchtui.errors import LoginKeyError, LoginRefusedError, SshError

_GLANCE_SECONDS = 0.05
# A connection that nobody used for this long is asked whether it is still there.
_QUIET_SECONDS, _ANSWER_SECONDS = 30.0, 3.0

Chain = tuple[Hop, ...]
# Connects through a jump host, or straight if there is none.
Opening = Callable[[Connection | None], Connection]


class JumpHosts:
    """Leads to what lies behind chains of jump hosts. All calls block, from any thread."""

    def __init__(self, keys: HopKeys, timeout: float) -> None:
        """`timeout` is in seconds, for each step."""
        self._keys = keys
        self._timeout = timeout
        self._guard = threading.Lock()
        self._kept: dict[Chain, _Kept] = {}

    def lead(
        self,
        chain: Chain,
        opening: Opening,
        ask: Ask,
        cancelled: threading.Event | None = None,
    ) -> Connection:
        """Open a connection through a chain, whose own ones stay open until that is closed.

        Jump hosts and keys may `ask` for passwords and passphrases.

        Raises what `opening` raises, SshErrors that name the jump host, and GivenUpError within a
        moment of `cancelled` being set.
        """
        if not chain:
            return opening(None)
        kept = self._join(chain)
        try:
            hop = kept.get(lambda: self._open(chain, ask, cancelled), cancelled)
            connection = opening(hop)
        except BaseException:
            self._leave(chain, kept)
            raise
        connection.at_close(lambda: self._leave(chain, kept))
        return connection

    def _open(self, chain: Chain, ask: Ask, cancelled: threading.Event | None) -> Connection:
        *before, hop = chain

        def opening(through: Connection | None) -> Connection:
            return Connection.open(
                hop.host,
                hop.port,
                hop_login(hop, ask),
                lambda key: self._keys.check(hop, key),
                timeout=self._timeout,
                cancelled=cancelled,
                through=through,
                prefer=self._keys.kinds(hop),
                hop=hop.words,
            )

        try:
            return self.lead(tuple(before), opening, ask, cancelled)
        except SshError as error:
            raise _at(hop, error) from error

    def _join(self, chain: Chain) -> "_Kept":
        with self._guard:
            kept = self._kept.setdefault(chain, _Kept())
            kept.users += 1
            return kept

    def _leave(self, chain: Chain, kept: "_Kept") -> None:
        with self._guard:
            kept.users -= 1
            if kept.users:
                return
            del self._kept[chain]
        kept.close()


class _Kept:
    """The connection to one jump host, opened by the first that needs it."""

    def __init__(self) -> None:
        self.users = 0
        self._turn = threading.Lock()
        self._connection: Connection | None = None
        self._asked = 0.0
        self._tries = 0
        self._failure: Exception | None = None

    def get(
        self, opening: Callable[[], Connection], cancelled: threading.Event | None
    ) -> Connection:
        """The connection; whoever waited while it was opened has the same failure."""
        before = self._tries
        while not self._turn.acquire(timeout=_GLANCE_SECONDS):
            check_wanted(cancelled)
        try:
            if self._connection is None or not self._is_there(self._connection):
                if self._failure is not None and self._tries != before:
                    raise self._failure
                self._connection = self._opened(opening)
            self._asked = time.monotonic()
            return self._connection
        finally:
            self._turn.release()

    def close(self) -> None:
        """Close it; nobody uses it any more."""
        if self._connection is not None:
            self._connection.close()

    def _opened(self, opening: Callable[[], Connection]) -> Connection:
        self.close()
        self._failure = None
        try:
            return opening()
        except GivenUpError:
            # That was only the one who opened it.
            raise
        except Exception as error:
            self._failure = error
            raise
        finally:
            self._tries += 1

    def _is_there(self, connection: Connection) -> bool:
        if time.monotonic() - self._asked < _QUIET_SECONDS:
            return connection.alive
        return connection.answers(_ANSWER_SECONDS)


def _at(hop: Hop, error: SshError) -> SshError:
    """The same failure, as one of the jump host; one of those before it is told already."""
    if isinstance(error, GivenUpError) or error.hop:
        return error
    told = error
    if not error.message.startswith("Jump host "):
        told = type(error)(f"{hop.title}: {error.message}", advice=_advice(error))
    told.hop = hop.name
    return told


def _advice(error: SshError) -> str:
    if isinstance(error, LoginKeyError):
        return error.advice
    if isinstance(error, LoginRefusedError):
        return (
            "What it is offered are the keys of ssh-agent and of ~/.ssh, or those that ssh_config "
            "names for it (IdentityFile). Is the user right?"
        )
    return "Check that it is up, and that this machine may connect to it."
