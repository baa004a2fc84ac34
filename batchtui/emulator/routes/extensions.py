"""Extensions of nodes' virtual machines: list and get."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from batchtui.emulator.answers import element, listing
from batchtui.emulator.errors import BatchError
from batchtui.emulator.kinds import EXTENSIONS
from batchtui.emulator.routes.nodes import NODE, node_of
from batchtui.emulator.store import Json, Node

# Batch's own extension, which brings the agent; that of Windows is not recorded.
OWN = {
    "name": "batchNodeExtension",
    "publisher": "Microsoft.Azure.Extensions",
    "type": "CustomScript",
    "typeHandlerVersion": "2.0",
    "autoUpgradeMinorVersion": True,
}
OWN_WINDOWS = OWN | {
    "publisher": "Microsoft.Compute",
    "type": "CustomScriptExtension",
    "typeHandlerVersion": "1.10",
}
SHOWN = (
    "name", "publisher", "type", "typeHandlerVersion", "autoUpgradeMinorVersion",
    "enableAutomaticUpgrade", "settings", "provisionAfterExtensions",
)  # fmt: skip
DEFAULTS = {"autoUpgradeMinorVersion": False, "enableAutomaticUpgrade": False}

routes = web.RouteTableDef()


@routes.get(f"{NODE}/extensions", allow_head=False)
async def list_node_extensions(request: web.Request) -> web.Response:
    """The extensions of a node: those of its pool, then Batch's own (recorded order)."""
    items = {f"{at:04d}": item for at, item in enumerate(extensions_of(node_of(request)))}
    return listing(request, EXTENSIONS, list(items), items.__getitem__)


@routes.get(f"{NODE}/extensions/{{extension}}", allow_head=False)
async def get_node_extension(request: web.Request) -> web.Response:
    """One extension of a node; 404 ExtensionNotFound, a code that isn't documented."""
    name = request.match_info["extension"].lower()
    for item in extensions_of(node_of(request)):
        if item["vmExtension"]["name"].lower() == name:
            return element(request, EXTENSIONS, item)
    raise BatchError("ExtensionNotFound")


def extensions_of(node: Node) -> list[Json]:
    """What a node's machine was extended with; all of it is there once the agent ran.

    Cloud Services have no virtual machines to extend.
    """
    machine = node.pool.body.get("virtualMachineConfiguration")
    if machine is None:
        return []
    own = OWN_WINDOWS if node.pool.windows else OWN
    wanted = machine.get("extensions", ())
    return [_extension(node, each) for each in (*wanted, own)]


def _extension(node: Node, wanted: Mapping[str, Any]) -> Json:
    settings = DEFAULTS | {k: v for k, v in wanted.items() if v is not None}
    shown = {name: settings[name] for name in SHOWN if name in settings}
    booted = node.body.get("lastBootTime")
    return {
        "provisioningState": "Succeeded" if booted else "Creating",
        "instanceView": _view(wanted["name"], booted) if booted else {},
        "vmExtension": shown,
    }


def _view(name: str, at: str) -> Json:
    """How an extension fares, in the words of Azure's virtual machines."""
    status = {
        "code": "ProvisioningState/succeeded",
        "displayStatus": "Provisioning succeeded",
        "level": "Info",
        "time": at,
    }
    return {"name": name, "statuses": [status]}
