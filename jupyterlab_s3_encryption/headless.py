"""Protects unattended notebooks: a profile from the environment, applied before the first cell.

For nbclient, papermill, `jupyter execute` and scheduled jobs, and for scripts. Must not know: the
front end, how settings are written. docs/headless.md lists the variables.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import agent, helper
from .agent import state

PROFILE = "S3_ENCRYPTION_PROFILE"
METHOD = "S3_ENCRYPTION_METHOD"
KEY = "S3_ENCRYPTION_KMS_KEY_ID"
WRITERS = "S3_ENCRYPTION_WRITERS"
CONNECTOR = "S3_ENCRYPTION_CONNECTOR"
#: Read by the agent, whoever asks it; alone it asks for nothing.
CLASS = "S3_ENCRYPTION_CONNECT_CLASS"
MODE = "S3_ENCRYPTION_MODE"
REPORT = "S3_ENCRYPTION_REPORT"
MODES = ("warn", "block")
SWITCH = ("on", "off")
PREFIX = "S3_ENCRYPTION_"
NAMES = (PROFILE, METHOD, KEY, WRITERS, CONNECTOR, CLASS, MODE, REPORT)


@dataclass(frozen=True)
class Plan:
    """What the environment asks for. mode: "warn" or "block"; report: the file for the last report."""

    profile: dict[str, Any]
    connector: str
    mode: str
    report: Path | None


def given(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of this package that are set, mistyped ones too; an empty one is not set."""
    return {
        name: value
        for name, value in environment.items()
        if value and name.upper().startswith(PREFIX)
    }


def blocks(environment: Mapping[str, str]) -> bool:
    """Are cells held back without a plan? Also if the mode cannot be read: it may have been "block"."""
    mode = environment.get(MODE)
    return mode != "warn" if mode else any(name not in NAMES for name in given(environment))


def read(environment: Mapping[str, str] = os.environ) -> Plan | None:
    """What the variables ask for; None if none of them is set.

    S3_ENCRYPTION_PROFILE is the path of a JSON file, or the JSON itself. Raises ValueError, which
    names the variable and what it should be.
    """
    names = given(environment)
    for name in names:
        if name not in NAMES:
            # Only a mistake needs it, and kernels start with this file.
            import difflib

            near = difflib.get_close_matches(name.upper(), NAMES, 1, 0)[0]
            raise ValueError(f"There is no variable {name}. Did you mean {near}?")
    mode = environment.get(MODE) or "warn"
    if mode not in MODES:
        raise ValueError(f"{MODE} is {mode!r}; it is one of: {', '.join(MODES)}.")
    switch = names.pop(CLASS, "on")
    if switch not in SWITCH:
        raise ValueError(f"{CLASS} is {switch!r}; it is one of: {', '.join(SWITCH)}.")
    text, method = environment.get(PROFILE), environment.get(METHOD)
    if not text and not method:
        if names:
            raise ValueError(f"{next(iter(names))} is set, and neither {METHOD} nor {PROFILE} is.")
        return None
    if text and method:
        raise ValueError(f"Set either {PROFILE}, or {METHOD} and {KEY}.")
    profile: dict[str, Any] = _from_text(text) if text else {"method": method}
    if not text and environment.get(KEY):
        profile["kmsKeyId"] = environment[KEY]
    if environment.get(WRITERS):
        profile["writers"] = [name.strip() for name in environment[WRITERS].split(",")]
    report = environment.get(REPORT)
    return Plan(
        profile, environment.get(CONNECTOR) or "auto", mode, Path(report) if report else None
    )


def from_environment(environment: Mapping[str, str] = os.environ) -> helper.Report | None:
    """Applies what the variables ask for; None if they ask for nothing. For scripts.

    Raises ValueError as `read` and `apply` do, and EncryptionError if it could not be applied.
    """
    plan = read(environment)
    return None if plan is None else _apply(plan)


def start(ipython: Any, environment: Mapping[str, str] = os.environ) -> None:
    """Arms this kernel as the environment asks, before its first cell.

    In mode "block" no cell runs unless the settings are in force. Raises what
    `from_environment` raises; the cells are then refused, or the first one is followed by the reason.
    """
    plan = None
    try:
        plan = read(environment)
        if plan is not None:
            _apply(plan)
    except Exception as error:
        _Watch(ipython, plan, blocks(environment), str(error)).install()
        raise
    if plan is not None:
        _Watch(ipython, plan, plan.mode == "block").install()


def watches(ipython: Any) -> bool:
    """Are the cells of a shell checked?"""
    return any(isinstance(found, _Watch) for found in ipython.ast_transformers)


def stop(ipython: Any) -> None:
    """No longer checks the cells of a shell; what was applied stays."""
    for watch in [found for found in ipython.ast_transformers if isinstance(found, _Watch)]:
        watch.remove()


class _Watch:
    """Checks before each cell, as a transformer of its syntax: nothing else can refuse to run it."""

    def __init__(self, ipython: Any, plan: Plan | None, blocks: bool, reason: str = "") -> None:
        self._ipython = ipython
        self._plan = plan
        self._blocks = blocks
        self._reason = reason
        #: Of a start that failed and holds nothing back: IPython shows its error in a log only.
        self._warning = reason if reason and not blocks else None
        self._reported: str | None = None

    def install(self) -> None:
        """Starts checking; replaces an earlier one."""
        stop(self._ipython)
        self._ipython.ast_transformers.append(self)
        self._ipython.events.register("post_run_cell", self._after)
        self._write()

    def remove(self) -> None:
        """Stops checking."""
        self._ipython.ast_transformers.remove(self)
        self._ipython.events.unregister("post_run_cell", self._after)

    def visit(self, tree: Any) -> Any:
        """The syntax, unchanged; raises InputRejected if the cell must not run."""
        from IPython.core.error import InputRejected

        if not self._blocks:
            return tree
        try:
            reason = self._obstacle()
        except Exception as error:  # noqa: BLE001 - any other exception would let this cell and all later ones run
            reason = f"{type(error).__name__}: {error}"
        if reason:
            raise InputRejected(f"S3 Encryption holds this cell back. {reason}")
        return tree

    def _obstacle(self) -> str:
        """Why a cell must not run, "" if it may."""
        if self._plan is None:
            return self._reason
        plan = self._plan
        arguments = {"profile": plan.profile, "connector": plan.connector, "block": True}
        answer = agent.handle({"request": "guard", "arguments": arguments})
        if answer.get("unchanged"):
            return ""
        report = helper.Report.from_dict(answer)
        if report.error is not None:
            return str(report.error["message"])
        if report.profile != self._plan.profile:
            return "The settings that this run needs were cleared or replaced."
        if not report.waiting and report.claim == "none":
            return " ".join(finding["message"] for finding in report.findings) or report.summary
        return ""

    def _after(self, *_: Any) -> None:
        """Warns once why the settings are not there, and writes the report."""
        failure = state.get().failure or self._warning
        if failure is not None and failure != self._reported:
            warnings.warn(f"S3 encryption: {failure}", RuntimeWarning, stacklevel=2)
        self._reported = failure
        self._write()

    def _write(self) -> None:
        if self._plan is None or self._plan.report is None:
            return
        answer = agent.handle({"request": "verify", "arguments": {}})
        target = self._plan.report
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, json.dumps(answer, indent=1))


def _replace(target: Path, text: str) -> None:
    """Writes a file in one go; a link that waits there is replaced, and none is followed."""
    fresh = target.with_name(f"{target.name}.{os.urandom(8).hex()}.new")
    try:
        # "x" makes a file of its own, with the permissions of any new file, or none.
        with fresh.open("x", encoding="utf-8") as file:
            file.write(text)
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _from_text(text: str) -> dict[str, Any]:
    source = PROFILE
    if not text.lstrip().startswith("{"):
        source = f"{PROFILE} ({text})"
        try:
            text = Path(text).expanduser().read_text("utf-8")
        except OSError as error:
            raise ValueError(f"{source} cannot be read: {error.strerror or error}.") from None
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{source} is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise ValueError(f"{source} is not an object with a method.")  # noqa: TRY004 - a bad value
    return found


def _apply(plan: Plan) -> helper.Report:
    return helper.apply(profile=plan.profile, connector=plan.connector)
