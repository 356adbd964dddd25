"""Runs first in a kernel: finds the agent, or loads it from text, and passes a request on.

Travels with each request and runs alone, so it imports nothing of ours; answer.py is written behind
it. Must not know: Spark, profiles, what a request does. Never raises.
"""

import json
import sys
from typing import TYPE_CHECKING, Dict, Optional

from .answer import KEPT, PROTOCOL, Answer, announce, empty, fail, keep, say, state

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from ..shapes import Report
    from .shapes import Agent, Payload

INSTALLED = "jupyterlab_s3_encryption.agent"
SHIPPED = "_jupyterlab_s3_encryption_agent"
#: The agent's package for files that are not Python.
DATA = SHIPPED + ".data"


def run(payload: "Payload") -> Answer:
    """Answers {"request", "fingerprint", "version", "core"?, "files"?, "part"?} with a report as Answer.

    core: of the agent, as base64 of zlib of JSON; files: of it, or what comes to it; part: a folder
    of the agent that only some requests need; sent only with those.
    """
    try:
        if KEPT not in sys.modules or sys.modules[KEPT].run is not run:
            keep(payload, run)
        before = armed()
        agent = find(payload) or load(payload)
        if agent is None:
            return Answer({"protocol": PROTOCOL, "agentMissing": True})
        answer = Answer(agent.handle(payload["request"]))
        gate = getattr(state(), "gate", None)
        if gate is not None:
            gate.heard(payload, answer.report)
        if armed() != before:
            announce()
    except BaseException as error:  # noqa: BLE001 - an interrupt too: the page needs an answer
        answer = Answer(getattr(error, "report", None) or failure(payload, error))
    return answer


def armed() -> object:
    """Identity of what is armed in this process; None if nothing is."""
    return getattr(state(), "fingerprint", None)


def find(payload: "Payload") -> "Optional[Agent]":
    """The agent that is loaded already, or that is installed, with the same protocol."""
    shipped = sys.modules.get(SHIPPED)
    if same(shipped, payload):
        part = payload.get("part")
        return None if part and "%s.%s" % (SHIPPED, part) not in sys.modules else shipped
    if INSTALLED not in sys.modules:
        try:
            __import__(INSTALLED)
        except Exception:  # noqa: BLE001 - missing or broken: the text is used
            return None
    installed = sys.modules.get(INSTALLED)
    return installed if getattr(installed, "PROTOCOL", None) == PROTOCOL else None


def same(shipped: "Optional[ModuleType]", payload: "Payload") -> bool:
    """Whether a loaded agent is the one that the payload means, also if it came with the kernel's start."""
    if shipped is None:
        return False
    if not shipped.FINGERPRINT:
        return bool(payload.get("version") == shipped.VERSION)
    return bool(payload.get("fingerprint") == shipped.FINGERPRINT)


def unpacked(payload: "Payload") -> Dict[str, str]:
    """The agent's files that a payload brings."""
    core, found = payload.get("core"), {}
    if core:
        import base64
        import zlib

        found = json.loads(zlib.decompress(base64.b64decode(core)).decode("utf-8"))
    return {**found, **(payload.get("files") or {})}


def load(payload: "Payload") -> "Optional[Agent]":
    """Loads the agent, or what it lacks, from the payload's text; None if there is no text."""
    files = unpacked(payload)
    if not files:
        return None
    import gc
    import importlib.abc
    import importlib.util
    import linecache

    modules = {module_name(path): path for path in files if path.endswith(".py")}

    class Loader(importlib.abc.Loader):
        def __init__(self, path: str) -> None:
            self.path = path

        def create_module(self, spec: object) -> None:
            """Leaves making the module to Python."""

        def exec_module(self, module: "ModuleType") -> None:
            shown, text = "<%s/%s>" % (SHIPPED, self.path), files[self.path]
            linecache.cache[shown] = (len(text), None, text.splitlines(True), shown)
            exec(compile(text, shown, "exec"), module.__dict__)  # noqa: S102 - what this is for
            if module.__name__ == DATA:
                data = {path: files[path] for path in files if not path.endswith(".py")}
                module.SHIPPED.update(data)

    class Finder(importlib.abc.MetaPathFinder):
        def find_spec(self, name: str, *_: object) -> "Optional[ModuleSpec]":
            path = modules.get(name)
            if path is None:
                return before and before.find_spec(name)
            package = path.endswith("__init__.py")
            return importlib.util.spec_from_loader(name, Loader(path), is_package=package)

    # What came with the core and is not imported yet: a part may need it.
    before = getattr(sys.modules.get(SHIPPED + ".data.late"), "finder", None)
    there = [name for name in sys.modules if name.split(".")[0] == SHIPPED]
    old = {name: sys.modules[name] for name in there}
    if not same(sys.modules.get(SHIPPED), payload):
        before = None
        for name in there:
            del sys.modules[name]
    finder = Finder()
    sys.meta_path.insert(0, finder)
    # Compiling would set off collections that go through all objects of the notebook.
    collects = gc.isenabled()
    gc.disable()
    try:
        agent: "Agent" = importlib.import_module(SHIPPED)
        agent.begin(payload["request"])
        late = getattr(agent, "LATE", ())
        for name in modules:
            if not name[len(SHIPPED) + 1 :].startswith(late):
                importlib.import_module(name)
        if late:
            vars(importlib.import_module(SHIPPED + ".data.late")).update(finder=finder)
    except BaseException:
        for name in [name for name in sys.modules if name.split(".")[0] == SHIPPED]:
            del sys.modules[name]
        sys.modules.update(old)
        raise
    finally:
        sys.meta_path.remove(finder)
        if collects:
            gc.enable()
    agent.SOURCE = "shipped"
    agent.VERSION = payload.get("version") or ""
    agent.FINGERPRINT = payload.get("fingerprint")
    return agent


def module_name(path: str) -> str:
    """The module that a file of the agent is, by its path below the agent's folder."""
    names = [SHIPPED, *path[: -len(".py")].split("/")]
    return ".".join(names[:-1] if names[-1] == "__init__" else names)


def failure(payload: "Payload", error: BaseException) -> "Report":
    """A complete report of an error that happened outside of the agent, without the SSE-C key."""
    import traceback

    text = "".join(traceback.format_exception(type(error), error, error.__traceback__)[-4:])
    request, secret = "", None
    try:
        request = str(payload["request"]["request"])
        secret = payload["request"]["arguments"].get("customerKey")
    except Exception:  # noqa: BLE001 - a payload of another form is the error that is reported
        request = ""
    if isinstance(secret, str) and secret:
        text = text.replace(secret, "********")
    message, sentences = say("The agent could not be run. %1", text)
    report = fail(empty(request, ""), "internal", message)
    report["sentences"] = sentences
    return report
