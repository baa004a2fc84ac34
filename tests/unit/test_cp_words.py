"""What the words of `batchtui cp` mean."""

import pytest

from batchtui.cp import Errand
from batchtui.errors import UsageError


def test_one_side_is_a_node_and_the_other_is_here():
    assert Errand.read(["a", "b/c"], "pool/abc:/x") == Errand(
        True, "pool", "abc", ["a", "b/c"], "/x"
    )
    assert Errand.read(["a"], "pool/*:") == Errand(True, "pool", "*", ["a"], "")
    assert Errand.read(["p/n:a:b", "p/n:c"], ".") == Errand(False, "p", "n", ["a:b", "c"], ".")
    # What is here and called like a node is said with ./ in front.
    assert Errand.read(["./p/n:a"], "p/n:x") == Errand(True, "p", "n", ["./p/n:a"], "x")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("a", "b"), "One side is POOL/NODE:PATH, the other is here."),
        (("p/n:a", "p/m:b", "."), "One side is POOL/NODE:PATH, the other is here."),
        (("p/n:a", "b", "."), "One side is POOL/NODE:PATH, the other is here."),
        (("p/n:a", "p/m:b"), "Nothing is copied from node to node."),
        (("p/n:", "."), "What is fetched from a node has a path: POOL/NODE:PATH."),
        (("a", "p/../n:b"), "One side is POOL/NODE:PATH, the other is here."),
    ],
)
def test_words_that_mean_nothing_are_told(words, said):
    with pytest.raises(UsageError, match=said):
        Errand.read(words[:-1], words[-1])
