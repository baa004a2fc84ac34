"""The formula and interval of a pool with autoscale, checked as the service checks them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from batchtui.emulator.autoscale.formula import read_formula
from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import Json
from batchtui.emulator.times import write_duration


def formula(body: Mapping[str, Any]) -> str:
    """A formula as it was given; 400 when it is missing or can't be read."""
    text = read.text(body, "autoScaleFormula")
    read_formula(text)
    return text


def interval(body: Mapping[str, Any]) -> str:
    """How often the formula runs: 5 minutes to a week, by default every 15 minutes."""
    name, least, most = "autoScaleEvaluationInterval", timedelta(minutes=5), timedelta(hours=168)
    return write_duration(read.duration(body, name, "PT15M", least, most))


def autoscale(body: Mapping[str, Any]) -> Json:
    """The settings of a pool whose autoscale is switched on."""
    return {
        "enableAutoScale": True,
        "autoScaleFormula": formula(body),
        "autoScaleEvaluationInterval": interval(body),
    }
