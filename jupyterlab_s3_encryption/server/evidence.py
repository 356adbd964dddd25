"""What the kernels of this server say of their encryption: one event for each change, and the last word
of each.

What a kernel says is checked for its form; what it is worth is in docs/administrators.md. Must not
know: Spark, requests, how a kernel is heard.
"""

from __future__ import annotations

import re
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from traitlets import Bool
from traitlets.config import Configurable

SCHEMA = Path(__file__).resolve().parent / "events" / "state-v1.yaml"
SCHEMA_ID = "urn:jupyterlab-s3-encryption:state:v1"

STATES = ("armed", "applied", "verified", "proven", "differs", "blocked", "cleared")
CLAIMS = ("none", "set", "inEffect", "proven")
#: As a kernel names them, and as the event does.
COUNTS = {
    "sessions": "sessions",
    "executors": "executors",
    "executorsCovered": "executors_covered",
    "settingsChanged": "settings_changed",
    "rules": "rules",
    "objectsProven": "objects_proven",
    "pathsDiffering": "paths_differing",
}
LARGEST = 10**12
CODE = re.compile(r"[a-z0-9-]{1,60}")
CODES = 50
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
#: How many events are kept for a collector to fetch.
KEPT = 1000
#: How many events of one kernel come at once, and each second after that: one in a loop is no flood.
BURST = 60
RATE = 1.0

#: What an event and a kernel name: each alike but for case.
_AS_SAID = (
    ("state", "state"),
    ("method", "method"),
    ("claim", "claim"),
    ("lastProof", "last_proof"),
    ("codes", "codes"),
)
#: Characters of a name or a path, and how many of them.
LONGEST = 4096
MANY = 100

Event = dict[str, Any]


class S3EncryptionEvidence(Configurable):  # type: ignore[misc,unused-ignore]
    """The switch, for jupyter_server_config.py."""

    enabled = Bool(
        False,
        config=True,
        help="Have kernels say of each change of their S3 encryption, as a Jupyter event "
        f"({SCHEMA_ID}), and list them at s3-encryption/kernels.",
    )


@dataclass
class Process:
    """One process of a kernel: who started it and when, and what it said last."""

    kernel: str
    name: str
    user: str | None
    started: str
    event: Event | None = None
    #: The last proof that was heard of, though it may no longer hold: time, method and key.
    proof: dict[str, Any] | None = None
    allowance: float = BURST
    at: float = 0.0
    complained: set[str] = field(default_factory=set)


class Evidence:
    """Of one server, as long as it runs."""

    def __init__(
        self, emit: Callable[[Event], object], log: Any, clock: Callable[[], float] = time.time
    ) -> None:
        """`emit`: makes a Jupyter event of it."""
        self._emit = emit
        self._log = log
        self._clock = clock
        self._kernels: dict[str, Process] = {}
        #: Another one after each start of the server: its events are counted anew.
        self.server = uuid.uuid4().hex
        self.count = 0
        self._events: deque[Event] = deque(maxlen=KEPT)

    def started(self, kernel: str, name: str, user: str | None) -> None:
        """A process is being started: nothing that its predecessor said counts for it."""
        now = self._clock()
        self._kernels[kernel] = Process(kernel, name, user, moment(now), at=now)

    def process(self, kernel: str) -> Process | None:
        """The one that was started last."""
        return self._kernels.get(kernel)

    def ended(self, kernel: str) -> None:
        """Its process is gone for good."""
        self._kernels.pop(kernel, None)

    def heard(self, known: Process, content: object, paths: list[str]) -> None:
        """A process has said what its state is. paths: the notebooks of its kernel."""
        if self._kernels.get(known.kernel) is not known:
            return
        found = checked(content)
        if found is None:
            self._complain(known, "said something about its S3 encryption that is no state")
            return
        if known.event is not None and all(
            known.event[name] == value for name, value in found.items() if name != "counts"
        ):
            # A kernel repeats what it said before its first cell: nobody may have listened then.
            return
        now = self._clock()
        event: Event = {
            "time": moment(now),
            "user": known.user,
            "path": paths[0] if paths else None,
            "shared_with": paths[1:],
            "kernel_id": known.kernel,
            "kernel_name": known.name,
            **found,
        }
        known.event = event
        if found["last_proof"] is not None:
            known.proof = {
                "time": found["last_proof"],
                "method": found["method"],
                "key_id": found["key_id"],
            }
        known.allowance = min(BURST, known.allowance + (now - known.at) * RATE)
        known.at = now
        if known.allowance < 1:
            self._complain(known, "has changes of its S3 encryption too often; some are lost")
            return
        known.allowance -= 1
        self.count += 1
        self._events.append(event)
        try:
            self._emit(event)
        except Exception:  # noqa: BLE001 - a handler of the site's, whatever it raises
            self._log.exception("An event of the kernel %s was not taken.", known.kernel)

    def kernel(self, kernel: str) -> dict[str, Any]:
        """What is known of one, for the list."""
        known = self._kernels.get(kernel)
        if known is None:
            return {"user": None, "started": None, "last": None, "proof": None}
        return {
            "user": known.user,
            "started": known.started,
            "last": known.event,
            "proof": known.proof,
        }

    def after(self, server: str, count: int) -> tuple[int, list[Event]]:
        """How many events after the first `count` of a server are lost, and the others."""
        behind = self.count - count if server == self.server and count <= self.count else self.count
        lost = max(0, behind - len(self._events))
        return lost, list(self._events)[len(self._events) - (behind - lost) :]

    def _complain(self, known: Process, what: str) -> None:
        if what not in known.complained:
            known.complained.add(what)
            self._log.warning("The kernel %s %s.", known.kernel, what)


def checked(content: object) -> dict[str, Any] | None:
    """What a kernel said, as far as an event has it; None if it is no state, or contradicts itself."""
    if not isinstance(content, dict):
        return None
    state, claim, proof = (content.get(name) for name in ("state", "claim", "lastProof"))
    if state not in STATES or claim not in CLAIMS:
        return None
    if proof is not None and not (isinstance(proof, str) and MOMENT.fullmatch(proof)):
        return None
    if state == "proven" and (claim != "proven" or proof is None):
        return None
    if claim == "proven" and (state not in ("proven", "blocked") or proof is None):
        return None
    counts, codes = content.get("counts"), content.get("codes")
    return {
        "state": state,
        "method": _method(content.get("method")),
        "key_id": _key(content.get("kmsKeyId")),
        "claim": claim,
        "last_proof": proof,
        "codes": [
            code
            for code in (codes if isinstance(codes, list) else [])[:CODES]
            if isinstance(code, str) and CODE.fullmatch(code)
        ],
        "counts": {
            name: _count(counts.get(given)) if isinstance(counts, dict) else None
            for given, name in COUNTS.items()
        },
    }


def sound_event(event: object) -> Event | None:
    """An event that a server of somebody else's has given, without what an event does not have."""
    if not isinstance(event, dict):
        return None
    said = {given: event.get(name) for given, name in (("kmsKeyId", "key_id"), *_AS_SAID)}
    counts = event.get("counts")
    if isinstance(counts, dict):
        said["counts"] = {given: counts.get(name) for given, name in COUNTS.items()}
    found = checked(said)
    time_, shared = event.get("time"), event.get("shared_with")
    if found is None or not (isinstance(time_, str) and MOMENT.fullmatch(time_)):
        return None
    return {
        "time": time_,
        **{name: _text(event.get(name)) for name in ("user", "path", "kernel_id", "kernel_name")},
        "shared_with": _texts(shared),
        **found,
    }


def sound_kernel(kernel: object) -> dict[str, Any] | None:
    """The same for a row of the list."""
    if not isinstance(kernel, dict):
        return None
    proof, started = kernel.get("proof"), kernel.get("started")
    made = proof.get("time") if isinstance(proof, dict) else None
    good = isinstance(made, str) and MOMENT.fullmatch(made)
    return {
        "kernel_id": _text(kernel.get("kernel_id")) or "",
        "kernel_name": _text(kernel.get("kernel_name")) or "",
        "paths": _texts(kernel.get("paths")),
        "user": _text(kernel.get("user")),
        "started": started if isinstance(started, str) and MOMENT.fullmatch(started) else None,
        "last": sound_event(kernel.get("last")),
        "proof": {
            "time": made,
            "method": _method(proof.get("method")),
            "key_id": _key(proof.get("key_id")),
        }
        if good and isinstance(proof, dict)
        else None,
    }


def moment(seconds: float) -> str:
    """A time in seconds since 1970 as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _method(value: object) -> str | None:
    # Here, so that the start of the server does not read the contract.
    from ..agent import data

    return (
        value if isinstance(value, str) and value in data.contract("methods")["methods"] else None
    )


def _key(value: object) -> str | None:
    """A KMS key's name: nothing else that a kernel puts there is passed on."""
    from ..agent.profile import keys

    return value if isinstance(value, str) and keys.key_problem(value) is None else None


def _count(value: object) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST
    return value if good and isinstance(value, int) else None


def _text(value: object) -> str | None:
    return value[:LONGEST] if isinstance(value, str) else None


def _texts(values: object) -> list[str]:
    listed = values if isinstance(values, list) else []
    return [value[:LONGEST] for value in listed[:MANY] if isinstance(value, str)]
