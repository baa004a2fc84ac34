import pytest
from azure.batch.models import BatchNode, BatchPool, BatchSupportedImage
from msgspec import Raw

from batchtui.batch import images, nodes, pools
from batchtui.batch.node import Node
from batchtui.batch.wire import NotJsonError, compact, is_object, narrowed, read_page, read_row


def rows(text):
    return read_page(text, Raw).rows


@pytest.mark.parametrize(
    ("fields", "model"),
    [(nodes.FIELDS, BatchNode), (pools.FIELDS, BatchPool), (images.FIELDS, BatchSupportedImage)],
)
def test_the_fields_that_may_be_asked_for_are_those_of_the_sdk(fields, model):
    model({})  # the SDK reads its own declarations when the first one is made
    known = {field._rest_name for field in model._attr_to_rest_field.values()}
    assert set(fields) == known - {"stats"}  # which needs $expand


def test_rows_as_they_were_sent_are_written_in_a_line():
    page = read_page(b'{"value": [{ "a": 1e2,\r\n "b": "x  y" }], "odata.nextLink": "n"}', Raw)
    assert (compact(page.rows[0]), page.next_link) == (b'{"a":1e2,"b":"x  y"}', "n")
    assert narrowed(page.rows[0], ["b", "c"]) == b'{"b":"x  y"}'


def test_half_a_surrogate_pair_is_kept_though_few_can_read_it():
    odd, also = rows(b'{"value": [{"a": "\\ud800", "b": [1]}, {"b": 2}]}')
    assert compact(odd) == b'{"a":"\\ud800","b":[1]}'
    assert narrowed(odd, ["b"]) == b'{"b":[1]}'
    assert compact(also) == b'{"b":2}'


@pytest.mark.parametrize(
    "body", [b'{"value": [{"a": "x\ny"}]}', b'{"value": [{"a": "\xff"}]}', b"[]", b"<html>", b""]
)
def test_a_page_that_is_no_json_is_refused_whole(body):
    with pytest.raises(NotJsonError):
        rows(body)


def test_rows_that_json_cannot_say_are_left_out():
    assert list(map(compact, rows(b'{"value": [{"a": NaN}, {"b": 1}]}'))) == [b'{"b":1}']


def test_what_is_no_object_is_told_from_one():
    assert [is_object(row) for row in rows(b'{"value": [ {}, 3, "{", null, [{}]]}')] == [
        True, False, False, False, False,
    ]  # fmt: skip


def test_a_row_with_a_field_of_another_type_is_read_without_it():
    (row,) = rows(b'{"value": [{"id": "n", "runningTasksCount": "three", "vmSize": "a1"}]}')
    node = read_row(row, Node)
    assert (node.id, node.tasks_running, node.vm_size) == ("n", 0, "a1")


@pytest.mark.parametrize("name", ["errors", "recentTasks"])
def test_an_object_in_the_place_of_a_list_is_missing(name):
    body = b'{"value": [{"id": "n", "%s": {"code": "x"}}]}' % name.encode()
    [node] = read_page(body, Node).rows
    assert (node.id, node.errors, node.recent_tasks) == ("n", (), ())
