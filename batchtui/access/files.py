"""Small files of ours: written whole or not at all, readable by their owner only."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from batchtui.errors import ConfigError


def home_expanded(path: Path) -> Path:
    """A path with the home that its ~ means; as it is where nobody is called so."""
    with suppress(RuntimeError):
        return path.expanduser()
    return path


def read_text(path: Path) -> str | None:
    """The text of a file, or None if there is no such file; ConfigError if it can't be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        where = f"{path}, byte {error.start}: this isn't UTF-8 text."
        raise ConfigError(where, advice="Correct the file, or move it away.") from None
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}.") from error


def replace_text(path: Path, text: str) -> None:
    """Put a new text in a file's place, mode 0600; ConfigError if the disk refuses.

    A crash leaves either the old file or the new one. A symbolic link stays one: some keep
    their settings elsewhere and link to them.
    """
    target = Path(os.path.realpath(path))
    try:
        _make_directory(target.parent)
        _swap(target, text)
    except OSError as error:
        raise ConfigError(
            f"{path} can't be written: {error.strerror}.",
            advice="Nothing was changed in it.",
        ) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes and threads of ours from changing a file meanwhile.

    The lock is a file of its own beside it, as the file itself is replaced when written.
    """
    if sys.platform == "win32":
        # Nothing here is worth a platform's own locking: the last writer wins there.
        yield
        return
    import fcntl

    target = Path(os.path.realpath(path))
    try:
        _make_directory(target.parent)
        lock = os.open(target.with_name(f".{target.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigError(f"{path} can't be written: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _make_directory(path: Path) -> None:
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)


def _swap(target: Path, text: str) -> None:
    # mkstemp makes it 0600.
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
