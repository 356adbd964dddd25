"""Everything that Spark needs to reach an S3 endpoint: a Java, the jars, the properties.

Standard library only. Must not know: the extension, Jupyter, encryption. It sets no encryption
property anywhere, so that what a demo or a test sees is the doing of what it tries out.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from demo.jars import JarsMissingError, Spark, cache_folder, jars, spark_at_hand
from demo.java import JavaMissingError, find_java

S3A = "org.apache.hadoop.fs.s3a.S3AFileSystem"

#: Errors only: what Spark says while it starts would otherwise be in a notebook's first cell.
LOG4J = """rootLogger.level = error
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
"""


def spark_conf(
    endpoint: str,
    *,
    trust_store: str | None = None,
    access_key: str = "demo-access-key",
    secret_key: str = "demo-secret-key",  # noqa: S107 - the endpoint takes any
    region: str = "eu-west-1",
    master: str = "local[2]",
    warehouse: str | None = None,
    groups: Sequence[str] = ("s3a",),
    spark: Spark | None = None,
) -> dict[str, str]:
    """Spark properties for an S3 endpoint (a URL); S3A serves s3://, s3a:// and s3n://.

    `trust_store` is a Java trust store (PKCS12, password "changeit") for an https endpoint with a
    certificate of its own; `warehouse` is a folder or URI for tables, by default one in the
    system's temporary folder, which Spark makes when it first needs it; `groups` as in
    `demo.jars.jars`; `spark` is the one they are for, by default the one at hand.
    Fetches jars that are missing: raises JavaMissingError, JarsMissingError.
    """
    spark = spark or spark_at_hand()
    java = find_java(spark.version)
    if warehouse is None:
        warehouse = str(Path(tempfile.gettempdir()) / f"spark-warehouse-{uuid.uuid4().hex}")
    conf = {
        "spark.master": master,
        "spark.jars": ",".join(jars(spark, java, groups)),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.warehouse.dir": warehouse,
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.shuffle.partitions": "2",
    }
    hadoop = {
        "fs.s3.impl": S3A,
        "fs.s3a.impl": S3A,
        "fs.s3n.impl": S3A,
        "fs.s3a.endpoint": endpoint,
        "fs.s3a.endpoint.region": region,
        "fs.s3a.path.style.access": "true",
        "fs.s3a.connection.ssl.enabled": str(endpoint.startswith("https:")).lower(),
        "fs.s3a.aws.credentials.provider": "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
        "fs.s3a.access.key": access_key,
        "fs.s3a.secret.key": secret_key,
        # An endpoint that is gone is an error within seconds, not after the default's minutes.
        "fs.s3a.attempts.maximum": "2",
        "fs.s3a.retry.limit": "2",
        "fs.s3a.retry.interval": "200ms",
        "fs.s3a.connection.establish.timeout": "15000",
        "fs.s3a.connection.timeout": "30000",
    }
    conf.update({f"spark.hadoop.{name}": value for name, value in hadoop.items()})
    if trust_store is not None:
        options = (
            f"-Djavax.net.ssl.trustStore={trust_store} -Djavax.net.ssl.trustStorePassword=changeit"
            " -Djavax.net.ssl.trustStoreType=PKCS12"
        )
        conf["spark.driver.extraJavaOptions"] = options
        conf["spark.executor.extraJavaOptions"] = options
    return conf


def write_conf_folder(folder: Path, conf: dict[str, str]) -> Path:
    """Writes spark-defaults.conf and log4j2.properties, for use as SPARK_CONF_DIR.

    With it a notebook's plain `SparkSession.builder.getOrCreate()` has these properties. Raises
    ValueError for a value that such a file cannot hold.
    """
    for name, value in conf.items():
        if value != value.strip() or "\n" in value or "\\" in value:
            raise ValueError(f"{name}: a value with line breaks, backslashes or outer blanks")
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} {value}" for name, value in sorted(conf.items())]
    (folder / "spark-defaults.conf").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "log4j2.properties").write_text(LOG4J, "utf-8")
    return folder


def process_environment(conf_folder: Path | None = None) -> dict[str, str]:
    """This process's environment, made fit for a process that starts Spark.

    Names the Java, Python and configuration folder, and takes out what would bring in another
    Spark or other credentials. Raises JavaMissingError.
    """
    environment = dict(os.environ)
    for name in (
        "SPARK_HOME",
        "PYSPARK_SUBMIT_ARGS",
        "HADOOP_CONF_DIR",
        "AWS_PROFILE",
        "SPARK_REMOTE",
    ):
        environment.pop(name, None)
    java = find_java(spark_at_hand().version)
    environment["JAVA_HOME"] = str(java.home)
    environment["SPARK_LOCAL_IP"] = "127.0.0.1"
    environment["PYSPARK_PYTHON"] = sys.executable
    environment["PYSPARK_DRIVER_PYTHON"] = sys.executable
    if conf_folder is not None:
        environment["SPARK_CONF_DIR"] = str(conf_folder)
    return environment


def main() -> int:
    """Says what is at hand; `--prepare` fetches what is missing. Returns 0 when all is there."""
    parser = argparse.ArgumentParser(
        description="The Spark, Java and S3 connector that the demo and the tests use."
    )
    parser.add_argument(
        "--prepare", action="store_true", help="fetch the jars of the S3A connector if missing"
    )
    parser.add_argument(
        "--tests", action="store_true", help="also what only the tests use (CSE client, committers)"
    )
    options = parser.parse_args()
    try:
        spark = spark_at_hand()
        java = find_java(spark.version)
        print(
            f"Spark {spark.version} with Hadoop {spark.hadoop}"
            f" on Java {java.version} ({java.origin})"
        )
        if options.prepare:
            began = time.monotonic()
            paths = jars(spark, java)
            if options.tests:
                paths = sorted(
                    {
                        *paths,
                        *jars(spark, java, ("s3a", "cse")),
                        *jars(spark, java, ("committers",)),
                    }
                )
            size = sum(os.path.getsize(path) for path in paths) / 1e6
            print(
                f"S3 connector: {len(paths)} jars, {size:.0f} MB in {cache_folder()},"
                f" ready after {time.monotonic() - began:.1f} s"
            )
    except (JavaMissingError, JarsMissingError, RuntimeError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
