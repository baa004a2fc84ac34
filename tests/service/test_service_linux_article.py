"""Azure's article "Provision Linux nodes in Batch pools" works as it is written there.

Its code is of an older SDK: what it calls `run_elevated` is an auto user with admin rights today,
and its image `UbuntuServer` is `0001-com-ubuntu-server-focal`.
"""

from datetime import UTC, datetime, timedelta

import pytest
from azure.batch import models
from service.helpers import nat

from batchtui.batch.convert import supported_image
from batchtui.batch.draft import PoolDraft, answered
from batchtui.batch.image_choice import with_image

POOL, SIZE, START = "LinuxNodesSamplePool", "STANDARD_D2_V3", "printenv AZ_BATCH_NODE_STARTUP_DIR"
FOCAL = ("0001-com-ubuntu-server-focal", "20_04-lts", "batch.node.ubuntu 20.04")
JAMMY = ("0001-com-ubuntu-server-jammy", "22_04-lts", "batch.node.ubuntu 22.04")
UBUNTUS = pytest.mark.parametrize(("offer", "sku", "agent"), [FOCAL, JAMMY])


def article_pool(reference, agent, **more):
    """The article's pool: one node, whose start task is run with admin rights."""
    user = models.AutoUserSpecification(
        scope=models.AutoUserScope.POOL, elevation_level=models.ElevationLevel.ADMIN
    )
    return models.BatchPoolCreateOptions(
        id=POOL,
        vm_size=SIZE,
        target_dedicated_nodes=1,
        start_task=models.BatchStartTask(
            command_line=START, user_identity=models.UserIdentity(auto_user=user)
        ),
        virtual_machine_configuration=models.VirtualMachineConfiguration(
            image_reference=reference, node_agent_sku_id=agent
        ),
        **more,
    )


async def picked_at_run_time(client, offer, sku):
    """The article's loop over the supported images."""
    async for image in client.list_supported_images():
        reference = image.image_reference
        if (
            reference.publisher.lower() == "canonical"
            and reference.offer.lower() == offer
            and reference.sku.lower() == sku
        ):
            return image
    raise RuntimeError("invalid image reference for desired configuration")


async def start_task_says_where_it_runs(service):
    """The node is idle once its start task, with admin rights, has told its directory."""
    (node,) = await service.nodes(POOL)
    assert node["startTaskInfo"]["result"] == "success"
    identity = node["startTask"]["userIdentity"]["autoUser"]
    assert identity["elevationLevel"] == "admin"
    chunks = await service.client.download_node_file(POOL, node["id"], "startup/stdout.txt")
    said = b"".join([chunk async for chunk in chunks]).decode().strip()
    assert said.endswith("startup")
    return node


@UBUNTUS
async def test_its_pool_of_an_image_picked_at_run_time(service, offer, sku, agent):
    image = await picked_at_run_time(service.client, offer, sku)
    assert image.node_agent_sku_id == agent
    pool = article_pool(image.image_reference, image.node_agent_sku_id)
    await service.client.create_pool(pool)
    await start_task_says_where_it_runs(service)


@UBUNTUS
async def test_its_pool_of_an_image_given_explicitly(service, offer, sku, agent):
    reference = models.BatchVmImageReference(
        publisher="Canonical", offer=offer, sku=sku.upper(), version="latest"
    )
    await service.client.create_pool(article_pool(reference, agent))
    await start_task_says_where_it_runs(service)


async def test_its_users_are_let_in_where_it_tells(service):
    image = await picked_at_run_time(service.client, *FOCAL[:2])
    pool = article_pool(image.image_reference, image.node_agent_sku_id)
    # Pools map SSH only if they say so, since the article was written (SERVICE.md, trap 1).
    await service.client.create_pool(pool.as_dict() | {"networkConfiguration": nat()})
    await start_task_says_where_it_runs(service)
    user = models.BatchNodeUserCreateOptions(
        name="linuxuser",
        password="a-password-1A",
        is_admin=True,
        expiry_time=datetime.now(UTC) + timedelta(days=30),
    )
    told = []
    async for node in service.client.list_nodes(POOL):
        await service.client.create_node_user(POOL, node.id, user)
        login = await service.client.get_node_remote_login_settings(POOL, node.id)
        told.append((node.id, node.state, login.remote_login_ip_address, login.remote_login_port))
    ((_, state, address, port),) = told
    assert state == models.BatchNodeState.IDLE
    assert address
    assert port


@UBUNTUS
async def test_the_form_makes_the_same_request(service, offer, sku, agent):
    image = await picked_at_run_time(service.client, offer, sku)
    wanted = article_pool(image.image_reference, image.node_agent_sku_id).as_dict()
    row = next(
        supported_image(each)
        for each in (await service.get("/supportedimages"))["value"]
        if (each["imageReference"]["sku"], each["nodeAgentSKUId"]) == (sku, agent)
    )
    draft = with_image(PoolDraft(), row)
    answers = {
        "id": POOL,
        "vm_size": SIZE,
        "dedicated": "1",
        "start_command": START,
        "start_identity": "pool-admin",
    }
    for name, answer in answers.items():
        draft = answered(draft, name, answer)
    assert draft.body == wanted
    await service.client.create_pool(draft.body)
    await start_task_says_where_it_runs(service)


async def test_the_form_makes_the_same_request_of_an_image_given_explicitly(service):
    offer, sku, agent = FOCAL
    reference = {"publisher": "Canonical", "offer": offer, "sku": sku, "version": "latest"}
    draft = answered(PoolDraft(), "image_from", "named")
    for name, answer in {**reference, "agent": agent}.items():
        draft = answered(draft, name, answer)
    wanted = article_pool(models.BatchVmImageReference(**reference), agent).as_dict()
    assert draft.body["virtualMachineConfiguration"] == wanted["virtualMachineConfiguration"]
