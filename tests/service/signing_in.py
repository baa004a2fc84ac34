"""A TLS emulator, and credentials of azure-identity for it."""

import contextlib
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from azure.batch import BatchClient
from azure.identity import ClientSecretCredential, DeviceCodeCredential
from azure.mgmt.batch import BatchManagementClient

from batchtui.emulator import EmulatorThread, Options, RunningEmulator

BATCH = "https://batch.core.windows.net//.default"
MANAGEMENT = "https://management.azure.com/.default"
ACCOUNT = "/subscriptions/{s}/resourceGroups/emulator/providers/Microsoft.Batch/batchAccounts/{a}"


@dataclass
class Cloud:
    """An emulator that speaks TLS, with everything that a client needs to reach it."""

    info: RunningEmulator

    def secret(self, **more):
        settings = {
            "tenant_id": self.info.tenant,
            "client_id": self.info.client_id,
            "client_secret": self.info.client_secret,
        } | more
        return ClientSecretCredential(**settings, **self.trusting())

    def device(self, prompt, **more):
        settings = {"tenant_id": self.info.tenant, "prompt_callback": prompt} | more
        return DeviceCodeCredential(**settings, **self.trusting())

    def trusting(self):
        return {
            "authority": self.info.authority,
            "disable_instance_discovery": True,
            "connection_verify": self.info.ca,
        }

    def ask(self, method, path, form=None, json_body=None, **headers):
        """Status, headers and body of a raw request; `_` in a header's name stands for `-`."""
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        if json_body is not None:
            data = json.dumps(json_body).encode()
            headers["Content_Type"] = "application/json"
        url = path if "://" in path else f"{self.info.endpoint}{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(url, data, named, method=method)
        context = ssl.create_default_context(cafile=self.info.ca) if self.info.ca else None
        try:
            with urllib.request.urlopen(request, timeout=20, context=context) as response:
                return response.status, response.headers, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def token(self, form=None, tenant=None, **changes):
        """What the token endpoint answers: status and JSON; None takes a parameter away."""
        form = form or {
            "grant_type": "client_credentials",
            "client_id": self.info.client_id,
            "client_secret": self.info.client_secret,
            "scope": BATCH,
        }
        sent = {name: value for name, value in (form | changes).items() if value is not None}
        path = f"/{tenant or self.info.tenant}/oauth2/v2.0/token"
        status, _, text = self.ask("POST", path, sent)
        return status, json.loads(text)

    def batch(self, credential):
        return BatchClient(
            self.info.endpoint, credential, connection_verify=self.info.ca, retry_total=0
        )

    def management(self, credential, **more):
        settings = {"subscription_id": self.info.subscription} | more
        return BatchManagementClient(
            credential,
            base_url=self.info.management,
            connection_verify=self.info.ca,
            retry_total=0,
            polling_interval=0,
            **settings,
        )


@contextlib.contextmanager
def cloud(**options):
    settings = {"clock": "fast", "seed": "empty", "pretend": True, "tls": True} | options
    with EmulatorThread(Options(**settings)) as info:
        yield Cloud(info)


def asking(azure):
    """Raw requests to Resource Manager: status, headers and JSON; {s} and {a} are its names."""
    token = azure.token(scope=MANAGEMENT)[1]["access_token"]

    def ask(method, path, body=None, version="2025-06-01"):
        path = path.replace("{s}", azure.info.subscription).replace("{a}", azure.info.account)
        url = f"{path}?api-version={version}" if version else path
        status, headers, text = azure.ask(
            method, url, json_body=body, Authorization=f"Bearer {token}"
        )
        return status, headers, json.loads(text) if text else None

    return ask


def names(azure):
    """The account as azure-mgmt-batch wants it named."""
    return azure.info.resource_group, azure.info.account


def shape(value):
    """The names in a JSON value, in their order, and what kind of value each has."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__
