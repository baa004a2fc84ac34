"""Where our files are, and what the settings file says."""

import getpass
import re
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

import platformdirs

from batchtui.errors import ConfigError
from batchtui.jumps import parse_jumps

APP = "batchtui"


@dataclass(frozen=True, slots=True)
class Paths:
    """Our files: settings and known accounts, then what the program itself keeps."""

    config: Path
    data: Path
    log: Path

    @classmethod
    def of_user(cls) -> "Paths":
        """The platform's directories for the person who runs this (source: platformdirs)."""
        dirs = platformdirs.PlatformDirs(APP, appauthor=False)
        return cls(Path(dirs.user_config_dir), Path(dirs.user_data_dir), Path(dirs.user_log_dir))

    @property
    def settings(self) -> Path:
        """The settings file, written by the user."""
        return self.config / "settings.toml"

    @property
    def themes(self) -> Path:
        """The folder of the user's own themes."""
        return self.config / "themes"

    @property
    def accounts(self) -> Path:
        """The known accounts: no secrets in it."""
        return self.config / "accounts.toml"

    @property
    def host_keys(self) -> Path:
        """The host keys that nodes showed."""
        return self.data / "host_keys.json"

    @property
    def jump_host_keys(self) -> Path:
        """The host keys that jump hosts showed which known_hosts doesn't know."""
        return self.data / "jump_host_keys.json"

    @property
    def ledger(self) -> Path:
        """The users that this program added to nodes."""
        return self.data / "users.json"

    @property
    def templates(self) -> Path:
        """The folder of templates of pools."""
        return self.data / "templates"

    @property
    def recent_templates(self) -> Path:
        """Which templates were used when, wherever they are."""
        return self.data / "recent_templates.json"

    @property
    def drafts(self) -> Path:
        """The folder of pools that were begun in a form: no secrets in them."""
        return self.data / "drafts"


def default_node_user() -> str:
    """A user name for nodes that names the operator: `op-` and their login name."""
    try:
        login = getpass.getuser()
    except (OSError, KeyError, ImportError):
        login = ""
    # 20 characters is what Windows nodes take; `root` and `admin` alone are reserved names.
    clean = re.sub(r"[^a-z0-9_-]", "", login.lower())[:17]
    return f"op-{clean or 'batch'}"


# This program's own key, kept or for a run; the operator's, by an agent or of `~/.ssh`.
LOGIN_KEYS = ("keyring", "run", "agent", "own")


# Which client `s` opens a shell with.
SSH_CLIENTS = ("builtin", "system", "tmux")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user may set in `settings.toml`; every one has a default."""

    theme: str = ""  # the one that suits the terminal
    refresh_seconds: float = 5.0
    node_user: str = field(default_factory=default_node_user)
    node_user_days: int = 1
    login_key: str = "keyring"  # one of LOGIN_KEYS, or the path of a private key
    login_key_type: Literal["rsa", "ed25519"] = "rsa"
    forward_agent: bool = False
    ssh_compression: bool = False
    ssh: str = ""  # one of SSH_CLIENTS; else ours, and on Windows the system's
    jump: str = ""  # jump hosts, as batchtui.jumps reads them
    ssh_config: str = ""  # the operator's; else a path, or none
    read_only: bool = False
    remote_clipboard: bool = False
    ssh_timeout_seconds: float = 15.0
    service_timeout_seconds: float = 40.0
    service_retries: int = 3

    @classmethod
    def load(cls, path: Path) -> "Settings":
        """Read the settings file; a missing one means the defaults.

        Raises ConfigError that names the file and the line or the setting.
        """
        try:
            with path.open("rb") as file:
                found = tomllib.load(file)
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"{path}: {error}.", advice="Correct the file, or move it.") from None
        checked: dict[str, Any] = {}
        for name, value in found.items():
            try:
                checked[name] = _checked(name, value)
            except ConfigError as error:
                raise ConfigError(f"{path}: {error.message}", advice=error.advice) from None
        return cls(**checked)

    @classmethod
    def names(cls) -> list[str]:
        """What there is to set."""
        return [each.name for each in fields(cls)]

    def changed(self, name: str, text: str) -> "Settings":
        """These with one of them as a text says it, a number or `true` as in the file."""
        default = getattr(Settings(), name, None)
        value: object = text
        if isinstance(default, bool):
            value = _FLAGS.get(text.lower(), text)
        elif isinstance(default, int | float):
            # What is no number is told as such.
            with suppress(ValueError):
                value = type(default)(text)
        changes: dict[str, Any] = {name: _checked(name, value)}
        return replace(self, **changes)


def _login_key_problem(value: str) -> str:
    if value in LOGIN_KEYS or Path(value).expanduser().is_absolute():
        return ""
    return f"{', '.join(LOGIN_KEYS)} or the path of a private key, whole or beginning with ~"


def _key_type_problem(value: str) -> str:
    return "" if value in {"rsa", "ed25519"} else "rsa or ed25519"


def _ssh_problem(value: str) -> str:
    return "" if value in {"", *SSH_CLIENTS} else f"one of {', '.join(SSH_CLIENTS)}"


def _jump_problem(value: str) -> str:
    try:
        if value:
            parse_jumps(value)
    except ConfigError as error:
        return f"a chain of jump hosts, or none: {error.message.rstrip('.')}"
    return ""


def _ssh_config_problem(value: str) -> str:
    if value in {"", "none"} or Path(value).expanduser().is_absolute():
        return ""
    return "none or the path of a file, whole or beginning with ~"


# What a text must be, if it isn't.
_TEXTS: dict[str, Callable[[str], str]] = {
    "login_key": _login_key_problem,
    "ssh": _ssh_problem,
    "login_key_type": _key_type_problem,
    "jump": _jump_problem,
    "ssh_config": _ssh_config_problem,
}
_MINIMUM: dict[str, float] = {
    "refresh_seconds": 1.0,
    "node_user_days": 1,
    "ssh_timeout_seconds": 1.0,
    "service_timeout_seconds": 1.0,
    "service_retries": 0,
}


_KINDS: dict[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}
_MAXIMUM: dict[str, float] = {
    "refresh_seconds": 86400.0,
    "node_user_days": 3650,
    "ssh_timeout_seconds": 600.0,
    "service_timeout_seconds": 600.0,
    "service_retries": 10,
}


_FLAGS = {"true": True, "false": False}
# What may stand there, where that is one of a few.
CHOICES: dict[str, tuple[str, ...]] = {
    "ssh": SSH_CLIENTS,
    "login_key": LOGIN_KEYS,
    "login_key_type": ("rsa", "ed25519"),
    **{name: tuple(_FLAGS) for name in ("forward_agent", "ssh_compression", "read_only")},
}


def _checked(name: str, value: object) -> object:
    defaults = {each.name: getattr(Settings(), each.name) for each in fields(Settings)}
    if name not in defaults:
        known = ", ".join(sorted(defaults))
        raise ConfigError(f"There is no setting {name!r}.", advice=f"There are: {known}.")
    wanted = type(defaults[name])
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not wanted:
        raise ConfigError(f"{name} must be {_KINDS[wanted]}, not {value!r}.")
    if isinstance(value, str) and name in _TEXTS and (wanted_text := _TEXTS[name](value)):
        raise ConfigError(f"{name} must be {wanted_text}.")
    least = _MINIMUM.get(name)
    # 0 switches the refresh off.
    most = _MAXIMUM.get(name)
    if most is not None and isinstance(value, int | float) and value > most:
        raise ConfigError(f"{name} must be at most {most:g}.")
    off = name == "refresh_seconds" and value == 0
    if least is not None and not off and isinstance(value, int | float) and value < least:
        raise ConfigError(f"{name} must be at least {least:g}.")
    return value
