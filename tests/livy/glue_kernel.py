"""The real kernel of AWS Glue interactive sessions, with a stand-in for the service behind it.

The kernel's own classes run as they are; what they would send to AWS is answered here, and
statements run in this process with real PySpark. What was sent is written to the file that
S3E_GLUE_LOG names, one line of JSON per call. Must not know: the agent, what is tested.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]
#: The longest statement that the service takes (RunStatement).
LONGEST = 68000


class GlueStandIn:
    """As much of boto3's Glue client as the kernel calls."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.output: list[dict[str, Any]] = []
        self.asked: set[int] = set()

    def _log(self, name: str, **what: Any) -> None:
        with open(os.environ["S3E_GLUE_LOG"], "a", encoding="utf-8") as log:
            log.write(json.dumps({"call": name, **what}) + "\n")

    def create_session(self, **arguments: Any) -> dict[str, Any]:
        """A session whose Spark is there when this returns."""
        self._log("create_session", arguments=arguments["DefaultArguments"])
        names: dict[str, Any] = {"__name__": "__main__"}
        names["spark"] = spark_session(str(arguments["DefaultArguments"].get("--conf", "")))
        self.sessions[arguments["Id"]] = names
        return {"Session": {"Id": arguments["Id"]}}

    def get_session(self, **arguments: Any) -> dict[str, Any]:
        """Ready, if there is one."""
        found = arguments["Id"] in self.sessions
        return {"Session": {"Status": "READY" if found else "STOPPED", "Role": "role"}}

    def stop_session(self, **arguments: Any) -> dict[str, Any]:
        """No such session any more."""
        self._log("stop_session")
        self.sessions.pop(arguments["Id"])["spark"].stop()
        return {}

    def run_statement(self, **arguments: Any) -> dict[str, Any]:
        """Runs the code; its output is kept for get_statement."""
        code = arguments["Code"]
        self._log("run_statement", length=len(code), code=code[:60])
        if len(code) > LONGEST:
            raise ValueError("Code is longer than the service takes.")
        out = io.StringIO()
        try:
            with contextlib.redirect_stdout(out):
                exec(code, self.sessions[arguments["SessionId"]])
            answer = {"Status": "ok", "Data": {"TextPlain": out.getvalue()}}
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the answer
            answer = {
                "Status": "error",
                "ErrorName": type(error).__name__,
                "ErrorValue": str(error),
                "Traceback": traceback.format_exc().splitlines(),
            }
        self.output.append(answer)
        return {"Id": len(self.output) - 1}

    def get_statement(self, **arguments: Any) -> dict[str, Any]:
        """It is done already; with S3E_GLUE_SLOW only when it is asked for again, as on AWS."""
        if os.environ.get("S3E_GLUE_SLOW") and arguments["Id"] not in self.asked:
            self.asked.add(arguments["Id"])
            return {"Statement": {"State": "RUNNING"}}
        output = self.output[arguments["Id"]]
        return {"Statement": {"State": "AVAILABLE", "Output": output}}


class StsStandIn:
    """Who is asking."""

    def get_caller_identity(self) -> dict[str, str]:
        """Nobody."""
        return {"UserId": "nobody", "Arn": "arn:aws:sts::111122223333:assumed-role/nobody/x"}


def spark_session(conf: str) -> Any:
    """A session of real PySpark with the properties of Glue's `--conf`."""
    from pyspark.sql import SparkSession

    from demo.environment import spark_conf

    properties = spark_conf("http://127.0.0.1:9", master="local[1]")
    for pair in conf.split(" --conf "):
        name, _, value = pair.partition("=")
        if name:
            properties[name] = value
    builder = SparkSession.builder
    for name, value in properties.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def main() -> None:
    """Runs the kernel until it is stopped."""
    from aws_glue_interactive_sessions_kernel.glue_kernel_base.BaseKernel import BaseKernel
    from aws_glue_interactive_sessions_kernel.glue_kernel_utils.KernelGateway import KernelGateway
    from aws_glue_interactive_sessions_kernel.glue_pyspark.GlueKernel import GlueKernel
    from ipykernel.kernelapp import IPKernelApp

    service = GlueStandIn()

    def initialize_clients(self: Any, **_: Any) -> None:
        self.glue_client, self.sts_client = service, StsStandIn()

    KernelGateway.initialize_clients = initialize_clients
    KernelGateway.get_caller_identity = lambda *_: {"UserId": "nobody"}
    # It would ask a package index.
    BaseKernel._get_latest_kernel_version = lambda *_: None
    IPKernelApp.launch_instance(kernel_class=GlueKernel)


if __name__ == "__main__":
    main()
