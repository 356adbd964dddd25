"""The making of a plan, and its run, beside whatever else the kernel does; a part of it for each request.

Nothing new is begun unless somebody keeps asking. Must not know: requests, reports' other parts.
"""

import os
import tempfile
import threading
import time
import uuid
from typing import TYPE_CHECKING, Dict, Iterator, List, Optional

from ...objects import verdicts
from ...shapes import Rule
from .. import requests
from ..costs import Cost
from ..journal import DONE, FAILED, LEFT
from ..pace import CancelledError, Lease
from ..plans import Plan
from ..requests import Wanted
from ..run import Progress, Run
from ..store import Store
from ..ways import UPDATE, WAYS
from . import results

if TYPE_CHECKING:
    from ...entries import (
        Obstacle,
        PlanAnswer,
        PlanCost,
        PlannedChanges,
        ReencryptedObject,
        ReencryptionAnswer,
    )

#: Seconds of a kernel's time for one answer, and how long the work then goes on by itself: the next
#: request is on its way.
SECONDS, BEYOND = 0.8, 2.0
#: Seconds after which a run that nobody asks for may be replaced.
PATIENCE = 10.0
#: Objects in one answer.
ROWS = 1000


class Work:
    """What goes on in a thread of its own. token: identifies it; failure: what ended it;
    cancelled: whether somebody did."""

    def __init__(self, store: Store) -> None:
        self.token = uuid.uuid4().hex
        self.failure: Optional[BaseException] = None
        self._store = store
        self._lease = Lease()
        self.cancelled = False
        self._thread: Optional[threading.Thread] = None

    @property
    def over(self) -> bool:
        """Whether it has come to its end."""
        return self._thread is not None and not self._thread.is_alive()

    @property
    def abandoned(self) -> bool:
        """Whether nobody has asked for it any more for a while."""
        return self._lease.unused() > PATIENCE

    def cancel(self) -> None:
        """Ends it as soon as the requests that are under way are answered."""
        self.cancelled = True
        self._store.pace.cancel()
        self._lease.end()

    def _go(self, seconds: float) -> None:
        """Works for so many seconds, and a little beyond."""
        self._lease.extend(seconds + BEYOND)
        if self._thread is None:
            self._thread = threading.Thread(target=self._all, name="s3-encryption", daemon=True)
            self._thread.start()
        self._thread.join(seconds)

    def _all(self) -> None:
        try:
            self._do()
        except BaseException as error:  # noqa: BLE001 - in our own thread: an answer reports it
            self.failure = error

    def _do(self) -> None:
        raise NotImplementedError


class Planning(Work):
    """A plan that is being made. plan: once it is; it stays in the kernel, under the same token."""

    def __init__(self, what: Wanted, versions: bool) -> None:
        super().__init__(what.store)
        self.plan: Optional[Plan] = None
        self.choice = essence(what.choice)
        self._what = what
        self._versions = versions
        self._seen = 0

    def answer(self) -> "PlanAnswer":
        """Works for a while, and returns the entry of the report."""
        began = time.monotonic()
        self._go(SECONDS)
        plan = self.plan
        known = plan.target.choice if plan is not None else self._what.choice
        updates = plan is not None and UPDATE in plan.ways(True)
        return {
            "token": None if self.over else self.token,
            "plan": self.token if plan is not None else None,
            "path": self._what.location.text(),
            "target": verdicts.describe_choice(known),
            "versions": self._versions,
            "seen": plan.seen if plan is not None else self._seen,
            "wanted": plan.wanted if plan is not None else 0,
            "changes": _changes(plan, True) if plan is not None else None,
            "otherwise": _changes(plan, False) if plan is not None and updates else None,
            "notes": list(plan.notes) if plan is not None else [],
            "elapsed": round((time.monotonic() - began) * 1000, 2),
        }

    def _do(self) -> None:
        self.plan = requests.make(self._what, self._versions, progress=self._report)

    def _report(self, seen: int) -> None:
        self._seen = seen
        self._lease.wait()
        if self.cancelled:
            raise CancelledError


class Running(Work):
    """A run of a plan. journal: the file in which it keeps what was done."""

    def __init__(self, store: Store, plan: Plan) -> None:
        super().__init__(store)
        handle, self.journal = tempfile.mkstemp(".jsonl", "s3-encryption-")
        os.close(handle)
        self._plan = plan
        self._run: Optional[Run] = None
        self._rest: Optional[Iterator[int]] = None
        self._total = plan.changing()

    def answer(self) -> "ReencryptionAnswer":
        """Works for a while, and returns the entry of the report; the last one has no token."""
        began = time.monotonic()
        if not self.over:
            self._go(SECONDS)
        run, over = self._run, self.over
        objects = self._objects(run, over)
        progress = run.progress() if run is not None else Progress(0, 0, 0, 0, 0.0, None, 0)
        finished = over and len(objects) < ROWS
        return {
            "token": None if finished else self.token,
            "path": self._plan.location.text(),
            "journal": self.journal,
            "total": progress.total or self._total,
            "done": progress.ended - progress.left - progress.failed,
            "left": progress.left,
            "failed": progress.failed,
            "cancelled": self.cancelled,
            "rate": round(progress.rate, 2),
            "seconds": None if progress.seconds is None else round(progress.seconds, 1),
            "objects": objects,
            "notes": results.notes(run) if run is not None else [],
            "elapsed": round((time.monotonic() - began) * 1000, 2),
        }

    @property
    def stopped(self) -> Optional[str]:
        """Why the run ended itself early."""
        return self._run.stopped if self._run is not None else None

    def _do(self) -> None:
        run = requests.begin(self._store, self._plan, self.journal, lease=self._lease)
        try:
            self._run = run
            run.go()
        finally:
            run.journal.close()

    def _objects(self, run: Optional[Run], over: bool) -> "List[ReencryptedObject]":
        """What ended since the last answer; once the run is over, all that did not end too."""
        if run is None or run.probe is None:
            return []
        found: "List[ReencryptedObject]" = []
        while run.ended and len(found) < ROWS:
            found.append(results.row(run, run.ended.popleft()))
        if over and len(found) < ROWS:
            if self._rest is None:
                ended = (DONE, LEFT, FAILED)
                state = run.journal.state
                self._rest = (
                    number for number in range(len(self._plan.rows)) if state(number) not in ended
                )
            for number in self._rest:
                found.append(results.row(run, number))
                if len(found) == ROWS:
                    break
        return found


def essence(choice: Optional[Rule]) -> Optional[Dict[str, object]]:
    """What of a choice says how objects are encrypted."""
    if choice is None:
        return None
    return {
        "method": choice["method"],
        "kmsKeyId": choice.get("kmsKeyId") or None,
        "encryptionContext": choice.get("encryptionContext") or None,
    }


def _changes(plan: Plan, update: bool) -> "PlannedChanges":
    ways = plan.ways(update)
    root = plan.location.root()
    obstacles: "List[Obstacle]" = [
        {"reason": reason, "objects": one.objects, "first": [root + key for key in one.first]}
        for reason, one in plan.impossible(update).items()
    ]
    return {
        "ways": [
            {"way": way, "objects": ways[way][0], "bytes": ways[way][1]}
            for way in WAYS
            if way in ways
        ],
        "obstacles": sorted(obstacles, key=lambda one: -one["objects"]),
        "cost": _cost(plan.cost(update)),
    }


def _cost(cost: Cost) -> "PlanCost":
    return {
        "puts": cost.puts,
        "gets": cost.gets,
        "kms": cost.kms,
        "copied": cost.copied,
        "dollars": round(cost.dollars, 6),
    }
