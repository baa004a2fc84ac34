"""Uses the login key in the keyring of whoever started this; prints what happened as JSON."""

import asyncio
import json
from pathlib import Path

import keyring

from batchtui.config import Settings
from batchtui.entrance.login_keys import LoginKeys


class Operator:
    told = ""

    async def ask(self, question):
        raise AssertionError(question)

    def tell(self, text):
        self.told += text


def kept():
    try:
        return keyring.get_password("batchtui", "login-key-rsa") or ""
    except keyring.errors.KeyringError:
        return ""


async def main():
    operator = Operator()
    before = bool(kept())
    async with asyncio.timeout(30):
        key = await LoginKeys(Settings(), operator).key()
    # Its middle line, which no other key has.
    lines = kept().splitlines()
    secret = lines[len(lines) // 2].encode() if lines else b"PRIVATE KEY"
    files = [path for path in Path.home().rglob("*") if path.is_file()]
    return {
        "before": before,
        "kept": bool(lines),
        "fingerprint": key.fingerprint,
        "told": operator.told,
        "files": len(files),
        "in files": [str(path) for path in files if secret in path.read_bytes()],
    }


print(json.dumps(asyncio.run(main())))
