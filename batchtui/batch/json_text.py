"""JSON as people write it: read strictly, and what is wrong told with its place. Pure."""

import json
from math import isfinite
from typing import Any


class JsonTextError(ValueError):
    """A text that isn't JSON; its own text says why, and where: `offset`, in characters."""

    def __init__(self, text: str, offset: int = 0) -> None:
        super().__init__(text)
        self.offset = offset


def read_json(text: str) -> Any:  # noqa: ANN401 - JSON
    """The JSON of a text; JsonTextError names the line and column of what isn't."""
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_number)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise JsonTextError(f"{error.msg} at {where}", error.pos) from None
    except RecursionError:
        raise JsonTextError("it is nested too deeply") from None
    except ValueError as error:
        raise JsonTextError(f"{error}") from None


def _number(text: str) -> float:
    """A number; 1e999 would be an infinity, which no JSON can say again."""
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number


def _no_constant(text: str) -> object:
    raise ValueError(f"{text} is no JSON")
