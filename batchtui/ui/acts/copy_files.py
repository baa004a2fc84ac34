"""The same files to many nodes, or the same of many nodes to this machine."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from batchtui.batch.bulk import Bulk, Step
from batchtui.copies.one_node import Wanted, copy, found_here
from batchtui.transfer.copying import Existing
from batchtui.ui.acts.act import Answers, Question
from batchtui.ui.acts.nodes import NodeAct

_UP, _DOWN = "up", "down"
_EXISTING: dict[str, Existing] = {each: each for each in ("resume", "skip", "replace")}


class CopyFiles(NodeAct):
    """Files to the nodes' folder, or of each node into a folder that is called as the node is."""

    verb, doing, done = "Copy files of", "Copying files of", "copied"
    in_az = False

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
            gone = [path for path in paths if not found_here(path)]
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
            return (f"{what} → {folder or 'your home'} on {share}.",)
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
            wanted = _wanted(answers, node_id)
            return Step((node_id,), lambda: copy(self.session, self.pool, node_id, wanted))

        return [step(node_id) for node_id in left]


def _wanted(answers: Answers, node_id: str) -> Wanted:
    """What is to be copied to a node, or of it."""
    paths, folder = _split(answers["what"]), answers["folder"].strip()
    up, existing = answers["way"] == _UP, _EXISTING[answers["existing"]]
    if up:
        here = [each for path in paths for each in found_here(path)]
        return Wanted(up, here, folder, existing)
    own = str(Path(folder).expanduser().absolute() / node_id)
    return Wanted(up, paths, own, existing)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return []
