"""GET, PUT and DELETE of s3-encryption/choices/<path>, see docs/protocol.md.

Who may read or write a file may read or change its choice: the requests are authenticated and
authorised as those for contents are. Must not know: where choices are kept.
"""

from __future__ import annotations

import json
import re
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from .choices import Choices, DamagedError, Entry

#: Bytes of a request's body; the largest profile that is valid has about half of that.
LONGEST = 64 * 1024
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


class ChoiceHandler(APIHandler):
    """The choice of one notebook."""

    auth_resource = "contents"

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
            raise _disk(error, "read") from error
        self.finish(json.dumps(_answer(entry)))

    @web.authenticated
    @authorized
    async def put(self, path: str) -> None:
        """Keeps a profile as the choice; an offer is gone then."""
        at = normal_path(path)
        profile = checked(self._body())
        try:
            self.choices.put(at, {"profile": profile})
        except OSError as error:
            raise _disk(error, "kept") from error
        self.finish(json.dumps({"profile": profile}))

    @web.authenticated
    @authorized
    async def delete(self, path: str) -> None:
        """Forgets the choice, and what was offered."""
        at = normal_path(path)
        try:
            self.choices.delete(at)
        except OSError as error:
            raise _disk(error, "deleted") from error
        self.set_status(204)
        self.finish()

    def _body(self) -> object:
        """The body as JSON. Not by Jupyter's own function, which logs a body that is none."""
        body = self.request.body
        if len(body) > LONGEST:
            raise web.HTTPError(413, f"body: a profile has at most {LONGEST} bytes.")
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise web.HTTPError(400, "body: it is not JSON.") from None


def _answer(entry: Entry) -> dict[str, Any]:
    if "profile" in entry:
        return {"profile": entry["profile"]}
    if "offered" in entry:
        offered = entry["offered"]
        return {"offered": {"profile": offered["profile"], "from": offered["source"]}}
    return {}


def _disk(error: OSError, what: str) -> web.HTTPError:
    return web.HTTPError(500, f"The choice could not be {what}: {error.strerror}")
