"""Keeps the profile that was chosen for each notebook: one small file for each path.

A file's name is the hash of the path, so nothing that a request says is ever a path on the disk,
and two pages that change two notebooks write two files. Must not know: Jupyter, requests.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

from .files import write_own

SUFFIX = ".json"


class Offer(TypedDict):
    """The choice of the notebook that this one is a copy of."""

    profile: dict[str, Any]
    #: The path of that notebook when it was copied.
    source: str


class Entry(TypedDict, total=False):
    """What is kept for one path: a choice, or an offer, or neither."""

    profile: dict[str, Any]
    offered: Offer


class DamagedError(Exception):
    """The file of a path is not what was written there."""


class Choices:
    """The choices under one root folder. Every method raises OSError if the disk fails."""

    def __init__(self, folder: Path) -> None:
        """Makes nothing: the folder is made when the first choice is kept."""
        self._folder = folder
        #: Name of a file -> path, which never changes: the name is the path's hash.
        self._paths: dict[str, str] = {}

    def get(self, path: str) -> Entry:
        """What is kept for a path. Raises DamagedError."""
        try:
            kept = self._read(_name(path))
        except FileNotFoundError:
            return {}
        if kept["path"] != path:
            raise DamagedError
        entry: Entry = kept["entry"]
        return entry

    def put(self, path: str, entry: Entry) -> None:
        """Keeps a choice or an offer in place of what was kept."""
        text = json.dumps({"path": path, "entry": entry})
        write_own(self._folder / _name(path), text, self._folder.parent, self._folder)

    def delete(self, path: str) -> None:
        """Forgets what is kept for a path, damaged or not."""
        (self._folder / _name(path)).unlink(missing_ok=True)

    def moved(self, source: str, target: str) -> None:
        """A file or a folder has another path: so has what is kept for it and below it.

        What an earlier file at the new path had is forgotten.
        """
        self.deleted(target)
        for old, new in self._below(source, target):
            try:
                entry = self.get(old)
            except DamagedError:
                # It is still damaged there: that there was a choice must not be lost.
                os.replace(self._folder / _name(old), self._folder / _name(new))
            else:
                self.put(new, entry)
                self.delete(old)

    def copied(self, source: str, target: str) -> None:
        """The copy of a file or a folder is offered the choices of the original."""
        self.deleted(target)
        for old, new in self._below(source, target):
            with contextlib.suppress(DamagedError):
                entry = self.get(old)
                if "profile" in entry:
                    self.put(new, {"offered": {"profile": entry["profile"], "source": old}})
                elif "offered" in entry:
                    self.put(new, entry)

    def deleted(self, path: str) -> None:
        """A file or a folder is gone: nothing is kept for it or below it."""
        for old, _ in self._below(path, path):
            self.delete(old)

    def _below(self, source: str, target: str) -> list[tuple[str, str]]:
        """Each path that something is kept for, at a path or below it, and its path below another."""
        found = [source] if (self._folder / _name(source)).is_file() else []
        found += [path for path in self._known() if path.startswith(source + "/")]
        return [(path, target + path[len(source) :]) for path in found]

    def _known(self) -> Iterator[str]:
        """Every path that something is kept for; not that of a damaged file nobody has read."""
        try:
            names = sorted(name for name in os.listdir(self._folder) if name.endswith(SUFFIX))
        except FileNotFoundError:
            return
        for name in names:
            if name not in self._paths:
                try:
                    self._read(name)
                except (DamagedError, FileNotFoundError):
                    continue
            yield self._paths[name]

    def _read(self, name: str) -> Any:
        try:
            kept = json.loads((self._folder / name).read_text("utf-8"))
            path, entry = kept["path"], kept["entry"]
            sound = isinstance(path, str) and _name(path) == name and isinstance(entry, dict)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise DamagedError from error
        if not sound:
            raise DamagedError
        self._paths[name] = path
        return kept


def _name(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest() + SUFFIX


def folder_of(data: str, root: str) -> Path:
    """Where the choices of a server are: servers with different root folders share none."""
    place = hashlib.sha256(os.path.realpath(root).encode("utf-8", "surrogatepass")).hexdigest()
    return Path(data) / "s3-encryption" / "choices" / place
