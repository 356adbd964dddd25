"""The agent: sets, verifies and takes back how a kernel's Spark sessions encrypt on S3.

Standard library only, Python 3.7 syntax: it also runs where it was shipped as text. Must not
know: Jupyter, messages, who asks. Shapes: docs/protocol.md.
"""

import time
import traceback
from typing import Any, Dict, Optional

from . import report, requests, state

PROTOCOL = report.PROTOCOL
#: Set by whoever loads the agent: "shipped" as text, or "installed" as a package.
SOURCE = "installed"
VERSION = ""
#: Identity of the shipped text, "" for an installed agent.
FINGERPRINT = ""

_GONE = "Spark's Java process has ended, and the Spark session with it. Restart the kernel."

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
        if _is_gone(error):
            settings = "unknown" if name in requests.WRITING else "unchanged"
            report.fail(answer, "jvm-gone", _GONE, settings)
            return _finished(answer, began)
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
    return _finished(answer, began)


def _finished(answer: Report, began: float) -> Report:
    answer["elapsed"] = round((time.perf_counter() - began) * 1000, 2)
    return answer


def _is_gone(error: Optional[BaseException]) -> bool:
    """Whether what was raised means that Spark's Java process does not answer any more.

    Source: py4j raises these where a connection is refused, or ends before the answer.
    """
    while error is not None:
        name = type(error).__name__
        if name == "Py4JNetworkError" or (
            name == "Py4JError" and "Answer from Java side is empty" in str(error)
        ):
            return True
        if isinstance(error, ConnectionError) and _in_py4j(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _in_py4j(error: BaseException) -> bool:
    """Whether an error comes out of py4j."""
    trace = error.__traceback__
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__", "")).startswith("py4j."):
            return True
        trace = trace.tb_next
    return False


def _with_writers(answer: Report, state: state.State) -> Report:
    """Lets what else writes in this process follow the armed profile, where that asks for it."""
    profile = state.profile or {}
    wanted = "python" in profile.get("writers", ())
    if answer.get("unchanged") or not (wanted or getattr(state, "python", None)):
        return answer
    if getattr(state, "python", None) is None:  # also where an older agent left the state
        from .writers import python as python_writers

        state.python = python_writers.Cover()
    if wanted:
        answer["writers"], found = state.python.follow(state.profile)
        answer["findings"] += found
    else:
        state.python.remove()
        state.python = None
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
