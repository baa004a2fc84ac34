"""The images that pools can be made of."""

from aiohttp import web

from batchtui.emulator.answers import listing
from batchtui.emulator.catalogue import supported_images
from batchtui.emulator.kinds import IMAGES

routes = web.RouteTableDef()


@routes.get("/supportedimages", allow_head=False)
async def list_supported_images(request: web.Request) -> web.Response:
    """All images with their node agents."""
    rows = {f"{at:05d}": row for at, row in enumerate(supported_images())}
    return listing(request, IMAGES, sorted(rows), rows.__getitem__)
