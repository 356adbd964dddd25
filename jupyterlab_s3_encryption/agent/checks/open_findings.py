"""The reasons why settings that are set are not in effect on what is open.

From values that were read to findings; reads nothing itself. Must not know: how anything was read.
"""

from typing import Dict, List, Optional, Set

from ..sentences import join, say
from ..shapes import Finding
from ..spark import activity
from ..spark.activity.common import Running
from ..spark.filesystems import Open
from ..state import Renewal
from .findings import finding

#: How many older instances are worth a finding; how many OpenFileSystems watches.
MANY, MAX_WATCHED = 500, 1024
#: How many addresses a finding names.
_SHOWN = 5


def of_renewal(
    renewal: Renewal, now: Dict[str, Optional[int]], still: Running, sealing: bool
) -> List[Finding]:
    """What keeps the settings from being in effect on what is open.

    now: what is running; still: what of it was running when the settings changed; sealing: whether
    the connector's new file systems can be made to use the settings.
    """
    found = []
    if renewal.due and renewal.cancelled:
        message = say("The renewal was cancelled: open file systems may keep their older settings.")
        found.append(finding("renewal-cancelled", message, say("Apply again.")))
    elif renewal.due:
        if renewal.failure is not None:
            message = say("Open file systems could not be renewed: %1", renewal.failure)
        else:
            message = (
                say("The executors have not been renewed yet.")
                if now["jobs"] == 0
                else say(
                    "The executors are renewed as soon as nothing is running: %1 now.",
                    activity.describe(now),
                )
            )
        fix = say(
            "Nothing to do: it happens before a later cell. Verify does it as soon as possible."
        )
        found.append(finding("renewal-pending", message, fix))
    elif sealing and not renewal.sealed:
        message = say("File systems that are opened from now on may use settings of their own.")
        if renewal.failure:
            message = say(
                "File systems that are opened from now on may use settings of their own: %1.",
                renewal.failure,
            )
        fix = say("Restart the kernel and apply before Spark starts.")
        found.append(finding("not-sealed", message, fix))
    if still.jobs or still.commands:
        count = max(len(still.jobs), len(still.commands))
        message = say(
            "Started before the settings changed and still running: %1. "
            "What it writes may carry the older ones.",
            say("1 job") if count == 1 else say("%1 jobs", count),
        )
        found.append(finding("still-running", message, say("Nothing to do: this ends with it.")))
    if still.streams:
        message = (
            say(
                "A streaming query was started before the settings changed: checkpoints and logs "
                "on S3 keep the older ones until the query is started again."
            )
            if len(still.streams) == 1
            else say(
                "%1 streaming queries were started before the settings changed: checkpoints and "
                "logs on S3 keep the older ones until the query is started again.",
                len(still.streams),
            )
        )
        fix = say("Stop the query and start it again.")
        found.append(finding("stream-keeps-settings", message, fix))
    return found


def of_executors(found: Optional[Dict[str, int]], renewal: Renewal, local: bool) -> List[Finding]:
    """Executors that may still hold older settings after a renewal."""
    if renewal.due or local:
        return []  # reported as a renewal, or, if the driver is the executor, by its file systems
    if renewal.kept_off is not None:
        message = say("Nothing of ours looks at the executors: they may still use older settings.")
        reasons = [renewal.kept_off, *([renewal.reason] if renewal.reason is not None else [])]
        fix = say("Let our class go there and apply again to have the executors looked at.")
        return [finding("executors-not-covered", join([message, *reasons]), fix, able=False)]
    if found is None:
        message = say("It is not known whether the executors still use older settings.")
    elif found["total"] == 0:
        message = say(
            "There are no executors now: those that join are checked before the next cell."
        )
    elif found["covered"] == found["total"]:
        return []
    else:
        message = say(
            "%1 of %2 executors may still use older settings.",
            found["total"] - found["covered"],
            found["total"],
        )
    if renewal.reason is not None:
        message = join([message, renewal.reason])
    fix = say("Nothing to do: they are checked before the next cell. Verify checks them now.")
    return [finding("executors-not-covered", message, fix)]


def of_late_executors(ahead: Set[str]) -> List[Finding]:
    """What executors wrote, or may have, between their first task and our reaching them.

    ahead: the addresses, "" for an unknown one.
    """
    found = []
    fix = say("Audit what your code wrote meanwhile, then apply again.")
    uris = sorted(ahead - {""})
    if uris:
        message = say(
            "An executor joined while your code ran, and wrote to %1 before it had these settings: "
            "those objects may carry others.",
            ", ".join(uris),
        )
        found.append(finding("executors-joined-late", message, fix))
    if "" in ahead:
        message = say(
            "An executor joined while your code ran, and ended before it could be asked: what it "
            "wrote may carry other settings."
        )
        found.append(finding("executors-joined-late", message, fix))
    return found


def of_file_systems(left: Optional[List[Open]], reason: Optional[str] = None) -> List[Finding]:
    """File systems of the driver that do not, or may not, write with the current settings.

    left: those that are open, None if they cannot be inspected, for a reason.
    """
    if left is None:
        message = say("The open file systems of the driver cannot be inspected.")
        if reason:
            message = join([message, reason])
        fix = say("Restart the kernel: the settings are then in force before the first access.")
        return [finding("stale-file-system", message, fix, able=False)]
    found = []
    for entry in left:
        key = entry.entry()["keyId"]
        algorithm = entry.algorithm or say("the bucket's default")
        if entry.stale is None:
            message = say(
                "Objects written to %1 may still carry older settings: its open file system was "
                "opened by a connector that does not report how it writes.",
                entry.uri,
            )
        elif key:
            message = say(
                "Objects written to %1 may still carry older settings: its open file system still "
                "writes with %2 and the key %3.",
                entry.uri,
                algorithm,
                key,
            )
        else:
            message = say(
                "Objects written to %1 may still carry older settings: its open file system still "
                "writes with %2.",
                entry.uri,
                algorithm,
            )
        fix = say("Verify opens it again. If that does not help, restart the kernel.")
        found.append(finding("stale-file-system", message, fix))
    return found


def of_moves(paths: List[str], others: bool) -> List[Finding]:
    """What was moved within S3 and not read since; others: whether there is more than these."""
    if not paths and not others:
        return []
    shown = sorted(set(paths))
    places = ", ".join(shown[:_SHOWN])
    if others or len(shown) > _SHOWN:
        places = say("%1 and elsewhere", places) if places else say("places that are not known")
    message = say(
        "Objects were moved to %1 (a rename, or LOAD DATA). They keep the encryption they had, and "
        "have not been read yet.",
        places,
    )
    fix = say("Check your own writes, which reads all of them, or audit what is stored there.")
    return [finding("moved-not-read", message, fix)]


def of_older_handles(writing: List[str], older: int, event_log: Optional[str]) -> List[Finding]:
    """File systems that were opened before the settings changed, and write or may write.

    writing: addresses that were written to through them, the event log's own writes left out;
    older: how many of them are still in use; event_log: where Spark's event log is.
    """
    found = []
    if older >= MAX_WATCHED:
        found.append(
            finding(
                "older-not-watched",
                say(
                    "%1 or more older file systems are still in use; only that many are watched "
                    "for writes.",
                    MAX_WATCHED,
                ),
                say("Close what your code keeps open, or restart the kernel."),
            )
        )
    elif older > MANY:
        found.append(
            finding(
                "older-open",
                say(
                    "%1 older file systems are still open because something may be using them. "
                    "They are closed once nothing does.",
                    older,
                ),
            )
        )
    if event_log is not None:
        found.append(
            finding(
                "event-log-file-system",
                say(
                    "Spark's event log was opened when Spark started: its files in %1 do not "
                    "follow these settings.",
                    event_log,
                ),
            )
        )
    if writing:
        found.append(
            finding(
                "written-through-older",
                say(
                    "Something still wrote to %1 with other settings: a file system, a stream or a "
                    "job that was started before they changed, or one with a key of its own "
                    "(SSE-C, client-side encryption), which other writes may have used meanwhile.",
                    ", ".join(writing),
                ),
                say("Open it again in your code, audit what was written, then apply again."),
            )
        )
    return found
