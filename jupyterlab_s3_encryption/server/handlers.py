"""The requests for choices and for saved profiles, see docs/protocol.md.

Who may read or write a file may read or change its choice: the requests are authenticated and
authorised as those for contents are. Must not know: where anything is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from .choices import Choices, DamagedError, Entry
from .saved_profiles import SavedProfiles, UnreadableError

#: Bytes of a body with one profile; the largest that is valid has about half of that.
LONGEST = 64 * 1024
#: Bytes of a body with many profiles.
LONGEST_OF_MANY = 32 * 1024 * 1024
#: Characters of a path: longer than any that a file system has.
LONGEST_PATH = 4096


def normal_path(given: str) -> str:
    """The path of a file as contents have it. Raises HTTPError if it is outside the root."""
    path = given[1:] if given.startswith("/") else given
    # Windows has two separators.
    if not path or any(part in ("", ".", "..") for part in re.split(r"[/\\]", path)):
        raise web.HTTPError(400, "path: it has to be that of a file below the root folder.")
    if len(path) > LONGEST_PATH or "\0" in path:
        raise web.HTTPError(400, "path: no file can have it.")
    return path


def checked(value: object) -> dict[str, Any]:
    """A profile in its usual form. Raises HTTPError that names the fields that are wrong."""
    # Here, so that the start of the server does not read the contract.
    from ..agent.profile import profiles

    faults = profiles.validate(value)
    if faults:
        # Never a value: somebody may have put a key where there is no field for it.
        texts = [f"{fault['field']}: {fault['message']}" for fault in faults]
        raise web.HTTPError(400, " ".join(texts)[:2000])
    found = profiles.normal(value)
    assert isinstance(found, dict)  # noqa: S101 -- validate has seen to it
    return found


def checked_saved(value: object) -> dict[str, Any]:
    """A profile with a name, and its mode if it has one. Raises HTTPError."""
    mode = value.get("mode") if isinstance(value, dict) else None
    if isinstance(value, dict):
        value = {name: part for name, part in value.items() if name != "mode"}
    found = checked(value)
    if not found.get("name"):
        raise web.HTTPError(400, "name: a profile that is saved needs one.")
    if mode not in (None, "warn", "block"):
        raise web.HTTPError(400, "mode: it is warn or block.")
    return found if mode is None else {**found, "mode": mode}


class _Handler(APIHandler):
    """What both have in common."""

    auth_resource = "contents"

    def body(self, longest: int) -> object:
        """The body as JSON. Not by Jupyter's own function, which logs a body that is none."""
        body = self.request.body
        if len(body) > longest:
            raise web.HTTPError(413, f"body: it has at most {longest} bytes.")
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise web.HTTPError(400, "body: it is not JSON.") from None


class ChoiceHandler(_Handler):
    """The choice of one notebook."""

    def initialize(self, choices: Choices) -> None:
        """Takes the store."""
        self.choices = choices

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """The choice, or what is offered; an empty object for neither."""
        at = normal_path(path)
        try:
            entry = self.choices.get(at)
            for profile in (entry.get("profile"), entry.get("offered", {}).get("profile")):
                if profile is not None:
                    checked(profile)
        except (DamagedError, web.HTTPError, AttributeError):
            raise web.HTTPError(
                500,
                "The choice that was kept for this file is damaged. "
                "Choose again, and apply, to replace it.",
            ) from None
        except OSError as error:
            raise _disk(error, "The choice", "read") from error
        self.finish(json.dumps(_answer(entry)))

    @web.authenticated
    @authorized
    async def put(self, path: str) -> None:
        """Keeps a profile as the choice; an offer is gone then."""
        at = normal_path(path)
        profile = checked(self.body(LONGEST))
        try:
            self.choices.put(at, {"profile": profile})
        except OSError as error:
            raise _disk(error, "The choice", "kept") from error
        self.finish(json.dumps({"profile": profile}))

    @web.authenticated
    @authorized
    async def delete(self, path: str) -> None:
        """Forgets the choice, and what was offered."""
        at = normal_path(path)
        try:
            self.choices.delete(at)
        except OSError as error:
            raise _disk(error, "The choice", "deleted") from error
        self.set_status(204)
        self.finish()


def _answer(entry: Entry) -> dict[str, Any]:
    if "profile" in entry:
        return {"profile": entry["profile"]}
    if "offered" in entry:
        offered = entry["offered"]
        return {"offered": {"profile": offered["profile"], "from": offered["source"]}}
    return {}


def _disk(error: OSError, what: str, done: str) -> web.HTTPError:
    return web.HTTPError(500, f"{what} could not be {done}: {error.strerror}")


class SavedProfilesHandler(_Handler):
    """The profiles that the user has saved."""

    def initialize(self, saved: SavedProfiles) -> None:
        """Takes the store."""
        self.saved = saved

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """All of them, and the file that they are in."""
        self._finish("read", self.saved.read)

    @web.authenticated
    @authorized
    async def patch(self) -> None:
        """Puts, adds and deletes profiles; the answer is that of GET."""
        body = self.body(LONGEST_OF_MANY)
        known = {"put", "add", "delete"}
        if not isinstance(body, dict) or not body or not known.issuperset(body):
            raise web.HTTPError(400, "body: it has put, add or delete.")
        if not all(isinstance(part, list) for part in body.values()):
            raise web.HTTPError(400, "body: put, add and delete are lists.")
        put, add = ([checked_saved(one) for one in body.get(name, [])] for name in ("put", "add"))
        delete = body.get("delete", [])
        if not all(isinstance(name, str) for name in delete):
            raise web.HTTPError(400, "delete: it is a list of names.")
        self._finish("saved", lambda: self.saved.change(put, add, delete))

    def _finish(self, done: str, work: Callable[[], list[Any]]) -> None:
        file = self.saved.file
        try:
            profiles = work()
        except UnreadableError as error:
            raise web.HTTPError(500, f"{file} cannot be read. {error}") from None
        except OSError as error:
            raise _disk(error, f"The profiles in {file}", done) from error
        self.finish(json.dumps({"profiles": profiles, "file": str(file)}))
