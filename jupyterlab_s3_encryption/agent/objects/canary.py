"""Writes tiny objects with Spark from every executor, reads their headers back, removes them.

Everything is in a folder of its own, and is removed even after a failure; what somebody else has
put there stays. Must not know: how a header is read, requests, how a report looks.
"""

import copy
import time
import uuid
from typing import TYPE_CHECKING, Any, Iterator, List, Optional, Set
from urllib.parse import unquote

from ..checks import claims
from ..sentences import Sentence, join, say
from ..spark import executors
from ..spark.sessions import Classic, SqlSession
from ..state import State
from . import removal, verdicts
from .reading import java_reader
from .reading.headers import error_text
from .reading.location import S3Location
from .work import spark_jobs
from .work.time_sliced import TimeSliced
from .writes import write_targets

if TYPE_CHECKING:
    from ..shapes import CanaryAnswer, CanaryObject

#: Seconds of a kernel's time: for what comes before the first write, for the writing, and for
#: reading and removing.
LIMITS = (20.0, 60.0, 30.0)
#: Seconds that a canary which is given up has to remove what it wrote.
GRACE = 5.0
ROUNDS = 5
MAX_SLOTS = 256
DESCRIPTION = "S3 Encryption: canary"
#: Which executor writes: its id (from its command line), else its process.
WHO = (
    "coalesce(nullif(regexp_extract(reflect('java.lang.System','getProperty','sun.java.command'),"
    "'--executor-id[ =]([^ ]+)',1),''), reflect('org.apache.spark.util.Utils','getProcessName'))"
    " AS executor"
)
#: Sleeping keeps a fast executor from taking the other executors' tasks.
TEXT = "concat_ws('', 'S3 Encryption canary', reflect('java.lang.Thread','sleep',%dL)) AS text"


class TakenError(Exception):
    """The folder of a canary is there already."""


class Canary:
    """One canary. entry: the entry of the report; failure: why it could not be completed.

    strange: what is in its folder and was not written by it.
    """

    def __init__(self, state: State, session: SqlSession, location: S3Location) -> None:
        self._entry: "CanaryAnswer" = {
            "location": location.text(),
            "slots": 0,
            "executors": {"total": 0, "wrote": 0},
            "objects": [],
            "readBy": None,
            "removed": True,
            "left": [],
            "elapsed": 0.0,
        }
        self.entry = self._entry
        self.failure: Optional[str] = None
        self.strange: List[str] = []
        #: What differs, as a sentence.
        self.differing: Optional[str] = None
        self._state = state
        self._session = session
        self._location = location
        self._folder = "%s/%s%s" % (location.text(), write_targets.CANARY, uuid.uuid4().hex[:12])
        self._group = "s3-encryption-" + uuid.uuid4().hex
        #: How many of the parts that LIMITS names are over, and which one is waited for.
        self._passed = self._part = 0

    def run(self) -> None:
        """Does all of it within LIMITS; never raises an Exception.

        If S3 does not answer, the rest is removed in the background as soon as it does.
        """
        began = time.monotonic()
        work = TimeSliced(self._session.context, self._steps())
        late = False
        try:
            while not work.done and not late:
                self._part = self._passed
                work.go(time.monotonic() + LIMITS[self._part], self._is_over)
                late = not work.done and not self._is_over()
            if late and self._part > 0:
                self._cancel()
                work.go(time.monotonic() + GRACE)
        except BaseException:
            self._cancel()
            raise
        finally:
            going = not work.done
            work.close()
        # A copy: the steps may go on.
        self.entry = copy.deepcopy(self._entry)
        if work.failure is not None:
            self.failure = error_text(work.failure)
        if late and (going or work.failure is not None):
            self.failure = self._late(going)
        self.entry["elapsed"] = round((time.monotonic() - began) * 1000, 2)
        self._conclude()

    def _is_over(self) -> bool:
        return self._passed > self._part

    def _late(self, going: bool) -> Sentence:
        """Why it was given up. going: whether something is still under way."""
        seconds = int(LIMITS[self._part])
        if self._part == 0:
            return say("S3 did not answer within %1 seconds. Nothing was written.", seconds)
        reason = (
            say("Writing took longer than %1 seconds.", seconds)
            if self._part == 1
            else say("Reading it back and removing it took longer than %1 seconds.", seconds)
        )
        if not going:
            return reason
        self.entry["removed"], self.entry["left"] = False, [self._folder]
        rest = say("What was written is removed as soon as S3 answers: %1.", self._folder)
        return join([reason, rest])

    def _steps(self) -> Iterator[None]:
        """All of it, in the parts that LIMITS names."""
        reader = self._open()
        try:
            absent = self._absent(reader)
            self._passed = 1
            yield
            try:
                self._write(reader)
                self._passed = 2
                yield
                self._read(reader)
            finally:
                self._remove(reader, absent)
        finally:
            reader.close()

    def _cancel(self) -> None:
        """Cancels our own Spark jobs, and no others."""
        try:
            spark_jobs.cancel(self._classic().context, self._group)
        except Exception:  # noqa: BLE001 - the JVM is gone, and the jobs with it
            return

    def _open(self) -> Any:
        return java_reader.Reader(self._classic(), self._location, as_written=True)

    def _classic(self) -> Classic:
        assert isinstance(self._session, Classic)  # noqa: S101 - connect_canary is for the others
        return self._session

    def _absent(self, reader: java_reader.Reader) -> List[str]:
        """The parent folders that do not exist yet, the innermost first."""
        found = []
        parts = self._location.path.split("/")[1:]
        root = self._location.root()
        if not parts:
            reader.system.listStatus(reader.path(root))  # raises if there is no such bucket
        for count in range(len(parts), 0, -1):
            path = root + "/".join(parts[:count])
            if reader.system.exists(reader.path(path)):
                break
            found.append(path)
        if reader.system.exists(reader.path(self._folder)):
            raise TakenError(say("Something is stored under %1.", self._folder))
        return found

    def _write(self, reader: java_reader.Reader) -> None:
        """Writes until every executor has written, within bounds."""
        session = self._classic()
        context = session.context
        local = executors.is_local(str(context.master))
        known = {"driver"} if local else executors.known(context)
        slots = spark_jobs.slots(context)
        tasks = max(min(slots, MAX_SLOTS), len(known or ()))
        self._entry["slots"] = tasks
        wrote: Set[str] = set()
        with spark_jobs.named(context, self._group, DESCRIPTION):
            for attempt in range(ROUNDS):
                wait = min(50 * attempt, 200)
                frame = session.spark.range(0, tasks, 1, tasks)
                who = "'driver' AS executor" if local else WHO
                frame = frame.selectExpr(who, TEXT % wait)
                path = "%s/%d" % (self._folder, attempt)
                frame.write.partitionBy("executor").text(path)
                wrote |= _executors(reader, path)
                known = known if local else executors.known(context)
                if known is None or known <= wrote:
                    break
        total = len(known) if known is not None else len(wrote)
        covered = wrote if known is None else known & wrote
        if known and not covered and len(wrote) == total:
            covered = known  # another launcher: processes distinguish executors
        self._entry["executors"] = {"total": total, "wrote": len(covered)}

    def _read(self, reader: java_reader.Reader) -> None:
        """Reads back the executors' objects, and those that the driver adds."""
        choice = verdicts.choice_of(self._state.profile, self._location.bucket)
        listing = reader.listing(self._folder)
        found = reader.take(listing, 2 * MAX_SLOTS)
        while found.rows:
            for (path, size, modified), header in zip(found.rows, reader.headers(found.paths)):
                seen = verdicts.entry(path, size, claims.moment(modified), header, choice)
                entry: "CanaryObject" = {**seen, "executor": _executor_of(path)}
                self._entry["objects"].append(entry)
            found = reader.take(listing, 2 * MAX_SLOTS)
        self._entry["readBy"] = reader.read_by
        self._entry["objects"].sort(key=lambda entry: verdicts.ORDER.index(entry["verdict"]))

    def _remove(self, reader: java_reader.Reader, absent: List[str]) -> None:
        """Removes what we wrote, and markers of parent folders that only it needed."""
        system = reader.system
        for _ in range(2):
            try:
                self._entry["left"] = removal.remove(reader, self._folder)
                if all(not removal.is_ours(path) for path in self._entry["left"]):
                    break
            except Exception:  # noqa: BLE001 - tried once more, then reported as left
                self._entry["left"] = [self._folder]
        self._entry["removed"] = not self._entry["left"]
        for path in absent if self._entry["removed"] else []:
            try:
                # Never more than an empty folder's marker, which S3A makes when it deletes.
                system.delete(reader.path(path), False)
            except Exception:  # noqa: BLE001 - somebody else has written there meanwhile
                break

    def _conclude(self) -> None:
        """Passes the result on to the claim; a proof only if every executor has written."""
        entries = self.entry["objects"]
        left = self.entry["left"]
        self.strange = [one for one in left if one != self._folder and not removal.is_ours(one)]
        counts = verdicts.counted(entries)
        choice = verdicts.choice_of(self._state.profile, self._location.bucket)
        address = self._location.text()
        if counts["other"]:
            reason = next(row["reason"] for row in entries if row["verdict"] == verdicts.OTHER)
            self.differing = say(
                "%1 of %2 canary objects differ. The first: %3",
                counts["other"],
                len(entries),
                reason,
            )
            claims.differs(self._state, address, self.differing)
            return
        wrote = self.entry["executors"]
        every = bool(wrote["total"]) and wrote["total"] == wrote["wrote"]
        complete = every and counts["wanted"] == len(entries)
        if self.failure is None and complete and entries and verdicts.proves(choice):
            claims.proved(self._state, self._location.bucket, len(entries), "canary")


def _executors(reader: java_reader.Reader, path: str) -> Set[str]:
    """Who wrote below a path: the folders there are named after the executors."""
    status = reader.java.cls("org.apache.hadoop.fs.FileStatus")
    found = reader.system.listStatus(reader.path(path))
    names = reader.java.texts(reader.java.each(reader.java.method(status, "getPath"), found))
    return {name for name in map(_executor_of, names) if name is not None}


def _executor_of(path: str) -> Optional[str]:
    """The executor that wrote an object; None for what the driver adds."""
    for part in path.split("/"):
        if part.startswith("executor="):
            return unquote(part[len("executor=") :])
    return None
