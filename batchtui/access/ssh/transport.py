"""paramiko's transport, with what it lacks."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

import paramiko
from paramiko.common import MSG_CHANNEL_CLOSE, MSG_CHANNEL_REQUEST, cMSG_SERVICE_REQUEST
from paramiko.transport import ServiceRequestingTransport

from batchtui.access.ssh.auth_handler import AuthHandler

_GLANCE_SECONDS = 0.1
_MOMENT_SECONDS, _BLINK_SECONDS = 0.5, 0.01
# What a connection that fails, or is lost, raises in any of paramiko's calls.
FAILURES = (paramiko.SSHException, OSError, EOFError)

# Without a handler of its own, what paramiko logs would go to stderr and over the screens.
logging.getLogger("paramiko").addHandler(logging.NullHandler())

# paramiko has no public place for this; tests with real servers would tell if it moved.
_PARAMIKO: Any = paramiko.Transport
_HANDLERS: Mapping[int, Callable[[paramiko.Channel, paramiko.Message], None]] = MappingProxyType(
    _PARAMIKO._channel_handler_table  # noqa: SLF001 - see above
)


def _on_request(channel: paramiko.Channel, message: paramiko.Message) -> None:
    start = message.packet.tell()
    if message.get_text() == "exit-signal":
        message.get_boolean()
        cast("Transport", channel.transport).signals[channel.chanid] = message.get_text()
        channel.status_event.set()
        return
    message.packet.seek(start)
    _HANDLERS[MSG_CHANNEL_REQUEST](channel, message)


def _on_close(channel: paramiko.Channel, message: paramiko.Message) -> None:
    cast("Transport", channel.transport).closed_in_order.add(channel.chanid)
    _HANDLERS[MSG_CHANNEL_CLOSE](channel, message)


class Transport(ServiceRequestingTransport):
    """Keeps what paramiko drops: which signal ended a command, and whether its end was in order.

    Its base asks once to log in, where paramiko's older one asks for each way of doing so, which
    ends the connection to servers that keep to the letter.
    """

    _channel_handler_table = MappingProxyType(
        {**_HANDLERS, MSG_CHANNEL_REQUEST: _on_request, MSG_CHANNEL_CLOSE: _on_close}
    )

    def __init__(self, link: socket.socket, lost_hop: Callable[[], str] = str) -> None:
        """`lost_hop` tells which jump host was lost, and this connection with it, or nothing."""
        self.hop = ""  # what this is called if it is a jump host's
        self.lost_hop = lost_hop
        self._may_log_in = threading.Event()
        self.last_word = ""
        self.signals: dict[int, str] = {}
        self.closed_in_order: set[int] = set()
        self._after_new_keys: list[paramiko.Message] = []
        super().__init__(link)

    def is_ending(self) -> bool:
        """Whether it is lost; its channels hear of that a moment before it says so itself."""
        deadline = time.monotonic() + _MOMENT_SECONDS
        while self.is_active() and time.monotonic() < deadline:
            time.sleep(_BLINK_SECONDS)
        return not self.is_active()

    def ensure_session(self) -> None:
        """Ask once; the base would wait in steps of 0.1 s, and for ever if the link is lost."""
        if self._may_log_in.is_set():
            return
        request = paramiko.Message()
        request.add_byte(cMSG_SERVICE_REQUEST)
        request.add_string("ssh-userauth")
        cast("Any", self)._send_message(request)  # noqa: SLF001 - as the base does
        deadline = time.monotonic() + self.auth_timeout
        while not self._may_log_in.wait(_GLANCE_SECONDS):
            if not self.is_active():
                raise EOFError
            if time.monotonic() > deadline:
                raise TimeoutError

    @property
    def why_lost(self) -> str:
        """What the server said as it ended the connection, or the system; nothing if neither."""
        error = self.saved_exception
        return self.last_word or ((isinstance(error, OSError) and error.strerror) or "")

    @property
    def methods(self) -> tuple[str, ...] | None:
        """The ways of logging in that the server took when it last refused one, if it did."""
        handler = self.auth_handler
        return handler.methods if isinstance(handler, AuthHandler) else None

    @property
    def said(self) -> str:
        """What the server said of a login, in one line: as it hung up, or else before."""
        # Not get_banner(), which knows none of a connection that has ended.
        banner: object = self.auth_handler.banner if self.auth_handler else None
        before = banner.decode(errors="replace") if isinstance(banner, bytes) else ""
        return " ".join((self.last_word or before).split())

    def _send_user_message(self, message: paramiko.Message) -> None:
        """Send it now, or when the keys that are being made are there.

        The base waits for them also where it reads, which is where they come from.
        """
        with self.clear_to_send_lock:
            if threading.current_thread() is self and not self.clear_to_send.is_set():
                self._after_new_keys.append(message)
                return
        cast("Any", super())._send_user_message(message)  # noqa: SLF001 - it is extended

    def _parse_newkeys(self, message: paramiko.Message) -> None:
        cast("Any", super())._parse_newkeys(message)  # noqa: SLF001 - it is extended
        waiting, self._after_new_keys = self._after_new_keys, []
        for each in waiting:
            cast("Any", self)._send_message(each)  # noqa: SLF001 - as the base does

    def _parse_disconnect(self, message: paramiko.Message) -> None:
        message.get_int()
        self.last_word = message.get_text().strip()

    def _parse_service_accept(self, message: paramiko.Message) -> None:
        if message.get_text() == "ssh-userauth":
            # Before anything else is read: the server's banner may come next.
            self.auth_handler = AuthHandler(self)
            self._may_log_in.set()
