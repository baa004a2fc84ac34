"""The calls on users of nodes. No call lists them: the ledger knows what this program added."""

from typing import Literal

from batchtui.batch import convert
from batchtui.batch.models import NodeUser
from batchtui.batch.nodes import node_path
from batchtui.batch.service import BatchService, segment
from batchtui.errors import ConflictError

# What became of a user that was to be on a node: `there` is one that was left as it is.
Made = Literal["added", "replaced", "there"]


class Users:
    """Users on nodes of one account."""

    def __init__(self, service: BatchService) -> None:
        self._service = service

    async def add(self, pool_id: str, node_id: str, user: NodeUser, *, retry: bool = True) -> None:
        """Add a user; a ConflictError of code `NodeUserExists` if there is one of that name.

        Without `retry` whoever asks waits for a busy service, and says so.
        """
        path = f"{node_path(pool_id, node_id)}/users"
        await self._service.post(path, convert.user_body(user, replace=False), retry=retry)

    async def replace(
        self, pool_id: str, node_id: str, user: NodeUser, *, retry: bool = True
    ) -> None:
        """Replace a user's password, key and expiry, all of them; isAdmin stays as it was."""
        path = f"{node_path(pool_id, node_id)}/users/{segment(user.name)}"
        await self._service.put(path, convert.user_body(user, replace=True), retry=retry)

    async def ensure(
        self,
        pool_id: str,
        node_id: str,
        user: NodeUser,
        *,
        replace: bool = True,
        retry: bool = True,
    ) -> Made:
        """Add a user; replace the one of that name, or else leave it as it is."""
        try:
            await self.add(pool_id, node_id, user, retry=retry)
        except ConflictError as error:
            if error.code != "NodeUserExists":
                raise
            if not replace:
                return "there"
            await self.replace(pool_id, node_id, user, retry=retry)
            return "replaced"
        return "added"

    async def delete(self, pool_id: str, node_id: str, name: str, *, retry: bool = True) -> None:
        """Remove a user from a node."""
        path = f"{node_path(pool_id, node_id)}/users/{segment(name)}"
        await self._service.delete(path, retry=retry)
