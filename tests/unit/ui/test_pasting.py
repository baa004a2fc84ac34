"""What is pasted is text, whatever is in it."""

import pytest
from textual import events

from batchtui.ui.pasting import PasteParser

PASTED = "red \x1b[31mtext\x1b[0m\r\n\x13 \x1b[20 \x1bx\x1b"


def fed(*parts):
    parser = PasteParser()
    return [event for part in parts for event in parser.feed(part)]


@pytest.mark.parametrize("size", [1, 2, 5, 7, 1000])
def test_escape_sequences_in_what_is_pasted_are_no_keys(size):
    data = f"\x1b[200~{PASTED}\x1b[201~"
    (pasted, key) = fed(
        # A terminal sends what begins a paste at once.
        data[:6], *(data[at : at + size] for at in range(6, len(data), size)), "q",
    )  # fmt: skip
    assert isinstance(pasted, events.Paste)
    assert pasted.text == PASTED.replace("\x1b", "␛")
    assert isinstance(key, events.Key)
    assert key.key == "q"


def test_keys_are_keys():
    keys = fed("\x1b[A", "\x13", "\x1b[200~a\x1b[201~", "\x1b[B")
    assert [getattr(each, "key", "pasted") for each in keys] == ["up", "ctrl+s", "pasted", "down"]
