"""What becomes of the tasks that run on nodes, in words. Pure."""

from batchtui.batch.resize import DEALLOCATIONS
from batchtui.ui.acts.act import Question
from batchtui.words import plural

_COST = {
    "requeue": "will be requeued",
    "terminate": "will be ended, and not run again",
    "taskcompletion": "will be waited for; no new one begins",
    "retaineddata": "will be waited for until their data's retention ends; no new one begins",
}
OPTION = "option"


def question(*, retained: bool = True) -> Question:
    """What to do with running tasks; not every call can wait for `retained` data."""
    choices = tuple(
        (f"{name}: {meaning}", name)
        for name, meaning in DEALLOCATIONS.items()
        if retained or name != "retaineddata"
    )
    return Question(OPTION, "Running tasks", "requeue", choices)


def cost(running: int, option: str) -> str:
    """What an option means for so many running tasks."""
    if not running:
        return "no running tasks"
    return f"{plural(running, 'running task')} {_COST[option]}"
