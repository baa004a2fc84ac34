"""A shell or command that somebody had on a node, in words."""

from dataclasses import dataclass

from batchtui.access.channel import Exit
from batchtui.visible import visible
from batchtui.words import short_node_id, spell


@dataclass(frozen=True, slots=True)
class Visit:
    """How a shell or command on a node ended, and after how many seconds."""

    node: str
    exit: Exit
    seconds: float
    what: str = "Shell"

    @property
    def words(self) -> str:
        """One sentence, for the operator."""
        where, lasted = short_node_id(self.node), spell(self.seconds)
        return f"{self.what} on {where}: {visible(self.exit.words)} after {lasted}"

    @property
    def ended_well(self) -> bool:
        """Whether there is nothing to look into."""
        return self.exit.status == 0 or self.exit.left
