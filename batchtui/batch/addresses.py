"""Which kinds of public addresses a pool's nodes have, as a field of the form. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from batchtui.batch.lens import Answer, AtPath, PoolDraft


@dataclass(frozen=True, slots=True)
class Families(AtPath):
    """IPv4, or IPv4 and IPv6; the first is the service's default."""

    def text(self, value: object) -> Answer:
        """Which of the two."""
        names = [str(each).lower() for each in value] if isinstance(value, list) else []
        return "both" if "ipv6" in names else "ipv4"

    def value(self, answer: Answer, before: object) -> object:
        """The families; as they were, if these are they."""
        if answer == self.text(before):
            return before
        return ["IPv4", "IPv6"] if answer == "both" else ["IPv4"]

    def choices(self, _draft: PoolDraft) -> Mapping[str, str]:
        """Both."""
        return {"ipv4": "IPv4", "both": "IPv4 and IPv6"}
