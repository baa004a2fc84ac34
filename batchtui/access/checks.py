"""What people type to name an account: its endpoint and its key."""

import base64
import binascii
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from batchtui.errors import ConfigError

_ENDPOINT_ADVICE = "It looks like https://ACCOUNT.REGION.batch.azure.com."


def check_endpoint(text: str) -> str:
    """An endpoint as we keep it: with its scheme, without a trailing slash.

    Raises ConfigError with a sentence for whoever typed it.
    """
    typed = text.strip().rstrip("/")
    if not typed:
        raise ConfigError("The endpoint is missing.", advice=_ENDPOINT_ADVICE)
    scheme, separator, rest = typed.rpartition("://")
    endpoint = f"{scheme.lower() or 'https'}://{rest}"
    if any(not 0x20 < ord(char) < 0x7F for char in endpoint) or "://" in scheme:
        raise ConfigError("The endpoint has characters that no URL has.", advice=_ENDPOINT_ADVICE)
    _check_parts(_split(endpoint), plain=separator == "")
    return endpoint


def _split(endpoint: str) -> SplitResult:
    try:
        parts = urlsplit(endpoint)
        _ = parts.port  # checked when it is read
    except ValueError as error:
        raise ConfigError(f"The endpoint isn't a URL: {error}.", advice=_ENDPOINT_ADVICE) from None
    return parts


def _check_parts(parts: SplitResult, *, plain: bool) -> None:
    host = parts.hostname or ""
    if not host or (plain and "." not in host and not is_loopback(host)):
        raise ConfigError("The endpoint has no host name.", advice=_ENDPOINT_ADVICE)
    if parts.username is not None or parts.password is not None:
        raise ConfigError(
            "The endpoint holds a user name or a password.",
            advice="Leave them out: the key is asked for on its own.",
        )
    if parts.path or parts.query or parts.fragment:
        raise ConfigError("The endpoint ends after the host name.", advice=_ENDPOINT_ADVICE)
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigError(
            "The endpoint must begin with https://.",
            advice="Plain http is for an emulator on this machine (127.0.0.1) only.",
        )
    if parts.scheme not in {"http", "https"}:
        raise ConfigError("The endpoint must begin with https://.", advice=_ENDPOINT_ADVICE)


def is_loopback(host: str) -> bool:
    """Whether a name or address is one of this machine itself."""
    return ip_address(host).is_loopback if _is_address(host) else host == "localhost"


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def account_from_endpoint(endpoint: str) -> str:
    """The account that an endpoint names by its first label, or nothing for a bare address."""
    try:
        host = urlsplit(endpoint if "://" in endpoint else f"//{endpoint}").hostname or ""
    except ValueError:
        return ""
    return "" if _is_address(host) or "." not in host else host.partition(".")[0]


def check_key(text: str) -> str:
    """A shared key without the white space around it; ConfigError never repeats the key."""
    key = text.strip()
    try:
        decoded = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if not decoded:
        # Raised outside the except clause, so that nothing of the key hangs on to it.
        raise ConfigError(
            "The key isn't base64.",
            advice="Copy the whole key, with the == at its end (Azure portal: account, Keys).",
        )
    return key
