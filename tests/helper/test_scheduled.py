"""Notebooks that a scheduler runs, in a kernel of their own: what is written, and what is held back.

Must not know: how settings are written.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from tests import ROOT

pytestmark = pytest.mark.slow


def execute(folder: Path, cells: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a notebook as a scheduled job does, with the start-up file in place."""
    environment = {
        **os.environ,
        **variables,
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    module = [sys.executable, "-m"]
    subprocess.run([*module, "jupyterlab_s3_encryption", "startup"], env=environment, check=True)
    notebook = folder / "job.ipynb"
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": [
            {
                "id": f"cell-{number}",
                "cell_type": "code",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
                "source": source,
            }
            for number, source in enumerate(cells)
        ],
    }
    notebook.write_text(json.dumps(content), "utf-8")
    return subprocess.run(
        [*module, "jupyter", "execute", str(notebook)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_a_scheduled_notebook_in_mode_block_ends_with_an_error_and_runs_nothing(tmp_path):
    assert "python3" in KernelSpecManager().find_kernel_specs()
    code = f"open({str(tmp_path / 'reached')!r}, 'w').close()"
    done = execute(tmp_path, [code], S3_ENCRYPTION_MODE="block")
    assert done.returncode != 0
    assert "S3 Encryption holds this cell back" in done.stderr
    assert "neither S3_ENCRYPTION_METHOD" in done.stderr
    assert not (tmp_path / "reached").exists()


@pytest.mark.line("4.3")
@pytest.mark.usefixtures("base_conf", "_jvm_settings")
def test_a_scheduled_notebook_writes_with_the_key_of_the_environment_from_its_first_cell(
    endpoint, bucket, tmp_path
):
    report = tmp_path / "report.json"
    code = (
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        f"spark.range(4).write.parquet('s3a://{bucket}/job')"
    )
    done = execute(
        tmp_path,
        [code],
        S3_ENCRYPTION_METHOD="sse-kms",
        S3_ENCRYPTION_KMS_KEY_ID=endpoint.keys[1],
        S3_ENCRYPTION_MODE="block",
        S3_ENCRYPTION_REPORT=str(report),
    )
    assert done.returncode == 0, done.stderr
    found = {item.written for item in endpoint.stored("job/", bucket)}
    assert found == {("aws:kms", endpoint.keys[1])}
    assert json.loads(report.read_text("utf-8"))["claim"] == "inEffect"


#: What a cell of a notebook does to the settings that this run needs.
CHANGES = {
    "AES256": "spark.conf.set('fs.s3a.encryption.algorithm', 'AES256')",
    "another key": "spark.conf.set('fs.s3a.encryption.key', {other!r})",
    "one bucket's key": "spark.conf.set('fs.s3a.bucket.{bucket}.encryption.key', {other!r})",
}


@pytest.mark.line("4.3")
@pytest.mark.usefixtures("base_conf", "_jvm_settings")
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(code, id=name, marks=[] if name == "another key" else pytest.mark.soak)
        for name, code in CHANGES.items()
    ],
)
def test_a_scheduled_notebook_in_mode_block_ends_after_a_cell_that_changed_its_settings(
    endpoint, bucket, tmp_path, change
):
    start = "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()"
    write = f"spark.range(4).write.parquet('s3a://{bucket}/"
    done = execute(
        tmp_path,
        [
            f"{start}\n{write}before')",
            change.format(other=endpoint.keys[0], bucket=bucket),
            f"{write}after')",
        ],
        S3_ENCRYPTION_METHOD="sse-kms",
        S3_ENCRYPTION_KMS_KEY_ID=endpoint.keys[1],
        S3_ENCRYPTION_MODE="block",
    )
    assert done.returncode != 0
    assert "S3 Encryption holds this cell back" in done.stderr
    found = {item.written for item in endpoint.stored("", bucket)}
    assert found == {("aws:kms", endpoint.keys[1])}
    assert list(endpoint.stored("after/", bucket)) == []
