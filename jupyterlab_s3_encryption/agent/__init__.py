"""The agent: applies, verifies and clears how a kernel's Spark sessions encrypt on S3.

Standard library only, Python 3.7 syntax: it is also shipped and run as text. Must not
know: Jupyter, messages, who sends a request. Shapes: docs/protocol.md.
"""

from . import report, secret
from .shapes import JsonObject, Report

PROTOCOL = report.PROTOCOL
#: Set by whoever loads the agent: "shipped" as text, or "installed" as a package.
SOURCE = "installed"
#: Modules, by how their names begin below this one, that are imported when they are needed: see data/late.py.
LATE = (
    "spark.connect.",
    "spark.remote.",
    "spark.executors.tasks",
    "spark.activity.details",
    "checks.bucket_findings",
    "checks.server_findings",
    "checks.catalog_findings",
    "checks.events",
)
VERSION = ""
#: Identity of the shipped text, "" for an installed agent.
FINGERPRINT = ""


def begin(request: JsonObject) -> None:
    """Starts what Spark's JVM takes some time for, if this request will need it.

    Whoever loads the agent calls it before the rest of the agent is compiled, so that both go on
    beside each other; `handle` does not depend on it. Never raises.
    """
    from .spark import java_classes, jvm

    if isinstance(request, dict) and request.get("request") in ("apply", "guard"):
        java_classes.prepare(jvm.active_context())


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
