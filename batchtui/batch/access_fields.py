"""The fields of who reaches the nodes, and how. Pure."""

from collections.abc import Iterator

from batchtui.batch.access_lenses import SOURCE, AccessLens, PortsLens, SourceLens
from batchtui.batch.access_rules import DOOR, END, NAT_POOLS, OTHER, RULES, START
from batchtui.batch.addresses import Families
from batchtui.batch.endpoints import EndpointsLens
from batchtui.batch.field import PoolField, field_at
from batchtui.batch.known import Path
from batchtui.batch.lens import AsJson, Choice, PoolDraft, Text, Texts
from batchtui.batch.places import at
from batchtui.batch.pool_users import USERS, UsersLens

_NETWORK: Path = ("networkConfiguration",)
_PUBLIC: Path = (*_NETWORK, "publicIPAddressConfiguration")
_PROVISION: Path = (*_PUBLIC, "provision")
_IDS: Path = (*_PUBLIC, "ipAddressIds")
_DOOR: Path = (*NAT_POOLS, DOOR)


def access_fields() -> Iterator[PoolField]:
    """In the order of the step."""
    yield PoolField(
        "access",
        "access",
        "SSH",
        AccessLens(),
        (NAT_POOLS, NAT_POOLS[:-1], _NETWORK),
        help="Can't be added later, while the pool has nodes. Without a rule anyone may try.",
    )
    yield PoolField(
        SOURCE,
        "access",
        "  allowed from",
        SourceLens(),
        ((*_DOOR, RULES),),
        help="Addresses or ranges such as 203.0.113.0/24, with commas between them.",
        when=lambda draft: AccessLens().show(draft) == "only",
    )
    yield PoolField(
        "access_ports",
        "access",
        "  public ports",
        PortsLens(),
        ((*_DOOR, START), (*_DOOR, END)),
        help="One a node: 40 or more, and none of 50000 to 55000. The first node has the first.",
        when=lambda draft: AccessLens().show(draft) != "off",
    )
    yield PoolField(
        "endpoints",
        "access",
        "Endpoints",
        EndpointsLens(),
        ((*NAT_POOLS, OTHER),),
        placeholder="no other ones",
        help="At most 5 with SSH, a line each: web tcp 8080 16000-16099 from 203.0.113.0/24",
    )
    yield PoolField(
        "users",
        "access",
        "Users",
        UsersLens(),
        (USERS,),
        help="Made on each node for tasks to run as; to log in, u adds users to nodes later.",
    )
    yield from _addresses()
    yield field_at(
        "subnet",
        "access",
        "Subnet",
        Text,
        *_NETWORK,
        "subnetId",
        placeholder="a network of Batch's own",
        help="By its resource id, in the account's region. Needs Microsoft Entra ID.",
    )
    yield PoolField(
        "vnet_scope",
        "access",
        "Networks",
        Choice(
            (*_NETWORK, "dynamicVNetAssignmentScope"),
            {"none": "that of the pool", "job": "a job may bring its own"},
        ),
        ((*_NETWORK, "dynamicVNetAssignmentScope"),),
        help="Whether jobs may bring a network of their own.",
    )


def _addresses() -> Iterator[PoolField]:
    yield PoolField(
        "addresses",
        "access",
        "Addresses",
        Choice(
            _PROVISION,
            {
                "batchmanaged": "public ones, made by Batch",
                "usermanaged": "public ones of your own",
                "nopublicipaddresses": "no public ones",
            },
        ),
        (_PROVISION, _PUBLIC),
        help="Without public ones there are no endpoints: in by the subnet, VPN or peering only.",
    )
    yield PoolField(
        "address_ids",
        "access",
        "  which",
        Texts(_IDS),
        (_IDS,),
        help="Resource ids, a line each: one for each 100 dedicated and 100 spot nodes.",
        when=_names_addresses,
    )
    yield PoolField(
        "families",
        "access",
        "  IP",
        Families((*_PUBLIC, "ipFamilies")),
        ((*_PUBLIC, "ipFamilies"),),
        help="With IPv6 nodes are reached by both.",
        when=_has_addresses,
    )
    yield PoolField(
        "address_tags",
        "access",
        "  tags",
        AsJson((*_PUBLIC, "ipTags")),
        ((*_PUBLIC, "ipTags"),),
        placeholder="none",
        help='As JSON: [{"ipTagType": "FirstPartyUsage", "tag": "/Storage"}].',
        when=_has_addresses,
    )


def _names_addresses(draft: PoolDraft) -> bool:
    own = str(at(draft.body, _PROVISION)).lower() == "usermanaged"
    return own or at(draft.body, _IDS) is not None


def _has_addresses(draft: PoolDraft) -> bool:
    none = str(at(draft.body, _PROVISION)).lower() == "nopublicipaddresses"
    return not none or at(draft.body, (*_PUBLIC, "ipFamilies")) is not None
