"""What each screen looks like, as text: `--snapshot-update` writes them anew."""

import re

import pytest
from driving import screen_text
from pictures import VIEWS, world

from batchtui.ui.screens.base import HouseScreen


def without_chance(text):
    """Ports are free ones, users are who they are, and a second may pass while one looks."""

    def same_width(found, what):
        return what.ljust(len(found))[: len(found)]

    text = re.sub(r"http://127\.0\.0\.1:\d+ *", lambda m: same_width(m[0], "http://ENDPOINT"), text)
    text = re.sub(
        r"127\.\d+\.\d+\.(\d+):(\d+)(?: →| *)",
        lambda m: (
            f"127.A.B.{m[1]}:{m[2]} →"
            if m[0].endswith("→")
            else same_width(m[0], f"127.A.B.{m[1]}:{m[2]}")
        ),
        text,
    )
    # As wide as in the worlds of pictures.py, whose ports are chosen for it.
    text = re.sub(r"\b127\.\d{3}\.\d{3}\.(?=\d+ )", "127.AAA.BBB.", text)
    text = re.sub(r"@127\.\d+\.\d+\.", "@127.AAA.BBB.", text)
    text = re.sub(r"as [a-z0-9_-]+\. +", lambda m: same_width(m[0], "as USER."), text)
    text = re.sub(
        r"this machine, as [a-z0-9_-]+\.$", "this machine, as USER.", text, flags=re.MULTILINE
    )
    text = re.sub(r"\b[0-9]s ago", "0s ago", text)
    text = re.sub(r"\.\d{3,7}Z", ".0Z", text)
    text = re.sub(r'"0x[0-9A-F]{15}"', '"0xETAG"', text)
    return "\n".join(line.rstrip() for line in text.split("\n"))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
async def test_screen(view, size, paths, screens):
    async with world(paths, size=size) as pilot:
        await view(pilot)
        await pilot.pause()
        text = screen_text(pilot.app)
        assert without_chance(text) == screens
        # How to leave and where to find the other keys are always in sight.
        keys = text.split("\n")[-1]
        assert "esc " in keys or " Close" in keys
        assert " Help" in keys or not isinstance(pilot.app.screen, HouseScreen)
