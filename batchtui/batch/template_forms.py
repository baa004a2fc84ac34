"""The forms that files of pools have, each as what the service itself would take. Pure."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from batchtui.batch.known import Json
from batchtui.errors import TemplateError

_POOLS = "microsoft.batch/batchaccounts/pools"
# [parameters('x')] alone; what has any call of the template language in it.
_PLAIN = re.compile(r"\[\s*(parameters|variables)\(\s*'([^']+)'\s*\)\s*\]")
_CALL = re.compile(r"\[\s*[A-Za-z]+\(.*\)")
_SCALE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "autoScale": {
            "formula": "autoScaleFormula",
            "evaluationInterval": "autoScaleEvaluationInterval",
        },
        "fixedScale": {
            "targetDedicatedNodes": "targetDedicatedNodes",
            "targetLowPriorityNodes": "targetLowPriorityNodes",
            "resizeTimeout": "resizeTimeout",
        },
    }
)
Opened = tuple[dict[str, Any], list[str]]


def opened(value: object) -> Opened:
    """The pool in a file's JSON, and sentences on what is left out; TemplateError for none."""
    if isinstance(value, list) or (isinstance(value, Mapping) and "value" in value):
        raise TemplateError(
            "This is a list.", advice="Take one pool out of it: `az batch pool show` prints one."
        )
    if not isinstance(value, Mapping):
        raise TemplateError("This isn't a pool: it is no JSON object.")
    if "resources" in value:
        raise TemplateError(
            "This is a deployment of Resource Manager.",
            advice="Take the pool out of its resources, with its properties.",
        )
    if isinstance(value.get("job"), Mapping):
        raise TemplateError("This is a job's template, not a pool's.")
    if isinstance(value.get("pool"), Mapping):
        return _of_template(value, value["pool"])
    if isinstance(value.get("properties"), Mapping):
        return _of_resource(value)
    return dict(value), []


def _of_template(whole: Json, pool: Json) -> Opened:
    """A template of az's Batch extension: `parameters`, `variables`, and the `pool`."""
    if not isinstance(pool.get("properties"), Mapping):
        found, left_out = _resolved_object(pool, whole)
        return found, left_out
    properties, left_out = _resolved_object(pool["properties"], whole)
    found, more = _of_resource({**pool, "properties": properties})
    return found, [*left_out, *more]


def _resolved_object(pool: Json, whole: Json) -> Opened:
    left_out: list[str] = []
    parameters = _objects(whole, "parameters")
    variables = {
        name: _resolved(value, name, parameters, {}, left_out)
        for name, value in _objects(whole, "variables").items()
    }
    return dict(_resolved(pool, "", parameters, variables, left_out)), left_out


def _resolved(
    value: Any,  # noqa: ANN401 - JSON
    place: str,
    parameters: Json,
    variables: Json,
    left_out: list[str],
) -> Any:  # noqa: ANN401 - JSON
    """A part of a template with what its parameters and variables stand for; None for nothing."""

    def parts(items: Iterator[tuple[str | int, Any]]) -> Iterator[tuple[str | int, Any]]:
        for name, part in items:
            inside = f"{place}.{name}" if place else str(name)
            yield name, _resolved(part, inside, parameters, variables, left_out)

    if isinstance(value, Mapping):
        return dict(parts(iter(value.items())))
    if isinstance(value, list):
        return [part for _, part in parts(iter(enumerate(value)))]
    if not isinstance(value, str) or not _CALL.search(value):
        return value
    plain = _PLAIN.fullmatch(value)
    if plain is None:
        raise TemplateError(
            f"{place}: {value} can't be worked out here.",
            advice="Only [parameters('x')] and [variables('x')] that stand alone can.",
        )
    kind, name = plain.groups()
    known = parameters if kind == "parameters" else variables
    if name not in known:
        raise TemplateError(f"{place}: there is nothing called {name} in {kind}.")
    if kind == "variables":
        return known[name]
    default = known[name].get("defaultValue") if isinstance(known[name], Mapping) else None
    if default is None:
        left_out.append(f"{place} is left out: the parameter {name} has no default value.")
    return default


def _of_resource(resource: Json) -> Opened:
    """A pool of Resource Manager (recording arm-pool-get), or what az's extension puts so."""
    kind = str(resource.get("type", _POOLS))
    if kind.lower() != _POOLS:
        raise TemplateError(f"This is of type {kind}, not a pool.")
    properties = dict(resource["properties"])
    found: dict[str, Any] = {}
    if isinstance(resource.get("name"), str):
        found["id"] = resource["name"].rpartition("/")[2]
    found |= _objects(properties, "deploymentConfiguration")
    scale, left_out = _scale(_objects(properties, "scaleSettings"))
    found |= scale
    if (talk := properties.get("interNodeCommunication")) is not None:
        found["enableInterNodeCommunication"] = str(talk).lower() == "enabled"
    if isinstance(packages := properties.get("applicationPackages"), list):
        found["applicationPackageReferences"] = [_package(each) for each in packages]
    others = {
        "deploymentConfiguration", "scaleSettings", "interNodeCommunication",
        "applicationPackages",
    }  # fmt: skip
    rest = {name: value for name, value in properties.items() if name not in others}
    if "identity" in resource:
        rest["identity"] = resource["identity"]
    if resource.get("tags"):
        rest["resourceTags"] = resource["tags"]  # as the service called them
    return found | rest, left_out


def _scale(settings: Json) -> Opened:
    found: dict[str, Any] = {}
    left_out = []
    for kind, names in _SCALE.items():
        given = settings.get(kind)
        if not isinstance(given, Mapping):
            continue
        found["enableAutoScale"] = kind == "autoScale"
        found |= {names[name]: value for name, value in given.items() if name in names}
        left_out += [
            f"scaleSettings.{kind}.{name} is left out: a pool isn't created with it."
            for name, value in given.items()
            if name not in names and value is not None
        ]
    return found, left_out


def _package(reference: Any) -> Any:  # noqa: ANN401 - JSON
    """A package by its application's id, not by the id of its resource."""
    if not isinstance(reference, Mapping) or not isinstance(reference.get("id"), str):
        return reference
    rest = {name: value for name, value in reference.items() if name != "id"}
    return {"applicationId": reference["id"].rpartition("/")[2], **rest}


def _objects(value: Json, name: str) -> dict[str, Any]:
    found = value.get(name)
    return dict(found) if isinstance(found, Mapping) else {}
