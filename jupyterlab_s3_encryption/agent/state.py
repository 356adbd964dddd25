"""What the agent remembers between requests, in one place for installed and shipped agents alike.

Must not know: Spark, Jupyter, how anything here is used. The SSE-C key is held here and nowhere
else in Python.
"""

import hashlib
import hmac
import json
import os
import sys
import time
import types
from typing import Any, Dict, List, Optional, Set, Tuple

NAME = "_jupyterlab_s3_encryption_state"
#: Grows when an agent could no longer read what an older one left.
VERSION = 3
#: How many changes of what is armed are remembered.
CHANGES = 50


class Record:
    """What was done to one session, or to sc.hadoopConfiguration.

    before: value before our first change, None where there was none; applied: what we left there,
    None where it was to be absent; target: the session, or the application id.
    """

    def __init__(self, target: Any) -> None:
        self.target = target
        self.fingerprint: Optional[str] = None
        self.before: Dict[str, Optional[str]] = {}
        self.applied: Dict[str, Optional[str]] = {}


class Renewal:
    """What is known about the open file systems of one application since its settings changed.

    context: the SparkContext.
    scheduler: Java's DAGScheduler, so that a look at it costs one call.
    settings: what was set then, as the Java classes take it; holds the SSE-C key where there is one.
    before: what was running when they changed.
    due: executors have to be reached yet, or the last attempt failed.
    cancelled: that was withdrawn.
    sealed: whatever the driver opens from now on has the settings.
    covered: ids of the executors of which that is known.
    jobs: how many jobs there had been when executors were last looked at.
    reason: why not all executors were reached.
    failure: why the last attempt came to nothing.
    differing: paths with differing objects that were acted upon.
    left: addresses that are stale, and those written to with older settings, at the last look.
    reported: what the last report said of all this.
    """

    def __init__(self, application: str, context: Any) -> None:
        self.application = application
        self.context = context
        self.fingerprint: Optional[str] = None
        self.scheduler: Any = None
        self.settings: Optional[str] = None
        self.before: Any = None
        self.due = True
        self.cancelled = False
        self.sealed = False
        self.covered: Set[str] = set()
        self.jobs: Optional[int] = None
        self.reason: Optional[str] = None
        self.failure: Optional[str] = None
        self.differing = 0
        self.left: Any = None
        self.reported: Any = None


class Armed:
    """What was armed from one time on: since, in seconds since 1970; profile: None for nothing."""

    def __init__(self, profile: Optional[Dict[str, Any]]) -> None:
        self.since = time.time()
        self.profile = profile


class Evidence:
    """What stored objects said since settings last changed, that is since `renewal` was made.

    proof: per bucket the entry of the report; differing: per path a sentence.
    """

    def __init__(self, renewal: Renewal) -> None:
        self.renewal = renewal
        self.proof: Dict[str, Dict[str, Any]] = {}
        self.differing: Dict[str, str] = {}


class State:
    """The armed profile, what was set for it and the hooks that keep it in force."""

    def __init__(self) -> None:
        self.version = VERSION
        self.salt = os.urandom(16)
        #: Oldest first; the last one is what is armed now.
        self.timeline: List[Armed] = []
        self.evidence: Optional[Evidence] = None
        #: The check of the person's own writes and the audit that are under way.
        self.writes: Any = None
        self.audit: Any = None
        self.forget()
        #: (owner, attribute, original, wrapper) of each patched function.
        self.patches: List[Tuple[Any, str, Any, Any]] = []
        self.finder: Any = None
        #: Called with each new session; an agent that takes over puts its own function here.
        self.created: Any = None
        #: How many creating calls we are inside of.
        self.nesting = 0
        #: The SparkContext (its id) whose sessions were all looked for.
        self.scanned: Optional[int] = None
        self.info: Optional[Tuple[Any, Dict[str, Any]]] = None
        #: What was put into Python libraries; None where nothing was.
        self.python: Any = None
        #: Digests of methods with a key of their own that were set once, or that the cluster has.
        self.older: Set[str] = set()
        #: Outlives a clear: what was cleared has to be renewed too.
        self.renewal: Optional[Renewal] = None

    def forget(self) -> None:
        """Holds no profile any more, and no record of what was set for it."""
        self.profile = None
        #: Somebody cleared on purpose in this process: a guard does not arm it again.
        self.cleared = False
        self.connector = "auto"
        self.customer_key: Optional[str] = None
        self.fingerprint: Optional[str] = None
        self.dialect: Optional[str] = None
        self.sessions: Dict[str, Record] = {}
        self.hadoop: Optional[Record] = None
        #: Message of a hook that failed, kept for the next report.
        self.failure: Optional[str] = None
        #: (fingerprint then, executors, failure) of the last request to let those of a Connect
        #: server close.
        self.remote: Optional[Tuple[Optional[str], int, Optional[str]]] = None
        #: True where something happened that no full report has told yet.
        self.unreported = False

    @property
    def profile(self) -> Optional[Dict[str, Any]]:
        """The armed profile; each time it is set is remembered, also where it stays the same."""
        return self._profile

    @profile.setter
    def profile(self, profile: Optional[Dict[str, Any]]) -> None:
        self._profile = profile
        if profile is not None or (self.timeline and self.timeline[-1].profile is not None):
            self.timeline = [*self.timeline[1 - CHANGES :], Armed(profile)]

    def identity(self, profile: Dict[str, Any], connector: str, customer_key: Optional[str]) -> str:
        """Fingerprint of a profile; salted, so that it tells nothing of the SSE-C key."""
        return self.digest(json.dumps([profile, connector, customer_key], sort_keys=True))

    def digest(self, text: str) -> str:
        """A text's fingerprint; salted, so that it tells nothing of a secret in it."""
        return hmac.new(self.salt, text.encode("utf-8"), hashlib.sha256).hexdigest()[:32]


def get() -> State:
    """The state of this kernel, made where there is none (or one of another version)."""
    module = sys.modules.get(NAME)
    found = getattr(module, "state", None)
    if module is None or getattr(found, "version", None) != VERSION:
        module = types.ModuleType(
            NAME, "State of S3 Encryption for Jupyter; not to be changed by hand."
        )
        found = State()
        module.state = found  # type: ignore[attr-defined]
        sys.modules[NAME] = module
    return found  # type: ignore[return-value]
