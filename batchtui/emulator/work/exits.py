"""What a task's exit conditions say is to be done about its job and those that wait for it."""

from batchtui.emulator.machines.outcomes import Outcome
from batchtui.emulator.store import Json, Task


def satisfies(task: Task, outcome: Outcome) -> bool:
    """Whether those that depend on a task may run: by default when it exited with 0."""
    default = "block" if outcome.failure else "satisfy"
    return str(_options(task, outcome).get("dependencyAction", default)).lower() == "satisfy"


def job_action(task: Task, outcome: Outcome) -> str:
    """What becomes of the job if it acts on tasks' failures: by default it is terminated."""
    default = "terminate" if outcome.failure else "none"
    return str(_options(task, outcome).get("jobAction", default)).lower()


def _options(task: Task, outcome: Outcome) -> Json:
    conditions: Json = task.body.get("exitConditions") or {}
    code = outcome.exit_code
    if code is None:
        return conditions.get("preProcessingError") or conditions.get("default") or {}
    for exact in conditions.get("exitCodes") or ():
        if exact["code"] == code:
            return exact["exitOptions"] or {}
    for span in conditions.get("exitCodeRanges") or ():
        if span["start"] <= code <= span["end"]:
            return span["exitOptions"] or {}
    uploading = conditions.get("fileUploadError") if outcome.exit_code == 0 else None
    return (uploading or conditions.get("default") or {}) if outcome.failure else {}
