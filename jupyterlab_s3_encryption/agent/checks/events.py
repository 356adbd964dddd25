"""Tells the Jupyter server of each change of state, if it asked for that when it started the kernel.

Never what was written, run or set: docs/protocol.md has the message. Must not know: Spark, who
listens.
"""

import functools
import logging
import sys
import time
from typing import TYPE_CHECKING, Callable, Dict, Optional

from .. import report
from .. import state as states

if TYPE_CHECKING:
    from ..shapes import Profile, Report, StateMessage
    from ..state import State

MESSAGE = "s3_encryption_state"
#: Ahead of the message, so that the server gets no other ones.
TOPIC = b"s3-encryption"
#: Errors after which what is set is still what was applied before, or nothing.
KEEPING = ("old", "unchanged")
APPLYING = ("apply", "guard")
#: Seconds after which a message is said again with the next cell, at first; each time twice as many.
#: The server's subscription takes a moment, a loaded machine's longer, and nobody sees it fail.
AGAIN = 1.0


def _safely(work: "Callable[..., None]") -> "Callable[..., None]":
    """Whatever goes wrong: cells, and what was asked for, do not depend on whether the server hears."""

    @functools.wraps(work)
    def run(*arguments: object) -> None:
        try:
            work(*arguments)
        except Exception:
            # Not a warning: nothing of ours is printed below a cell for this.
            logging.getLogger(__name__).debug("The server was not informed.", exc_info=True)

    return run


class Events:
    """What the server has heard of this process, so that it hears nothing twice."""

    def __init__(self) -> None:
        #: Not blocked, whatever came after it.
        self._state: "Optional[StateMessage]" = None
        self._blocked: "Optional[StateMessage]" = None
        self._armed = False
        #: Seconds between the last two times that the last message was said; when it is due again.
        self._pause = AGAIN
        self._due = float("inf")

    @_safely
    def follow(self, answer: "Report", asked: "Optional[Profile]") -> None:
        """After a report: says the state, if it is another one. asked: the profile of the request."""
        state = states.get()
        was_armed, self._armed = self._armed, state.profile is not None
        message = summary(answer, state, asked)
        if message is None:
            if self._armed or not was_armed:
                return
            message = _message("cleared", None, answer)
        before, self._state = self._state, message
        if _of(before) != _of(message):
            self._blocked = None
            self._say(message)
        elif self._blocked is None:
            self._repeat(message)

    @_safely
    def blocked(
        self,
        answer: "Optional[Report]",
        asked: "Optional[Profile]",
        code: Optional[str] = None,
    ) -> None:
        """A cell did not run. answer: to the guard, if it was a whole report; code: why, if not."""
        if answer is None or "findings" not in answer:
            answer = report.nothing_found()
        message = _message("blocked", states.get().profile or asked, answer)
        message["codes"] += [] if code is None else [code]
        before, self._blocked = self._blocked, message
        if _of(before) != _of(message):
            self._say(message)
        else:
            self._repeat(message)

    @_safely
    def passed(self) -> None:
        """A cell runs: what held before one was refused holds again."""
        if self._blocked is not None:
            self._blocked = None
            if self._state is not None:
                self._say(self._state)
        elif self._state is not None:
            self._repeat(self._state)

    def _say(self, message: "StateMessage") -> None:
        # Before the first cell the server may not listen yet: again as soon as one runs.
        parent = getattr(_kernel(), "get_parent", lambda: True)()
        self._pause = AGAIN if parent else 0.0
        self._send(message)

    def _repeat(self, message: "StateMessage") -> None:
        if time.monotonic() >= self._due:
            self._pause = max(AGAIN, 2 * self._pause)
            self._send(message)

    def _send(self, message: "StateMessage") -> None:
        self._due = time.monotonic() + self._pause
        kernel = _kernel()
        send = getattr(kernel, "send_response", None)
        if send is not None:
            send(getattr(kernel, "iopub_socket", None), MESSAGE, message, ident=TOPIC)


def _kernel() -> object:
    """ipykernel's; None outside of one."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None)


def current() -> Events:
    """Those of this process; only if the server listens."""
    state = states.get()
    events = state.events
    if not isinstance(events, Events):
        events = state.events = Events()
    return events


def summary(
    answer: "Report", state: "State", asked: "Optional[Profile]"
) -> "Optional[StateMessage]":
    """What a report says of the state; None for nothing that is not known already.

    asked: the profile of the request.
    """
    error = answer["error"]
    if state.profile is None:
        # A choice that cannot be set.
        hopeless = error is not None and answer["request"] == "guard" and isinstance(asked, dict)
        return _message("differs", asked, answer) if hopeless else None
    if error is not None and error["settings"] not in KEEPING:
        return _message("differs", state.profile, answer)
    if answer["fingerprint"] != state.fingerprint:
        # Nobody has looked.
        return None
    differing = any(found["code"] == "objects-differ" for found in answer["findings"])
    if answer["waiting"]:
        name = "armed"
    elif differing or answer["changed"] or answer["claim"] == "none":
        name = "differs"
    elif answer["claim"] == "proven":
        name = "proven"
    else:
        name = "applied" if answer["request"] in APPLYING and error is None else "verified"
    return _message(name, state.profile, answer)


def _unlimited(answer: "Report") -> str:
    """The claim as far as it is not limited to some buckets; a proof names its own."""
    limited = answer["limitedTo"] is not None and answer["claim"] == "inEffect"
    return "set" if limited else answer["claim"]


def _message(name: str, profile: "Optional[Profile]", answer: "Report") -> "StateMessage":
    error, executors = answer.get("error"), answer["executors"]
    buckets = (answer["proof"] or {"buckets": []})["buckets"]
    codes = [found["code"] for found in answer["findings"] if found["severity"] != "info"]
    # One that could not be set may be of any shape.
    rules = None if profile is None else profile.get("buckets")
    counts: Dict[str, Optional[int]] = {
        "sessions": answer["session"]["sessions"],
        "executors": None if executors is None else executors["total"],
        "executorsCovered": None if executors is None else executors["covered"],
        "settingsChanged": len(answer["changed"]),
        "rules": len(rules) if isinstance(rules, dict) else 0,
        "objectsProven": sum(entry["objects"] for entry in buckets),
        "pathsDiffering": codes.count("objects-differ"),
    }
    return {
        "state": name,
        "method": None if profile is None else profile.get("method"),
        "kmsKeyId": None if profile is None else profile.get("kmsKeyId"),
        "claim": _unlimited(answer),
        "lastProof": max([entry["time"] for entry in buckets], default=None),
        "codes": sorted({*codes, *([] if error is None else [error["code"]])}),
        "counts": counts,
    }


def _of(message: "Optional[StateMessage]") -> object:
    """What makes it another state: counts alone do not."""
    return message and {name: value for name, value in message.items() if name != "counts"}
