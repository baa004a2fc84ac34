"""Which actions are dangerous, said in one place: read-only mode has none of them."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


class _Guarded(Protocol):
    @property
    def read_only(self) -> bool: ...

    def say(self, text: str, tone: str = ...) -> None: ...


def dangerous(method: Method) -> Method:
    """Mark an action that changes something or runs something: refused in read-only mode."""

    def guarded(screen: _Guarded, *args: Any) -> Any:  # noqa: ANN401 - whatever it guards
        if screen.read_only:
            screen.say("Read-only: nothing is changed, no shell opens.", "warn")
            return None
        return method(screen, *args)

    guarded.__name__ = method.__name__
    guarded.__doc__ = method.__doc__
    guarded.dangerous = True  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def is_dangerous(screen: object, action: str) -> bool:
    """Whether a binding's action is one of them."""
    name = action.partition("(")[0].rpartition(".")[2]
    return bool(getattr(getattr(screen, f"action_{name}", None), "dangerous", False))
