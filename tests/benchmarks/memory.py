"""What 10,000 nodes on screen take of memory: the whole program with them and without."""

from measuring import Line, in_turn, medians, tell
from opened import nodes_screen
from processes import memory

RUNS = 3
FEW, MANY = 10, 10_000


def resident(count):
    """The memory of the program that shows so many nodes, in MiB."""
    with nodes_screen(count, refresh_seconds=0) as terminal:
        return memory(terminal.pid)


def main():
    took = medians(in_turn({"few": lambda: resident(FEW), "many": lambda: resident(MANY)}, RUNS))
    more = took["many"] - took["few"]
    of = f"{took['many']:.0f} MiB to {took['few']:.0f} MiB"
    what, against = "memory for 10,000 nodes", "over the same program with ten"
    tell(Line(what, against, more, 40, " MiB", of=of))


if __name__ == "__main__":
    main()
