"""`python -m batchtui`, and the console script."""

import os
import sys


def main() -> int:
    """Run the command line; ctrl-c before anything is on screen ends it quietly."""
    if sys.stderr is None:
        # Words would be printed among the data, and a connection could get its number.
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for the whole run, and pathlib comes later
    try:
        from batchtui.cli import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
