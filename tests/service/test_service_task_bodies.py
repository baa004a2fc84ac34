"""Tasks that are added: what the service adds to them, and what it refuses."""

import pytest
from conftest import recording
from service.posting import (
    NO_LIMIT,
    TASK,
    add_task,
    create_job,
    shape,
    task_body,
)

SOURCE = {"httpUrl": "http://127.0.0.1:9/x", "filePath": "x"}
TO = {"container": {"containerUrl": "https://a.blob.core.windows.net/c"}}


async def test_a_task_is_added_with_the_recorded_answer_and_defaults(service):
    asked = recording("task-create-201")["request"]["body"]
    await create_job(service, "xplatJobForTaskTests")
    path = "/jobs/xplatJobForTaskTests/tasks"
    response = await service.send("POST", path, asked)
    url = f"{service.info.endpoint}{path}/xplatTask"
    assert (response.status_code, response.text()) == (201, "")
    assert response.headers["Location"] == response.headers["DataServiceId"] == url
    task = await service.send("GET", f"{path}/xplatTask", version="2024-02-01.19.0")
    wanted = recording("task-get")["response"]["body"]
    assert shape(task.json()) == shape(wanted)
    assert list(task.json()) == list(wanted)
    assert task.headers["ETag"] == response.headers["ETag"] == task.json()["eTag"]


async def test_a_task_inherits_how_often_it_is_retried_from_its_job(service):
    await create_job(service, constraints={"maxTaskRetryCount": 3})
    await add_task(service)
    await add_task(service, "own", constraints={"maxTaskRetryCount": 1, "retentionTime": "PT0060M"})
    limits = (await service.get(TASK))["constraints"]
    wanted = {"maxWallClockTime": NO_LIMIT, "retentionTime": "P7D", "maxTaskRetryCount": 3}
    assert limits == wanted
    own = (await service.get("/jobs/j/tasks/own"))["constraints"]
    assert own == wanted | {"retentionTime": "PT1H", "maxTaskRetryCount": 1}


async def test_everything_about_a_task_comes_back(service):
    await create_job(
        service, usesTaskDependencies=True, onTaskFailure="performExitOptionsJobAction"
    )
    given = {
        "displayName": "Ein Ding",
        "resourceFiles": [SOURCE],
        "outputFiles": [{
            "filePattern": "*.txt",
            "destination": TO,
            "uploadOptions": {"uploadCondition": "TaskSuccess"},
        }],
        "environmentSettings": [{"name": "A", "value": "B"}, {"name": "EMPTY"}],
        "affinityInfo": {"affinityId": "TVM:n"},
        "userIdentity": {"autoUser": {"scope": "task", "elevationLevel": "admin"}},
        "requiredSlots": 2,
        "dependsOn": {"taskIds": ["a"], "taskIdRanges": [{"start": 1, "end": 5}]},
        "exitConditions": {
            "exitCodes": [{"code": 3, "exitOptions": {"jobAction": "terminate"}}],
            "exitCodeRanges": [
                {"start": 4, "end": 9, "exitOptions": {"dependencyAction": "satisfy"}}
            ],
            "default": {"jobAction": "none", "dependencyAction": "block"},
        },
    }  # fmt: skip
    await add_task(service, **given)
    task = await service.get(TASK)
    assert {name: task[name] for name in given} == given
    one = await service.client.get_task("j", "t", select=["id", "requiredSlots"])
    assert dict(one)["requiredSlots"] == 2
    assert one.state is None


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"id": None}, 400, "MissingRequiredProperty"),
        ({"id": "a/b"}, 400, "InvalidPropertyValue"),
        ({"id": "x" * 65}, 400, "InvalidPropertyValue"),
        ({"commandLine": None}, 400, "MissingRequiredProperty"),
        ({"commandLine": ""}, 400, "InvalidPropertyValue"),
        ({"commandLine": 5}, 400, "InvalidPropertyValue"),
        ({"wish": 1}, 400, "InvalidRequestBody"),
        ({"requiredSlots": 0}, 400, "InvalidPropertyValue"),
        ({"requiredSlots": 257}, 400, "InvalidPropertyValue"),
        ({"constraints": {"maxWallClockTime": "long"}}, 400, "InvalidPropertyValue"),
        ({"constraints": {"maxTaskRetryCount": -2}}, 400, "InvalidPropertyValue"),
        ({"constraints": []}, 400, "InvalidPropertyValue"),
        ({"environmentSettings": [{"value": "v"}]}, 400, "MissingRequiredProperty"),
        ({"resourceFiles": [{}]}, 400, "MissingRequiredProperty"),
        ({"resourceFiles": [{"httpUrl": "http://x/y"}]}, 400, "MissingRequiredProperty"),
        ({"resourceFiles": [SOURCE | {"blobPrefix": "p"}]}, 400, "InvalidPropertyValue"),
        (
            {"resourceFiles": [SOURCE | {"autoStorageContainerName": "c"}]},
            400,
            "InvalidPropertyValue",
        ),
        ({"outputFiles": [{"filePattern": "*"}]}, 400, "MissingRequiredProperty"),
        (
            {
                "outputFiles": [{
                    "filePattern": "*",
                    "destination": TO,
                    "uploadOptions": {"uploadCondition": "always"},
                }]
            },
            400,
            "InvalidPropertyValue",
        ),
        (
            {"userIdentity": {"username": "u", "autoUser": {}}},
            400,
            "InvalidPropertyValue",
        ),
        ({"userIdentity": {"autoUser": {"scope": "world"}}}, 400, "InvalidPropertyValue"),
        ({"multiInstanceSettings": {}}, 400, "MissingRequiredProperty"),
        (
            {"multiInstanceSettings": {"coordinationCommandLine": "true"}, "requiredSlots": 2},
            400,
            "InvalidPropertyValue",
        ),
        ({"dependsOn": {"taskIds": ["a"]}}, 400, "TaskDependenciesNotSpecifiedOnJob"),
        (
            {"exitConditions": {"default": {"jobAction": "terminate"}}},
            400,
            "InvalidPropertyValue",
        ),
        (
            {"exitConditions": {"default": {"dependencyAction": "block"}}},
            400,
            "InvalidPropertyValue",
        ),
        ({"containerSettings": {}}, 400, "MissingRequiredProperty"),
        (
            {"applicationPackageReferences": [{"applicationId": "a"}]},
            409,
            "InvalidApplicationPackageReferences",
        ),
    ],
)  # fmt: skip
async def test_a_task_that_cannot_be_is_refused(service, more, status, code):
    await create_job(service)
    body = task_body(**({"id": "t"} | more))
    await service.fails(status, code, "POST", "/jobs/j/tasks", body)
    assert (await service.get("/jobs/j/tasks"))["value"] == []


async def test_dependencies_are_checked_when_the_job_uses_them(service):
    await create_job(service, usesTaskDependencies=True)
    for depends, code in (
        ({"taskIds": "a"}, "InvalidPropertyValue"),
        ({"taskIds": [1]}, "InvalidPropertyValue"),
        ({"taskIdRanges": [{"start": 5, "end": 4}]}, "InvalidPropertyValue"),
        ({"taskIdRanges": [{"start": 5}]}, "MissingRequiredProperty"),
        ({"taskIds": ["x" * 64] * 1001}, "TaskDependencyListTooLong"),
    ):
        body = task_body(dependsOn=depends)
        await service.fails(400, code, "POST", "/jobs/j/tasks", body)


async def test_ids_of_a_job_are_each_used_once(service):
    own = {"commandLine": "true"}
    await create_job(service, jobPreparationTask=own, jobReleaseTask=own)
    await add_task(service, "Task")
    for task_id, code in (
        ("TASK", "TaskExists"),
        ("JobPreparation", "TaskIdSameAsJobPreparationTask"),
        ("jobrelease", "TaskIdSameAsJobReleaseTask"),
    ):
        await service.fails(409, code, "POST", "/jobs/j/tasks", task_body(task_id))
    assert (await service.get("/jobs/j/tasks/tASK"))["id"] == "Task"
