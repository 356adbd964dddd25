"""Which S3 paths a Spark SQL command wrote to, from the text of its plan.

Pure. Must not know: Spark's objects, requests. Source: what Spark 3.3 to 4.x prints for its write
commands in each of its explain modes, Delta Lake and Iceberg for theirs.
"""

import re
from itertools import islice
from typing import List, NamedTuple, Optional, Pattern, Tuple, Union

_Patterns = Union[Pattern[str], Tuple[Pattern[str], ...]]
_S3 = r"s3[an]?://"
#: What is between the name of a command and its arguments.
_UP_TO = r"(?: \(\d+\))?(?:\n(?:Input|Output)[^\n]*)*(?:\nArguments:)? "
_FILES = re.compile(
    r"InsertIntoHadoopFsRelationCommand"
    + _UP_TO
    + "("
    + _S3
    + r"[^\n]*?), (?:true|false), "
    # The columns of partitions and the format, or what a cut list ends with.
    + r"(?=(?:\[[^\[\]=\n]*\], )?(?:\.\.\.|[A-Z][A-Za-z]*(?:,|\n|\Z)|[\w.$]+@))"
)
#: Two in a row: what leads to an address, and the address. As one, they would be tried again from
#: each address of a line.
_FOLDER = (
    re.compile(
        r"Insert(?:IntoHive|OverwriteHive)DirCommand" + _UP_TO + r"[^\n]*?Location: (?=" + _S3 + ")"
    ),
    re.compile(r"([^\n)]*?)(?:, [A-Z][A-Za-z ]*: |\))"),
)
_SOURCE = (
    re.compile(r"SaveIntoDataSourceCommand" + _UP_TO + r"[^\n]*?\bpath(?:=| -> )(?=" + _S3 + ")"),
    re.compile(r"([^\n\])]*?)(?:, [\w.]+(?:=| -> )|[\])])"),
)
_DELTA = re.compile(
    r"(?:MergeInto|Update|Delete)Command[^\n]*(?:\n(?:Input|Output|Arguments)[^\n]*)*?"
    r"Delta\[version=\d+, (" + _S3 + r"[^\n\]]*)\]"
)
#: INSERT into a table or delta.`path`, writeTo, OPTIMIZE; as Delta Lake 3.3 prints them.
_DELTA_TABLE = (
    re.compile(
        r"(?:(?:AppendData|Overwrite\w*)ExecV1"
        + _UP_TO
        + r"|OptimizeTableCommand\b[\s\S]*?)DeltaTableV2\([^,\n]*,(?="
        + _S3
        + ")"
    ),
    re.compile(r"([^\n]*?),(?:Some\(|None,)"),
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
_NAME = r"((?:`[^`\n]+`\.?)+)"
_INSERT = re.compile(r"InsertIntoHiveTable" + _UP_TO + _NAME)
#: What moves files into a table's folder or within it.
_MOVE = re.compile(r"(?:LoadDataCommand|AlterTableRenamePartitionCommand)" + _UP_TO + _NAME)
_RENAME = re.compile(
    r"AlterTableRenameCommand" + _UP_TO + _NAME + r", " + _NAME + r", (false|true)"
)
#: The table with partition columns that files are written for: its partitions may lie elsewhere.
_FOR_TABLE = re.compile(
    r"InsertIntoHadoopFsRelationCommand"
    + _UP_TO
    + r"[^\n]*?, (?:true|false), \[[^\n]*?, (?:Append|Overwrite|ErrorIfExists|Ignore), "
    + _NAME
)
_V2 = re.compile(
    r"(?:AppendData|Overwrite\w*|ReplaceData|WriteDelta|AtomicReplaceTableAsSelect|AtomicCreateTableAsSelect)\b"
    r"[^\n]*(?:\n(?:Input|Output|Arguments)[^\n]*)*?(?:Iceberg\w*Write|SparkWrite)\(table=([^,)\n]+)"
)
#: How all these begin. Each is tried there only, and so often at most, so that the time it takes
#: grows with the length of a plan, not with its square; a plan has one such command, named twice or so.
_COMMAND = re.compile(
    r"Insert(?:IntoHadoopFsRelationCommand|IntoHive|OverwriteHive)|SaveIntoDataSourceCommand"
    r"|(?:MergeInto|Update|Delete|OptimizeTable|LoadData)Command|AlterTableRename"
    r"|AppendData|Overwrite|ReplaceData|WriteDelta|Atomic(?:Create|Replace)"
)
MOST_COMMANDS = 30
_STATIC = re.compile(r", \[[^\[\]]*=[^\[\]]*\]\Z")
#: Our own objects; written with the same command.
CANARY = "_s3_encryption_canary_"

#: Why a plan does not say where a write went, or whether it was one.
CUT, MODE, REDACTED, UNNAMED = "cut", "mode", "redacted", "unnamed"
_REDACTED = "*********(redacted)"
_CUT = re.compile(r"(?:\.\.\. \d+ more characters|Truncated plan of \d+ characters)\s*\Z")
#: An option of a data source that Spark keeps to itself in any case, such as a JDBC URL.
_OPTION = re.compile(r"\b(?!path\b)[\w.]+(?:=| -> )\*{9}\(redacted\)")
#: How spark.sql.ui.explainMode=codegen begins, which leaves the command itself out.
_CODEGEN = "WholeStageCodegen subtrees."
_FIELDS = re.compile(r"\.\.\. \d+ more fields")
_ROOT = re.compile(
    r"== Physical Plan ==\n\s*(?:\*(?:\(\d+\))? )?(?:Execute )?(?!Execute\b)([A-Z]\w*)(?=\s)"
)
#: Spark's own commands that write files, and say where in each plan that is whole.
_NAMING = re.compile(
    r"InsertIntoHadoopFsRelationCommand|InsertIntoHiveTable|InsertIntoHiveDirCommand"
    r"|InsertOverwriteHiveDirCommand|LoadDataCommand|AlterTableRename(?:Partition)?Command"
)
#: What writes, or may: commands of Spark, of Delta Lake, and of catalogs of their own.
_WRITING = re.compile(
    _NAMING.pattern + r"|SaveIntoDataSourceCommand|(?:MergeInto|Update|Delete|Optimize\w*)Command"
    r"|(?:Append|Overwrite|Replace|Write|Atomic|Create\w*AsSelect|Merge|Delete|Update)\w*"
)
_PATHS = re.compile(
    r"(?:InsertIntoHadoopFsRelationCommand"
    + _UP_TO
    + r"|Insert(?:IntoHive|OverwriteHive)DirCommand"
    + _UP_TO
    + r"[^\n]*?Location: )(?!s3[an]?:)[\w+.-]*:?/"
)
_SOURCE_LINE = re.compile(r"SaveIntoDataSourceCommand" + _UP_TO + r"[^\n]*")


class Targets(NamedTuple):
    """paths: s3 addresses; tables: known to Spark's catalog, `a`.`b` or a.b; others: tables whose
    files nobody names.

    partitioned: tables that the paths belong to; moved: those of `tables` whose files were moved,
    not written; renamed: those of them that were only renamed; unclear: why there may be more than
    that, one of CUT, MODE, REDACTED and UNNAMED.
    """

    paths: List[str]
    tables: List[str]
    others: List[str]
    partitioned: List[str]
    moved: List[str]
    renamed: List[str]
    unclear: Optional[str]


def of_operators(lines: List[str]) -> str:
    """The text of a plan of which only some operators are known, the first of them first."""
    return "== Physical Plan ==\n%s\n" % "\n".join(lines or [_CODEGEN])


def targets(plan: str) -> Targets:
    """What a command wrote to; all empty for one that writes nothing, or nothing to S3."""
    found: List[str] = []
    starts = [one.start() for one in islice(_COMMAND.finditer(plan), MOST_COMMANDS + 1)]
    many = len(starts) > MOST_COMMANDS
    plan_of = _Plan(plan, starts[:MOST_COMMANDS])
    asked: Tuple[_Patterns, ...] = (_FILES, _FOLDER, _SOURCE, _DELTA, _DELTA_TABLE, _DELTA_DELETE)
    for patterns in asked:
        for (text,) in plan_of.all(patterns):
            path = (text if _is_whole(text, plan) else _STATIC.sub("", text)).rstrip("/")
            if path not in found:
                found.append(path)
    renames = plan_of.all(_RENAME)
    renamed = [_renamed(old, new) for old, new, view in renames if view == "false"]
    moved = [name for (name,) in plan_of.all(_MOVE)] + renamed
    tables = [name for (name,) in plan_of.all(_INSERT)] + moved
    tables += [one or other for one, other in plan_of.all(_DELTA_NAMED)]
    others = [name for (name,) in plan_of.all(_V2)]
    named = found + tables + others
    unclear = CUT if many else _unclear(plan, bool(named or renames))
    if any(_REDACTED in name for name in named):
        unclear = REDACTED
    return Targets(
        [path for path in found if CANARY not in path and _REDACTED not in path],
        _unique(tables),
        _unique(others),
        _unique([name for (name,) in plan_of.all(_FOR_TABLE)]),
        _unique(moved),
        _unique(renamed),
        unclear,
    )


class _Plan(NamedTuple):
    """A plan and the places where commands begin."""

    text: str
    starts: List[int]

    def all(self, patterns: _Patterns) -> List[Tuple[str, ...]]:
        """The groups of a pattern, or of the last of several in a row, each time they are found.

        "" for a group that is not part of it.
        """
        row = patterns if isinstance(patterns, tuple) else (patterns,)
        found, end = [], 0
        for start in self.starts:
            if start < end:
                continue
            match, place = None, start
            for pattern in row:
                match = pattern.match(self.text, place)
                if match is None:
                    break
                place = match.end()
            if match is not None:
                found.append(tuple(group or "" for group in match.groups()))
                end = place
        return found


def _is_whole(text: str, plan: str) -> bool:
    """Whether an address is that of the command's option, so that no partition follows it."""
    return any(sign + text in plan for sign in ("path=", "path -> "))


def _unclear(plan: str, found: bool) -> Optional[str]:
    """Why it is not known whether, or where, a plan writes; None if that is known."""
    if found:
        return None
    root = _ROOT.search(plan)
    if root is not None and _WRITING.match(root.group(1) + " ") is None:
        return None
    if _CUT.search(plan):
        return CUT
    hidden = _OPTION.sub("", plan)
    if _REDACTED in hidden:
        return REDACTED
    if root is None:
        return MODE if _CODEGEN in plan else None
    if _NAMING.match(root.group(1)):
        return None if _PATHS.search(plan) else UNNAMED
    sources = [found.group(0) for found in _SOURCE_LINE.finditer(plan)]
    return UNNAMED if any(_FIELDS.search(text) for text in sources) else None


def _renamed(old: str, new: str) -> str:
    """The new name of a table; one without a database stays in that of the old one."""
    return new if "`.`" in new else old.rsplit("`.`", 1)[0] + "`." + new if "`.`" in old else new


def _unique(names: List[str]) -> List[str]:
    return sorted(set(names))
