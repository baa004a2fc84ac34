"""The vault on a real Secret Service: gnome-keyring on a bus of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = Path(__file__).parent / "drivers" / "vault.py"
LOGIN_KEY = DRIVER.with_name("login_key.py")
KEY = "bWFkZS11cC1rZXktZm9yLXRoaXMtdGVzdA=="
DAEMON = "gnome-keyring-daemon --components=secrets --daemonize"

needs_service = pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="needs gnome-keyring and dbus (dbus-run-session)",
)


def environment(home):
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return kept | {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "MADE_UP_KEY": KEY,
        # No key of this test may reach the keyring of a desktop.
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
    }


def on_a_bus(home, script, driver=DRIVER, password="sesame"):
    """A shell script on a new bus, the keyring's password on its stdin."""
    ended = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script, "sh", sys.executable, driver],
        input=password,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return json.loads(ended.stdout.splitlines()[-1]), ended.stdout + ended.stderr


@needs_service
def test_keys_are_kept_in_the_secret_service_and_nowhere_else(tmp_path):
    seen, said = on_a_bus(tmp_path, f'{DAEMON} --unlock >/dev/null; "$1" "$2"')
    assert "SecretService" in seen["backend"]
    del seen["backend"]
    assert seen == {"before": None, "kept": True, "after": None}
    assert KEY not in said
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert KEY.encode() not in path.read_bytes()


@needs_service
def test_a_key_outlives_the_program(tmp_path):
    first, _said = on_a_bus(tmp_path, f'{DAEMON} --unlock >/dev/null; "$1" "$2"')
    assert first["before"] is None
    second, _said = on_a_bus(tmp_path, f'{DAEMON} --unlock >/dev/null; "$1" "$2"')
    assert second["before"] == KEY


@needs_service
def test_a_locked_keyring_that_nobody_unlocks_is_a_sentence(tmp_path):
    on_a_bus(tmp_path, f'{DAEMON} --unlock >/dev/null; "$1" "$2"')
    seen, said = on_a_bus(tmp_path, f'{DAEMON} </dev/null >/dev/null; "$1" "$2"')
    assert "AZURE_BATCH_ACCOUNT" in seen["error"]
    assert KEY not in said


@needs_service
def test_the_login_key_is_kept_in_the_secret_service_and_in_no_file(tmp_path):
    unlocked = f'{DAEMON} --unlock >/dev/null; "$1" "$2"'
    first, said = on_a_bus(tmp_path, unlocked, LOGIN_KEY)
    again, _said = on_a_bus(tmp_path, unlocked, LOGIN_KEY)
    assert (first["before"], first["kept"], first["told"]) == (False, True, "")
    assert (again["before"], again["fingerprint"]) == (True, first["fingerprint"])
    assert first["files"]
    assert first["in files"] == again["in files"] == []
    assert "PRIVATE KEY" not in said


@needs_service
def test_a_login_key_for_this_run_takes_the_place_of_one_in_a_locked_keyring(tmp_path):
    seen, said = on_a_bus(tmp_path, f'{DAEMON} </dev/null >/dev/null; "$1" "$2"', LOGIN_KEY)
    assert seen["fingerprint"], said
    assert not seen["kept"]
    assert seen["told"].endswith("The key that logs in to nodes is for this run.")


def test_no_keyring_at_all_is_a_sentence(tmp_path):
    ended = subprocess.run(
        [sys.executable, DRIVER],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    seen = json.loads(ended.stdout)
    assert seen["error"].startswith("There is no keyring on this machine.")
    assert ended.stderr == ""
