"""How nodes are laid out as a map: any number of them, in any room."""

from hypothesis import given
from hypothesis import strategies as st

from batchtui.batch import convert
from batchtui.tables.plan import Plan, Ranks

FAILED_THOUGH_IDLE = {
    "state": "idle",
    "startTaskInfo": {"state": "completed", "result": "Failure", "exitCode": 1},
}


def nodes(*states):
    raw = ({"state": state} if isinstance(state, str) else state for state in states)
    return [convert.node({"id": f"n{place}", **each}) for place, each in enumerate(raw)]


def plan(count, width, height, *, one_by_one=False):
    ids = [str(place) for place in range(count)]
    return Plan(ids, bytes(count), width, height, one_by_one=one_by_one)


ROOM = {"count": st.integers(0, 5000), "width": st.integers(-3, 200), "height": st.integers(-3, 80)}


@given(**ROOM)
def test_all_cells_fit_and_each_node_is_in_one(count, width, height):
    made = plan(count, width, height)
    assert made.lines <= max(1, height)
    assert made.columns * made.cell <= max(made.cell, width)
    places = [place for cell in range(made.cells) for place in range(count)[made.nodes_of(cell)]]
    assert places == list(range(count))
    assert all(made.nodes_of(made.cell_of(place)).start <= place for place in places)


@given(**ROOM)
def test_one_by_one_each_has_a_cell_of_its_own(count, width, height):
    made = plan(count, width, height, one_by_one=True)
    assert (made.per, made.cells) == (1, count)


def test_no_more_nodes_share_a_cell_than_must():
    assert plan(640, 80, 16).per == 1
    assert plan(641, 80, 16).per == 2
    assert plan(10_000, 79, 16).per == 32
    assert plan(100_000, 79, 16).per == 256


@given(st.integers(1, 500), st.integers(1, 60), st.data())
def test_a_step_down_and_up_again_stays_in_the_column(count, width, data):
    made = plan(count, width, 100, one_by_one=True)
    cell = data.draw(st.integers(0, count - 1))
    below = made.step(cell, 1)
    assert below in {cell, cell + made.columns, count - 1}
    if below == cell + made.columns:
        assert made.step(below, -1) == cell
    assert made.step(cell, -1000) == cell % made.columns
    assert 0 <= made.step(cell, 1000) < count


def test_the_worst_node_of_a_cell_is_found_and_those_like_it_counted():
    ranks = Ranks()
    found = ranks.of(nodes("idle", "unusable", "idle", "unusable", "running", "idle"))
    made = Plan(list("abcdef"), found, 6, 1, one_by_one=False)
    assert (made.per, made.cells) == (3, 2)
    assert [ranks.look(made.worst_of(cell)[0]).word for cell in (0, 1)] == ["unusable", "unusable"]
    assert [made.worst_of(cell)[1] for cell in (0, 1)] == [1, 1]
    assert [made.worst(cell) for cell in (0, 1)] == [1, 3]


def test_what_looks_well_but_failed_is_a_kind_of_its_own():
    ranks = Ranks()
    some = nodes("Idle", FAILED_THOUGH_IDLE, {"state": "idle", "errors": [{"code": "DiskFull"}]})
    found = ranks.of([*some, *nodes("startTaskFailed", "idle")])
    assert [(look.letter, count) for look, count in ranks.counts(found)] == [
        ("F", 1), ("X", 1), ("E", 1), ("i", 2),
    ]  # fmt: skip


def test_letters_tell_states_apart():
    from batchtui.tables.states import NODE_LOOKS

    letters = [look.letter for look in NODE_LOOKS.values()]
    assert len(set(letters)) == len(letters)
    assert len({letter.lower() for letter in letters}) == len(letters)


def test_a_service_may_come_to_have_any_number_of_states():
    ranks = Ranks()
    found = ranks.of(nodes("idle", *(f"state{number}" for number in range(400))))
    counted = {look.word: count for look, count in ranks.counts(found)}
    assert counted["idle"] == counted["state0"] == 1
    assert sum(count for _look, count in ranks.counts(found)) == 401
