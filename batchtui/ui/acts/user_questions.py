"""What is asked of a user that is to be on nodes, and the user that the answers make. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from batchtui.batch.models import NodeUser
from batchtui.batch.user_rules import NO_KEY, name_problem, password_problem
from batchtui.ui.acts.act import Answers, Question

# How the user logs in; or the path of a public key.
OURS, KEY, MADE, TYPED = "ours", "key", "made", "typed"
ADMIN, ORDINARY = "admin", "ordinary"
REPLACE, SKIP = "replace", "skip"
_MOST_DAYS = 3650
WHOLE_DAYS = f"A whole number of days, 1 to {_MOST_DAYS:,}."


def questions(name: str, days: int, keys: Iterable[Path], *, windows: bool) -> Sequence[Question]:
    """All of them; public keys are for Linux only (source: SERVICE.md, trap 9)."""
    ways = [("a password, made for it and shown once", MADE), ("a password, typed here", TYPED)]
    if not windows:
        ways = [
            ("the key that this program logs in with", OURS),
            *((f"the key {_short(path)}", str(path)) for path in keys),
            ("another public key", KEY),
            *ways,
        ]
    return (
        Question("name", "Name", name),
        Question("login", "Logs in with", ways[0][1], tuple(ways)),
        Question("key", "Public key", hint="ssh-rsa AAAA…, or the path of a .pub file",
                 when=("login", KEY)),
        Question("password", "Password", hint="8 characters or more, of 3 kinds", secret=True,
                 when=("login", TYPED)),
        Question("rights", "Is", ADMIN,
                 (("an administrator", ADMIN), ("an ordinary user", ORDINARY))),
        Question("days", "For days", str(days)),
        Question("exists", "If it exists", REPLACE,
                 (("replace its key or password and expiry", REPLACE),
                  ("leave it as it is", SKIP))),
    )  # fmt: skip


def _short(path: Path) -> str:
    return f"~/.ssh/{path.name}"


def problems(answers: Answers, *, windows: bool) -> Iterator[tuple[str, str]]:
    """Which answer is wrong, and why, as far as that is known without reading files."""
    name = answers["name"].strip()
    if problem := name_problem(name, windows=windows):
        yield "name", problem
    if _days(answers) is None:
        yield "days", WHOLE_DAYS
    if answers["login"] == KEY and not answers["key"].strip():
        yield "key", NO_KEY
    if answers["login"] == TYPED:
        password = answers["password"]
        yield from (
            ("password", problem)
            for problem in [password_problem(password, name, windows=windows)]
            if problem
        )


def _days(answers: Answers) -> int | None:
    text = answers["days"].strip()
    days = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    return days if 1 <= days <= _MOST_DAYS else None


def is_by_key(answers: Answers) -> bool:
    """Whether the user logs in by a key."""
    return answers["login"] not in {MADE, TYPED}


def user_of(answers: Answers, now: datetime, *, key: str = "", password: str = "") -> NodeUser:
    """The user, with what it logs in with."""
    return NodeUser(
        name=answers["name"].strip(),
        admin=answers["rights"] == ADMIN,
        password=password,
        public_key=key,
        expires=now + timedelta(days=_days(answers) or 1),
    )
