"""`batchtui known-hosts`: the host keys that were trusted, as OpenSSH reads them."""

from batchtui.access.hosts import HostKeys
from batchtui.config import Paths
from batchtui.errors import NotFoundError
from batchtui.visible import visible
from batchtui.words import plural


def print_known_hosts(paths: Paths, account: str, pool: str) -> int:
    """Print the lines of nodes, of an account or pool if one is named, else with jump hosts'."""
    # Imported here: paramiko comes with it.
    from batchtui.access.ssh.hop_keys import HopKeys

    for node in HostKeys(paths.host_keys).trusted(account, pool):
        print(visible(node.line))
    if not (account or pool):
        for host, key in HopKeys(paths.jump_host_keys).rows():
            print(visible(f"{host} {key}"))
    return 0


def forget_known_host(paths: Paths, account: str, host: str) -> int:
    """Forget the key of a node (POOL/NODE), or of a jump host as known_hosts calls it."""
    from batchtui.access.ssh.hop_keys import HopKeys

    pool, slash, node = host.partition("/")
    if slash:
        gone = HostKeys(paths.host_keys).forget(pool, node, account) if node else 0
    else:
        gone = HopKeys(paths.jump_host_keys).forget(host)
    if not gone:
        raise NotFoundError(
            f"No key of {host} is kept.", advice="`batchtui known-hosts` lists those that are."
        )
    print(f"{plural(gone, 'key')} of {visible(host)} forgotten: the next one is trusted.")
    return 0
