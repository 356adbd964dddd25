"""What a statement of ours runs in the driver of a session that is not the kernel's own process.

Travels as text within the statement, beside the bootstrap, and prints the agent's last report as
one frame between marks with a number that nobody else knows. Must
not know: Livy, Glue, sparkmagic, what a request does.
"""

import base64
import json
import sys
import types
import zlib
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Union

if TYPE_CHECKING:
    from ..loader.shapes import StatementPayload
    from ..shapes import Report

#: A step that is not a request to the agent: revert what the session was started with.
REVERT = "revertStartConf"
#: Where the bootstrap leaves itself for the next request.
KEPT = "_jupyterlab_s3_encryption_bootstrap"
#: Where files wait for the statement that needs them: one statement cannot hold all.
AHEAD = "_jupyterlab_s3_encryption_ahead"
#: Where this text leaves itself and the bootstrap's for statements that say which they mean.
ITSELF = "_jupyterlab_s3_encryption_statement"


def main(payload: "StatementPayload") -> None:
    """Runs payload["requests"] in order, up to the first that fails, and prints the last answer.

    payload: as for the bootstrap, with "frame", and "startConf": {key: [ours, theirs or None]} of the
    Hadoop configuration. "kept": a number for the texts, by which a later statement may name them
    instead; "packed": whether to answer in base64 of zlib. "ahead": files of the agent that the next
    statement of the same "fingerprint" that has "files" takes with its own.
    """
    try:
        if "bootstrap" not in payload:
            payload = {**payload, "bootstrap": vars(sys.modules[ITSELF])["bootstrap"]}
        elif "kept" in payload:
            kept_texts = types.ModuleType(ITSELF)
            texts = {"main": main, "kept": payload["kept"], "bootstrap": payload["bootstrap"]}
            vars(kept_texts).update(texts)
            sys.modules[ITSELF] = kept_texts
        kept = sys.modules.get(KEPT)
        names: Dict[str, Any] = {"__name__": KEPT[1:], "run": getattr(kept, "run", None)}
        if payload["bootstrap"] not in getattr(kept, "texts", ()):
            exec(payload["bootstrap"], names)  # noqa: S102 - what this is for
        report: "Union[Report, Dict[str, str]]" = answer(payload, names)
    except BaseException as error:  # noqa: BLE001 - the caller needs an answer
        report = {"failed": "%s: %s" % (type(error).__name__, error)}
    text = json.dumps(report)
    if payload.get("packed"):
        text = base64.b64encode(zlib.compress(text.encode("utf-8"))).decode("ascii")
    mark = payload["frame"]
    # One write: nothing of another thread gets between the marks.
    sys.stdout.write("\n<<%s:%d>>%s<<%s>>\n" % (mark, len(text), text, mark))
    sys.stdout.flush()


def answer(payload: "StatementPayload", names: Dict[str, Any]) -> "Report":
    """The report of the last request that ran."""
    report: "Report" = {}
    files = payload.get("files")
    if "ahead" in payload:
        waiting = vars(sys.modules.setdefault(AHEAD, types.ModuleType(AHEAD)))
        if "files" not in waiting or waiting["fingerprint"] != payload.get("fingerprint"):
            waiting.update(fingerprint=payload.get("fingerprint"), files={})
        waiting["files"].update(payload["ahead"])
    elif files:
        waiting = vars(sys.modules.pop(AHEAD, types.ModuleType(AHEAD)))
        if "files" in waiting and waiting["fingerprint"] == payload.get("fingerprint"):
            payload = {**payload, "files": {**waiting["files"], **files}}
    for request in payload["requests"]:
        if request == REVERT:
            revert_start_conf(payload.get("startConf") or {})
            continue
        report = names["run"](dict(payload, request=request)).report
        if report.get("agentMissing") or report.get("ok") is False:
            break
    return report


def revert_start_conf(start_conf: Dict[str, List[Optional[str]]]) -> None:
    """Removes our values that are still in the Hadoop configuration; restores what was there."""
    context = sys.modules["pyspark"].SparkContext._active_spark_context
    if context is None:
        return
    configuration = context._jsc.hadoopConfiguration()
    for key, (ours, theirs) in sorted(start_conf.items()):
        if configuration.get(key) != ours:
            continue
        if theirs is None:
            configuration.unset(key)
        else:
            configuration.set(key, theirs)


main(p)  # type: ignore[name-defined]  # noqa: F821 - given by the statement around this text
# What is kept of this text must not keep the request.
del p  # type: ignore[name-defined]  # noqa: F821 - as above
