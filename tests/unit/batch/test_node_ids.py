import pytest

from batchtui.batch.node_ids import one_of
from batchtui.errors import NotFoundError

ONE, OTHER = "tvmps_12ab_d", "tvmps_12cd_p"


def test_a_node_is_found_by_the_start_of_its_id():
    for text in (ONE, "tvmps_12ab_d", "12ab", "12a_d", "12_d"):
        assert one_of([ONE, OTHER], text, "p") == ONE


def test_what_means_none_or_two_is_said():
    with pytest.raises(NotFoundError, match="2 nodes of p begin so"):
        one_of([ONE, OTHER], "12", "p")
    with pytest.raises(NotFoundError, match="no such node: 9"):
        one_of([ONE, OTHER], "9", "p")
