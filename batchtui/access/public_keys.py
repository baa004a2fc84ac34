"""Public keys of the operator: lines of OpenSSH, and the files that hold one."""

from pathlib import Path

from batchtui.access.files import home_expanded, read_text
from batchtui.errors import ConfigError

_LARGEST = 64 * 1024  # bytes: a key of RSA 16384 takes 3 KB


def own_public_keys() -> list[Path]:
    """The files of public keys in ~/.ssh, by name; none where they can't be listed."""
    try:
        return sorted(home_expanded(Path("~/.ssh")).glob("*.pub"))
    except OSError:
        return []


def is_line(text: str) -> bool:
    """Whether a text is meant as a key itself, and not as the path of its file."""
    return " " in text.strip() and not text.startswith(("/", "~", "."))


def public_line(path: Path) -> str:
    """The first line of a file that may be a key; ConfigError where there is none to be read."""
    path = home_expanded(path)
    if path.exists() and not (path.is_file() and path.stat().st_size <= _LARGEST):
        raise ConfigError(f"{path} isn't a file with a public key.")
    text = read_text(path)
    if text is None:
        raise ConfigError(f"There is no file {path}.")
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "")
