"""What no command of Spark SQL wrote, or none that can be read, is seen all the same, and compared.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import sys

import pytest

from jupyterlab_s3_encryption.agent.objects.reading.location import S3Location
from jupyterlab_s3_encryption.agent.objects.writes import places, snapshots
from jupyterlab_s3_encryption.agent.objects.writes.matching import Write
from tests.support.agent_requests import ask, checked, codes, kms
from tests.support.stored_objects import encrypt_otherwise

pytestmark = pytest.mark.usefixtures("fresh_agent")

#: Where each way to write is expected; what is below is counted with it.
RDDS = ("text", "pickle", "sequence", "new")
STREAMS = ("stream", "stream_log", "batch", "batch_log")
#: Paths that the text of a plan makes hard to read.
ODD = (
    "a,b",
    "a, true, b",
    "a, false, [x=1], b",
    "a, [x=1]",
    "a[1]b",
    "a (1)",
    "a b",
    "ä€漢",
    "a%20b",
    "a+b;c'd",
)


def rows(report, names):
    """The checked paths by which of these they are, or are below of; each with (wanted, not)."""
    found = {name: [0, 0] for name in names}
    for row in report["writes"]["paths"]:
        path = row["path"].split("/", 3)[3]
        name = next((name for name in names if (path + "/").startswith(name + "/")), path)
        counts = found.setdefault(name, [0, 0])
        counts[0] += row["wanted"]
        counts[1] += row["other"] + row["unreadable"]
    return found


def all_seen(report, names):
    found = rows(report, names)
    assert set(found) == set(names), report["writes"]
    assert [name for name in names if found[name][0] == 0 or found[name][1]] == [], found
    # Which Python libraries are loaded depends on what ran before.
    assert set(codes(report)) <= {"python-writers"}
    assert report["claim"] == "proven"
    assert report["writes"]["unseen"] == [
        "What other Python libraries write is not seen, nor what your own functions write on "
        "executors."
    ]


@pytest.mark.parametrize(
    ("place", "known", "expected"),
    [
        (("/x", 10, 10.5), [("/x", 9, 11)], True),
        (("/x/y", 10, 10.5), [("/x", 9, 11)], True),
        # Several writes to one folder, one after the other, are one place.
        (("/x", 10, 20), [("/x", 14.5, 20), ("/x", 9, 14)], True),
        (("/x", 10, 20), [("/x", 9, 11)], False),
        (("/x", 10, 20), [("/x", 9, 11), ("/x", 19, 20)], False),
        (("/x", 10, 10), [("/x", 12, 13)], False),
        (("/x", 10, 10), [("/xy", 9, 11)], False),
        (("/x", 10, 10), [("/x/y", 9, 11)], False),
    ],
)
def test_a_place_that_known_writes_wrote_to_is_not_looked_at_again(place, known, expected):
    def write(path, began, ended):
        return Write(0, S3Location("s3a", "some-bucket", path), began, ended, None)

    assert places._is_part(write(*place), [write(*one) for one in known]) is expected


def test_a_table_is_known_by_a_snapshot_that_was_committed_while_its_execution_ran():
    inner, outer = snapshots.Span(2, 11, 12), snapshots.Span(1, 10, 15)
    named = snapshots.Named("`ice`.`db`.`t`", inner)
    for table, moment, spans, expected in (
        ("ice.db.t", 11.5, [inner], True),
        ("ice.db.u", 11.5, [inner], False),
        ("ice.db.t", 14, [inner], False),
        # A procedure commits what an execution within its own wrote.
        ("ice.db.t", 14, [inner, outer], True),
        ("ice.db.t", 16, [inner, outer], False),
    ):
        assert snapshots._made(named, table, moment, spans) is expected


def test_what_rdds_save_is_seen_and_compared(spark, endpoint, bucket):
    ask("apply", profile=kms(endpoint.keys[0]))
    place, numbers = f"s3a://{bucket}", spark.sparkContext.parallelize([("a", 1)], 2)
    numbers.saveAsTextFile(f"{place}/text")
    numbers.saveAsPickleFile(f"{place}/pickle")
    numbers.saveAsSequenceFile(f"{place}/sequence")
    numbers.saveAsNewAPIHadoopFile(
        f"{place}/new",
        "org.apache.hadoop.mapreduce.lib.output.SequenceFileOutputFormat",
        keyClass="org.apache.hadoop.io.Text",
        valueClass="org.apache.hadoop.io.IntWritable",
    )
    report = checked()
    all_seen(report, RDDS)
    # Nothing is looked at twice.
    assert ask("writes")["writes"] == report["writes"]


def test_an_rdd_save_that_differs_lowers_the_claim(spark, endpoint, bucket):
    first, second = endpoint.keys
    ask("apply", profile=kms(first))
    spark.sparkContext.parallelize("ab", 2).saveAsTextFile(f"s3a://{bucket}/text")
    key = next(item.key for item in endpoint.stored("text/part", bucket))
    encrypt_otherwise(endpoint, bucket, key, second)
    report = checked()
    assert rows(report, ["text"])["text"] == [2, 1], report["writes"]
    assert report["claim"] == "set"
    assert "objects-differ" in codes(report)


def test_each_rdd_save_is_compared_with_the_profile_of_its_time(spark, endpoint, bucket):
    for number, key in enumerate(endpoint.keys):
        ask("apply", profile=kms(key))
        spark.sparkContext.parallelize("ab", 2).saveAsTextFile(f"s3a://{bucket}/{number}")
    report = checked()
    assert rows(report, "01") == {"0": [3, 0], "1": [3, 0]}
    assert report["claim"] == "proven"


def test_what_was_saved_before_a_profile_does_not_count(spark, endpoint, bucket):
    spark.sparkContext.parallelize("ab", 2).saveAsTextFile(f"s3a://{bucket}/before")
    ask("apply", profile=kms(endpoint.keys[0]))
    report = checked()
    assert (report["claim"], report["writes"]["paths"]) == ("inEffect", [])


def test_checkpoints_models_and_own_handles_are_seen(spark, endpoint, bucket):
    from pyspark.ml.feature import StringIndexer

    ask("apply", profile=kms(endpoint.keys[0]))
    place = f"s3a://{bucket}"
    spark.sparkContext.setCheckpointDir(f"{place}/checkpoints")
    numbers = spark.sparkContext.parallelize(range(4), 2)
    numbers.checkpoint()
    numbers.count()
    frame = spark.range(2).selectExpr("cast(id AS string) AS text")
    StringIndexer(inputCol="text", outputCol="number").fit(frame).write().save(f"{place}/model")
    hadoop = spark._jvm.org.apache.hadoop.fs
    path = hadoop.Path(f"{place}/handle/x.bin")
    system = path.getFileSystem(spark._jsparkSession.sessionState().newHadoopConf())
    for name in ("handle/x.bin", "top.bin"):
        stream = system.create(hadoop.Path(f"{place}/{name}"))
        stream.write(65)
        stream.close()
    all_seen(checked(), ("checkpoints", "model", "handle", "top.bin"))


@pytest.fixture
def s3_of_pyarrow():
    """Loaded by pandas, it would be a finding in the tests that come later in this process."""
    before = "pyarrow._s3fs" in sys.modules
    yield
    if not before:
        sys.modules.pop("pyarrow._s3fs", None)


@pytest.mark.line("4.3")
@pytest.mark.usefixtures("s3_of_pyarrow")
def test_what_the_pandas_api_on_spark_writes_is_seen(spark, endpoint, bucket):
    if spark.version.startswith("3."):
        pytest.skip("this Spark's does not work with the NumPy at hand")
    ask("apply", profile=kms(endpoint.keys[0]))
    frame = spark.range(4).pandas_api()
    frame.to_parquet(f"s3a://{bucket}/parquet")
    frame.to_csv(f"s3a://{bucket}/csv")
    all_seen(checked(), ("parquet", "csv"))


def test_what_streams_write_is_seen_with_their_logs(spark, endpoint, bucket, tmp_path):
    ask("apply", profile=kms(endpoint.keys[0]))
    place = f"s3a://{bucket}"

    def each(batch, _):
        batch.rdd.map(str).saveAsTextFile(f"{place}/batch")

    spark.range(2).selectExpr("cast(id AS string) AS text").write.text(str(tmp_path / "source"))
    for name in ("stream", "batch"):
        source = spark.readStream.text(str(tmp_path / "source"))
        writer = source.writeStream.option("checkpointLocation", f"{place}/{name}_log")
        writer = writer.format("parquet") if name == "stream" else writer.foreachBatch(each)
        writer = writer.trigger(once=True)
        query = writer.start(f"{place}/stream") if name == "stream" else writer.start()
        assert query.awaitTermination(120)
    all_seen(checked(), STREAMS)


@pytest.mark.both
def test_paths_that_are_hard_to_read_in_a_plan_are_seen(spark, endpoint, bucket):
    ask("apply", profile=kms(endpoint.keys[0]))
    for name in ODD:
        spark.range(0, 2, 1, 1).write.parquet(f"s3a://{bucket}/{name}")
    report = checked()
    all_seen(report, ODD)
    # By the plan, and not a second time by the file system.
    assert len(report["writes"]["paths"]) == len(ODD)
    assert all(row["execution"] >= 0 for row in report["writes"]["paths"])


def test_a_place_that_cannot_be_read_as_an_address_is_named(spark, endpoint, bucket):
    ask("apply", profile=kms(endpoint.keys[0]))
    spark.sparkContext.parallelize("ab", 2).saveAsTextFile(f"s3a://{bucket}/a\tb")
    report = checked()
    assert any("a\tb" in text for text in report["writes"]["unseen"]), report["writes"]
    assert (report["claim"], report["proof"]) == ("inEffect", None)


def test_a_place_that_cannot_be_read_ends_no_proof_of_settings_that_came_after(
    spark, endpoint, bucket
):
    first, second = endpoint.keys
    ask("apply", profile=kms(first))
    spark.sparkContext.parallelize("ab", 2).saveAsTextFile(f"s3a://{bucket}/a\tb")
    ask("apply", profile=kms(second))
    spark.range(2).write.parquet(f"s3a://{bucket}/after")
    report = checked()
    assert any("a\tb" in text for text in report["writes"]["unseen"])
    assert report["claim"] == "proven"


@pytest.mark.soak
def test_more_places_than_are_remembered_are_named(spark, endpoint, bucket):
    ask("apply", profile=kms(endpoint.keys[0]))
    hadoop = spark._jvm.org.apache.hadoop.fs
    root = hadoop.Path(f"s3a://{bucket}/")
    system = root.getFileSystem(spark._jsparkSession.sessionState().newHadoopConf())
    for number in range(301):
        system.create(hadoop.Path(f"s3a://{bucket}/{number}/x")).close()
    report = checked()
    assert any("More places" in text for text in report["writes"]["unseen"])
    assert report["claim"] == "inEffect"
