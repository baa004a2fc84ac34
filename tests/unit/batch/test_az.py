"""The az CLI's commands, as its --help has them."""

import json
import shlex
from datetime import UTC, datetime

from batchtui.batch import az
from batchtui.batch.models import NodeUser

START = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
ODD = "pool; rm -rf ~"


def words(text):
    return [shlex.split(line) for line in text.split("\n")]


def test_every_node_has_a_line_of_its_own():
    assert az.reboot("p", ["a_d", "b_p"], "terminate") == (
        "az batch node reboot --pool-id p --node-id a_d --node-reboot-option terminate\n"
        "az batch node reboot --pool-id p --node-id b_p --node-reboot-option terminate"
    )
    assert az.disable_scheduling("https://a", "p", ["a"], "requeue") == (
        "az batch node scheduling disable --pool-id p --node-id a"
    )
    assert az.enable_scheduling("p", ["a"]) == (
        "az batch node scheduling enable --pool-id p --node-id a"
    )


def test_names_are_quoted_for_a_shell():
    assert words(az.show_pool(ODD)) == [["az", "batch", "pool", "show", "--pool-id", ODD]]
    assert words(az.show_node(ODD, "$(id)"))[0][-1] == "$(id)"
    assert words(az.delete_pools([ODD, "q"])) == [
        ["az", "batch", "pool", "delete", "--pool-id", ODD, "--yes"],
        ["az", "batch", "pool", "delete", "--pool-id", "q", "--yes"],
    ]


def test_nodes_are_removed_a_hundred_at_a_time_with_a_wait_between():
    nodes = [f"n{number}" for number in range(250)]
    lines = az.remove("p", nodes, "taskcompletion").split("\n")
    begin = (
        "az batch node delete --pool-id p --node-deallocation-option taskcompletion --node-list "
    )
    assert all(line.startswith(begin) for line in lines[::2])
    calls = [line.removeprefix(begin).split() for line in lines[::2]]
    assert [node for call in calls for node in call] == nodes
    assert [len(call) for call in calls] == [100, 100, 50]
    assert all(
        line.startswith('until [ "$(az batch pool show --pool-id p --query allocationState')
        for line in lines[1::2]
    )


def test_what_az_batch_cannot_do_is_asked_of_the_service_itself():
    [line] = words(az.reimage("https://a.westeurope.batch.azure.com", ODD, ["n"], "requeue"))
    assert " ".join(line[:6]) == (
        "az rest --method post --resource https://batch.core.windows.net/"
    )
    assert line[7] == (
        "https://a.westeurope.batch.azure.com/pools/pool%3B%20rm%20-rf%20~/nodes/n/reimage"
        "?api-version=2025-06-01"
    )
    assert json.loads(line[-1]) == {"nodeReimageOption": "requeue"}
    [line] = words(az.deallocate("https://a/", "p", ["n"], "terminate"))
    assert json.loads(line[-1]) == {"nodeDeallocateOption": "terminate"}
    [line] = words(az.disable_scheduling("https://a", "p", ["n"], "taskcompletion"))
    assert json.loads(line[-1]) == {"nodeDisableSchedulingOption": "taskcompletion"}
    [line] = words(az.start("https://a/", "p", ["n"]))
    assert line[-1] == "https://a/pools/p/nodes/n/start?api-version=2025-06-01"


def test_the_url_of_a_container_is_left_to_a_variable():
    assert az.upload_logs("p", ["n"], START, START) == (
        "az batch node service-logs upload --pool-id p --node-id n "
        "--start-time 2026-03-02T03:04:05Z --end-time 2026-03-02T03:04:05Z "
        '--container-url "$CONTAINER_URL"'
    )


def test_a_pool_is_resized_by_what_is_sent():
    body = {
        "targetDedicatedNodes": 2,
        "targetLowPriorityNodes": 0,
        "resizeTimeout": "PT15M",
        "nodeDeallocationOption": "requeue",
    }
    assert az.resize_pool("p", body) == (
        "az batch pool resize --pool-id p --target-dedicated-nodes 2 --target-low-priority-nodes 0"
        " --resize-timeout PT15M --node-deallocation-option requeue"
    )
    assert az.stop_resize("p") == "az batch pool resize --pool-id p --abort"


def test_a_formula_is_one_word_for_the_shell():
    formula = "$TargetDedicatedNodes = 2;\n'quoted'"
    body = {"autoScaleFormula": formula, "autoScaleEvaluationInterval": "PT5M"}
    found = shlex.split(az.enable_autoscale(ODD, body))
    assert found == [
        *("az", "batch", "pool", "autoscale", "enable", "--pool-id", ODD),
        *("--auto-scale-formula", formula, "--auto-scale-evaluation-interval", "PT5M"),
    ]
    assert az.disable_autoscale("p") == "az batch pool autoscale disable --pool-id p"


def test_json_goes_in_by_a_file_and_no_secret_with_it():
    lines = az.update_pool("p", {"metadata": [{"name": "JSON"}]}).split("\n")
    assert lines[0] == "file=$(mktemp) && cat > \"$file\" <<'JSON'"
    assert json.loads(lines[1]) == {"metadata": [{"name": "JSON"}]}
    assert lines[2:] == ["JSON", 'az batch pool set --pool-id p --json-file "$file"']
    secret = az.create_pool({"userAccounts": [{"name": "a", "password": "secret-word"}]})
    assert "secret-word" not in secret
    assert secret.startswith("# Put the secrets in the places of ***.")
    assert secret.count("***") == 2
    assert "az batch pool reset" in az.replace_pool_properties("p", {})


def test_what_is_too_new_for_az_is_noted():
    policy = {"nodeFillType": "Pack", "jobDefaultOrder": "none"}
    disk = {"managedDisk": {"securityProfile": {"securityEncryptionType": "NonPersistedTPM"}}}
    body = {"taskSchedulingPolicy": policy, "virtualMachineConfiguration": {"dataDisks": [disk]}}
    assert az.create_pool(body).split("\n")[0] == (
        "# az speaks version 2024-02-01, which may refuse: jobDefaultOrder, securityEncryptionType."
    )
    assert not az.create_pool({"id": "p"}).startswith("#")


def test_a_secret_that_is_an_object_stays_one():
    extension = {"protectedSettings": {"key": "secret-word"}}
    command = az.create_pool({"virtualMachineConfiguration": {"extensions": [extension]}})
    assert '"protectedSettings": {"key": "***"}' in command


def test_users_are_added_to_nodes_or_to_all_of_a_pool_and_their_secrets_are_variables():
    user = NodeUser("op-me", password="Correct-Horse-7", expires=START)
    create, other = az.add_user("p", ["a", "b c"], user, replace=False).split("\n")
    assert create == (
        "az batch node user create --pool-id p --name op-me --is-admin --node-id a "
        '--password "$PASSWORD" --expiry-time 2026-03-02T03:04:05Z'
    )
    assert "--node-id 'b c'" in other
    key = NodeUser("op-me", admin=False, public_key="ssh-rsa AAAA")
    every = az.add_user(ODD, [], key, replace=True)
    assert every == (
        f"for node in $(az batch node list --pool-id '{ODD}' --query '[].id' -o tsv); do "
        f"az batch node user create --pool-id '{ODD}' --name op-me "
        '--node-id "$node" --ssh-public-key "$PUBLIC_KEY" || '
        f"az batch node user reset --pool-id '{ODD}' --user-name op-me "
        '--node-id "$node" --ssh-public-key "$PUBLIC_KEY"; done'
    )
    assert shlex.split(az.remove_user(ODD, "n", "u"))[6] == ODD
