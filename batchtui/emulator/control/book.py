"""The faults that were asked for, and whom each strikes."""

import asyncio
import itertools
from collections.abc import Callable
from random import Random
from typing import TypeVar

from aiohttp import web

from batchtui.emulator.bodies.read import Json
from batchtui.emulator.control.rules import LoginFault, RequestFault, Rule, read_rule
from batchtui.emulator.errors import BatchError
from batchtui.emulator.store import Node

F = TypeVar("F", RequestFault, LoginFault)


class FaultBook:
    """The rules in the order in which they came: the first that strikes is what happens.

    `ended` is set when the emulator ends, for whatever a fault makes wait.
    """

    def __init__(self, chance: Random) -> None:
        self.ended = asyncio.Event()
        self._chance = chance
        self._rules: dict[str, Rule] = {}
        self._numbers = itertools.count(1)

    def add(self, body: Json) -> Json:
        """Take a rule, and show it; 400 when there can't be such a one."""
        rule = read_rule(body, str(next(self._numbers)), self._chance)
        self._rules[rule.id] = rule
        return rule.shown()

    def shown(self) -> list[Json]:
        """All rules, also those that have no hits left."""
        return [rule.shown() for rule in self._rules.values()]

    def drop(self, rule_id: str) -> None:
        """Forget a rule; 404."""
        if not self._rules.pop(rule_id, None):
            raise BatchError("ResourceNotFound")

    def clear(self) -> None:
        """Forget all rules."""
        self._rules.clear()

    def of_request(self, request: web.Request) -> RequestFault | None:
        """The fault that happens to a request, if any does."""
        return self._struck(RequestFault, lambda fault: fault.fits(request))

    def of_login(self, does: frozenset[str], node: Node, user: str = "") -> LoginFault | None:
        """The fault, one of those named, that happens to a login to a node, if any does."""
        return self._struck(LoginFault, lambda each: each.does in does and each.fits(node, user))

    def _struck(self, kind: type[F], fits: Callable[[F], bool]) -> F | None:
        for rule in self._rules.values():
            fault = rule.fault
            if isinstance(fault, kind) and fits(fault) and rule.strikes():
                return fault
        return None
