"""Where SSH reaches a node, from what the service tells of it now."""

from dataclasses import dataclass

from batchtui.access.accounts import Account
from batchtui.access.node_identity import NodeIdentity
from batchtui.access.remote_desktop import Desktop, desktop_of
from batchtui.access.route import Route, ssh_route
from batchtui.access.threads import in_thread
from batchtui.batch.models import Pool, RemoteLogin
from batchtui.batch.node import Node
from batchtui.batch.nodes import Nodes
from batchtui.entrance.outlook import Outlook
from batchtui.errors import ServiceError, UnreachableError


@dataclass(frozen=True, slots=True)
class Doorway:
    """What is known of the way into a node before anybody waits for it."""

    pool: Pool
    node: Node
    route: Route
    identity: NodeIdentity


class Doorways:
    """Finds them for the nodes of one account."""

    def __init__(self, account: Account, nodes: Nodes, outlook: Outlook) -> None:
        self._account = account
        self._nodes = nodes
        self._outlook = outlook

    async def find(self, pool: Pool, node_id: str) -> Doorway:
        """Where SSH reaches a node as it is now; NoRouteError says why it doesn't."""
        node = await self._nodes.get(pool.id, node_id)
        login = await self._remote_login(pool, node) if pool.ssh and not node.ssh else None
        identity = NodeIdentity(
            account=self._account.account,
            endpoint=self._account.endpoint,
            pool=pool.id,
            node=node.id,
            allocation=node.allocated,
            booted=node.booted,
        )
        # Files are read, and names may have to be looked up.
        route = await in_thread(lambda: ssh_route(pool, node, login, self._outlook.view()))
        return Doorway(pool, node, route, identity)

    async def desktop(self, pool: Pool, node_id: str) -> Desktop:
        """Where Remote Desktop reaches a node as it is now; NoRouteError says why it doesn't."""
        node = await self._nodes.get(pool.id, node_id)
        ask = pool.os == "windows" and not node.rdp
        return desktop_of(pool, node, await self._remote_login(pool, node) if ask else None)

    async def _remote_login(self, pool: Pool, node: Node) -> RemoteLogin | None:
        try:
            return await self._nodes.remote_login(pool.id, node.id)
        except UnreachableError:
            raise
        except ServiceError:
            # What a pool without a mapping answers is undocumented: an error says no more
            # than an empty answer (source: SERVICE.md, trap 5).
            return None
