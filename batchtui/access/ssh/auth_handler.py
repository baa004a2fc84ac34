"""paramiko's part of a login, with what it lacks."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, cast

import paramiko
from paramiko.auth_handler import AuthOnlyHandler
from paramiko.common import cMSG_USERAUTH_INFO_RESPONSE

_GLANCE_SECONDS = 0.1
_MOST_PROMPTS = 50  # servers ask for two or three things at once


class AuthHandler(AuthOnlyHandler):
    """Waits for answers in its own way, and keeps which ways of logging in the server takes.

    Its base makes the event that an answer sets only after it has asked, and then waits in vain
    for an answer that came at once. It lets prompts be answered by the thread that reads from
    the server, which then notices nothing else, and counts the time that this takes as the
    server's.
    """

    def __init__(self, transport: paramiko.Transport) -> None:
        super().__init__(transport)
        self.methods: tuple[str, ...] | None = None
        self._answered: threading.Event | None = None
        self._prompts: deque[tuple[str, str, list[tuple[str, bool]]]] = deque()

    def send_auth_request(
        self,
        username: str,
        method: str,
        finish_message: Callable[[paramiko.Message], None] | None = None,
    ) -> list[str]:
        """Ask; the methods that are wanted besides, or AuthenticationException."""
        self._answered = threading.Event()
        return super().send_auth_request(username, method, finish_message)

    @property
    def auth_event(self) -> threading.Event | None:
        """Is set by answers, and by the end of the connection."""
        return self._answered

    @auth_event.setter
    def auth_event(self, _event: threading.Event | None) -> None:
        """What the base makes too late."""

    def wait_for_response(self, event: threading.Event) -> list[str]:
        """Wait for the server's word, and answer what it asks before that."""
        self._wait(event)
        while self._prompts:
            event.clear()
            answer = self.interactive_handler
            assert answer is not None  # noqa: S101 - auth_interactive() set it
            self._reply(answer(*self._prompts.popleft()))
            self._wait(event)
        return super().wait_for_response(event)

    def _wait(self, event: threading.Event) -> None:
        deadline = time.monotonic() + self.transport.auth_timeout
        while not event.wait(_GLANCE_SECONDS):
            if not self.transport.is_active():
                raise EOFError
            if time.monotonic() > deadline:
                raise TimeoutError

    def _reply(self, answers: list[str]) -> None:
        reply = paramiko.Message()
        reply.add_byte(cMSG_USERAUTH_INFO_RESPONSE)
        reply.add_int(len(answers))
        for answer in answers:
            reply.add_string(answer)
        with self.transport.lock:
            cast("Any", self.transport)._send_message(reply)  # noqa: SLF001 - as the base does

    def _parse_userauth_info_request(self, message: paramiko.Message) -> None:
        """Only read here: whoever answers may take their time."""
        if self.auth_method != "keyboard-interactive":
            raise paramiko.SSHException("The server asks without having been told that it may.")
        title, text, _language = (message.get_text() for _ in range(3))
        count = message.get_int()
        if count > _MOST_PROMPTS:
            raise paramiko.SSHException("The server asks too much.")
        prompts = [(message.get_text(), message.get_boolean()) for _ in range(count)]
        self._prompts.append((title, text, prompts))
        if self._answered is not None:
            self._answered.set()

    def _parse_userauth_failure(self, message: paramiko.Message) -> None:
        start = message.packet.tell()
        self.methods = tuple(message.get_list())
        message.packet.seek(start)
        cast("Any", super())._parse_userauth_failure(message)  # noqa: SLF001 - extends the base
