"""What a start task runs, and whether in a shell, as fields of the form. Pure."""

from dataclasses import dataclass, replace

from batchtui.batch.access_rules import is_windows
from batchtui.batch.command_line import in_shell, script_of
from batchtui.batch.known import Path
from batchtui.batch.lens import Answer, OfLines, PoolDraft, Text
from batchtui.batch.places import at, put, without

TASK: Path = ("startTask",)
_COMMAND: Path = (*TASK, "commandLine")
_IDENTITY: Path = (*TASK, "userIdentity")
_TASK_ASIDE, _SHELL_ASIDE = "start task", "shell"


@dataclass(frozen=True, slots=True)
class CommandLens(OfLines):
    """The command line. Without one there is no start task: what else it has is set aside."""

    def show(self, draft: PoolDraft) -> Answer:
        """The command line."""
        return Text(_COMMAND).show(draft)

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """Another one; the first one brings back what was set aside."""
        body, aside = draft.body, dict(draft.aside)
        if str(answer).strip():
            if TASK[0] not in body and _TASK_ASIDE in aside:
                body = put(body, TASK, aside.pop(_TASK_ASIDE))
            return Text(_COMMAND).put(replace(draft, body=body, aside=aside), answer)
        if rest := at(without(body, _COMMAND), TASK):
            aside[_TASK_ASIDE] = rest
        return replace(draft, body=without(body, TASK), aside=aside)


@dataclass(frozen=True, slots=True)
class ShellLens:
    """Whether a shell runs the command."""

    def show(self, draft: PoolDraft) -> Answer:
        """Whether the command line starts one for it."""
        return script_of(_command(draft)) is not None

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """With a shell, or without; a shell that was taken away comes back as it was."""
        if answer == self.show(draft) or not _command(draft):
            return draft
        now = _command(draft)
        if answer:
            before = draft.aside.get(_SHELL_ASIDE, {})
            shell = in_shell(now, windows=is_windows(draft.body))
            wanted = before["command"] if before.get("script") == now else shell
            return replace(draft, body=put(draft.body, _COMMAND, wanted))
        script = script_of(now)
        aside = {**draft.aside, _SHELL_ASIDE: {"script": script, "command": now}}
        return replace(draft, body=put(draft.body, _COMMAND, script), aside=aside)


def as_administrator(draft: PoolDraft) -> PoolDraft:
    """The draft with a start task that an administrator runs: the auto user, of the same scope."""
    scope = at(draft.body, (*_IDENTITY, "autoUser", "scope")) or "pool"
    wanted = {"autoUser": {"scope": scope, "elevationLevel": "admin"}}
    return replace(draft, body=put(draft.body, _IDENTITY, wanted))


def has_start_task(draft: PoolDraft) -> bool:
    """Whether the pool has one, maybe one that lacks its command yet."""
    return TASK[0] in draft.body


def has_containers(draft: PoolDraft) -> bool:
    """Whether the start task runs in a container, or could."""
    pool: Path = ("virtualMachineConfiguration", "containerConfiguration")
    mine: Path = (*TASK, "containerSettings")
    can = at(draft.body, pool) is not None or at(draft.body, mine) is not None
    return can and has_start_task(draft)


def _command(draft: PoolDraft) -> str:
    found = at(draft.body, _COMMAND)
    return found if isinstance(found, str) else ""
