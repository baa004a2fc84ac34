"""What had happened before each request about nodes."""

from service.helpers import pool_body
from service.replaying.pools import BASIC, BIONIC, HELLO, IMPLICIT, ONE, PAUSED, SSH, TWO, UDP
from service.replaying.steps import boots, on
from service.replaying.work_worlds import ON_LINUX, ON_WINDOWS

STOPPED = [PAUSED, 45, "node-deallocate-202"]


WORLDS = {
    "node-add-user-201": [ONE, 120],
    "node-add-user-201-2020": [
        pool_body("test_batch_test_batch_compute_node_user3c670ff0", targetDedicatedNodes=1), 120,
    ],
    "node-add-user-201-location": [BASIC, 120],
    "node-deallocate-202": [PAUSED, 45],
    "node-deallocate-202-no-body": [BASIC, 120],
    "node-delete-user-200": [ONE, 120, "node-add-user-201"],
    "node-disable-scheduling-200": [TWO, 120],
    "node-enable-scheduling-200": [TWO, 120, "node-disable-scheduling-200"],
    "node-extension-get": [UDP, 40],
    "node-extension-list": [UDP, 40],
    "node-file-delete-200": ON_WINDOWS,
    "node-file-get-200": ON_WINDOWS,
    "node-file-list-2020": ON_LINUX,
    "node-file-list-recursive": ON_WINDOWS,
    "node-file-properties-200": ON_WINDOWS,
    "node-file-properties-200-linux-2020": ON_LINUX,
    "node-get": [TWO, 120],
    "node-get-deallocated": [*STOPPED, 67],
    "node-get-deallocating": STOPPED,
    "node-get-idle-after-start": [*STOPPED, 67, "node-start-202", 240],
    "node-get-rebooting": [TWO, 120, "node-reboot-202", 50],
    "node-get-remote-login": [ONE, 120],
    "node-get-remote-login-dualstack": ["pool-create-201", 40],
    "node-get-remote-login-implicit-ssh-2022": [
        pool_body("f68621d9", virtualMachineConfiguration=BIONIC, targetDedicatedNodes=1), 120,
    ],
    "node-get-remote-login-ssh": [SSH, 120],
    "node-get-starting-after-reboot": [TWO, 120, "node-reboot-202", 66],
    "node-get-starting-disabled": [*STOPPED, 67, "node-start-202"],
    "node-get-starting-enabled": [*STOPPED, 67, "node-start-202", 154],
    "node-get-windows-start-task-2020": [HELLO, 120],
    "node-list": [TWO, 120],
    "node-list-creating-dualstack": ["pool-create-201", 40],
    "node-list-creating-implicit-ssh-2023": [IMPLICIT, 40],
    "node-list-idle-implicit-ssh-2023": [boots(0.1, 0.9), IMPLICIT, 75],
    "node-list-mixed-starting-idle": [boots(0.9, 0.1), TWO, 75],
    "node-list-no-endpoint-start-task": [
        BASIC, 120, on("jssdkPool-Basic6228", 2, "reboot"), 2, "node-reimage-202", 4,
    ],
    "node-list-spot-and-dedicated": ["pool-create-201-spot", 45],
    "node-list-ssh-endpoint": [SSH, 120],
    "node-list-starting": [TWO, 45],
    "node-list-udp-endpoint": [UDP, 40],
    "node-reboot-202": [TWO, 120],
    "node-reboot-202-2020": [HELLO, 120],
    "node-reimage-202": [BASIC, 120],
    "node-reimage-409-2023": [IMPLICIT, 120],
    "node-replace-user-200": [ONE, 120, "node-add-user-201"],
    "node-start-202": [*STOPPED, 67],
    "node-upload-logs-200": [TWO, 120],
}  # fmt: skip
