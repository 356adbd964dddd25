"""The agent: applies, verifies and clears how a kernel's Spark sessions encrypt on S3.

Standard library only, Python 3.7 syntax: it is also shipped and run as text. Must not
know: Jupyter, messages, who sends a request. Shapes: docs/protocol.md.
"""

from typing import Callable

from . import report, secret
from .shapes import JsonObject, Report

PROTOCOL = report.PROTOCOL
#: Set by whoever loads the agent: "shipped" as text, or "installed" as a package.
SOURCE = "installed"
VERSION = ""
#: Identity of the shipped text, "" for an installed agent.
FINGERPRINT = ""


def begin(request: JsonObject) -> Callable[[], None]:
    """What starts that for which Spark's JVM takes some time, if this request will need it.

    Whoever loads the agent calls it in a thread while the rest of the agent is compiled; `handle`
    does not depend on it. Never raises.
    """
    from .spark import java_classes, jvm

    def start() -> None:
        context = jvm.active_context()
        if isinstance(request, dict) and request.get("request") in ("apply", "guard"):
            java_classes.prepare(context)
        jvm.leave_thread(context)

    return start


def handle(request: JsonObject) -> Report:
    """Answers one request {"protocol", "id", "request", "arguments"} with a report.

    Never raises an Exception: a failure is the report's `error`. A report never has the SSE-C key
    in it.
    """
    from . import answers, state

    # In the caller's place: a traceback that shows local variables would show the key.
    request = secret.without(request)
    with state.get().lock, secret.quiet():
        return answers.answer(request, version(), SOURCE)


def version() -> str:
    """The version of the agent: of the package, or of the shipped text."""
    if VERSION:
        return VERSION
    try:
        from .._version import __version__  # type: ignore[import-not-found,unused-ignore]

        return str(__version__)
    except (ImportError, ValueError):  # a source tree that was never built, or no package around
        return "0"
