"""The schema of a pool says what the SDK sends, and what is wrong in words for operators."""

import enum
import functools
import operator
import subprocess
import sys
import typing

import pytest
from azure.batch import models
from jsonschema import Draft202012Validator
from pool_bodies import LINUX, OF_WINDOWS

from batchtui.batch.known import Problem
from batchtui.batch.schema import (
    default_of,
    description_of,
    pool_schema,
    shape_problems,
    subschema,
)

# The SDK requires it, and says in the same docstring what it is when it is left out.
NOT_REQUIRED = {("BatchTaskSchedulingPolicy", "nodeFillType")}
# Optional in the SDK's type; "This property must be specified" in its docstring.
REQUIRED = {("BatchPoolCreateOptions", "virtualMachineConfiguration")}
LICENSES = ["Windows_Server", "Windows_Client"]
JSON_TYPES = {str: "string", int: "integer", bool: "boolean", dict: "object"}
NAMES = {"_models": models, "str": str, "Union": typing.Union, "Optional": typing.Optional}


def properties(model):
    """Each property that is sent: its wire name, its type, and whether it has to be there."""
    hints = typing.get_type_hints(model, NAMES)
    for name, field in vars(model).items():
        if type(field).__name__ != "_RestField" or field._visibility == ["read"]:
            continue
        kind = hints[name]
        optional = type(None) in typing.get_args(kind)
        parts = [each for each in typing.get_args(kind) if each is not type(None)]
        yield field._rest_name_input or name, (parts if optional else [kind]), not optional


def models_below(model, found):
    if model not in found:
        found.append(model)
        for _, kinds, _ in properties(model):
            for each in flat(kinds):
                if isinstance(each, type) and each.__module__ == model.__module__:
                    models_below(each, found)
    return found


def flat(kinds):
    for kind in kinds:
        yield kind
        yield from flat(typing.get_args(kind))


MODELS = models_below(models.BatchPoolCreateOptions, [])


def schema_of(model):
    whole = pool_schema()
    return whole if model is models.BatchPoolCreateOptions else whole["$defs"][model.__name__]


def test_each_model_below_a_pool_has_its_definition_and_there_are_no_others():
    assert {model.__name__ for model in MODELS[1:]} == set(pool_schema()["$defs"])
    assert len(MODELS) == 50


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_definition_has_the_models_properties_types_choices_and_what_is_required(model):
    schema, sent = schema_of(model), {name: rest for name, *rest in properties(model)}
    assert set(schema["properties"]) == set(sent)
    assert schema["additionalProperties"] is False
    required = {name for name, (_, needed) in sent.items() if needed}
    for of, name in NOT_REQUIRED | REQUIRED:
        if of == model.__name__:
            required ^= {name}
    assert set(schema.get("required", ())) == required
    for name, (kinds, _) in sent.items():
        check_type(schema["properties"][name], kinds)


def check_type(schema, kinds):
    kind = kinds[0] if len(kinds) == 1 else functools.reduce(operator.or_, kinds)
    choices = [each for each in flat([kind]) if isinstance(each, enum.EnumMeta)]
    if typing.get_origin(kind) is list:
        assert schema["type"] == "array"
        check_type(schema["items"], typing.get_args(kind))
    elif choices:
        assert schema["enum"] == [each.value for each in choices[0]]
    elif kind.__module__ == models.UserAccount.__module__:
        assert schema["$ref"] == f"#/$defs/{kind.__name__}"
    elif kind.__name__ == "timedelta":
        assert (schema["type"], schema["format"]) == ("string", "duration")
    else:
        assert schema["type"] == JSON_TYPES[typing.get_origin(kind) or kind]
        assert schema.get("enum", LICENSES) == LICENSES


def test_all_is_said_in_a_sentence_or_two_that_fit_a_line_or_two():
    said = [
        property_schema["description"]
        for each in (pool_schema(), *pool_schema()["$defs"].values())
        for property_schema in (each, *each["properties"].values())
    ]
    assert all(10 < len(text) <= 140 and text.endswith(".") for text in said), [
        text for text in said if not 10 < len(text) <= 140 or not text.endswith(".")
    ]


def test_each_definition_names_its_source_and_the_whole_is_a_valid_schema():
    assert all(each["$comment"] for each in (pool_schema(), *pool_schema()["$defs"].values()))
    Draft202012Validator.check_schema(pool_schema())


def test_each_default_is_right_by_its_own_schema():
    for each in (pool_schema(), *pool_schema()["$defs"].values()):
        for schema in each["properties"].values():
            if "default" in schema:
                Draft202012Validator(schema).validate(schema["default"])


@pytest.mark.parametrize("body", [LINUX, OF_WINDOWS], ids=["linux", "windows"])
def test_a_pool_with_everything_has_no_problem(body):
    assert shape_problems(body) == []


def pool(**more):
    return {
        "id": "p",
        "vmSize": "standard_d2s_v3",
        "virtualMachineConfiguration": {
            "imageReference": {"publisher": "a", "offer": "b", "sku": "c"},
            "nodeAgentSKUId": "d",
        },
        **more,
    }


def endpoints(**more):
    nat = {
        "name": "ssh", "protocol": "tcp", "backendPort": 22,
        "frontendPortRangeStart": 15000, "frontendPortRangeEnd": 15100,
    }  # fmt: skip
    return {"networkConfiguration": {"endpointConfiguration": {"inboundNATPools": [nat | more]}}}


NAT = ("networkConfiguration", "endpointConfiguration", "inboundNATPools", 0)


@pytest.mark.parametrize(
    ("body", "path", "text"),
    [
        ({"id": None}, ("id",), "A pool needs an id."),
        ({"id": "a b"}, ("id",), "1 to 64 letters, digits, - and _."),
        ({"id": "line\n"}, ("id",), "1 to 64 letters, digits, - and _."),
        ({"id": "\u212a"}, ("id",), "1 to 64 letters, digits, - and _."),
        ({"virtualMachineConfiguration": None}, ("virtualMachineConfiguration",),
         "Choose an image."),
        ({"virtualMachineConfiguration": {"nodeAgentSKUId": "x"}},
         ("virtualMachineConfiguration", "imageReference"), "Choose an image."),
        ({"displayName": "x" * 1025}, ("displayName",), "At most 1024 characters: these are 1025."),
        ({"displayName": 7}, ("displayName",), "A text, in quotes."),
        ({"metadata": {}}, ("metadata",), "A list, in square brackets."),
        ({"metadata": [7]}, ("metadata", 0), "Names with values, in braces."),
        ({"metadata": [None]}, ("metadata", 0), "Names with values, in braces."),
        ({"metadata": [{"name": "", "value": ""}]}, ("metadata", 0, "name"), "Not empty."),
        ({"enableAutoScale": "true"}, ("enableAutoScale",), "true or false, without quotes."),
        ({"taskSlotsPerNode": "2"}, ("taskSlotsPerNode",), "A whole number from 1 to 256."),
        ({"taskSlotsPerNode": True}, ("taskSlotsPerNode",), "A whole number from 1 to 256."),
        ({"taskSlotsPerNode": 2.0}, ("taskSlotsPerNode",), "A whole number from 1 to 256."),
        ({"taskSlotsPerNode": 257}, ("taskSlotsPerNode",), "A whole number from 1 to 256."),
        ({"resizeTimeout": "15"}, ("resizeTimeout",), "A duration, such as PT15M."),
        ({"vmsize": "x"}, ("vmsize",), "There is no property vmsize here. Is it vmSize?"),
        ({"nonsense": 1}, ("nonsense",), "There is no property nonsense here."),
        ({"startTask": {}}, ("startTask", "commandLine"), "A start task needs a command."),
        ({"userAccounts": [{"name": "a"}]}, ("userAccounts", 0, "password"),
         "password is missing."),
        (endpoints(protocol="tpc"), (*NAT, "protocol"), "One of tcp, udp."),
        (endpoints(backendPort=29876), (*NAT, "backendPort"),
         "A port from 1 to 65535, but not 29876 or 29877."),
        ({"mountConfiguration": [{"nfsMountConfiguration": {
            "source": "h:/x", "relativeMountPath": "a/../b"}}]},
         ("mountConfiguration", 0, "nfsMountConfiguration", "relativeMountPath"),
         "A relative path that stays inside, such as data/in."),
        ({"applicationPackageReferences": [{"applicationId": "a"}] * 11},
         ("applicationPackageReferences",), "At most 10: these are 11."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_place(body, path, text):
    assert shape_problems(pool(**body)) == [Problem(path, text)]


def test_a_pool_that_is_no_object_is_wrong_as_a_whole():
    assert shape_problems([]) == [Problem((), "Names with values, in braces.")]


def test_null_is_as_if_it_were_not_there_and_case_does_not_count():
    network = endpoints(protocol="TCP", networkSecurityGroupRules=None)
    assert shape_problems(pool(displayName=None, startTask=None, **network)) == []


def test_the_library_for_it_is_loaded_by_the_first_check_only():
    loaded = "'jsonschema' in sys.modules"
    code = (
        "import sys; from batchtui.batch import rules, schema; schema.description_of(('id',));"
        f"print({loaded}); schema.shape_problems(1); print({loaded})"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]


def test_whatever_an_extension_is_given_is_none_of_its_business():
    extension = {"name": "e", "publisher": "p", "type": "t", "settings": {"a": [None, {"b": 1}]}}
    machine = pool()["virtualMachineConfiguration"] | {"extensions": [extension]}
    assert shape_problems(pool(virtualMachineConfiguration=machine)) == []


def test_a_place_is_described_with_its_default_and_limits():
    assert "Default 15 minutes" in description_of(("resizeTimeout",))
    assert default_of(("resizeTimeout",)) == "PT15M"
    assert subschema((*NAT, "backendPort"))["maximum"] == 65535
    assert subschema(NAT)["required"][0] == "name"
    # What the place itself says goes before what its type says in general.
    assert description_of(("startTask", "containerSettings")).startswith("The container that")
    assert subschema(("startTask", "containerSettings"))["properties"]["imageName"]


@pytest.mark.parametrize("path", [("nonsense",), ("id", "x"), ("metadata", "x"), (0, 1)])
def test_of_a_place_that_is_none_nothing_is_known(path):
    assert (description_of(path), default_of(path), subschema(path)) == ("", None, {})
