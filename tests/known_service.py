"""What is known of the emulator's account, made of the same recordings as the emulator."""

from dataclasses import replace
from datetime import UTC, datetime

from conftest import recording

from batchtui.batch.convert import supported_image
from batchtui.batch.known import Known, VmSize
from batchtui.batch.models import SupportedImage
from batchtui.batch.parts import ImageReference

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def recorded_images():
    """Rows of the service's lists; 18.04 is only in the requests that were recorded."""
    names = ("supported-images", "supported-images-2025")
    rows = [row for name in names for row in recording(name)["response"]["body"]["value"]]
    return [
        *map(supported_image, rows),
        SupportedImage(
            ImageReference("canonical", "ubuntuserver", "18.04-lts"),
            "batch.node.ubuntu 18.04",
            "linux",
            verified=True,
            end_of_life=datetime(2025, 4, 1, tzinfo=UTC),
        ),
    ]


def vm_size(row):
    said = {each["name"]: each["value"] for each in row["capabilities"]}
    cores, gpus = int(said["vCPUs"]), int(said.get("GPUs", 0))
    end = row.get("batchSupportEndOfLife")
    return VmSize(
        row["name"],
        row["familyName"],
        cores,
        float(said["MemoryGB"]),
        gpus,
        said,
        datetime.fromisoformat(end) if end else None,
    )


def recorded_sizes():
    rows = recording("arm-virtual-machine-skus-full")["response"]["body"]["value"]
    return [vm_size(row) for row in rows]


KNOWN = Known(
    NOW,
    taken=frozenset({"taken"}),
    images=recorded_images(),
    sizes=recorded_sizes(),
    by_key=True,
    subscription="00000000-0000-0000-0000-000000000000",
    user_subscription=False,
)
# When the recordings were made, and in the accounts of whom is not known.
RECORDED = replace(KNOWN, now=datetime(2024, 1, 1, tzinfo=UTC), by_key=None, subscription=None)
