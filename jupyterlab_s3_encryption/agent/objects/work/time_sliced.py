"""Does slow work in small steps in a thread, for as long as a request allows.

The thread ends when the work is done or the time is up; what is left is done by the next one. Must
not know: what the work is.
"""

import threading
import time
from typing import Callable, Iterator, Optional

from ...shapes import SparkContext
from ...spark import jvm


class TimeSliced:
    """Work that is a generator: each `next` of it is a step.

    A step that is under way when the time is up goes on in the background. failure: what a
    step raised; done: whether nothing is left to do.
    """

    def __init__(self, context: Optional[SparkContext], steps: Iterator[None]) -> None:
        self.done = False
        self.failure: Optional[BaseException] = None
        self._context = context
        self._steps = steps
        self._until = 0.0
        self._enough: Callable[[], bool] = _never
        self._thread: Optional[threading.Thread] = None

    def go(self, until: float, enough: Optional[Callable[[], bool]] = None) -> None:
        """Works until a moment of time.monotonic(), until it is enough, or until all is done."""
        self._until, self._enough = until, enough or _never
        while not self.done and not self._enough() and time.monotonic() < until:
            self._start()
            thread = self._thread
            if thread is not None:
                thread.join(max(0.0, until - time.monotonic()))
                if not thread.is_alive():
                    self._thread = None
        if self.done and self._thread is not None:
            self._thread.join(max(0.0, until - time.monotonic()))

    def go_on(self, seconds: float) -> None:
        """Works in the background for so many seconds."""
        self._until, self._enough = time.monotonic() + seconds, _never
        if not self.done:
            self._start()

    def finish(self, seconds: float) -> bool:
        """Works for at most so many seconds, and never again; returns whether all was done.

        Raises what a step raised.
        """
        try:
            self.go(time.monotonic() + seconds)
            done = self.done
        finally:
            self.close()
        if self.failure is not None:
            raise self.failure
        return done

    def settled(self) -> bool:
        """Whether no step is under way."""
        return self._thread is None or not self._thread.is_alive()

    def close(self) -> None:
        """Gives up the work; a step that is under way still completes."""
        self.done = True
        self._until = 0.0
        if self.settled():
            self._finish()

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="s3-encryption")
            self._thread.daemon = True
            self._thread.start()

    def _work(self) -> None:
        try:
            while not self.done and not self._enough() and time.monotonic() < self._until:
                next(self._steps)
        except StopIteration:
            self.done = True
        except BaseException as error:  # noqa: BLE001 - in our own thread: the caller reports it
            self.failure = error
            self.done = True
        finally:
            if self.done:
                self._finish()
            jvm.leave_thread(self._context)

    def _finish(self) -> None:
        """Lets the work clean up after itself."""
        close = getattr(self._steps, "close", None)
        if close is not None:
            try:
                close()
            except Exception as error:  # noqa: BLE001 - it cleans up as far as it can
                self.failure = self.failure or error


def _never() -> bool:
    return False
