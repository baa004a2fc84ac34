"""The images that the service supports right now."""

from batchtui.batch import convert
from batchtui.batch.models import SupportedImage
from batchtui.batch.service import BatchService


class Images:
    """Supported images of one account's region."""

    def __init__(self, service: BatchService) -> None:
        self._service = service

    async def supported(self) -> list[SupportedImage]:
        """Every image with the node agent that goes with it, as the service lists them."""
        rows = await self._service.rows("/supportedimages")
        return [convert.supported_image(row) for row in rows]
