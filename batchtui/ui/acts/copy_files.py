"""The same files to many nodes, or the same of many nodes to this machine."""

import shlex
from collections.abc import Mapping, Sequence
from glob import glob
from pathlib import Path

from batchtui.batch.bulk import Bulk, Step
from batchtui.entrance import silent
from batchtui.errors import FileError
from batchtui.transfer.copying import Copying, Existing
from batchtui.transfer.folders import make_folders
from batchtui.transfer.local import LocalFiles
from batchtui.transfer.store import Store
from batchtui.ui.acts.act import Answers, Question
from batchtui.ui.acts.nodes import Chosen, NodeAct
from batchtui.ui.files.order import Order
from batchtui.ui.files.running import in_stoppable_thread
from batchtui.ui.files.ways import way_to

_MOST_TOLD = 5  # files of a node that weren't copied
_UP, _DOWN = "up", "down"
_EXISTING: dict[str, Existing] = {each: each for each in ("resume", "skip", "replace")}


class CopyFiles(NodeAct):
    """Files to the nodes' folder, or of each node into a folder that is called as the node is."""

    verb, doing, done = "Copy files of", "Copying files of", "copied"
    in_az = False

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(chosen)
        self._here = LocalFiles()

    def questions(self) -> Sequence[Question]:
        """Which way, what, where to, and what becomes of files that are there."""
        return (
            Question("way", "Direction", _UP, (("to the nodes", _UP), ("from the nodes", _DOWN))),
            Question("what", "Files", hint="paths, also with * and ?, or folders"),
            Question("folder", "To the folder", hint="made where it isn't there"),
            Question(
                "existing",
                "Already there",
                "resume",
                (
                    ("replaced unless of the same size and time", "resume"),
                    ("left as it is", "skip"),
                    ("replaced", "replace"),
                ),
            ),
        )

    def problems(self, answers: Answers) -> Mapping[str, str]:
        """Something to copy that is there, as far as it is known here, and where to."""
        found = {}
        paths = _split(answers["what"])
        if not paths:
            found["what"] = "One path or more; one with a blank in quotes."
        elif answers["way"] == _UP:
            gone = [path for path in paths if not _found(path)]
            if gone:
                found["what"] = f"There is no {gone[0]} here."
        if not answers["folder"].strip() and answers["way"] == _DOWN:
            found["folder"] = "A folder on this machine, such as ."
        return found

    def effect(self, answers: Answers) -> Sequence[str]:
        """What goes where."""
        what = " ".join(_split(answers["what"])) or "Files"
        folder = answers["folder"].strip()
        share = self.share(self.nodes)
        if answers["way"] == _UP:
            return (f"{what} → {folder or 'the home'} on {share}.",)
        example = f"{folder or '.'}/{self.nodes[0].id}"
        return (f"{what} of {share} → a folder for each, such as {example}.",)

    def warnings(self, answers: Answers) -> Sequence[str]:
        """A state that lets nobody in is told by each node itself."""
        del answers
        return ()

    def tells(self, bulk: Bulk) -> bool:
        """How much came of each is to be read."""
        del bulk
        return True

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """A step a node."""

        def step(node_id: str) -> Step:
            return Step((node_id,), lambda: self._copy(node_id, answers))

        return [step(node_id) for node_id in left]

    async def _copy(self, node_id: str, answers: Answers) -> str:
        up = answers["way"] == _UP
        way = await way_to(self.session, self.pool, node_id)
        async with way.opened(silent) as there:
            if up and there.refuses:
                raise FileError(f"{way.why} {there.refuses}")
            copying = Copying(*_what(answers, node_id))
            order = Order(copying, up=up)
            source, target = (self._here, there) if up else (there, self._here)

            def work() -> None:
                copying.folder = _beginning(target, copying.folder)
                copying.paths = [_beginning(source, path) for path in copying.paths]
                make_folders(target, copying.folder)
                copying.look(source, target)
                order.begin()
                copying.run(source, target, _EXISTING[answers["existing"]])

            await in_stoppable_thread(work, copying, source, target)
        order.end()
        if order.trouble:
            raise order.trouble
        told = [f"{path}: {error}" for path, error in copying.failed.items()]
        told += [f"{path}: {why}" for path, why in copying.plan.passed_by.items()]
        said = "\n".join([order.outcome, *told[:_MOST_TOLD]])
        if order.may_go_on:
            raise FileError(said)
        return said


def _what(answers: Answers, node_id: str) -> tuple[list[str], str]:
    """The paths to copy, and the folder to copy them to."""
    paths, folder = _split(answers["what"]), answers["folder"].strip()
    if answers["way"] == _UP:
        return [each for path in paths for each in _found(path)], folder
    return paths, str(Path(folder).expanduser().absolute() / node_id)


def _beginning(store: Store, folder: str) -> str:
    """A folder's path from its beginning; one that is typed may start in the user's home."""
    return store.join(store.home(), folder) if folder else store.home()


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return []


def _found(path: str) -> list[str]:
    """The files of this machine that a path or pattern means."""
    full = str(Path(path).expanduser().absolute())
    # Path.glob takes no pattern that is absolute.
    return [full] if Path(full).exists() else sorted(glob(full))  # noqa: PTH207 - see above
