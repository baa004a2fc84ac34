"""Sign-in: OpenID's configuration, tokens, and device codes."""

import hmac
from urllib.parse import parse_qsl
from uuid import UUID

from aiohttp import web

from batchtui.emulator.options import TENANT
from batchtui.emulator.signin.errors import SignInError
from batchtui.emulator.state import state_of

# Names that stand for whatever tenant the user is of.
ANY_TENANT = frozenset({"common", "organizations", TENANT})
PAGE = """<!doctype html><meta charset="utf-8"><title>batchtui emulator</title>
<h1>Sign in on a device</h1><p>{text}</p>
<form method="post" autocomplete="off">
<p><label>Code shown on the device <input name="code" autofocus></label></p>
<p><label>The account's key <input name="key" type="password"></label></p>
<p><button>Sign in</button> <button name="decline" value="yes">Decline</button></p>
</form>
"""

routes = web.RouteTableDef()


@routes.get("/{tenant}/v2.0/.well-known/openid-configuration", allow_head=False)
async def configuration(request: web.Request) -> web.Response:
    """Where the tenant's endpoints are."""
    endpoint = state_of(request).authority.endpoint
    tenant = _tenant(request)
    base = f"{endpoint}/{tenant}"
    return web.json_response(
        {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_types_supported": ["token"],
            "grant_types_supported": ["client_credentials", "device_code", "refresh_token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["HS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": f"{endpoint}/{TENANT}/v2.0",
            # Clients insist on one; nothing here signs in through a browser.
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "tenant_region_scope": None,
        }
    )


@routes.get("/{tenant}/discovery/v2.0/keys", allow_head=False)
async def signing_keys(request: web.Request) -> web.Response:
    """The public keys of tokens: none, since the emulator alone can check its own."""
    _tenant(request)
    return web.json_response({"keys": []})


@routes.post("/{tenant}/oauth2/v2.0/token")
async def token(request: web.Request) -> web.Response:
    """A token for an application's secret, an approved device code or a refresh token."""
    _tenant(request)
    return web.json_response(state_of(request).authority.grant(await _form(request)))


@routes.post("/{tenant}/oauth2/v2.0/devicecode")
async def device_code(request: web.Request) -> web.Response:
    """A code for a person to approve."""
    _tenant(request)
    return web.json_response(state_of(request).authority.begin_device(await _form(request)))


@routes.get("/devicelogin", allow_head=False)
async def device_page(_: web.Request) -> web.Response:
    """The form for a device's code."""
    return _page("The program that waits for you gets the rights of this account's owner.")


@routes.post("/devicelogin")
async def approve_device(request: web.Request) -> web.Response:
    """Approve or decline a device's `code`; the account's `key` shows that it is its owner."""
    form = await _form(request)
    given = form.get("key", "").strip().encode(errors="replace")
    state = state_of(request)
    if not any(hmac.compare_digest(given, key.encode()) for key in state.keys.both()):
        return _page("That isn't the account's key.", 403)
    yes = "decline" not in form
    if not state.authority.devices.answer(form.get("code", ""), yes=yes):
        return _page("No program waits with that code.", 404)
    return _page("You have signed in on the device." if yes else "You have declined.")


def _page(text: str, status: int = 200) -> web.Response:
    return web.Response(text=PAGE.format(text=text), content_type="text/html", status=status)


async def _form(request: web.Request) -> dict[str, str]:
    """The form; what is given twice counts once, the first time."""
    body = (await request.read()).decode(errors="replace")
    return dict(reversed(parse_qsl(body)))


def _tenant(request: web.Request) -> str:
    tenant = request.match_info["tenant"].lower()
    if tenant not in ANY_TENANT:
        number = 90002 if _is_guid(tenant) else 900023
        text = f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
        raise SignInError("invalid_tenant", number, text)
    return tenant


def _is_guid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
