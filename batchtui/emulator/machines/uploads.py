"""Output files: stored in blob containers once a task's command has ended."""

import glob
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from batchtui.emulator.machines.outcomes import Failed, Outcome
from batchtui.emulator.machines.storage import StorageError, put

VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)\}")
MISCELLANEOUS = "Miscellaneous error encountered while uploading one of the output files"
DENIED = "Access was denied when uploading one of the output files"
NO_CONTAINER = "The container for one of the output files was not found"


def upload_all(
    files: Iterable[Mapping[str, Any]],
    environment: Mapping[str, str],
    working: Path,
    outcome: Outcome,
) -> Failed | None:
    """Store what a task with such an outcome wants stored; why that failed, or None.

    As in the service, `fileuploadout.txt` and `fileuploaderr.txt` beside its output tell of it.
    """
    wanted = ("tasksuccess" if not outcome.failure else "taskfailure", "taskcompletion")
    said: list[str] = []
    failure: Failed | None = None
    for file in files:
        if str(file["uploadOptions"]["uploadCondition"]).lower() in wanted and not failure:
            failure = _upload(file, environment, working, said)
    if said or failure:
        (working.parent / "fileuploadout.txt").write_text("".join(said), "utf-8")
        text = f"{failure.message}\n" if failure else ""
        (working.parent / "fileuploaderr.txt").write_text(text, "utf-8")
    return failure


def _upload(
    file: Mapping[str, Any], environment: Mapping[str, str], working: Path, said: list[str]
) -> Failed | None:
    pattern = VARIABLE.sub(
        lambda found: environment.get(found[1] or found[2], ""), str(file["filePattern"])
    )
    container = file["destination"]["container"]
    url, path = str(container["containerUrl"]), str(container.get("path") or "")
    headers = {h["name"]: str(h.get("value", "")) for h in container.get("uploadHeaders") or ()}
    several = glob.has_magic(pattern)
    for name in sorted(glob.glob(pattern, root_dir=working, recursive=True)):  # noqa: PTH207 - its rules are the service's
        source = working / name
        if not source.is_file():
            continue
        own = shown(name, working)
        blob = f"{path}/{own}" if several and path else path or own
        try:
            put(url, blob, source, headers)
        except StorageError as error:
            return _failed(error.status, name)
        said.append(f"{name} -> {blob}\n")
    return None


def shown(name: str, working: Path) -> str:
    """A file's name in its container: from the working directory, or its own alone."""
    relative = os.path.relpath(working / name, working)
    return Path(name).name if relative.startswith("..") else relative


def _failed(status: int, name: str) -> Failed:
    details = {"FilePath": name}
    if status in {401, 403}:
        return Failed("FileUploadAccessDenied", DENIED, details)
    if status == 404:
        return Failed("FileUploadContainerNotFound", NO_CONTAINER, details)
    return Failed("FileUploadMiscError", MISCELLANEOUS, details)
