"""Resources of Azure that a pool names by id: who may use them. Pure."""

from collections.abc import Iterable, Iterator

from batchtui.batch.image_choice import IMAGE
from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.places import at
from batchtui.batch.rules.reading import Rule, items

_NETWORK: Path = ("networkConfiguration",)
_ADDRESSES: Path = (*_NETWORK, "publicIPAddressConfiguration", "ipAddressIds")
_SINGLE: tuple[tuple[str, Path], ...] = (
    ("A subnet", (*_NETWORK, "subnetId")),
    ("An image of a gallery", (*IMAGE, "virtualMachineImageId")),
)
_IDENTITY = "identityReference"


def needs_entra(body: Json, known: Known) -> Iterable[Problem]:
    """Not with the account's key.

    Source: SERVICE.md, trap 24; recording pool-create-403-forbidden-vnet-2020 for subnets, and
    the product's documentation for images and addresses.
    """
    if known.by_key:
        for what, path, _ in _used(body):
            text = f"{what} needs Microsoft Entra ID: this account is open with its key."
            yield Problem(path, text)


def own_subscription(body: Json, known: Known) -> Iterable[Problem]:
    """Of the account's subscription (source: recording pool-create-400-subnet; SDK, images)."""
    if known.subscription is None:
        return
    for _, path, resource in _used(body):
        if resource.split("/")[2].lower() != known.subscription.lower():
            text = f"It has to be of the account's subscription, {known.subscription}."
            yield Problem(path, text)


def _used(body: Json) -> Iterator[tuple[str, Path, str]]:
    """What each is in words, where, and its id."""
    for what, path in _SINGLE:
        resource = at(body, path)
        if resource is not None:
            yield what, path, resource
    for path, resource in items(body, _ADDRESSES):
        yield "A public address of your own", path, resource


def pool_has_no_identity(body: Json, _known: Known) -> Iterable[Problem]:
    """Identities are given to a pool by Resource Manager only.

    Source: SDK: BatchPoolIdentityReference wants one of the pool's identities, and
    BatchPoolCreateOptions has no property for them.
    """
    text = "A pool that is created here has no identity, as only Resource Manager gives it one."
    for path in _identities(body, ()):
        yield Problem(path, text)


def _identities(value: object, path: Path) -> Iterator[Path]:
    """Where identities are named; settings of extensions aren't read."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name == _IDENTITY:
                yield (*path, name)
            elif name not in {"settings", "protectedSettings"}:
                yield from _identities(part, (*path, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _identities(part, (*path, index))


RULES: tuple[Rule, ...] = (needs_entra, own_subscription)
WARNINGS: tuple[Rule, ...] = (pool_has_no_identity,)
