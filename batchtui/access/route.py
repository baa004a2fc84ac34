"""Where SSH reaches a node, or why nothing leads there, from what is known without asking. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from types import MappingProxyType

from batchtui.access.address import Standpoint
from batchtui.access.dialling import place
from batchtui.access.hop import Hop
from batchtui.access.network_rules import Verdict, judge
from batchtui.batch.models import Pool, RemoteLogin
from batchtui.batch.node import SSH_PORT, Node
from batchtui.errors import NoRouteError, NotUpError

# The states in which a node is on its way up, in words: whoever waits gets in.
COMING = MappingProxyType(
    {
        "creating": "is being created",
        "starting": "is starting",
        "waitingforstarttask": "waits for its start task",
        "rebooting": "is rebooting",
        "reimaging": "is being installed anew",
        "upgradingos": "gets a new system",
    }
)
# Those in which no SSH server can answer, and those in which it may. In others, such as
# starttaskfailed or offline (which only means that no tasks are scheduled on it), it usually does.
_NOT_UP = frozenset({"creating", "starting"})
_MAYBE_DOWN = frozenset({"rebooting", "reimaging", "upgradingos"})
_LOST = {
    "unusable": "The node is unusable: Batch lost contact with it, or found it broken.",
    "unknown": "Batch lost contact with the node.",
}
# The states in which there is no machine, in words, and what would help.
_GONE = {
    "deallocating": ("is being deallocated", "Start it again once it is deallocated."),
    "deallocated": ("is deallocated", "Start it first: it has no machine now."),
    "leavingpool": ("is leaving its pool", "Take another node."),
    "preempted": (
        "was preempted: Azure took its spot machine back",
        "Take another node, or wait until the service replaces it.",
    ),
}
_PRIVATE = "private address"
_NEW_POOL = "create a new pool with SSH on"


@dataclass(frozen=True, slots=True)
class Place:
    """An address and port that lead to a node's SSH server; `how` says what told us.

    The way there is through `jumps`, the nearest first, or straight if there are none.
    """

    host: str
    port: int
    how: str
    jumps: tuple[Hop, ...] = field(default=(), kw_only=True)

    @property
    def where(self) -> str:
        """Address and port as people write them."""
        return place(self.host, self.port)

    @property
    def words(self) -> str:
        """The same, with the jump hosts on the way."""
        through = ", ".join(hop.name for hop in self.jumps)
        return f"{self.where} through {through}" if through else self.where

    @property
    def certain(self) -> bool:
        """Whether no other machine can be there: a private address is one in many networks."""
        return self.how != _PRIVATE or bool(self.jumps)

    @property
    def version(self) -> int:
        """The version of IP that leads there; of a name nobody knows, so it is the usual one."""
        try:
            return ip_address(self.host).version
        except ValueError:
            return 4


@dataclass(frozen=True, slots=True)
class Route(Place):
    """Where to connect to first, and what else leads there.

    `doubts` are sentences on what may stand in the way: to be told while somebody waits, and
    when it fails.
    """

    others: tuple[Place, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """What is known of this machine's place in the network; by default, nothing.

    `look` says how it stands to a host, `jumps` through which jump hosts one comes there, and
    `near` which of its own addresses seems to be in the same private network, if one is. What
    couldn't be read of where that is written is in `notes`, in sentences.
    """

    look: Callable[[str], Standpoint] = lambda _host: Standpoint()
    jumps: Callable[[str], tuple[Hop, ...]] = lambda _host: ()
    near: Callable[[str], str] = lambda _host: ""
    notes: tuple[str, ...] = ()


_BLIND = View()


def ssh_route(
    pool: Pool, node: Node, login: RemoteLogin | None = None, view: View = _BLIND
) -> Route:
    """Where to connect to, by the node's endpoints or the service's remote login settings.

    A jump host leads to the private address where those don't lead anywhere. Raises
    NoRouteError when it is known before any wait that nothing leads there, NotUpError if it
    will; what is merely doubtful is tried.
    """
    _check_state(node)
    seen = [*_from_outside(pool, node, login, view), *_through_jump_hosts(node, view)]
    if not seen:
        seen = list(_from_inside(node, view))
    if not seen:
        raise _with(view.notes, _nothing(pool, node))
    open_ = [each for each in seen if not each.verdict.refuses]
    if not open_:
        raise _nobody(pool)
    first, *others = sorted(open_, key=lambda each: each.rank)
    doubts = (*_doubts(pool, node), *first.doubts, *view.notes)
    at = first.place
    behind = tuple(each.place for each in others)
    return Route(at.host, at.port, at.how, behind, doubts, jumps=at.jumps)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A place as it is seen from this machine; `doubt` is what is uncertain about it."""

    place: Place
    stands: Standpoint = field(default_factory=Standpoint)
    verdict: Verdict = field(default_factory=Verdict)
    doubt: str = ""

    @property
    def rank(self) -> tuple[bool, bool]:
        """What this machine has no way to, such as IPv6 where it has none, comes last."""
        return not self.stands.reaches, bool(self.verdict.doubt)

    @property
    def doubts(self) -> Iterable[str]:
        """What may stand in the way to it."""
        if self.doubt:
            yield self.doubt
        if self.verdict.doubt:
            yield self.verdict.doubt
        if not self.stands.reaches:
            family = " by IPv6" if self.place.version == 6 else ""
            yield f"This machine's network has no way to {self.place.host}{family}."


def _from_outside(pool: Pool, node: Node, login: RemoteLogin | None, view: View) -> Iterable[_Seen]:
    for at in _places(pool, node, login):
        jumps = view.jumps(at.host)
        # Others than this machine are seen by the pool's rules then.
        stands = Standpoint() if jumps else view.look(at.host)
        # Where the pool has no such NAT pool the mapping is the service's own, open to all.
        verdict = judge(pool.ssh, at.version, stands.seen_as) if pool.ssh else Verdict()
        yield _Seen(replace(at, jumps=jumps), stands, verdict)


def _through_jump_hosts(node: Node, view: View) -> Iterable[_Seen]:
    """The private address, as the last jump host reaches it."""
    if node.private_ip and (jumps := view.jumps(node.private_ip)):
        yield _Seen(Place(node.private_ip, SSH_PORT, _PRIVATE, jumps=jumps))


def _from_inside(node: Node, view: View) -> Iterable[_Seen]:
    """The private address, where this machine may be in the pool's network."""
    if node.private_ip and (own := view.near(node.private_ip)):
        doubt = (
            f"Only the private address {node.private_ip} is known, which this machine "
            f"({own}) reaches only if it is in the pool's network."
        )
        yield _Seen(Place(node.private_ip, SSH_PORT, _PRIVATE), doubt=doubt)


def _places(pool: Pool, node: Node, login: RemoteLogin | None) -> Iterable[Place]:
    """What leads to the node's SSH port from outside of its network."""
    found = False
    for endpoint in node.ssh_endpoints:
        if host := endpoint.address or endpoint.fqdn:
            found = True
            yield Place(host, endpoint.port, f"endpoint {endpoint.name}")
    # On Windows the service answers with the way to Remote Desktop (source: SERVICE.md, part 2).
    if found or login is None or pool.os == "windows":
        return
    if login.address and login.port:
        yield Place(login.address, login.port, "remote login settings")
    if login.ipv6_address and login.ipv6_port:
        yield Place(login.ipv6_address, login.ipv6_port, "remote login settings")


def _check_state(node: Node) -> None:
    if node.state in _NOT_UP:
        raise NotUpError(
            f"The node {COMING[node.state]}, so its SSH server isn't up yet.",
            advice="Try again when its state is waitingforstarttask or idle.",
        )
    if node.state in _GONE:
        words, advice = _GONE[node.state]
        raise NoRouteError(f"The node {words}.", advice=advice)


def _doubts(pool: Pool, node: Node) -> Iterable[str]:
    """What may keep an SSH server from being there."""
    if node.state in _MAYBE_DOWN:
        yield f"The node {COMING[node.state]}, so its SSH server may be down."
    if node.state in _LOST:
        yield _LOST[node.state]
    if pool.os == "windows":
        yield f"Pool {pool.id} runs Windows, where SSH answers only if somebody set it up."


def _nobody(pool: Pool) -> NoRouteError:
    name = pool.ssh.name if pool.ssh else ""
    return NoRouteError(
        f"The network rules of pool {pool.id} (NAT pool {name}) let no address in.",
        advice=f"Rules can't be changed while the pool has nodes: {_NEW_POOL}.",
    )


def _nothing(pool: Pool, node: Node) -> NoRouteError:
    way = "from inside its network, or through a jump host (setting `jump`)"
    private = f"use the private address {node.private_ip} {way}" if node.private_ip else ""
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


def _with(notes: Iterable[str], error: NoRouteError) -> NoRouteError:
    return NoRouteError(error.message, advice=" ".join((error.advice, *notes)))


def _either(one: str, other: str) -> str:
    return f"{one}, or {other}" if other else one
