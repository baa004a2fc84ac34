"""Where SSH reaches the nodes of pools, as a list that other programs read. Pure.

It is the list that Azure's article on Linux nodes ends in: node, state, address, port (source:
"Provision Linux compute nodes in Batch pools"). The addresses are those of the nodes' endpoints,
which the service's remote login settings are made from (source: SERVICE.md, part 2).
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from batchtui.batch.models import Pool
from batchtui.batch.node import SSH_PORT, Node
from batchtui.words import short_node_id

# The wire's fields of nodes that it is made of.
FIELDS = ("endpointConfiguration", "ipAddress")

# What somebody else wrote is part of a file that programs read: an address is nothing else.
_ADDRESS = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?|::[A-Fa-f0-9:]*")
_ODD_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Login:
    """A node and where SSH reaches it: nowhere if the address is empty.

    Where it isn't `public` only whoever is in the pool's network gets there. The `user` is who
    logs in, through the `jump` hosts if some are set, as ssh's ProxyJump has them.
    """

    pool: str
    node: str
    state: str
    address: str
    port: int
    public: bool
    user: str
    jump: str = ""

    @property
    def id(self) -> str:
        """What a row is known by."""
        return f"{self.pool}/{self.node}"

    @property
    def place(self) -> str:
        """Address and port as people write them, or nothing."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}" if self.address else ""


def login_of(pool: Pool, node: Node, user: str, jump: str = "") -> Login:
    """Where SSH reaches a node: its endpoint, or the private address where a pool has none."""
    endpoint = node.ssh
    if endpoint is not None:
        address, port = endpoint.address or endpoint.fqdn, endpoint.port
    else:
        private = pool.ssh is None and pool.os != "windows"
        address, port = (node.private_ip if private else ""), SSH_PORT
    good = _ADDRESS.fullmatch(address) is not None and 0 < port < 65536
    return Login(
        pool.id, node.id, node.state, address if good else "", port if good else 0,
        public=endpoint is not None, user=user, jump=jump,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """How a list of logins is written for another program."""

    title: str
    write: Callable[[Sequence[Login]], str]


def _csv(logins: Sequence[Login]) -> str:
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(("pool", "node", "state", "address", "port", "user"))
    for each in logins:
        port = each.port or ""
        lines.writerow((each.pool, each.node, each.state, each.address, port, each.user))
    return written.getvalue()


def _json(logins: Sequence[Login]) -> str:
    rows = [
        {
            "pool": each.pool,
            "node": each.node,
            "state": each.state,
            "address": each.address or None,
            "port": each.port or None,
            "public": each.public,
            "user": each.user,
        }
        for each in logins
    ]
    return json.dumps(rows, indent=2) + "\n"


def _ssh_config(logins: Sequence[Login]) -> str:
    entries = (
        f"Host {name} {_plain(each.node)}\n"
        f"    HostName {each.address}\n    Port {each.port}\n    User {_plain(each.user)}\n"
        + f"    ProxyJump {each.jump}\n"
        * bool(each.jump)
        for name, each in _named(logins)
    )
    return "\n".join(entries)


def _ansible(logins: Sequence[Login]) -> str:
    groups: dict[str, list[str]] = {}
    for name, each in _named(logins):
        jump = f" ansible_ssh_common_args='-J {each.jump}'" * bool(each.jump)
        groups.setdefault(_group(each.pool), []).append(
            f"{name} ansible_host={each.address} ansible_port={each.port} "
            f"ansible_user={_plain(each.user)}{jump}\n"
        )
    return "\n".join(f"[{group}]\n{''.join(lines)}" for group, lines in groups.items())


def _group(pool: str) -> str:
    """A name that Ansible takes for a group: letters, digits and _, not beginning with a digit."""
    name = re.sub(r"[^A-Za-z0-9_]", "_", pool)
    return f"_{name}" if name[:1].isdigit() else name


def _pssh(logins: Sequence[Login]) -> str:
    return "".join(f"{_plain(each.user)}@{each.place}\n" for each in logins if each.address)


def _named(logins: Sequence[Login]) -> Iterator[tuple[str, Login]]:
    """Those that can be reached, by pool and as much of the id as tells them apart."""
    short = Counter((each.pool, short_node_id(each.node)) for each in logins)
    for each in logins:
        node = short_node_id(each.node)
        if each.address:
            yield _plain(f"{each.pool}-{node if short[each.pool, node] == 1 else each.node}"), each


def _plain(name: str) -> str:
    return _ODD_IN_NAMES.sub("_", name)


# Those that SSH doesn't reach are in CSV and JSON only.
FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", _csv),
    "json": Format("JSON", _json),
    "ssh-config": Format("ssh_config", _ssh_config),
    "ansible": Format("an Ansible inventory", _ansible),
    "pssh": Format("a hosts file for parallel ssh", _pssh),
}
