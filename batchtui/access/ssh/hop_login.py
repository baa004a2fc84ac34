"""How we log in at a jump host: with what ssh would offer it."""

from batchtui.access.hop import Hop
from batchtui.access.keys import LoginKey
from batchtui.access.operator import Ask
from batchtui.access.ssh.agent import agent_keys
from batchtui.access.ssh.key_files import public_key
from batchtui.access.ssh.login import KeyFile, Login, Prompts, Way
from batchtui.errors import LoginKeyError
from batchtui.jumps import NONE


def hop_login(hop: Hop, ask: Ask) -> Login:
    """Its user, with the agent's keys, then those in files, then what the host asks for.

    Servers hang up after a few keys, so those of the agent that are in files, too, come first,
    and are the only ones where ssh_config says IdentitiesOnly.
    """
    files = [path for path in hop.identities if path.is_file()]
    held = _held(hop)
    named = [public_key(path) for path in files]
    first = [held[public] for public in named if public in held]
    others = [key for public, key in held.items() if public not in named]
    unheld = [path for path, public in zip(files, named, strict=True) if public not in held]
    ways: list[Way] = [*first, *([] if hop.identities_only else others)]
    ways += [KeyFile(path, ask) for path in unheld]
    return Login(hop.user, (*ways, Prompts(ask)))


def _held(hop: Hop) -> dict[bytes, LoginKey]:
    if hop.agent.lower() == NONE:
        return {}
    try:
        return {key.pkey.asbytes(): key for key in agent_keys(hop.agent)}
    except LoginKeyError:
        return {}
