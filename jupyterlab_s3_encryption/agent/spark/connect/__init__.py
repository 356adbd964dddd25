"""What is behind a Spark Connect server: our class there, what it sees, and what that means.

This is the way in. The rest is imported if a kernel has a session there: server.py, which has functions
of the same names. Must not know: what is asked there.
"""

from typing import TYPE_CHECKING, List, Optional

from ...data import late
from ...state import State
from ..sessions import Connect, Session

if TYPE_CHECKING:
    from types import ModuleType

    from ...foreign import ServerAnswer


def changed(state: State, sessions: List[Session]) -> None:
    """Settings were just written."""
    if _are_there(state, sessions):
        _room().changed(state, sessions)


def created(state: State, sessions: List[Session]) -> None:
    """There is a new session."""
    if _are_there(state, sessions):
        _room().created(state, sessions)


def check(state: State, sessions: List[Session]) -> None:
    """Looks at everything again."""
    if _are_there(state, sessions):
        _room().check(state, sessions)


def current(state: State, sessions: List[Session]) -> "Optional[ServerAnswer]":
    """What the server says now; None if there is none, or if it cannot be asked."""
    if not _are_there(state, sessions):
        return None
    answer: "Optional[ServerAnswer]" = _room().current(state, sessions)
    return answer


def begin(state: State, session: Session) -> None:
    """A session gets settings now: brings our class to its server, if it may go there."""
    if isinstance(session, Connect):
        _room().begin(state, session)


def known(state: State, session: Session) -> "Optional[ServerAnswer]":
    """What the server of a session said last; None if it was never asked, or did not answer."""
    if state.server is None or not isinstance(session, Connect):
        return None
    return state.server.answer


def _are_there(state: State, sessions: List[Session]) -> bool:
    return state.server is not None or any(isinstance(one, Connect) for one in sessions)


def _room() -> "ModuleType":
    with late.imports():
        from . import server
    return server
