"""The list of logins as other programs read it."""

import csv
import io
import json
import shutil
import subprocess

import pytest

from batchtui.batch import convert
from batchtui.batch.logins import FORMATS, login_of

IDS = ["17d22162" + "0" * 56, "17d22162" + "f" * 56, "9" * 64]
NODES = [f"tvmps_{each}_d" for each in IDS]


def pool(backend=22, agent="batch.node.ubuntu 22.04"):
    nat = {"name": "ssh", "backendPort": backend, "frontendPortRangeStart": 15000}
    return convert.pool(
        {
            "id": "3d-render",
            "virtualMachineConfiguration": {"nodeAgentSKUId": agent},
            "networkConfiguration": {"endpointConfiguration": {"inboundNATPools": [nat]}},
        }
    )


def node(node_id, address="", port=15000, private="10.0.0.4", backend=22):
    end = {"publicIPAddress": address, "frontendPort": port, "backendPort": backend}
    ends = {"inboundEndpoints": [end] if address else []}
    body = {"id": node_id, "state": "idle", "ipAddress": private, "endpointConfiguration": ends}
    return convert.node(body)


def logins(*nodes, of=None):
    return [login_of(of or pool(), each, "op-me") for each in nodes]


LIST = logins(
    node(NODES[0], "20.1.2.3", 15000),
    node(NODES[1], "20.1.2.3", 15001),
    node(NODES[2], "2001:db8::7", 15002),
    node("tvmps_none_d"),
)


def lines(name, rows=LIST):
    return FORMATS[name].write(rows).split("\n")


def test_csv_is_read_back_with_those_that_are_not_reached():
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"].write(LIST))))
    assert [row["node"] for row in rows] == [*NODES, "tvmps_none_d"]
    assert (rows[1]["address"], rows[1]["port"], rows[1]["user"]) == ("20.1.2.3", "15001", "op-me")
    assert (rows[3]["state"], rows[3]["address"], rows[3]["port"]) == ("idle", "", "")


def test_json_is_read_back():
    rows = json.loads(FORMATS["json"].write(LIST))
    assert rows[2] == {
        "pool": "3d-render",
        "node": NODES[2],
        "state": "idle",
        "address": "2001:db8::7",
        "port": 15002,
        "public": True,
        "user": "op-me",
    }
    assert (rows[3]["address"], rows[3]["port"]) == (None, None)


def test_pssh_has_a_line_each():
    assert lines("pssh") == [
        "op-me@20.1.2.3:15000",
        "op-me@20.1.2.3:15001",
        "op-me@[2001:db8::7]:15002",
        "",
    ]


def test_ansible_has_a_group_and_names_that_are_no_two_nodes():
    assert lines("ansible")[:2] == [
        "[_3d_render]",
        f"3d-render-{NODES[0]} ansible_host=20.1.2.3 ansible_port=15000 ansible_user=op-me",
    ]
    assert lines("ansible")[3].startswith("3d-render-99999999_d ansible_host=2001:db8::7 ")


@pytest.mark.skipif(not shutil.which("ssh"), reason="no OpenSSH on this machine")
@pytest.mark.parametrize("name", ["3d-render-99999999_d", NODES[2]])
def test_ssh_reads_its_configuration(tmp_path, name):
    path = tmp_path / "config"
    path.write_text(FORMATS["ssh-config"].write(LIST))
    told = subprocess.run(
        ["ssh", "-G", "-F", path, name], check=True, capture_output=True, text=True
    ).stdout.split("\n")
    assert {"hostname 2001:db8::7", "port 15002", "user op-me"} <= set(told)


@pytest.mark.skipif(not shutil.which("ssh"), reason="no OpenSSH on this machine")
def test_jump_hosts_are_on_the_way(tmp_path):
    login = login_of(pool(), node(NODES[0], "20.1.2.3"), "op-me", "me@gate:2222,inner")
    path = tmp_path / "config"
    path.write_text(FORMATS["ssh-config"].write([login]))
    command = ["ssh", "-G", "-F", path, NODES[0]]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "proxyjump me@gate:2222,inner\n" in told
    assert "ansible_ssh_common_args='-J me@gate:2222,inner'" in FORMATS["ansible"].write([login])


def test_without_a_mapping_it_is_the_private_address():
    [private] = logins(node(NODES[0]), of=pool(backend=8080))
    assert (private.place, private.public) == ("10.0.0.4:22", False)
    [windows] = logins(node(NODES[0]), of=pool(3389, "batch.node.windows amd64"))
    assert windows.place == ""


@pytest.mark.parametrize(
    "address", ["1.2.3.4; reboot", "1.2.3.4\nHost *", "-oProxyCommand=x", "a b", "[::1]", "\x1b[2J"]
)
@pytest.mark.parametrize("name", FORMATS)
def test_what_is_no_address_is_in_no_file(address, name):
    written = FORMATS[name].write(logins(node(NODES[0], address)))
    assert address not in written
    assert "reboot" not in written


@pytest.mark.parametrize("name", ["ssh-config", "ansible", "pssh"])
def test_no_name_writes_lines_of_its_own(name):
    [login] = logins(node("a\nHost *\n  ProxyCommand x", "1.2.3.4"))
    written = FORMATS[name].write([login])
    assert "Host *" not in written
    assert len(written.strip().split("\n")) == len(lines(name, logins(node("a", "1.2.3.4")))) - 1
