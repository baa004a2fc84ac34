import pytest

from batchtui.access.forward_spec import ForwardSpec
from batchtui.errors import SshError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("8080:localhost:80", ("127.0.0.1", 8080, "localhost", 80)),
        ("  8080:10.0.0.4:80 ", ("127.0.0.1", 8080, "10.0.0.4", 80)),
        ("0:localhost:80", ("127.0.0.1", 0, "localhost", 80)),
        ("8888", ("127.0.0.1", 8888, "localhost", 8888)),
        ("0.0.0.0:8080:web:80", ("0.0.0.0", 8080, "web", 80)),
        (":8080:web:80", ("127.0.0.1", 8080, "web", 80)),
        ("[::1]:8080:[fd00::4]:80", ("::1", 8080, "fd00::4", 80)),
    ],
)
def test_what_ssh_takes_is_taken(text, found):
    spec = ForwardSpec.parse(text)
    assert (spec.bind, spec.port, spec.host, spec.host_port) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no port"),
        ("web", "is no port"),
        ("0", "is no port"),
        ("8080:80", "doesn't say what to forward"),
        ("1:2:3:4:5", "doesn't say what to forward"),
        ("70000:localhost:80", "is no port"),
        ("8080:localhost:0", "is no port"),
        ("8080:localhost:http", "is no port"),
        ("8080::80", "host that it leads to is missing"),
        ("8080:[fd00::4:80", "bracket"),
        ("8080:[fd00::4]x:80", "bracket"),
        ("\uff18080:localhost:80", "is no port"),
    ],
)
def test_what_cant_be_meant_is_told_with_how_it_goes(text, words):
    with pytest.raises(SshError, match=words) as caught:
        ForwardSpec.parse(text)
    assert "PORT:HOST:HOSTPORT" in caught.value.advice


def test_it_is_shown_as_a_way():
    assert str(ForwardSpec.parse("8080:[fd00::4]:80")) == "127.0.0.1:8080 → [fd00::4]:80"
