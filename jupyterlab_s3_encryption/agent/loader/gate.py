"""The gate: arms a kernel before its first cell, and looks before each cell, whoever sends it.

The Jupyter server raises it with the kernel (start.py). It asks the agent as the page's guard
does, and blocking.py decides. Must not know: Spark, what a request does, where choices are kept.
"""

import ast
import importlib
import os
import warnings
from typing import TYPE_CHECKING, List, Optional, Set

from . import bootstrap
from .answer import announce
from .blocking import alike, obstacle

if TYPE_CHECKING:
    from ..shapes import GateInfo, Profile, Report
    from .shapes import Arguments, Payload, Shell, Start


class Gate:
    """Stands in one kernel from its start to its end.

    mode: "warn", or as a guard's "lenient" or "strict". What the page asks for later counts: the
    profile that it applies, and the mode of its guards, as far as the site leaves it to the user.
    """

    def __init__(self, ipython: "Shell", given: "Start") -> None:
        self._ipython = ipython
        self._profile: Optional[Profile] = given["profile"]
        self._connector = given["connector"]
        self._connect_class = given["connectClass"]
        self._mode = given["mode"]
        self._locked = given["locked"]
        self._never_lower = given["requireBlock"]
        self._checks = given["checks"]
        #: Why nobody knows what was chosen; "" if that is known.
        self._unknown = given["unknown"]
        #: The client whose cells pass until its next guard.
        self._passed: Optional[str] = None
        #: Clients that show by themselves what is wrong.
        self._pages: Set[str] = set()
        self._said = ""
        #: The last answer to a guard; None for a short one.
        self._report: Optional[Report] = None
        self._problem = ""
        #: What the last guard found, what was armed then, and whether pages know that more happened.
        self._found: object = None
        self._armed: object = None
        self._announced = False
        package = __name__.rsplit(".", 2)[0]
        self._agent = importlib.import_module(package)
        self._states = importlib.import_module(package + ".state")
        listens = self._states.EVENTS in os.environ
        self._events = importlib.import_module(package + ".checks.events") if listens else None

    def begin(self) -> None:
        """Arms the kernel, and looks before each cell from now on."""
        self._states.get().gate = self
        self._ipython.ast_transformers.append(self)
        self._ipython.events.register("post_run_cell", self._after)
        self._look()
        self._armed = bootstrap.armed()

    def info(self) -> "Optional[GateInfo]":
        """For reports; None if no cell is looked at."""
        standing = self._checks and self in self._ipython.ast_transformers
        if not standing or (self._profile is None and not self._unknown):
            return None
        return {
            "mode": self._mode,
            "profile": self._profile,
            "passed": self._passed is not None,
        }

    def visit(self, tree: ast.AST) -> ast.AST:
        """Called by IPython with the syntax tree of each cell; raises InputRejected if it must not run."""
        header, ours = self._message()
        if ours:
            return tree
        if not self._checks:
            return tree
        if self._passed is not None and self._passed == header:
            self._inform(False)
            return tree
        try:
            why = self._look()
        except Exception as error:  # noqa: BLE001 - any other exception would take the gate away
            why = "%s: %s" % (type(error).__name__, error)
            self._note(why)
        refused = bool(why) and self._mode != "warn"
        self._inform(refused)
        if refused:
            from IPython.core.error import InputRejected

            raise InputRejected("S3 Encryption: the cell was not run. " + why)
        return tree

    def _inform(self, refused: bool) -> None:
        """Lets the server know whether cells run, if it listens."""
        if self._events is None:
            return
        events = self._events.current()
        if refused:
            damaged = self._unknown and self._report is None
            events.blocked(self._report, self._profile, "damaged-choice" if damaged else None)
        else:
            events.passed()

    def heard(self, payload: "Payload", report: "Report") -> None:
        """A page has sent a request of its own, and this was the answer."""
        header, _ = self._message()
        before = self.info()
        request = payload["request"]
        arguments: Arguments = request.get("arguments") or {}
        name, profile = request.get("request"), arguments.get("profile")
        if header:
            self._pages.add(header)
        if name == "guard":
            self._follow_mode(payload, arguments.get("mode"), header)
        if not self._locked and name in ("apply", "guard") and profile is not None:
            if name == "guard" or report.get("ok"):
                self._profile, self._unknown = profile, ""
                self._connector = arguments.get("connector") or self._connector
                self._connect_class = arguments.get("connectClass") is not False
        elif not self._locked and name in ("clear", "release") and report.get("ok"):
            self._profile, self._unknown = None, ""
        self._armed = bootstrap.armed()
        if "gate" in report:
            report["gate"] = self.info()
        elif before != self.info():
            # Short answers do not have it.
            announce(gate=True)

    def _follow_mode(self, payload: "Payload", warns: Optional[str], header: str) -> None:
        mode = payload.get("block") or warns
        if mode == "off":
            self._passed = None if self._never_lower else header
        elif mode is not None:
            self._passed = None
            if not self._never_lower:
                self._mode = mode

    def _look(self) -> str:
        """Arms if nothing is armed; why a cell must not run, "" if it may."""
        state = self._states.get()
        self._report = None
        if self._unknown and state.profile is None:
            self._problem = self._unknown
            return self._unknown
        if self._profile is None:
            self._problem = ""
            return ""
        strict = self._mode == "strict"
        arguments: Arguments = {
            "profile": self._profile,
            "connector": self._connector,
            "connectClass": self._connect_class,
            "block": self._mode != "warn",
        }
        armed = state.profile
        if armed is not None and (not strict or alike(armed) == alike(self._profile)):
            # Also with the SSE-C key, which only the page had.
            arguments["fingerprint"] = state.fingerprint
        report = self._agent.handle({"request": "guard", "arguments": arguments})
        self._report = None if report.get("unchanged") else report
        reason = obstacle(report, "strict" if strict else "lenient", self._profile)
        self._problem = reason[0] if reason is not None else ""
        if not report.get("unchanged"):
            error = report.get("error")
            codes: List[str] = [finding["code"] for finding in report.get("findings") or ()]
            self._note((report.get("claim"), report.get("waiting"), error and error["code"], codes))
        return self._problem

    def _note(self, found: object) -> None:
        """Has the pages ask, if a guard found something else than the one before."""
        before, self._found = self._found, found
        if before not in (None, found):
            announce(gate=True)

    def _after(self, *_: object) -> None:
        """After a cell: has the pages ask if something was armed or created, says once what is wrong."""
        state, armed = self._states.get(), bootstrap.armed()
        if armed != self._armed or (state.unreported and not self._announced):
            announce(gate=True)
        self._armed, self._announced = armed, state.unreported
        why = state.failure or (self._problem if self._mode == "warn" else "")
        header, ours = self._message()
        # Without a header it is the code of the start itself, which nobody sees.
        if why and why != self._said and header and not ours and header not in self._pages:
            self._said = why
            warnings.warn("S3 encryption: " + why, RuntimeWarning, stacklevel=2)

    def _message(self) -> "tuple[str, bool]":
        """Who sent what the kernel is processing, and whether it is a request of ours."""
        kernel = self._ipython.kernel
        found = (
            kernel.get_parent() if hasattr(kernel, "get_parent") else vars(kernel)["_parent_header"]
        )
        message = found or {}
        ours = "s3-encryption" in (message.get("metadata") or {})
        return str((message.get("header") or {}).get("session") or ""), ours
