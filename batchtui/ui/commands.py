"""The command line's commands: how they are told, typed, completed and run. No widget."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


def no_choices() -> Iterable[str]:
    """A command that nothing is known to stand after."""
    return ()


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `run` gets what stands after its name, `choices` are what may stand there.

    The `argument` is how that is told: in brackets where it may be left out.
    """

    name: str
    help: str
    run: Callable[[str], object]
    argument: str = ""
    choices: Callable[[], Iterable[str]] = no_choices
    other_name: str = ""

    @property
    def usage(self) -> str:
        """How it is typed."""
        return f"{self.name} {self.argument}".strip()

    @property
    def stands_alone(self) -> bool:
        """Whether its name alone means something."""
        return not self.argument or self.argument.startswith("[")


class Commands:
    """All commands, and the lines that were typed in this run."""

    def __init__(self, commands: Sequence[Command]) -> None:
        self.all = tuple(commands)
        self.history: list[str] = []

    @property
    def hint(self) -> str:
        """All of them in one line."""
        return ", ".join(each.usage for each in self.all)

    def run(self, line: str) -> str:
        """Do what a line says; what is wrong with it, or nothing."""
        line = line.strip()
        if not line:
            return ""
        if self.history[-1:] != [line]:
            self.history.append(line)
        name, _space, rest = line.partition(" ")
        command = self._named(name)
        if command is None:
            return f"There is no command {name!r}. {self._suggestion(name)}"
        if not rest and not command.stands_alone:
            return f"It goes :{command.usage}"
        command.run(rest.strip())
        return ""

    def completions(self, text: str) -> list[str]:
        """The lines that a text can be completed to, in order; none if it is complete."""
        name, space, rest = text.lstrip().partition(" ")
        if not space:
            return [
                each.name if each.stands_alone else f"{each.name} "
                for each in self.all
                if each.name.startswith(name.lower())
            ]
        command = self._named(name)
        if command is None:
            return []
        wanted = rest.lstrip().lower()
        fitting = (each for each in command.choices() if each.lower().startswith(wanted))
        return [f"{command.name} {each}" for each in fitting]

    def _named(self, name: str) -> Command | None:
        fitting = (each for each in self.all if name.lower() in {each.name, each.other_name})
        return next(fitting, None)

    def _suggestion(self, name: str) -> str:
        from difflib import get_close_matches

        names = [each.name for each in self.all]
        near = get_close_matches(name.lower(), names, n=1)
        return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names)}."


class Typing:
    """A line as it is typed: `up` and `down` go through older ones, `tab` through completions."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._older = list(commands.history)
        self._place = len(self._older)
        self._typed = ""
        # Completions of what was typed, and which of them stands there.
        self._offers: list[str] = []
        self._offer = -1

    def recalled(self, step: int, text: str) -> str:
        """The line `step` places further on in the history, in place of the text."""
        if self._place == len(self._older):
            self._typed = text
        self._place = max(0, min(len(self._older), self._place + step))
        return self._typed if self._place == len(self._older) else self._older[self._place]

    def completed(self, step: int, text: str) -> str:
        """The next completion of a text or, of one that is a completion already, of what it was."""
        if not self._offers or text != self._offers[self._offer]:
            self._offers = self._commands.completions(text)
            self._offer = -1 if step > 0 else 0
        if not self._offers:
            return text
        self._offer = (self._offer + step) % len(self._offers)
        offered = self._offers[self._offer]
        if len(self._offers) == 1:
            # There is nothing to choose: what may follow is asked for next.
            self._offers = []
        return offered
