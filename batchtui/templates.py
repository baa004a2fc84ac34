"""Templates of pools: saved without secrets, opened from anywhere, the last ones remembered.

Everything here blocks, on a disk.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from batchtui.access.files import home_expanded, read_text, replace_text
from batchtui.access.store import Row, Store
from batchtui.batch.known import Json
from batchtui.batch.known import Path as Place
from batchtui.batch.secrets import without_secrets
from batchtui.batch.template import Template, from_text
from batchtui.clock import Clock, utc_now
from batchtui.errors import ConfigError, TemplateError

_SUFFIX = ".json"
_MOST_RECENT = 10
_REMEMBERED = 50  # some of them may be gone
_NAME = re.compile(r"[^\W.][\w .()+-]{0,99}")


@dataclass(frozen=True, slots=True)
class Saved:
    """Where a template is, and the places of the secrets that aren't in it."""

    path: Path
    secrets: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class RecentTemplate:
    """A template that was saved or opened, and when that was last."""

    path: Path
    used: datetime

    @property
    def name(self) -> str:
        """What it is called."""
        return self.path.stem


class Templates:
    """The folder of templates, and which ones were used lately, there or elsewhere."""

    def __init__(self, folder: Path, recent: Path, now: Clock = utc_now) -> None:
        self._folder = folder
        self._recent = Store(recent)
        self._now = now

    def path_of(self, name: str) -> Path:
        """The file of a name, which may also be a path; TemplateError if it can't be one."""
        text = name.strip()
        if "/" in text or text.startswith("~"):
            path = home_expanded(Path(text))
            if text.endswith("/") or "/" not in text:
                raise TemplateError(f"{text} is a folder.", advice="Say the file's name, too.")
            if path.parts[0].startswith("~"):
                raise TemplateError(f"{text}: there is no home of {path.parts[0]}.")
            return path if path.suffix else path.with_suffix(_SUFFIX)
        if not _NAME.fullmatch(text.removesuffix(_SUFFIX)):
            raise TemplateError(
                f"A template can't be called {name!r}.",
                advice="Letters, digits, spaces and . - + _ ( ), or a path.",
            )
        return self._folder / f"{text.removesuffix(_SUFFIX)}{_SUFFIX}"

    def save(self, name: str, body: Json, *, replace: bool = False) -> Saved:
        """Write a pool's JSON without its secrets.

        TemplateError if there is such a file and it isn't to be replaced, ConfigError if the
        disk refuses.
        """
        path = self.path_of(name)
        if not replace and _is_there(path):
            raise TemplateError(
                f"There is a template {path} already.", advice="Choose another name, or replace it."
            )
        cleared = without_secrets(body)
        replace_text(path, _text(cleared.body))
        self._use(path)
        return Saved(path, cleared.places)

    def open(self, path: Path) -> Template:
        """The template in a file; TemplateError or ConfigError if there is none."""
        path = home_expanded(path)
        text = read_text(path)
        if text is None:
            raise TemplateError(f"There is no file {path}.")
        template = from_text(text, str(path))
        self._use(path)
        return template

    def recent(self) -> list[RecentTemplate]:
        """The templates that were used last, the last one first; ConfigError if that is broken."""
        found = {each.path: each for each in (*self._in_folder(), *self._used())}
        return _last(each for each in found.values() if _is_file(each.path))

    def saved(self) -> list[RecentTemplate]:
        """Those of the folder alone, which needs no list of what was used."""
        return _last(self._in_folder())

    def _in_folder(self) -> Iterator[RecentTemplate]:
        paths: list[Path] = []
        with suppress(OSError):
            paths += self._folder.glob(f"*{_SUFFIX}")
        for path in paths:
            with suppress(OSError):
                changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                yield RecentTemplate(path.resolve(), changed)

    def _used(self) -> Iterator[RecentTemplate]:
        for row in self._recent.read():
            with suppress(KeyError, ValueError, TypeError, OverflowError):
                used = datetime.fromisoformat(str(row["used"]))
                yield RecentTemplate(Path(str(row["path"])), used.astimezone(UTC))

    def _use(self, path: Path) -> None:
        """Remember that a template was used, where that can be written."""
        # A link that is put elsewhere later is another template then.
        known = str(path.resolve())
        with suppress(ConfigError), self._recent.edit() as rows:
            others = [row for row in rows if row.get("path") != known]
            used: Row = {"path": known, "used": self._now().isoformat()}
            rows[:] = [*others, used][-_REMEMBERED:]


def _last(found: Iterable[RecentTemplate]) -> list[RecentTemplate]:
    return sorted(found, key=lambda each: each.used, reverse=True)[:_MOST_RECENT]


def _text(body: Json) -> str:
    """The JSON as people read it; half of a character, which no file can have, is escaped."""
    text = json.dumps(body, indent=2, ensure_ascii=False)
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        text = json.dumps(body, indent=2)
    return f"{text}\n"


def _is_there(path: Path) -> bool:
    """Whether there is a file; ConfigError where that can't be told."""
    try:
        return path.exists()
    except OSError as error:
        raise ConfigError(f"{path} can't be written: {error.strerror}.") from None


def _is_file(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file()
    return False
