import stat
from datetime import UTC, datetime

import pytest

from batchtui.access.channel import Exit
from batchtui.batch import convert
from batchtui.errors import ConfigError
from batchtui.many import Order
from batchtui.many.outcome import Place, outcomes_of
from batchtui.many.saving import file_names, save

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def found():
    pool = convert.pool({"id": "p"})
    found = outcomes_of([Place(pool, name) for name in ("tvm-1", "../tvm-2", "tvm-3")])
    for outcome in found[:2]:
        outcome.state, outcome.exit = "ended", Exit(0)
        outcome.output.add(b"up\xff\n")
    found[1].errors.add(b"oops\n")
    return found


def test_names_are_safe_everywhere_and_none_is_there_twice():
    names = file_names(["../../etc/passwd", "a", "A", "a", "", "é:\n", "x" * 500, "tvmps_1_d"])
    assert names[0] == "______etc_passwd"
    assert names[1:5] == ["a", "A(2)", "a(3)", "_"]
    assert len({name.lower() for name in names}) == len(names)
    assert max(map(len, names)) < 130
    assert names[-1] == "tvmps_1_d"


def test_a_file_a_node_as_it_came_and_a_summary(found, tmp_path):
    made = save(str(tmp_path / "new" / "out"), Order("uptime"), found, NOW)
    assert sorted(path.name for path in made.iterdir()) == [
        "p____tvm-2.err",
        "p____tvm-2.out",
        "p_tvm-1.out",
        "p_tvm-3.out",
        "summary.txt",
    ]
    assert (made / "p_tvm-1.out").read_bytes() == b"up\xff\n"
    assert (made / "p____tvm-2.err").read_bytes() == b"oops\n"
    summary = (made / "summary.txt").read_text()
    assert summary.startswith("uptime\non 3 nodes, 2026-03-02 03:04:05 UTC\n")
    assert "\n1 node: exit status 0\n  p/tvm-1\n    up\ufffd\n" in summary
    assert "\n1 node: not started\n  p/tvm-3\n" in summary
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()} == {0o600}


def test_nothing_that_is_there_is_replaced(found, tmp_path):
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(ConfigError, match="isn't empty"):
        save(str(tmp_path), Order("uptime"), found, NOW)
    with pytest.raises(ConfigError, match="can't be written: File exists"):
        save(str(tmp_path / "notes"), Order("uptime"), found, NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]
