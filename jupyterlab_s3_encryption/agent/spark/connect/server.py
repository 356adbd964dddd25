"""Brings settings into effect in what a Connect server has open, as far as that is nobody else's.

As renewal.py, but without a seal: others may open file systems there with configurations of their own,
so what holds, holds for the buckets that are open. Must not know: property names, how a report looks.
"""

from typing import TYPE_CHECKING, Dict, List, Optional

from ... import report
from ...profile import dialects
from ...state import Server, State
from .. import java_classes, jvm
from ..sessions import Connect, Session
from . import probe

if TYPE_CHECKING:
    from ...foreign import OpenSystems, ServerAnswer, ServerRecords

#: Seconds to wait for executors.
EXECUTORS = 5.0
#: A number that no SQL execution has, and how many changes of what is armed are remembered.
NEVER, MOST_BEGAN = 2**62, 20


def connect(sessions: List[Session]) -> Optional[Connect]:
    """The first session of Spark Connect."""
    return next((one for one in sessions if isinstance(one, Connect)), None)


def begin(state: State, session: Connect) -> None:
    """Asks a server that was never asked, which brings our class there; raises nothing."""
    if state.server is None:
        state.server = Server(None)
        # The first job in the executors takes longer than all else: it is that of the apply.
        _ask(state, state.server, [session], session, "", False, wait=0)


def changed(state: State, sessions: List[Session]) -> None:
    """Brings settings that were just written into effect in what is open, or notes that it is due."""
    session = connect(sessions)
    old = state.server
    if session is None:
        state.server = None
        return
    new = Server(state.fingerprint)
    if old is not None:
        new.functions, new.began, new.own = old.functions, old.began, old.own
        if old.fingerprint is None:  # asked just now, before anything was set
            new.refused = old.refused
    state.server = new
    if state.profile is not None or session.identity in new.functions:
        answer = _attempt(state, new, sessions, session, "true", NEVER)
        records = answer["records"] if answer is not None else None
        if records is not None and state.timeline:
            new.began = [
                *new.began[-MOST_BEGAN:],
                (records["last"], records["now"], state.timeline[-1]),
            ]


def created(state: State, sessions: List[Session]) -> None:
    """The same for a new session, unless the server has the settings already."""
    session = connect(sessions)
    found = state.server
    if session is None:
        return
    if found is None or found.fingerprint != state.fingerprint:
        changed(state, sessions)
        return
    before = found.answer
    answer = _attempt(state, found, sessions, session, "true")
    if before is None or answer is None or before["application"] != answer["application"]:
        changed(state, sessions)  # it is on another server


def check(state: State, sessions: List[Session], asked: bool = False) -> None:
    """Looks at everything again, and replaces what is older.

    asked: also if others use the server: somebody wants it so.
    """
    session = connect(sessions)
    found = state.server
    if session is None or state.profile is None:
        return
    if found is None or found.fingerprint != state.fingerprint:
        changed(state, sessions)
    else:
        found.refused.clear()
        _attempt(state, found, sessions, session, "asked" if asked else "true")


def after_cells(state: State, sessions: List[Session], number: int) -> "Optional[ServerRecords]":
    """As `check`, with the SQL executions from a number on; raises what says why there are none."""
    session = connect(sessions)
    found = state.server
    if session is None or found is None or state.profile is None:
        return None
    answer = _attempt(state, found, sessions, session, "true", number)
    if answer is None:
        raise probe.UnavailableError(found.reason or "")
    return answer["records"]


def is_there(state: State, sessions: List[Session]) -> bool:
    """Whether our class is on the server, and answered when it was asked last."""
    session = connect(sessions)
    found = state.server
    if session is None or found is None:
        return False
    return session.identity in found.functions and found.reason is None


def are_on_one(sessions: List[Session]) -> bool:
    """Whether all sessions are known to be on one server: only one is looked at."""
    clients = [getattr(one.spark, "_client", None) for one in sessions]
    places = [getattr(getattr(one, "_builder", None), "endpoint", None) for one in clients]
    return len(sessions) == 1 or (None not in places and len(set(places)) == 1)


def keep(state: State) -> None:
    """What the server said last is enough for the report at hand."""
    if state.server is not None:
        state.server.fresh = True


def current(state: State, sessions: List[Session]) -> "Optional[ServerAnswer]":
    """What the server says now, None if it cannot be asked: of the request at hand, or by a new look.

    One that did not answer is not asked again here: nobody should have to wait for it twice.
    """
    session = connect(sessions)
    found = state.server
    if session is None or found is None:
        return None
    if not found.fresh and found.reason is None and session.identity in found.functions:
        _ask(state, found, sessions, session, "", False)
    found.fresh = False
    return found.answer


def _attempt(
    state: State,
    found: Server,
    sessions: List[Session],
    session: Connect,
    replace: str,
    records: Optional[int] = None,
) -> "Optional[ServerAnswer]":
    """Replaces what is older, on the driver and on the executors; never raises.

    records: asks for SQL executions from this number on, too.

    Until that is done nothing is claimed, so what was written until then is forgotten.
    """
    anew = found.due
    answer = _ask(state, found, sessions, session, replace, anew, records)
    if answer is None:
        found.due = True
        return None
    if anew:
        found.streams, found.kept = answer["streams"], answer["kept"]
        found.due = not (
            answer["replaced"] and answer["jobs"] == 0 and found.streams == 0 and found.kept == 0
        )
    return answer


def _ask(
    state: State,
    found: Server,
    sessions: List[Session],
    session: Connect,
    replace: str,
    anew: bool,
    records: Optional[int] = None,
    wait: float = EXECUTORS,
) -> "Optional[ServerAnswer]":
    """Asks, and remembers the answer, or why there is none. wait: as `_request`."""
    answer: "Optional[ServerAnswer]" = None
    reason: Optional[str] = java_classes.kept_off(state.connect_class)
    if reason is not None:
        found.answer, found.reason, found.fresh = None, reason, True
        return None
    try:
        found.own.update(one.identity for one in sessions)
        request = _request(state, found, wait)
        request.update(replace=replace, anew="true" if anew else "false")
        if records is not None:
            request["records"] = str(records)
        answer = probe.ask(found, session, request)
    except Exception as error:  # noqa: BLE001 - reported: the claim stays at Set
        ours = isinstance(error, (probe.UnavailableError, TimeoutError))
        reason = report.scrub(str(error) if ours else jvm.error_text(error), state.customer_key)
    found.answer, found.reason, found.fresh = answer, reason, True
    return answer


def _request(state: State, found: Server, wait: float) -> Dict[str, str]:
    """What Probe.java has to know: names of properties, and whose sessions are ours.

    wait: seconds for the executors; 0: they are not asked.
    """
    request = {
        "limit": str(int(wait * 1000)),
        "sessions": probe.lines(sorted({*found.own, *state.records, *state.lost})),
    }
    if state.profile is None or state.dialect is None:
        return request
    table = dialects.connectors()["dialects"][state.dialect]
    classes = dialects.connectors()["classes"]
    request.update(
        connector=next(name for name in classes if classes[name] == state.dialect),
        prefix=table["prefix"],
        bucketPrefix=table["bucketPrefix"].split("{bucket}")[0],
        names=probe.lines([entry["name"] for entry in table["properties"]]),
        buckets=probe.lines(sorted(state.profile.get("buckets") or {})),
    )
    return request


def processes(state: State) -> Optional[int]:
    """How many processes of a server run tasks, as it was seen last; None if that is not known."""
    answer = state.server.answer if state.server is not None else None
    if answer is None:
        return None
    return 1 if answer["executors"] is None else len(answer["executors"]["ids"]) or None


def wrong(seen: "OpenSystems", ours: str) -> List[str]:
    """Addresses that a JVM has open otherwise than the settings say, or for which that is not known.

    ours: the class of the connector that is set.
    """
    systems = [one for one in seen["systems"] if one["className"] == ours]
    return sorted({one["uri"] for one in systems if one["stale"] is not False})


def coverage(answer: "ServerAnswer", ours: str) -> Dict[str, int]:
    """{"total", "covered"} of the executors that were looked at; of one process that one."""
    executors = answer["executors"]
    if executors is None:
        return {"total": 1, "covered": 0 if _fails(answer["driver"], ours) else 1}
    answers = executors["answers"]
    fine = [one for one in executors["ids"] if one in answers and not _fails(answers[one], ours)]
    return {"total": len(executors["ids"]), "covered": len(fine)}


def _fails(seen: "OpenSystems", ours: str) -> bool:
    return bool(seen["failure"] or wrong(seen, ours))


def addresses(found: Server, ours: str) -> List[str]:
    """The addresses for which the settings are in effect, whatever configuration others come with.

    These are open with the settings on the driver and on each executor, and whoever comes later gets
    what is open. An executor that joins later opens them with the settings of the job, unless it
    fetches files with the server's own configuration, or computes again what was kept before.
    """
    answer = found.answer
    if answer is None or found.due or answer["others"] != 0 or answer["fetched"] != 0:
        return []
    executors = answer["executors"]
    seen = [answer["driver"]]
    if executors is not None:
        if not executors["ids"] or set(executors["ids"]) != set(executors["answers"]):
            return []
        seen += executors["answers"].values()
    open_everywhere = {one["uri"] for one in answer["driver"]["systems"]}
    for one in seen:
        if one["failure"] or one["writing"]:
            return []
        fresh = {system["uri"] for system in one["systems"] if system["className"] == ours}
        open_everywhere &= fresh - set(wrong(one, ours))
    return sorted(open_everywhere)
