"""Writes screenshots/ from the running demo world: the same pictures at every run."""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pictures import VIEWS, world

from batchtui.config import Paths

FOLDER = Path(__file__).parent.parent / "screenshots"
PORT = 45100  # nodes' addresses are made from it
SIZE = (104, 28)
PICTURES = {
    "accounts": ("accounts", "batchtui-dark"),
    "pools": ("pools", "batchtui-dark"),
    "pools-light": ("pools", "batchtui-light"),
    "nodes": ("nodes", "batchtui-dark"),
    "node-details": ("node_details", "batchtui-dark"),
    "create-pool": ("create_pool", "batchtui-dark"),
    "create-pool-light": ("create_pool", "batchtui-light"),
    "choose-image": ("choose_image", "batchtui-dark"),
    "add-user": ("add_user", "batchtui-dark"),
    "help": ("help_screen", "batchtui-light"),
}


async def take(name, view, theme):
    """Write one picture."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        paths = Paths(home / "config", home / "data", home / "log")
        async with world(paths, size=SIZE, theme=theme, port=PORT) as pilot:
            await view(pilot)
            await pilot.pause()
            svg = pilot.app.export_screenshot(title="batchtui")
    # Fonts from elsewhere would be fetched by whoever looks at the picture.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")
    print(name)


def main():
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    views = {view.__name__: view for view in VIEWS}
    for name, (view, theme) in PICTURES.items():
        asyncio.run(take(name, views[view], theme))


if __name__ == "__main__":
    main()
