"""Connections to nodes as they are made: through jump hosts, and with their host keys checked."""

import asyncio
import threading
from functools import cached_property, partial
from typing import TYPE_CHECKING

from batchtui.access.node_identity import NodeIdentity
from batchtui.access.operator import Ask
from batchtui.access.route import Place
from batchtui.access.threads import in_thread
from batchtui.config import Paths, Settings
from batchtui.entrance.asking import Asking
from batchtui.entrance.logins import Logins

if TYPE_CHECKING:
    from batchtui.access.hosts import HostKeyCheck, HostKeys
    from batchtui.access.ssh import Connection, Login
    from batchtui.access.ssh.jump_hosts import JumpHosts
    from batchtui.entrance.logins import Proof

# Imported late below: the first frame doesn't wait for paramiko.


class Links:
    """Makes them; what goes through the same jump hosts shares the connections to these."""

    def __init__(self, settings: Settings, paths: Paths | None, logins: Logins) -> None:
        """Without `paths` the host keys are kept in memory only."""
        self._settings = settings
        self._paths = paths
        self._logins = logins
        # What nodes showed in this run, by pool and node, as lines of known_hosts.
        self.known: dict[tuple[str, str], str] = {}

    @cached_property
    def hosts(self) -> "HostKeys":
        """The host keys of nodes."""
        from batchtui.access.hosts import HostKeys

        return HostKeys(self._paths.host_keys if self._paths else None)

    @cached_property
    def _jump_hosts(self) -> "JumpHosts":
        from batchtui.access.ssh.hop_keys import HopKeys
        from batchtui.access.ssh.jump_hosts import JumpHosts

        keys = HopKeys(self._paths.jump_host_keys if self._paths else None)
        return JumpHosts(keys, self._settings.ssh_timeout_seconds)

    async def open(self, place: Place, node: NodeIdentity, proof: "Proof") -> "Connection":
        """Log in to a node at a place; may be cancelled, and a late connection is closed then."""
        check = self.hosts.checking(node, place.host, place.port, certain=place.certain)
        gave_up = threading.Event()

        def connect(ask: Ask) -> "Connection":
            opening = partial(self._log_in, place, self._logins.login(proof, ask), check, gave_up)
            connection = self._jump_hosts.lead(place.jumps, opening, ask, gave_up)
            check.let_in()
            return connection

        with Asking(self._logins.operator) as ask:
            connecting = asyncio.ensure_future(in_thread(lambda: connect(ask)))
            try:
                connection = await asyncio.shield(connecting)
            except asyncio.CancelledError:
                gave_up.set()
                connecting.add_done_callback(_close_late)
                raise
        self.known[node.pool, node.node] = check.line
        if check.said:
            self._logins.operator.tell(check.said)
        return connection

    def _log_in(
        self,
        place: Place,
        login: "Login",
        check: "HostKeyCheck",
        gave_up: threading.Event,
        through: "Connection | None",
    ) -> "Connection":
        from batchtui.access.ssh import Connection

        return Connection.open(
            place.host,
            place.port,
            login,
            check,
            timeout=self._settings.ssh_timeout_seconds,
            cancelled=gave_up,
            compression=self._settings.ssh_compression,
            lends_agent=self._settings.forward_agent,
            through=through,
        )


def _close_late(connecting: "asyncio.Future[Connection]") -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()
