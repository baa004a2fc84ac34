"""Every way to log in, against three makes of SSH servers where they have it."""

import time

import pytest
from e2e.login_servers import STATUS, AsyncsshServer, Doors, ParamikoServer
from e2e.ssh_agent import HAS_AGENT, SshAgent
from e2e.sshd_server import SSHD, Sshd
from operators import Asked

from batchtui.access.attempt import GivenUpError
from batchtui.access.channel import Exit
from batchtui.access.keys import LoginKey
from batchtui.access.operator import Prompt
from batchtui.access.ssh import Connection, Login, Password, Prompts
from batchtui.access.ssh.agent import agent_keys
from batchtui.access.ssh.agent_socket import AgentSocket
from batchtui.access.ssh.key_files import read_key_file
from batchtui.errors import LoginKeyError, LoginRefusedError

PASSWORD = "made-up Pässword"
PROMPTS = [("Password:", False), ("Colour:", True)]
ANSWERS = [PASSWORD, "blue"]

needs_sshd = pytest.mark.skipif(SSHD is None, reason="needs sshd (openssh-server)")
needs_agent = pytest.mark.skipif(not HAS_AGENT, reason="needs ssh-agent (openssh-client)")


@pytest.fixture(params=[AsyncsshServer, ParamikoServer])
def serve(request):
    running = []

    def begin(**doors):
        running.append(request.param(Doors(**doors)))
        return running[-1].port

    yield begin
    for each in running:
        each.stop()


@pytest.fixture(scope="module")
def key():
    return LoginKey.generate("ed25519")


@pytest.fixture
def agent(tmp_path, monkeypatch):
    running = SshAgent(tmp_path, monkeypatch)
    yield running
    running.stop()


def connect(port, *ways, user="me", **how):
    return Connection.open("127.0.0.1", port, Login(user, ways), lambda _key: True, **how)


def let_in(port, *ways):
    with connect(port, *ways) as connection:
        return connection.exec("anything").wait() == Exit(STATUS)


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_login_key(serve, kind):
    made = LoginKey.generate(kind)
    assert let_in(serve(keys=[made]), made)


@needs_agent
@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_an_agents_key(serve, agent, kind):
    added = agent.add(kind)
    [held] = agent_keys()
    assert held.public_line.split()[:2] == added.public_line.split()[:2]
    assert let_in(serve(keys=[added]), held)


def test_a_password(serve, key):
    port = serve(password=PASSWORD)
    assert let_in(port, Password(PASSWORD))
    # The server takes no keys: it is said, and the next way tried.
    assert let_in(port, key, Password(PASSWORD))


def test_a_password_that_a_server_prompts_for(serve):
    assert let_in(serve(prompts=PROMPTS[:1], answers=[PASSWORD]), Password(PASSWORD))


def test_prompts_are_asked_together(serve):
    asked = Asked(ANSWERS)
    assert let_in(serve(prompts=PROMPTS, answers=ANSWERS), Prompts(asked))
    [question] = asked.questions
    assert question.prompts == (Prompt("Password:"), Prompt("Colour:", echo=True))
    assert question.title.startswith("me at 127.0.0.1:")
    assert question.text == "Who are you?\nSay it."


def test_a_password_is_asked_for_where_servers_do_not_ask_themselves(serve):
    asked = Asked([PASSWORD])
    assert let_in(serve(password=PASSWORD), Prompts(asked))
    assert asked.questions[0].prompts == (Prompt("Password:"),)


def test_a_wrong_answer_is_asked_for_again(serve):
    asked = Asked(["no", "no"], ANSWERS)
    assert let_in(serve(prompts=PROMPTS, answers=ANSWERS), Prompts(asked))
    first, second = asked.questions
    assert "wasn't right" in second.text
    assert "wasn't right" not in first.text


def test_wrong_answers_end_after_three(serve):
    asked = Asked(*[["no", "no"]] * 9)
    with pytest.raises(LoginRefusedError, match="with these answers"):
        connect(serve(prompts=PROMPTS, answers=ANSWERS), Prompts(asked))
    assert len(asked.questions) == 3


def test_a_question_can_be_given_up(serve):
    with pytest.raises(GivenUpError):
        connect(serve(prompts=PROMPTS, answers=ANSWERS), Prompts(Asked(None)))


def test_the_time_that_an_answer_takes_is_not_the_servers(serve):
    def slowly(_question):
        time.sleep(1.2)
        return ANSWERS

    port = serve(prompts=PROMPTS, answers=ANSWERS)
    with connect(port, Prompts(slowly), timeout=1) as connection:
        assert connection.alive


def test_other_keys_of_the_operator_are_tried_in_turn(serve, key):
    assert let_in(serve(keys=[key]), LoginKey.generate("ed25519"), key)


def test_a_key_that_is_refused_is_a_sentence_and_nothing_is_asked(serve, key):
    asked = Asked()
    port = serve(keys=[LoginKey.generate("ed25519")], prompts=PROMPTS, banner="Account expired.\n")
    with pytest.raises(
        LoginRefusedError, match=r"with this key\. It says: Account expired"
    ) as error:
        connect(port, key, Prompts(asked, instead=False))
    assert "may have expired" in error.value.advice
    assert asked.questions == []


def test_a_server_that_takes_no_keys_is_a_sentence(serve, key):
    with pytest.raises(LoginRefusedError, match="a key alone: it takes password") as refused:
        connect(serve(password=PASSWORD), key)
    assert "with a password" in refused.value.advice


def test_a_key_and_then_a_prompt(key):
    server = ParamikoServer(Doors(keys=[key], prompts=PROMPTS, answers=ANSWERS, both=True))
    try:
        asked = Asked(ANSWERS)
        assert let_in(server.port, key, Prompts(asked, instead=False))
        assert len(asked.questions) == 1
        with pytest.raises(LoginRefusedError, match="a key alone: it takes keyboard-interactive"):
            connect(server.port, key)
    finally:
        server.stop()


@needs_agent
def test_an_agent_without_keys_is_a_sentence(agent):
    with pytest.raises(LoginKeyError, match="holds no keys"):
        agent_keys()


@needs_agent
def test_an_agent_that_is_locked_is_a_sentence(agent, serve):
    added = agent.add()
    [held] = agent_keys()
    agent.lock()
    with pytest.raises(LoginKeyError, match=r"doesn't hold the key .*for_ed25519"):
        connect(serve(keys=[added]), held)


@needs_agent
def test_an_agent_that_does_not_sign_is_a_sentence(agent, serve, monkeypatch):
    monkeypatch.setenv("SSH_ASKPASS", "/bin/false")
    added = agent.add("ed25519", "-c")
    [held] = agent_keys()
    with pytest.raises(LoginKeyError, match=r"doesn't sign with the key .*for_ed25519"):
        connect(serve(keys=[added]), held)


@needs_agent
def test_an_agent_that_is_gone_is_a_sentence(agent, serve):
    added = agent.add()
    [held] = agent_keys()
    agent.stop()
    port = serve(keys=[added], prompts=PROMPTS)
    asked = Asked()
    with pytest.raises(LoginKeyError, match="is gone"):
        connect(port, held, Prompts(asked, instead=False))
    assert asked.questions == []


def test_no_agent_at_all_is_a_sentence(monkeypatch):
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    with pytest.raises(LoginKeyError, match="SSH_AUTH_SOCK isn't set") as error:
        agent_keys()
    assert "ssh-add" in error.value.advice


@needs_sshd
@needs_agent
@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_openssh_takes_an_agents_key(sshd, agent, kind):
    sshd.authorize(agent.add(kind))
    with connect(sshd.port, *agent_keys(), user=sshd.user) as connection:
        assert connection.exec("exit 3").wait() == Exit(3)


@needs_sshd
def test_openssh_refuses_a_key_that_has_expired(sshd, key):
    sshd.authorized.write_text(f'expiry-time="20200101" {key.public_line}\n')
    with pytest.raises(LoginRefusedError) as refused:
        connect(sshd.port, key, Prompts(Asked(), instead=False), user=sshd.user)
    assert "The user or its key may have expired" in refused.value.advice


@needs_sshd
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("PubkeyAuthentication no\n", "a key alone: it takes password"),
        ("AuthenticationMethods publickey,password\n", "a key alone: it takes password"),
        ("PubkeyAcceptedAlgorithms rsa-sha2-512\n", "with this key"),
    ],
)
def test_openssh_that_wants_something_else_is_a_sentence(tmp_path, key, settings, said):
    server = Sshd(tmp_path, extra=settings)
    try:
        server.authorize(key)
        with pytest.raises(LoginRefusedError, match=said):
            connect(server.port, key, user=server.user)
    finally:
        server.stop()


@needs_sshd
def test_openssh_that_hangs_up_after_a_refusal_has_refused(tmp_path, key):
    server = Sshd(tmp_path, extra="MaxAuthTries 1\n")
    try:
        with pytest.raises(LoginRefusedError) as refused:
            connect(server.port, key, Prompts(Asked(), instead=False), user=server.user)
        said = "with this key. It says: Too many authentication failures"
        assert refused.value.message.endswith(said)
    finally:
        server.stop()


@needs_sshd
@needs_agent
def test_a_shell_may_use_the_operators_agent_only_if_it_is_lent(sshd, key, agent):
    sshd.authorize(key)
    held = agent.add().fingerprint

    def seen(**how):
        with connect(sshd.port, key, user=sshd.user, **how) as connection:
            channel, found = connection.exec("ssh-add -l 2>&1"), b""
            while data := channel.read():
                found += data
        return found.decode()

    assert held in seen(lends_agent=True)
    assert held not in seen()
    agent.stop()
    assert held not in seen(lends_agent=True)


@needs_sshd
@pytest.mark.parametrize("wanted", [True, False])
def test_compression_is_by_choice(sshd, key, wanted):
    sshd.authorize(key)
    with connect(sshd.port, key, user=sshd.user, compression=wanted) as connection:
        used = connection._transport.remote_compression
        assert used == ("zlib@openssh.com" if wanted else "none")
        channel, found = connection.exec("head -c 300000 /dev/zero"), 0
        while data := channel.read():
            found += len(data)
        assert found == 300_000


@needs_agent
def test_a_key_file_is_used_by_the_agent_that_holds_it(agent, tmp_path, serve):
    path = tmp_path / "key"
    keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path]
    agent.tell(*keygen)
    agent.tell("ssh-add", "-q", path)
    agent.tell("ssh-keygen", "-q", "-p", "-N", "a passphrase", "-f", path)
    held = read_key_file(path, Asked())
    assert held.fingerprint == agent_keys()[0].fingerprint
    assert read_key_file(tmp_path / "key.pub", Asked()).fingerprint == held.fingerprint
    assert let_in(serve(keys=[held]), held)
    agent.tell("ssh-add", "-q", "-D")
    agent.add()
    with pytest.raises(LoginKeyError, match=r"doesn't hold the key of .*key\.pub"):
        read_key_file(tmp_path / "key.pub", Asked())


@needs_agent
def test_an_agent_behind_an_agent_may_go_away(agent, tmp_path, serve):
    added = agent.add()
    lent = AgentSocket(agent_keys()[0], tmp_path / "lent")
    [held] = agent_keys(str(tmp_path / "lent"))
    port = serve(keys=[added])
    assert let_in(port, held)
    agent.stop()
    with pytest.raises(LoginKeyError, match="doesn't sign"):
        connect(port, held)
    lent.close()
