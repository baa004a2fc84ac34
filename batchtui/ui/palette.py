"""The command palette: every key of the screen by what it does."""

from collections.abc import Iterator

from textual.binding import ActiveBinding
from textual.command import DiscoveryHit, Hit, Hits, Provider


class KeysProvider(Provider):
    """What can be done here, read from the bindings that are active."""

    async def discover(self) -> Hits:
        """All of it, before anything is typed."""
        for text, active in self._actions():
            yield DiscoveryHit(text, lambda active=active: self._run(active))

    async def search(self, query: str) -> Hits:
        """What sounds like it."""
        matcher = self.matcher(query)
        for text, active in self._actions():
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, matcher.highlight(text), lambda active=active: self._run(active))

    def _actions(self) -> Iterator[tuple[str, ActiveBinding]]:
        seen: set[str] = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.tooltip and binding.action not in seen:
                seen.add(binding.action)
                yield f"{binding.tooltip} ({self.app.get_key_display(binding)})", active

    async def _run(self, active: ActiveBinding) -> None:
        await self.app.run_action(active.binding.action, active.node)
