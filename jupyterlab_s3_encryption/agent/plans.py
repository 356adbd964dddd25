"""Which S3 paths a Spark SQL command wrote to, from the text of its plan.

Pure. Must not know: Spark's objects, requests. Source: what Spark 3.3 to 4.x prints for its write
commands (spark.sql.ui.explainMode formatted, and simple), Delta Lake and Iceberg for theirs.
"""

import re
from typing import List, NamedTuple

_S3 = r"s3[an]?://"
#: What stands between the name of a command and its arguments.
_UP_TO = r"(?: \(\d+\))?(?:\n(?:Input|Output)[^\n]*)*(?:\nArguments:)? "
_FILES = re.compile(
    r"InsertIntoHadoopFsRelationCommand" + _UP_TO + "(" + _S3 + r"[^\n]*?), (?:true|false), "
)
_FOLDER = re.compile(
    r"Insert(?:IntoHive|OverwriteHive)DirCommand"
    + _UP_TO
    + r"[^\n]*?Location: ("
    + _S3
    + r"[^\n)]*)\)"
)
_SOURCE = re.compile(
    r"SaveIntoDataSourceCommand"
    + _UP_TO
    + r"[^\n]*?\bpath(?:=| -> )("
    + _S3
    + r"[^\n\])]*?)(?:, [\w.]+(?:=| -> )|[\])])"
)
_DELTA = re.compile(
    r"(?:MergeInto|Update|Delete)Command[^\n]*(?:\n(?:Input|Output|Arguments)[^\n]*)*?"
    r"Delta\[version=\d+, (" + _S3 + r"[^\n\]]*)\]"
)
#: INSERT into a table or delta.`path`, writeTo, OPTIMIZE; as Delta Lake 3.3 prints them.
_DELTA_TABLE = re.compile(
    r"(?:(?:AppendData|Overwrite\w*)ExecV1"
    + _UP_TO
    + r"|OptimizeTableCommand\b[\s\S]*?)DeltaTableV2\([^,\n]*,("
    + _S3
    + r"[^\n]*?),(?:Some\(|None,)"
)
_DELTA_DELETE = re.compile(
    r"DeleteCommand\b[\s\S]*?SubqueryAlias(?: \(\d+\)\n|\n)?(?:Arguments:)? ?\w+\.delta\.`("
    + _S3
    + r"[^`\n]*)`"
)
_DELTA_NAMED = re.compile(
    r"(?:DeleteCommand"
    + _UP_TO
    + r"org\.apache\.spark\.sql\.delta\.DeltaLog@\w+, ((?:`[^`\n]+`\.?)+)"
    + r"|Atomic(?:Create|Replace)TableAsSelect"
    + _UP_TO
    + r"org\.apache\.spark\.sql\.delta\.catalog\.DeltaCatalog@\w+, ([^,\n]+),)"
)
_HIVE = re.compile(r"InsertIntoHiveTable" + _UP_TO + r"((?:`[^`\n]+`\.?)+)")
_V2 = re.compile(
    r"(?:AppendData|Overwrite\w*|ReplaceData|WriteDelta|AtomicReplaceTableAsSelect|AtomicCreateTableAsSelect)\b"
    r"[^\n]*(?:\n(?:Input|Output|Arguments)[^\n]*)*?(?:Iceberg\w*Write|SparkWrite)\(table=([^,)\n]+)"
)
_STATIC = re.compile(r", \[[^\[\]]*=[^\[\]]*\]\Z")
#: Our own objects; written with the same command.
CANARY = "_s3_encryption_canary_"


class Targets(NamedTuple):
    """paths: s3 addresses; tables: known to Spark's catalog, `a`.`b` or a.b; others: tables whose
    files are not told.
    """

    paths: List[str]
    tables: List[str]
    others: List[str]


def targets(plan: str) -> Targets:
    """What a command wrote to; all empty for one that writes nothing, or nothing to S3."""
    found: List[str] = []
    for pattern in (_FILES, _FOLDER, _SOURCE, _DELTA, _DELTA_TABLE, _DELTA_DELETE):
        for text in pattern.findall(plan):
            path = _STATIC.sub("", text).rstrip("/")
            if path not in found and CANARY not in path:
                found.append(path)
    tables = _HIVE.findall(plan) + [one or other for one, other in _DELTA_NAMED.findall(plan)]
    return Targets(found, _unique(tables), _unique(_V2.findall(plan)))


def _unique(names: List[str]) -> List[str]:
    return sorted(set(names))
