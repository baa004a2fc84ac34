import pytest

from batchtui.access.remote_desktop import Desktop, desktop_of
from batchtui.batch import convert
from batchtui.batch.models import RemoteLogin
from batchtui.errors import NoRouteError

WINDOWS = {
    "imageReference": {"publisher": "microsoftwindowsserver", "offer": "windowsserver"},
    "nodeAgentSKUId": "batch.node.windows amd64",
}
LINUX = {"imageReference": {"publisher": "canonical"}, "nodeAgentSKUId": "batch.node.ubuntu 22.04"}


def pool(configuration):
    return convert.pool({"id": "p", "virtualMachineConfiguration": configuration})


def node(*ports):
    endpoints = [
        {
            "name": f"e{port}",
            "protocol": "tcp",
            "publicIPAddress": "20.1.2.3",
            "frontendPort": 50000 + port,
            "backendPort": port,
        }
        for port in ports
    ]
    body = {
        "id": "tvmps_1_d",
        "ipAddress": "10.0.0.4",
        "endpointConfiguration": {"inboundEndpoints": endpoints},
    }
    return convert.node(body)


def test_an_endpoint_leads_there():
    assert desktop_of(pool(WINDOWS), node(22, 3389), None) == Desktop("20.1.2.3", 53389)


def test_so_do_remote_login_settings_unless_they_are_those_of_ssh():
    login = RemoteLogin("20.1.2.9", 50001)
    assert desktop_of(pool(WINDOWS), node(), login) == Desktop("20.1.2.9", 50001)
    with pytest.raises(NoRouteError, match="port 3389"):
        desktop_of(pool(WINDOWS), node(22), login)


@pytest.mark.parametrize(
    ("configuration", "words"), [(WINDOWS, "port 3389"), (LINUX, "doesn't run Windows")]
)
def test_without_a_way_it_says_why_and_what_helps(configuration, words):
    with pytest.raises(NoRouteError, match=words) as caught:
        desktop_of(pool(configuration), node(), RemoteLogin("", 0))
    assert caught.value.advice


def test_the_file_is_what_clients_open():
    assert Desktop("20.1.2.3", 50001).file("op-alice").split("\r\n")[:3] == [
        "full address:s:20.1.2.3:50001",
        "username:s:.\\op-alice",
        "prompt for credentials:i:1",
    ]
    assert "full address:s:[2001:db8::1]:3389\r\n" in Desktop("2001:db8::1", 3389).file("op")
