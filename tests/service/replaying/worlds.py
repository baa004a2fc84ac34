"""What had happened before each recorded request was sent: see Replay.take for the steps."""

from service.replaying import management_worlds, node_worlds, pool_worlds, work_worlds

WORLDS = management_worlds.WORLDS | node_worlds.WORLDS | pool_worlds.WORLDS | work_worlds.WORLDS
