"""The control of the emulator: faults on command, and changes of its world, at /_emulator."""

PREFIX = "/_emulator"


def is_control(path: str) -> bool:
    """Whether a path is the emulator's own, and no business of the service's."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")
