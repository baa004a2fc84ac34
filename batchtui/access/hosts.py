"""Host keys of nodes: trusted when first seen, and again only if they are the same.

Addresses, ports and node ids are used again for other machines, so a key belongs to a node of
a pool of an account *and* to its allocation (source: SERVICE.md, trap 4). A node that is installed
anew, or that the service heals or takes back and replaces, has new keys in the same allocation
(source: the SDK's docstring of allocation_time): nothing shows of that but another last boot,
which an ordinary reboot has, too.
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from batchtui.access.fingerprint import fingerprint
from batchtui.access.hop import known_hosts_name
from batchtui.access.node_identity import NodeIdentity
from batchtui.access.store import Row, Store
from batchtui.errors import HostKeyError

if TYPE_CHECKING:
    from paramiko import PKey

# Nodes come and go without telling us, so the oldest rows are let go.
_KEPT = 5000
# What rows of nodes have that are at no address any more.
_NOWHERE: Row = {"host": None, "port": None}


@dataclass(frozen=True, slots=True)
class TrustedNode:
    """A node's key, and the address and port at which it showed it last."""

    account: str
    pool: str
    node: str
    host: str
    port: int
    key: str

    @property
    def line(self) -> str:
        """A line of OpenSSH's known_hosts."""
        return f"{known_hosts_name(self.host, self.port)} {self.key} {self.pool}/{self.node}"


class HostKeys:
    """The host keys that nodes showed, kept in a file, or in memory if there is no path."""

    def __init__(self, path: Path | None) -> None:
        self._store = Store(path)

    def check(
        self, identity: NodeIdentity, key: "PKey", host: str, port: int, *, keep: bool = True
    ) -> str:
        """Let the known key of a machine pass, and the first one of a machine that isn't known.

        To be called when the key exchange is through, with where that was: the key is recorded
        here, unless it isn't to be kept yet. What the operator should know is returned as a
        sentence. Raises HostKeyError if the same allocation showed another key before, and
        hasn't been started again since.
        """
        return self._check(identity, _line(key), host, port, keep=keep)

    def _check(
        self, identity: NodeIdentity, shown: str, host: str, port: int, *, keep: bool
    ) -> str:
        now = _row(identity, shown, host, port)
        with self._store.edit() as rows:
            before = next((row for row in rows if _node(row) == _node(now)), None)
            same = before is not None and _same_machine(before, identity)
            said = ""
            if before and same and before.get("key") != shown:
                said = _renewed(identity, before, shown)
            if keep:
                _put(rows, now, before if same else None)
        return said

    def checking(
        self, identity: NodeIdentity, host: str, port: int, *, certain: bool = True
    ) -> "HostKeyCheck":
        """The check for one connection.

        Where it isn't `certain` that the node is there, a key is kept only once we are let in.
        """
        return HostKeyCheck(self, identity, host, port, certain=certain)

    def trusted(self, account: str = "", pool: str = "") -> list[TrustedNode]:
        """The nodes whose keys are known and where they are, of an account and pool or of all."""
        return [
            node
            for row in self._store.read()
            if (node := _trusted(row))
            and account in {"", node.account}
            and pool.lower() in {"", node.pool.lower()}
        ]

    def forget(self, pool: str, node: str, account: str = "") -> int:
        """Forget the key of a node, by its id or the start of it; how many keys that was."""
        start = node.removeprefix("tvmps_")
        with self._store.edit() as rows:
            gone = [
                row
                for row in rows
                if str(row.get("pool")).lower() == pool.lower()
                and str(row.get("node")).removeprefix("tvmps_").startswith(start)
                and account in {"", row.get("account")}
            ]
            for row in gone:
                rows.remove(row)
        return len(gone)

    def known(self, identity: NodeIdentity) -> str:
        """The key that a machine is to show, as `type base64`; nothing if that isn't known.

        One that was started again may have another key than before.
        """
        for row in self._store.read():
            if _node(row) == _node(_row(identity, "", "", 0)) and _same_machine(row, identity):
                return "" if _started_since(row, identity) else str(row.get("key"))
        return ""

    def learn(self, identity: NodeIdentity, shown: str, host: str, port: int) -> str:
        """Keep a key (`type base64`) that another program was shown; as `check` does."""
        return self._check(identity, shown, host, port, keep=True)


class HostKeyCheck:
    """Checks the host key of one connection; `said` is what the operator should know of it."""

    def __init__(
        self, hosts: HostKeys, identity: NodeIdentity, host: str, port: int, *, certain: bool
    ) -> None:
        self.said = ""
        self._hosts = hosts
        self._identity = identity
        self._place = (host, port)
        self._certain = certain
        self._shown: PKey | None = None

    def __call__(self, key: "PKey") -> None:
        """Let a key pass, or raise HostKeyError."""
        self.said = self._hosts.check(self._identity, key, *self._place, keep=self._certain)
        self._shown = key

    def let_in(self) -> None:
        """Keep the key that was shown: who let us in knows our key, so it is the node."""
        if not self._certain and self._shown is not None:
            self._hosts.check(self._identity, self._shown, *self._place)

    @property
    def line(self) -> str:
        """The key that was shown, as a line of known_hosts."""
        shown = _line(self._shown) if self._shown else ""
        node = self._identity
        return TrustedNode(node.account, node.pool, node.node, *self._place, shown).line


def _line(key: "PKey") -> str:
    return f"{key.get_name()} {key.get_base64()}"


def _put(rows: list[Row], row: Row, before: Row | None) -> None:
    """Put a node's row behind the others; what isn't known now stays as it was `before`."""
    row = (before or row) | {name: value for name, value in row.items() if value is not None}
    if row in rows:
        return
    rows[:] = [
        other | _NOWHERE if _is_taken_over(other, row) else other
        for other in rows
        if _node(other) != _node(row)
    ][1 - _KEPT :]
    rows.append(row)


def _row(identity: NodeIdentity, shown: str, host: str, port: int) -> Row:
    return {
        "account": identity.account,
        "endpoint": identity.endpoint,
        "pool": identity.pool,
        "node": identity.node,
        "allocation": _text(identity.allocation),
        "booted": _text(identity.booted),
        "key": shown,
        "host": host,
        "port": str(port),
    }


def _text(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _trusted(row: Row) -> TrustedNode | None:
    account, pool, node, host, port, key = (
        str(row.get(name) or "") for name in ("account", "pool", "node", "host", "port", "key")
    )
    if not host or not port.isdecimal() or len(key.split()) != 2:
        return None
    return TrustedNode(account, pool, node, host, int(port), key)


def _node(row: Row) -> tuple[object, ...]:
    return row.get("account"), row.get("endpoint"), str(row.get("pool")).lower(), row.get("node")


def _is_taken_over(old: Row, new: Row) -> bool:
    """Whether one machine is now where another one was; private addresses are a pool's own."""
    if (old.get("host"), old.get("port")) != (new["host"], new["port"]):
        return False
    try:
        private = ip_address(str(new["host"])).is_private
    except ValueError:
        private = False
    return not private or all(
        old.get(name) == new[name] for name in ("account", "endpoint", "pool")
    )


def _same_machine(row: Row, identity: NodeIdentity) -> bool:
    """Whether the allocation is the same, or can't be told: then rather refuse than trust."""
    known, now = row.get("allocation"), _text(identity.allocation)
    return not known or not now or known == now


def _renewed(identity: NodeIdentity, before: Row, shown: str) -> str:
    """What to tell of a machine that may have another key now; HostKeyError for any other."""
    if _started_since(before, identity):
        return (
            f"Node {identity.node} shows a new host key, {fingerprint(shown)}: it was started "
            "again since the last time, and so may have been installed anew. It is trusted."
        )
    both = before.get("booted") and identity.booted
    since = "and it hasn't been started again since" if both else ""
    forget = f"`batchtui known-hosts --forget {identity.pool}/{identity.node}`"
    raise HostKeyError(
        f"Node {identity.node} of pool {identity.pool} shows another host key than before: "
        f"{fingerprint(shown)}, and before {fingerprint(str(before.get('key')))}.",
        advice=f"It is still the same allocation of the node{', ' * bool(since)}{since}: either "
        "its host keys were made anew, or somebody sits between it and you. Nothing was sent to "
        f"it. Compare the key with the node's own; {forget} forgets the old one.",
    )


def _started_since(row: Row, identity: NodeIdentity) -> bool:
    """Whether a machine is known to have been started after it showed its key."""
    known = _time(row.get("booted"))
    return known is not None and identity.booted is not None and identity.booted > known


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None
