"""Pools that were begun in a form: kept on disk without secrets until they are made, or given up.

Everything here blocks, on a disk.
"""

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from batchtui.access.files import read_text, replace_text
from batchtui.batch.known import Path as Place
from batchtui.batch.lens import PoolDraft
from batchtui.batch.secrets import without_secrets, without_typed_secrets
from batchtui.clock import Clock, utc_now
from batchtui.errors import ConfigError

_VERSION = 1
_SHARED = (
    "Another batchtui has this form open, too: the disk has what was typed last, here or there. "
    "f2 keeps this one as a template."
)


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as it was left, when that was, and the places of the secrets that aren't in it."""

    draft: PoolDraft
    saved: datetime
    secrets: tuple[Place, ...] = ()


class Drafts:
    """The drafts of an account, one of each kind; in memory only if there is no folder.

    What is remembered is whole, secrets and all, until the program ends; the disk follows.
    """

    def __init__(
        self, folder: Path | None, account: str, endpoint: str, now: Clock = utc_now
    ) -> None:
        self._folder = folder
        self._account = account
        self._endpoint = endpoint
        self._now = now
        self._memory: dict[str, KeptDraft] = {}
        self._on_disk: dict[str, str] = {}  # as it was read or written here last
        self._guard = threading.Lock()
        self._failed = False

    def remember(self, draft: PoolDraft, kind: str = "create") -> None:
        """Take a draft in the place of the one before; `write` keeps it on the disk."""
        self._memory[kind] = KeptDraft(draft, self._now())

    def forget(self, kind: str = "create") -> None:
        """Let go of a draft whose pool was made, or isn't wanted; `write` does on the disk."""
        self._memory.pop(kind, None)

    def remembered(self, kind: str = "create") -> KeptDraft | None:
        """The draft that was taken, or read, in this run."""
        return self._memory.get(kind)

    def write(self, kind: str = "create") -> str:
        """Let the disk have what is remembered by now; what to warn of, once, or nothing.

        It blocks. A disk that refuses doesn't keep anybody from filling in a form.
        """
        if self._folder is None:
            return ""
        with self._guard:
            path, kept = self._path(self._folder, kind), self._memory.get(kind)
            warning = ""
            try:
                if kept is None:
                    self._remove(path, kind)
                else:
                    warning = self._replace(path, kind, self._text(kept))
            except (ConfigError, OSError) as error:
                told, self._failed = self._failed, True
                return "" if told else f"What is typed here isn't kept on disk: {error}"
            self._failed = False
            return warning

    def kept(self, kind: str = "create") -> KeptDraft | None:
        """The draft that was left, None if there is none; it blocks the first time.

        ConfigError for one that can't be read: it is moved aside, and is gone the next time.
        """
        with self._guard:
            if kind not in self._memory and self._folder is not None:
                path = self._path(self._folder, kind)
                try:
                    text = read_text(path)
                    if text is not None:
                        self._memory.setdefault(kind, _draft(text))
                        self._on_disk[kind] = text
                except (ConfigError, ValueError, KeyError, TypeError, RecursionError):
                    raise _set_aside(path) from None
            return self._memory.get(kind)

    def _replace(self, path: Path, kind: str, text: str) -> str:
        """Write a draft; what to warn of where it was another program's since."""
        shared = read_text(path) not in (None, self._on_disk.get(kind))
        replace_text(path, text)
        self._on_disk[kind] = text
        return _SHARED if shared else ""

    def _remove(self, path: Path, kind: str) -> None:
        """Remove what is known here: another program may keep what was begun in it by now."""
        known = self._on_disk.pop(kind, None)
        if known is not None and read_text(path) == known:
            path.unlink(missing_ok=True)

    def _path(self, folder: Path, kind: str) -> Path:
        whole = f"{self._account} {self._endpoint}".encode()
        name = re.sub(r"[^a-z0-9]", "", self._account.lower())[:24]
        return folder / f"{kind}-{name}-{hashlib.sha256(whole).hexdigest()[:8]}.json"

    def _text(self, kept: KeptDraft) -> str:
        draft = kept.draft
        cleared = without_secrets(draft.body)
        typed = {
            name: without_typed_secrets(answer) if isinstance(answer, str) else answer
            for name, answer in draft.typed.items()
        }
        return json.dumps(
            {
                "version": _VERSION,
                "account": self._account,
                "endpoint": self._endpoint,
                "saved": kept.saved.isoformat(),
                "body": cleared.body,
                "typed": typed,
                "aside": without_secrets(draft.aside).body,
                "secrets": cleared.places,
            },
            indent=1,
        )


def _draft(text: str) -> KeptDraft:
    """A draft from its file; ValueError, KeyError or TypeError if it is none."""
    found: dict[str, Any] = json.loads(text)
    if found["version"] != _VERSION:
        raise ValueError
    parts = [found[name] for name in ("body", "typed", "aside")]
    if not all(isinstance(part, Mapping) for part in parts):
        raise TypeError
    if not all(isinstance(answer, str | bool) for answer in found["typed"].values()):
        raise TypeError
    secrets = tuple(tuple(place) for place in found["secrets"])
    return KeptDraft(PoolDraft(*parts), datetime.fromisoformat(found["saved"]), secrets)


def _set_aside(path: Path) -> ConfigError:
    aside = path.with_suffix(".broken")
    try:
        path.replace(aside)
    except OSError as error:
        return ConfigError(f"The draft {path} can't be read, or moved away: {error.strerror}.")
    return ConfigError(
        "The pool that was begun here can't be read any more.",
        advice=f"What was kept of it is in {aside}.",
    )
