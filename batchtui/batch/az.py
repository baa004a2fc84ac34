"""What is done here, as the az CLI's commands (azure-cli 2.91), to copy into a script. Pure.

They name no account: az knows it by `az batch account login` or its AZURE_BATCH_ variables.
What `az batch` can't do goes by `az rest`, signed in with Entra ID. A secret is never in them.
"""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from batchtui.batch.bulk import chunks
from batchtui.batch.masked import MASK, masked
from batchtui.batch.models import Json, NodeUser
from batchtui.batch.pools import MOST_REMOVED
from batchtui.batch.service import API_VERSION
from batchtui.batch.times import stamp

_RESOURCE = "https://batch.core.windows.net/"
_SPEAKS = "2024-02-01"  # the version of azure-cli 2.91 (source: SERVICE.md)
# What pools have had since (source: the SDK's change log).
_SINCE_THEN = frozenset({
    "jobDefaultOrder", "ipFamilies", "ipTags", "customerManagedKey", "proxyAgentSettings",
    "diskEncryptionSet", "sharedGalleryImageId", "communityGalleryImageId",
    "containerHostBatchBindMounts", "securityEncryptionType",
})  # fmt: skip


def command(*words: str) -> str:
    """One command line of `az batch`, quoted for a shell."""
    return shlex.join(("az", "batch", *words))


def show_pool(pool: str) -> str:
    """A pool as JSON."""
    return command("pool", "show", "--pool-id", pool)


def show_node(pool: str, node: str) -> str:
    """A node as JSON."""
    return command("node", "show", "--pool-id", pool, "--node-id", node)


def delete_pools(pools: Iterable[str]) -> str:
    """Delete pools without being asked."""
    return _lines(command("pool", "delete", "--pool-id", pool, "--yes") for pool in pools)


def create_pool(body: Json) -> str:
    """Make a pool; a note says what of it may be too new for az."""
    newer = ", ".join(sorted(_SINCE_THEN & set(_names(body))))
    note = f"# az speaks version {_SPEAKS}, which may refuse: {newer}.\n" if newer else ""
    return note + _with_json(command("pool", "create"), body)


def resize_pool(pool: str, body: Json) -> str:
    """Resize a pool, by the JSON that is sent for it."""
    options = (
        ("--target-dedicated-nodes", "targetDedicatedNodes"),
        ("--target-low-priority-nodes", "targetLowPriorityNodes"),
        ("--resize-timeout", "resizeTimeout"),
        ("--node-deallocation-option", "nodeDeallocationOption"),
    )
    words = [word for option, name in options for word in (option, str(body[name]))]
    return command("pool", "resize", "--pool-id", pool, *words)


def stop_resize(pool: str) -> str:
    """Stop a pool's resize."""
    return command("pool", "resize", "--pool-id", pool, "--abort")


def enable_autoscale(pool: str, body: Json) -> str:
    """Switch a pool's autoscale on, or change it, by the JSON that is sent for it."""
    formula = ("--auto-scale-formula", str(body["autoScaleFormula"]))
    interval = ("--auto-scale-evaluation-interval", str(body["autoScaleEvaluationInterval"]))
    return command("pool", "autoscale", "enable", "--pool-id", pool, *formula, *interval)


def disable_autoscale(pool: str) -> str:
    """Switch a pool's autoscale off."""
    return command("pool", "autoscale", "disable", "--pool-id", pool)


def update_pool(pool: str, body: Json) -> str:
    """Change what the JSON names of a pool."""
    return _with_json(command("pool", "set", "--pool-id", pool), body)


def replace_pool_properties(pool: str, body: Json) -> str:
    """Replace a pool's start task, metadata and packages; what the JSON omits is removed."""
    return _with_json(command("pool", "reset", "--pool-id", pool), body)


def reboot(pool: str, nodes: Iterable[str], option: str) -> str:
    """Reboot nodes."""
    return _each(pool, nodes, "reboot", "--node-reboot-option", option)


def disable_scheduling(endpoint: str, pool: str, nodes: Iterable[str], option: str) -> str:
    """Let no new task begin on nodes.

    `az batch` sends the option inside of another (seen with 2.91), which is refused: it is left
    out where it says what happens anyway.
    """
    if option == "requeue":
        return _each(pool, nodes, "scheduling disable")
    body = {"nodeDisableSchedulingOption": option}
    return _rest(endpoint, pool, nodes, "disablescheduling", body)


def enable_scheduling(pool: str, nodes: Iterable[str]) -> str:
    """Let tasks begin on nodes again."""
    return _each(pool, nodes, "scheduling enable")


def remove(pool: str, nodes: Sequence[str], option: str) -> str:
    """Remove nodes, as many in a call as the service takes; each waits for the one before."""
    option_words = ("--node-deallocation-option", option)
    wait = (
        f'until [ "$({show_pool(pool)} --query allocationState -o tsv)" = steady ]; '
        "do sleep 10; done"
    )
    calls = [
        command("node", "delete", "--pool-id", pool, *option_words, "--node-list", *chunk)
        for chunk in chunks(nodes, MOST_REMOVED)
    ]
    return f"\n{wait}\n".join(calls)


def add_user(pool: str, nodes: Iterable[str], user: NodeUser, *, replace: bool) -> str:
    """Add a user to nodes, to all that the pool has where none is named.

    Its password or key is a variable to be set.
    """
    secret = '--ssh-public-key "$PUBLIC_KEY"' if user.public_key else '--password "$PASSWORD"'
    until = f" --expiry-time {stamp(user.expires)}" if user.expires else ""

    def line(node: str) -> str:
        def call(verb: str, option: str, *more: str) -> str:
            words = command("node", "user", verb, "--pool-id", pool, option, user.name, *more)
            return f"{words} --node-id {node} {secret}{until}"

        create = call("create", "--name", *(["--is-admin"] if user.admin else []))
        return f"{create} || {call('reset', '--user-name')}" if replace else create

    named = [line(shlex.quote(node)) for node in nodes]
    every = command("node", "list", "--pool-id", pool, "--query", "[].id", "-o", "tsv")
    each = line('"$node"')
    return _lines(named or [f"for node in $({every}); do {each}; done"])


def remove_user(pool: str, node: str, name: str) -> str:
    """Remove a user from a node."""
    place = ("--pool-id", pool, "--node-id", node)
    return command("node", "user", "delete", *place, "--user-name", name, "--yes")


def upload_logs(
    pool: str, nodes: Iterable[str], start: datetime, end: datetime | None = None
) -> str:
    """Upload the agents' logs; the container's URL, a secret, is a variable to be set."""
    until = ("--end-time", stamp(end)) if end else ()
    lines = _each(pool, nodes, "service-logs upload", "--start-time", stamp(start), *until)
    return _lines(f'{line} --container-url "$CONTAINER_URL"' for line in lines.split("\n"))


def reimage(endpoint: str, pool: str, nodes: Iterable[str], option: str) -> str:
    """Reimage nodes, which `az batch` can't."""
    return _rest(endpoint, pool, nodes, "reimage", {"nodeReimageOption": option})


def deallocate(endpoint: str, pool: str, nodes: Iterable[str], option: str) -> str:
    """Deallocate nodes, which `az batch` can't."""
    return _rest(endpoint, pool, nodes, "deallocate", {"nodeDeallocateOption": option})


def start(endpoint: str, pool: str, nodes: Iterable[str]) -> str:
    """Start deallocated nodes, which `az batch` can't."""
    return _rest(endpoint, pool, nodes, "start", None)


def _each(pool: str, nodes: Iterable[str], verb: str, *options: str) -> str:
    return _lines(
        command("node", *verb.split(), "--pool-id", pool, "--node-id", node, *options)
        for node in nodes
    )


def _rest(
    endpoint: str, pool: str, nodes: Iterable[str], action: str, body: dict[str, str] | None
) -> str:
    def line(node: str) -> str:
        path = f"/pools/{quote(pool, safe='')}/nodes/{quote(node, safe='')}/{action}"
        words = ["az", "rest", "--method", "post", "--resource", _RESOURCE, "--url"]
        words.append(f"{endpoint.rstrip('/')}{path}?api-version={API_VERSION}")
        if body is not None:
            words += ["--headers", "Content-Type=application/json; odata=minimalmetadata"]
            words += ["--body", json.dumps(body)]
        return shlex.join(words)

    return _lines(line(node) for node in nodes)


def _with_json(words: str, body: Json) -> str:
    shown = masked(body)
    note = f"# Put the secrets in the places of {MASK}.\n" if shown != body else ""
    # A file, since az may read it twice (seen with 2.91: pool reset). One line of JSON is never
    # the end of the document that it stands in.
    document = f"<<'JSON'\n{json.dumps(shown)}\nJSON"
    return f'{note}file=$(mktemp) && cat > "$file" {document}\n{words} --json-file "$file"'


def _names(value: object) -> Iterator[str]:
    """The names of all properties."""
    if isinstance(value, Mapping):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _names(each)


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)
