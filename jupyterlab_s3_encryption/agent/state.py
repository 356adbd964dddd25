"""What the agent remembers between requests, in one place for installed and shipped agents alike.

Must not know: Spark, Jupyter, how anything here is used. The SSE-C key is kept here and nowhere
else in Python.
"""

import contextlib
import hashlib
import hmac
import json
import os
import sys
import threading
import time
import types
import weakref
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Set,
    Tuple,
    Union,
)

from .shapes import (
    Desired,
    Function,
    Java,
    Profile,
    Properties,
    SparkContext,
    SparkSession,
)

if TYPE_CHECKING:
    from .entries import ProvenBucket, Versions
    from .foreign import ServerAnswer
    from .shapes import Events, Gate

NAME = "_jupyterlab_s3_encryption_state"
#: The server sets it in the environment of the kernels that it listens to, see checks/events.py.
EVENTS = "JUPYTER_S3_ENCRYPTION_EVENTS"
#: Grows when an agent could no longer read what an older one left.
VERSION = 11
#: Seconds that an import waits for a request of another thread, which may wait for that import.
IMPORT_TURN = 10.0
#: How many changes of what is armed are remembered.
CHANGES = 50
#: How many sessions are remembered that Python no longer uses, but Java may.
LOST = 50


class Record:
    """What was done to one session, or to sc.hadoopConfiguration.

    before: the values before our first change, None for absent; applied: the values that we set,
    None for absent; others: what else was there then; broken: what was there before a change that
    was broken off and may not have been undone; target: the application id for
    sc.hadoopConfiguration; session: of pyspark, or None if there is none or it is not used any more.
    """

    def __init__(self, target: Optional[str]) -> None:
        self.target = target
        self._session: Optional[Callable[[], Optional[SparkSession]]] = None
        self.fingerprint: Optional[str] = None
        self.before: Desired = {}
        self.applied: Desired = {}
        self.others: Properties = {}
        self.broken: Desired = {}

    def follow(self, session: Optional[SparkSession]) -> None:
        """Takes pyspark's session for that of the record, without keeping it alive."""
        self._session = weakref.ref(session) if session is not None else None

    def original(self) -> Desired:
        """The values before our first change of each property, None for absent."""
        return {**self.broken, **self.before}

    @property
    def session(self) -> Optional[SparkSession]:
        """The session of pyspark, as long as somebody uses it."""
        return self._session() if self._session is not None else None


class Scheduler(NamedTuple):
    """Java's DAGScheduler, and the SparkContext that it is of."""

    context: SparkContext
    java: Java


class Renewal:
    """What is known about the open file systems of one application since its settings changed.

    context: the SparkContext.
    scheduler: Java's DAGScheduler, kept so that asking it takes one call.
    settings: what was set then, as the Java classes take it; holds the SSE-C key if there is one.
    before: what was running when they changed.
    due: whether executors must still be reached, or the last attempt failed.
    cancelled: whether a user cancelled it.
    sealed: whether everything that the driver opens from now on has the settings.
    covered: ids of the executors that are known to have the settings.
    ahead: addresses to which executors that joined later wrote before they were reached; "" for
        one that ended before it could be asked.
    writing: addresses to which executors wrote otherwise since then.
    forget: whether what executors wrote until now was written by jobs that have ended.
    jobs: how many jobs had been started when the executors were last checked.
    reason: why not all executors were reached.
    failure: why the last attempt failed.
    kept_off: why our class may not go to executors, None if it may.
    at_work: whether it is at work on executors, as far as is known.
    differing: how many paths with differing objects were acted upon.
    left: what the last check of the driver found.
    reported: what the last report said about all this.
    """

    def __init__(self, application: str, context: SparkContext) -> None:
        self.application = application
        self.context = context
        self.fingerprint: Optional[str] = None
        self.scheduler: Optional[Scheduler] = None
        self.settings: Optional[str] = None
        self.before: Any = None
        self.due = True
        self.cancelled = False
        self.sealed = False
        self.covered: Set[str] = set()
        self.ahead: Set[str] = set()
        self.writing: Set[str] = set()
        self.forget = False
        self.jobs: Optional[int] = None
        self.reason: Optional[str] = None
        self.failure: Optional[str] = None
        self.kept_off: Optional[str] = None
        self.at_work = False
        self.differing = 0
        self.left: Optional[Left] = None
        self.reported: object = None


class Server:
    """What is known of a Spark Connect server since the settings changed.

    functions, refused: by the identity of a session the name of our function there, or why there is
    none; answer: what it said last; reason: why it did not; due: whether something that writes with
    older settings is still to be replaced; streams, kept: how many there were when the settings
    changed, None for unknown; fresh: whether the answer was made for the request at hand; began: the
    numbers of the SQL executions that were the last ones when something was armed, the server's time
    (milliseconds since 1970), and what was armed; own: ids of all sessions that were ever this
    kernel's: one that nobody uses any more stays on the server.
    """

    def __init__(self, fingerprint: Optional[str]) -> None:
        self.fingerprint = fingerprint
        self.functions: Dict[str, str] = {}
        self.refused: Dict[str, str] = {}
        self.answer: "Optional[ServerAnswer]" = None
        self.reason: Optional[str] = None
        self.due = True
        self.streams: Optional[int] = None
        self.kept: Optional[int] = None
        self.fresh = False
        self.began: List[Tuple[int, int, Armed]] = []
        self.own: Set[str] = set()


class Patch(NamedTuple):
    """A function that we replaced by ours."""

    owner: object
    name: str
    original: Function
    wrapper: Function


class Left(NamedTuple):
    """What a check of the driver's file systems found.

    stale: addresses that write with older settings; writing: those written to with older settings;
    moved: what was moved and not read since.
    """

    stale: List[str]
    writing: List[str]
    moved: List[str]


class Choice(NamedTuple):
    """What a user chose: a profile, one of "auto", "s3a" and "emrfs", and the SSE-C key.

    connect_class: whether our class may go to Spark Connect servers, and to executors.
    """

    profile: Profile
    connector: str
    customer_key: Optional[str]
    connect_class: bool = True


class ExecutorsClosed(NamedTuple):
    """The result of a request to close the file systems of a Connect server's executors.

    fingerprint: of what was armed then; executors: how many did.
    """

    fingerprint: Optional[str]
    executors: int
    failure: Optional[str]


class Armed:
    """What was armed at a time. since: in seconds since 1970; profile: None for nothing."""

    def __init__(self, profile: Optional[Profile]) -> None:
        self.since = time.time()
        self.profile = profile


class Evidence:
    """What stored objects showed since the settings last changed, that is since `renewal` was made.

    proof: per bucket the entry of the report; differing: per path a sentence; unread: per path that
    files were moved to, why not all of them could be read.
    """

    def __init__(self, renewal: "Union[Renewal, Server]") -> None:
        self.renewal = renewal
        self.proof: "Dict[str, ProvenBucket]" = {}
        self.differing: Dict[str, str] = {}
        self.unread: Dict[str, str] = {}


class State:
    """The armed profile, what was set for it and the hooks that keep it in force."""

    def __init__(self) -> None:
        self.version = VERSION
        #: Held by whoever reads or changes anything here: a request, or a hook.
        self.lock = threading.RLock()
        self.salt = os.urandom(16)
        #: Oldest first; the last one is what is armed now.
        self.timeline: List[Armed] = []
        self.evidence: Optional[Evidence] = None
        #: The running check of the user's own writes, the running audit, and the plan of a
        #: re-encryption or its run.
        self.writes: Any = None
        self.audit: Any = None
        self.reencryption: object = None
        self.forget()
        self.patches: List[Patch] = []
        self.finder: Any = None
        #: Called with each new session; an agent that replaces another sets its own function.
        self.created: Optional[Callable[[str, object], None]] = None
        #: What identifies an application, and its versions.
        self.info: "Optional[Tuple[object, Versions]]" = None
        #: Our hooks in Python libraries; None for none.
        self.python: Any = None
        #: Digests of methods with a key of their own that were ever set, here or by the cluster.
        self.older: Set[str] = set()
        #: Looks before each cell if the kernel was started with a choice; see loader/gate.py.
        self.gate: "Optional[Gate]" = None
        #: What the server has heard, if it listens; see checks/events.py.
        self.events: "Optional[Events]" = None
        #: Identities of sessions that had a catalog of Iceberg, which stays when its settings go.
        self.iceberg: Set[str] = set()
        #: Outlives a clear, which needs a renewal too.
        self.renewal: Optional[Renewal] = None
        #: Whether our class may be sent to Spark Connect servers and executors, and asked there; a
        #: clear asks it, too.
        self.connect_class = True
        #: Of the sessions of Spark Connect.
        self.server: Optional[Server] = None
        #: Identities of sessions of Spark Connect whose server did not answer.
        self.gone: Set[str] = set()

    def forget(self) -> None:
        """Forgets the profile and the records of what was set for it."""
        self.profile = None
        #: Whether a user cleared on purpose in this kernel: a guard does not arm it again.
        self.cleared = False
        self.connector = "auto"
        self.customer_key: Optional[str] = None
        self.fingerprint: Optional[str] = None
        self.dialect: Optional[str] = None
        #: By the identity of a session.
        self.records: Dict[str, Record] = {}
        self.hadoop: Optional[Record] = None
        self.lost: Dict[str, Record] = {}
        #: The SparkContext (its id) whose sessions were all looked for.
        self.scanned: Optional[int] = None
        #: Message of a hook that failed, kept for the next report.
        self.failure: Optional[str] = None
        self.executors_closed: Optional[ExecutorsClosed] = None
        #: Whether something happened that no complete report has mentioned yet.
        self.unreported = False
        #: What tells the settings that the last report found from others; None if nothing does.
        self.seen: Optional[int] = None
        #: Whether a change was begun and has not come to its end: what is set is then not known.
        self.unsettled = False
        #: Whether that report found any that were changed, or sessions without them.
        self.altered = False

    @property
    def profile(self) -> Optional[Profile]:
        """The armed profile; setting it adds to the timeline, even if it stays the same."""
        return self._profile

    @profile.setter
    def profile(self, profile: Optional[Profile]) -> None:
        self._profile = profile
        if profile is not None or (self.timeline and self.timeline[-1].profile is not None):
            self.timeline = [*self.timeline[1 - CHANGES :], Armed(profile)]

    def arm(self, choice: Choice) -> None:
        """Remembers a choice that was set in every session, or waits for the first one."""
        self.profile, self.connector, self.customer_key, self.connect_class = choice
        self.fingerprint = self.identity(choice)
        self.failure, self.unreported, self.cleared = None, False, False

    def choice(self) -> Optional[Choice]:
        """What is armed; None for nothing."""
        if self.profile is None:
            return None
        return Choice(self.profile, self.connector, self.customer_key, self.connect_class)

    def identity(self, choice: Choice) -> str:
        """The fingerprint of what is set for a choice; salted, so that it reveals nothing of the
        SSE-C key."""
        written = choice.profile, choice.connector, choice.customer_key
        return self.digest(json.dumps(written, sort_keys=True))

    def digest(self, text: str) -> str:
        """A text's fingerprint; salted, so that it reveals nothing of a secret in it."""
        return hmac.new(self.salt, text.encode("utf-8"), hashlib.sha256).hexdigest()[:32]


def get() -> State:
    """The state of this kernel, made if there is none (or one of another version)."""
    module = sys.modules.get(NAME)
    found = getattr(module, "state", None)
    if getattr(found, "version", None) != VERSION:
        fresh = types.ModuleType(
            NAME, "State of S3 Encryption for Jupyter; not to be changed by hand."
        )
        fresh.state = State()  # type: ignore[attr-defined]
        if module is not None:
            sys.modules[NAME] = fresh
        # Another thread may have made one meanwhile: both get the first.
        found = sys.modules.setdefault(NAME, fresh).state
    return found  # type: ignore[return-value]


@contextlib.contextmanager
def turn_of_import(state: State) -> Iterator[bool]:
    """Around what follows an import: whether the lock is held, or another thread kept it."""
    is_ours = state.lock.acquire(timeout=IMPORT_TURN)
    try:
        yield is_ours
    finally:
        if is_ours:
            state.lock.release()
