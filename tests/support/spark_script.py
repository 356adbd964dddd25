"""Runs a function in a new Python process, with a Spark and JVM of its own.

Must not know: the agent, what is tested. The function's source is sent, so it must import what it
needs itself and take and return only what JSON can hold.
"""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo.environment import process_environment, write_conf_folder
from tests import ROOT
from tests.support.class_archive import with_archive

FRAME = """
import json, os
from pathlib import Path

arguments = json.loads(Path(os.environ["SCRIPT_ARGUMENTS"]).read_text("utf-8"))
if {with_spark}:
    from pyspark.sql import SparkSession
    arguments["spark"] = SparkSession.builder.getOrCreate()
result = {name}(**arguments)
Path(os.environ["SCRIPT_RESULT"]).write_text(json.dumps(result), "utf-8")
if {with_spark}:
    SparkSession.builder.getOrCreate().stop()
"""


class ScriptError(AssertionError):
    """The process failed; the message ends with what it printed."""


def run_script(
    what: Callable[..., Any] | str,
    conf: dict[str, str],
    *,
    with_spark: bool = False,
    environment: dict[str, str] | None = None,
    timeout: float = 240,
    **arguments: Any,
) -> Any:
    """Runs a function, or source text that defines `main`, and returns what it returned.

    `conf` becomes the process's spark-defaults.conf; with `with_spark` the function is given a
    running session as `spark`. Raises ScriptError when it fails, TimeoutExpired when it hangs.
    """
    source = what if isinstance(what, str) else textwrap.dedent(inspect.getsource(what))
    name = "main" if isinstance(what, str) else what.__name__
    with tempfile.TemporaryDirectory(prefix="spark-script-") as folder:
        work = Path(folder)
        script, result = work / "script.py", work / "result.json"
        script.write_text(source + FRAME.format(with_spark=with_spark, name=name), "utf-8")
        (work / "arguments.json").write_text(json.dumps(arguments), "utf-8")
        env = with_archive(process_environment(write_conf_folder(work / "conf", conf)))
        path = [str(ROOT), *filter(None, [env.get("PYTHONPATH")])]
        env.update(
            {
                "PYTHONPATH": os.pathsep.join(path),
                "SCRIPT_ARGUMENTS": str(work / "arguments.json"),
                "SCRIPT_RESULT": str(result),
                **(environment or {}),
            }
        )
        process = subprocess.Popen(
            [sys.executable, str(script)],
            cwd=work,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            said = process.communicate(timeout=timeout)[0].decode("utf-8", "replace")
        finally:
            end_group(process)
        if process.returncode != 0 or not result.is_file():
            raise ScriptError(f"exit code {process.returncode}:\n{said[-6000:]}")
        return json.loads(result.read_text("utf-8"))


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ends what a process that leads its own group has left behind."""
    try:
        os.killpg(process.pid, 9)
    except ProcessLookupError:
        return
    process.wait(10)
