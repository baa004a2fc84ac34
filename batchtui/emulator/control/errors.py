"""Errors of resources, as a change of the world gives them."""

from batchtui.emulator.bodies import read
from batchtui.emulator.bodies.read import Json


def errors_of(body: Json, name: str) -> list[Json]:
    """A list of errors, each with its code and message; what else they have is passed on."""
    errors = read.objects(body, name)
    for error in errors:
        read.text(error, "code")
        read.text(error, "message")
    return errors
