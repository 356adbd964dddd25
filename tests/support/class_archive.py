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

from demo.environment import process_environment, write_conf_folder
from demo.jars import spark_at_hand

NAME = "S3E_CLASS_ARCHIVE"
#: Of what Java itself says; what it cannot put into an archive fills hundreds of lines otherwise.
ERRORS_ONLY = ("-Xlog:disable", "-Xlog:all=error:stderr")
#: What a test's Spark does as well, so that the classes for it are in the archive.
USE = """
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")\
    .config("spark.ui.showConsoleProgress", "false").getOrCreate()
spark.range(0, 8, 1, 2).write.mode("overwrite").parquet({path!r})
spark.read.parquet({path!r}).createOrReplaceTempView("archived")
spark.sql("SELECT count(*) FROM archived GROUP BY id").collect()
spark.stop()
# Java writes the archive when it ends.
gateway = spark.sparkContext._gateway
gateway.shutdown()
gateway.proc.stdin.close()
gateway.proc.wait()
"""


def archive_options(folder: Path) -> list[str]:
    """Options of a Java that takes its classes from the archive; none if there is no archive.

    `folder` has the configuration. It must not be on the classpath (`named_as_files`).
    """
    archive = os.environ.get(NAME)
    if not archive:
        return []
    return [
        f"-XX:SharedArchiveFile={archive}",
        # What does not fit the archive is loaded as ever, and nothing has to be said about it.
        *ERRORS_ONLY,
        f"-Dlog4j2.configurationFile={folder}/log4j2.properties",
    ]


def named_as_files(environment: dict[str, str]) -> dict[str, str]:
    """An environment of `process_environment` whose configuration folder is not on the classpath.

    Java takes classes from an archive only if there is no folder on the classpath.
    """
    changed = dict(environment)
    folder = changed.pop("SPARK_CONF_DIR")
    changed["PYSPARK_SUBMIT_ARGS"] = f"--properties-file {folder}/spark-defaults.conf pyspark-shell"
    return changed


def with_archive(environment: dict[str, str]) -> dict[str, str]:
    """An environment of `process_environment` for Java that takes its classes from the archive.

    The same environment if there is no archive.
    """
    if "SPARK_CONF_DIR" not in environment:
        return environment
    options = archive_options(Path(environment["SPARK_CONF_DIR"]))
    return _with_options(named_as_files(environment), *options) if options else environment


def make(file: Path) -> None:
    """Makes the archive of the Spark at hand, unless it is there and newer than that Spark."""
    jars = spark_at_hand().home / "jars"
    if file.exists() and file.stat().st_mtime > jars.stat().st_mtime:
        return
    made = file.with_suffix(".new")
    with tempfile.TemporaryDirectory() as folder:
        # For its log4j2.properties: Spark says errors only.
        conf = write_conf_folder(Path(folder) / "conf", {})
        environment = _with_options(
            named_as_files(process_environment(conf)),
            f"-XX:ArchiveClassesAtExit={made}",
            *ERRORS_ONLY,
            f"-Dlog4j2.configurationFile={conf}/log4j2.properties",
        )
        code = USE.format(path=str(Path(folder) / "table"))
        subprocess.run([sys.executable, "-c", code], check=True, cwd=folder, env=environment)
    # Only now: nobody meets half an archive.
    made.replace(file)


def _with_options(environment: dict[str, str], *options: str) -> dict[str, str]:
    before = environment.get("JDK_JAVA_OPTIONS", "")
    return {**environment, "JDK_JAVA_OPTIONS": " ".join(filter(None, [before, *options]))}


if __name__ == "__main__":
    make(Path(sys.argv[1]))
