"""Which image the nodes of a pool are made of: checked as the service checks it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from batchtui.emulator.bodies.caller import Caller
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.bodies.shapes import Shape, exactly_one, required, text_like, words
from batchtui.emulator.catalogue import (
    dated,
    find_image,
    has_publisher_offer_sku,
    is_past,
    supported_images,
)
from batchtui.emulator.errors import BatchError, bad_property

COMPUTE = (
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
    "/providers/Microsoft.Compute/"
)
# Recorded in pool-create-400-image-id.
IMAGE_IDS = (
    f"{COMPUTE}images/{{imageName}}",
    (
        f"{COMPUTE}galleries/{{galleryName}}/images/{{galleryImageName}}"
        "/versions/{galleryImageVersionName}"
    ),
    f"{COMPUTE}galleries/{{galleryName}}/images/{{galleryImageName}}",
)
IMAGE_ID = "|".join(re.sub(r"\{\w+\}", "[^/]+", each) for each in IMAGE_IDS)
MUST_BE = "The specified resource id must be of the format {}, {}, or {}".format(*IMAGE_IDS)
SHARED = "The value must be the id of a shared gallery's image"
COMMUNITY = "The value must be the id of a community gallery's image"
IDS = ("virtualMachineImageId", "sharedGalleryImageId", "communityGalleryImageId")

MARKET = Shape(
    publisher=required(words),
    offer=required(words),
    sku=required(words),
    version=words,
)
OWN = Shape(
    virtualMachineImageId=text_like(IMAGE_ID, MUST_BE),
    sharedGalleryImageId=text_like("/sharedGalleries/[^/]+/images/.+", SHARED),
    communityGalleryImageId=text_like("/communityGalleries/[^/]+/images/.+", COMMUNITY),
)


def image_reference(body: Mapping[str, Any], name: str) -> Json:
    """A reference to an image of the marketplace, or by one id; a version is filled in."""
    reference = body[name]
    if not isinstance(reference, dict):
        raise bad_property(name, reference, "The value must be an object")
    if any(reference.get(each) is not None for each in IDS):
        exactly_one(reference, *IDS, "publisher", "offer", "sku", "version")
        return OWN.read(reference)
    image = MARKET.read(reference)
    return image if "version" in image else image | {"version": "latest"}


def check_image(machine: Mapping[str, Any], now: datetime, caller: Caller) -> None:
    """400 for an image that isn't there, is past its end, or has another node agent."""
    reference, agent = machine["imageReference"], machine["nodeAgentSKUId"]
    if "publisher" in reference:
        _check_marketplace(reference, agent, now, caller)
        return
    if not any(row["nodeAgentSKUId"] == agent.lower() for row in supported_images()):
        raise bad_property("nodeAgentSKUId", agent, "There is no such node agent")
    if image_id := reference.get("virtualMachineImageId"):
        caller.check_resource("virtualMachineImageId", image_id)


def _check_marketplace(
    reference: Mapping[str, Any], agent: str, now: datetime, caller: Caller
) -> None:
    named = "imageReference with publisher {publisher} offer {offer} sku {sku}".format(**reference)
    row = find_image(reference, agent)
    if row is None and has_publisher_offer_sku(reference):
        reason = f"The nodeAgentSKUId {agent} does not match the specified {named}."
        raise bad_property("nodeAgentSKUId", agent, reason)
    if row is None:
        raise _bad_image(f"The specified {named} is not supported.")
    if is_past(dated(row, caller.image_ends), now):
        raise _bad_image(f"The specified {named} is past the end of its support.")


def _bad_image(reason: str) -> BatchError:
    return BatchError(
        "InvalidPropertyValue", ("PropertyName", "imageReference"), ("Reason", reason)
    )


def is_windows(machine: Mapping[str, Any]) -> bool:
    """Whether a machine's node agent is one for Windows."""
    return "windows" in str(machine["nodeAgentSKUId"]).lower()
