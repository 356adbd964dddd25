"""Tables among the keys of objects, and whether they stay valid if objects are copied onto themselves.

Pure. Must not know: S3, what is to become of an object.
"""

import re
from typing import Dict, Iterable, List, NamedTuple, Optional

from ..sentences import Sentence, say

_DELTA = re.compile(r"(?:(.*)/)?_delta_log/[^/]+\Z")
_DELTA_COMMIT = re.compile(r"(?:^|/)_delta_log/\d{20}\.json\Z")
_ICEBERG = re.compile(r"(?:(.*)/)?metadata/[^/]*\.metadata\.json(?:\.gz)?\Z")
_HUDI = re.compile(r"(?:(.*?)/)?\.hoodie/")


class Table(NamedTuple):
    """kind: as its users call it; root: its folder's key, "" for the bucket itself."""

    kind: str
    root: str


def is_delta_commit(key: str) -> bool:
    """Whether a key is that of a commit in a Delta table's log."""
    return _DELTA_COMMIT.search(key) is not None


def of_key(key: str) -> Optional[Table]:
    """The table whose metadata an object is."""
    for kind, pattern in (("Delta", _DELTA), ("Iceberg", _ICEBERG), ("Hudi", _HUDI)):
        found = pattern.match(key)
        if found:
            return Table(kind, found.group(1) or "")
    return None


def found_in(keys: Iterable[str]) -> List[Table]:
    """The tables whose metadata is among these keys."""
    found: Dict[Table, None] = {}
    for key in keys:
        table = of_key(key)
        if table is not None:
            found[table] = None
    return sorted(found)


def validity(kind: str) -> Sentence:
    """Why a table of a kind stays valid."""
    if kind == "Delta":
        return say(
            "It stays valid: its log names data files by path and size, and both stay. A commit file "
            "that is copied has a new time, which time travel by timestamp reads; VACUUM keeps "
            "copied files longer."
        )
    if kind == "Iceberg":
        return say(
            "It stays valid: its metadata names files by path and size, and both stay. Removing "
            "orphan files keeps copied ones longer."
        )
    return say(
        "Its timeline is in the names of files, which stay. Hudi was not tried; do not write to it "
        "meanwhile."
    )
