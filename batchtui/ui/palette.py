"""The command palette: every key of the screen by what it does, and every command."""

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from batchtui.ui.commands import Command
from batchtui.ui.screens.base import HouseScreen
from batchtui.ui.widgets.keybar import generality


class KeysProvider(Provider):
    """What can be done here, read from the bindings that are active and from the commands.

    What is of this screen only comes first, as in the help.
    """

    async def discover(self) -> Hits:
        """All of it, before anything is typed."""
        for text, run in self._actions():
            yield DiscoveryHit(Content(text), run, text)

    async def search(self, query: str) -> Hits:
        """What sounds like it."""
        matcher = self.matcher(query)
        for text, run in self._actions():
            score, places = matcher.fuzzy_search.match(query, text)
            if score > 0:
                # Not its highlight(), which takes brackets for markup.
                shown = Content(text)
                for place in places:
                    shown = shown.stylize(matcher.match_style, place, place + 1)
                yield Hit(score, shown, run, text)

    def _actions(self) -> Iterator[tuple[str, Callable[[], object]]]:
        seen: set[str] = {"command_palette"}
        for active in sorted(self.screen.active_bindings.values(), key=generality):
            binding = active.binding
            if binding.tooltip and binding.action not in seen:
                seen.add(binding.action)
                text = f"{binding.tooltip} ({self.app.get_key_display(binding)})"
                yield text, partial(self.app.run_action, binding.action, active.node)
        yield from self._commands()

    def _commands(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """What the command line knows, where there is one."""
        if isinstance(self.screen, HouseScreen):
            for each in self.app.commands.all:  # type: ignore[attr-defined] # our app has them
                yield f"{each.help} (:{each.usage})", partial(self._run, self.screen, each)

    @staticmethod
    def _run(screen: HouseScreen, command: Command) -> None:
        """Run it or, where something must be named first, begin its line."""
        if command.stands_alone:
            screen.post_message(HouseScreen.Command(command.name))
        else:
            screen.app.open_command_line(f"{command.name} ")  # type: ignore[attr-defined] # as above
