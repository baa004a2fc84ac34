import dataclasses

import pytest
from msgspec import structs

from batchtui.access.route import Route, ssh_route
from batchtui.batch.models import NatPool, NatRule, Pool, RemoteLogin
from batchtui.batch.node import Endpoint, Endpoints, Node
from batchtui.batch.parts import ImageReference
from batchtui.errors import NoRouteError

NAT = NatPool("ssh", "tcp", 22, 40000, 40100)
POOL = Pool(
    id="render",
    display_name="",
    state="active",
    allocation_state="steady",
    allocation_since=None,
    created=None,
    vm_size="",
    image=ImageReference(),
    node_agent_sku="batch.node.ubuntu 22.04",
    dedicated=1,
    dedicated_target=1,
    spot=0,
    spot_target=0,
    autoscale=False,
    resize_faults=(),
    nat_pools=(NAT,),
    has_public_ip=True,
    start_task=None,
    autoscale_formula="",
    metadata=(),
)
OTHER = Endpoint("app.0", "tcp", "20.1.2.3", "dns.example", 40500, 8080)
SSH = Endpoint("ssh.0", "tcp", "20.1.2.3", "dns.example", 40001, 22)
NODE = Node(
    id="tvmps_1_d",
    wire_state="idle",
    private_ip="10.0.0.4",
    endpoint_configuration=Endpoints((OTHER, SSH)),
)
BARE = structs.replace(NODE, endpoint_configuration=Endpoints())
CLOSED = dataclasses.replace(POOL, nat_pools=())
WINDOWS = dataclasses.replace(
    POOL,
    node_agent_sku="batch.node.windows amd64",
    nat_pools=(dataclasses.replace(NAT, backend_port=3389),),
)
LOGIN = RemoteLogin("20.9.9.9", 50007)


def refusal(pool, node, login=None):
    with pytest.raises(NoRouteError) as refused:
        ssh_route(pool, node, login)
    return str(refused.value)


def test_the_endpoint_for_port_22_comes_first():
    assert ssh_route(POOL, NODE, LOGIN) == Route("20.1.2.3", 40001, "endpoint ssh.0")
    nameless = structs.replace(
        NODE, endpoint_configuration=Endpoints((structs.replace(SSH, address=""),))
    )
    assert ssh_route(POOL, nameless).host == "dns.example"
    # A pool whose mapping isn't in its own JSON, as the implicit one of old api versions.
    assert ssh_route(CLOSED, NODE).port == 40001
    assert ssh_route(WINDOWS, NODE).port == 40001


def test_then_the_remote_login_settings():
    assert ssh_route(POOL, BARE, LOGIN) == Route("20.9.9.9", 50007, "remote login settings")
    assert ssh_route(CLOSED, BARE, LOGIN).port == 50007


def test_a_pool_without_ssh_says_so_and_what_to_do():
    assert refusal(CLOSED, BARE, RemoteLogin("", 0)) == (
        "Pool render was made without an inbound NAT pool for port 22, so no SSH reaches its "
        "nodes from outside. It can't be added while the pool has nodes: create a new pool with "
        "SSH on, or from inside its network use the private address 10.0.0.4."
    )


def test_a_windows_pool_does_not_take_its_remote_desktop_for_ssh():
    text = refusal(WINDOWS, BARE, LOGIN)
    assert "runs Windows" in text
    assert "Remote Desktop" in text


def test_a_pool_without_a_public_address_names_the_private_one():
    private = dataclasses.replace(CLOSED, has_public_ip=False)
    assert "From inside its network use the private address 10.0.0.4." in refusal(private, BARE)
    nowhere = structs.replace(BARE, private_ip="")
    assert "Use a machine inside its network." in refusal(private, nowhere)


def test_a_port_that_is_not_known_yet():
    assert "doesn't say yet which port" in refusal(POOL, BARE)
    assert "Try again in a moment, or" in refusal(POOL, BARE)


@pytest.mark.parametrize("state", ["creating", "starting"])
def test_a_node_that_is_not_up_says_when_it_will_be(state):
    text = refusal(POOL, structs.replace(NODE, wire_state=state), LOGIN)
    assert "waitingforstarttask or idle" in text


@pytest.mark.parametrize("state", ["deallocated", "deallocating", "leavingpool", "preempted"])
def test_a_node_without_a_machine_is_refused(state):
    with pytest.raises(NoRouteError) as refused:
        ssh_route(POOL, structs.replace(NODE, wire_state=state))
    assert refused.value.advice


@pytest.mark.parametrize(
    "state",
    [
        "idle",
        "running",
        "waitingforstarttask",
        "starttaskfailed",
        "unusable",
        "unknown",
        "rebooting",
        "reimaging",
        "offline",
        "upgradingos",
        "something-new",
    ],
)
def test_a_doubtful_node_is_tried(state):
    assert ssh_route(POOL, structs.replace(NODE, wire_state=state)).port == 40001


def with_rules(*rules):
    nat = dataclasses.replace(NAT, rules=tuple(NatRule(*rule) for rule in rules))
    return dataclasses.replace(POOL, nat_pools=(nat,))


def test_rules_that_let_nobody_in_are_refused():
    assert "let no address in" in refusal(with_rules((150, False, "*")), NODE)
    after = with_rules((300, True, "1.2.3.4"), (150, False, "Internet"))
    assert "let no address in" in refusal(after, NODE)


def test_rules_that_let_somebody_in_are_tried():
    assert ssh_route(with_rules((150, True, "1.2.3.4"), (300, False, "*")), NODE)
    assert ssh_route(with_rules((150, False, "1.2.3.4")), NODE)
