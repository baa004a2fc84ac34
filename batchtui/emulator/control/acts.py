"""The faults of requests, by the name that a rule's `do` gives them."""

from collections.abc import Mapping

from batchtui.emulator.control import network, service
from batchtui.emulator.control.act import Act

ACTS: Mapping[str, type[Act]] = {
    "status": service.Status,
    "delay": network.Delay,
    "hang": network.Hang,
    "reset": network.Reset,
    "cut": network.Cut,
    "slow": network.Slow,
    "malformed": network.Malformed,
    "contenttype": network.ContentType,
    "loop": service.Loop,
    "lostpage": service.LostPage,
    "expiredtoken": service.ExpiredToken,
    "skew": service.Skew,
}
