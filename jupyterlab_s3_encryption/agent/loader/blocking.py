"""The guard of mode "block": its failure keeps the cells behind it from running.

Travels with such a guard and runs in the namespace of bootstrap.py, which has answer.py behind it.
Must not know: Spark, profiles, what a request does.
"""

import ast
import json
import sys
import time
from typing import TYPE_CHECKING, Callable, List, Optional

from .answer import say, state

if TYPE_CHECKING:
    from ..shapes import Profile, Report
    from .shapes import Answered, BlockingPayload, Reason

#: Seconds for the cells of a run to arrive in the queue that a failing guard empties.
HOLD = 0.4
#: Seconds after a failing guard in which cells that arrive too late for that are refused.
NET = 4.0


def block(payload: "BlockingPayload", run: "Callable[[BlockingPayload], Answered]") -> bool:
    """Runs a guard; True if the cell of the guard has to raise payload["stop"].

    The answer is left in payload["answer"]. payload["block"] is "lenient", "strict" (blocks
    even if a user cleared or exchanged the profile on purpose, or if no address of S3 gets the
    settings) or "off" (does not block this time).
    """
    spread(None)
    arguments = payload["request"].setdefault("arguments", {})
    arguments["block"] = payload["block"] != "off"
    answer = payload["answer"] = run(payload)
    asked = arguments.get("profile")
    reason = obstacle(answer.report, payload["block"], asked)
    events = getattr(state(), "events", None)
    if reason is None:
        if events is not None:
            events.passed()
        return False
    if events is not None:
        events.blocked(answer.report, asked)
    time.sleep(HOLD)
    gate = getattr(state(), "gate", None)
    if gate is None or gate.info() is None:
        spread(reason[0])
    payload["stop"] = S3EncryptionBlocked(reason, answer.report)
    return True


def obstacle(report: "Report", mode: str, asked: "Optional[Profile]") -> "Optional[Reason]":
    """Why no cell may run after this answer to a guard; None if the settings are in force.

    asked: the profile of the guard.
    """
    if report.get("unchanged") or mode == "off":
        return None
    if report.get("agentMissing"):
        return say("The agent was not in the kernel.")
    if not report["ok"]:
        message = report["error"].get("message") if report["error"] else None
        # What it is made of is in the report.
        return (message, {}) if message else say("The settings could not be applied.")
    if report["profile"] is None:
        return say("The encryption was cleared in the kernel.") if mode == "strict" else None
    if mode == "strict" and asked is not None and alike(asked) != alike(report["profile"]):
        return say("The kernel holds another encryption than the one that is required.")
    if not report["waiting"] and (report["claim"] == "none" or report["changed"]):
        return say("The settings in the kernel are not those that were applied.")
    if mode == "strict" and not report["waiting"] and not served(report):
        if not report["dialect"]:
            return say("No known connector serves an address of S3 in this Spark.")
        return say("%1 serves no address of S3 in this Spark.", str(report["dialect"]).upper())
    return None


def alike(profile: "Profile") -> str:
    """What a profile sets, as a text that is the same for the same settings; its name is left out."""
    found = {name: value for name, value in profile.items() if name != "name"}
    return json.dumps(dict(found, writers=sorted(profile.get("writers", ()))), sort_keys=True)


def served(report: "Report") -> bool:
    """Whether an address of S3 is served by the connector that the settings are for."""
    dialect = report["dialect"]
    return bool(dialect) and any(entry["connector"] == dialect for entry in report["connectors"])


class S3EncryptionBlocked(Exception):  # noqa: N818 - shown to users
    """Makes the cell of the guard fail; its text has the reason and the report, for the page."""

    def __init__(self, reason: "Reason", report: "Report") -> None:
        why, sentences = reason
        super().__init__(json.dumps({"why": why, "sentences": sentences, "report": report}))
        self.why = why

    def _render_traceback_(self) -> List[str]:
        """What IPython publishes instead of a traceback."""
        return ["S3 Encryption: the cells were not run. " + self.why]


class Net:
    """Refuses cells that reached the kernel just after a failing guard had emptied its queue."""

    def __init__(self, why: str) -> None:
        self.why = why
        self.until = time.monotonic() + NET

    def visit(self, tree: ast.AST) -> ast.AST:
        """Called by IPython with the syntax tree of each cell."""
        from IPython.core.error import InputRejected

        kernel = sys.modules["IPython"].get_ipython().kernel
        message = kernel.get_parent() if hasattr(kernel, "get_parent") else kernel._parent_header
        if time.monotonic() < self.until and "s3-encryption" not in message.get("metadata", {}):
            raise InputRejected("S3 Encryption: the cell was not run. " + self.why)
        return tree


def spread(why: Optional[str]) -> None:
    """Starts refusing cells, for a reason; stops if why is None."""
    transformers = sys.modules["IPython"].get_ipython().ast_transformers
    for net in [found for found in transformers if type(found).__name__ == "Net"]:
        transformers.remove(net)
    if why is not None:
        transformers.append(Net(why))
