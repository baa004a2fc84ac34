"""Some files to one node of several, or of it: from the first question to what became of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from batchtui.batch.models import Pool
from batchtui.copies.order import Order
from batchtui.copies.running import in_stoppable_thread
from batchtui.copies.ways import way_to
from batchtui.entrance import silent
from batchtui.errors import FileError
from batchtui.session import Session
from batchtui.transfer.copying import Copying, Existing
from batchtui.transfer.folders import make_folders
from batchtui.transfer.local import LocalFiles
from batchtui.transfer.store import Store

_MOST_TOLD = 5  # files of a node that weren't copied


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be copied into a folder, which is made where it isn't there; `up` is to nodes.

    A node's paths may start in the user's home.
    """

    up: bool
    paths: Sequence[str]
    folder: str
    existing: Existing


def found_here(path: str) -> list[str]:
    """The files of this machine that a path or pattern means, by their whole paths."""
    full = str(Path(path).expanduser().absolute())
    # Path.glob takes no pattern that is absolute.
    return [full] if Path(full).exists() else sorted(glob(full))  # noqa: PTH207 - see above


async def copy(
    session: Session,
    pool: Pool,
    node_id: str,
    wanted: Wanted,
    begun: Callable[[Order], None] = lambda _order: None,
) -> str:
    """Copy it all, and return what became of it in sentences.

    `begun` is told of the order, which says how far it is. FileError says what of it failed;
    cancelling stops it.
    """
    way = await way_to(session, pool, node_id)
    here = LocalFiles()
    async with way.opened(silent) as there:
        if wanted.up and there.refuses:
            raise FileError(f"{way.why} {there.refuses}")
        copying = Copying(wanted.paths, wanted.folder)
        order = Order(copying, up=wanted.up)
        source, target = (here, there) if wanted.up else (there, here)

        def work() -> None:
            copying.paths = [_whole(source, path) for path in wanted.paths]
            copying.folder = _whole(target, wanted.folder)
            make_folders(target, copying.folder)
            copying.look(source, target)
            order.begin()
            copying.run(source, target, wanted.existing)

        begun(order)
        await in_stoppable_thread(work, copying, source, target)
    order.end()
    return _told(order)


def _whole(store: Store, path: str) -> str:
    """A path from its beginning; one that is typed may start in the user's home."""
    return store.join(store.home(), path) if path else store.home()


def _told(order: Order) -> str:
    """What became of it; raises what went wrong."""
    if order.trouble:
        raise order.trouble
    copying = order.copying
    files = [f"{path}: {error}" for path, error in copying.failed.items()]
    files += [f"{path}: {why}" for path, why in copying.plan.passed_by.items()]
    said = "\n".join([order.outcome, *files[:_MOST_TOLD]])
    if order.may_go_on:
        raise FileError(said)
    return said
