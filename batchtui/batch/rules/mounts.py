"""File systems that the nodes mount. Pure.

Source: SDK, MountConfiguration and AzureBlobFileSystemConfiguration.
"""

from collections.abc import Iterable, Iterator

from batchtui.batch.known import Json, Known, Path, Problem
from batchtui.batch.rules.reading import Rule, again, items, within, word

_MOUNTS: Path = ("mountConfiguration",)
_BLOBS = "azureBlobFileSystemConfiguration"
_KINDS = (
    _BLOBS,
    "nfsMountConfiguration",
    "cifsMountConfiguration",
    "azureFileShareConfiguration",
)
_PATH = "relativeMountPath"
_ACCESS = ("accountKey", "sasKey", "identityReference")


def one_kind(body: Json, _known: Known) -> Iterable[Problem]:
    """Each mount is of exactly one kind."""
    for path, mount in items(body, _MOUNTS):
        kinds = [kind for kind in _KINDS if kind in mount]
        if not kinds:
            yield Problem(path, "Say what is mounted: blobs, NFS, CIFS or a file share.")
        for kind in kinds[1:]:
            yield Problem((*path, kind), f"One kind for each mount: {kinds[0]} is there, too.")


def one_key(body: Json, _known: Known) -> Iterable[Problem]:
    """Blobs are reached in exactly one way."""
    for path, mount in items(body, _MOUNTS):
        if _BLOBS not in mount:
            continue
        given = [name for name in _ACCESS if name in mount[_BLOBS]]
        if not given:
            text = "Say how to reach it: an account key, a SAS, or an identity."
            yield Problem((*path, _BLOBS), text)
        for name in given[1:]:
            yield Problem((*path, _BLOBS, name), f"Take it away: {given[0]} is there, too.")


def paths_once(body: Json, _known: Known) -> Iterable[Problem]:
    """Each path once, whatever its case (source: mounts can't be in one place)."""
    for path in again(_paths(body)):
        yield Problem(path, "Another file system is mounted there: each needs its own path.")


def _paths(body: Json) -> Iterator[tuple[Path, str]]:
    for path, mount in items(body, _MOUNTS):
        for kind in mount:
            settings = within(mount, (kind,))
            if _PATH in settings:
                yield (*path, kind, _PATH), word(settings, _PATH)


RULES: tuple[Rule, ...] = (one_kind, one_key, paths_once)
