"""What a report says of a Spark Connect server: what is open there, and why a claim is not higher.

From what was seen; looks at nothing itself. Must not know: how anything was seen.
"""

from typing import TYPE_CHECKING, Dict, List, Optional, Tuple

from ..profile import dialects
from ..sentences import Sentence, join, say
from ..shapes import Finding, Profile, Report, Rule
from ..spark import executors
from ..spark.connect import server
from ..spark.filesystems import Open
from ..spark.sessions import Session
from ..state import ExecutorsClosed, Server, State
from . import open_findings
from .findings import finding, of_computed

if TYPE_CHECKING:
    from ..foreign import ServerAnswer

#: How many addresses a finding names.
_SHOWN = 5


def fill(answer: Report, state: State, sessions: List[Session], dialect: str) -> List[Finding]:
    """Fills in what a Connect server has open; returns the findings about it."""
    known = state.server
    seen = known.answer if known is not None else None
    if known is None or seen is None:
        closed = state.executors_closed
        since = closed if closed is not None and closed.fingerprint == state.fingerprint else None
        able = executors.are_apart(answer["session"]["master"])
        return [unknown(able, since, known.reason if known is not None else None)]
    ours = class_of(dialect)
    sealable = dialects.is_inspected(dialect)
    alone = server.are_on_one(sessions) and not state.gone
    limited = server.addresses(known, ours) if sealable and alone else []
    answer["fileSystems"] = [entry.entry() for entry in opened(seen, dialect)]
    answer["executors"] = server.coverage(seen, ours)
    answer["limitedTo"] = limited
    found = of_server(known, seen, dialect, limited, sealable)
    if not alone:
        message = say("This kernel has sessions of several servers; only one was looked at.")
        fix = None
        if state.gone:
            message = say(
                "A session of this kernel does not answer any more: what it may still do on its "
                "server is not known."
            )
            fix = say("End it with stop(), then verify.")
        found.append(finding("connect-shared", message, fix, able=False))
    if state.profile is not None and sealable and not answer["changed"]:
        found += of_derived(seen, state.profile, dialect)
    return found


def unknown(able: bool, closed: Optional[ExecutorsClosed], reason: Optional[str]) -> Finding:
    """What is open on a server cannot be looked at; executors may be able to close theirs.

    able: whether they can; closed: the result of that since the settings changed; reason: why our
    class does not look.
    """
    count, failure = (closed.executors, closed.failure) if closed is not None else (0, None)
    message = say(
        "Spark Connect does not show what is open on the server: it may hold older settings."
    )
    if reason:
        message = join([message, reason])
    fix = say(
        "Apply the profile before the first access to a bucket, in a new session of the server."
    )
    if count:
        more = say(
            "The executors closed what they had open: %1. The driver on the server cannot be "
            "asked.",
            count,
        )
        return finding("connect-unknown", join([message, more]), fix, able=False)
    if failure:
        why = say("Its executors could not close their file systems: %1", failure)
        message = join([message, why])
    if able:
        more = say(
            "Or have its executors close their file systems while nobody else is writing there."
        )
        fix = join([fix, more])
    return finding("connect-unknown", message, fix, able=able)


def opened(answer: "ServerAnswer", dialect: str) -> List[Open]:
    """What the driver of a server has open."""
    known = dialects.connectors()["classes"]
    found = [
        Open(
            one["uri"],
            one["algorithm"],
            one["key"],
            one["stale"],
            known.get(one["className"]) in (None, dialect),
        )
        for one in answer["driver"]["systems"]
    ]
    return sorted(found, key=lambda entry: entry.uri)


def of_server(
    found: Server, answer: "ServerAnswer", dialect: str, limited: List[str], sealable: bool
) -> List[Finding]:
    """Everything that keeps the settings from being in effect there, or limits it.

    limited: the addresses for which they are; sealable: whether the connector is one whose file
    systems can be looked at.
    """
    rows: List[Finding] = []
    others = answer["others"]
    if others is None:
        message = say("It is not known who else uses the server, so nothing there was replaced.")
        rows.append(finding("connect-shared", message, _for_others()))
    elif others:
        message = (
            say("1 other session is open on the server.")
            if others == 1
            else say("%1 other sessions are open on the server.", others)
        )
        shared = say(
            "What the server has open is theirs too, and they may open buckets with other settings."
        )
        rows.append(finding("connect-shared", join([message, shared]), _for_others()))
    elif found.due:
        rows += _pending(found, answer)
    if answer["fetched"] != 0:
        message = say(
            "Executors of the server fetch files from S3 with its own settings, and then write to "
            "the same bucket with them, too."
        )
        fix = say("Keep jars and files elsewhere (spark.jars, spark.files, ADD JAR, ADD FILE).")
        rows.append(finding("connect-older", message, fix))
    left = [one for one in opened(answer, dialect) if one.ours and one.stale is not False]
    if not found.due or others:
        rows += open_findings.of_file_systems(left)
    rows += _of_executors(answer, dialect)
    writing = set(answer["driver"]["writing"])
    beside = answer["executors"]
    for one in beside["answers"].values() if beside is not None else []:
        writing.update(one["writing"])
    rows += open_findings.of_older_handles(
        sorted(writing), answer["driver"]["left"], answer["eventLog"]
    )
    if sealable:
        rows.append(_limited(limited))
    return rows


def _for_others() -> Sentence:
    return say(
        "End the others if they are yours: that of a restarted kernel stays until the server drops "
        "it. Or have what is open replaced, also for them."
    )


def _pending(found: Server, answer: "ServerAnswer") -> List[Finding]:
    rows = []
    fix = say("Verify when it has ended.")
    if answer["jobs"] != 0:
        message = say(
            "Something was running when the settings changed: what it writes may carry the older "
            "ones."
        )
        rows.append(finding("still-running", message, fix))
    if found.streams != 0:
        message = say(
            "A streaming query was started before the settings changed: checkpoints and logs "
            "on S3 keep the older ones until the query is started again."
        )
        fix = say("Stop the query and start it again.")
        rows.append(finding("stream-keeps-settings", message, fix))
    if found.kept != 0:
        message = say(
            "The server keeps frames (cache, persist) from before the settings changed. If a part of "
            "them has to be read again, that opens its bucket with the older ones."
        )
        rows.append(
            finding("connect-older", message, say("Unpersist them (CLEAR CACHE), then verify."))
        )
    if not rows:
        rows.append(
            finding(
                "renewal-pending",
                say("What is open on the server was not replaced yet."),
                say("Verify replaces it."),
            )
        )
    return rows


def _of_executors(answer: "ServerAnswer", dialect: str) -> List[Finding]:
    beside = answer["executors"]
    counts = server.coverage(answer, class_of(dialect))
    if beside is None or (counts["total"] and counts["covered"] == counts["total"]):
        return []
    message = (
        say(
            "%1 of %2 executors may still use older settings.",
            counts["total"] - counts["covered"],
            counts["total"],
        )
        if counts["total"]
        else say("There are no executors now, so none could be looked at.")
    )
    if beside["reason"]:
        message = join([message, beside["reason"]])
    return [finding("executors-not-covered", message, say("Verify looks at them now."))]


def _limited(limited: List[str]) -> Finding:
    shown: str = ", ".join(limited[:_SHOWN])
    if len(limited) > _SHOWN:
        shown = say("%1 and %2 more", shown, len(limited) - _SHOWN)
    what = say(
        "A server has no seal: a bucket that is not open yet is opened by whoever comes first, with "
        "the configuration that it comes with (CREATE TABLE, ADD FILE, another session)."
    )
    if limited:
        where = say("What is claimed holds for %1, which is open with these settings.", shown)
    else:
        where = say("No bucket is open with these settings everywhere, so nothing is claimed.")
    fix = say("Write or read there once, then verify.")
    return finding("connect-limited", join([where, what]), fix)


def class_of(dialect: str) -> str:
    """The class of a connector."""
    classes = dialects.connectors()["classes"]
    return str(next(name for name in classes if classes[name] == dialect))


def of_derived(answer: "ServerAnswer", profile: Profile, dialect: str) -> List[Finding]:
    """Buckets for which S3A makes something else of the session's settings than the profile says."""
    found: List[Tuple[Optional[str], str]] = []
    choices: Dict[str, Rule] = {"": profile}
    choices.update(profile.get("buckets") or {})
    for bucket, choice in choices.items():
        algorithm, key = answer["derived"].get(bucket, (None, None))
        wanted = dialects.algorithm_of(dialect, choice["method"])
        expected = choice.get("kmsKeyId") or "" if algorithm and algorithm.endswith("-KMS") else ""
        if algorithm is None:
            found.append((bucket or None, key or say("unknown")))
        elif algorithm != wanted:
            found.append((bucket or None, algorithm or say("the bucket's default")))
        elif (key or "") != expected:
            found.append((bucket or None, say("%1 with the key %2", algorithm, key or "aws/s3")))
    return of_computed(found)
