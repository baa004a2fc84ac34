import dataclasses

import pytest
from msgspec import structs

from batchtui.access.address import Standpoint, share_network
from batchtui.access.hop import Hop
from batchtui.access.route import Place, Route, View, ssh_route
from batchtui.batch.models import NatPool, NatRule, Pool, RemoteLogin
from batchtui.batch.node import Endpoint, Endpoints, Node
from batchtui.batch.parts import ImageReference
from batchtui.errors import NoRouteError, NotUpError

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
        "SSH on, or use the private address 10.0.0.4 from inside its network, or through a jump "
        "host (setting `jump`)."
    )


def test_a_windows_pool_does_not_take_its_remote_desktop_for_ssh():
    text = refusal(WINDOWS, BARE, LOGIN)
    assert "runs Windows" in text
    assert "Remote Desktop" in text


def test_a_pool_without_a_public_address_names_the_private_one():
    private = dataclasses.replace(CLOSED, has_public_ip=False)
    assert "Use the private address 10.0.0.4 from inside its network, or" in refusal(private, BARE)
    nowhere = structs.replace(BARE, private_ip="")
    assert "Use a machine inside its network." in refusal(private, nowhere)


IPV6 = structs.replace(SSH, name="ssh-ipv6.0", address="2001:db8::1")
DUAL = structs.replace(NODE, endpoint_configuration=Endpoints((SSH, IPV6)))
BY_IPV4 = Place("20.1.2.3", 40001, "endpoint ssh.0")
BY_IPV6 = Place("2001:db8::1", 40001, "endpoint ssh-ipv6.0")


@pytest.mark.parametrize(
    ("lacking", "first", "other", "doubt"),
    [
        ("", BY_IPV4, BY_IPV6, ()),
        ("2001:db8::1", BY_IPV4, BY_IPV6, ()),
        ("20.1.2.3", BY_IPV6, BY_IPV4, ()),
        (
            "20.1.2.3 2001:db8::1",
            BY_IPV4,
            BY_IPV6,
            ("This machine's network has no way to 20.1.2.3.",),
        ),
    ],
)
def test_the_family_that_this_machine_can_use_comes_first(lacking, first, other, doubt):
    route = ssh_route(POOL, DUAL, None, View(lambda host: Standpoint(reaches=host not in lacking)))
    assert route == Route(first.host, first.port, first.how, (other,), doubt)


def test_remote_login_settings_may_lead_there_by_ipv6_too():
    login = dataclasses.replace(LOGIN, ipv6_address="2001:db8::9", ipv6_port=50008)
    [other] = ssh_route(POOL, BARE, login).others
    assert (other.host, other.port, other.where) == ("2001:db8::9", 50008, "[2001:db8::9]:50008")
    only = RemoteLogin("", 0, "2001:db8::9", 50008)
    assert ssh_route(POOL, BARE, only, View(lambda _: Standpoint(reaches=False))).doubts == (
        "This machine's network has no way to 2001:db8::9 by IPv6.",
    )


def test_an_endpoint_for_datagrams_is_none_for_ssh():
    udp = structs.replace(SSH, protocol="udp")
    assert "doesn't say yet" in refusal(
        POOL, structs.replace(NODE, endpoint_configuration=Endpoints((udp,)))
    )


def test_a_port_that_is_not_known_yet():
    assert "doesn't say yet which port" in refusal(POOL, BARE)
    assert "Try again in a moment, or" in refusal(POOL, BARE)


@pytest.mark.parametrize("state", ["creating", "starting"])
def test_a_node_that_is_not_up_says_when_it_will_be(state):
    with pytest.raises(NotUpError, match="waitingforstarttask or idle"):
        ssh_route(POOL, structs.replace(NODE, wire_state=state), LOGIN)


@pytest.mark.parametrize("state", ["deallocated", "deallocating", "leavingpool", "preempted"])
def test_a_node_without_a_machine_is_refused(state):
    with pytest.raises(NoRouteError) as refused:
        ssh_route(POOL, structs.replace(NODE, wire_state=state))
    assert refused.value.advice


@pytest.mark.parametrize(
    ("state", "doubt"),
    [
        ("idle", ""),
        ("running", ""),
        ("waitingforstarttask", ""),
        ("starttaskfailed", ""),
        ("offline", ""),
        ("something-new", ""),
        ("unusable", "Batch lost contact with it, or found it broken"),
        ("unknown", "Batch lost contact with the node."),
        ("rebooting", "its SSH server may be down"),
        ("reimaging", "its SSH server may be down"),
        ("upgradingos", "its SSH server may be down"),
    ],
)
def test_a_doubtful_node_is_tried_and_the_doubt_is_said(state, doubt):
    route = ssh_route(POOL, structs.replace(NODE, wire_state=state))
    assert route.port == 40001
    assert doubt in " ".join(route.doubts)
    assert bool(route.doubts) is bool(doubt)


def test_ssh_to_windows_is_tried_and_the_doubt_is_said():
    windows = dataclasses.replace(WINDOWS, nat_pools=(NAT,))
    assert ssh_route(windows, NODE).doubts == (
        "Pool render runs Windows, where SSH answers only if somebody set it up.",
    )


def doubt(rules, seen_as, node=NODE):
    nat = dataclasses.replace(NAT, rules=tuple(NatRule(*rule) for rule in rules))
    pool = dataclasses.replace(POOL, nat_pools=(nat,))
    return " ".join(
        ssh_route(pool, node, None, View(lambda _host: Standpoint(True, seen_as))).doubts
    )


ALLOW, DENY = True, False
MINE, OTHERS = "203.0.113.9", "198.51.100.0/24"


@pytest.mark.parametrize(
    ("rules", "seen_as"),
    [
        ([], ""),
        ([(150, ALLOW, "*")], ""),
        ([(150, ALLOW, "Internet"), (160, DENY, "*")], ""),
        ([(150, ALLOW, "0.0.0.0/0")], ""),
        ([(150, ALLOW, MINE), (300, DENY, "*")], MINE),
        ([(150, ALLOW, "203.0.113.0/24")], MINE),
        # One that isn't masked right, as the service takes it too.
        ([(150, ALLOW, "203.0.113.77/24")], MINE),
        ([(150, DENY, OTHERS), (160, ALLOW, "*")], MINE),
        ([(160, DENY, "*"), (150, ALLOW, MINE)], MINE),
        ([(150, DENY, "VirtualNetwork"), (160, ALLOW, "*")], MINE),
        ([(150, DENY, "2001:db8::/32"), (160, ALLOW, "*")], MINE),
    ],
)
def test_rules_that_let_this_machine_in_leave_no_doubt(rules, seen_as):
    assert doubt(rules, seen_as) == ""


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([(150, DENY, "203.0.113.0/24"), (160, ALLOW, "*")],
         "Rule 150 (deny 203.0.113.0/24) of NAT pool ssh leaves 203.0.113.9 out."),
        ([(300, DENY, "*"), (150, ALLOW, OTHERS)],
         "Rule 300 (deny *) of NAT pool ssh leaves 203.0.113.9 out."),
        ([(150, ALLOW, OTHERS)],
         "No rule of NAT pool ssh lets 203.0.113.9 in (allow 198.51.100.0/24)."),
        ([(150 + n, ALLOW, f"198.51.100.{n}") for n in range(5)],
         "in (allow 198.51.100.0, allow 198.51.100.1, allow 198.51.100.2 and 2 more)."),
        ([(150, ALLOW, "AzureCloud.westeurope")],
         "Whether rule 150 (allow AzureCloud.westeurope) of NAT pool ssh is about 203.0.113.9"),
        ([(150, DENY, "*", False), (160, ALLOW, "*")],
         "Whether rule 150 (deny *) of NAT pool ssh is about 203.0.113.9 isn't known."),
    ],
)  # fmt: skip
def test_rules_that_may_leave_this_machine_out_are_named_and_tried(rules, words):
    assert words in doubt(rules, MINE)


def test_an_address_that_is_not_known_is_a_doubt_where_rules_look_at_it():
    assert doubt([(150, ALLOW, OTHERS)], "") == (
        "NAT pool ssh doesn't let everybody in (allow 198.51.100.0/24), and at which address the "
        "node sees this machine isn't known."
    )


def test_rules_are_read_for_the_family_that_leads_there():
    rules = [(150, ALLOW, OTHERS), (160, ALLOW, "2001:db8:7::/48")]
    by_ipv6 = structs.replace(NODE, endpoint_configuration=Endpoints((IPV6,)))
    assert doubt(rules, "2001:db8:7::5", by_ipv6) == ""
    assert "lets 2001:db8:8::5 in" in doubt(rules, "2001:db8:8::5", by_ipv6)


def test_a_family_that_the_rules_let_nobody_in_by_is_not_tried():
    nat = dataclasses.replace(NAT, rules=(NatRule(150, ALLOW, "2001:db8::/32"),))
    route = ssh_route(dataclasses.replace(POOL, nat_pools=(nat,)), DUAL)
    assert (route.host, route.others) == ("2001:db8::1", ())


def test_a_family_that_the_rules_let_this_machine_in_by_comes_first():
    rules = (NatRule(150, ALLOW, OTHERS), NatRule(160, ALLOW, "2001:db8:7::/48"))
    seen_as = {"20.1.2.3": MINE, "2001:db8::1": "2001:db8:7::5"}
    pool = dataclasses.replace(POOL, nat_pools=(dataclasses.replace(NAT, rules=rules),))
    route = ssh_route(pool, DUAL, None, View(lambda host: Standpoint(seen_as=seen_as[host])))
    assert (route.host, route.doubts) == ("2001:db8::1", ())
    assert [other.host for other in route.others] == ["20.1.2.3"]


@pytest.mark.parametrize(
    "rules",
    [
        [(150, DENY, "*")],
        [(300, ALLOW, MINE), (150, DENY, "Internet")],
        [(150, ALLOW, "VirtualNetwork")],
        [(150, ALLOW, "2001:db8::/32")],
    ],
)
@pytest.mark.parametrize("seen_as", ["", MINE])
def test_rules_that_let_nobody_in_are_refused_before_any_wait(rules, seen_as):
    with pytest.raises(NoRouteError, match="let no address in"):
        doubt(rules, seen_as)


def hop(name):
    return Hop(name, name, 22, "me", name)


BEHIND = View(jumps=lambda _host: (hop("outer"), hop("inner")))


def test_a_jump_host_leads_to_the_endpoint_and_then_to_the_private_address():
    route = ssh_route(POOL, NODE, LOGIN, BEHIND)
    assert (route.where, route.jumps) == ("20.1.2.3:40001", BEHIND.jumps(""))
    assert [(each.where, each.how) for each in route.others] == [("10.0.0.4:22", "private address")]
    assert route.words == "20.1.2.3:40001 through outer, inner"


def test_a_jump_host_leads_to_the_private_address_where_nothing_else_does():
    private = dataclasses.replace(CLOSED, has_public_ip=False)
    for pool in (CLOSED, private, POOL, WINDOWS):
        route = ssh_route(pool, BARE, None, BEHIND)
        assert (route.where, route.jumps) == ("10.0.0.4:22", BEHIND.jumps(""))
    with pytest.raises(NoRouteError):
        ssh_route(CLOSED, structs.replace(BARE, private_ip=""), None, BEHIND)


def test_rules_that_let_nobody_in_leave_the_private_address():
    nat = dataclasses.replace(NAT, rules=(NatRule(150, DENY, "*"),))
    closed = dataclasses.replace(POOL, nat_pools=(nat,))
    assert ssh_route(closed, NODE, None, BEHIND).where == "10.0.0.4:22"


def test_ssh_config_may_lead_to_private_addresses_only():
    view = View(jumps=lambda host: (hop("b"),) if host.startswith("10.") else ())
    route = ssh_route(POOL, NODE, None, view)
    assert (route.jumps, route.others[0].jumps) == ((), (hop("b"),))


def test_rules_do_not_see_this_machine_behind_a_jump_host():
    nat = dataclasses.replace(NAT, rules=(NatRule(150, ALLOW, OTHERS),))
    pool = dataclasses.replace(POOL, nat_pools=(nat,))
    seen = View(lambda _host: Standpoint(True, MINE), BEHIND.jumps)
    assert MINE not in " ".join(ssh_route(pool, NODE, None, seen).doubts)


def test_a_machine_that_seems_to_be_inside_tries_the_private_address_as_the_last_resort():
    inside = View(near=lambda _host: "10.0.0.9")
    route = ssh_route(CLOSED, BARE, None, inside)
    assert (route.where, route.jumps) == ("10.0.0.4:22", ())
    assert "this machine (10.0.0.9)" in route.doubts[0]
    assert ssh_route(POOL, NODE, None, inside).others == ()


def test_what_is_not_understood_of_ssh_config_is_told():
    view = View(notes=("line 1 is odd.",))
    assert ssh_route(POOL, NODE, None, view).doubts == ("line 1 is odd.",)
    with pytest.raises(NoRouteError) as refused:
        ssh_route(CLOSED, BARE, None, view)
    assert refused.value.advice.endswith(" line 1 is odd.")


@pytest.mark.parametrize(
    ("own", "host", "shared"),
    [
        ("10.0.0.9", "10.0.0.4", True),
        ("10.0.7.9", "10.0.0.4", True),
        ("10.1.0.9", "10.0.0.4", False),
        ("192.168.1.5", "10.0.0.4", False),
        ("20.1.2.3", "20.1.2.4", False),
        ("127.0.0.1", "127.0.0.2", False),
        ("10.0.0.9", "", False),
        ("fd00::1", "fd00::2", False),
    ],
)
def test_who_may_share_a_private_network(own, host, shared):
    assert share_network(own, host) is shared
