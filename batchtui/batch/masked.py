"""JSON that goes to the service, as it may be shown and copied: without its secrets. Pure."""

import re
from collections.abc import Mapping
from typing import Any

# Source: the models of the SDK that have one.
SECRETS = frozenset({"password", "sshPrivateKey", "accountKey", "sasKey", "protectedSettings"})
_LOWER_CASE = frozenset(name.lower() for name in SECRETS)
# What signs a URL of Azure Storage (SAS), wherever it stands: in resource files, in a command ...
SIGNATURE = re.compile(r"(?<=[?&]sig=)[^&\s'\"]+", re.IGNORECASE)
# ASCII, to look the same in JSON.
MASK = "***"


def is_secret_name(name: object) -> bool:
    """Whether what is called so is a secret, also where its name is mistyped by its case."""
    return isinstance(name, str) and name.lower() in _LOWER_CASE


def masked(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The same JSON with a mask in the place of each secret."""
    if isinstance(value, Mapping):
        return {
            name: _mask(part) if is_secret_name(name) else masked(part)
            for name, part in value.items()
        }
    if isinstance(value, str):
        return SIGNATURE.sub(MASK, value)
    return [masked(part) for part in value] if isinstance(value, list) else value


def _mask(secret: object) -> object:
    """A mask of the secret's type: what was copied is taken once the secrets are put in."""
    return dict.fromkeys(secret, MASK) if isinstance(secret, Mapping) else MASK
