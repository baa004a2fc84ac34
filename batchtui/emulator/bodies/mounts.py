"""File systems that a pool's nodes mount, as the SDK's MountConfiguration has them.

Their keys and passwords are never given back.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.machine import IDENTITY
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.bodies.shapes import (
    Shape,
    all_different,
    exactly_one,
    many,
    required,
    secret,
    text,
    words,
)
from batchtui.emulator.errors import bad_property

MOST_MOUNTS = 10


def inside(body: Mapping[str, Any], name: str) -> str:
    """A relative path that doesn't lead out of where it begins."""
    path = words(body, name)
    parts = {*PurePosixPath(path).parts, *PureWindowsPath(path).parts}
    absolute = path.startswith(("/", "\\")) or PureWindowsPath(path).drive
    if absolute or ".." in parts or "\0" in path:
        raise bad_property(name, path, "The value must be a relative path that stays inside")
    return path


BLOBS = Shape(
    accountName=required(words),
    containerName=required(words),
    accountKey=secret(words),
    sasKey=secret(words),
    blobfuseOptions=text,
    relativeMountPath=required(inside),
    identityReference=IDENTITY,
)
NFS = Shape(source=required(words), relativeMountPath=required(inside), mountOptions=text)
CIFS = Shape(
    username=required(words),
    source=required(words),
    relativeMountPath=required(inside),
    mountOptions=text,
    password=required(secret(words)),
)
FILES = Shape(
    accountName=required(words),
    azureFileUrl=required(words),
    accountKey=required(secret(words)),
    relativeMountPath=required(inside),
    mountOptions=text,
)


def _blobs(body: Mapping[str, Any], name: str) -> Json:
    exactly_one(read.nested(body, name) or {}, "accountKey", "sasKey", "identityReference")
    return BLOBS(body, name)


KINDS: Mapping[str, Any] = {
    "azureBlobFileSystemConfiguration": _blobs,
    "nfsMountConfiguration": NFS,
    "cifsMountConfiguration": CIFS,
    "azureFileShareConfiguration": FILES,
}
MOUNT = Shape(**KINDS)


def mount_configuration(body: Mapping[str, Any], name: str) -> list[Json] | None:
    """The mounts as GET shows them: at most 10 (documented), each of one kind and path."""
    mounts = many(MOUNT, MOST_MOUNTS)(body, name)
    paths = [mount[exactly_one(mount, *KINDS)]["relativeMountPath"] for mount in mounts or ()]
    all_different("relativeMountPath", paths)
    return mounts
