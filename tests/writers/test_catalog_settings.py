"""What the settings of an Iceberg catalog, and the FileIO of its tables, say of how it writes.

Without Spark: properties and what our Java classes saw, to findings. Must not know: kernels.
"""

from __future__ import annotations

import pytest

from jupyterlab_s3_encryption.agent.checks import catalog_findings
from jupyterlab_s3_encryption.agent.spark.sessions import relevant
from jupyterlab_s3_encryption.agent.state import Record
from jupyterlab_s3_encryption.agent.writers import iceberg

A, B = (f"arn:aws:kms:eu-west-1:111122223333:key/{d * 8}-1111-2222-3333-{d * 12}" for d in "ab")
KMS = {"method": "sse-kms", "kmsKeyId": A}
SPARK = "org.apache.iceberg.spark.SparkCatalog"
S3, RESOLVING, HADOOP = (
    f"org.apache.iceberg.{name}"
    for name in ("aws.s3.S3FileIO", "io.ResolvingFileIO", "hadoop.HadoopFileIO")
)
TABLES = "software.amazon.s3tables.iceberg.S3TablesCatalog"
AS_KMS = {"s3.sse.type": "kms", "s3.sse.key": A}
OTHER, UNKNOWN, BUCKET = ["iceberg-s3fileio"], ["iceberg-unknown"], ["table-bucket"]


def values(own, name="ice"):
    prefix = f"spark.sql.catalog.{name}"
    return {prefix: SPARK, **{f"{prefix}.{key}": value for key, value in own.items()}}


def codes(profile, own, *seen):
    return [
        one["code"] for one in catalog_findings.of_catalogs(profile, [(values(own), list(seen))])
    ]


def fileio(kind, table="", catalog="ice", **sse):
    """What our Java classes saw of a table, or of a catalog."""
    return {"catalog": catalog, "table": table, "io": kind, "made": "", "sse": sse}


@pytest.mark.parametrize(
    ("profile", "own", "expected"),
    [
        (KMS, {}, OTHER),
        (KMS, {"s3.sse.type": "kms", "s3.sse.key": B}, OTHER),
        (KMS, AS_KMS, []),
        ({"method": "sse-s3"}, {"s3.sse.type": "s3"}, []),
        ({"method": "sse-s3"}, AS_KMS, OTHER),
        ({"method": "sse-kms"}, AS_KMS, OTHER),
        ({"method": "sse-kms"}, {"s3.sse.type": "kms"}, []),
        ({"method": "bucket-default"}, {}, []),
        ({"method": "bucket-default"}, {"s3.sse.type": "kms"}, OTHER),
        ({"method": "cse-kms", "kmsKeyId": A}, {}, OTHER),
        ({"method": "sse-c"}, {"s3.sse.type": "custom"}, OTHER),
    ],
)
def test_a_catalog_that_writes_by_itself_is_reported_unless_it_conforms(profile, own, expected):
    assert codes(profile, {"type": "hadoop", "io-impl": S3, **own}) == expected


def test_what_decides_how_a_catalog_writes_is_read_from_a_session():
    for name in (*values({"type": "", "IO-impl": "", "glue.id": "", "S3.sse.Type": ""}),):
        assert relevant(name), name
    for name in ("s3.secret-access-key", "s3.access-key-id", "token", "credential"):
        assert not relevant(f"spark.sql.catalog.ice.{name}")


@pytest.mark.parametrize("spelled", ["glue", "GLUE", "Glue"])
def test_a_type_counts_however_it_is_spelled(spelled):
    assert codes(KMS, {"type": spelled}) == OTHER
    assert codes(KMS, {"TYPE": spelled}) == OTHER
    assert codes(KMS, {"type": spelled, **AS_KMS}) == []


@pytest.mark.parametrize("spelled", ["hadoop", "Hadoop", "HIVE", "jdbc"])
def test_catalogs_that_write_through_the_connector_are_not_reported(spelled):
    assert codes(KMS, {"type": spelled}) == []
    assert codes(KMS, {"type": spelled, "io-impl": S3}) == OTHER
    # Spark's catalog is one of Hive without a type.
    assert codes(KMS, {"uri": "thrift://metastore:9083"}) == []


@pytest.mark.parametrize(
    ("implementation", "expected"),
    [
        ("org.apache.iceberg.aws.glue.GlueCatalog", OTHER),
        ("org.apache.iceberg.aws.dynamodb.DynamoDbCatalog", OTHER),
        ("org.apache.iceberg.hive.HiveCatalog", []),
        ("org.apache.iceberg.hadoop.HadoopCatalog", []),
        ("org.apache.iceberg.jdbc.JdbcCatalog", []),
        ("com.example.OwnCatalog", UNKNOWN),
        (TABLES, BUCKET),
    ],
)
def test_a_catalog_that_is_named_by_its_class_counts(implementation, expected):
    assert codes(KMS, {"catalog-impl": implementation}) == expected
    assert codes(KMS, {"Catalog-Impl": implementation}) == expected


@pytest.mark.parametrize(
    ("io", "expected"),
    [(S3, OTHER), (RESOLVING, OTHER), (HADOOP, []), ("com.example.OwnFileIO", UNKNOWN)],
)
def test_each_fileio_counts(io, expected):
    for own in ({"type": "glue"}, {"type": "hive"}, {"type": "nessie"}, {}):
        assert codes(KMS, {**own, "io-impl": io}) == expected


def test_a_catalog_of_another_kind_is_unknown_unless_its_fileio_is_named():
    assert codes(KMS, {"type": "nessie"}) == UNKNOWN
    assert codes(KMS, {"type": "bigquery"}) == UNKNOWN
    assert codes(KMS, {"type": "nessie", "io-impl": HADOOP}) == []


def test_catalogs_of_others_than_iceberg_are_not_reported():
    prefix = "spark.sql.catalog.spark_catalog"
    for name in (
        "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "org.apache.spark.sql.hudi.catalog.HoodieCatalog",
    ):
        assert catalog_findings.of_catalogs(KMS, [({prefix: name}, [])]) == []


@pytest.mark.parametrize("kind", [{"type": "rest"}, {"type": "REST"}, {"catalog-impl": "org.apache.iceberg.rest.RESTCatalog"}])  # fmt: skip
def test_what_a_catalog_over_rest_does_with_a_table_is_its_servers_to_say(kind):
    assert codes(KMS, kind) == OTHER
    assert codes(KMS, {**kind, **AS_KMS}) == UNKNOWN
    assert codes(KMS, {**kind, "io-impl": HADOOP}) == UNKNOWN
    # A table that is as the profile says tells nothing of the next one.
    assert codes(KMS, {**kind, **AS_KMS}, fileio(S3, "db.t", **AS_KMS)) == UNKNOWN


def test_what_the_fileio_of_a_table_does_counts_and_not_what_the_settings_say():
    own = {"type": "rest", **AS_KMS}
    table = fileio(S3, "db.t", **{**AS_KMS, "s3.sse.key": B})
    found = catalog_findings.of_catalogs(KMS, [(values(own), [fileio(S3, **AS_KMS), table])])
    assert [one["code"] for one in found] == OTHER + UNKNOWN
    assert "ice.db.t" in found[0]["message"]
    assert B in found[0]["message"]


def test_a_catalog_in_use_is_judged_by_its_own_fileio():
    # Its settings were changed after it had read them.
    assert codes(KMS, {"type": "glue", **AS_KMS}, fileio(S3)) == OTHER
    assert codes(KMS, {"type": "glue"}, fileio(S3, **AS_KMS)) == []
    assert codes(KMS, {"type": "glue"}, fileio(HADOOP)) == []
    assert codes(KMS, {"type": "hadoop"}, fileio(RESOLVING)) == OTHER
    assert codes(KMS, {"type": "hadoop"}, fileio("com.example.OwnFileIO")) == UNKNOWN
    # Its settings are gone, and it is still there.
    gone = catalog_findings.of_catalogs(KMS, [({}, [fileio(S3)])])
    assert [one["code"] for one in gone] == OTHER


def test_catalogs_of_each_session_count():
    sessions = [({}, []), (values({"type": "glue"}), [])]
    assert [one["code"] for one in catalog_findings.of_catalogs(KMS, sessions)] == OTHER
    # The same twice is said once.
    assert len(catalog_findings.of_catalogs(KMS, [sessions[1], sessions[1]])) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"buckets": {"other": {"method": "sse-kms", "kmsKeyId": B}}},
        {"buckets": {"other": {"method": "bucket-default"}}},
        {"encryptionContext": {"team": "a"}},
    ],
)
def test_what_s3fileio_does_not_have_is_not_claimed(more):
    assert codes({**KMS, **more}, {"type": "glue", **AS_KMS}) == OTHER
    # Rules that say the same as the profile ask for nothing more.
    same = {"buckets": {"other": {"method": "sse-kms", "kmsKeyId": A}}}
    assert codes({**KMS, **same}, {"type": "glue", **AS_KMS}) == []
    assert codes({**KMS, **more}, {"type": "hadoop"}) == []


def test_names_of_s3fileio_in_another_spelling_are_not_trusted():
    assert codes(KMS, {"type": "glue", "S3.SSE.type": "kms", "s3.sse.key": A}) == OTHER
    assert codes({"method": "bucket-default"}, {"type": "glue", "s3.SSE.type": "kms"}) == OTHER


S3_TABLES = [
    {"catalog-impl": TABLES, "warehouse": "arn:aws:s3tables:eu-west-1:111122223333:bucket/b"},
    {"type": "rest", "uri": "https://s3tables.eu-west-1.amazonaws.com/iceberg"},
    {"type": "rest", "warehouse": "arn:aws:s3tables:eu-west-1:111122223333:bucket/b"},
    {"type": "glue", "glue.id": "111122223333:s3tablescatalog/b"},
    {"type": "REST", "warehouse": "111122223333:s3tablescatalog/b"},
]


@pytest.mark.parametrize("own", S3_TABLES)
def test_a_table_bucket_has_an_encryption_of_its_own(own):
    found = catalog_findings.of_catalogs(KMS, [(values(own), [])])
    assert [one["code"] for one in found] == BUCKET
    assert "refuses" not in found[0]["message"]
    assert codes({"method": "bucket-default"}, own) == []
    # What its writes would fail with is said, whatever the profile is.
    for profile in (KMS, {"method": "bucket-default"}):
        found = catalog_findings.of_catalogs(profile, [(values({**own, "s3.sse.type": "KMS"}), [])])
        assert [one["code"] for one in found] == BUCKET
        assert "s3.sse.type" in found[0]["message"]


@pytest.mark.parametrize("own", S3_TABLES)
def test_a_profile_that_covers_iceberg_sets_nothing_for_a_table_bucket(monkeypatch, own):
    monkeypatch.setattr(iceberg, "_used", lambda item: lambda name: False)
    asked = {**KMS, "writers": ["iceberg"]}
    assert iceberg.targets(asked, None, Record(None), values(own)) == {}
    # Beside one that gets the settings.
    both = {**values(own), **values({"type": "GLUE"}, "beside")}
    found = iceberg.targets(asked, None, Record(None), both)
    assert sorted(found) == [f"spark.sql.catalog.beside.s3.sse.{part}" for part in ("key", "type")]


@pytest.mark.parametrize("own", [{"type": "GLUE"}, {"Type": "Rest"}, {"IO-impl": RESOLVING}])
def test_a_profile_that_covers_iceberg_reaches_catalogs_in_other_spellings(monkeypatch, own):
    monkeypatch.setattr(iceberg, "_used", lambda item: lambda name: False)
    asked = {**KMS, "writers": ["iceberg"]}
    prefix = "spark.sql.catalog.ice.s3.sse."
    found = iceberg.targets(asked, None, Record(None), values(own))
    assert found == {prefix + "type": "kms", prefix + "key": A}
