"""The services behind the one port, and which of them a request is for.

Each says who may ask it, what its refusals look like and which headers its answers have.
"""

import re
from typing import Protocol

from aiohttp import web

from batchtui.emulator.control import is_control
from batchtui.emulator.errors import RefusedError
from batchtui.emulator.planes.batch import BatchPlane
from batchtui.emulator.planes.control import ControlPlane
from batchtui.emulator.planes.management import ManagementPlane
from batchtui.emulator.planes.signin import SignInPlane

MANAGEMENT = re.compile(r"/(?:subscriptions|providers|tenants)(?:/|$)", re.IGNORECASE)
SIGN_IN = re.compile(r"/devicelogin$|/[^/]+/(?:v2\.0/\.well-known|oauth2/v2\.0|discovery/v2\.0)/")


class Plane(Protocol):
    """What all requests to one of the services have in common."""

    def check(self, request: web.Request) -> None:
        """Let a request pass, or raise why not."""

    def refusal(self, request: web.Request, error: RefusedError) -> web.Response:
        """A refusal in the service's form."""

    def finish(self, request: web.Request, response: web.StreamResponse) -> None:
        """Give an answer the headers that all have."""


BATCH_PLANE = BatchPlane()
MANAGEMENT_PLANE = ManagementPlane()
CONTROL_PLANE = ControlPlane()
SIGN_IN_PLANE = SignInPlane()


def plane_of(request: web.Request) -> Plane:
    """The service that a request is for, by its path: raw, as routes are found by it.

    An id with a quoted slash in it would else be taken for a path of sign-in, which all may use.
    """
    path = request.rel_url.raw_path
    if is_control(path):
        return CONTROL_PLANE
    if MANAGEMENT.match(path):
        return MANAGEMENT_PLANE
    if SIGN_IN.match(path):
        return SIGN_IN_PLANE
    return BATCH_PLANE
