"""Where the key that logs in to nodes comes from."""

import asyncio
import threading

import keyring
import pytest
from conftest import wait_for
from keyring.backend import KeyringBackend
from keyring.backends import fail
from operators import write_locked_key

from batchtui.access.attempt import GivenUpError
from batchtui.access.keys import LoginKey
from batchtui.access.operator import Nobody, Question
from batchtui.config import Settings
from batchtui.entrance.asking import Asking
from batchtui.entrance.login_keys import LoginKeys
from batchtui.entrance.shared import Shared
from batchtui.errors import LoginKeyError

NAME = ("batchtui", "login-key-ed25519")


class Operator:
    def __init__(self):
        self.told = []
        self.asked = asyncio.Queue()
        self.answers = asyncio.get_running_loop().create_future()

    async def ask(self, question):
        self.asked.put_nowait(question)
        return await self.answers

    def tell(self, text):
        self.told.append(text)


@pytest.fixture
async def operator():
    return Operator()


@pytest.fixture
def use():
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.fixture
def kept(use):
    found = {}

    class Ring(KeyringBackend):
        priority = 1

        def get_password(self, *name):
            return found.get(name)

        def set_password(self, service, name, secret):
            found[service, name] = secret

    use(Ring())
    return found


def keys(operator, **settings):
    return LoginKeys(Settings(login_key_type="ed25519", **settings), operator)


async def test_this_programs_key_is_kept_in_the_keyring(kept, operator):
    first = await keys(operator).key()
    assert LoginKey.read(kept[NAME]).fingerprint == first.fingerprint
    assert (await keys(operator).key()).fingerprint == first.fingerprint
    assert operator.told == []


async def test_a_key_for_the_run_stays_out_of_the_keyring(kept, operator):
    of_run = keys(operator, login_key="run")
    assert await of_run.key() is await of_run.key()
    assert await keys(operator).key(lasting=False)
    assert kept == {}


async def test_without_a_keyring_it_is_for_this_run_and_that_is_said_once(use, operator):
    use(fail.Keyring())
    here = keys(operator)
    assert await here.key() is await here.key()
    [told] = operator.told
    assert told == (
        "There is no keyring on this machine. The key that logs in to nodes is for this run."
    )


async def test_what_is_no_key_in_the_keyring_stays_there(kept, operator):
    kept[NAME] = "somebody's own"
    assert await keys(operator).key()
    assert kept[NAME] == "somebody's own"
    assert "isn't one" in operator.told[0]


async def test_all_who_wait_for_a_passphrase_hear_of_one_question(operator, tmp_path):
    path = write_locked_key(tmp_path / "key", "sesame")
    here = keys(operator, login_key=str(path))
    both = asyncio.gather(here.key(), here.key())
    question = await operator.asked.get()
    assert question.title == f"The key {path}"
    operator.answers.set_result(["sesame"])
    first, second = await both
    assert first is second is await here.key()
    assert operator.asked.empty()


async def test_nobody_to_ask_is_a_sentence():
    with pytest.raises(LoginKeyError, match="nobody is there to be asked"):
        await Nobody().ask(Question("The key x", ()))


async def test_work_is_shared_by_those_who_wait_and_stops_with_the_last():
    begun, ended = asyncio.Queue(), asyncio.Queue()

    async def work():
        begun.put_nowait("once")
        try:
            await asyncio.Event().wait()
        finally:
            ended.put_nowait("once")

    shared = Shared(work)
    waiting = [asyncio.create_task(shared.result()) for _ in range(3)]
    await begun.get()
    waiting[0].cancel()
    await asyncio.wait(waiting[:1])
    assert begun.empty()
    assert ended.empty()
    for each in waiting[1:]:
        each.cancel()
    await asyncio.wait(waiting)
    await ended.get()
    again = asyncio.create_task(shared.result())
    await begun.get()
    again.cancel()


async def test_a_failure_is_everybodys_and_the_next_one_begins_anew():
    outcomes = iter([LoginKeyError("No."), None])

    async def work():
        await asyncio.sleep(0)
        if error := next(outcomes):
            raise error
        return "key"

    shared = Shared(work)
    both = await asyncio.gather(shared.result(), shared.result(), return_exceptions=True)
    assert [str(each) for each in both] == ["No.", "No."]
    assert await shared.result() == "key"


async def test_a_question_goes_away_with_those_who_waited_for_its_answer(operator):
    outcome = []

    def login(ask):
        try:
            ask(Question("Password?", ()))
        except GivenUpError as error:
            outcome.append(error)

    with Asking(operator) as ask:
        thread = threading.Thread(target=login, args=(ask,))
        thread.start()
        await operator.asked.get()
    await asyncio.to_thread(wait_for, lambda: outcome, "the end of the question")
    thread.join()
    await asyncio.to_thread(login, ask)
    assert len(outcome) == 2
    assert operator.asked.empty()
