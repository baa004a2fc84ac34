"""What every test may ask for, and what no test may get away with."""

import json
import os
import time
from pathlib import Path

import pytest

RECORDINGS = Path(__file__).parent / "recordings"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Twice as many as there are processors: most tests wait half of the time."""
    return max(2, (os.cpu_count() or 1) * 2)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Who has nothing left to do takes from others: the slow tests stand together, at the end."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A skip is a failure in CI, where everything that a test needs can be installed."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"


@pytest.fixture(autouse=True)
def _own_files(tmp_path_factory, monkeypatch):
    """No test reads or writes the files, keyring or account of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    for name in list(os.environ):
        if name.startswith("AZURE_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "TEXTUAL_ALLOW_SIGNALS", "SSH_AUTH_SOCK"):
        monkeypatch.delenv(name, raising=False)
    # The account's key would otherwise go to whatever keyring this desktop has.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


def recording(name):
    """One recorded exchange of the real service."""
    return json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))


def recorded(*prefixes):
    """The names of the recordings that begin so."""
    names = sorted(path.stem for path in RECORDINGS.glob("*.json"))
    return [name for name in names if name.startswith(prefixes)]


def wait_for(condition, what, seconds=20.0):
    """Ask again and again until something is so; returns what the condition returned."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            pytest.fail(f"not in {seconds} s: {what}")
        time.sleep(0.02)
