"""The calls on users of nodes. No call lists them: the ledger knows what this program added."""

from batchtui.batch import convert
from batchtui.batch.models import NodeUser
from batchtui.batch.nodes import node_path
from batchtui.batch.service import BatchService, segment
from batchtui.errors import ConflictError


class Users:
    """Users on nodes of one account."""

    def __init__(self, service: BatchService) -> None:
        self._service = service

    async def add(self, pool_id: str, node_id: str, user: NodeUser) -> None:
        """Add a user; a ConflictError of code `NodeUserExists` if there is one of that name."""
        path = f"{node_path(pool_id, node_id)}/users"
        await self._service.post(path, convert.user_body(user, replace=False))

    async def replace(self, pool_id: str, node_id: str, user: NodeUser) -> None:
        """Replace a user's password, key and expiry, all of them; isAdmin stays as it was."""
        path = f"{node_path(pool_id, node_id)}/users/{segment(user.name)}"
        await self._service.put(path, convert.user_body(user, replace=True))

    async def ensure(self, pool_id: str, node_id: str, user: NodeUser) -> bool:
        """Add a user, or replace the one of that name; true if it was added."""
        try:
            await self.add(pool_id, node_id, user)
        except ConflictError as error:
            if error.code != "NodeUserExists":
                raise
            await self.replace(pool_id, node_id, user)
            return False
        return True

    async def delete(self, pool_id: str, node_id: str, name: str) -> None:
        """Remove a user from a node."""
        await self._service.delete(f"{node_path(pool_id, node_id)}/users/{segment(name)}")
