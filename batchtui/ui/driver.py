"""Textual's driver for a terminal that may vanish at any moment."""

import sys
from contextlib import suppress
from typing import Any

from textual import events
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from batchtui.ui.pasting import PasteParser
from batchtui.visible import editable

# Textual's driver makes its parser by this name, and has no other place to choose one.
linux_driver.XTermParser = PasteParser  # type: ignore[attr-defined]


class _MayVanish:
    """A terminal's output; what is written after it is gone goes nowhere."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 - whatever stands for standard error
        self._file = file

    def write(self, text: str) -> None:
        # Textual's writer would die of the error, and whoever writes then wait for it for ever.
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()

    def isatty(self) -> bool:
        return bool(self._file.isatty())

    def fileno(self) -> int:
        return int(self._file.fileno())


class TerminalDriver(LinuxDriver):
    """Ends with its terminal instead of waiting for it."""

    def __init__(self, *arguments: Any, **more: Any) -> None:  # noqa: ANN401 - as its base
        super().__init__(*arguments, **more)
        self._file: Any = _MayVanish(sys.__stderr__)

    def process_message(self, message: Message) -> None:
        """What was pasted has the line ends that were copied, and nothing in it is unseen."""
        if isinstance(message, events.Paste):
            message = events.Paste(editable(message.text.replace("\r\n", "\n").replace("\r", "\n")))
        super().process_message(message)

    def _sigcont_application(self, *signal_and_frame: Any) -> None:  # noqa: ANN401 - as its base
        """Start again only if it was stopped: a hang-up sends SIGCONT behind its SIGHUP."""
        if self._must_signal_resume:
            super()._sigcont_application(*signal_and_frame)
