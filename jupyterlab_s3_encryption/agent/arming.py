"""Sets a choice in Spark sessions and in sc.hadoopConfiguration, all of it or nothing.

Must not know: requests, how a report looks, property names.
"""

from typing import TYPE_CHECKING, Dict, List, NamedTuple, Optional

from . import interrupts, report, secret
from . import state as states
from .checks import catalogs, inspection
from .profile import dialects, profiles
from .sentences import join, say
from .shapes import Desired, FieldMessage, Profile, Properties, Unchecked
from .spark import connect, connectors, hooks, java_classes, jvm, renewal, settings, watching
from .spark.sessions import (
    REDACTION,
    HadoopConf,
    PropertyStore,
    Session,
    SqlSession,
    find_sessions,
    wrap,
)
from .state import Choice, Record, State

if TYPE_CHECKING:
    from .shapes import ChoiceArguments


#: Seconds that a new session waits for a request of another thread; the longest takes two minutes.
TURN = 150.0


class NoConnectorError(Exception):
    """No scheme is served by a known connector. str() says what serves them."""


class Target(NamedTuple):
    """What is written for a choice, in the dialect of one connector and one version of it."""

    dialect: str
    version: Optional[str]
    plan: dialects.Plan
    #: Whether it contains the SSE-C key.
    secret: bool


def read_choice(arguments: "ChoiceArguments") -> Choice:
    """The choice of a request, not yet validated."""
    profile: Unchecked = profiles.normal(arguments.get("profile"))
    connector = arguments.get("connector")
    chosen = "auto" if connector is None else connector
    sends = arguments.get("connectClass")
    return Choice(profile, chosen, arguments.get("customerKey"), True if sends is None else sends)


def problems(choice: Choice) -> List[FieldMessage]:
    """What is wrong with a choice, one message for each field."""
    found = profiles.validate(choice.profile)
    if not found:
        found = profiles.validate_customer_key(choice.profile["method"], choice.customer_key)
    connectors_ = ["auto", *dialects.connectors()["dialects"]]
    if choice.connector not in connectors_:
        message = say("The connector is one of: %1.", ", ".join(connectors_))
        found.append({"field": "connector", "message": message})
    sends: object = choice.connect_class
    if not isinstance(sends, bool):
        message = say(
            "Whether our class may go to Spark Connect servers and executors is true or false."
        )
        found.append({"field": "connectClass", "message": message})
    return found


def write(state: State, sessions: List[Session], choice: Choice) -> List[str]:
    """Sets a choice and keeps the records of it; returns the keys that were removed or turned off.

    Raises NoConnectorError, dialects.UnsupportedError and settings.RefusedError; everything is
    then as before, except for what the last one names.
    """
    first = sessions[0]
    if first.context is not None:
        java_classes.prepare(first.context)
    connect.begin(state, first)
    about = inspection.information(state, first)
    current = {session.identity: session.read() for session in sessions}
    hadoop = HadoopConf(first.context) if first.context is not None else None
    as_read = hadoop.read() if hadoop is not None else {}
    dialect = _dialect(first, current[first.identity], as_read, choice.connector)
    version = about["hadoopVersion"]
    plan = dialects.plan(dialect, version, choice.profile, choice.customer_key)
    target = Target(dialect, version, plan, choice.profile["method"] in profiles.WITH_CUSTOMER_KEY)
    record = state.hadoop
    new: List[PropertyStore] = []
    if hadoop is not None and (record is None or record.target != about["applicationId"]):
        record = Record(about["applicationId"])
        new.append(hadoop)
    in_hadoop = settings.resolved(dialect, version, as_read)
    cluster = (
        settings.cluster_values(in_hadoop, record, state.dialect) if hadoop is not None else None
    )
    records: Dict[str, Record] = {}
    jobs: List[settings.Job] = []
    for session in sessions:
        known = state.records.get(session.identity)
        # One that Python used no longer comes back, for each batch of a stream, as another object.
        own = known or state.lost.get(session.identity) or Record(session.identity)
        own.follow(session.spark)
        if known is None:
            new.append(session)
        now = current[session.identity]
        desired = _desired(target, choice.profile, session, own, now, cluster)
        records[session.identity] = own
        jobs.append(settings.Job(session, own, now, desired))
    if hadoop is not None and record is not None:
        desired = _for_hadoop(target, jobs[0].desired)
        jobs.append(settings.Job(hadoop, record, in_hadoop, desired))
    # First, so that an interrupted write is known, whatever it has written.
    kept = state.records, state.hadoop
    state.records, state.hadoop = {**state.records, **records}, record
    try:
        removed = settings.write(jobs)
    except Exception as error:
        if not (isinstance(error, settings.RefusedError) and error.unrestored):
            state.records, state.hadoop = kept
        raise
    watching.begin(new)
    fingerprint = state.identity(choice)
    for own in records.values():
        own.fingerprint = fingerprint
    state.dialect = dialect
    return removed


def _dialect(session: Session, own: Properties, in_hadoop: Properties, connector: str) -> str:
    """The dialect to write for a connector that was chosen, "auto" for what serves the schemes."""
    found = connectors.detect(session, own, in_hadoop)
    dialect = connectors.choose(found, connector)
    if dialect is None:
        reasons = [entry["reason"] or entry["className"] for entry in found]
        raise NoConnectorError(
            say("No known connector serves s3://, s3a:// or s3n://: %1.", join(reasons, "; "))
        )
    return dialect


def _desired(
    target: Target,
    profile: Profile,
    session: Session,
    record: Record,
    now: Properties,
    cluster: Optional[Properties],
) -> Desired:
    """The desired settings of one session."""
    before = dict(now)
    if REDACTION in record.applied:
        before[REDACTION] = record.before.get(REDACTION) or ""
    plan, dialect, version = target.plan, target.dialect, target.version
    desired = settings.targets(plan, dialect, version, cluster, target.secret, before)
    if session.spark is None:  # what is set there is sc.hadoopConfiguration
        return _for_hadoop(target, desired)
    desired.update(_catalog_settings(profile, session, record, now))
    return desired


def _for_hadoop(target: Target, desired: Desired) -> Desired:
    """The part of a session's settings that sc.hadoopConfiguration gets.

    Never an SSE-C key: Spark writes sc.hadoopConfiguration into its event log unmasked.
    """
    return {} if target.secret else settings.for_hadoop(target.dialect, target.version, desired)


def _catalog_settings(
    profile: Profile, session: Session, record: Record, current: Properties
) -> Desired:
    """The settings of a session's catalogs, if the profile asks for them; mostly nothing."""
    asked = "iceberg" in profile.get("writers", ())
    if not asked and not any(catalogs.catalog_of(key) for key in record.applied):
        return {}
    from .writers import iceberg

    return iceberg.targets(profile, session, record, current)


def arm(state: State, sessions: List[Session], choice: Choice) -> List[str]:
    """Sets a choice everywhere, now and in sessions to come; returns and raises as `write`.

    An interrupt takes effect when all is set.
    """
    removed: List[str] = []
    with interrupts.Deferred():
        if sessions:
            before, state.connect_class = state.connect_class, choice.connect_class
            try:
                removed = write(state, sessions, choice)
            except BaseException:
                state.connect_class = before
                raise
        else:
            state.records, state.hadoop, state.dialect = {}, None, None
        state.arm(choice)
        watch(state)
    renewal.changed(state, sessions)
    return removed


def disarm(state: State, sessions: List[Session]) -> "TakenBack":
    """Takes back what was set, and watches no longer. An interrupt takes effect when that is done."""
    with interrupts.Deferred():
        taken = take_back(state, sessions)
        hooks.remove(state)
        state.forget()
    if taken.jobs:
        renewal.changed(state, sessions)
    return taken


class TakenBack(NamedTuple):
    """What restoring the settings did.

    jobs: how many targets had settings of ours; left: keys that were changed since, or that
    catalogs in use have read; failed: keys that could not be written.
    """

    jobs: int
    left: List[str]
    failed: List[str]


def take_back(state: State, sessions: List[Session]) -> TakenBack:
    """Restores what was set, and nothing else."""
    jobs: List[settings.Applied] = [
        settings.Applied(session, state.records[session.identity])
        for session in sessions
        if session.identity in state.records
    ]
    context = next((session.context for session in sessions if session.context is not None), None)
    if (
        context is not None
        and state.hadoop is not None
        and state.hadoop.target == jvm.application(context)
    ):
        jobs.append(settings.Applied(HadoopConf(context), state.hadoop))
    left: List[str] = []
    failed: List[str] = []
    for target, record in jobs:
        left += _catalogs_kept(target, record)
        changed, lost = settings.take_back(target, record)
        left += [key for key in changed if key not in left]
        failed += [key for key in lost if key not in failed]
    return TakenBack(len(jobs), left, failed)


def _catalogs_kept(target: PropertyStore, record: Record) -> List[str]:
    """Before a clear: properties that catalogs in use have read, which stay as they are."""
    if not isinstance(target, SqlSession):
        return []
    if not any(catalogs.catalog_of(key) for key in record.applied):
        return []
    from .writers import iceberg

    return iceberg.keep(target, record)


def created(kind: str, spark: object) -> None:
    """Gives a new session the armed choice. Raises nothing but an interrupt, and that after it."""
    state = states.get()
    try:
        given = _give(state, kind, spark)
        if given is not None:
            renewal.created(state, [given])
    except Exception as error:  # noqa: BLE001 - the user's call must not fail; the next report says so
        state.failure = report.scrub(jvm.error_text(error), state.customer_key)
        state.scanned = None
    except BaseException:
        # The next guard does the rest; until then nobody would look after this session.
        state.unsettled = True
        _give(state, kind, spark)
        raise


def _give(state: State, kind: str, spark: object) -> Optional[Session]:
    """The session if it was not armed yet."""
    with interrupts.Deferred():
        session = wrap(kind, spark)
        choice = state.choice()
        if session is None or choice is None or state.fingerprint is None:
            return None
        state.unreported = True
        record = state.records.get(session.identity)
        if record is not None and record.fingerprint == state.fingerprint:
            return None
        find_sessions(state)
        write(state, [session], choice)
        state.failure = None
        return session


def watch(state: State) -> None:
    """From now on each session that is created gets the armed choice. Idempotent."""
    hooks.install(state, _created_in_turn)


def _created_in_turn(kind: str, spark: object) -> None:
    """As `created`, one at a time with the requests and hooks of other threads."""
    state, turn = states.get(), False
    try:
        turn = state.lock.acquire(timeout=TURN)
        if turn:
            with secret.quiet():
                created(kind, spark)
            return
    except BaseException:
        state.unsettled = True
        raise
    finally:
        if turn:
            state.lock.release()
    state.failure = say("Another thread was busy with the settings for %1 seconds.", int(TURN))
    state.unreported, state.scanned = True, None
