"""The steps of a walk: which there are, with which arguments, and how often each comes.

A step is a tuple of its name and its arguments, so a walk can be printed and taken again. Every
step fits every state: an argument that numbers something kept is taken modulo what there is. Must
not know: Spark, what a step does, what is expected.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

Step = tuple[Any, ...]

#: Profiles by name; "rule" and "other-rule" have a rule for the bucket of one slot.
PROFILES = ("A", "B", "sse-s3", "default", "rule", "other-rule")
FORMATS = ("parquet", "csv", "json")
TABLES = (
    "create and insert",
    "save managed",
    "save external",
    "create as select",
    "insert into",
    "insert overwrite",
    "insertInto",
    "add partition",
    "refresh",
    "drop",
    "rename",
)
#: Buckets in use at a time.
SLOTS = 3

_slot = st.integers(0, SLOTS - 1)
_kept = st.integers(0, 4)
_scheme = st.sampled_from(("s3a", "s3"))
_profile = st.sampled_from(PROFILES)

#: What the panel does, between cells: how often, and with which arguments.
PANEL: dict[str, tuple[int, tuple[st.SearchStrategy[Any], ...]]] = {
    "verify": (1, ()),
    "apply": (9, (_profile,)),
    "clear": (1, ()),
}
#: What the user's cells do.
CELL: dict[str, tuple[int, tuple[st.SearchStrategy[Any], ...]]] = {
    "read": (3, (_slot, _scheme)),
    "look": (4, (_kept, st.sampled_from(("collect", "count", "show", "rdd")))),
    "write_kept": (3, (_kept, _slot)),
    "text": (2, (_slot, _scheme)),
    "recount": (2, (_kept,)),
    "save_kept": (2, (_kept, _slot)),
    "write": (5, (st.sampled_from(FORMATS), _slot, _scheme)),
    "overwrite": (1, (_slot,)),
    "options": (3, (_slot, st.sampled_from(("AES256", "A", "B")))),
    "customer_key": (1, (_slot,)),
    "directory": (2, (_slot,)),
    "rename": (2, (_slot,)),
    "copy": (1, (_slot,)),
    "two_at_once": (2, (_slot, _slot)),
    "table": (9, (st.sampled_from(TABLES), _slot)),
    "get": (3, (_slot, _kept)),
    "new_instance": (2, (_slot, _kept)),
    "file_context": (2, (_slot, _kept)),
    "through": (3, (_kept,)),
    "open": (2, (_slot,)),
    "finish": (2, (_kept,)),
    "close": (1, (_kept,)),
    "close_all": (1, ()),
    "collect_garbage": (1, ()),
    "stream": (2, (_slot,)),
    "for_each_batch": (1, (_slot,)),
    "checkpoint": (1, (_kept, _slot)),
    "using": (2, (_profile, _slot)),
    "add_file": (1, (_slot,)),
    "add_jar": (1, (_slot,)),
    "new_session": (1, ()),
    "restart": (1, ()),
    "fresh": (2, (_slot,)),
}
#: What only a cluster has.
CLUSTER: dict[str, tuple[int, tuple[st.SearchStrategy[Any], ...]]] = {
    "executors": (2, ()),
    "replaced": (2, (_slot,)),
    "add_file": (5, (_slot,)),
}
#: What only a Spark with these kinds of tables has.
KINDS: dict[str, dict[str, tuple[int, tuple[st.SearchStrategy[Any], ...]]]] = {
    "hive": {"hive": (4, (st.sampled_from(("insert", "partition", "load")), _slot))},
    "delta": {"delta": (4, (st.sampled_from(("append", "update", "delete")), _slot))},
    "iceberg": {"iceberg": (4, (st.sampled_from(("append", "delete")), _slot))},
}
#: Every step of a cell that there is.
CELLS = {name for table in (CELL, CLUSTER, *KINDS.values()) for name in table}


def steps(cluster: bool, kinds: Iterable[str] = ()) -> st.SearchStrategy[Step]:
    """Any step; those of cells end with whether it belongs to the cell of the step before.

    kinds: of tables that the Spark has beside its own.
    """
    cell = {**CELL, **CLUSTER} if cluster else dict(CELL)
    for kind in kinds:
        cell.update(KINDS[kind])
    table = {**PANEL, **cell}
    names = [name for name in table for _ in range(table[name][0])]

    def whole(name: str) -> st.SearchStrategy[Step]:
        more = (st.booleans(),) if name in cell else ()
        return st.tuples(st.just(name), *table[name][1], *more)

    return st.sampled_from(names).flatmap(whole)
