"""Where SSH reaches a node, or why nothing leads there, from what is known without asking."""

from dataclasses import dataclass

from batchtui.batch.models import NatPool, Pool, RemoteLogin
from batchtui.batch.node import SSH_PORT, Node
from batchtui.errors import NoRouteError

# Each node's state in which no SSH server can answer, in words, and what would help.
# Others, such as starttaskfailed, unusable, unknown, offline (which only means that no tasks are
# scheduled on it) or rebooting, may well answer, so they are tried.
_NOT_UP = {
    "creating": "is being created",
    "starting": "is starting",
}
_GONE = {
    "deallocating": ("is being deallocated", "Start it again once it is deallocated."),
    "deallocated": ("is deallocated", "Start it first: it has no machine now."),
    "leavingpool": ("is leaving its pool", "Take another node."),
    "preempted": (
        "was preempted: Azure took its spot machine back",
        "Take another node, or wait until the service replaces it.",
    ),
}
_NEW_POOL = "create a new pool with SSH on"
_ANYBODY = {"*", "any", "internet", "0.0.0.0/0", "::/0"}


@dataclass(frozen=True, slots=True)
class Route:
    """An address and port that lead to a node's SSH server; `how` says what told us."""

    host: str
    port: int
    how: str


def ssh_route(pool: Pool, node: Node, login: RemoteLogin | None = None) -> Route:
    """Where to connect to, by the node's endpoint or the service's remote login settings.

    Raises NoRouteError when it is known before any wait that nothing leads there; what is
    merely doubtful is tried.
    """
    _check_state(node)
    _check_rules(pool)
    if node.ssh and (host := node.ssh.address or node.ssh.fqdn):
        return Route(host, node.ssh.port, f"endpoint {node.ssh.name}")
    # On Windows the service answers with the way to Remote Desktop (source: SERVICE.md, part 2).
    if pool.os != "windows" and login and login.address and login.port:
        return Route(login.address, login.port, "remote login settings")
    raise _nothing(pool, node)


def _check_state(node: Node) -> None:
    if words := _NOT_UP.get(node.state):
        raise NoRouteError(
            f"The node {words}, so its SSH server isn't up yet.",
            advice="Try again when its state is waitingforstarttask or idle.",
        )
    if node.state in _GONE:
        words, advice = _GONE[node.state]
        raise NoRouteError(f"The node {words}.", advice=advice)


def _check_rules(pool: Pool) -> None:
    nat = pool.ssh
    if nat is None or not _refuses_all(nat):
        return
    raise NoRouteError(
        f"The network rules of pool {pool.id} (NAT pool {nat.name}) let no address in.",
        advice=f"Rules can't be changed while the pool has nodes: {_NEW_POOL}.",
    )


def _refuses_all(nat: NatPool) -> bool:
    """Whether the first rule that speaks of everybody denies, and none before it allows."""
    for rule in sorted(nat.rules, key=lambda rule: rule.priority):
        if rule.allow:
            return False
        if rule.source.lower() in _ANYBODY:
            return True
    return False


def _nothing(pool: Pool, node: Node) -> NoRouteError:
    inside = "from inside its network use"
    private = f"{inside} the private address {node.private_ip}" if node.private_ip else ""
    if pool.ssh:
        return NoRouteError(
            f"The service doesn't say yet which port of pool {pool.id} leads to this node.",
            advice=f"{_either('Try again in a moment', private)}.",
        )
    if not pool.has_public_ip:
        return NoRouteError(
            f"Pool {pool.id} has no public address, so no SSH reaches its nodes from outside.",
            advice=f"{(private or 'Use a machine inside its network').capitalize()}.",
        )
    windows = pool.os == "windows"
    return NoRouteError(
        f"Pool {pool.id} {'runs Windows and ' * windows}was made without an inbound NAT pool "
        f"for port {SSH_PORT}, so no SSH reaches its nodes from outside.",
        advice=f"It can't be added while the pool has nodes: {_either(_NEW_POOL, private)}."
        + " Windows nodes are usually reached by Remote Desktop." * windows,
    )


def _either(one: str, other: str) -> str:
    return f"{one}, or {other}" if other else one
