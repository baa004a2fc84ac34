"""Colour themes: files of TOML, ours in the folder `themes`, the user's in their own."""

import re
import tomllib
from collections.abc import Container, Sequence
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any, Final

from textual.color import Color, ColorParseError
from textual.css.constants import VALID_STYLE_FLAGS
from textual.theme import BUILTIN_THEMES, Theme

import batchtui
from batchtui.errors import BatchtuiError, ConfigError

DARK: Final = "batchtui-dark"
ANSI: Final = "batchtui-ansi-dark"

# What a file may say, and of which type; its name is the file's.
_FIELDS = {
    each.name: bool if isinstance(each.default, bool) else str
    for each in fields(Theme)
    if each.name not in {"name", "variables", "luminosity_spread", "text_alpha"}
}
_NEEDED = [each.name for each in fields(Theme) if each.name in _FIELDS and each.default is MISSING]
_SHARE = re.compile(r"[0-9]+(\.[0-9]+)?%")
_KINDS = {str: "a text", bool: "true or false"}


def themes_folder() -> Path:
    """The folder in the installed package, or beside the package where it is checked out."""
    package = Path(batchtui.__file__).parent
    installed = package / "themes"
    return installed if installed.is_dir() else package.parent / "themes"


def load_themes(
    folders: Sequence[Path], names: Container[str] | None = None
) -> tuple[list[Theme], list[BatchtuiError]]:
    """The themes of some folders, a later one in place of an earlier one of its name.

    All of them, or only those of some names.
    The second list has a ConfigError for each file that can't be used.
    """
    found: dict[str, Theme] = {}
    problems: list[BatchtuiError] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        if names is not None and path.stem not in names:
            continue
        try:
            found[path.stem] = _load(path)
        except ConfigError as problem:
            problems.append(problem)
    return list(found.values()), problems


def house_variables(theme: Theme) -> dict[str, str]:
    """All that our style sheet asks for beyond Textual's own, and what we set of those.

    What a theme doesn't say is made from its colours.
    """
    made = theme.to_color_system().generate()
    ours = {
        "state-good": made["text-success"],
        "state-busy": made["text-primary"],
        "state-warn": made["text-warning"],
        "state-bad": made["text-error"],
        **(_ansi_areas(dark=theme.dark) if theme.ansi else _areas(made)),
        **theme.variables,
    }
    cursor = {"background": ours["cursor"], "foreground": ours["cursor-text"]}
    widgets = {f"{part}-{ground}": colour for part in _CURSORS for ground, colour in cursor.items()}
    return {**widgets, "block-cursor-text-style": "bold", "input-cursor-text-style": "none", **ours}


# What Textual calls the parts of its widgets that look as our cursor does.
_CURSORS = (
    "block-cursor", "block-cursor-blurred", "input-cursor", "input-selection", "screen-selection",
)  # fmt: skip


def _areas(made: dict[str, str]) -> dict[str, str]:
    background, foreground = Color.parse(made["background"]), Color.parse(made["foreground"])
    primary = Color.parse(made["primary"])
    quiet = background.blend(foreground, 0.75).hex
    return {
        "quiet": quiet,
        "quiet-style": "none",
        "bar": made["panel"],
        "cursor": primary.hex,
        "cursor-text": primary.get_contrast_text(1.0).hex,
        "field": made["panel"],
        "field-style": "none",
        "focus": made["panel"],
        "focus-text": made["foreground"],
        "scrollbar": quiet,
        "scrollbar-hover": primary.hex,
        "scrollbar-active": primary.hex,
        "scrollbar-background": made["background"],
    }


def _ansi_areas(*, dark: bool) -> dict[str, str]:
    """The terminal's own colours can't be mixed, and nobody knows them: attributes do it."""
    cursor, on_cursor = ("white", "black") if dark else ("blue", "bright_white")
    scrollbars = (
        f"scrollbar{part}{hand}"
        for part in ("", "-background")
        for hand in ("", "-hover", "-active")
    )
    plain = ("quiet", "bar", "field", "focus", "focus-text", "ansi-background", "ansi-foreground")
    return {
        **dict.fromkeys((*plain, *scrollbars), "ansi_default"),
        "cursor": f"ansi_{cursor}",
        "cursor-text": f"ansi_{on_cursor}",
        "quiet-style": "dim",
        "field-style": "underline",
    }


def _load(path: Path) -> Theme:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        variables = found.pop("variables", {})
        _check(found)
        _check_variables(variables)
        return _made(path.stem, found, variables)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ConfigError) as error:
        why = f"{error}".rstrip(".")
        raise ConfigError(f"The theme {path} can't be used: {why}.") from None


def _made(name: str, found: dict[str, Any], variables: dict[str, str]) -> Theme:
    if found.get("ansi"):
        # Textual makes an ANSI theme's areas see-through, whatever the theme says of them.
        variables = {**{name: found[name] for name in _FIELDS if _colour(found, name)}, **variables}
    theme = Theme(name=name, variables=variables, **found)
    try:
        house_variables(theme)
    except ColorParseError as error:
        # Others are mixed of it: it can be neither a share of a colour nor `auto`.
        raise ConfigError(f"no colour can be made of another: {error}") from None
    return theme


def _colour(found: dict[str, Any], name: str) -> bool:
    return isinstance(found.get(name), str)


def _check(found: dict[str, Any]) -> None:
    for name in _NEEDED:
        if name not in found:
            raise ConfigError(f"it has no {name}")
    for name, value in found.items():
        if name not in _FIELDS:
            raise ConfigError(f"there is no {name!r} in a theme; there are {', '.join(_FIELDS)}")
        if type(value) is not _FIELDS[name]:
            raise ConfigError(f"{name} must be {_KINDS[_FIELDS[name]]}")
        if isinstance(value, str):
            _check_colour(name, value)


def _check_variables(variables: object) -> None:
    if not isinstance(variables, dict):
        raise ConfigError("variables are written below [variables]")
    for name, value in variables.items():
        if name not in _known_variables():
            raise ConfigError(f"there is no variable {name!r}")
        if not isinstance(value, str):
            raise ConfigError(f"{name} must be a text")
        if name.endswith("-style") or "-style-" in name:
            _check_style(name, value)
        else:
            _check_colour(name, value)


def _check_colour(name: str, value: str) -> None:
    colour, _blank, share = value.partition(" ")
    try:
        if colour != "auto":
            Color.parse(colour)
    except ColorParseError:
        known = False
    else:
        known = not share or bool(_SHARE.fullmatch(share))
    if not known:
        raise ConfigError(f"{name} is {value!r}, which is no colour")


def _check_style(name: str, value: str) -> None:
    for word in value.split():
        if word not in VALID_STYLE_FLAGS:
            known = ", ".join(sorted(VALID_STYLE_FLAGS))
            raise ConfigError(f"{name} is {value!r}, but styles are {known}")


@cache
def _known_variables() -> frozenset[str]:
    some = (BUILTIN_THEMES["textual-dark"], BUILTIN_THEMES["ansi-dark"])
    return frozenset(
        name
        for theme in some
        for name in (*theme.to_color_system().generate(), *house_variables(theme))
    )
