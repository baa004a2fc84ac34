"""Responses as they look on the service's wire."""

import re

import orjson
from aiohttp import web

JSON_TYPE = "application/json;odata=minimalmetadata"
LONGEST_IN_FORM = 256 * 1024
EMPTY = re.compile(rb'(?m)^( *)("(?:[^"\\]|\\.)*": )?(\[|\{)(\]|\})')
KEY = re.compile(rb'(?m)^( *"(?:[^"\\]|\\.)*"): ')
NEXT = re.compile(rb",\n *")


def write_json(value: object) -> bytes:
    """JSON as the service's OData library indents it.

    CRLF and two spaces, but only after an opening bracket and before a closing one, and none
    after a colon: errors so written have the very lengths that were recorded. Long lists have
    a line for each property, since all that takes ten times as long as writing them does.
    """
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    if len(text) > LONGEST_IN_FORM:
        return text.replace(b"\n", b"\r\n")
    if b"[]" in text or b"{}" in text:
        text = EMPTY.sub(rb"\1\2\3\n\1  \n\1\4", text)
    text = _without_space_after_keys(text)
    return NEXT.sub(b",", text).replace(b"\n", b"\r\n")


def _without_space_after_keys(text: bytes) -> bytes:
    if b'\\": ' in text:  # a string has what looks like the end of a key
        return KEY.sub(rb"\1:", text)
    return text.replace(b'": ', b'":')


def json_response(body: object, status: int = 200) -> web.Response:
    """A response with a body; success is chunked and an error has its length, as recorded."""
    response = web.Response(status=status, body=write_json(body))
    response.headers["Content-Type"] = JSON_TYPE
    if status < 400:
        response.enable_chunked_encoding()
    return response


class Bodiless(web.Response):
    """A response without a body, which aiohttp would dress otherwise: see `undress`."""

    def __init__(self, status: int) -> None:
        super().__init__(status=status)
        if status not in {204, 304}:
            self.enable_chunked_encoding()


def empty_response(status: int, **headers: str) -> web.Response:
    """A response without a body, chunked as recorded; `_` in a header's name stands for `-`."""
    length_is_told = "Content_Length" in headers
    response = web.Response(status=status) if length_is_told else Bodiless(status)
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


async def undress(request: web.Request, response: web.StreamResponse) -> None:
    """A signal's receiver: what has no body has no type and is chunked, even to HEAD; 204 isn't."""
    del request
    if isinstance(response, Bodiless):
        response.headers.pop("Content-Type", None)
        if response.status == 204:
            response.headers["Content-Length"] = "0"
        elif response.status != 304:
            response.headers["Transfer-Encoding"] = "chunked"
