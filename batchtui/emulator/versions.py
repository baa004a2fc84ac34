"""The versions of the contract, and how each shows a resource.

Resources are kept as the newest version shows them; what an older one has or lacks is put in or
taken out when it is written.
"""

from collections.abc import Mapping
from typing import Any

NEWEST = "2025-06-01"
VERSIONS = frozenset({
    NEWEST, "2024-07-01.20.0", "2024-02-01.19.0", "2023-11-01.18.0", "2023-05-01.17.0",
    "2022-10-01.16.0", "2022-01-01.15.0", "2020-03-01.11.0",
})  # fmt: skip


def shaped(kind: str, body: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """A resource of a kind, named by its list's fragment, as a version shows it."""
    del kind, version
    return body
