"""The images that pools can be made of."""

from aiohttp import web

from batchtui.emulator import query
from batchtui.emulator.catalogue import supported_images
from batchtui.emulator.odata import IMAGE_FIELDS
from batchtui.emulator.state import state_of
from batchtui.emulator.wire import json_response

ORDER = (
    "imageReference", "verificationType", "nodeAgentSKUId", "capabilities", "osType",
    "batchSupportEndOfLife",
)  # fmt: skip


async def list_supported_images(request: web.Request) -> web.Response:
    """GET /supportedimages."""
    asked = query.read_query(request, IMAGE_FIELDS)
    rows = {f"{at:05d}": row for at, row in enumerate(supported_images())}
    found = query.page(sorted(rows), asked, rows.__getitem__)
    endpoint = state_of(request).world.endpoint
    return json_response(query.list_body(request, endpoint, "supportedimages", found, ORDER))
