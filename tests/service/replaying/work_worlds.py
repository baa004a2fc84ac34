"""What had happened before each request about jobs and tasks."""

from conftest import recording
from service.helpers import pool_body
from service.replaying.pools import CANONICAL_BIONIC, SMALL_WINDOWS
from service.replaying.steps import hello, packages

JOBS = pool_body("xplatJobForTaskTests")
TASKS = [
    JOBS,
    2,
    ("POST", "/jobs", {"id": "xplatJobForTaskTests", "poolInfo": {"poolId": JOBS["id"]}}),
]
AUTO_POOL = recording("job-create-201-auto-pool")["request"]["body"]
PREPARED = AUTO_POOL | {
    "id": "batch_job1_",
    "jobPreparationTask": {"commandLine": 'cmd /c "echo hello world"'},
    "jobReleaseTask": {"commandLine": 'cmd /c "echo goodbye world"'},
}
OLD_JOB = ("POST", "/jobs", PREPARED | {"id": "batch_job1_8dcc0a7e"})
SCHEDULE = recording("job-schedule-create-201")["request"]["body"]
X_JOB = {
    "id": "xplatJob",
    **SCHEDULE["jobSpecification"],  # the schedule's job, in a pool
    "displayName": "displayName",
    "poolInfo": {"poolId": "xplatTestPool"},
}
HELLO_JOB = "HelloWorldJobNodeSDKTest"
HELLO_TASKS = [
    pool_body("nodesdktestpool1"),
    2,
    ("POST", "/jobs", {"id": HELLO_JOB, "poolInfo": {"poolId": "nodesdktestpool1"},
                       "constraints": {"maxTaskRetryCount": 3}}),
    ("POST", f"/jobs/{HELLO_JOB}/tasks", {"id": "HelloWorldNodeSDKTestTask",
                                          "commandLine": "ping 127.0.0.1 -n 20"}),
]  # fmt: skip
MY_TASK = recording("task-list-2022")["response"]["body"]["value"][0]
MY_POOL = pool_body(
    "ncj-ubuntu1604", vmSize="STANDARD_D1_V2", virtualMachineConfiguration=CANONICAL_BIONIC
)
MY_TASKS = [
    ("POST", "/jobs", {"id": "ncj-ubuntu1604", "poolInfo": {"poolId": "ncj-ubuntu1604"}}),
    ("POST", "/jobs/ncj-ubuntu1604/tasks", {
        "id": "myTask", "commandLine": MY_TASK["commandLine"],
        "outputFiles": MY_TASK["outputFiles"], "constraints": {"retentionTime": "PT1H"},
    }),
]  # fmt: skip

ON_WINDOWS = hello("d5e1b9f", "batch", "hello world\r\n", virtualMachineConfiguration=SMALL_WINDOWS)
ON_LINUX = hello("test_batch_test_batch_files98930ae3", "batch98930ae3", "")

WORLDS = {
    "application-list-2020": [packages("my_application_id", "1.0")],
    "job-create-201-2024": [JOBS, 2],
    "job-create-201-auto-pool": [],
    "job-create-409-exists": ["job-create-201-auto-pool"],
    "job-delete-202": [pool_body("xplatTestPool"), 2, ("POST", "/jobs", X_JOB)],
    "job-disable-202-2020": [OLD_JOB],
    "job-enable-202-2020": [OLD_JOB, "job-disable-202-2020"],
    "job-get": [("POST", "/jobs", PREPARED), "job-replace-200", "job-patch-200"],
    "job-get-2024": [JOBS, 2, "job-create-201-2024"],
    "job-list": [
        pool_body("xplatTestPool"), 2, "job-schedule-create-201", ("POST", "/jobs", X_JOB),
    ],
    "job-patch-200": [("POST", "/jobs", PREPARED), "job-replace-200"],
    "job-prep-release-409-not-specified-2020": HELLO_TASKS,
    "job-replace-200": [("POST", "/jobs", PREPARED)],
    "job-replace-200-2024": [JOBS, 2, "job-create-201-2024", 2],
    "job-replace-412-if-unmodified-since": [JOBS, 2, "job-create-201-2024", 1, (
        "PATCH", "/jobs/cli-test-job-1", {"priority": 500},
    ), 1],
    "job-schedule-create-201": [],
    "job-terminate-202-2020": [OLD_JOB, "job-disable-202-2020", "job-enable-202-2020"],
    "task-add-collection-200": TASKS,
    "task-counts": TASKS,
    "task-create-201": TASKS,
    "task-delete-200": [*TASKS, "task-create-201"],
    "task-file-list": [*ON_WINDOWS, "node-file-delete-200"],
    "task-get": [*TASKS, "task-create-201"],
    "task-list-2020": [*HELLO_TASKS, 1, "task-terminate-204-2020", 1, (
        "POST", f"/jobs/{HELLO_JOB}/tasks",
        {"id": "HelloWorldNodeSDKTestTask2", "commandLine": "cmd /c echo hello world"},
    ), "task-reactivate-204-2020"],
    "task-list-2022": [MY_POOL, 2, *MY_TASKS],
    "task-reactivate-204-2020": [*HELLO_TASKS, 1, "task-terminate-204-2020"],
    "task-subtasks-200-2020": HELLO_TASKS,
    "task-terminate-204-2020": HELLO_TASKS,
    "node-list-recent-tasks-2022": [MY_POOL | {"targetDedicatedNodes": 1}, 120, *MY_TASKS, 60],
}  # fmt: skip
