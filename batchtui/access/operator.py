"""Whoever runs this program: asked for passphrases and the like, and told what they must know."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from batchtui.errors import LoginKeyError


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something to type; with `echo` it is seen while it is typed."""

    text: str
    echo: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Prompts that are answered together. All of its texts may be a server's."""

    title: str
    prompts: tuple[Prompt, ...]
    text: str = ""


# How what blocks in a thread asks; raises GivenUpError if nobody wants to answer.
Ask = Callable[[Question], list[str]]


class Operator(Protocol):
    """Answers questions, one at a time, and hears of things."""

    async def ask(self, question: Question) -> list[str]:
        """An answer for each prompt; GivenUpError if they would rather not. May be cancelled."""

    def tell(self, text: str) -> None:
        """Let them know something that goes on without them."""


class Nobody:
    """The operator where there is none."""

    async def ask(self, question: Question) -> list[str]:
        """Nobody answers."""
        raise LoginKeyError(
            f"{question.title}: nobody is there to be asked.",
            advice="Let an ssh-agent have the key, or log in from a terminal.",
        )

    def tell(self, _text: str) -> None:
        """Nobody hears it."""
