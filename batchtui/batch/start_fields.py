"""The fields of what runs on each node as it joins. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from batchtui.batch.entries import Entries
from batchtui.batch.field import PoolField, field_at
from batchtui.batch.identity import IdentityLens
from batchtui.batch.known import Path
from batchtui.batch.lens import AsJson, Choice, Flag, Lens, Pairs, Secret, Text, Whole
from batchtui.batch.pairs import ENVIRONMENT
from batchtui.batch.resource_files import ResourceFiles
from batchtui.batch.start_lenses import (
    TASK,
    CommandLens,
    ShellLens,
    has_containers,
    has_start_task,
)

_CONTAINER = "containerSettings"
_REGISTRY = "registry"


def start_fields() -> Iterator[PoolField]:
    """In the order of the step; without a command only that is asked for."""
    yield PoolField(
        "start_command",
        "start",
        "Start task",
        CommandLens(),
        ((*TASK, "commandLine"), TASK),
        placeholder="none",
        help="Runs on each node as it joins, and when it reboots. By itself it has no shell.",
    )
    yield from (replace(field, when=has_start_task) for field in _details())
    owned = {
        "container_image": (*TASK, _CONTAINER),
        "registry_server": (*TASK, _CONTAINER, _REGISTRY),
    }
    for field in _container():
        whole = (owned[field.name],) if field.name in owned else ()
        yield replace(field, when=has_containers, owns=(*field.owns, *whole))


def _details() -> Iterator[PoolField]:
    yield PoolField(
        "start_shell",
        "start",
        "  in a shell",
        ShellLens(),
        ((*TASK, "commandLine"),),
        help="For &&, |, $NAME and cd: wraps the command in /bin/bash -c '...', or cmd /c.",
    )
    yield PoolField(
        "start_identity",
        "start",
        "  runs as",
        IdentityLens(),
        ((*TASK, "userIdentity"),),
        help="Installing needs an administrator. The pool's own users are made at Access.",
    )
    yield PoolField(
        "wait",
        "start",
        "  nodes wait",
        Flag((*TASK, "waitForSuccess"), default=True),
        ((*TASK, "waitForSuccess"),),
        help="Without it nodes look idle and take tasks though their start task failed.",
    )
    yield _mine(
        "retries",
        "  retries",
        Whole,
        "maxTaskRetryCount",
        placeholder="0",
        help="How often a start task that fails is tried again; -1 is without end.",
    )
    yield _mine(
        "environment",
        "  environment",
        lambda path: Pairs(path, ENVIRONMENT),
        "environmentSettings",
        placeholder="none",
        help='Variables, a line each: NAME=value. "a\\nb" in quotes is of two lines.',
    )
    yield _mine(
        "files",
        "  files",
        lambda path: Entries(path, ResourceFiles()),
        "resourceFiles",
        placeholder="none",
        help="To download, a line each: URL -> path 0755, container:NAME prefix -> directory.",
    )


def _container() -> Iterator[PoolField]:
    yield _mine(
        "container_image",
        "Container",
        Text,
        _CONTAINER,
        "imageName",
        placeholder="none: on the node itself",
        help="The image that the start task runs in, as for docker pull.",
    )
    yield _mine(
        "container_options",
        "  options",
        Text,
        _CONTAINER,
        "containerRunOptions",
        placeholder="none",
        help="More options for docker create, such as --shm-size 1g.",
    )
    yield _mine(
        "container_directory",
        "  runs in",
        lambda path: Choice(
            path,
            {
                "taskWorkingDirectory": "the task's working directory",
                "containerImageDefault": "the directory that the image says",
            },
        ),
        _CONTAINER,
        "workingDirectory",
        help="The directory in which the command begins.",
    )
    yield _mine(
        "container_mounts",
        "  mounts",
        AsJson,
        _CONTAINER,
        "containerHostBatchBindMounts",
        placeholder="all of Batch's directories",
        help='As JSON: [{"source": "Startup", "isReadOnly": true}]. None mounts all.',
    )
    yield _mine(
        "registry_server",
        "  registry",
        Text,
        _CONTAINER,
        _REGISTRY,
        "registryServer",
        placeholder="docker.io",
        help="The registry's address, if it isn't one of the pool's registries.",
    )
    yield _mine(
        "registry_user",
        "    user",
        Text,
        _CONTAINER,
        _REGISTRY,
        "username",
        placeholder="none",
        help="Who logs in to the registry.",
    )
    yield _mine(
        "registry_password",
        "    password",
        Secret,
        _CONTAINER,
        _REGISTRY,
        "password",
        placeholder="none",
        help="It is sent, and kept nowhere: no template has it.",
    )
    yield _mine(
        "registry_identity",
        "    identity",
        Text,
        _CONTAINER,
        _REGISTRY,
        "identityReference",
        "resourceId",
        placeholder="none",
        help="The resource id of an identity that logs in instead of a user.",
    )


def _mine(
    name: str,
    label: str,
    kind: Callable[[Path], Lens],
    *path: str,
    help: str,  # noqa: A002 - the field's own name
    placeholder: str = "",
) -> PoolField:
    return field_at(name, "start", label, kind, *TASK, *path, help=help, placeholder=placeholder)
