"""Compiles the stand-in of EMRFS (EmrFileSystem.java) into a jar, without a JDK.

Spark brings a Java compiler for its own use, Janino, with a command line. Must not know: the
agent, what is tested with the stand-in.
"""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

from demo.jars import jars, spark_at_hand
from demo.java import find_java

SOURCE = Path(__file__).resolve().parent / "EmrFileSystem.java"
CLASS_NAME = "com.amazon.ws.emr.hadoop.fs.EmrFileSystem"
_COMPILER = "org.codehaus.commons.compiler.samples.CompilerDemo"


def build(folder: Path) -> Path:
    """The stand-in's jar, made in a folder. Raises RuntimeError with what the compiler said."""
    spark = spark_at_hand()
    java = find_java(spark.version)
    own = [str(path) for path in (spark.home / "jars").glob("*.jar")]
    path = ":".join([*jars(spark, java), *own])
    command = [java.command, "-cp", str(spark.home / "jars" / "*"), _COMPILER]
    command += ["-d", str(folder), "-classpath", path, str(SOURCE)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    made = folder.joinpath(*CLASS_NAME.split(".")).with_suffix(".class")
    if said.returncode != 0 or not made.is_file():
        raise RuntimeError(said.stdout + said.stderr)
    jar = folder / "emrfs-stand-in.jar"
    with zipfile.ZipFile(jar, "w") as archive:
        archive.write(made, made.relative_to(folder).as_posix())
    return jar
