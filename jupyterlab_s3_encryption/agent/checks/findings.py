"""The reasons why a claim does not hold, each with a stable code, a sentence and a fix.

From values that were read to findings; reads nothing itself. Must not know: how anything was read.
"""

import re
from typing import TYPE_CHECKING, Dict, List, Optional, Set, Tuple

from .. import data
from ..profile import dialects, profiles
from ..sentences import Sentence, join, repeat, say
from ..shapes import Finding, Profile
from ..spark.sessions import REDACTION

if TYPE_CHECKING:
    from ..entries import Change, Connector, Fix

#: Seen in public code, read by no connector. Source: Hadoop's core-default.xml and EMR's guide.
_NO_EFFECT = r"fs\.s3a\.(?:enableServerSideEncryption|serverSideEncryption.*|sse\.enabled|sse\.kms.*|cse\..*)$|fs\.s3n\.(?!impl$).*"

_CONTRACT = data.contract("findings")["findings"]


def finding(
    code: str,
    message: Sentence,
    fix: Optional[Sentence] = None,
    severity: Optional[str] = None,
    able: bool = True,
) -> Finding:
    """A finding as the report has it.

    severity: if it is not the first, most severe, one that the contract has for the code; able:
    whether the contract's action for it can help here.
    """
    row = _CONTRACT[code]
    fixed: "Optional[Fix]" = None
    if fix is not None:
        fixed = {"message": fix}
        if able and row["action"] is not None:
            fixed["action"] = row["action"]
    return {
        "code": code,
        "severity": severity or row["severity"][0],
        "message": message,
        "fix": fixed,
    }


def of_profile(profile: Profile) -> List[Finding]:
    """Consequences of a profile that users may not expect."""
    found = []
    choices = [("", profile), *(profile.get("buckets") or {}).items()]
    for bucket, choice in choices:
        if choice["method"] in profiles.S3_ASKS_KMS and "kmsKeyId" not in choice:
            title = profiles.TITLES[choice["method"]]
            message = say(
                "%1 without a key uses the AWS managed key aws/s3, not the bucket's default key.",
                title,
            )
            if bucket:
                message = say(
                    "%1 without a key for the bucket %2 uses the AWS managed key aws/s3, "
                    "not the bucket's default key.",
                    title,
                    bucket,
                )
            found.append(
                finding("kms-no-key", message, say("Name a key, or choose Bucket default."))
            )
    for method in sorted({choice["method"] for _, choice in choices} & set(profiles.LIMITS)):
        found.append(finding("method-limits", repeat(profiles.LIMITS[method])))
    if profile["method"] in profiles.WITH_CUSTOMER_KEY:
        found.append(
            finding(
                "rdd-not-covered",
                say(
                    "RDD writes (saveAsTextFile and the like) do not get the SSE-C key: "
                    "Spark would log it unmasked."
                ),
                say("Write with DataFrames or SQL."),
            )
        )
    return found


def of_libraries(jars: List[str]) -> List[Finding]:
    """What client-side encryption needs and is not on the class path."""
    return [
        finding(
            "library-missing",
            say(
                "CSE-KMS needs the library %1, which is not on the class path: every write fails, "
                "and nothing is written.",
                jar,
            ),
            say("Start Spark with it, on the driver and on the executors (spark.jars.packages)."),
        )
        for jar in jars
    ]


def of_connectors(connectors: "List[Connector]", dialect: str) -> List[Finding]:
    """Schemes that another connector serves than the one whose properties were written."""
    others = [
        say("%1:// by %2", entry["scheme"], entry["className"])
        for entry in connectors
        if entry["connector"] not in (dialect, "none")
    ]
    if not any(entry["connector"] == dialect for entry in connectors):
        message = say(
            "The settings are those of %1, but it serves none of s3://, s3a://, s3n:// here.",
            dialects.title(dialect),
        )
        fix = say("Choose another connector in the settings.")
        return [finding("other-connector", message, fix)]
    if not others:
        return []
    return [
        finding(
            "other-connector",
            say(
                "The settings are those of %1, but other connectors serve: %2.",
                dialects.title(dialect),
                join(others, ", "),
            ),
            say(
                "Use addresses of the connector that is set, or choose another one in the settings."
            ),
        )
    ]


def of_cluster(dialect: str, cluster: Dict[str, str], armed: bool) -> List[Finding]:
    """Values from the cluster's own configuration."""
    keys = sorted(key for key in cluster if cluster[key] and key in dialects.base_keys(dialect))
    if not keys:
        return []
    text = ", ".join(keys)
    if armed:
        return [
            finding(
                "cluster-value",
                say("The cluster's configuration has %1; this session overrides it.", text),
            )
        ]
    return [
        finding(
            "cluster-value",
            say(
                "Nothing is set here, so the cluster's configuration is in force: %1.",
                text,
            ),
            say("Apply a profile to override it in this session."),
        )
    ]


def of_buckets(dialect: str, values: Dict[str, str], applied: Set[str]) -> List[Finding]:
    """Properties for single buckets that are not ours: they override the settings for all buckets."""
    foreign: Dict[str, List[str]] = {}
    for key in sorted(values):
        bucket = dialects.bucket_of(dialect, key)
        if bucket is not None and key not in applied:
            foreign.setdefault(bucket, []).append(key)
    return [
        finding(
            "bucket-override",
            say("Other settings take precedence for the bucket %1: %2.", bucket, ", ".join(keys)),
            say("Add a rule for this bucket to the profile."),
        )
        for bucket, keys in foreign.items()
    ]


def of_names(dialect: str, session: Dict[str, str], late: Set[str]) -> List[Finding]:
    """Properties of the session that have no effect; `late`: spark.hadoop.* set after the start."""
    found = []
    others = [name for name in dialects.connectors()["dialects"] if name != dialect]
    for key in sorted(session):
        other = next((name for name in others if dialects.entry_of(name, key) is not None), None)
        if key in late:
            message = say("%1 has no effect when it is set after Spark's start.", key)
            fix = say("Set it without the prefix spark.hadoop.")
        elif re.match(_NO_EFFECT, key):
            message = say("%1 is a name that no connector reads.", key)
            fix = say("Remove it from your code.")
        elif other is not None:
            message = say(
                "%1 is a name of %2; %3 does not read it.",
                key,
                dialects.title(other),
                dialects.title(dialect),
            )
            fix = say("Remove it from your code.")
        else:
            continue
        found.append(finding("no-effect-property", message, fix))
    return found


def not_inspected(dialect: str) -> Finding:
    """A connector that cannot be asked how it writes."""
    return finding(
        "connector-not-inspected",
        say(
            "%1 does not report how it writes, so it is not known whether it uses these settings.",
            dialects.title(dialect),
        ),
        say("Read the headers of objects that were written."),
    )


def of_computed(differences: List[Tuple[Optional[str], str]]) -> List[Finding]:
    """Buckets for which S3A derives something else from the settings than the profile says."""
    return [
        finding(
            "computed-differs",
            say(
                "The settings read back as applied, but for the bucket %1 S3A derives from them: "
                "%2.",
                bucket,
                instead,
            )
            if bucket
            else say(
                "The settings read back as applied, but for buckets without a rule S3A derives "
                "from them: %1.",
                instead,
            ),
            say(
                "Look for fs.s3a.encryption.* in a credential provider "
                "(hadoop.security.credential.provider.path) of the cluster."
            ),
        )
        for bucket, instead in differences
    ]


def changed(differences: "List[Change]") -> List[Finding]:
    """Settings that somebody changed after they were applied."""
    if not differences:
        return []
    keys = sorted({difference["key"] for difference in differences})
    message = say("Changed since they were applied: %1.", ", ".join(keys))
    shown = [row for row in differences if row["key"] == REDACTION and not _hides(row["found"])]
    if shown:
        reason = say(
            "%1 no longer hides the SSE-C key: Spark may write it into its event log and show it.",
            REDACTION,
        )
        message = join([reason, message])
    severity = "error" if shown else "warning"
    return [finding("changed-since", message, say("Apply again."), severity)]


def _hides(expression: Optional[str]) -> bool:
    """Whether an expression names the properties that ours hides."""
    return expression is not None and any(
        name in expression for name in ("encryption[.]key", r"encryption\.key", "encryption.key")
    )


def hook_failed(message: str) -> Finding:
    """A new session that could not get the settings."""
    return finding(
        "session-hook-failed",
        say("A Spark session was created and could not get the settings: %1", message),
        say("Apply again."),
    )


def not_restored(left: List[str], failed: List[str]) -> List[Finding]:
    """Settings that a clear or a rollback did not restore."""
    found = []
    if left:
        message = say(
            "Left as they are, because they were changed after they were applied: %1.",
            ", ".join(sorted(left)),
        )
        fix = say("Unset them in your code if you do not want them.")
        found.append(finding("not-restored", message, fix, severity="info"))
    if failed:
        message = say("Could not be restored: %1.", ", ".join(sorted(failed)))
        found.append(finding("not-restored", message, say("Restart the kernel.")))
    return found
