"""How this machine comes to an account's nodes: its network, and jump hosts that are set."""

from urllib.parse import urlsplit

from batchtui.access.accounts import Account
from batchtui.access.address import near, standpoint
from batchtui.access.checks import is_loopback
from batchtui.access.hop import Hop
from batchtui.access.route import View
from batchtui.config import Settings
from batchtui.jumps import parse_jumps


class Outlook:
    """Reads the account's jump hosts, else the program's, else what ssh_config says of a node."""

    def __init__(self, account: Account, settings: Settings) -> None:
        self._demo = account.source == "demo"
        self._on_this_machine = is_loopback(urlsplit(account.endpoint).hostname or "")
        self._jump = account.jump or settings.jump
        self._ssh_config = settings.ssh_config

    @property
    def jump(self) -> str:
        """The jump hosts that are set, as ssh's ProxyJump has them, or nothing."""
        if self._demo or not self._jump or not parse_jumps(self._jump):
            return ""
        return ",".join(part.strip() for part in self._jump.split(","))

    def view(self) -> View:
        """What is known now, as files may be written at any time. Blocks; raises ConfigError."""
        if self._demo:
            return View(standpoint)
        # Imported here: what reads the file is paramiko.
        from batchtui.access.ssh.config import SshConfig

        config = SshConfig.load(self._ssh_config)
        # An emulator's nodes are in no network, whatever addresses they say they have.
        close = _nothing if self._on_this_machine else near
        chain = config.chain(parse_jumps(self._jump)) if self._jump else None

        def jumps(host: str) -> tuple[Hop, ...]:
            return config.chain(config.jumps_to(host)) if chain is None else chain

        return View(standpoint, jumps, close, config.notes)


def _nothing(_host: str) -> str:
    return ""
