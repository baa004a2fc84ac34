"""Nodes by state as a bar: an area a state, the worst first, with its glyph and number."""

from collections.abc import Mapping, Sequence

from batchtui.tables import Area, Cell
from batchtui.tables.states import look, worst_first


def bar(by_state: Mapping[str, int], width: int) -> Cell:
    """A bar of so many characters; a state has one at least, as long as there is room."""
    states = sorted(by_state, key=worst_first)
    lengths = _shares([by_state[state] for state in states], width)
    areas = [
        (f"{look(state).glyph}{by_state[state]:,}", look(state), length)
        for state, length in zip(states, lengths, strict=True)
        if length
    ]
    text = "".join(
        (said if len(said) <= length else shown.glyph).ljust(length)
        for said, shown, length in areas
    )
    return Cell(text, areas=tuple(Area(length, shown.tone) for _said, shown, length in areas))


def _shares(numbers: Sequence[int], width: int) -> list[int]:
    """A width divided as some numbers are, the largest remainders rounded up; 1 at least."""
    given = [1] * min(len(numbers), width) + [0] * max(0, len(numbers) - width)
    spare, total = width - sum(given), sum(numbers)
    if not spare:
        return given
    wanted = [max(0.0, width * number / total - 1) for number in numbers]
    exact = [spare * each / sum(wanted) for each in wanted]
    shares = [least + int(each) for least, each in zip(given, exact, strict=True)]
    largest = sorted(range(len(numbers)), key=lambda at: int(exact[at]) - exact[at])
    for at in largest[: width - sum(shares)]:
        shares[at] += 1
    return shares
