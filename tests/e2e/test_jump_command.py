"""Jump hosts, and the host keys of nodes, as the command line has them."""

import os
import subprocess
from pathlib import Path

import pytest
from azure.batch import BatchClient
from azure.core.credentials import AzureNamedKeyCredential
from conftest import wait_for
from e2e.sshd_server import SSHD
from terminals import BATCHTUI, name_account

from batchtui.access.keys import LoginKey, generate_private
from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import clear, inject

pytestmark = pytest.mark.skipif(SSHD is None, reason="needs sshd (openssh-server)")


@pytest.fixture(scope="module")
def running():
    with EmulatorThread(Options(clock="fast", random_seed=7)) as info:
        yield info


@pytest.fixture
def service(running, monkeypatch):
    name_account(monkeypatch, running)
    with BatchClient(
        running.endpoint, AzureNamedKeyCredential(running.account, running.key)
    ) as client:
        yield client
    clear(running)


@pytest.fixture
def node(service):
    return next(iter(service.list_nodes("render-linux"))).id


def batchtui(*words):
    return subprocess.run(
        [*BATCHTUI, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


def shell(node, command="echo $SSH_CONNECTION; exit 5"):
    return batchtui("ssh", f"render-linux/{node}", "--", command)


def settings(**values):
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "batchtui"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f'{name} = "{value}"\n' for name, value in values.items()]
    (folder / "settings.toml").write_text("".join(lines))


@pytest.fixture
def bastion(sshd):
    """A jump host that lets in the key of `~/.ssh`."""
    private = generate_private("ed25519")
    sshd.authorize(LoginKey.read(private))
    folder = Path(os.environ["HOME"]) / ".ssh"
    folder.mkdir(parents=True)
    identity = folder / "id_ed25519"
    identity.touch(0o600)
    identity.write_text(private)
    return sshd


def test_a_jump_host_of_the_settings_leads_to_a_node(bastion, node):
    settings(jump=f"{bastion.user}@{bastion.host}:{bastion.port}")
    done = shell(node)
    assert (done.returncode, done.stderr) == (5, "")
    assert "Accepted publickey" in bastion.log()
    known = batchtui("known-hosts").stdout.splitlines()
    assert f"[{bastion.host}]:{bastion.port} ssh-ed25519" in known[-1]
    bastion.stop()
    refused = shell(node)
    assert refused.returncode == 255
    assert f"Jump host {bastion.host}: Nothing listens" in refused.stderr


def test_many_nodes_are_reached_over_one_connection_to_a_jump_host(bastion, service):
    settings(jump=f"{bastion.user}@{bastion.host}:{bastion.port}")
    nodes = [node.id for node in service.list_nodes("render-linux")]
    done = batchtui("run", "render-linux", "--", "echo in")
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == sorted(f"{node}\tin" for node in nodes)
    assert bastion.log().count("Accepted publickey") == 1


def test_a_jump_host_of_ssh_config_leads_to_a_node(bastion, node):
    (Path(os.environ["HOME"]) / ".ssh" / "config").write_text(
        f"Host hop\n HostName {bastion.host}\n Port {bastion.port}\n"
        f"Host 127.* 10.* !{bastion.host}\n ProxyJump hop\n"
    )
    assert shell(node).returncode == 5
    assert "Accepted publickey" in bastion.log()
    settings(ssh_config="none")
    before = bastion.log().count("Accepted publickey")
    assert shell(node).returncode == 5
    assert bastion.log().count("Accepted publickey") == before


def test_settings_that_are_no_jump_hosts_are_named():
    settings(jump="a b")
    done = batchtui("ls", "pools")
    assert done.returncode == 1
    assert "jump must be a chain of jump hosts" in done.stderr


def booted(service, node):
    return service.get_node("render-linux", node).last_boot_time


def test_a_node_that_was_installed_anew_does_not_cry_wolf(service, node):
    assert shell(node, "exit 5").returncode == 5
    [known] = batchtui("known-hosts", "render-linux").stdout.splitlines()
    before = booted(service, node)
    service.begin_reimage_node("render-linux", node, {"nodeReimageOption": "requeue"})
    wait_for(lambda: booted(service, node) != before, "the reimaged node")
    wait_for(lambda: service.get_node("render-linux", node).state == "idle", "the node")
    assert shell(node, "exit 5").returncode == 5
    [renewed] = batchtui("known-hosts", "render-linux").stdout.splitlines()
    assert known != renewed
    assert known.split()[0] == renewed.split()[0]


def test_another_key_without_a_restart_is_refused_until_the_old_one_is_forgotten(
    running, service, node
):
    assert shell(node, "exit 5").returncode == 5
    inject(running, ssh=True, pool="render-linux", do="hostkey")
    refused = shell(node, "exit 5")
    assert refused.returncode == 255
    assert refused.stderr.count("SHA256:") == 2
    clear(running)
    done = batchtui("known-hosts", "--forget", f"render-linux/{node[:20]}")
    assert (done.returncode, done.stdout.split()[:4]) == (
        0,
        ["1", "key", "of", f"render-linux/{node[:20]}"],
    )
    assert batchtui("known-hosts", "--forget", f"render-linux/{node}").returncode == 1
    assert batchtui("known-hosts", "render-linux").stdout == ""


def test_openssh_reads_what_was_exported(service, node, tmp_path):
    assert shell(node, "exit 5").returncode == 5
    exported = batchtui("known-hosts", "render-linux").stdout
    host, _key = exported.split(" ", 1)
    path = tmp_path / "known_hosts"
    path.write_text(exported)
    found = subprocess.run(
        ["ssh-keygen", "-F", host, "-f", path], capture_output=True, text=True, check=True
    )
    assert host in found.stdout
    assert batchtui("known-hosts", "other-pool").stdout == ""
