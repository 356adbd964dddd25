"""The user's own writes: where they are, and what S3 says of a sample of the objects.

Works in a thread, in small steps, and holds the kernel no longer than the budget of a request.
Must not know: how a header is read, how writes are found, requests, reports.
"""

from typing import TYPE_CHECKING, Dict, Generator, Iterator, List, NamedTuple, Optional, Tuple

from ...checks import claims
from ...profile import profiles
from ...sentences import say
from ...shapes import Report
from ...spark import java_classes, jvm
from ...spark.sessions import Classic, Session
from ...state import State
from .. import verdicts
from ..reading import java_reader
from ..reading.headers import error_text
from ..reading.readers import reader_of
from ..work.time_sliced import TimeSliced
from . import matching, samples, server_sources, sources, unseen
from .matching import Write
from .unseen import Unseen

if TYPE_CHECKING:
    from typing import Protocol  # novm

    from ...shapes import CheckedPath, StoredObject, WritesAnswer

    class _Sources(Protocol):
        """What finds the writes: sources.py, or server_sources.py over Spark Connect."""

        writes: List[Write]

        def unfinished(self) -> bool: ...

        def steps(
            self, state: State, every: List[Session], queue: List[Write]
        ) -> Iterator[None]: ...


#: Milliseconds of the kernel's time.
BUDGET, MAX_BUDGET = 120.0, 200.0
#: Seconds that a request waits for work in the background, and that this work may take.
HOLD, LINGER = 0.005, 3.0
#: Bounds: paths that are reported, objects that are listed below a path, headers that are read of each
#: write, objects that are reported of each.
MAX_PATHS, MAX_LISTED, SAMPLE, SHOWN = 50, 20000, 20, 5
#: Headers that are read of files that were moved, of which each may have a key of its own.
MOST_MOVED = 1000
#: Objects that are listed in one step, and writes that are checked in one.
STEP, BATCH = 500, 16


class Checked(NamedTuple):
    """A checked write: the report's entry, and sentences for the claim.

    sentence: if objects differ; unread: if it is not known of all files that were moved.
    """

    write: Write
    entry: "CheckedPath"
    sentence: Optional[str]
    unread: Optional[str]


class Watch:
    """What is known about the writes of one application."""

    def __init__(self, application: str, own: bool) -> None:
        """own: whether its driver is the JVM beside this kernel."""
        self.application = application
        self.checked: List[Checked] = []
        self.unseen = Unseen()
        #: Seconds that the rest of such a report took last time.
        self.reserve = 0.03
        #: What the last report depended on, and the report.
        self.last: Optional[Tuple[object, Report]] = None
        self._reported = 0
        self._pending = False
        self._sources: "_Sources" = (
            sources.Sources(self.unseen) if own else server_sources.Sources(self.unseen)
        )
        self._work: Optional[TimeSliced] = None

    def go(self, state: State, sessions: List[Session], until: float) -> None:
        """Looks for new writes and checks them, until a moment of time.monotonic().

        sessions: all of the application, the first of them for what they have in common.
        """
        session = sessions[0]
        if self._work is None or self._work.done:
            self._work = TimeSliced(session.context, self._steps(state, sessions))
        self._work.go(until)
        # In this order: later results are left for the next request.
        self._pending = not self._work.done
        if self._work.failure is not None:
            text = error_text(self._work.failure)
            self.unseen.name(unseen.FAILED, text, state.timeline[-1:])
        self._learn(state, session)

    def go_on(self) -> None:
        """Continues in the background; the next request reports the result."""
        if self._work is not None:
            self._work.go_on(LINGER)

    def going(self) -> bool:
        """Whether the last request left work to do."""
        return self._pending

    def busy(self) -> bool:
        """Whether that work is still not done."""
        return self._pending and self._work is not None and not self._work.done

    def entry(self, quiet: bool) -> "WritesAnswer":
        """The entry of the report: all that is known so far, the newest first.

        quiet: whether nothing is running; then executions without an end in Spark's record are pending.
        """
        newest = sorted(
            self.checked[: self._reported], key=lambda one: (-one.write.ended, -one.write.execution)
        )[:MAX_PATHS]
        return {
            "pending": self._pending or (quiet and self._sources.unfinished()),
            "unseen": self.unseen.sentences(),
            "paths": [one.entry for one in newest],
        }

    def close(self) -> None:
        """Gives up what is under way."""
        if self._work is not None:
            self._work.close()

    def _learn(self, state: State, session: Session) -> None:
        """Passes new results about the armed profile on to the claim."""
        new = self.checked[self._reported :]
        if not self._pending:
            self.checked = self.checked[-4 * MAX_PATHS :]
        self._reported = len(self.checked) if not self._pending else self._reported + len(new)
        armed = state.timeline[-1] if state.timeline else None
        blind = self.unseen.blinds(armed)
        if blind:
            claims.not_proved(state, "writes")
        read = [number for one in new for number in one.write.moves]
        if read and session.context is not None:
            java_classes.release(session.context, read)
        for write, entry, sentence, unread in new:
            if armed is None or write.armed is not armed:
                continue
            if unread is not None:
                claims.not_read(state, entry["path"], unread)
            choice = verdicts.choice_of(state.profile, write.location.bucket)
            if sentence is not None:
                claims.differs(state, entry["path"], sentence)
            elif blind or unread is not None or entry["unreadable"] or not verdicts.proves(choice):
                continue
            elif entry["wanted"]:
                claims.proved(state, write.location.bucket, entry["wanted"], "writes")

    def _steps(self, state: State, sessions: List[Session]) -> Iterator[None]:
        queue: List[Write] = []
        yield from self._sources.steps(state, sessions, queue)
        session = sessions[0]
        readers: Dict[Tuple[str, str], java_reader.Reader] = {}
        try:
            queue.reverse()
            quick = _quick(session) if queue and isinstance(session, Classic) else None
            while queue:
                part, queue = queue[:BATCH], queue[BATCH:]
                left = part
                if quick is not None:
                    left = yield from self._check_many(quick, part)
                for write in left:
                    yield from self._check(readers, session, write)
        finally:
            for reader in readers.values():
                reader.close()

    def _check_many(
        self, quick: samples.Open, part: List[Write]
    ) -> Generator[None, None, List[Write]]:
        """Checks the writes that take a few calls; returns the others."""
        able = [write for write in part if _quickly(write)]
        try:
            found = quick.listed([write.location for write in able])
            yield
            sampled, requested, more = [], [], []
            for write, rows in zip(able, found):
                if rows is not None:
                    mine, reason = matching.mine(
                        write,
                        self._sources.writes,
                        [row for row in rows if matching.near(write, row)],
                    )
                    sample = matching.spread(sorted(mine), _most(write))
                    sampled.append(write)
                    requested.append(samples.Sample(write.location, sample))
                    more.append((len(mine), reason))
            headers = quick.headers(requested)
        except Exception:  # noqa: BLE001 - for example closed meanwhile: a reader of its own reports why
            return part
        for write, (_, rows), read, (total, reason) in zip(sampled, requested, headers, more):
            if read is not None:
                self._compare(write, rows, read, total, reason)
                part = [one for one in part if one is not write]
        return part

    def _check(
        self, readers: Dict[Tuple[str, str], java_reader.Reader], session: Session, write: Write
    ) -> Iterator[None]:
        """Lists below the path, reads a sample, and notes what was found."""
        if write.armed is None:
            self._note(write, [], 0, False, say("The settings changed while it ran."))
            return
        name = (write.location.scheme, write.location.bucket)
        try:
            if name not in readers:
                readers[name] = reader_of(session, write.location, False)
                yield
            reader = readers[name]
            if write.files:
                known: List[matching.Row] = [(file, None, write.ended) for file in write.files]
                sample = matching.spread(known, SAMPLE)
                headers = reader.headers(reader.paths([path for path, _, _ in sample]))
                self._compare(write, sample, headers, len(known), None)
                return
            listing = reader.listing(write.location.text())
            near: List[matching.Row] = []
            listed, count = 0, STEP
            while count == STEP and listed < MAX_LISTED:
                rows = reader.take(listing, STEP).rows
                count = len(rows)
                listed += count
                near += [row for row in rows if matching.near(write, row)]
                yield
            mine, reason = matching.mine(write, self._sources.writes, near)
            sample = matching.spread(sorted(mine), _most(write))
            paths = reader.paths([path for path, _, _ in sample])
            headers = reader.headers(paths)
        except Exception as error:  # noqa: BLE001 - Java's or S3's: reported for this path
            self._note(write, [], None, False, error_text(error))
            return
        complete = listed < MAX_LISTED
        self._compare(write, sample, headers, len(mine), reason, complete)

    def _compare(
        self,
        write: Write,
        sample: List[matching.Row],
        headers: List[verdicts.Header],
        total: int,
        reason: Optional[str],
        complete: bool = True,
    ) -> None:
        """Notes what the headers of a sample say; complete: whether everything was listed."""
        assert write.armed is not None  # noqa: S101 - else it is not read
        choice = verdicts.choice_of(write.armed.profile, write.location.bucket)
        entries = [
            verdicts.entry(path, size, claims.moment(modified), header, choice)
            for (path, size, modified), header in zip(sample, headers)
        ]
        if entries or total or not write.maybe or not complete:
            cut = not complete or len(sample) < total
            self._note(write, entries, total if complete else None, cut, reason)

    def _note(
        self,
        write: Write,
        entries: "List[StoredObject]",
        total: Optional[int],
        sampled: bool,
        reason: Optional[str],
    ) -> None:
        counts = verdicts.counted(entries)
        unlike = [one for one in entries if one["verdict"] != verdicts.WANTED]
        unlike.sort(key=lambda one: verdicts.ORDER.index(one["verdict"]))
        entry: "CheckedPath" = {
            "path": write.location.text(),
            "execution": write.execution,
            "time": claims.moment(write.ended),
            "checked": len(entries),
            "wanted": counts[verdicts.WANTED],
            "other": counts[verdicts.OTHER],
            "unreadable": counts[verdicts.UNREADABLE],
            "total": total,
            "sampled": sampled,
            "objects": unlike[:SHOWN],
            "reason": reason,
        }
        sentence = None
        if counts["other"]:
            sentence = say(
                "%1 of the %2 objects checked differ. The first: %3",
                counts["other"],
                len(entries),
                unlike[0]["reason"],
            )
        self.checked.append(Checked(write, entry, sentence, _unread(write, entry)))


def watch(state: State, session: Session) -> Watch:
    """The Watch of a session's application; a new one for another application."""
    own = session.context is not None
    application = session.identity if session.context is None else jvm.application(session.context)
    found = state.writes
    if not isinstance(found, Watch) or found.application != application:
        if found is not None:
            found.close()
        found = Watch(application, own)
        state.writes = found
    return found


def _most(write: Write) -> int:
    """How many headers are read of a write."""
    return MOST_MOVED if write.moved else SAMPLE


def _unread(write: Write, entry: "CheckedPath") -> Optional[str]:
    """Why it is not known of all files that were moved how they are encrypted; else None."""
    if not write.moved:
        return None
    if entry["unreadable"]:
        return entry["objects"][0]["reason"]
    if entry["sampled"]:
        return say("%1 of them were read.", entry["checked"])
    return entry["reason"]


def _quick(session: Classic) -> Optional[samples.Open]:
    """Reads through buckets that are open already; None if they cannot be inspected."""
    try:
        return samples.Open(session)
    except Exception:  # noqa: BLE001 - another Hadoop's fields
        return None


def _quickly(write: Write) -> bool:
    """Whether the headers can be read without a key: for SSE-C, S3 needs the key in each request."""
    if write.armed is None or write.file or write.files:
        return False
    choice = verdicts.choice_of(write.armed.profile, write.location.bucket)
    method = choice["method"] if choice is not None else None
    return method not in (*profiles.WITH_CUSTOMER_KEY, *profiles.BY_CLIENT)
