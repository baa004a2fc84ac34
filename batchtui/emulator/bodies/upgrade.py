"""How the nodes' images are upgraded, as the SDK's UpgradePolicy has it."""

from collections.abc import Mapping
from typing import Any

from batchtui.emulator.bodies.read import Json
from batchtui.emulator.bodies.shapes import (
    Shape,
    as_it_is,
    flag,
    length_of_time,
    one_of,
    required,
    whole,
)
from batchtui.emulator.errors import bad_property

POLICY = Shape(
    mode=required(one_of("automatic", "manual", "rolling")),
    automaticOSUpgradePolicy=Shape(
        disableAutomaticRollback=flag,
        enableAutomaticOSUpgrade=flag,
        useRollingUpgradePolicy=flag,
        osRollingUpgradeDeferral=flag,
    ),
    rollingUpgradePolicy=Shape(
        enableCrossZoneUpgrade=flag,
        maxBatchInstancePercent=whole(5, 100),
        maxUnhealthyInstancePercent=whole(5, 100),
        maxUnhealthyUpgradedInstancePercent=whole(0, 100),
        # Recorded as it was sent: P0D.
        pauseTimeBetweenBatches=as_it_is(length_of_time()),
        prioritizeUnhealthyInstances=flag,
        rollbackFailedInstancesOnPolicyBreach=flag,
    ),
)


def upgrade_policy(body: Mapping[str, Any], name: str) -> Json:
    """The policy as GET shows it; 400 when its percentages contradict each other."""
    policy = POLICY(body, name)
    rolling = policy.get("rollingUpgradePolicy", {})
    batch = rolling.get("maxBatchInstancePercent", 0)
    if batch > rolling.get("maxUnhealthyInstancePercent", 100):
        reason = "The value must not be more than maxUnhealthyInstancePercent"
        raise bad_property("maxBatchInstancePercent", batch, reason)
    return policy


def check_upgrades(policy: Mapping[str, Any], machine: Mapping[str, Any]) -> None:
    """400 for a policy that the machines' configuration excludes (SDK: UpgradePolicy)."""
    rolling, system = (
        policy.get(part, {}) for part in ("rollingUpgradePolicy", "automaticOSUpgradePolicy")
    )
    zonal = machine.get("nodePlacementConfiguration", {}).get("policy") == "Zonal"
    if rolling.get("enableCrossZoneUpgrade") is not None and not zonal:
        value = rolling["enableCrossZoneUpgrade"]
        reason = "The value needs the node placement policy zonal"
        raise bad_property("enableCrossZoneUpgrade", value, reason)
    windows = machine.get("windowsConfiguration", {})
    if system.get("enableAutomaticOSUpgrade") and windows.get("enableAutomaticUpdates"):
        reason = "The value excludes enableAutomaticUpdates of the Windows configuration"
        raise bad_property("enableAutomaticOSUpgrade", True, reason)
