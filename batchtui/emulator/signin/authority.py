"""Who gets which tokens: the grants of the token endpoint."""

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson

from batchtui.emulator.clock import Clock
from batchtui.emulator.options import CLIENT_ID, TENANT
from batchtui.emulator.signin.devices import DeviceCodes
from batchtui.emulator.signin.errors import SignInError, missing
from batchtui.emulator.tokens import BATCH_AUDIENCES, LIFETIME, MANAGEMENT_AUDIENCES, Tokens

Json = dict[str, Any]
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
ABOUT_THE_USER = frozenset({"openid", "profile", "offline_access", "email"})
APPLICATION_OBJECT = "00000000-0000-0000-0000-0000000000a2"
USER_OBJECT = "00000000-0000-0000-0000-0000000000a3"
USER_NAME = "operator@emulator.invalid"
MOST_REFRESHES = 1000


@dataclass
class Authority:
    """The tenant: its application signs in by secret, its user by device code."""

    tokens: Tokens
    clock: Clock
    endpoint: str
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(30), repr=False)
    refreshes: dict[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.devices = DeviceCodes(self._now)

    def follow(self, clock: Clock) -> None:
        """Tell the time by the clock of the world that is begun anew."""
        self.clock = self.tokens.clock = clock

    def _now(self) -> datetime:
        return self.clock.now()

    @property
    def audiences(self) -> tuple[str, ...]:
        """What Resource Manager's tokens may be for: the service's names, and its URL here."""
        return (*MANAGEMENT_AUDIENCES, self.endpoint, f"{self.endpoint}/")

    def grant(self, form: Mapping[str, str]) -> Json:
        """The tokens that a request to the token endpoint gets; SignInError if none."""
        kind = _needed(form, "grant_type")
        client = _client(form)
        if kind == "client_credentials":
            return self._to_application(form, client)
        if kind == DEVICE_GRANT:
            # Clients have sent it by its older name, too.
            code = form.get("device_code") or form.get("code") or _needed(form, "device_code")
            device = self.devices.redeem(code, client)
            return self._to_user(client, device.scope, form)
        if kind == "refresh_token":
            if self.refreshes.get(_needed(form, "refresh_token")) != client:
                text = "The provided value for the input parameter 'refresh_token' is not valid."
                raise SignInError("invalid_grant", 70000, text)
            return self._to_user(client, _needed(form, "scope"), form)
        text = f"The app requested an unsupported grant type '{kind}'."
        raise SignInError("unsupported_grant_type", 70003, text)

    def begin_device(self, form: Mapping[str, str]) -> Json:
        """A new device code, and where to say yes to it."""
        client, scope = _client(form), _needed(form, "scope")
        self._audience(scope)
        device = self.devices.begin(client, scope)
        where = f"{self.endpoint}/devicelogin"
        lifetime = device.expiry - self.clock.now()
        return {
            "user_code": device.user_code,
            "device_code": device.code,
            "verification_uri": where,
            "expires_in": round(lifetime.total_seconds()),
            "interval": max(1, round(self.clock.shorten(5))),
            "message": f"To sign in, use a web browser to open the page {where} and enter the "
            f"code {device.user_code} to authenticate.",
        }

    def _to_application(self, form: Mapping[str, str], client: str) -> Json:
        if client != CLIENT_ID:
            text = f"Application with identifier '{client}' was not found in the directory."
            raise SignInError("unauthorized_client", 700016, text)
        given = form.get("client_secret", "")
        if not given:
            text = (
                "'client_assertion', 'client_secret' or 'request' is required for the "
                "'client_credentials' grant type."
            )
            raise SignInError("invalid_client", 7000216, text, 401)
        if not hmac.compare_digest(given.encode(errors="replace"), self.secret.encode()):
            text = f"Invalid client secret provided for app '{client}'."
            raise SignInError("invalid_client", 7000215, text, 401)
        scope = _needed(form, "scope")
        if not scope.endswith("/.default"):
            text = f"The provided value for scope {scope} is not valid."
            raise SignInError("invalid_scope", 1002012, text)
        token = self._access(self._audience(scope), client, APPLICATION_OBJECT, "app")
        return _answer(token)

    def _to_user(self, client: str, scope: str, form: Mapping[str, str]) -> Json:
        audience = self._audience(scope)
        answer = {**_answer(self._access(audience, client, USER_OBJECT, "user")), "scope": scope}
        asked = scope.split()
        if "offline_access" in asked:
            answer["refresh_token"] = self._refresh(client)
        if "openid" in asked:
            answer["id_token"] = self.tokens.issue(
                {
                    "aud": client,
                    "iss": f"{self.endpoint}/{TENANT}/v2.0",
                    "name": "Operator",
                    "oid": USER_OBJECT,
                    "preferred_username": USER_NAME,
                    "sub": USER_OBJECT,
                    "tid": TENANT,
                    "ver": "2.0",
                }
            )
        if form.get("client_info") == "1":
            info = orjson.dumps({"uid": USER_OBJECT, "utid": TENANT})
            answer["client_info"] = base64.urlsafe_b64encode(info).decode().rstrip("=")
        return answer

    def _refresh(self, client: str) -> str:
        token = secrets.token_urlsafe(48)
        if len(self.refreshes) >= MOST_REFRESHES:
            del self.refreshes[next(iter(self.refreshes))]
        self.refreshes[token] = client
        return token

    def _access(self, audience: str, client: str, subject: str, kind: str) -> str:
        return self.tokens.issue(
            {
                "aud": audience,
                "iss": f"{self.endpoint}/{TENANT}/",
                "appid": client,
                "idtyp": kind,
                "oid": subject,
                "sub": subject,
                "tid": TENANT,
                "uti": str(uuid4()),
                "ver": "1.0",
            }
        )

    def _audience(self, scope: str) -> str:
        """What a token for a scope is for: all before its last `/`, as Entra ID reads it."""
        wanted = next((s for s in scope.split() if s not in ABOUT_THE_USER), "")
        audience = wanted.rpartition("/")[0]
        if audience not in {*BATCH_AUDIENCES, BATCH_AUDIENCES[0].rstrip("/"), *self.audiences}:
            text = f"The resource principal named {audience or wanted} was not found in the tenant."
            raise SignInError("invalid_resource", 500011, text)
        return audience


def _answer(token: str) -> Json:
    seconds = int(LIFETIME.total_seconds())
    return {
        "token_type": "Bearer",
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": token,
    }


def _client(form: Mapping[str, str]) -> str:
    client = _needed(form, "client_id")
    try:
        return str(UUID(client))
    except ValueError:
        text = f"Application with identifier '{client}' was not found in the directory."
        raise SignInError("unauthorized_client", 700016, text) from None


def _needed(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "").strip()
    if not value:
        raise missing(name)
    return value
