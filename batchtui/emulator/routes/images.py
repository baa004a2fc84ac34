"""The images that pools can be made of."""

from aiohttp import web

from batchtui.emulator.answers import listing
from batchtui.emulator.catalogue import dated, supported_images
from batchtui.emulator.kinds import IMAGES
from batchtui.emulator.state import state_of

routes = web.RouteTableDef()


@routes.get("/supportedimages", allow_head=False)
async def list_supported_images(request: web.Request) -> web.Response:
    """All images with their node agents."""
    ends = state_of(request).world.image_ends
    rows = {f"{at:05d}": dated(row, ends) for at, row in enumerate(supported_images())}
    return listing(request, IMAGES, sorted(rows), rows.__getitem__)
