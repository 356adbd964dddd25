"""Spark's classes as an archive that Java maps instead of loading them: it starts in half the time.

scripts/run_tests.py makes one for each Spark and names it in S3E_CLASS_ARCHIVE; without it tests
run the same, only slower. Must not know: tests.

    python -m tests.support.class_archive FILE
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from demo.environment import process_environment
from demo.jars import spark_at_hand

NAME = "S3E_CLASS_ARCHIVE"
#: What a test's Spark does as well, so that the classes for it are in the archive.
USE = """
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
spark.range(0, 8, 1, 2).write.mode("overwrite").parquet({path!r})
spark.read.parquet({path!r}).createOrReplaceTempView("archived")
spark.sql("SELECT count(*) FROM archived GROUP BY id").collect()
spark.stop()
"""


def with_archive(environment: dict[str, str]) -> dict[str, str]:
    """An environment of `process_environment` for Java that takes its classes from the archive.

    Java does so only if there is no folder on the classpath, so the configuration is named as
    files. The same environment if there is no archive.
    """
    archive = os.environ.get(NAME)
    if not archive or "SPARK_CONF_DIR" not in environment:
        return environment
    changed = dict(environment)
    folder = changed.pop("SPARK_CONF_DIR")
    changed["PYSPARK_SUBMIT_ARGS"] = f"--properties-file {folder}/spark-defaults.conf pyspark-shell"
    return _with_options(
        changed,
        f"-XX:SharedArchiveFile={archive}",
        # What does not fit the archive is loaded as ever, and nothing has to be said about it.
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
        f"-Dlog4j2.configurationFile={folder}/log4j2.properties",
    )


def make(file: Path) -> None:
    """Makes the archive of the Spark at hand, unless it is there and newer than that Spark."""
    jars = spark_at_hand().home / "jars"
    if file.exists() and file.stat().st_mtime > jars.stat().st_mtime:
        return
    file.unlink(missing_ok=True)
    environment = _with_options(process_environment(), f"-XX:ArchiveClassesAtExit={file}")
    with tempfile.TemporaryDirectory() as folder:
        code = USE.format(path=str(Path(folder) / "table"))
        subprocess.run([sys.executable, "-c", code], check=True, cwd=folder, env=environment)


def _with_options(environment: dict[str, str], *options: str) -> dict[str, str]:
    before = environment.get("JDK_JAVA_OPTIONS", "")
    return {**environment, "JDK_JAVA_OPTIONS": " ".join(filter(None, [before, *options]))}


if __name__ == "__main__":
    make(Path(sys.argv[1]))
