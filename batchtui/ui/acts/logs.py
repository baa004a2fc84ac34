"""The logs of nodes' agents, uploaded to a storage container: what Azure's support asks for."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from batchtui.batch import az
from batchtui.batch.bulk import Bulk, Step
from batchtui.batch.logs import LogUpload, container_of
from batchtui.ui.acts.act import Answers, Question
from batchtui.ui.acts.nodes import NodeAct
from batchtui.words import moment, plural

_AGO = re.compile(r"(\d{1,4})\s*([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_NO_TIME = "A time in UTC such as 2026-03-02 04:30, or how long ago: 30m, 6h, 2d."


class UploadLogs(NodeAct):
    """Let nodes upload their agents' logs. The container's URL is a secret."""

    verb, doing, done = "Upload logs of", "Uploading logs of", "uploading their logs"

    def questions(self) -> Sequence[Question]:
        """Where to, and which."""
        return (
            Question(
                "url",
                "Container",
                hint="its URL with a signature (SAS) that may write",
                secret=True,
            ),
            Question("start", "From", "1d", hint="a time in UTC, or 30m, 6h, 2d ago"),
            Question("end", "To", hint="now, unless another time is given"),
        )

    def problems(self, answers: Answers) -> Mapping[str, str]:
        """The URL of a container, and times in order."""
        found = {}
        if not container_of(answers["url"]):
            found["url"] = (
                "The URL of a container: https://ACCOUNT.blob.core.windows.net/NAME?sig=…"
            )
        start, end = self._time(answers["start"]), self._time(answers["end"])
        if start is None:
            found["start"] = _NO_TIME
        if answers["end"].strip() and end is None:
            found["end"] = _NO_TIME
        elif start and end and end < start:
            found["end"] = "The end can't be before the start."
        return found

    def tells(self, bulk: Bulk) -> bool:
        """Where the logs will be stands nowhere else."""
        del bulk
        return True

    def effect(self, answers: Answers) -> Sequence[str]:
        """Where to and from when, without what is secret of it."""
        where = container_of(answers["url"]) or "the container"
        start, end = self._time(answers["start"]), self._time(answers["end"])
        until = f" to {moment(end)}" if end else ""
        which = f"from {moment(start)}{until}"
        return (f"{self.share(self.nodes)} upload their agents' logs {which}, to {where}.",)

    def steps(self, answers: Answers, left: Sequence[str]) -> Sequence[Step]:
        """A call a node, which tells where its logs will be: the service doesn't wait for them.

        Source: UploadBatchServiceLogsResult of the SDK.
        """
        start = self._time(answers["start"]) or self.session.now()
        wanted = LogUpload(answers["url"].strip(), start, self._time(answers["end"]))

        def step(node_id: str) -> Step:
            async def call() -> str:
                logs = await self.calls.upload_logs(self.pool.id, node_id, wanted)
                return f"{plural(logs.files, 'file')} on the way to {logs.directory}"

            return Step((node_id,), call)

        return [step(node_id) for node_id in left]

    def az(self, answers: Answers, left: Sequence[str]) -> str:
        """A line a node; the URL is left to a variable."""
        start = self._time(answers["start"]) or self.session.now()
        return az.upload_logs(self.pool.id, left, start, self._time(answers["end"]))

    def _time(self, text: str) -> datetime | None:
        return read_time(text, self.session.now())


def read_time(text: str, now: datetime) -> datetime | None:
    """A time as it is typed: in UTC unless it says otherwise, or how long ago."""
    ago = _AGO.fullmatch(text.strip().lower())
    if ago:
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(text.strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
