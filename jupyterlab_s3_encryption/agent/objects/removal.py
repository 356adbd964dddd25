"""Removes what a canary wrote, object by object: never a prefix, and nothing that others put there.

Must not know: how a canary is written, requests, how a report looks.
"""

import re
from typing import List, Set

from ..shapes import Java
from .reading.java_reader import THREADS, Reader

#: How Spark and its committers name files; _$folder$ is EMRFS's marker of a folder.
_NAMES = re.compile(
    r"(?:part-\d{5}-[0-9a-f]{8}-[0-9a-f-]{27}[^/]*|_SUCCESS|_(?:started|committed)_\d+"
    r"|[^/]*\.pending(?:set)?|[^/]*_\$folder\$)?\Z"
)
#: How many objects are removed at once.
BATCH = 1000
#: How deep the folders of committers are.
_DEPTH = 12


def is_ours(path: str) -> bool:
    """Whether something in a canary's folder was written by Spark; "" is a folder's marker."""
    return _NAMES.match(path.rsplit("/", 1)[-1]) is not None


def remove(reader: Reader, folder: str) -> List[str]:
    """Removes Spark's objects below a folder and the folders that are empty then; returns what is left."""
    listing = reader.listing(folder)
    folders: Set[str] = {folder}
    found = reader.take(listing, BATCH)
    while found.rows:
        ours = [path for path, _, _ in found.rows if is_ours(path)]
        _delete(reader, ours)
        for path in ours:
            parts = path[len(folder) + 1 :].split("/")[:-1]
            folders.update("/".join([folder, *parts[:count]]) for count in range(len(parts) + 1))
        found = reader.take(listing, BATCH)
    for depth in sorted({path.count("/") for path in folders}, reverse=True):
        _delete(reader, [path for path in folders if path.count("/") == depth])
    top = reader.path(folder)
    if not reader.system.exists(top):
        return []
    _remove_empty(reader, top, _DEPTH)
    if not reader.system.exists(top):
        return []
    rows = reader.take(reader.listing(folder), 20).rows
    return [path for path, _, _ in rows] or [folder]


def _delete(reader: Reader, paths: List[str]) -> None:
    """Removes files and empty folders; what cannot be removed is found by who lists afterwards."""
    java = reader.java
    flag = java.named("java.lang.Class").forName("java.lang.Boolean").getField("TYPE").get(None)
    owner = java.cls("org.apache.hadoop.fs.FileSystem")
    handle = java.method(owner, "delete", java.cls("org.apache.hadoop.fs.Path"), flag)
    single = java.bind(handle, 2, False).bindTo(reader.system)
    java.each(single, reader.paths(paths), THREADS)


def _remove_empty(reader: Reader, top: Java, depth: int) -> None:
    """Removes the empty folders below one, the innermost first: an aborted write leaves some."""
    for status in reader.system.listStatus(top):
        if status.isDirectory() and depth:
            _remove_empty(reader, status.getPath(), depth - 1)
    try:
        reader.system.delete(top, False)
    except Exception:  # noqa: BLE001 - it is not empty: what is in there stays
        return
