"""What is said of files on their way, and of what became of them."""

import pytest

from batchtui.access.entry import Entry
from batchtui.copies.order import Order
from batchtui.errors import ConnectionLostError, FileError
from batchtui.transfer.copying import Copying
from batchtui.transfer.plan import Item


def order(files=3, size=1_000_000):
    copying = Copying(["/from/a", "/from/b"], "/to")
    copying.plan.items += [Item("", "", Entry("a", "file", size))] * files
    copying.total = files * size
    return Order(copying, up=True)


def test_while_it_is_copied_it_says_how_far_it_is():
    copied = order()
    assert copied.title == "→ 2 things to /to"
    assert copied.now() == "Waiting"
    copied.begin()
    copied.copying.here = "a"
    assert copied.now() == "1 of 3 · 0 B of 3.0 MB · a"
    copied.copying.files_done, copied.copying.done = 2, 2_500_000
    words = copied.now()
    assert words.startswith("3 of 3 · 2.5 MB of 3.0 MB · ")
    assert "/s · 0s left" in words
    copied.copying.files_done = 3
    assert copied.now().startswith("3 of 3")


def test_when_all_is_there_it_says_so():
    copied = order()
    copied.begin()
    copied.copying.files_done, copied.copying.done = 2, 3_000_000
    copied.copying.begun, copied.copying.left_as_they_were = 1_000_000, 1
    copied.end()
    assert (
        copied.outcome == "2 files copied, 1 left as they were (2.0 MB in 1s, 1.0 MB were there)."
    )
    assert (copied.tone, copied.may_go_on) == ("good", False)
    copied.copying.plan.passed_by["/from/link"] = "A link."
    assert copied.tone == "warn"
    assert "1 passed by" in copied.outcome


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (None, "1 file copied, 1 not copied, 1 not reached."),
        (ConnectionLostError("It was lost."), "It was lost. 1 file copied, 1 not copied, 1 not"),
    ],
)
def test_what_failed_may_go_on(failure, said):
    copied = order()
    copied.begin()
    copied.copying.files_done = 1
    copied.copying.failed["/from/b"] = FileError("No.")
    copied.copying.broke_off = failure
    copied.end()
    assert copied.outcome.startswith(said)
    assert (copied.tone, copied.may_go_on) == ("bad", True)
    copied.wait_again()
    assert copied.now() == "Waiting"
    assert not copied.may_go_on


def test_who_stopped_it_knows():
    copied = order()
    copied.begin()
    copied.copying.stop()
    copied.end()
    assert copied.outcome == "Stopped: 0 files copied, 3 not reached."
    assert (copied.tone, copied.may_go_on) == ("warn", True)
