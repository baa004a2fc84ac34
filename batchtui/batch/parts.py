"""What pools, nodes and images of the service have in common."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceFault:
    """An error that the service keeps with a pool or node, with its details by name."""

    code: str
    message: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ImageReference:
    """A Marketplace image by its four names, or any other image by its resource id."""

    publisher: str = ""
    offer: str = ""
    sku: str = ""
    version: str = ""
    image_id: str = ""
    exact_version: str = ""  # what a node really got, where `version` is `latest`

    @property
    def names(self) -> tuple[str, str, str]:
        """What tells an image of the Marketplace from all others but its versions."""
        return self.publisher, self.offer, self.sku

    @property
    def short(self) -> str:
        """Enough of the name to tell images of one table apart."""
        if self.offer:
            return f"{self.offer} {self.sku}".strip()
        return self.image_id.rstrip("/").rpartition("/")[2]

    @property
    def full(self) -> str:
        """The name as Azure's own tools write it: `publisher:offer:sku:version`."""
        if self.image_id:
            return self.image_id
        return ":".join((self.publisher, self.offer, self.sku, self.version or "latest"))
