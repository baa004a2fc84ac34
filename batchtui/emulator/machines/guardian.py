"""Ends what nodes' processes leave behind, also when the emulator itself was killed.

Run as a program it waits until its standard input ends, which happens when the emulator dies in
whatever way, and then ends all that is below the emulator's directory. It needs nothing but the
standard library, so that it starts fast and survives anything.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

PREFIX = "batchtui-emulator-"
LOCK = "lock"
ROUNDS = 50
PAUSE = 0.02
PATIENCE = 10.0
# By these settings the processes of a node, and of a task, are known.
NODE, TASK = b"AZ_BATCH_NODE_ROOT_DIR=", b"AZ_BATCH_TASK_DIR="


class Base:
    """An emulator's directory; it is locked for as long as the emulator lives."""

    def __init__(self) -> None:
        # Locked before it has its name: nobody takes it for a dead emulator's.
        made = Path(tempfile.mkdtemp(prefix="batchtui-starting-"))
        self._lock = os.open(made / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.path = made.with_name(made.name.replace("batchtui-starting-", PREFIX))
        made.rename(self.path)
        self._guardian: subprocess.Popen[bytes] | None = None

    def guard(self) -> None:
        """From now on a process of its own ends all that is below when this one dies."""
        if self._guardian is None:
            self._guardian = subprocess.Popen(  # noqa: S603 - this very file
                [sys.executable, "-I", "-S", __file__, str(self.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
            )

    def close(self) -> None:
        """End all that is below and remove it, and let the guardian go."""
        end_below([self.path])
        os.close(self._lock)
        if self._guardian and self._guardian.stdin:
            self._guardian.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._guardian.wait(PATIENCE)
            self._guardian.kill()
            self._guardian.wait()


def sweep() -> None:
    """End and remove what emulators left that are dead, and whose guardians are too."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if path.is_symlink() or path.stat().st_uid != os.getuid():
                continue
            lock = os.open(path / LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                end_below([path])
            finally:
                os.close(lock)


def end_below(directories: Sequence[Path]) -> None:
    """Kill every process that belongs below these directories, then remove them."""
    kill_all(directories, NODE)
    for directory in directories:
        remove(directory)


def remove(path: Path) -> None:
    """Remove a directory, as far as it can be, however deep or closed a task has made it."""
    try:
        shutil.rmtree(path, ignore_errors=True)
        if path.is_dir() and not path.is_symlink():
            _unlock(path)
            shutil.rmtree(path, ignore_errors=True)
    except RecursionError:
        subprocess.run(["/bin/rm", "-rf", "--", path], stderr=subprocess.DEVNULL, check=False)  # noqa: S603 - our own directory


def _unlock(path: Path) -> None:
    """Let what is in directories be removed that nobody may change, as caches of packages are."""
    path.chmod(0o700)
    for top, directories, _ in os.walk(path):
        for directory in (Path(top, name) for name in directories):
            with suppress(OSError):
                if not directory.is_symlink():
                    directory.chmod(0o700)


def kill_all(directories: Sequence[Path], setting: bytes, since: float = 0.0) -> None:
    """Kill what belongs below directories until nothing does: it may start more meanwhile.

    `setting` tells whose processes they are, `since` how old they are at most, as `boot_time`.
    """
    for _ in range(ROUNDS if directories else 0):
        found = list(below(directories, setting, since))
        for pid in found:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        if not found:
            return
        time.sleep(PAUSE)


def boot_time() -> float:
    """Now, in seconds since this machine booted, as the age of processes is told."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else 0.0


def below(directories: Sequence[Path], setting: bytes, since: float) -> Iterator[int]:
    """The processes that belong below directories (Linux; elsewhere none is known).

    Those are the ones whose environment says so, and, for what has emptied its environment, those
    that work or have a file open there. The latter must be without a terminal: a developer who
    looks into the directory, in a shell or an editor, belongs to somebody else.
    """
    roots = [os.fsencode(directory) for directory in directories]
    spared = {os.getpid(), os.getppid()}
    for pid in process_ids():
        with suppress(OSError, ValueError, IndexError):
            if pid in spared or not _candidate(pid, since):
                continue
            settings = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            marks = [each for each in settings if each.startswith((NODE, TASK))]
            mine = [each.partition(b"=")[2] for each in marks if each.startswith(setting)]
            places = mine if marks else _places(pid)
            if any(_within(place, root) for place in places for root in roots):
                yield pid


def process_ids() -> Iterator[int]:
    """All processes, as /proc lists them; none where there is no /proc."""
    try:
        entries = list(Path("/proc").iterdir())
    except OSError:
        return iter(())
    return (int(entry.name) for entry in entries if entry.name.isdigit())


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on: the second may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()


def _candidate(pid: int, since: float) -> bool:
    """Whether a process is alive and young enough."""
    facts = _stat(pid)
    started = int(facts[19]) / os.sysconf("SC_CLK_TCK")
    return facts[0] != "Z" and started >= since - 1.0


def _places(pid: int) -> Iterator[bytes]:
    """Where a process without a terminal works and has files open."""
    if int(_stat(pid)[4]) != 0:
        return
    yield os.fsencode(Path(f"/proc/{pid}/cwd").readlink())
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            yield os.fsencode(descriptor.readlink())


def _within(place: bytes, root: bytes) -> bool:
    return place == root or place.startswith((root + b"/", root + b" (deleted)"))


def main() -> None:
    """Wait for the end of the emulator, then end all that it leaves."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while os.read(0, 1024):
        pass
    end_below([Path(sys.argv[1])])


if __name__ == "__main__":
    main()
