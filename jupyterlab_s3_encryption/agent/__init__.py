"""The agent: sets, verifies and takes back how a kernel's Spark sessions encrypt on S3.

Standard library only, Python 3.7 syntax: it also runs where it was shipped as text. Must not
know: Jupyter, messages, who asks. Shapes: docs/protocol.md.
"""

import time
import traceback
from typing import Any, Dict

from . import report, requests, state

PROTOCOL = report.PROTOCOL
#: Set by whoever loads the agent: "shipped" as text, or "installed" as a package.
SOURCE = "installed"
VERSION = ""
#: Identity of the shipped text, "" for an installed agent.
FINGERPRINT = ""

Report = Dict[str, Any]


def handle(request: Dict[str, Any]) -> Report:
    """Answers one request {"protocol", "id", "request", "arguments"} with a report.

    Never raises an Exception: what goes wrong is the report's `error`. Nothing in a report holds
    the SSE-C key.
    """
    began = time.perf_counter()
    name = str(request.get("request"))
    arguments = request.get("arguments") or {}
    answer = report.empty(name, version(), SOURCE)
    try:
        if request.get("protocol", PROTOCOL) != PROTOCOL:
            report.fail(answer, "other-protocol", "This agent speaks protocol %d." % PROTOCOL)
        elif name not in requests.REQUESTS:
            report.fail(answer, "unknown-request", "There is no request %s." % name)
        else:
            answer = _with_writers(requests.REQUESTS[name](answer, arguments), state.get())
    except Exception as error:  # noqa: BLE001 - a defect of the agent: told, with where it happened
        lines = traceback.format_exc().strip().splitlines()[-6:]
        message = "The agent failed: %s: %s\n%s" % (type(error).__name__, error, "\n".join(lines))
        report.fail(
            answer,
            "internal",
            message,
            "mixed" if name in requests.WRITING else "unchanged",
        )
    for secret in (arguments.get("customerKey"), state.get().customer_key):
        if isinstance(secret, str) and secret:
            answer = report.scrub(answer, secret)
    answer["elapsed"] = round((time.perf_counter() - began) * 1000, 2)
    return answer


def _with_writers(answer: Report, held: state.State) -> Report:
    """Lets what else writes in this process follow the armed profile, where that asks for it."""
    profile = held.profile or {}
    wanted = "python" in profile.get("writers", ())
    if answer.get("unchanged") or not (wanted or getattr(held, "python", None)):
        return answer
    if getattr(held, "python", None) is None:  # also where an older agent left the state
        from . import python_writers

        held.python = python_writers.Cover()
    if wanted:
        answer["writers"], found = held.python.follow(held.profile)
        answer["findings"] += found
    else:
        held.python.remove()
        held.python = None
    return answer


def version() -> str:
    """The version of the agent, as the package or the text it came with says."""
    if VERSION:
        return VERSION
    try:
        from .._version import __version__  # type: ignore[import-not-found,unused-ignore]

        return str(__version__)
    except (ImportError, ValueError):  # a source tree that was never built, or no package around
        return "0"
