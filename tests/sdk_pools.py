"""Pools over all that creating one takes, generated from the SDK's models: of their types alone."""

import enum
import typing
from datetime import datetime, timedelta

from azure.batch import models
from hypothesis import strategies as st

NAMES = {"_models": models, "str": str, "Union": typing.Union, "Optional": typing.Optional}
DURATIONS = ("PT5M", "PT15M", "PT1H30M", "P1D", "PT90S", "PT7M9.497S", "P0D", "P1DT2H")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ("", " ", "a b", "-", "{", "standard_lrs", "x\ny", "\u202e", '"', "1.0")
)
numbers = st.integers(0, 40) | st.integers(-1, 2**31)
free = st.dictionaries(texts, st.none() | st.booleans() | st.integers() | texts, max_size=2)


def model_properties(model):
    """Each property that is sent: its wire name, its type, and whether it may be left out."""
    hints = typing.get_type_hints(model, NAMES)
    for name, field in vars(model).items():
        if type(field).__name__ == "_RestField" and field._visibility != ["read"]:
            kind = hints[name]
            yield field._rest_name_input or name, kind, type(None) in typing.get_args(kind)


def values(kind):
    """What may stand for a type of the SDK's."""
    arguments = [each for each in typing.get_args(kind) if each is not type(None)]
    if typing.get_origin(kind) is list:
        return st.lists(st.deferred(lambda: values(arguments[0])), max_size=3)
    if typing.get_origin(kind) is dict or kind is dict:
        return free
    if arguments:
        enums = [each for each in arguments if isinstance(each, enum.EnumMeta)]
        return words(enums[0]) if enums else st.one_of(*map(values, arguments))
    if isinstance(kind, enum.EnumMeta):
        return words(kind)
    if isinstance(kind, type) and issubclass(kind, models._models._Model):
        return objects(kind)
    return {
        str: texts,
        int: numbers,
        bool: st.booleans(),
        timedelta: st.sampled_from(DURATIONS),
        datetime: st.just("2026-01-01T00:00:00Z"),
        typing.Any: free,
    }[kind]


def words(kind):
    """The words of an enum, in the case that the service may have them, too."""
    return st.sampled_from([each.value for each in kind]).flatmap(
        lambda word: st.sampled_from([word, word.lower(), word.capitalize()])
    )


@st.composite
def objects(draw, model):
    """An object with all that it must have, and some of the rest."""
    found = list(model_properties(model))
    optional = [name for name, _kind, may_be_left_out in found if may_be_left_out]
    chosen = draw(st.sets(st.sampled_from(optional), max_size=8)) if optional else set()
    return {
        name: draw(values(kind))
        for name, kind, may_be_left_out in found
        if name in chosen or not may_be_left_out
    }


def sdk_pools():
    """The JSON of a BatchPoolCreateOptions; nothing says that the service would take it."""
    return objects(models.BatchPoolCreateOptions)
