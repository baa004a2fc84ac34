"""What a session says of where commands run."""

from dataclasses import replace

import pytest

from batchtui.access.accounts import Account
from batchtui.config import Paths, Settings
from batchtui.session import Session

LOCAL = Account("demo", "demo", "http://127.0.0.1:1234", source="demo")


@pytest.mark.parametrize(
    ("account", "here"),
    [
        (LOCAL, True),
        (replace(LOCAL, endpoint="http://localhost:1234"), True),
        (replace(LOCAL, pretends=True), False),
        (replace(LOCAL, endpoint="https://render.westeurope.batch.azure.com"), False),
    ],
)
async def test_commands_run_here_only_on_a_local_emulator_that_runs_something(
    account, here, tmp_path
):
    paths = Paths(tmp_path, tmp_path, tmp_path)
    async with Session(account, "a2V5", Settings(), paths) as session:
        assert bool(session.runs_here) is here
