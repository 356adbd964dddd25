"""The list of a server's kernels with what they say of their encryption, for people and for a collector.

Who may see it is the server's own decision: its authorizer is asked for the resource
`s3_encryption_evidence`. Must not know: where the list comes from.
"""

from __future__ import annotations

import json
import re

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado import web

from .evidence import Evidence
from .listening import Listening
from .page import POLICY, page

RESOURCE = "s3_encryption_evidence"


class EvidenceHandler(APIHandler):
    """For a collector: the kernels, and the events since it last asked."""

    auth_resource = RESOURCE
    # A collector asks whether anybody is there or not: a server that is idle stays idle.
    _track_activity = False

    def initialize(self, evidence: Evidence, listening: Listening) -> None:
        """Takes what knows of them."""
        self.evidence = evidence
        self.listening = listening

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Arguments: server and count, as the last answer had them."""
        count = self.get_argument("count", "0")
        if not re.fullmatch(r"[0-9]{1,15}", count):
            raise web.HTTPError(400, "count: it is a number.")
        kernels = await self.listening.kernels()
        lost, events = self.evidence.after(self.get_argument("server", ""), int(count))
        self.finish(
            json.dumps(
                {
                    "server": self.evidence.server,
                    "count": self.evidence.count,
                    "lost": lost,
                    "events": events,
                    "kernels": kernels,
                }
            )
        )


class KernelsPage(JupyterHandler):
    """For people."""

    auth_resource = RESOURCE

    def initialize(self, listening: Listening) -> None:
        """Takes what knows of the kernels."""
        self.listening = listening

    @property
    def content_security_policy(self) -> str:
        """Nothing but the page itself."""
        return POLICY

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """The page."""
        self.set_header("Cache-Control", "no-store")
        title = "S3 encryption of the kernels of this server"
        self.finish(page(title, await self.listening.kernels()))
