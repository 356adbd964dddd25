"""The person's own writes: where Spark SQL put them, and what S3 says of a sample of the objects.

Works in a thread, in small steps, and holds the kernel for no longer than the budget of a request.
Must not know: how a header is read, requests, reports. Spark's own record of its SQL executions is
read (SQLAppStatusStore); no listener, no hook.
"""

from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from . import claims, objects, plans, sessions, verdicts
from .paced import Paced
from .state import Armed, State

#: Milliseconds of the kernel's time.
BUDGET, MAX_BUDGET = 120.0, 200.0
#: Bounds: executions that are looked back at, paths that are told, objects that are listed below
#: a path, headers that are read of each write, objects that are told of each.
MAX_EXECUTIONS, MAX_PATHS, MAX_LISTED, SAMPLE, TOLD = 200, 50, 20000, 20, 5
#: Objects that are listed in one step.
STEP = 500
#: Seconds by which the clock of S3 may differ from this machine's.
SKEW = 120.0
UNSEEN = (
    "What RDDs (saveAsTextFile), streaming queries and other Python libraries write is not seen."
)


class Write(NamedTuple):
    """One path that one execution wrote to. began, ended: seconds since 1970.

    armed: what was armed when it began; None where that changed before it ended, or where
    nothing was.
    """

    execution: int
    where: objects.Place
    began: float
    ended: float
    armed: Optional[Armed]


class Checked(NamedTuple):
    """What was found: the report's entry, and what the claim has to learn from it."""

    write: Write
    entry: Dict[str, Any]
    sentence: Optional[str]


class Watch:
    """What is known about the writes of one application."""

    def __init__(self, application: str) -> None:
        self.application = application
        self.checked: List[Checked] = []
        self.unseen: List[str] = []
        #: Seconds that the rest of such a report took last time.
        self.reserve = 0.03
        self._told = 0
        self._pending = False
        self._next = 0
        self._open: Set[int] = set()
        self._writes: List[Write] = []
        self._work: Optional[Paced] = None

    def go(self, held: State, item: Any, until: float) -> None:
        """Looks for new writes and checks them, until a moment of time.monotonic()."""
        if self._work is None or self._work.done:
            self._work = Paced(item.context, self._steps(list(held.timeline), item))
        self._work.go(until)
        # In this order: what is found after it is left for the next request.
        self._pending = not self._work.done
        if self._work.failure is not None:
            text = "The writes could not be looked at: %s" % objects.error_text(self._work.failure)
            self.unseen = [text]
        self._learn(held)

    def told(self, quiet: bool) -> Dict[str, Any]:
        """The entry of the report: all that is known so far, the newest first.

        quiet: nothing is running, so that an execution that is not over in Spark's record is.
        """
        newest = sorted(self.checked[: self._told], key=lambda one: -one.write.execution)[
            :MAX_PATHS
        ]
        return {
            "pending": self._pending or (quiet and bool(self._open)),
            "unseen": [UNSEEN, *self.unseen],
            "paths": [one.entry for one in newest],
        }

    def close(self) -> None:
        """Gives up what is under way."""
        if self._work is not None:
            self._work.close()

    def _learn(self, held: State) -> None:
        """Tells the claim what was found since the last time, where it is about what is armed."""
        new = self.checked[self._told :]
        if not self._pending:
            self.checked = self.checked[-4 * MAX_PATHS :]
        self._told = len(self.checked) if not self._pending else self._told + len(new)
        for write, entry, sentence in new:
            if not held.timeline or write.armed is not held.timeline[-1]:
                continue
            choice = verdicts.choice_of(held.profile, write.where.bucket)
            if sentence is not None:
                claims.differs(held, entry["path"], sentence)
            elif entry["wanted"] and not entry["unreadable"] and verdicts.proves(choice):
                claims.proved(held, write.where.bucket, entry["wanted"], "writes")

    def _steps(self, timeline: List[Armed], item: Any) -> Iterator[None]:
        readers: Dict[Tuple[str, str], objects.Reader] = {}
        try:
            _wait_for_events(item)
            yield
            queue: List[Write] = []
            for execution in self._new(item):
                queue += self._look(timeline, item, execution)
                yield
            for write in reversed(queue):
                for _ in self._check(readers, item, write):
                    yield
        finally:
            for reader in readers.values():
                reader.close()

    def _new(self, item: Any) -> List[int]:
        """Ids of the executions that are new, or were not over at the last look."""
        store = _store(item)
        count = int(store.executionsCount())
        if count == 0:
            return []
        last = int(store.executionsList(count - 1, 1).apply(0).executionId())
        first = max(self._next, last - MAX_EXECUTIONS + 1)
        if first > self._next > 0:
            text = "Only the newest %d executions were looked at." % MAX_EXECUTIONS
            self.unseen = sorted(set(self.unseen) | {text})
        found = sorted(self._open) + list(range(first, last + 1))
        self._next = last + 1
        return found

    def _look(self, timeline: List[Armed], item: Any, execution: int) -> List[Write]:
        """What an execution wrote to that is to be checked."""
        self._open.discard(execution)
        found = _store(item).execution(execution)
        if not found.isDefined():
            return []
        data = found.get()
        over = data.completionTime()
        if not over.isDefined():
            self._open.add(execution)
            return []
        began, ended = data.submissionTime() / 1000.0, over.get().getTime() / 1000.0
        armed = _armed_at(timeline, began)
        wrote = plans.targets(str(data.physicalPlanDescription()))
        located = {name: _location(item, name) for name in wrote.tables}
        paths = wrote.paths + [path for path in located.values() if path is not None]
        for name in wrote.others + [name for name, path in located.items() if path is None]:
            text = "Where the files of the table %s are is not told: audit its location." % name
            self.unseen = sorted(set(self.unseen) | {text})
        places = [objects.place(path) for path in paths]
        same = armed is _armed_at(timeline, ended)
        new = [
            Write(execution, where, began, ended, armed if same else None)
            for where in places
            if where is not None
        ]
        # Also what is not checked: its objects must not be taken for those of another write.
        self._writes = (self._writes + new)[-2 * MAX_EXECUTIONS :]
        return new if armed is not None and armed.profile is not None else []

    def _check(
        self, readers: Dict[Tuple[str, str], objects.Reader], item: Any, write: Write
    ) -> Iterator[None]:
        """Lists below the path, reads a sample, and notes what was found."""
        if write.armed is None:
            self._note(write, [], 0, False, "The settings changed while it ran.")
            return
        name = (write.where.scheme, write.where.bucket)
        try:
            if name not in readers:
                readers[name] = objects.Reader(item, write.where, boto_loads=False)
                yield
            reader = readers[name]
            listing = reader.listing(write.where.text())
            near: List[Tuple[str, int, float]] = []
            listed, count = 0, STEP
            while count == STEP and listed < MAX_LISTED:
                rows = reader.take(listing, STEP).rows
                count = len(rows)
                listed += count
                near += [row for row in rows if write.began - SKEW <= row[2] <= write.ended + SKEW]
                yield
            mine, reason = self._mine(write, near)
            sample = _spread(sorted(mine), SAMPLE)
            paths = reader.paths([path for path, _, _ in sample])
            choice = verdicts.choice_of(write.armed.profile, write.where.bucket)
            entries = [
                verdicts.entry(path, size, claims.moment(modified), header, choice)
                for (path, size, modified), header in zip(sample, reader.headers(paths))
            ]
        except Exception as error:  # noqa: BLE001 - Java's or S3's: told for this path
            self._note(write, [], None, False, objects.error_text(error))
            return
        complete = listed < MAX_LISTED
        total = len(mine) if complete else None
        self._note(write, entries, total, not complete or len(sample) < len(mine), reason)

    def _mine(
        self, write: Write, near: List[Tuple[str, int, float]]
    ) -> Tuple[List[Tuple[str, int, float]], Optional[str]]:
        """The objects that are of this write, and of no other one with other settings."""
        own = [row for row in near if _within(write, row[2])]
        others = [
            one
            for one in self._writes
            if one.armed is not write.armed and _overlap(one.where, write.where)
        ]
        if not own and not any(
            other.began - SKEW <= write.ended and write.began <= other.ended + SKEW
            for other in others
        ):
            own = near  # the clock of S3 is not this machine's
        mine = [row for row in own if not any(_within(other, row[2]) for other in others)]
        if len(mine) < len(own):
            number = len(own) - len(mine)
            return mine, "%d objects may be of a write with other settings: left out." % number
        return mine, None if mine else "None of its objects were found."

    def _note(
        self,
        write: Write,
        entries: List[Dict[str, Any]],
        total: Optional[int],
        sampled: bool,
        reason: Optional[str],
    ) -> None:
        counts = verdicts.counted(entries)
        unlike = [one for one in entries if one["verdict"] != verdicts.WANTED]
        unlike.sort(key=lambda one: verdicts.ORDER.index(one["verdict"]))
        entry: Dict[str, Any] = {
            "path": write.where.text(),
            "execution": write.execution,
            "time": claims.moment(write.ended),
            "checked": len(entries),
        }
        entry.update(counts)
        entry.update(total=total, sampled=sampled, objects=unlike[:TOLD], reason=reason)
        sentence = None
        if counts["other"]:
            sentence = "%d of %d objects that were looked at differ. The first: %s" % (
                counts["other"],
                len(entries),
                unlike[0]["reason"],
            )
        self.checked.append(Checked(write, entry, sentence))


def watch(held: State, item: Any) -> Watch:
    """What is known about the application of a session; a new one where it is another one's."""
    application = sessions.application(item.context)
    found = held.writes
    if not isinstance(found, Watch) or found.application != application:
        if found is not None:
            found.close()
        found = Watch(application)
        held.writes = found
    return found


def _store(item: Any) -> Any:
    return item.session._jsparkSession.sharedState().statusStore()


def _wait_for_events(item: Any) -> None:
    """Spark's record hears of an execution's end a moment after it."""
    try:
        sessions.scala(item.context).listenerBus().waitUntilEmpty(100)
    except Exception:  # noqa: BLE001 - busy, or another Spark's: what is not over is seen next time
        return


def _armed_at(timeline: List[Armed], moment: float) -> Optional[Armed]:
    """What was armed then; Java's clock gives whole milliseconds."""
    found = [armed for armed in timeline if armed.since - 0.002 <= moment]
    return found[-1] if found else None


def _location(item: Any, table: str) -> Optional[str]:
    """Where the files of a table of Spark's catalog are; None where the catalog does not tell."""
    try:
        state = item.session._jsparkSession.sessionState()
        name = table[len("`spark_catalog`.") :] if table.startswith("`spark_catalog`.") else table
        identifier = state.sqlParser().parseTableIdentifier(name)
        return str(state.catalog().getTableMetadata(identifier).location().toString())
    except Exception:  # noqa: BLE001 - dropped since, or not in Spark's own catalog
        return None


def _within(write: Write, modified: float) -> bool:
    """Whether an object may be of a write; S3 tells whole seconds."""
    return int(write.began) <= modified <= write.ended


def _overlap(one: objects.Place, other: objects.Place) -> bool:
    if one.bucket != other.bucket:
        return False
    first, second = one.path + "/", other.path + "/"
    return first.startswith(second) or second.startswith(first)


def _spread(rows: List[Any], count: int) -> List[Any]:
    """So many of them, from all over the list: each executor's objects are beside each other."""
    if len(rows) <= count:
        return rows
    return [rows[int(number * len(rows) / count)] for number in range(count)]
