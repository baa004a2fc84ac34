"""Writes the settings file, which is the user's: comments and all else in it stay."""

from pathlib import Path
from typing import Any

from batchtui.access.files import locked, read_text, replace_text
from batchtui.errors import ConfigError


def keep_setting(path: Path, name: str, value: object) -> None:
    """Write one setting; ConfigError if the file is broken or can't be written."""
    # Imported here: reading, which every start does, needs the standard library only.
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    with locked(path):
        try:
            document: Any = tomlkit.parse(read_text(path) or "")
        except TOMLKitError as error:
            raise ConfigError(f"{path}: {error}.", advice="Correct the file, or move it.") from None
        document[name] = value
        replace_text(path, tomlkit.dumps(document))
