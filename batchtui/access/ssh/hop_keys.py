"""Host keys of jump hosts: those of the operator's known_hosts, else trusted when first seen."""

import shlex
from pathlib import Path

import paramiko

from batchtui.access.fingerprint import fingerprint
from batchtui.access.hop import Hop
from batchtui.access.known_hosts import KnownKey, known_keys
from batchtui.access.store import Row, Store
from batchtui.errors import HostKeyError


class HopKeys:
    """Knows jump hosts by their names; what is trusted here goes into a file of ours, if any."""

    def __init__(self, path: Path | None) -> None:
        self._store = Store(path)

    def kinds(self, hop: Hop) -> tuple[str, ...]:
        """The types of the keys that are known, for which a host is asked first."""
        known = _trusted(hop) or [key for row in self._store.read() if (key := _own(row, hop))]
        return tuple(key.kind for key in known)

    def check(self, hop: Hop, key: paramiko.PKey) -> None:
        """Let a known key pass, and the first one of a host that isn't known.

        To be called when the key exchange is through. Raises HostKeyError for any other.
        """
        shown = f"{key.get_name()} {key.get_base64()}"
        revoked = [each for each in _known(hop) if each.revoked and each.line == shown]
        if revoked:
            raise HostKeyError(
                f"{_name(hop)} shows a key that {revoked[0].where} revokes: {fingerprint(shown)}.",
                advice="Nothing was sent to it. Ask whoever runs it.",
            )
        trusted = _trusted(hop)
        if any(each.line == shown for each in trusted):
            return
        if trusted:
            raise _changed(hop, shown, trusted)
        if hop.strict:
            raise HostKeyError(
                f"{_name(hop)} isn't in known_hosts, and ssh_config's StrictHostKeyChecking wants "
                f"it there. It shows {fingerprint(shown)}.",
                advice="Log in there once with ssh, or add the key.",
            )
        self._trust(hop, shown)

    def rows(self) -> list[tuple[str, str]]:
        """The hosts that were trusted here, as known_hosts calls them, each with its key."""
        return [(str(row.get("name")), str(row.get("key"))) for row in self._store.read()]

    def forget(self, name: str) -> int:
        """Forget what was trusted here of a host; how many keys that was."""
        with self._store.edit() as rows:
            left = [row for row in rows if str(row.get("name")).lower() != name.lower()]
            gone = len(rows) - len(left)
            rows[:] = left
        return gone

    def _trust(self, hop: Hop, shown: str) -> None:
        with self._store.edit() as rows:
            before = [key for row in rows if (key := _own(row, hop))]
            if not before:
                rows.append({"name": hop.host_key_name, "key": shown})
            elif before[0].line != shown:
                raise _changed(hop, shown, before)


def _known(hop: Hop) -> list[KnownKey]:
    return known_keys(hop.known_hosts, hop.host_key_name)


def _trusted(hop: Hop) -> list[KnownKey]:
    return [each for each in _known(hop) if not each.revoked]


def _own(row: Row, hop: Hop) -> KnownKey | None:
    if str(row.get("name")).lower() != hop.host_key_name.lower():
        return None
    kind, _space, encoded = str(row.get("key")).partition(" ")
    return KnownKey(kind, encoded, revoked=False, where="")


def _changed(hop: Hop, shown: str, before: list[KnownKey]) -> HostKeyError:
    # The key of the same type says most, if there is one.
    same = [each for each in before if each.kind == shown.partition(" ")[0]]
    known = (same or before)[0]
    where = known.where or "trusted when it was first seen"
    name = shlex.quote(hop.host_key_name)  # brackets are patterns to shells
    first = f"`ssh-keygen -R {name}`"
    ours = f"`batchtui known-hosts --forget {name}`"
    return HostKeyError(
        f"{_name(hop)} shows another host key than the one that is known: {fingerprint(shown)}, "
        f"and known is {fingerprint(known.line)} ({where}).",
        advice="Either its keys were made anew, or somebody sits between it and you. Nothing was "
        f"sent to it. Once its owner has confirmed the new key, {first if known.where else ours} "
        "forgets the old one.",
    )


def _name(hop: Hop) -> str:
    return f"{hop.title} ({hop.host_key_name})"
