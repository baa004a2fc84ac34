"""What the error that a resize ended with means, and what helps. Pure.

Codes are compared without their case: the service isn't of one mind about it (source: SERVICE.md,
trap 17). Sources: the .NET SDK's PoolResizeErrorCodes, and the product's articles on quotas, on
errors of pools and on failed resizes (learn.microsoft.com/azure/batch/batch-quota-limit,
.../azure/batch/batch-pool-node-error-checking, .../troubleshoot/azure/general/
azure-batch-pool-resizing-failure).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, NamedTuple

from batchtui.batch.models import Pool
from batchtui.batch.parts import ServiceFault

QUOTAS = "https://learn.microsoft.com/azure/batch/batch-quota-limit"

# What this program can do about something; nothing where it is done elsewhere.
Deed = Literal["", "resize", "make again", "autoscale", "edit", "shell", "reboot"]


class Help(NamedTuple):
    """Something that helps, and the deed that does it, if this program has one."""

    text: str
    deed: Deed = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an error means: in a word or three for a table, and in a sentence; and what helps."""

    word: str
    sentence: str
    helps: tuple[Help, ...]


_QUOTA = Help(f"Ask for more: Quotas of the account in Azure's portal ({QUOTAS})")
_FEWER = Help("Resize to fewer", "resize")
_SIZE = Help("Make it again with another VM size", "make again")
_FAMILY = Help("Make it again with a VM size of another family", "make again")
_IMAGE = Help("Make it again with an image and a VM size that fit each other", "make again")
_REGION = Help("Use an account in another region")
_RETRY = Help("Resize to the same again in a while", "resize")
_LONGER = Help("Resize to the same again, within more minutes", "resize")
_GO_ON = Help("Resize to the same again: it goes on from what there is", "resize")

_SPOT_QUOTA = Meaning(
    "spot core quota",
    "The account's quota of spot cores is reached.",
    (_QUOTA, _FEWER, _SIZE),
)
_MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        "accountcorequotareached": Meaning(
            "core quota",
            "The account's quota of dedicated cores is reached.",
            (_QUOTA, _FEWER, _SIZE),
        ),
        "accountlowprioritycorequotareached": _SPOT_QUOTA,
        "accountspotcorequotareached": _SPOT_QUOTA,
        "accountvmseriescorequotareached": Meaning(
            "family core quota",
            "The account's quota of cores of this VM family is reached.",
            (_QUOTA, _FEWER, _FAMILY),
        ),
        "allocationtimedout": Meaning(
            "allocation timed out",
            "Azure had no room for all nodes within the resize timeout.",
            (_LONGER, _FEWER, _SIZE),
        ),
        "allocationfailed": Meaning(
            "allocation failed",
            "Azure couldn't allocate the nodes.",
            (_RETRY, _SIZE, _REGION),
        ),
        "unsupportedvmsize": Meaning(
            "unsupported VM size",
            "The account's region doesn't have this VM size for it.",
            (_SIZE, _REGION),
        ),
        "communicationenabledpoolreachedmaxvmcount": Meaning(
            "too many to communicate",
            "Nodes that communicate with each other can't be as many as that.",
            (_FEWER,),
        ),
        "resizestopped": Meaning(
            "resize stopped",
            "The resize was stopped before all nodes were there.",
            (_GO_ON,),
        ),
        "removenodesfailed": Meaning(
            "removal failed",
            "Nodes that were to go couldn't be removed.",
            (_RETRY,),
        ),
    }
)
# What AllocationFailed may be for, by words of its values, the first that are found.
_REASONS: tuple[tuple[tuple[str, ...], Meaning], ...] = (
    (
        ("scopelocked", "are locked"),
        Meaning(
            "resources locked",
            "A lock on the resource group or subscription keeps Azure from making machines.",
            (Help("Remove the lock in Azure's portal, then resize to the same again", "resize"),),
        ),
    ),
    (
        ("requestdisallowedbypolicy", "disallowed by policy"),
        Meaning(
            "forbidden by policy",
            "A policy of the subscription forbids what Azure has to make for the pool.",
            (Help("Ask whoever keeps the policy for an exemption"),),
        ),
    ),
    (
        ("hypervisor generation",),
        Meaning(
            "image doesn't fit size",
            "The VM size can't boot an image of this generation.",
            (_IMAGE,),
        ),
    ),
    (
        ("insufficientfreeaddresses", "not enough free", "subnet is full", "subnetisfull"),
        Meaning(
            "subnet is full",
            "The subnet has too few free addresses: each node takes one.",
            (
                _FEWER,
                Help("Make it again in a larger subnet", "make again"),
            ),
        ),
    ),
    (
        ("subnet", "virtual network", "vnet", "networksecuritygroup"),
        Meaning(
            "network",
            "Azure couldn't use the pool's subnet.",
            (
                Help("See that nothing is delegated to others, and that Batch may join it"),
                Help("Make it again in another subnet", "make again"),
            ),
        ),
    ),
    (
        ("publicip", "public ip"),
        Meaning(
            "public IP",
            "Azure couldn't give the pool its public IP address.",
            (
                Help("Ask for more public IP addresses in the subscription"),
                Help("Make it again without a public address, or with one of yours", "make again"),
            ),
        ),
    ),
    (
        ("capacity", "allocation failed. we do not have", "overconstrained", "skunotavailable"),
        Meaning(
            "no capacity",
            "The region has no room for this VM size now; quota has nothing to do with it.",
            (_RETRY, _SIZE, _REGION),
        ),
    ),
    (
        ("quota",),
        Meaning(
            "subscription quota",
            "A quota of the subscription is reached.",
            (Help(f"Ask for more in Azure's portal ({QUOTAS})"), _FEWER, _SIZE),
        ),
    ),
    (
        ("image",),
        Meaning(
            "image",
            "Azure couldn't use the image: it may be gone, elsewhere, or not shared with Batch.",
            (Help("Make it again with another image", "make again"),),
        ),
    ),
)


def meaning(fault: ServiceFault) -> Meaning:
    """What an error among a pool's `resizeErrors` means; one that isn't known means its code."""
    code = fault.code.lower()
    if code == "allocationfailed":
        said = " ".join((fault.message, *(value for _name, value in fault.details))).lower()
        for words, why in _REASONS:
            if any(word in said for word in words):
                return why
        return replace(_MEANINGS[code], sentence=_reason(fault))
    if known := _MEANINGS.get(code):
        return known
    text = fault.message or f"The resize ended with {fault.code or 'an error'}."
    helps = (_QUOTA, _FEWER, _SIZE) if "quota" in code else (_RETRY,)
    return Meaning(fault.code or "error", text, helps)


def _reason(fault: ServiceFault) -> str:
    """Why an allocation failed, in the service's own words (source: the article on that)."""
    reasons = (value for name, value in fault.details if name.lower() == "reason")
    return next(reasons, fault.message) or _MEANINGS["allocationfailed"].sentence


def helps(pool: Pool) -> list[Help]:
    """What helps against all that the last resize ended with, each once.

    As many nodes as came are as many as fit.
    """
    wanted = (each for fault in pool.resize_faults for each in meaning(fault).helps)
    return [_with_number(each, pool) if each is _FEWER else each for each in dict.fromkeys(wanted)]


def _with_number(fewer: Help, pool: Pool) -> Help:
    kinds = ((pool.dedicated, "dedicated"), (pool.spot, "spot"))
    came = " and ".join(f"{count:,} {kind}" for count, kind in kinds if count)
    return fewer._replace(text=f"Resize to {came}, what there is room for") if came else fewer
