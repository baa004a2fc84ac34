"""Application packages that the nodes get. Pure."""

import re
from collections.abc import Iterable

from batchtui.batch.known import Json, Known, Problem
from batchtui.batch.rules.reading import Rule, items

_FULL = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Batch/batchAccounts/[^/]+"
    r"/applications/[^/]+",
    re.IGNORECASE,
)


def full_ids(body: Json, _known: Known) -> Iterable[Problem]:
    """Fully qualified (source: SDK, BatchApplicationPackageReference).

    What the service answers to a short one of a package that exists isn't recorded.
    """
    for path, package in items(body, ("applicationPackageReferences",)):
        if not _FULL.fullmatch(package.get("applicationId", "")) and "applicationId" in package:
            text = "The application's full resource id: /subscriptions/…/applications/…."
            yield Problem((*path, "applicationId"), text)


WARNINGS: tuple[Rule, ...] = (full_ids,)
