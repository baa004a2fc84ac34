"""`batchtui pool create` as scripts use it: a process of its own against an emulator."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from pool_bodies import LINUX, OF_WINDOWS
from service.helpers import client_of, nat, pool_body
from terminals import BATCHTUI

from batchtui.batch.masked import masked
from batchtui.batch.python_code import create_pool
from batchtui.batch.template import from_json
from batchtui.emulator import EmulatorThread, Options
from batchtui.emulator.control.client import faults, inject

OPEN = "batchtui: warning: access: SSH is open to the whole internet."


@pytest.fixture(scope="module")
def running():
    with EmulatorThread(Options(seed="empty", clock="fast", pretend=True)) as emulator:
        yield emulator


def run(*words, stdin=None):
    command = [*BATCHTUI, "pool", "create", *words]
    given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **given)


def told(emulator, pool_id):
    ready = {"account": emulator.account, "key": emulator.key, "endpoint": emulator.endpoint}
    with client_of(ready) as client:
        return client.get_pool(pool_id).as_dict()


def exists(emulator, pool_id):
    ready = {"account": emulator.account, "key": emulator.key, "endpoint": emulator.endpoint}
    with client_of(ready) as client:
        return pool_id in [pool.id for pool in client.list_pools()]


def until_asked(emulator):
    end = time.monotonic() + 30
    while not any(rule["hits"] for rule in faults(emulator)):
        assert time.monotonic() < end, "the service wasn't asked"
        time.sleep(0.05)


@pytest.fixture
def file(tmp_path):
    def written(body, name="pool.json"):
        path = tmp_path / name
        path.write_text(body if isinstance(body, str) else json.dumps(body))
        return str(path)

    return written


def test_a_file_becomes_a_pool_whose_id_is_printed(emulator, file):
    body = pool_body("from-file", networkConfiguration=nat(), targetDedicatedNodes=1)
    done = run("--from", file(body), "--wait")
    assert (done.returncode, done.stdout) == (0, "from-file\n")
    assert OPEN in done.stderr
    pool = told(emulator, "from-file")
    assert (pool["allocationState"], pool["currentDedicatedNodes"]) == ("steady", 1)


def test_a_pool_that_is_shown_becomes_another_like_it(emulator, file):
    body = pool_body("first", networkConfiguration=nat(), metadata=[{"name": "a", "value": "b"}])
    assert run("--from", file(body)).returncode == 0
    shown = subprocess.run(
        [*BATCHTUI, "ls", "pools", "--json", "--filter", "/^first$/"],
        capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    done = run("--from", "-", "--set", "id=second", stdin=shown)
    assert (done.returncode, done.stdout) == (0, "second\n"), done.stderr
    first, second = told(emulator, "first"), told(emulator, "second")
    changes = {"id", "url", "eTag", "lastModified", "creationTime", "stateTransitionTime",
               "allocationState", "allocationStateTransitionTime"}  # fmt: skip
    assert {name for name in first if first[name] != second[name]} <= changes


def test_fields_and_places_are_set(emulator, file, tmp_path):
    (tmp_path / "scale.txt").write_text("$TargetDedicatedNodes = 0;\n")
    done = run(
        "--from", file(pool_body("set", targetDedicatedNodes=3)),
        "--set", "scale=formula", "--set", f"formula=@{tmp_path}/scale.txt",
        "--set", "interval=10", "--set", "display_name=A name", "--set", "access=anyone",
        "--set", "inter_node=yes", "--set", "startTask.commandLine=/bin/true",
        "--set", "starttask.maxtaskretrycount=3", "--set", "metadata=team=ops",
        "--set", "applicationPackageReferences=[]", "--set", "taskSlotsPerNode=null",
        "--set", "virtualMachineConfiguration.imageReference.version=latest",
        "--set", "networkConfiguration.endpointConfiguration.inboundNATPools.0.name=22",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "set\n"), done.stderr
    pool = told(emulator, "set")
    assert pool["autoScaleFormula"] == "$TargetDedicatedNodes = 0;"
    assert pool["autoScaleEvaluationInterval"] == "PT10M"
    assert (pool["displayName"], pool["enableInterNodeCommunication"]) == ("A name", True)
    assert pool["startTask"]["maxTaskRetryCount"] == 3
    assert pool["metadata"] == [{"name": "team", "value": "ops"}]
    (found,) = pool["networkConfiguration"]["endpointConfiguration"]["inboundNATPools"]
    assert (found["backendPort"], found["name"]) == (22, "22")


def test_access_from_this_machine_only_is_found_out(emulator, file):
    done = run("--from", file(pool_body("mine")), "--set", "access=only")
    assert (done.returncode, done.stdout) == (0, "mine\n"), done.stderr
    (found,) = told(emulator, "mine")["networkConfiguration"]["endpointConfiguration"][
        "inboundNATPools"
    ]
    assert [(rule["access"], rule["sourceAddressPrefix"]) for rule in found[
        "networkSecurityGroupRules"]] == [("allow", "127.0.0.1"), ("deny", "*")]  # fmt: skip


def test_what_is_wrong_is_told_by_its_field_and_nothing_is_sent(emulator, file):
    done = run(
        "--from", file(pool_body("wrong", targetDedicatedNodes=-1)), "--set", "vm_size=",
        "--set", "startTask.maxTaskRetryCount=1", "--set", "unknown.thing=1",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    lines = [line for line in done.stderr.splitlines() if "warning" not in line]
    assert {line.split(": ")[1] for line in lines} == {
        "vm_size", "dedicated", "start_command", "unknown",
    }  # fmt: skip
    assert "batchtui: vm_size: Choose a VM size, such as standard_d2s_v3." in lines
    assert not exists(emulator, "wrong")


def test_ids_and_images_are_asked_of_the_service(emulator, file):
    assert run("--from", file(pool_body("taken"))).returncode == 0
    image = {"imageReference": {"publisher": "a", "offer": "b", "sku": "c"},
             "nodeAgentSKUId": "batch.node.ubuntu 22.04"}  # fmt: skip
    done = run("--from", file(pool_body("TAKEN", virtualMachineConfiguration=image)))
    assert (done.returncode, done.stdout) == (2, "")
    assert "batchtui: id: There is a pool" in done.stderr
    assert "batchtui: warning: image: " in done.stderr


def test_a_dry_run_prints_what_would_be_sent_without_secrets(emulator, file):
    done = run("--from", file(LINUX), "--dry-run", "--set", "id=dry")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == masked({**LINUX, "id": "dry"})
    assert "secret-word" not in done.stdout + done.stderr
    assert not exists(emulator, "dry")


ACCOUNT = [{"name": "me", "password": "x"}]


@pytest.mark.parametrize(
    "setting",
    [
        "userAccounts.0.password=Secret-Word-1",
        'userAccounts=[{"name": "a", "password": "Secret-Word-1"}]',
        "startTask.resourceFiles.0.httpUrl=https://a.example/b?sv=1&sig=Secret-Word-1",
        'everything={"userAccounts": [{"password": "Secret-Word-1"}]}',
        "start_command=curl 'https://a.example/b?sig=Secret-Word-1'",
    ],
)
def test_a_secret_is_not_taken_from_the_command_line(emulator, file, setting):
    done = run("--from", file(pool_body("p", userAccounts=ACCOUNT)), "--set", setting)
    assert (done.returncode, done.stdout) == (2, "")
    assert "@FILE" in done.stderr
    assert "Secret-Word-1" not in done.stderr
    assert not exists(emulator, "p")


def test_a_secret_is_read_from_a_file_or_from_standard_input(emulator, file, tmp_path):
    (tmp_path / "word").write_text("Sturdy-Pass-1\n")
    body = pool_body("secrets", userAccounts=[{"name": "one"}, {"name": "two"}])
    done = run(
        "--from", file(body), "--set", f"userAccounts.0.password=@{tmp_path}/word",
        "--set", "userAccounts.1.password=-", "--wait", stdin="Sturdy-Pass-2\n",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "secrets\n"), done.stderr
    assert [user["name"] for user in told(emulator, "secrets")["userAccounts"]] == ["one", "two"]


def test_a_secret_that_is_missing_is_asked_for_by_its_place(emulator, file):
    done = run("--from", file(pool_body("lacks", userAccounts=[{"name": "one"}])))
    assert (done.returncode, done.stdout) == (2, "")
    assert "userAccounts.0.password" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "dedicated"], "--set wants NAME=VALUE"),
        (["--set", "dedicated=many"], "--set dedicated: A whole number."),
        (["--set", "scale=round"], "--set scale: One of fixed, formula."),
        (["--set", "access=me"], "--set access: One of only, anyone, off, rules."),
        (["--set", "wait=maybe"], "--set wait: true or false."),
        (["--set", "a..b=1"], "--set a..b: a place is names with dots"),
        (["--set", "id=@/nothing/here"], "There is no file /nothing/here."),
        (["--set", "access_source=my house"], "--set access_source: my house is no address"),
        (["--set", "users=bob"], "--set users: Accounts are given one by one"),
        (["--set", "0=x"], "--set 0: there is no list"),
        (["--set", "startTask.0=x"], "--set startTask.0: there is no list"),
        (["--set", "metadata.name=x"], "--set metadata.name: there is a list"),
        (["--set", f"metadata.{'9' * 5000}.name=x"], "--set metadata.99"),
        (["--set", "id=@~nobody-of-this-name/x"], "There is no file ~nobody-of-this-name/x."),
    ],
)
def test_a_setting_that_means_nothing_is_bad_usage(emulator, file, words, said):
    body = pool_body("p", metadata=[{"name": "a", "value": "b"}])
    done = run("--from", file(body | {"startTask": {"commandLine": "hostname"}}), *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"batchtui: {said}")


def test_a_file_that_is_none_is_bad_usage(emulator, file, tmp_path):
    done = run("--from", file('{"id": "p",\n  oops}'))
    assert done.returncode == 2
    assert "pool.json is no JSON:" in done.stderr
    assert "line 2, column 3" in done.stderr
    assert run("--from", str(tmp_path / "none.json")).returncode == 2
    assert "a list" in run("--from", "-", stdin="[]").stderr
    twice = run("--from", "-", "--set", "userAccounts.0.password=-", stdin=json.dumps(LINUX))
    assert "Standard input is what --from reads" in twice.stderr


def test_what_is_left_out_is_told(emulator, file):
    body = {**pool_body("older"), "maxTasksPerNode": 2, "resourceTags": {"a": "b"}}
    done = run("--from", file(body))
    assert (done.returncode, done.stdout) == (0, "older\n"), done.stderr
    assert "batchtui: resourceTags is left out" in done.stderr
    assert told(emulator, "older")["taskSlotsPerNode"] == 2


def test_what_the_service_refuses_is_told_with_its_code_and_request(emulator, file):
    inject(emulator, path="/pools", method="POST", do="status", status=409, code="PoolQuotaReached")
    done = run("--from", file(pool_body("refused")))
    assert (done.returncode, done.stdout) == (1, "")
    assert "(PoolQuotaReached, request " in done.stderr


def test_a_subnet_with_the_accounts_key_is_refused_before_the_service_does_it(emulator, file):
    subnet = (
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/s"
    )
    done = run("--from", file(pool_body("inside", networkConfiguration={"subnetId": subnet})))
    assert (done.returncode, done.stdout) == (2, "")
    assert "A subnet needs Microsoft Entra ID" in done.stderr


@pytest.mark.parametrize("fault", [{"do": "reset"}, {"do": "status", "status": 500}])
def test_a_pool_that_got_no_answer_may_exist_and_that_is_said(emulator, file, fault):
    inject(emulator, path="/pools", method="POST", **fault)
    done = run("--from", file(pool_body("unsure")))
    assert (done.returncode, done.stdout) == (1, "")
    assert "unsure may be made all the same" in done.stderr


def test_ctrl_c_while_it_is_asked_for_says_that_it_may_be_made(emulator, file):
    inject(emulator, path="/pools", method="POST", do="hang")
    process = subprocess.Popen(
        [*BATCHTUI, "pool", "create", "--from", file(pool_body("broken-off"))],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until_asked(emulator)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert "broken-off may be made all the same" in err
    assert "Traceback" not in err


def test_a_pool_is_made_also_where_nobody_reads_its_id(emulator, file):
    nobody, end = os.pipe()
    os.close(nobody)
    done = subprocess.run(
        [*BATCHTUI, "pool", "create", "--from", file(pool_body("unread"))],
        stdin=subprocess.DEVNULL, stdout=end, stderr=subprocess.PIPE, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    os.close(end)
    assert done.returncode == 141
    assert "Traceback" not in done.stderr
    assert exists(emulator, "unread")


def test_nodes_that_cannot_be_had_are_told_when_they_are_waited_for(emulator, file):
    body = pool_body("many", targetDedicatedNodes=900_000)
    done = run("--from", file(body), "--wait")
    assert (done.returncode, done.stdout) == (1, "many\n"), done.stderr
    assert "CoreQuotaReached: " in done.stderr


def test_the_python_of_a_pool_makes_it(emulator, tmp_path):
    program = tmp_path / "make.py"
    program.write_text(create_pool({**OF_WINDOWS, "id": "python"}, emulator.endpoint, "demo"))
    secrets = {"PASSWORD": "Sturdy-Pass-1", "PASSWORD_2": "Sturdy-Pass-2"}
    subprocess.run([sys.executable, str(program)], check=True, timeout=60, env=os.environ | secrets)
    pool = from_json(told(emulator, "python")).body
    assert pool["autoScaleEvaluationInterval"] == "PT5M"
    assert [user["name"] for user in pool["userAccounts"]] == ["one", "two"]
    assert pool["virtualMachineConfiguration"]["licenseType"] == "Windows_Server"


def test_an_account_that_is_read_only_stays_as_it_is(emulator, file, tmp_path, monkeypatch):
    settings = tmp_path / "config" / "batchtui" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("read_only = true\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    done = run("--from", file(pool_body("looked-at")))
    assert (done.returncode, done.stdout) == (1, "")
    assert "read-only" in done.stderr
    assert not exists(emulator, "looked-at")


def test_without_an_account_nothing_is_made(emulator, file, monkeypatch):
    monkeypatch.delenv("AZURE_BATCH_ACCOUNT")
    monkeypatch.delenv("AZURE_BATCH_ACCESS_KEY")
    monkeypatch.delenv("AZURE_BATCH_ENDPOINT")
    done = run("--from", file(pool_body("p")))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("batchtui: Which account?")


def test_help_has_examples():
    done = subprocess.run(
        [*BATCHTUI, "pool", "create", "--help"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert "--set userAccounts.0.password=-" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
