"""The Python that makes a pool with the SDK of Azure Batch (azure-batch 15.1), to copy. Pure.

Importing the SDK takes long: call this in a thread.
"""

import re
import typing
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from batchtui.batch.durations import read_duration
from batchtui.batch.known import Json, Path
from batchtui.batch.masked import SIGNATURE, is_secret_name
from batchtui.batch.python_layout import Block, Node, Text, call, laid_out, literal
from batchtui.visible import visible

_POOL = "BatchPoolCreateOptions"
_UNITS = (("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1))


def create_pool(body: Json, endpoint: str, account: str) -> str:
    """A program that makes the pool; secrets are read from its environment.

    Durations are sent as the SDK writes them, which is another way to write the same.
    """
    pool = _Pool()
    made = laid_out("pool = ", pool.model(body, (), _POOL))
    imports = [*(["import json"] if "json.loads(" in made else []), "import os"]
    if "timedelta(" in made:
        imports.append("from datetime import timedelta")
    signed = call("AzureNamedKeyCredential", [
        ("", literal(account)), ("", 'os.environ["AZURE_BATCH_ACCESS_KEY"]'),
    ])  # fmt: skip
    client = call("BatchClient", [("", literal(endpoint)), ("", "credential")])
    return "\n".join(
        (
            *_heading(pool.secrets),
            *imports,
            "",
            "from azure.batch import BatchClient, models",
            "from azure.core.credentials import AzureNamedKeyCredential",
            "",
            laid_out("credential = ", signed),
            made,
            laid_out("with ", client, " as client:"),
            "    client.create_pool(pool)",
            "",
        )
    )


def _heading(secrets: Mapping[str, Path]) -> Iterable[str]:
    if secrets:
        yield "# In the environment are the account's key and the pool's secrets:"
        for name, path in secrets.items():
            yield f"#   {name}: {visible('.'.join(map(str, path)))}"
        yield ""


class _Pool:
    """Writes a pool's JSON as calls of the SDK's models, and gathers its secrets by name."""

    def __init__(self) -> None:
        self.secrets: dict[str, Path] = {}

    def model(self, value: Mapping[str, Any], path: Path, name: str) -> Node:
        """A model's call; by the wire's names where the SDK doesn't know one of them."""
        known = _attributes(name)
        given = {wire: part for wire, part in value.items() if part is not None}
        if not known.keys() >= given.keys():
            return call(f"models.{name}", [("", self.plain(given, path))])
        return call(
            f"models.{name}",
            [
                (known[wire][0], self._value(part, (*path, wire), known[wire][1]))
                for wire, part in given.items()
            ],
        )

    def _value(self, value: Any, path: Path, kind: Any) -> Node:  # noqa: ANN401 - JSON, a type
        model = _model_of(kind)
        if isinstance(value, list) and model:
            return Block("[", "]", [("", self._value(part, (*path, index), kind))
                                    for index, part in enumerate(value)])  # fmt: skip
        if isinstance(value, Mapping) and model and not _is_secret(path):
            return self.model(value, path, model)
        length = read_duration(value) if isinstance(value, str) and kind is timedelta else None
        # The SDK writes a length of nothing as `P`, which is none.
        return _timedelta(length) if length else self.plain(value, path)

    def plain(self, value: Any, path: Path) -> Node:  # noqa: ANN401 - JSON
        """JSON as Python writes it."""
        if _is_secret(path):
            secret = self._secret(path)
            return f"json.loads({secret})" if isinstance(value, Mapping) else secret
        if isinstance(value, str):
            return self._secret(path) if SIGNATURE.search(value) else Text(value)
        if isinstance(value, Mapping):
            return Block("{", "}", [(f"{literal(name)}: ", self.plain(part, (*path, name)))
                                    for name, part in value.items()])  # fmt: skip
        if isinstance(value, list):
            return Block("[", "]", [("", self.plain(part, (*path, index)))
                                    for index, part in enumerate(value)])  # fmt: skip
        return literal(value)

    def _secret(self, path: Path) -> str:
        word = next((step for step in reversed(path) if isinstance(step, str)), "")
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).upper()
        stem = re.sub(r"[^A-Z0-9_]", "", words) or "SECRET"
        name, number = stem, 1
        while name in self.secrets:
            number += 1
            name = f"{stem}_{number}"
        self.secrets[name] = path
        return f'os.environ["{name}"]'


def _is_secret(path: Path) -> bool:
    return bool(path) and is_secret_name(path[-1])


def _timedelta(length: timedelta) -> Node:
    seconds = length.total_seconds()
    name, size = next((unit for unit in _UNITS if seconds % unit[1] == 0), _UNITS[-1])
    count = seconds / size
    return call("timedelta", [(name, literal(int(count) if count == int(count) else count))])


@cache
def _attributes(name: str) -> Mapping[str, tuple[str, Any]]:
    """A model's attributes and their types, by their names on the wire."""
    from azure.batch import models

    model = getattr(models, name)
    kinds = typing.get_type_hints(model, localns={"_models": models})
    # A model is a mapping by the wire's names.
    return {
        next(iter(model(**{each: {}}))): (each, _bare(kind))
        for each, kind in kinds.items()
        if not each.startswith("_")
    }


def _bare(kind: Any) -> Any:  # noqa: ANN401 - a type
    """A type without None; a list's is that of its items."""
    if typing.get_origin(kind) is list:
        return _bare(typing.get_args(kind)[0])
    if typing.get_origin(kind) is typing.Union:
        rest = [each for each in typing.get_args(kind) if each is not type(None)]
        return _bare(rest[0]) if len(rest) == 1 else kind
    return kind


def _model_of(kind: Any) -> str:  # noqa: ANN401 - a type
    """The name of a model's type, or nothing."""
    from azure.batch import models

    name: str = getattr(kind, "__name__", "")
    is_model = isinstance(kind, type) and issubclass(kind, Mapping)
    return name if is_model and getattr(models, name, None) is kind else ""
