"""From the start of a program to its first frame, in a real terminal.

The clock runs from before the exec until a text of the last line of the first frame has come
out of the terminal. batchtui has no settings and no accounts. posting, another application made
with Textual, is installed into an environment of its own, beside the temporary files, once.
"""

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from measuring import Line, cannot, in_turn, medians, ms, tell
from terminal import Terminal, environment

RUNS = 15
HELLO = Path(__file__).parent / "programs" / "hello.py"
# Newer tree-sitters crash the Textual that this version asks for.
POSTING = ["posting==2.11.1", "tree-sitter<0.26"]


def first_frame(command, text):
    """Seconds until a program has shown a text."""
    with environment() as variables, Terminal(command, variables) as terminal:
        return terminal.wait_for(text)


def posting():
    """The posting that is installed for this, or None if it can't be."""
    place = Path(tempfile.gettempdir()) / "batchtui-benchmark-posting"
    program = place / "bin" / "posting"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        install = [place / "bin" / "pip", "install", "--quiet", *POSTING]
        if subprocess.run(install, check=False, capture_output=True).returncode:
            return None
    return program


def main():
    sides = {
        "batchtui": partial(first_frame, [sys.executable, "-m", "batchtui"], "Help"),
        "hello": partial(first_frame, [sys.executable, str(HELLO)], "Hello, world!"),
    }
    other = posting()
    if other:
        sides["posting"] = partial(first_frame, [str(other)], "Quit")
    took = medians(in_turn(sides, RUNS))
    ours = took["batchtui"]
    what, of = "first frame of `batchtui`", f"{ms(ours)} to "
    hello = "a bare Textual hello-world"
    tell(Line(what, hello, ours / took["hello"], 1.25, of=of + ms(took["hello"])))
    if other:
        of += ms(took["posting"])
        tell(Line(what, "posting's first frame", ours / took["posting"], 0.30, of=of))
    else:
        cannot(what, "posting can't be installed")


if __name__ == "__main__":
    main()
