"""Uses the vault in the keyring of whoever started this; prints what happened as JSON.

The key is read from the environment of the test, which made it up.
"""

import asyncio
import json
import os

from batchtui.access.accounts import Account
from batchtui.access.vault import Vault
from batchtui.errors import VaultError

ACCOUNT = Account("prod", "acct", "https://acct.westeurope.batch.azure.com")
KEY = os.environ["MADE_UP_KEY"]


async def main():
    seen = {}
    try:
        async with asyncio.timeout(10):
            seen["backend"] = await Vault().backend_name()
            seen["before"] = await Vault().get(ACCOUNT)
            await Vault().put(ACCOUNT, "b2xk")
            await Vault().put(ACCOUNT, KEY)
            seen["kept"] = await Vault().get(ACCOUNT) == KEY
            await Vault().forget(ACCOUNT)
            seen["after"] = await Vault().get(ACCOUNT)
            await Vault().put(ACCOUNT, KEY)
    except VaultError as error:
        seen["error"] = str(error)
    except TimeoutError:
        seen["error"] = "gave up"
    return seen


print(json.dumps(asyncio.run(main())))
