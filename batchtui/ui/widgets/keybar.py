"""The bottom line: the keys of this screen, read from its bindings."""

from collections.abc import Iterator
from typing import ClassVar

from textual import events
from textual.app import RenderResult
from textual.binding import ActiveBinding
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from batchtui.ui.actions import is_dangerous

# Rooms of bindings that many screens share, the most general last.
_GENERAL = (
    *("", "steps", "create", "edit", "form"),
    *("map", "table", "reader", "list", "reading", "screen", "dialog", "app"),
)
# The way out, and where all the other keys are named: these stay in sight.
_ALWAYS = frozenset({"esc", "?", "f1"})
_BETWEEN = "  "
_KEY = "key"  # which one the mouse is on


class KeyBar(Widget):
    """As many keys as fit, and always how to leave and how to see all of them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key", "keybar--off"}

    def on_mount(self) -> None:
        """Draw again when the focus, and with it the keys, changed."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> RenderResult:
        """Keys in the order in which the screen names them."""
        key_style = self.get_visual_style("keybar--key")
        off_style = self.get_visual_style("keybar--off")
        parts: list[tuple[str, Style]] = []
        hints = list(self._hints())
        room = self.size.width - 1 + len(_BETWEEN)
        room -= sum(_length(key, label) for key, label, *_ in hints if key in _ALWAYS)
        for key, label, usable, pressed in hints:
            if key not in _ALWAYS:
                if _length(key, label) > room:
                    continue
                room -= _length(key, label)
            here = Style.from_meta({_KEY: pressed})
            parts.append((f"{key} ", (key_style if usable else off_style) + here))
            parts.append((label, here if usable else off_style + here))
            parts.append((_BETWEEN, Style()))
        return Content.assemble(" ", *parts)

    def _hints(self) -> Iterator[tuple[str, str, bool, str]]:
        """What is shown for each key and what it does, whether it does, and its name."""
        seen: set[str] = set()
        # What is of this screen only comes first, what is everywhere last.
        for active in sorted(self.screen.active_bindings.values(), key=generality):
            binding = active.binding
            if not binding.show or binding.action in seen:
                continue
            seen.add(binding.action)
            refused = bool(getattr(self.screen, "read_only", False))
            usable = active.enabled and not (refused and is_dangerous(active.node, binding.action))
            yield self.app.get_key_display(binding), binding.description, usable, binding.key

    def on_click(self, event: events.Click) -> None:
        """A click on a key presses it, one beside them opens the help, where every key is named."""
        event.stop()
        if key := event.style.meta.get(_KEY):
            self.app.simulate_key(key)
        else:
            self.run_worker(self.run_action("app.help"))


def _length(key: str, label: str) -> int:
    return len(f"{key} {label}{_BETWEEN}")


def generality(active: ActiveBinding) -> int:
    """Where a binding stands among the others: of this screen only, or of ever more of them."""
    room = (active.binding.id or "").partition(".")[0]
    return _GENERAL.index(room) if room in _GENERAL else 0
