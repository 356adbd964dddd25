"""Carries a plan out: many objects at once, each looked at before and after, and kept in the journal.

Whoever starts it asks for progress, may limit by a lease when it goes on, and may cancel it. Must
not know: how progress is shown, requests, which way is right for an object.
"""

import contextlib
import threading
import time
from collections import deque
from typing import Callable, Deque, Dict, Iterator, NamedTuple, Optional, Tuple

from ..objects import verdicts
from ..objects.reading import boto
from ..sentences import say
from . import changing, probe
from .costs import PART
from .facts import Facts, same_bytes
from .journal import BEGUN, DONE, FAILED, LEFT, Entry, Journal
from .pace import AGAIN, CHANGED, GONE, CancelledError, Lease, meaning
from .plans import Plan
from .probe import Probe
from .rows.rows import Row
from .store import Store
from .ways import COPY, MULTIPART, UPDATE, decide

#: Seconds after which an object is looked at again before it is copied.
_FRESH = 900.0
_CHANGED = say("Somebody else has changed it since the plan was made. It was left alone.")
_GONE = say("It was removed since the plan was made.")


class Progress(NamedTuple):
    """How far a run is. left, failed: how many of those that ended; rate: objects a second;
    seconds: how long it still takes, None if that is not known yet; at_once: requests at once."""

    ended: int
    total: int
    left: int
    failed: int
    rate: float
    seconds: Optional[float]
    at_once: int


class RefusedError(Exception):
    """The run did not begin, because something of it is not safe; the message says what."""


class Run:
    """One run of a plan. probe: what the store can do, once that was tried; stopped: why it ended early.

    ended: of a run with a lease, numbers of the rows that ended, until somebody takes them away.
    """

    def __init__(
        self,
        store: Store,
        plan: Plan,
        journal: Journal,
        unconditional: bool = False,
        lease: Optional[Lease] = None,
    ) -> None:
        self.plan = plan
        self.ended: Deque[int] = deque()
        self.journal = journal
        self.probe: Optional[Probe] = None
        self.stopped: Optional[str] = None
        self._store = store
        self._unconditional = unconditional
        self._lease = lease
        self._lock = threading.Lock()
        self._uploads: Dict[int, str] = {}
        self._rows: Iterator[Tuple[int, Row]] = iter(())
        self._total = self._begun_with = 0
        self._began = self._worked()
        self._failure: Optional[BaseException] = None

    def cancel(self) -> None:
        """Ends it as soon as the requests that are under way are answered; the journal stays."""
        self._store.pace.cancel()
        if self._lease is not None:
            self._lease.end()

    def progress(self) -> Progress:
        """How far it is."""
        done, left, failed = (self.journal.counts.get(name, 0) for name in (DONE, LEFT, FAILED))
        ended = done + left + failed
        rate = max(0, ended - self._begun_with) / max(self._worked() - self._began, 0.001)
        seconds = (self._total - ended) / rate if rate > 0 else None
        return Progress(ended, self._total, left, failed, rate, seconds, self._store.pace.allowed)

    def go(self, report: Optional[Callable[[Progress], None]] = None, every: float = 0.5) -> None:
        """Tries the ways, then changes all objects of the plan that are not done yet.

        Raises RefusedError if it cannot begin, and what `report` raises, or an interrupt, after
        everything under way has ended. What an object cannot be changed for is in the journal.
        """
        with self._store.quiet():
            self._clean_up()
            self._try_ways()
            assert self.probe is not None  # noqa: S101 - _try_ways made it
            self._total = self.plan.changing(self.probe.update)
            self._begun_with = sum(
                self.journal.counts.get(name, 0) for name in (DONE, LEFT, FAILED)
            )
            self._rows = self._todo()
            workers = [
                threading.Thread(target=self._work, name="s3-encryption", daemon=True)
                for _ in range(min(self._store.pace.most, self._total))
            ]
            try:
                for worker in workers:
                    worker.start()
                for worker in workers:
                    while worker.is_alive():
                        worker.join(every)
                        if report is not None:
                            report(self.progress())
            except BaseException:
                self.cancel()
                raise
            finally:
                for worker in workers:
                    if worker.ident is not None:
                        worker.join()
        if self._failure is not None:
            raise self._failure

    def _worked(self) -> float:
        """A clock that stands still while the run may not go on."""
        return time.monotonic() - (self._lease.paused if self._lease is not None else 0.0)

    def _clean_up(self) -> None:
        """Removes what a run that was killed has left."""
        if self.journal.probe is not None and not probe.remove(self._store, self.journal.probe):
            self.journal.write_probe(None)
        for number, upload in list(self.journal.uploads.items()):
            key = self.plan.rows[number].facts.key
            if not changing.abort_parts(self._store, key, upload):
                self.journal.write_parts(key)
        for number in sorted(self.journal.starting):
            key = self.plan.rows[number].facts.key
            with contextlib.suppress(Exception):  # then it cannot be said
                if key in self._store.uploading(key):
                    self.journal.write_parts(key)

    def _try_ways(self) -> None:
        """Tries on an object of ours what the plan needs. Raises RefusedError."""
        needed = list(self.plan.ways(True))
        if not needed:
            self.probe = Probe(False, None, False, None, True, [])
            return
        if self._store.settings.locks_new:
            raise RefusedError(
                say(
                    "The bucket locks every new object (Object Lock), so an object of ours could "
                    "not be removed, and nothing can be tried."
                )
            )
        key = probe.key_below(self._folder())
        self.journal.write_probe(key)
        found = probe.run(self._store, key, self.plan.target, needed)
        if UPDATE in needed and not found.update and COPY not in needed and MULTIPART not in needed:
            others = [way for way in self.plan.ways(False) if way != UPDATE]
            if others:
                copied = probe.run(self._store, key, self.plan.target, others)
                found = copied._replace(update=False, update_reason=found.update_reason)
        if not found.left:
            self.journal.write_probe(None)
        self.probe = found
        copies = [way for way in self.plan.ways(found.update) if way != UPDATE]
        if copies and not found.copy:
            if not found.update:
                raise RefusedError(found.copy_reason or found.update_reason or "")
            return
        overwrites = self._store.settings.overwrites and not self._unconditional
        if copies and not found.conditional and overwrites:
            raise RefusedError(
                say(
                    "This store does not check conditions: an object that somebody else writes in "
                    "the moment of its copy could be lost, as the bucket keeps no versions. If "
                    "nobody writes there, say unconditional=True."
                )
            )

    def _folder(self) -> str:
        """A folder in which an object of ours may be: the plan's, or that of its only object."""
        path = self.plan.location.path.lstrip("/")
        # Keys come in order: one that is the path itself before those below it.
        if len(self.plan.rows) and self.plan.rows[0].facts.key == path:
            return path.rpartition("/")[0]
        return path

    def _todo(self) -> Iterator[Tuple[int, Row]]:
        """The rows that are not done yet, and their numbers."""
        assert self.probe is not None  # noqa: S101 - _try_ways made it
        for number, row in enumerate(self.plan.rows):
            way = row.decision.by(self.probe.update)
            if way is not None and self.journal.state(number) not in (DONE, LEFT):
                yield number, row

    def _work(self) -> None:
        while not self._store.pace.cancelled.is_set():
            if self._lease is not None:
                # Between two objects: what is begun comes to its end.
                self._lease.wait()
                if self._store.pace.cancelled.is_set():
                    return
            try:
                with self._lock:
                    following = next(self._rows, None)
                if following is None:
                    return
                number, row = following
                ended = self._one(number, row)
                # The next run tries to give it up again.
                self.journal.write(number, ended._replace(upload=self._uploads.pop(number, None)))
                if self._lease is not None:
                    self.ended.append(number)
            except CancelledError:
                return
            except BaseException as error:  # noqa: BLE001 - in our own thread: `go` raises it
                self._failure = error
                self.cancel()
                return

    def _one(self, number: int, row: Row) -> Entry:
        """Changes one object; returns what became of it. Raises CancelledError."""
        planned, decision = row
        assert self.probe is not None  # noqa: S101 - _try_ways made it
        way = decision.by(self.probe.update)
        began = self.journal.entry(number)
        try:
            if way == COPY and began is None and self._is_fresh():
                return self._change(number, planned, COPY)
            now = self._store.look_again(planned)
            if not now.same_as(planned):
                return self._changed(planned, now, began)
            again = decide(now, self.plan.target)
            if again.wanted:
                return Entry(DONE, way, None, same_bytes(planned, now))
            fresh = again.by(self.probe.update)
            if fresh is None:
                return Entry(LEFT, way, again.reason_by(self.probe.update))
            return self._change(number, now, fresh)
        except changing.NotKeptError as error:
            return Entry(LEFT, way, str(error))
        except Exception as error:
            kind = meaning(error)
            if isinstance(error, CancelledError) or (not boto.code_of(error) and kind != AGAIN):
                raise
            if kind == GONE:
                return Entry(LEFT, way, _GONE)
            if kind == CHANGED:
                return self._after_conflict(planned, way)
            return Entry(FAILED, way, boto.first_line(error))

    def _is_fresh(self) -> bool:
        """Whether a copy of what the plan saw needs no look before it.

        The store refuses it if anybody wrote the object since; a lifecycle rule, which moves it to
        another class without that, works once a day. Object Lock needs no write either.
        """
        unlocked = self._store.settings.locks is False
        return self._store.by_time and unlocked and 0 <= time.time() - self.plan.made < _FRESH

    def _change(self, number: int, now: Facts, way: str) -> Entry:
        """Changes an object that is as it was planned, and looks at it afterwards."""
        store, target = self._store, self.plan.target
        if way == UPDATE:
            self.journal.write(number, Entry(BEGUN, way))
            changing.update(store, now, target)
            after = store.look_again(now)
            if not after.same_as(now):
                self.stopped = say(
                    "%1 is not the same after UpdateObjectEncryption: somebody wrote it in that "
                    "moment, or the store overwrote it. The run was stopped.",
                    now.key,
                )
                self.cancel()
                return Entry(FAILED, way, self.stopped)
            return self._judged(now, after, way, None)
        assert self.probe is not None  # noqa: S101 - _try_ways made it
        if not self.probe.copy:
            return Entry(FAILED, way, self.probe.copy_reason)
        grants = changing.grants_of(store, now)
        note = None
        if grants is None:
            note = say(
                "Its ACL could not be read (s3:GetObjectAcl), so the copy has the usual one."
            )
        self.journal.write(number, Entry(BEGUN, way))
        if way == COPY:
            changing.copy(store, now, target, grants or {})
        else:
            self._in_parts(number, now, grants or {})
        after = store.look_again(now)
        return self._judged(now, after, way, note)

    def _in_parts(self, number: int, now: Facts, grants: Dict[str, str]) -> None:
        store = self._store
        described = changing.description(store, now, grants)
        upload = changing.begin_parts(store, now, self.plan.target, described)
        try:
            self.journal.write(number, Entry(BEGUN, MULTIPART, upload=upload))
            part = min(PART, self.plan.target.copy_limit)
            changing.copy_parts(store, now, upload, described, part)
        except BaseException:
            if not changing.abort_parts(store, now.key, upload):
                self._uploads[number] = upload
                self.journal.write_parts(now.key)
            raise

    def _judged(self, before: Facts, after: Facts, way: str, note: Optional[str]) -> Entry:
        """What became of an object, from a look at it afterwards."""
        proof = same_bytes(before, after)
        if proof is None:
            return Entry(LEFT, way, _CHANGED)
        if after.storage != before.storage:
            reason = say("It has the storage class %1 now, not %2.", after.storage, before.storage)
            return Entry(FAILED, way, reason)
        verdict, why = verdicts.judge(self.plan.target.choice, after.header())
        if verdict != verdicts.WANTED:
            text = why or verdicts.describe(after.header())
            return Entry(FAILED, way, say("Afterwards it was not as wanted: %1", text))
        return Entry(DONE, way, note, proof)

    def _changed(self, planned: Facts, now: Facts, began: Optional[Entry]) -> Entry:
        """What became of an object that is not as it was planned: a killed run may have done it."""
        way = began.way if began is not None else None
        if began is not None and began.state in (BEGUN, FAILED) and way in (COPY, MULTIPART):
            proof = same_bytes(planned, now)
            if proof is not None and decide(now, self.plan.target).wanted:
                return Entry(DONE, way, None, proof)
        return Entry(LEFT, way, _CHANGED)

    def _after_conflict(self, planned: Facts, way: Optional[str]) -> Entry:
        """What became of an object after S3 refused a condition: a request that was sent twice may
        have done it the first time."""
        now = self._store.look_again(planned)
        return self._changed(planned, now, Entry(BEGUN, way))
