"""Puts signals off while settings are being changed, so that all of them are old or new.

Must not know: Spark, settings, requests.
"""

import signal
import threading
from types import FrameType, TracebackType
from typing import Callable, List, Optional, Tuple, Type

#: The stop button's, and those of whoever ends a process. An alarm is not sent a second time: put
#: off, it would not end what hangs.
_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


#: What a handler of Python's gets: the signal's number and the frame that it stopped.
Arrived = Tuple[int, Optional[FrameType]]
Handler = Callable[[int, Optional[FrameType]], object]


class _Later:
    """The handler of one signal meanwhile. handler: the one that it stands for."""

    def __init__(self, number: int, handler: Handler) -> None:
        self.number = number
        self.handler = handler
        self.arrived: List[Arrived] = []

    def __call__(self, number: int, frame: Optional[FrameType]) -> None:
        if self.arrived:
            self.arrived.clear()
            self.give_back()
            self.handler(number, frame)
        else:
            self.arrived.append((number, frame))

    def give_back(self) -> None:
        """Puts the handler in its place again, unless somebody has set another."""
        current: object = signal.getsignal(self.number)
        if current is self:
            signal.signal(self.number, self.handler)


class Deferred:
    """Use with `with`: a signal takes effect at its end. The second one does so at once.

    Only in the main thread, as no other gets signals, and only if the handler in place is
    Python's. Can be nested: the outermost one counts.
    """

    def __init__(self) -> None:
        self._kept: List[_Later] = []

    def __enter__(self) -> "Deferred":
        if threading.current_thread() is threading.main_thread():
            try:
                self._begin()
            except BaseException:
                self._end()
                raise
        return self

    def _begin(self) -> None:
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if callable(handler) and not isinstance(handler, _Later):
                later = _Later(number, handler)
                self._kept.append(later)
                signal.signal(number, later)

    def _end(self) -> None:
        for later in self._kept:
            later.give_back()

    def __exit__(
        self,
        _: Optional[Type[BaseException]],
        error: Optional[BaseException],
        __: Optional[TracebackType],
    ) -> None:
        self._end()
        if error is None or isinstance(error, Exception):
            _deliver([later for later in self._kept if later.arrived])


def _deliver(waiting: List[_Later]) -> None:
    """Lets each signal that has arrived take effect, whatever the one before it raises."""
    if waiting:
        try:
            waiting[0].handler(*waiting[0].arrived.pop())
        finally:
            _deliver(waiting[1:])
