"""Rows of the truth table about committers and methods on two workers.

The function is sent to a new process, as those of rows_own_process. Must not know: what is asserted.
"""

from __future__ import annotations

# Their rows come first on the page, whoever imports this.
from tests.truth.kinds import rows_more_streams  # noqa: F401
from tests.truth.rows import DSSE_A, A, B, C, elsewhere

#: The lines of Spark that take S3A's magic committer if spark-hadoop-cloud is there.
BY_DEFAULT = ("4.3", "4.1")

elsewhere(
    "committers",
    "magic_default",
    "Two workers, the committer that Spark takes by itself (magic): Parquet",
    A,
    sparks=BY_DEFAULT,
    soak=True,
)
elsewhere(
    "committers",
    "magic_formats",
    "Two workers, the committer that Spark takes by itself (magic): ORC, JSON, CSV and text",
    B,
    sparks=BY_DEFAULT,
    soak=True,
)
elsewhere(
    "committers",
    "magic_partitions",
    "Two workers, magic committer by default: partitions, overwritten",
    A,
    sparks=BY_DEFAULT,
    soak=True,
)
elsewhere(
    "committers",
    "magic_retried",
    "Two workers, magic committer by default: a task fails and is tried again",
    B,
    sparks=BY_DEFAULT,
    soak=True,
)
elsewhere(
    "committers",
    "magic_across",
    "Two workers, magic committer by default: a write across the switch, and the next cell writes",
    A,
    sparks=BY_DEFAULT,
    soak=True,
)
elsewhere(
    "committers",
    "magic_dsse",
    "Two workers, magic committer by default, with DSSE-KMS",
    DSSE_A,
    sparks=BY_DEFAULT,
    soak=True,
)
elsewhere(
    "committers",
    "magic_customer_key",
    "Two workers, magic committer by default, with SSE-C",
    C,
    less="RDD writes do not get the key.",
    sparks=BY_DEFAULT,
    soak=True,
)


def committers(spark, bucket, first, second):
    import threading
    import time

    from tests.support.agent_requests import CUSTOMER_KEY, ask, kms

    found, place = {}, f"s3a://{bucket}"
    frame = spark.range(0, 16, 1, 4).selectExpr(
        "id", "id % 2 AS part", "cast(id AS string) AS text"
    )

    def row(name, report, work):
        work()
        found[name] = {"report": report, "prefix": name + "/"}

    frame.write.parquet(f"{place}/before")
    # Its _SUCCESS, which Spark takes for hidden, says which committer wrote.
    jvm = spark._jvm
    path = jvm.org.apache.hadoop.fs.Path(f"{place}/before/_SUCCESS")
    stream = path.getFileSystem(spark._jsparkSession.sessionState().newHadoopConf()).open(path)
    success = jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8")
    stream.close()
    assert '"magic"' in success, success

    report = ask("apply", profile=kms(first))
    row("magic_default", report, lambda: frame.write.parquet(f"{place}/magic_default"))

    def partitions():
        for _ in range(2):
            writer = frame.write.partitionBy("part").mode("overwrite")
            writer.parquet(f"{place}/magic_partitions")

    row("magic_partitions", report, partitions)
    report = ask("apply", profile=kms(second))

    def formats():
        for name in ("orc", "json", "csv"):
            frame.write.format(name).save(f"{place}/magic_formats/{name}")
        frame.select("text").write.text(f"{place}/magic_formats/text")

    row("magic_formats", report, formats)
    sc = spark.sparkContext

    def fails_once(index, part):
        from pyspark import TaskContext

        for number, line in enumerate(part):
            yield line
            if index == 0 and number == 1 and TaskContext.get().attemptNumber() == 0:
                raise RuntimeError("the first try fails")

    def tried_again():
        numbers = sc.parallelize([(number,) for number in range(16)], 4)
        lines = numbers.mapPartitionsWithIndex(fails_once)
        spark.createDataFrame(lines, "id INT").write.parquet(f"{place}/magic_retried")

    row("magic_retried", report, tried_again)

    sleep = "concat_ws('', reflect('java.lang.Thread', 'sleep', 4000L), 'x') AS text"
    slow = spark.range(0, 2, 1, 2).selectExpr(sleep)
    across = threading.Thread(target=lambda: slow.write.parquet(f"{place}/across"))
    across.start()
    end = time.monotonic() + 60
    while ask("probe")["activity"]["jobs"] == 0 and time.monotonic() < end:
        time.sleep(0.1)
    switched = ask("apply", profile=kms(first))
    across.join(120)
    report = ask("guard", profile=kms(first), fingerprint=switched["fingerprint"])
    report = {**switched, **report}
    row("magic_across", report, lambda: frame.write.parquet(f"{place}/magic_across"))

    report = ask("apply", profile={"method": "dsse-kms", "kmsKeyId": first})
    row("magic_dsse", report, lambda: frame.write.parquet(f"{place}/magic_dsse"))
    report = ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)
    row("magic_customer_key", report, lambda: frame.write.parquet(f"{place}/magic_customer_key"))
    return found


PROCESSES = {"committers": committers}
