"""What a re-encryption begins with: a bucket of this kernel's, a plan for it, a run of that plan.

Must not know: who asks, how anything is shown. Raises NoPlanError, JournalError and RefusedError, with
a sentence for the user.
"""

import base64
import contextlib
from typing import Callable, Dict, Iterator, NamedTuple, Optional

from ..objects import verdicts
from ..objects.reading import boto
from ..objects.reading.boto import NotReadError
from ..objects.reading.location import S3Location
from ..profile import profiles
from ..sentences import join, say
from ..shapes import Profile, Rule
from ..spark.sessions import classic, find_sessions
from ..state import State
from . import plans
from .journal import Journal
from .pace import Lease, Pace
from .plans import InvalidError, NoPlanError, Plan
from .run import Run
from .store import CustomerKey, Store

#: Requests to S3 at once, unless the user says otherwise.
AT_ONCE = 16
#: Seconds that S3 may take to answer: a copy of 5 GB is one request.
_PATIENCE = 600
#: How often a request of a plan is sent: somebody waits for it.
_TRIES = 5


class Wanted(NamedTuple):
    """What a plan is to be about. choice: how objects are to be encrypted."""

    store: Store
    location: S3Location
    choice: Rule


def plan(
    state: State,
    path: object,
    profile: Optional[Profile] = None,
    customer_key: Optional[str] = None,
    versions: bool = False,
    delta_log: bool = False,
    bucket_key: Optional[bool] = None,
    at_once: int = AT_ONCE,
    progress: Optional[Callable[[int], None]] = None,
) -> Plan:
    """A plan for everything below a path. profile: a valid one; else the one that is applied."""
    what = wanted(state, path, profile, customer_key, at_once)
    return make(what, versions, delta_log, bucket_key, progress)


def wanted(
    state: State,
    path: object,
    profile: Optional[Profile] = None,
    customer_key: Optional[str] = None,
    at_once: int = AT_ONCE,
) -> Wanted:
    """What a plan is to be about; asks no service."""
    location = S3Location.parse(path)
    if location is None:
        raise InvalidError(say("Give an address like s3://BUCKET/FOLDER."))
    choice = verdicts.choice_of(profile or state.profile, location.bucket)
    if choice is None:
        raise NoPlanError(say("Say how objects are to be encrypted, or apply a profile first."))
    store = _store(state, location, customer_key, Pace(at_once, _TRIES))
    return Wanted(store, location, choice)


def make(
    what: Wanted,
    versions: bool = False,
    delta_log: bool = False,
    bucket_key: Optional[bool] = None,
    progress: Optional[Callable[[int], None]] = None,
) -> Plan:
    """The plan for that: looks at everything."""
    store = what.store
    with store.quiet(), _refusals():
        store.read_settings()
        target = plans.target_of(store, what.choice, bucket_key, delta_log)
        return plans.make(store, what.location, target, versions, progress)


def run(
    state: State,
    made: Plan,
    journal: str,
    customer_key: Optional[str] = None,
    unconditional: bool = False,
    at_once: int = AT_ONCE,
) -> Run:
    """A run of a plan, not yet started; close its journal. unconditional: also if the store checks no
    conditions."""
    store = store_of(state, made, customer_key, at_once)
    return begin(store, made, journal, unconditional)


def store_of(
    state: State, made: Plan, customer_key: Optional[str] = None, at_once: int = AT_ONCE
) -> Store:
    """The bucket of a plan, for a run; asks no service."""
    return _store(state, made.location, customer_key, Pace(at_once))


def begin(
    store: Store,
    made: Plan,
    journal: str,
    unconditional: bool = False,
    lease: Optional[Lease] = None,
) -> Run:
    """The run in that bucket, not yet started; close its journal."""
    with _refusals():
        store.read_settings()
    return Run(store, made, Journal(journal, made), unconditional, lease)


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """What a service refuses inside is a NoPlanError."""
    try:
        yield
    except Exception as error:
        if not boto.code_of(error):
            raise
        raise NoPlanError(say("S3 refused it: %1", boto.first_line(error))) from error


def _store(state: State, location: S3Location, customer_key: Optional[str], pace: Pace) -> Store:
    """The bucket, with the credentials of this kernel's Spark or else of boto3."""
    at_once = pace.most
    if location.bucket.endswith("--x-s3"):
        raise InvalidError(
            say("A directory bucket has one key for life: its objects cannot be re-encrypted.")
        )
    if not 1 <= at_once <= 256:
        raise InvalidError(say("Give 1 to %1 requests at once.", 256))
    if not boto.available(True):
        raise NotReadError(say("This kernel has no boto3, with which objects are re-encrypted."))
    key = None
    if customer_key is not None:
        problems = profiles.validate_customer_key(profiles.WITH_CUSTOMER_KEY[0], customer_key)
        if problems:
            raise InvalidError(join([problem["message"] for problem in problems]))
        key = CustomerKey(base64.b64decode(customer_key))
    none: Dict[str, str] = {}
    with state.lock:
        sessions = find_sessions(state)
        session = classic(sessions) or next(iter(sessions), None)
        conf = session.hadoop_conf() if session is not None else none
    try:
        clients = boto.Boto(conf, location.bucket, tries=1, patience=_PATIENCE, at_once=at_once)
    except Exception as error:
        raise boto.unusable(error) from error
    return Store(clients, location.bucket, pace, key)
