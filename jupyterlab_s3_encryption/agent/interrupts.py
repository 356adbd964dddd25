"""Puts an interrupt off while settings are being changed, so that all of them are old or new.

Must not know: Spark, settings, requests.
"""

import signal
import threading
from types import TracebackType
from typing import Any, List, Optional, Type

#: The handler that was in place, and what has arrived since.
_kept: List[Any] = []
_arrived: List[Any] = []


class Deferred:
    """Use with `with`: SIGINT takes effect at its end. The second one does so at once.

    Only in the main thread, as no other gets signals, and only if the handler in place is
    Python's. Can be nested: the outermost one counts.
    """

    def __init__(self) -> None:
        self._outermost = False

    def __enter__(self) -> "Deferred":
        if threading.current_thread() is threading.main_thread() and not _kept:
            handler = signal.getsignal(signal.SIGINT)
            if callable(handler):
                self._outermost = True
                _arrived.clear()
                _kept.append(handler)
                signal.signal(signal.SIGINT, _later)
        return self

    def __exit__(
        self,
        _: Optional[Type[BaseException]],
        error: Optional[BaseException],
        __: Optional[TracebackType],
    ) -> None:
        if not self._outermost:
            return
        handler = _give_back()
        if _arrived and error is None:
            handler(*_arrived.pop())


def _give_back() -> Any:
    """Puts the handler in its place again; returns it."""
    handler = _kept[0] if _kept else signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, handler)
    _kept.clear()
    return handler


def _later(number: int, frame: Any) -> None:
    """The handler meanwhile."""
    if _arrived:
        _give_back()(number, frame)
    else:
        _arrived.append((number, frame))
