"""Records what real Spark prints of its SQL executions: tests/examples/plans.json.

    .venv/bin/python -m tests.examples.record_plans
    PYTHONPATH=$PWD/.venv/opt/spark-3.5 .venv/bin/python -m tests.examples.record_plans

Each run replaces the plans of the Spark at hand and keeps those of others. Must not know: the agent.
"""

from __future__ import annotations

import json
import tempfile

from demo.endpoint import Endpoint
from demo.environment import spark_conf
from tests import EXAMPLES
from tests.support.spark_script import run_script

OUT = EXAMPLES / "plans.json"
BUCKET = "plans"
#: A Hive catalog in memory: LOAD DATA is for its tables only.
HIVE = {
    "spark.sql.catalogImplementation": "hive",
    "spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:derby:memory:m;create=true",
    "spark.hadoop.datanucleus.schema.autoCreateAll": "true",
    "spark.hadoop.hive.metastore.schema.verification": "false",
}


def main(spark, bucket, folder):
    """The executions of each command: its plan, the operators of its graph, what was set for it."""
    store = spark._jsparkSession.sharedState().statusStore()
    found = []

    def ids():
        spark.sparkContext._jsc.sc().listenerBus().waitUntilEmpty(10000)
        listed = store.executionsList()
        return [listed.apply(n).executionId() for n in range(store.executionsCount())]

    def record(name, command, **conf):
        before = set(ids())
        conf = {"spark.sql." + key.replace("__", "."): value for key, value in conf.items()}
        for key, value in conf.items():
            spark.conf.set(key, value)
        if isinstance(command, str):
            spark.sql(command)
        else:
            command()
        for key in conf:
            spark.conf.unset(key)
        for number in ids():
            if number not in before:
                nodes = store.planGraph(number).allNodes()
                graph = [str(nodes.apply(n).desc()) for n in range(min(4, nodes.size()))]
                plan = str(store.execution(number).get().physicalPlanDescription())
                if plan.startswith("Found "):  # the generated code itself is of no interest
                    plan = plan[:400]
                found.append({"name": name, "conf": conf, "plan": plan, "graph": graph})

    at = f"s3a://{bucket}"
    frame = spark.range(0, 4, 1, 2).selectExpr("id", "id % 2 AS part")

    def write():
        frame.write.mode("append").partitionBy("part").parquet(at + "/frame, with comma")

    def count():
        spark.range(10).groupBy("id").count().count()

    for command in (write, count):
        record(command.__name__, command)
        for mode in ("simple", "extended", "codegen", "cost"):
            record(command.__name__, command, ui__explainMode=mode)
        for length in ("60", "120", "400"):
            record(command.__name__, command, maxPlanStringLength=length)
        for regex in ("s3a://[^ ]*", "frame", "InsertInto[A-Za-z]*", "Range"):
            record(command.__name__, command, redaction__string__regex=regex)
    record("write", write, debug__maxToStringFields="1", maxMetadataStringLength="10")
    record("local", lambda: frame.write.mode("overwrite").parquet(f"file://{folder}/local"))
    record("noop", lambda: frame.write.format("noop").mode("overwrite").save())
    options = {"url": "jdbc:derby:memory:z;create=true", "dbtable": "x"}
    record("jdbc", lambda: frame.write.format("jdbc").options(**options).save())
    record(
        "create",
        f"CREATE TABLE t (id BIGINT, part BIGINT) USING parquet PARTITIONED BY (part) LOCATION '{at}/table'",
    )
    for mode in ("formatted", "simple"):
        record("static", "INSERT INTO t PARTITION (part = 1) SELECT 1", ui__explainMode=mode)
        record("dynamic", "INSERT OVERWRITE t SELECT 1, 2", ui__explainMode=mode)
    record("saveAsTable", lambda: frame.write.option("path", at + "/saved").saveAsTable("s"))
    record("directory", f"INSERT OVERWRITE DIRECTORY '{at}/directory' USING parquet SELECT 1 AS id")
    spark.sql(f"CREATE DATABASE d LOCATION '{at}/d.db'")
    spark.sql("CREATE TABLE d.h (id BIGINT) PARTITIONED BY (part BIGINT) STORED AS TEXTFILE")
    record("hive insert", "INSERT INTO d.h PARTITION (part = 1) SELECT 1")
    record("hive directory", f"INSERT OVERWRITE DIRECTORY '{at}/h' STORED AS TEXTFILE SELECT 1")
    for number, mode in enumerate(("formatted", "simple")):
        spark.range(3).selectExpr("cast(id as string)").write.text(f"{at}/load{number}")
        load = (
            f"LOAD DATA INPATH '{at}/load{number}' INTO TABLE d.h PARTITION (part = {7 + number})"
        )
        record("load", load, ui__explainMode=mode)
        rename = f"ALTER TABLE d.h PARTITION (part = {7 + number}) RENAME TO PARTITION (part = {9 + number})"
        record("rename partition", rename, ui__explainMode=mode)
        record(
            "rename", f"ALTER TABLE t{number or ''} RENAME TO t{number + 1}", ui__explainMode=mode
        )
    spark.sql("CREATE VIEW v AS SELECT 1")
    record("rename view", "ALTER VIEW v RENAME TO w")
    record("set", "SET x=1")
    return found


if __name__ == "__main__":
    from demo.jars import spark_at_hand

    with Endpoint() as endpoint, tempfile.TemporaryDirectory() as work:
        conf = spark_conf(
            endpoint.tls_url, trust_store=str(endpoint.trust_store), warehouse=work + "/warehouse"
        )
        bucket = endpoint.create_bucket(BUCKET)
        plans = run_script(
            main, {**conf, **HIVE}, with_spark=True, timeout=900, bucket=bucket, folder=work
        )
    version = spark_at_hand().version
    kept = json.loads(OUT.read_text("utf-8")) if OUT.exists() else {}
    text = json.dumps({**kept, version: plans}, indent=1, sort_keys=True)
    OUT.write_text(text.replace(tempfile.gettempdir(), "/tmp") + "\n", "utf-8")
