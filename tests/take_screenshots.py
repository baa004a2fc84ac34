"""Writes screenshots/ from the running demo world: the same pictures at every run."""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pictures import VIEWS, map_of_many, port_of_usual_width, world

from batchtui.config import Paths

FOLDER = Path(__file__).parent.parent / "screenshots"
# What free ports, and the addresses that nodes have from them, are written as.
PORT = 45200
SIZE = (104, 28)
PICTURES = {
    "accounts": ("accounts", "batchtui-dark"),
    "pools": ("pools", "batchtui-dark"),
    "pools-light": ("pools", "batchtui-light"),
    "faults": ("all_faults", "batchtui-dark"),
    "nodes": ("nodes", "batchtui-dark"),
    "node-map": ("map_of_many", "batchtui-dark"),
    "node-details": ("node_details", "batchtui-dark"),
    "create-pool": ("create_pool", "batchtui-dark"),
    "create-pool-light": ("create_pool", "batchtui-light"),
    "start-task": ("start_step", "batchtui-dark"),
    "scale-pool": ("scale_step", "batchtui-dark"),
    "new-pool": ("new_pool_failed", "batchtui-dark"),
    "choose-theme": ("choose_theme", "batchtui-dark"),
    "pools-high-contrast": ("pools", "batchtui-high-contrast"),
    "pools-colour-blind": ("pools", "batchtui-colour-blind"),
    "choose-image": ("choose_image", "batchtui-dark"),
    "add-user": ("add_user", "batchtui-dark"),
    "files": ("files", "batchtui-dark"),
    "run": ("run_groups", "batchtui-dark"),
    "help": ("help_screen", "batchtui-light"),
}

SEEDS = {"node-map": "900"}  # of worlds that aren't the demo's


async def take(name, view, theme):
    """Write one picture."""
    port = port_of_usual_width()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        paths = Paths(home / "config", home / "data", home / "log")
        seed = SEEDS.get(name, "demo")
        async with world(paths, size=SIZE, theme=theme, port=port, seed=seed) as pilot:
            await view(pilot)
            await pilot.pause()
            svg = pilot.app.export_screenshot(title="batchtui")
    svg = svg.replace(f":{port}", f":{PORT}").replace(_network(port), _network(PORT))
    # Its ids are made from all that is in it.
    svg = re.sub(r"terminal-\d+-", "terminal-", svg)
    # Fonts from elsewhere would be fetched by whoever looks at the picture.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")
    print(name)


def _network(port):
    return f"127.{port >> 8}.{port & 255}."


def main():
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    views = {view.__name__: view for view in [*VIEWS, map_of_many]}
    for name, (view, theme) in PICTURES.items():
        asyncio.run(take(name, views[view], theme))


if __name__ == "__main__":
    main()
