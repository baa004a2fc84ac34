"""Users on nodes, and asyncssh's client for them."""

import asyncssh

PASSWORD = "Correct-Horse-7"  # made up here


async def add_user(service, node, name="alice", pool="p", **more):
    body = {"name": name, "password": PASSWORD} | more
    body = {key: value for key, value in body.items() if value is not None}
    response = await service.send("POST", f"/pools/{pool}/nodes/{node['id']}/users", body)
    assert response.status_code == 201, response.text()


def place(node):
    (endpoint,) = node["endpointConfiguration"]["inboundEndpoints"]
    return endpoint["publicIPAddress"], endpoint["frontendPort"]


def connect(node, name="alice", **more):
    settings = {"password": PASSWORD, "known_hosts": None, "client_keys": None} | more
    return asyncssh.connect(*place(node), username=name, config=None, **settings)
