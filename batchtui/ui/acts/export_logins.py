"""The list of logins, written for another program: onto the clipboard, or into a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from batchtui.access.files import home_expanded, replace_text
from batchtui.access.threads import in_thread
from batchtui.batch.bulk import Step
from batchtui.batch.logins import FORMATS, Login
from batchtui.ui.acts.act import Act, Answers, Question, Target
from batchtui.words import plural, short_node_id

_FILE, _CLIPBOARD = "file", "clipboard"


class ExportLogins(Act):
    """One list of all that were chosen."""

    verb, doing = "Export logins of", "Exporting logins of"
    in_az = False
    alike = True

    def __init__(self, logins: Sequence[Login], copy: Callable[[str], None]) -> None:
        """`copy` puts a text onto the clipboard."""
        super().__init__([Target(each.id, short_node_id(each.node)) for each in logins])
        self._logins = logins
        self._copy = copy
        # A file that is there already, and may be replaced when that was said.
        self._replaces = ""

    def questions(self) -> Sequence[Question]:
        """What for, and where to."""
        formats = tuple((format_.title, name) for name, format_ in FORMATS.items())
        places = (("the clipboard", _CLIPBOARD), ("a file", _FILE))
        return (
            Question("format", "As", "ssh-config", formats),
            Question("user", "User", self._logins[0].user),
            Question("where", "Onto", _CLIPBOARD, places),
            Question("file", "File", hint="its path", when=("where", _FILE)),
        )

    def problems(self, answers: Answers) -> Mapping[str, str]:
        """A file has a name."""
        lacks = answers["where"] == _FILE and not answers["file"].strip()
        return {"file": "The path of the file."} if lacks else {}

    async def prepare(self, answers: Answers) -> Mapping[str, str]:
        """A file that is there already is replaced when that was said."""
        path = _path(answers)
        if answers["where"] != _FILE or str(path) == self._replaces:
            return {}
        if await in_thread(path.is_dir):
            return {"file": "That is a folder: name a file in it."}
        if await in_thread(path.exists):
            self._replaces = str(path)
            return {"file": "There is one already: once more, and it is replaced."}
        return {}

    def effect(self, answers: Answers) -> Sequence[str]:
        """How many can be in it."""
        del answers
        reached = sum(bool(each.address) for each in self._logins)
        lost = len(self._logins) - reached
        more = f"; {lost:,} more, which SSH doesn't reach, in CSV and JSON only" if lost else ""
        return (f"{plural(reached, 'node')} that SSH reaches{more}.",)

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """One."""
        path, to_file = _path(answers), answers["where"] == _FILE
        self.done = f"in {path}" if to_file else "copied, if this terminal allows it (OSC 52)"
        user = answers["user"].strip()
        text = FORMATS[answers["format"]].write([replace(each, user=user) for each in self._logins])

        async def call() -> str:
            if to_file:
                await in_thread(lambda: replace_text(path, text))
            else:
                self._copy(text)
            return ""

        return [Step(tuple(left), call)]


def _path(answers: Answers) -> Path:
    return home_expanded(Path(answers["file"].strip()))
