"""What help says of each key: no line of it is broken in 80 columns."""

import importlib
import pkgutil
from collections.abc import Iterator

from textual.binding import Binding
from textual.dom import DOMNode

import batchtui.ui
from batchtui.accounts import Accounts
from batchtui.config import Paths, Settings
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.screens.help import WORDS_WIDTH


def of_ours(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("batchtui."):
            yield each
        yield from of_ours(each)


def told() -> set[str]:
    for module in pkgutil.walk_packages(batchtui.ui.__path__, "batchtui.ui."):
        importlib.import_module(module.name)
    bindings = (each for kind in of_ours(DOMNode) for each in vars(kind).get("BINDINGS", ()))
    return {each.tooltip or each.description for each in bindings if isinstance(each, Binding)}


def test_words_for_every_key_fit_beside_it():
    words = told()
    assert "A shell on the node" in words
    assert [each for each in words if len(each) > WORDS_WIDTH] == []


def test_words_for_every_command_fit_beside_it(tmp_path):
    accounts = Accounts(Paths(tmp_path, tmp_path, tmp_path), Settings())
    words = {each.help for each in BatchtuiApp(accounts).commands.all}
    assert "Leave batchtui" in words
    assert [each for each in words if len(each) > WORDS_WIDTH] == []
