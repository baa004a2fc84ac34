"""Host keys of nodes: trusted when first seen, and again only if they are the same.

Addresses, ports and node ids are used again for other machines, so a key belongs to a node of
a pool of an account *and* to its allocation (source: SERVICE.md, trap 4).
"""

import base64
from hashlib import sha256
from pathlib import Path

import paramiko

from batchtui.access.node_identity import NodeIdentity
from batchtui.access.store import Row, Store
from batchtui.errors import HostKeyError

# Nodes come and go without telling us, so the oldest rows are let go.
_KEPT = 5000


class HostKeys:
    """The host keys that nodes showed, kept in a file, or in memory if there is no path."""

    def __init__(self, path: Path | None) -> None:
        self._store = Store(path)

    def check(self, identity: NodeIdentity, key: paramiko.PKey) -> bool:
        """True if this machine is seen for the first time, False if it shows its known key.

        To be called when the key exchange is through, as the key is recorded here. Raises
        HostKeyError if the same allocation of the node showed another key before.
        """
        shown = f"{key.get_name()} {key.get_base64()}"
        with self._store.edit() as rows:
            before = next((row for row in rows if _is_node(row, identity)), None)
            if before is not None and _same_machine(before, identity):
                if before.get("key") != shown:
                    raise _changed(identity, before, key)
                return False
            if before is not None:
                rows.remove(before)
            rows.append(_row(identity, shown))
            del rows[:-_KEPT]
        return True

    def known(self, identity: NodeIdentity) -> str:
        """The key that a machine showed before, as `type base64`; nothing if it never did."""
        for row in self._store.read():
            if _is_node(row, identity) and _same_machine(row, identity):
                return str(row.get("key"))
        return ""

    def learn(self, identity: NodeIdentity, shown: str) -> None:
        """Keep a key that another program was shown; HostKeyError as for `check`."""
        kind, _space, encoded = shown.partition(" ")
        self.check(identity, paramiko.PKey.from_type_string(kind, base64.b64decode(encoded)))


def _row(identity: NodeIdentity, shown: str) -> Row:
    return {
        "account": identity.account,
        "endpoint": identity.endpoint,
        "pool": identity.pool,
        "node": identity.node,
        "allocation": _time(identity),
        "key": shown,
    }


def _time(identity: NodeIdentity) -> str | None:
    return identity.allocation.isoformat() if identity.allocation else None


def _is_node(row: Row, identity: NodeIdentity) -> bool:
    return (
        row.get("account") == identity.account
        and row.get("endpoint") == identity.endpoint
        and str(row.get("pool")).lower() == identity.pool.lower()
        and row.get("node") == identity.node
    )


def _same_machine(row: Row, identity: NodeIdentity) -> bool:
    """Whether the allocation is the same, or can't be told: then rather refuse than trust."""
    known, now = row.get("allocation"), _time(identity)
    return not known or not now or known == now


def _changed(identity: NodeIdentity, before: Row, key: paramiko.PKey) -> HostKeyError:
    return HostKeyError(
        f"Node {identity.node} of pool {identity.pool} shows another host key than before: "
        f"{key.fingerprint} ({key.get_name()}), and before {_fingerprint(before)}.",
        advice="It is still the same allocation of the node, so either the node was reimaged or "
        "its host keys were made anew, or somebody sits between it and you. Nothing was sent "
        "to it. Compare the key with the node's own, or take another node.",
    )


def _fingerprint(row: Row) -> str:
    kind, _space, encoded = str(row.get("key")).partition(" ")
    try:
        digest = sha256(base64.b64decode(encoded, validate=True)).digest()
    except ValueError:
        return "one that can't be read"
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')} ({kind})"
