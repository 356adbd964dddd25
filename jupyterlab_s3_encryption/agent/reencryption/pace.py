"""How many requests are under way at once: fewer after S3 or KMS asks to slow down, then more again;
and until when anything new may be begun.

Must not know: what is requested.
"""

import random
import threading
import time
from typing import Callable, Optional, TypeVar

from ..objects.reading import boto

Answer = TypeVar("Answer")
#: What an error means for whoever sent the request.
SLOW, AGAIN, CHANGED, GONE, REFUSED, OTHER = "slow", "again", "changed", "gone", "refused", "other"
_CODES = {
    "SlowDown": SLOW,
    "Throttling": SLOW,
    "ThrottlingException": SLOW,
    "KMS.ThrottlingException": SLOW,
    "RequestLimitExceeded": SLOW,
    "RequestThrottled": SLOW,
    "TooManyRequestsException": SLOW,
    "BandwidthLimitExceeded": SLOW,
    "ServiceUnavailable": SLOW,
    "503": SLOW,
    "429": SLOW,
    "InternalError": AGAIN,
    "RequestTimeout": AGAIN,
    "ConditionalRequestConflict": AGAIN,
    "OperationAborted": AGAIN,
    "500": AGAIN,
    "502": AGAIN,
    "504": AGAIN,
    "PreconditionFailed": CHANGED,
    "412": CHANGED,
    "NoSuchKey": GONE,
    "NoSuchVersion": GONE,
    "404": GONE,
    "AccessDenied": REFUSED,
    "403": REFUSED,
}
#: What botocore raises if there was no answer.
_NO_ANSWER = ("HTTPClientError", "ConnectionError")
#: How often one request is sent, if nobody waits for it; the longest wait between two times.
TRIES, LONGEST = 9, 20.0


class CancelledError(Exception):
    """Somebody cancelled what was under way."""


def meaning(error: BaseException) -> str:
    """What an error of boto3's means."""
    code = boto.code_of(error)
    if code:
        return _CODES.get(code, OTHER)
    names = [cls.__name__ for cls in type(error).__mro__]
    # A certificate that is not trusted now is not trusted in a second either.
    transient = any(name in names for name in _NO_ANSWER) and "SSLError" not in names
    return AGAIN if transient else OTHER


class Pace:
    """most: requests at once; tries: how often one is sent. allowed: how many are now at once; slowed:
    how often that was made fewer."""

    def __init__(
        self,
        most: int,
        tries: int = TRIES,
        wait: Optional[Callable[[float], object]] = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most = most
        self._tries = tries
        self.allowed = most
        self.slowed = 0
        self.cancelled = threading.Event()
        self._wait = wait or self.cancelled.wait
        self._clock = clock
        self._turn = threading.Condition()
        self._active = 0
        self._well = 0
        self._last = 0.0

    def cancel(self) -> None:
        """From now on no request is sent."""
        self.cancelled.set()
        with self._turn:
            self._turn.notify_all()

    def call(self, function: "Callable[..., Answer]", **arguments: object) -> "Answer":
        """Sends a request, again if S3 asks for it. Raises what boto3 raises, and CancelledError."""
        for attempt in range(self._tries):
            began = self._enter()
            kind = None
            try:
                return function(**arguments)
            except Exception as error:
                kind = meaning(error)
                if kind not in (SLOW, AGAIN) or attempt == self._tries - 1:
                    raise
            finally:
                self._leave(kind, began)
            self._wait(min(LONGEST, 0.1 * 2**attempt) * random.uniform(0.5, 1.0))
        raise CancelledError  # never reached: the last try returns or raises

    def _enter(self) -> float:
        with self._turn:
            while self._active >= self.allowed and not self.cancelled.is_set():
                self._turn.wait()
            if self.cancelled.is_set():
                raise CancelledError
            self._active += 1
        return self._clock()

    def _leave(self, kind: Optional[str], began: float) -> None:
        with self._turn:
            self._active -= 1
            if kind == SLOW:
                # Requests that were sent before the last cut say nothing about what came of it.
                if began >= self._last:
                    self.allowed = max(1, self.allowed // 2)
                    self.slowed += 1
                    self._last = self._clock()
                self._well = 0
            elif kind is None:
                self._well += 1
                if self._well >= 4 * self.allowed and self.allowed < self.most:
                    self.allowed += 1
                    self._well = 0
            self._turn.notify_all()


class Lease:
    """Until when anything new may be begun: for as long as somebody asks for it.

    paused: seconds in which nothing new might be begun.
    """

    def __init__(self) -> None:
        self.paused = 0.0
        self._changed = threading.Condition()
        self._until = time.monotonic()
        self._ended = False

    def extend(self, seconds: float) -> None:
        """From now on, for so many seconds."""
        with self._changed:
            now = time.monotonic()
            self.paused += max(0.0, now - self._until)
            self._until = max(self._until, now + seconds)
            self._changed.notify_all()

    def unused(self) -> float:
        """Seconds since it has run out; 0 if it has not."""
        return max(0.0, time.monotonic() - self._until)

    def end(self) -> None:
        """Nobody waits any more; whoever did looks for itself whether it is to go on."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait(self) -> None:
        """Returns as soon as something new may be begun."""
        with self._changed:
            while not self._ended and time.monotonic() >= self._until:
                self._changed.wait()
