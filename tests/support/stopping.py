"""Brings signals, or what they raise, about at each point of what the agent does, one after the other.

Must not know: what is stopped, what is true afterwards.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tests import ROOT

OURS = str(ROOT / "jupyterlab_s3_encryption")


class Calls:
    """Counts calls into the JVM; at those whose numbers are in `at`, `do` is called.

    late: after the call instead of before it. ours: only what the agent calls is counted. Only of
    the main thread: py4j's own says which Java objects Python no longer has. stride: how far apart
    the calls are that a test tries.
    """

    def __init__(self, client: Any) -> None:
        self._original = client.send_command
        self.count, self.late, self.ours = 0, False, False
        self.at: tuple[int, ...] = ()
        self.stride = 1
        self.do: Callable[[], None] = _interrupt
        calls = self

        def send_command(client: Any, *arguments: Any, **more: Any) -> Any:
            if threading.current_thread() is not threading.main_thread() or not calls._counts():
                return calls._original(client, *arguments, **more)
            calls.count += 1
            stops = calls.count in calls.at
            if stops and not calls.late:
                calls.do()
            answer = calls._original(client, *arguments, **more)
            if stops and calls.late:
                calls.do()
            return answer

        self.send_command = send_command

    def stop_at(self, *numbers: int, late: bool = False) -> None:
        """Counts from the beginning; at these calls `do` is called."""
        self.count, self.at, self.late = 0, numbers, late

    def leave(self) -> None:
        """From now on nothing is done."""
        self.at = ()

    def _counts(self) -> bool:
        frame = sys._getframe(2) if self.ours else None
        while frame is not None and not frame.f_code.co_filename.startswith(OURS):
            frame = frame.f_back
        return not self.ours or frame is not None


def raising(kind: type[BaseException]) -> Callable[[], None]:
    """What raises this where it is called."""

    def do() -> None:
        raise kind

    return do


_interrupt = raising(KeyboardInterrupt)


class Lines:
    """Counts the lines that the agent runs; at those whose numbers are in `at`, a signal arrives.

    Use with `with`. file: only the lines of this file count.
    """

    def __init__(self, number: int, at: Iterable[int], file: Path | None = None) -> None:
        self.count = 0
        self._number, self._at = number, set(at)
        self._where = OURS if file is None else str(file)

    def __enter__(self) -> Lines:
        self._before = sys.gettrace()
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def _called(self, frame: Any, event: str, _: Any) -> Any:
        return self._line if frame.f_code.co_filename.startswith(self._where) else None

    def _line(self, _: Any, event: str, __: Any) -> Any:
        if event == "line":
            self.count += 1
            if self.count in self._at:
                signal.raise_signal(self._number)
        return self._line


def ending(_: int, __: Any) -> None:
    """A handler as whoever ends processes sets it."""
    sys.exit(3)


@contextlib.contextmanager
def handled(number: int) -> Iterator[Callable[..., Any]]:
    """Meanwhile this signal raises: KeyboardInterrupt for SIGINT, SystemExit for all others.

    Whoever started the tests in the background has SIGINT ignored.
    """
    handler = signal.default_int_handler if number == signal.SIGINT else ending
    before = signal.signal(number, handler)
    try:
        yield handler
    finally:
        signal.signal(number, before)
