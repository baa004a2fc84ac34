import pytest

from batchtui.many.kept import Kept


def kept(*parts):
    made = Kept()
    for part in parts:
        made.add(part)
    return made


def test_a_little_is_kept_whole():
    made = kept(b"one\r\n", b"tw", b"o\n")
    assert made.data == b"one\r\ntwo\n"
    assert made.lines == ["one", "two"]
    assert made.left_out == 0
    assert kept().lines == []


@pytest.mark.parametrize("part", [1000, 1 << 16, 1 << 22])
def test_of_much_the_beginning_and_the_end_are_kept_with_a_note_between(part):
    whole = b"".join(b"%08d\n" % number for number in range(1 << 18))
    made = kept(*(whole[at : at + part] for at in range(0, len(whole), part)))
    head, note, tail = made.data.partition(b"\n\xe2\x80\xa6 ")
    assert whole.startswith(head)
    assert whole.endswith(tail.partition(b"\n")[2])
    assert len(head) == 1 << 16
    assert note
    assert made.left_out == len(whole) - (1 << 17)
    assert f"… {made.left_out:,} bytes left out …" in made.lines


def test_what_is_not_kept_tells_two_outputs_apart_all_the_same():
    many = b"x" * (1 << 20)
    one, other = kept(many, b"a", many), kept(many, b"b", many)
    assert one.data == other.data
    assert one.digest != other.digest
    assert kept(b"a", b"b").digest == kept(b"ab").digest
