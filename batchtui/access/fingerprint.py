"""Keys as people compare them."""

import base64
from hashlib import sha256


def fingerprint(line: str) -> str:
    """What identifies a key, as OpenSSH writes it, and its type; of `type base64`."""
    kind, _space, encoded = line.partition(" ")
    try:
        digest = sha256(base64.b64decode(encoded, validate=True)).digest()
    except ValueError:
        return "one that can't be read"
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')} ({kind})"
