"""What is known of the service while a pool is being put together, and what may be wrong with one.

None stands for what isn't known, such as sizes where there is only a key: no rule that needs it
says anything then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from batchtui.batch.models import SupportedImage

Json = Mapping[str, Any]
# Where something is in a pool's JSON: names of properties, and places in lists.
Path = tuple[str | int, ...]

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Told(Generic[_Value]):
    """What was asked for; or None, and why it isn't known, in a sentence."""

    value: _Value | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence about a place in a pool's JSON; the empty path is the pool as a whole."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class VmSize:
    """A VM size of the account's region as Resource Manager lists it.

    `capabilities` are the names and values that it tells, such as `MaxDataDiskCount`.
    """

    name: str
    family: str
    cores: int
    memory_gib: float | None = None
    gpus: int = 0
    capabilities: Mapping[str, str] = field(default_factory=dict)
    end_of_life: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """What the account may have, in cores; `by_family` is None where families have no quota."""

    dedicated: int
    spot: int
    pools: int
    by_family: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """What the account's pools have or ask for, in cores; sizes that aren't known are left out."""

    dedicated: int
    spot: int
    pools: int
    by_family: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What the service supports and has now; `taken` are ids of pools, in lower case.

    `untold` says why something isn't known, in a sentence, by its name here.
    `by_key` is whether the account is open with its key, instead of Entra ID; `subscription` is
    the account's, and `user_subscription` whether pools are allocated in it.
    """

    now: datetime
    taken: frozenset[str] = frozenset()
    images: Sequence[SupportedImage] | None = None
    sizes: Sequence[VmSize] | None = None
    quota: Quota | None = None
    used: Used | None = None
    untold: Mapping[str, str] = field(default_factory=dict)
    by_key: bool | None = None
    subscription: str | None = None
    user_subscription: bool | None = None

    def having(self, name: str, told: Told[Any]) -> "Known":
        """The same with what was told of one thing, or why that isn't known."""
        others = {other: why for other, why in self.untold.items() if other != name}
        untold = {**others, name: told.why} if told.why else others
        found: dict[str, Any] = {name: told.value}
        return replace(self, untold=untold, **found)


def size_of(body: Json, known: Known) -> VmSize | None:
    """A pool's VM size, if it is known."""
    name = str(body.get("vmSize", "")).lower()
    return next((size for size in known.sizes or () if size.name.lower() == name), None)
