"""A local Azure Batch: pools and nodes that live on loopback, and take real SSH.

Importing this costs next to nothing; the web and SSH servers are loaded by what starts them.
"""

from typing import TYPE_CHECKING, Any

from batchtui.emulator.options import EmulatorError, Options, RunningEmulator

if TYPE_CHECKING:
    from batchtui.emulator.running import EmulatorThread, run, serve

__all__ = ["EmulatorError", "EmulatorThread", "Options", "RunningEmulator", "run", "serve"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute may be anything
    """Load what starts an emulator when it is first asked for."""
    if name in {"EmulatorThread", "run", "serve"}:
        from batchtui.emulator import running

        return getattr(running, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
