"""Changes of the world on command: anything that may happen to an account, at once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.catalogue import has_publisher_offer_sku, image_key
from batchtui.emulator.control.errors import errors_of
from batchtui.emulator.control.nodes import change_nodes
from batchtui.emulator.errors import BatchError, bad_property
from batchtui.emulator.options import seed_nodes
from batchtui.emulator.state import Stage, State
from batchtui.emulator.times import read_time

LAST = datetime(2100, 1, 1, tzinfo=UTC)
MOST = 2**31 - 1
QUOTAS = {
    "dedicatedCores": "dedicated_cores",
    "lowPriorityCores": "spot_cores",
    "pools": "pools",
    "activeJobs": "active_jobs",
}
END = "batchSupportEndOfLife"
IMAGE = frozenset({"publisher", "offer", "sku", END})
POOL = frozenset({"pool", "state", "allocationState", "resizeErrors", "autoScaleRun"})


async def change_world(stage: Stage, state: State, body: Json) -> None:
    """Change what a body says: one of the CHANGES, that of a pool with a `node` or without.

    400 when there can't be such a change, 404 PoolNotFound or NodeNotFound.
    """
    kinds = [kind for kind in CHANGES if body.get(kind) is not None]
    if len(kinds) != 1:
        reason = f"A change is one of {', '.join(CHANGES)}"
        raise BatchError("InvalidRequestBody", ("Reason", reason))
    await CHANGES[kinds[0]](stage, state, body)


async def _reset(stage: Stage, state: State, body: Json) -> None:
    """Begin anew: `true` with the seed that the emulator was started with, or with another."""
    del state
    read.only(body, frozenset({"reset"}))
    if body["reset"] is True:
        await stage.renew()
        return
    seed = read.text(body, "reset")
    try:
        seed_nodes(seed)
    except ValueError as error:
        raise bad_property("reset", seed, str(error)) from None
    await stage.renew(seed)


async def _quota(stage: Stage, state: State, body: Json) -> None:
    """Other quotas from now on; what is there already stays."""
    del stage
    read.only(body, frozenset({"quota"}))
    wanted = read.nested(body, "quota") or {}
    read.only(wanted, frozenset({*QUOTAS, "families"}))
    families = read.nested(wanted, "families") or {}
    numbers = {
        attribute: read.number(wanted, name, least=0, most=MOST)
        for name, attribute in QUOTAS.items()
        if name in wanted
    }
    cores = {name.lower(): read.number(families, name, least=0, most=MOST) for name in families}
    old = state.world.quotas
    state.world.quotas = replace(old, families={**old.families, **cores}, **numbers)


async def _images(stage: Stage, state: State, body: Json) -> None:
    """Another end of support for images from now on, or without one the recorded end again."""
    del stage
    read.only(body, frozenset({"images"}))
    ends = {}
    for image in read.objects(body, "images"):
        read.only(image, IMAGE)
        if not has_publisher_offer_sku(image):
            raise bad_property("images", image, "There is no image of this publisher, offer, sku")
        end = read.text(image, END, "")
        if end and read_time(end) is None:
            raise bad_property(END, end, "The value must be a time, as 2024-06-30T00:00:00Z")
        ends[image_key(image)] = end
    state.world.image_ends |= ends


async def _clock(stage: Stage, state: State, body: Json) -> None:
    """Let time pass at once, up to the LAST day: what is due by then happens now."""
    del stage
    read.only(body, frozenset({"clock"}))
    wanted = read.nested(body, "clock") or {}
    read.only(wanted, frozenset({"advance"}))
    clock = state.world.clock
    left = (LAST - clock.now()).total_seconds()
    clock.advance(read.decimal(wanted, "advance", least=0.0, most=left))


async def _pool(stage: Stage, state: State, body: Json) -> None:
    """Put a pool, or nodes of it, into a state."""
    del stage
    pool = state.world.pool(read.text(body, "pool"))
    if body.get("node") is not None:
        change_nodes(state, pool, body)
        return
    read.only(body, POOL)
    changes: Json = {}
    for name, values in (
        ("state", ("active", "deleting")),
        ("allocationState", ("steady", "resizing", "stopping")),
    ):
        if body.get(name) is not None:
            changes[name] = read.choice(body, name, "", *values)
            changes[f"{name}TransitionTime"] = state.world.stamp()
    if body.get("resizeErrors") is not None:
        changes["resizeErrors"] = errors_of(body, "resizeErrors")
    if body.get("autoScaleRun") is not None:
        changes["autoScaleRun"] = read.nested(body, "autoScaleRun")
    if {"state", "allocationState"} & changes.keys():
        pool.turn += 1  # what was under way is so no more
    pool.body |= changes
    if not pool.body.get("resizeErrors", True):
        del pool.body["resizeErrors"]


Change = Callable[[Stage, State, Json], Awaitable[None]]
CHANGES: Mapping[str, Change] = {
    "reset": _reset,
    "quota": _quota,
    "images": _images,
    "clock": _clock,
    "pool": _pool,
}
