"""Keeps the profiles that a user has saved: one file of plain JSON, which can be edited by hand.

Not in JupyterLab's settings, which the server reads as JSON5 with every start of a page: that
takes seconds for some thousand profiles. Must not know: Jupyter, requests, what a profile is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .files import write_own


class UnreadableError(Exception):
    """The file is not what it has to be; the text says why."""


class SavedProfiles:
    """The profiles in one file. Every method raises OSError if the disk fails."""

    def __init__(self, file: Path) -> None:
        """Makes nothing: the file is made when the first profile is saved."""
        self.file = file

    def read(self) -> list[Any]:
        """All entries, as they are in the file. Raises UnreadableError."""
        profiles: list[Any] = self._read()["profiles"]
        return profiles

    def change(
        self,
        put: Iterable[dict[str, Any]] = (),
        add: Iterable[dict[str, Any]] = (),
        delete: Iterable[str] = (),
    ) -> list[Any]:
        """Puts profiles in place of those with the same name, adds those whose name is free,
        and deletes by name. What else is in the file stays. Raises UnreadableError.
        """
        content = self._read()
        entries: list[Any] = content["profiles"]
        gone = set(delete)
        entries = [entry for entry in entries if _name(entry) not in gone]
        places = {_name(entry): place for place, entry in reversed([*enumerate(entries)])}
        for profile in put:
            place = places.setdefault(profile["name"], len(entries))
            entries[place : place + 1] = [profile]
        for profile in add:
            if places.setdefault(profile["name"], len(entries)) == len(entries):
                entries.append(profile)
        content["profiles"] = entries
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        write_own(self.file, text, self.file.parent)
        return entries

    def _read(self) -> dict[str, Any]:
        try:
            content = json.loads(self.file.read_text("utf-8"))
        except FileNotFoundError:
            return {"profiles": []}
        except (ValueError, RecursionError) as error:
            reason = "It is nested too deeply." if isinstance(error, RecursionError) else str(error)
            raise UnreadableError(reason) from None
        if not isinstance(content, dict) or not isinstance(content.get("profiles"), list):
            raise UnreadableError('It has no list "profiles".')
        return content


def _name(entry: object) -> object:
    """Its name, or something that is nobody's."""
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else None
