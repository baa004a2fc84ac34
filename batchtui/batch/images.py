"""The images that the service supports right now."""

from msgspec import Raw

from batchtui.batch import convert
from batchtui.batch.models import SupportedImage
from batchtui.batch.service import BatchService, Listing

_PATH = "/supportedimages"

# Everything that is said of an image (source: the SDK's BatchSupportedImage).
FIELDS = (
    "nodeAgentSKUId", "imageReference", "osType", "capabilities", "batchSupportEndOfLife",
    "verificationType",
)  # fmt: skip


class Images:
    """Supported images of one account's region."""

    def __init__(self, service: BatchService) -> None:
        self._service = service

    async def supported(self) -> list[SupportedImage]:
        """Every image with the node agent that goes with it, as the service lists them."""
        rows = await self._service.rows(_PATH)
        return [convert.supported_image(row) for row in rows]

    def raws(self) -> Listing[Raw]:
        """The images as the service sends them; it can't be asked for some fields only."""
        return self._service.raws(_PATH)
