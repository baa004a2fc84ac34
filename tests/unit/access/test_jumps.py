import pytest

from batchtui.access.hop import known_hosts_name
from batchtui.errors import ConfigError
from batchtui.jumps import JumpHost, parse_jumps


def test_a_chain_is_read_from_the_nearest_host_on():
    assert parse_jumps("me@bastion:2222, inner") == (
        JumpHost("bastion", "me", 2222),
        JumpHost("inner"),
    )
    assert parse_jumps("ssh://me@bastion:22/") == (JumpHost("bastion", "me", 22),)
    assert parse_jumps("me@[fe80::1%eth0]:24") == (JumpHost("fe80::1%eth0", "me", 24),)
    assert parse_jumps("None") == ()


@pytest.mark.parametrize(
    "text", ["", "a,", "a b", "a:b", "a:0", "a:70000", "@a", "::1", "-oProxyCommand=x", "u@-x"]
)
def test_what_is_no_jump_host_is_named(text):
    with pytest.raises(ConfigError, match="is no jump host"):
        parse_jumps(text)


def test_what_known_hosts_calls_a_server():
    assert known_hosts_name("a", 22) == "a"
    assert known_hosts_name("::1", 2222) == "[::1]:2222"
