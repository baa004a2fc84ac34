"""Logging in by answering what the server asks."""

from collections.abc import Callable

import paramiko

from batchtui.access.operator import Ask, Prompt, Question
from batchtui.access.ssh.transport import Transport

_TRIES = 3  # as many as OpenSSH's client
_WRONG = "That wasn't right."


def by_prompts(transport: Transport, user: str, where: str, ask: Ask) -> list[str]:
    """The methods that the server wants besides; AuthenticationException if no answer was right."""
    asked = _Asked(f"{user} at {where}", ask)
    if transport.methods is None or "keyboard-interactive" in transport.methods:
        try:
            return _tries(transport, asked, lambda: transport.auth_interactive(user, asked.answers))
        except paramiko.AuthenticationException:
            # Servers may offer to ask, and then have nothing to ask for.
            if asked.times or "password" not in (transport.methods or ()):
                raise
    return _tries(
        transport, asked, lambda: transport.auth_password(user, asked.password(), fallback=False)
    )


class _Asked:
    """What the operator is asked during one login."""

    def __init__(self, title: str, ask: Ask) -> None:
        self.times = 0
        self.remark = ""
        self._title = title
        self._ask = ask

    def answers(self, name: str, text: str, prompts: list[tuple[str, bool]]) -> list[str]:
        """An answer for each of a server's prompts, which are texts and whether to show them."""
        if not prompts:
            return []
        self.times += 1
        words = "\n".join(line for line in (self.remark, name.strip(), text.strip()) if line)
        return self._ask(Question(self._title, tuple(Prompt(*each) for each in prompts), words))

    def password(self) -> str:
        """The password."""
        return self.answers("", "", [("Password:", False)])[0]


def _tries(transport: Transport, asked: _Asked, attempt: Callable[[], list[str]]) -> list[str]:
    """Attempt it again where what was answered was wrong."""
    for last in [False] * (_TRIES - 1) + [True]:
        before = asked.times
        try:
            return attempt()
        except paramiko.AuthenticationException as error:
            other = isinstance(error, paramiko.BadAuthenticationType)
            if last or other or asked.times == before or not transport.is_active():
                raise
            asked.remark = _WRONG
    raise AssertionError
