"""What an emulator is started with, and what it is once it runs."""

import base64
import binascii
import ipaddress
import math
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime

ACCOUNT = re.compile(r"[a-z0-9]{3,24}")

# Where the account is in Azure Resource Manager, and who signs in to it; the same in every run.
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
RESOURCE_GROUP = "emulator"
LOCATION = "eastus"
TENANT = "00000000-0000-0000-0000-0000000000a0"
CLIENT_ID = "00000000-0000-0000-0000-0000000000a1"


class EmulatorError(Exception):
    """The emulator can't start: its port is taken, or a package that it needs is missing."""


@dataclass(frozen=True)
class Options:
    """How an emulator behaves; ValueError says which setting can't be.

    `key` is base64, empty for a random one. `seed` is `demo`, `empty` or a number of nodes.
    `clock` is `real`, `fast` or a factor that durations are divided by. `random_seed` fixes
    node ids and the like; `start_time` is what its clock shows at the start. `tls` serves https
    with a certificate made for this run.
    """

    host: str = "127.0.0.1"
    port: int = 0
    account: str = "demo"
    key: str = field(default="", repr=False)
    seed: str = "demo"
    clock: str = "real"
    pretend: bool = False
    random_seed: int | None = None
    start_time: datetime | None = None
    tls: bool = False

    def __post_init__(self) -> None:
        check_host(self.host)
        check_key(self.key)
        clock_factor(self.clock)
        seed_nodes(self.seed)
        if not ACCOUNT.fullmatch(self.account):
            raise ValueError(f"account must be 3 to 24 lowercase letters or digits: {self.account}")
        if not 0 <= self.port <= 65535:
            raise ValueError(f"port must be between 0 and 65535: {self.port}")
        if self.start_time is not None and self.start_time.tzinfo is None:
            raise ValueError("start_time must have a time zone")


@dataclass(frozen=True)
class RunningEmulator:
    """Where a running emulator is and what opens it.

    With TLS `ca` is the file of the authority that clients must trust; it goes with the
    emulator. `management` is Azure Resource Manager's URL, `authority` that of its sign-in:
    the application `client_id` of the tenant gets tokens for `client_secret`.
    """

    endpoint: str
    account: str
    key: str = field(repr=False)
    client_secret: str = field(repr=False)
    ca: str | None = None
    subscription: str = SUBSCRIPTION
    resource_group: str = RESOURCE_GROUP
    location: str = LOCATION
    tenant: str = TENANT
    client_id: str = CLIENT_ID

    @property
    def management(self) -> str:
        """Azure Resource Manager's endpoint: the same server."""
        return self.endpoint

    @property
    def authority(self) -> str:
        """Where tokens come from, as azure-identity's `authority`: the same server."""
        return self.endpoint

    def line(self) -> dict[str, str | None]:
        """All of it for other programs, the endpoint, account and key first."""
        found: dict[str, str | None] = asdict(self)
        return found | {"management": self.management, "authority": self.authority}


def check_host(host: str) -> None:
    """ValueError unless the host is loopback: what runs here runs as whoever started it."""
    if not is_loopback(host):
        raise ValueError(f"host must be a loopback address: {host}")


def is_loopback(host: str) -> bool:
    """Whether a host name or address, brackets allowed, is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_key(key: str) -> None:
    """ValueError unless the key is empty or base64; the text doesn't show the key."""
    try:
        base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("key must be base64") from None


def clock_factor(clock: str) -> float | None:
    """What durations are divided by; None for `fast`, which squeezes them all."""
    if clock == "fast":
        return None
    if clock == "real":
        return 1.0
    try:
        factor = float(clock)
    except ValueError:
        factor = 0.0
    if not math.isfinite(factor) or factor <= 0:
        raise ValueError(f"clock must be real, fast or a number above 0: {clock}")
    return factor


def seed_nodes(seed: str) -> int:
    """How many nodes the pool `scale` has; 0 for `demo` and `empty`."""
    if seed in {"demo", "empty"}:
        return 0
    if not re.fullmatch(r"[0-9]{1,7}", seed) or int(seed) == 0:
        raise ValueError(f"seed must be demo, empty or a number of nodes: {seed}")
    return int(seed)
