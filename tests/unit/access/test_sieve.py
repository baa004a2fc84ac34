"""What a node writes can't reach the clipboard, and nothing else of it is changed."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from batchtui.access.sieve import Sieve

WRITE = b"\x1b]52;c;aGk=\x07"
SHOWN = b"before", b"after"
FORMS = {
    "BEL": WRITE,
    "ST": b"\x1b]52;c;aGk=\x1b\\",
    "read": b"\x1b]52;c;?\x1b\\",
    "all selections": b"\x1b]52;pqsc0;aGk=\x07",
    "none": b"\x1b]52;;aGk=\x07",
    "zeros": b"\x1b]0052;c;aGk=\x07",
    "C1": b"\x9d52;c;aGk=\x9c",
    "C1, BEL": b"\x9d52;c;aGk=\x07",
    "C1 in UTF-8": b"\xc2\x9d52;c;aGk=\xc2\x9c",
    "cancelled": b"\x1b]52;c;aGk=\x18",
    "skipped codes": b"\x1b\0]\r5\n2\x7f;c;aGk=\x07",
    "lines": b"\x1b]52;c;aG\r\nk=\x07",
    "ESC ESC": b"\x1b\x1b]52;c;aGk=\x1b\x1b\\",
    "a number that comes out as 52": b"\x1b]4294967348;c;aGk=\x07",
    "kitty": b"\x1b]5522;type=write\x1b\\",
    "iTerm2": b"\x1b]1337;Copy=:aGk=\x07",
    "iTerm2, in parts": b"\x1b]1337;CopyToClipboard=\x07",
}
PASSED = (
    b"plain\r\n",
    b"\x1b[1;31mred\x1b[0m",
    b"\x1b]0;a title \xe2\x80\x9d52;c;x\x07",
    b"\x1b]2;52;c;x\x1b\\",
    b"\x1b]5;0;red\x07\x1b]520;x\x07\x1b]522;x\x07",
    b"\x1b]8;;https://a.b/52;c\x1b\\link\x1b]8;;\x1b\\",
    b"\x1b]133;A\x07\x1b]104\x1b\\\x1b]112\x07",
    b"\x1b]1337;CurrentDir=/\x07\x1b]1337;File=inline=1:QQ==\x07",
    b"\x1b]lold title\x1b\\\x1b]P0ff0000",
    b"\x1bPtmux;\x1b\x1b]2;title\x07\x1b\\",
    b"\x1bP0;1q#0~~\x1b\\",
    "“52; ”52;c;x 東京 👍🏽 \u2052".encode(),
    b"\x1b]",
    b"\x1b",
)


def filtered(*pieces):
    sieve = Sieve()
    return b"".join(map(sieve.feed, pieces))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_is_dropped_wherever_it_is_cut(form):
    data = form.join(SHOWN)
    assert filtered(data) == b"before\x18after"
    for at in range(len(data)):
        assert filtered(data[:at], data[at:]) == b"before\x18after"
    assert filtered(*(bytes([byte]) for byte in data)) == b"before\x18after"


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_what_tmux_would_pass_on_is_dropped_and_its_envelope_stays_whole(levels):
    form, empty = FORMS["ST"], b"\x18"
    for _ in range(levels):
        form = b"\x1bPtmux;" + form.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"
        empty = b"\x1bPtmux;" + empty.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"
    data = form.join(SHOWN)
    for at in range(len(data)):
        assert filtered(data[:at], data[at:]) == empty.join(SHOWN)


@pytest.mark.parametrize("text", PASSED)
def test_everything_else_passes_as_it_is(text):
    data = text + b"\r\nmore"
    for at in range(len(data)):
        assert filtered(data[:at], data[at:]) == data


def test_nothing_that_shows_is_held_back():
    sieve = Sieve()
    for text in ("a", "”", "5", "東", "\x1b[1m", "é"):
        assert sieve.feed(text.encode()) == text.encode()


def test_text_behind_what_never_ends_is_shown_again():
    assert filtered(b"\x1b]52;c;aGk=\x1b[31mred") == b"\x18\x1b[31mred"
    assert filtered(b"\x9d52;c;aGk= \xe2\x82\xac") == b"\x18\xe2\x82\xac"


def test_after_the_coding_was_switched_one_byte_is_a_control_again():
    quote = "”52;c;x\x07".encode()
    assert filtered(quote) == quote
    assert filtered(b"\x1b%@" + quote) == b"\x1b%@\xe2\x80\x18"
    assert filtered(b"\x1b%@\x1b%G" + quote) == b"\x1b%@\x1b%G" + quote


@pytest.mark.parametrize("begun", [b"\x1b", b"\x1b]", b"\x1b]5", b"\x1b]1337", b"\x1bP"])
def test_a_beginning_of_megabytes_is_given_up(begun):
    sieve = Sieve()
    shown = b"".join(sieve.feed(begun if n == 0 else b"\0" * 1000) for n in range(20))
    shown += sieve.feed(b"]52;c;aGk=\x07")
    assert not copied(shown)
    assert len(sieve._held) < 5000


def test_the_clipboard_may_be_allowed():
    sieve = Sieve(clipboard=True)
    assert [sieve.feed(form) for form in FORMS.values()] == list(FORMS.values())


@pytest.mark.parametrize("clipboard", [True, False])
def test_what_only_the_far_side_can_have_changed_is_undone(clipboard):
    colours = Sieve(clipboard=clipboard)
    colours.feed(b"\x1b]11;?\x07\x1b]4;1;?\x1b\\\x1b]2;4;title\x07")
    assert colours.undo == b""
    for piece in (b"\x1b]1", b"1;#ff0000\x07"):
        colours.feed(piece)
    for usual in (104, 110, 111, 112):
        assert b"\x1b]%d\x1b\\" % usual in colours.undo
    coding = Sieve(clipboard=clipboard)
    coding.feed(b"\x1b%@")
    assert coding.undo == b"\x1b%G"
    coding.feed(b"\x1b%G")
    assert coding.undo == b""


def copied(data, *, eight_bits=False):
    """What a terminal would take for the clipboard: a parser that knows just enough for that."""
    state, text, found, escaped = "", "", [], False
    characters = data.decode("latin-1") if eight_bits else data.decode("utf-8", "replace")
    for character in characters:
        if character in "\x18\x1a":
            state, escaped = "", False
        elif character == "\x1b":
            if state == "osc":
                found.append(text)
            state, escaped = "", True
        elif character == "\x9d" or (escaped and character == "]"):
            state, text, escaped = "osc", "", False
        elif state == "osc" and character in "\x07\x9c":
            found.append(text)
            state = ""
        elif ord(character) < 32 or character == "\x7f":
            continue
        else:
            escaped = False
            text += character
    found += [text] if state == "osc" else []
    return [
        each
        for each in found
        if (number := re.match(r"\d+(?=;)", each))
        and (int(number[0]) % (1 << 32) in {52, 5522} or each.startswith("1337;Copy"))
    ]


def passed_on(data):
    """What tmux gives to the terminal that it is in."""
    parts = re.findall(rb"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\", data, re.DOTALL)
    return re.sub(rb"\x1b(.)", rb"\1", b"".join(parts), flags=re.DOTALL)


NASTY = st.lists(
    st.sampled_from(
        [
            *FORMS.values(), *PASSED,
            b"\x1b", b"\x1b", b"]", b"5", b"2", b"52", b";", b"c;aGk=", b"\x07", b"\x1b\\", b"\x9d",
            b"\xc2", b"\x9c", b"\x18", b"\0", b"0", b"\xe2\x80", b"\xff", b"1337", b";Co", b"py=",
            b"\x1bPtmux;", b"\x1b\x1b", b"\x1bP", b"x", b"\x1b%@", b"\x1b%G",
        ]
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=500)
@given(NASTY, st.lists(st.integers(0, 60), max_size=5))
@example([b"\x1b]5", WRITE, b"2;c;aGk=\x07"], [])
@example([b"\x1b", b"\x9d52;c;\x07", b"]52;c;aGk=\x07"], [])
@example([b"\x1bPtmux;\x1b\x1b]5\x1b\\", b"\x1bPtmux;2;c;aGk=\x07\x1b\\"], [])
@example([b"\x1bPtmux;\x1b\x1b\x1b\\", b"\x1bPtmux;]52;c;aGk=\x07\x1b\\"], [])
def test_nothing_reaches_the_clipboard_however_it_is_put_together(parts, cuts):
    data = b"".join(parts)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    shown = filtered(*(data[a:b] for a, b in pairwise(edges)))
    assert copied(shown) == []
    assert copied(passed_on(shown)) == []
    if b"\x1b%@" in data and b"\x1b%G" not in data:
        assert (
            copied(shown[shown.index(b"\x1b%@") :] if b"\x1b%@" in shown else b"", eight_bits=True)
            == []
        )
