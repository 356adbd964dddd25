"""What start-up without a front end adds to a scheduled notebook: `jupyter execute`, with and without.

Must not know how the agent works: it sets the variables of docs/headless.md. Times are of the whole
command, in seconds.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from demo.endpoint import Endpoint
from demo.environment import process_environment, spark_conf, write_conf_folder

ROOT = Path(__file__).resolve().parent.parent
CELL = (
    "from pyspark.sql import SparkSession\n"
    "spark = SparkSession.builder.getOrCreate()\n"
    "spark.range(0, 1000, 1, 2).write.mode('overwrite').parquet('s3a://{bucket}/{name}')"
)


def measure(rounds: int) -> dict[str, float]:
    """Medians in seconds of both, and of the ratio of neighbours; the two sides run in turn.

    Raises RuntimeError if a run failed, or did not write what it had to.
    """
    found: dict[str, list[float]] = {"without": [], "with": []}
    with Endpoint() as endpoint, tempfile.TemporaryDirectory() as folder:
        conf = write_conf_folder(
            ROOT / "bench" / ".spark-conf",
            spark_conf(endpoint.tls_url, trust_store=str(endpoint.trust_store)),
        )
        plain = {**process_environment(conf), "IPYTHONDIR": str(Path(folder) / "plain")}
        ours = {
            **plain,
            "IPYTHONDIR": str(Path(folder) / "ours"),
            "S3_ENCRYPTION_METHOD": "sse-kms",
            "S3_ENCRYPTION_KMS_KEY_ID": endpoint.keys[0],
            "S3_ENCRYPTION_MODE": "block",
        }
        for environment in (plain, ours):
            environment["PYTHONPATH"] = os.pathsep.join(
                [str(ROOT), environment.get("PYTHONPATH", "")]
            )
        command = [sys.executable, "-m", "jupyterlab_s3_encryption", "startup"]
        subprocess.run(command, env=ours, check=True, capture_output=True)
        sides = [("without", plain, ("", "")), ("with", ours, ("aws:kms", endpoint.keys[0]))]
        # The first pair is not counted: it fills the file cache for both.
        for number in range(rounds + 1):
            for name, environment, expected in sides[:: 1 if number % 2 else -1]:
                place = f"headless-{name}-{number}"
                seconds = _run(Path(folder), environment, endpoint.bucket, place)
                stored = endpoint.stored(place, endpoint.bucket)
                if {item.written for item in stored} != {expected}:
                    raise RuntimeError(f"{place}: stored as {stored}")
                if number:
                    found[name].append(seconds)
    pairs = zip(found["with"], found["without"], strict=True)
    medians = {name: statistics.median(times) for name, times in found.items()}
    return {**medians, "ratio": statistics.median(ours / plain for ours, plain in pairs)}


def _run(folder: Path, environment: dict[str, str], bucket: str, name: str) -> float:
    """Runs a notebook of one cell as a scheduled job does; seconds."""
    cell: dict[str, Any] = {
        "id": "cell",
        "cell_type": "code",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": CELL.format(bucket=bucket, name=name),
    }
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = folder / "job.ipynb"
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}}
    notebook.write_text(json.dumps({**content, "cells": [cell]}), "utf-8")
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", "execute", str(notebook)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return time.perf_counter() - began
