"""How a request is answered outside of the agent: a report as IPython's data, news for other pages.

The build writes this text behind those of bootstrap.py and relay.py, which run alone. Must not
know: Spark, profiles, what a request does.
"""

import json
import platform
import sys
import types
from typing import TYPE_CHECKING, Callable, Dict

if TYPE_CHECKING:
    from ..shapes import Report
    from .shapes import Payload, Reason

MIME = "application/vnd.jupyterlab-s3-encryption+json"
PROTOCOL = 1
#: Holds `run` and the texts that lead to it: compiling them again would cost each guard 1 ms.
KEPT = "_jupyterlab_s3_encryption_bootstrap"
#: Where the agent keeps what it remembers.
STATE = "_jupyterlab_s3_encryption_state"
#: src/contract/data/emptyReport.json, which the build writes here.
EMPTY = "{}"
AGENT = "jupyterlab_s3_encryption.agent"
#: The message on which the pages of a kernel verify again.
CHANGED = "s3_encryption_changed"


class Answer:
    """Carries a report through IPython's display machinery as JSON."""

    def __init__(self, report: "Report") -> None:
        self.report = report

    def __repr__(self) -> str:
        return "<report of S3 Encryption>"

    def _repr_mimebundle_(self, **_: object) -> "Dict[str, Report]":
        return {MIME: self.report}


def keep(payload: "Payload", run: Callable[..., Answer]) -> None:
    """Leaves a text's `run` where the next request finds it."""
    kept = sys.modules.setdefault(KEPT, types.ModuleType(KEPT))
    vars(kept).update(texts=(payload["bootstrap"],), run=run)


def state() -> object:
    """What the agent remembers in this process; None if it was never there."""
    return getattr(sys.modules.get(STATE), "state", None)


def announce(gate: bool = False) -> None:
    """Has every page of this kernel verify again, if the kernel can send messages.

    gate: also the page whose cell or request is under way, which learns it by no answer.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    kernel = getattr(shell, "kernel", None)
    if kernel is not None and hasattr(kernel, "send_response"):
        kernel.send_response(kernel.iopub_socket, CHANGED, {"gate": True} if gate else {})


def say(text: str, *values: str) -> "Reason":
    """A sentence in English, and what it is made of, as in a report's `sentences`."""
    english = text
    for number, value in enumerate(values, 1):
        english = english.replace("%%%d" % number, value)
    return english, {english: {"text": text, "values": list(values)}}


def empty(request: str, version: str) -> "Report":
    """A complete report that claims nothing. version: of the shipped agent."""
    report: "Report" = json.loads(EMPTY)
    if not report:  # in the package, where the build writes nothing
        whole: "Report" = sys.modules[AGENT].report.empty(request, version, "installed")
        return whole
    report["request"] = request
    python = platform.python_version()
    report["agent"] = {"version": version, "python": python, "source": "shipped"}
    return report


def fail(report: "Report", code: str, message: str, settings: str = "unchanged") -> "Report":
    """Makes a report one of a request that failed; settings as in docs/protocol.md."""
    report["ok"] = False
    report["error"] = {"code": code, "message": message, "fields": [], "settings": settings}
    return report
