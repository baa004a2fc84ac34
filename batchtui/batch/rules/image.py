"""Which image goes with which node agent, and for how long. Pure."""

from collections.abc import Iterable

from batchtui.batch.image_choice import AGENT, IDS, IMAGE, NAMES
from batchtui.batch.known import Json, Known, Problem
from batchtui.batch.places import at
from batchtui.batch.rules.reading import (
    Rule,
    chosen_row,
    image_rows,
    within,
)
from batchtui.words import plural

_SOON_DAYS = 90


def named_in_one_way(body: Json, _known: Known) -> Iterable[Problem]:
    """By publisher, offer and sku, or else by one id (source: SDK, BatchVmImageReference)."""
    reference = within(body, IMAGE)
    given = [name for name in (*IDS, *NAMES, "version") if name in reference]
    if at(body, IMAGE) == {}:
        yield Problem(IMAGE, "Choose an image.")
    elif given and given[0] in IDS:
        for name in given[1:]:
            yield Problem((*IMAGE, name), f"Take it away: {given[0]} says which image it is.")
    else:
        for name in NAMES:
            if given and name not in reference:
                yield Problem((*IMAGE, name), f"{name} is missing.")


def supported(body: Json, known: Known) -> Iterable[Problem]:
    """Image and agent are of one row of the supported images (source: SERVICE.md, trap 19)."""
    reference, agent = within(body, IMAGE), at(body, AGENT)
    if known.images is None or agent is None:
        return
    if any(name in reference for name in IDS):
        if not any(row.node_agent_sku.lower() == agent.lower() for row in known.images):
            yield Problem(AGENT, "There is no such node agent: choose one of the list.")
    elif all(name in reference for name in NAMES):
        rows = image_rows(body, known)
        if rows and not chosen_row(body, known):
            agents = " or ".join(sorted({row.node_agent_sku for row in rows}))
            yield Problem(AGENT, f"This image goes with {agents}.")


def unlisted(body: Json, known: Known) -> Iterable[Problem]:
    """Pools were made of an image that no list had any more, too: the service decides.

    Source: recordings, pool-get-stopping (canonical ubuntuserver 18.04-lts in 2025).
    """
    named = all(name in within(body, IMAGE) for name in NAMES)
    if named and known.images is not None and not image_rows(body, known):
        yield Problem(IMAGE, "Azure Batch doesn't list this image, and is likely to refuse it.")


def past(body: Json, known: Known) -> Iterable[Problem]:
    """From the day of batchSupportEndOfLife on no pool is created (source: SERVICE.md, 19)."""
    row = chosen_row(body, known)
    if row and row.end_of_life and row.end_of_life <= known.now:
        when = f"{row.end_of_life:%Y-%m-%d}"
        yield Problem(IMAGE, f"Azure Batch stopped creating pools of it on {when}: choose another.")


def unverified(body: Json, known: Known) -> Iterable[Problem]:
    """Such images can fail to allocate (source: SERVICE.md, trap 19)."""
    row = chosen_row(body, known)
    if row and not row.verified:
        yield Problem(IMAGE, "The image is unverified: nodes may fail to start.")


def ends_soon(body: Json, known: Known) -> Iterable[Problem]:
    """The pool can't be created again after batchSupportEndOfLife (source: SERVICE.md, 19)."""
    row = chosen_row(body, known)
    if row and row.end_of_life and row.end_of_life > known.now:
        days = (row.end_of_life - known.now).days
        if days <= _SOON_DAYS:
            when = f"{row.end_of_life:%Y-%m-%d}"
            yield Problem(IMAGE, f"Support for the image ends in {plural(days, 'day')}, on {when}.")


def gallery(body: Json, known: Known) -> Iterable[Problem]:
    """What `resources.needs_entra` refuses, where it isn't known how the account is open."""
    path = (*IMAGE, IDS[0])
    if known.by_key is None and at(body, path) is not None:
        yield Problem(path, "Needs Microsoft Entra ID: not taken with the account's key.")


RULES: tuple[Rule, ...] = (named_in_one_way, supported, past)
WARNINGS: tuple[Rule, ...] = (unlisted, unverified, ends_soon, gallery)
