"""Colour themes, one file each in the folder `themes`."""

import tomllib
from pathlib import Path

from textual.theme import Theme

import batchtui
from batchtui.errors import ConfigError


def themes_folder() -> Path:
    """The folder in the installed package, or beside the package where it is checked out."""
    package = Path(batchtui.__file__).parent
    installed = package / "themes"
    return installed if installed.is_dir() else package.parent / "themes"


def load_themes(folder: Path) -> list[Theme]:
    """Every theme of a folder, by file name; ConfigError names a file that can't be used."""
    return [_load(path) for path in sorted(folder.glob("*.toml"))]


def _load(path: Path) -> Theme:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return Theme(name=path.stem, **found)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise ConfigError(
            f"Theme {path}: {error}.", advice="Correct the file, or move it."
        ) from None
