"""`python -m batchtui`, and the console script."""

import sys


def main() -> int:
    """Run the command line; ctrl-c before anything is on screen ends it quietly."""
    try:
        from batchtui.cli import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
