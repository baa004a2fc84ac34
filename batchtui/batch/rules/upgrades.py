"""How the nodes' images are upgraded. Pure.

Source: SDK, AutomaticOsUpgradePolicy and RollingUpgradePolicy.
"""

from collections.abc import Iterable

from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.places import at
from batchtui.batch.rules.reading import MACHINE, Rule, within, word

_ROLLING: Path = ("upgradePolicy", "rollingUpgradePolicy")
_SYSTEM: Path = ("upgradePolicy", "automaticOSUpgradePolicy", "enableAutomaticOSUpgrade")


def percentages(body: Json, _known: Known) -> Iterable[Problem]:
    """No more nodes at once than may be unhealthy."""
    rolling = within(body, _ROLLING)
    most = rolling.get("maxUnhealthyInstancePercent", 100)
    if rolling.get("maxBatchInstancePercent", 0) > most:
        text = f"At most {most}, as many as may be unhealthy."
        yield Problem((*_ROLLING, "maxBatchInstancePercent"), text)


def across_zones(body: Json, _known: Known) -> Iterable[Problem]:
    """Said only where nodes are spread over zones."""
    zonal = word(within(body, (*MACHINE, "nodePlacementConfiguration")), "policy") == "zonal"
    path: Path = (*_ROLLING, "enableCrossZoneUpgrade")
    if at(body, path) is not None and not zonal:
        yield Problem(path, "Only with zonal node placement: choose that, or take it away.")


def one_updater(body: Json, _known: Known) -> Iterable[Problem]:
    """Not together with Windows' own updates, where these are switched on.

    Without a Windows configuration it is taken (recording pool-get-upgrade-policy-2024).
    """
    windows = at(body, (*MACHINE, "windowsConfiguration"))
    if at(body, _SYSTEM) and windows is not None and windows.get("enableAutomaticUpdates", True):
        text = "Not with Windows' own updates: switch off enableAutomaticUpdates, or this."
        yield Problem(_SYSTEM, text)


RULES: tuple[Rule, ...] = (percentages, across_zones, one_updater)
