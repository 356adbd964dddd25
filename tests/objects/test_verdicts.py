"""What S3 says of an object against its profile; which paths a plan wrote to. Pure.

Must not know: Spark, how headers are read.
"""

from __future__ import annotations

import types

import pytest

from jupyterlab_s3_encryption.agent.checks import bypass
from jupyterlab_s3_encryption.agent.objects import verdicts
from jupyterlab_s3_encryption.agent.objects.reading.location import S3Location
from jupyterlab_s3_encryption.agent.objects.verdicts import Header
from jupyterlab_s3_encryption.agent.objects.writes import write_targets
from jupyterlab_s3_encryption.agent.profile.keys import same_key

ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
A = f"arn:aws:kms:eu-west-1:111122223333:key/{ID}"
B = "arn:aws:kms:eu-west-1:111122223333:key/ffffabcd-12ab-34cd-56ef-1234567890ab"
KMS_A = {"method": "sse-kms", "kmsKeyId": A}


@pytest.mark.parametrize(
    ("choice", "header", "verdict"),
    [
        (KMS_A, ("aws:kms", A), "wanted"),
        (KMS_A, ("aws:kms", B), "other"),
        (KMS_A, ("aws:kms", None), "unreadable"),
        (KMS_A, ("AES256", ""), "other"),
        (KMS_A, ("aws:kms:dsse", A), "other"),
        (KMS_A, ("", ""), "other"),
        (KMS_A, (None, None), "unreadable"),
        ({"method": "sse-kms", "kmsKeyId": ID}, ("aws:kms", A), "wanted"),
        ({"method": "sse-kms", "kmsKeyId": ID}, ("aws:kms", B), "other"),
        ({"method": "sse-kms", "kmsKeyId": "alias/a"}, ("aws:kms", A), "unreadable"),
        ({"method": "sse-kms", "kmsKeyId": "alias/a"}, ("AES256", ""), "other"),
        ({"method": "sse-kms"}, ("aws:kms", B), "wanted"),
        ({"method": "dsse-kms", "kmsKeyId": A}, ("aws:kms:dsse", A), "wanted"),
        ({"method": "dsse-kms", "kmsKeyId": A}, ("aws:kms:dsse", None), "unreadable"),
        ({"method": "sse-s3"}, ("AES256", ""), "wanted"),
        ({"method": "sse-s3"}, ("", ""), "other"),
        ({"method": "sse-c"}, ("SSE-C:AES256", ""), "wanted"),
        ({"method": "sse-c"}, ("AES256", ""), "other"),
        ({"method": "cse-kms", "kmsKeyId": A}, ("CSE-KMS", None), "unreadable"),
        ({"method": "cse-kms", "kmsKeyId": A}, ("aws:kms", A), "other"),
        ({"method": "bucket-default"}, ("aws:kms", B), "wanted"),
        ({"method": "bucket-default"}, ("", ""), "wanted"),
        ({"method": "bucket-default"}, ("SSE-C:AES256", ""), "other"),
        ({"method": "bucket-default"}, (None, None), "unreadable"),
        (None, ("AES256", ""), None),
    ],
)
def test_an_object_matches_only_if_method_and_key_do(choice, header, verdict):
    found, reason = verdicts.judge(choice, Header(*header, None))
    assert found == verdict
    if verdict in ("other", "unreadable"):
        assert reason.endswith(".")


def test_an_answer_without_sse_c_header_to_a_request_with_the_key_is_not_called_other():
    header = Header("", "", "The endpoint does not say.")
    assert verdicts.judge({"method": "sse-c"}, header)[0] == "unreadable"


@pytest.mark.parametrize(
    ("choice", "proves"),
    [
        (KMS_A, True),
        ({"method": "sse-s3"}, True),
        ({"method": "sse-c"}, True),
        ({"method": "sse-kms"}, False),
        ({"method": "bucket-default"}, False),
        ({"method": "cse-kms", "kmsKeyId": A}, False),
        (None, False),
    ],
)
def test_only_an_exact_choice_can_be_proved(choice, proves):
    assert verdicts.proves(choice) is proves


def test_the_rule_of_a_bucket_goes_before_the_profile():
    profile = {**KMS_A, "buckets": {"data": {"method": "sse-s3"}}}
    assert verdicts.choice_of(profile, "data") == {"method": "sse-s3"}
    assert verdicts.choice_of(profile, "other") is profile
    assert verdicts.choice_of(None, "data") is None


def test_two_names_of_a_key_are_the_same_only_if_that_is_certain():
    assert same_key(A, A) is True
    assert same_key(ID, A) is True
    assert same_key(A, B) is False
    assert same_key(A, A.replace("eu-west-1", "us-east-1")) is False
    assert same_key("alias/a", A) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("s3://data", "s3://data"),
        (" s3a://data/a b//c/ ", "s3a://data/a b/c"),
        ("s3n://data/x#y?z", "s3n://data/x#y?z"),
        ("data/x", None),
        ("http://data/x", None),
        ("s3://data/../x", None),
        ("s3:///x", None),
        ("s3://data/a\nb", None),
        (None, None),
        (7, None),
    ],
)
def test_an_address_is_one_of_s3_or_none(text, found):
    place = S3Location.parse(text)
    assert (place and place.text()) == found


PLANS = {
    "(3) Execute InsertIntoHadoopFsRelationCommand\nInput: []\n"
    "Arguments: s3a://b/x/with, comma, x, false, [p#8L], CSV, [path=s3a://b/x], Append, [id]\n": [
        "s3a://b/x/with, comma, x"
    ],
    "(4) Execute InsertIntoHadoopFsRelationCommand\nInput: []\n"
    "Arguments: s3://b/t, [p=1], false, Parquet, Append, `c`.`d`.`t`, [id]\n": ["s3://b/t"],
    "Execute InsertIntoHadoopFsRelationCommand s3a://b/simple, false, Parquet, [id]": [
        "s3a://b/simple"
    ],
    "(2) InsertIntoDataSourceDirCommand\nArguments: Storage(Location: s3a://b/dir), parquet, true\n": [],
    "(1) Execute InsertIntoHiveDirCommand\nInput: []\n"
    "Arguments: false, Storage(Location: s3a://b/hive), true, [id]\n": ["s3a://b/hive"],
    "(2) SaveIntoDataSourceCommand\nArguments: org.apache.spark.sql.delta.sources.DeltaDataSource@1,"
    " [path=s3a://b/delta, mergeSchema=true], Append\n": ["s3a://b/delta"],
    "Execute SaveIntoDataSourceCommand org.D@1, Map(path -> s3a://b/delta), Overwrite": [
        "s3a://b/delta"
    ],
    "(3) Execute InsertIntoHadoopFsRelationCommand\nInput: []\n"
    "Arguments: s3a://b/_s3_encryption_canary_0/0, false, Text, [text]\n": [],
    "(3) Execute InsertIntoHadoopFsRelationCommand\nInput: []\n"
    "Arguments: file:/tmp/x, false, Parquet, [path=s3a://b/x], Append, [id]\n": [],
    "(1) Scan parquet\nLocation: InMemoryFileIndex [s3a://b/read]\n": [],
    "AppendDataExecV1 (1)\n\n\n(1) AppendDataExecV1\nArguments: DeltaTableV2(org.apache.spark.sql."
    "SparkSession@d77,s3a://b/a, b,Some(CatalogTable(\nCatalog: c\nLocation: s3a://b/a, b)),"
    "Some(d.t),None,Map()), Project [x], org.L@1\n": ["s3a://b/a, b"],
    "(1) OverwriteByExpressionExecV1\nArguments: DeltaTableV2(org.apache.spark.sql.SparkSession@d77,"
    "s3a://b/d,None,None,None,Map()), Project [x]\n": ["s3a://b/d"],
    "Execute OptimizeTableCommand (1)\n\n(1) Execute OptimizeTableCommand\nOutput [1]: [path#4]\n\n"
    "(2) ResolvedTable\nArguments: org.D@1, d.t, DeltaTableV2(org.S@6,s3a://b/o,None,None,Map()), [id]"
    "\n\n(3) OptimizeTableCommand\nArguments: DeltaOptimizeContext(None)\n": ["s3a://b/o"],
    "Execute DeleteCommand (1)\n   +- DeleteCommand (2)\n\n(2) DeleteCommand\nArguments: org.apache.spark."
    "sql.delta.DeltaLog@3d, (id#1 = 7)\n\n(3) LogicalRelation\nArguments: parquet, [id#1], false\n\n"
    "(4) SubqueryAlias\nArguments: spark_catalog.delta.`s3a://b/x y`\n": ["s3a://b/x y"],
}


@pytest.mark.parametrize(("plan", "paths"), PLANS.items())
def test_the_paths_of_a_write_are_in_its_plan_and_nothing_else_counts(plan, paths):
    assert write_targets.targets(plan).paths == paths


def test_tables_whose_files_the_plan_does_not_name_are_reported_by_name():
    hive = "(1) Execute InsertIntoHiveTable\nInput: []\nArguments: `spark_catalog`.`d`.`t`, org.Serde\n"
    assert write_targets.targets(hive).tables == ["`spark_catalog`.`d`.`t`"]
    delete = (
        "(2) DeleteCommand\nArguments: org.apache.spark.sql.delta.DeltaLog@b0, "
        "`spark_catalog`.`d`.`t`, (id#1 = 7)\n\n(4) SubqueryAlias\nArguments: spark_catalog.d.t\n"
    )
    assert write_targets.targets(delete)[:3] == ([], ["`spark_catalog`.`d`.`t`"], [])
    create = (
        "(1) AtomicCreateTableAsSelect\nArguments: org.apache.spark.sql.delta.catalog.DeltaCatalog@7, "
        "d.t, Range (0, 8), TableSpec(Map(),Some(delta),Map(),None,None,None,false), false\n"
    )
    assert write_targets.targets(create).tables == ["d.t"]
    iceberg = (
        "(2) AppendData\nInput [1]: [id]\nArguments: IcebergWrite(table=ice.d.t, format=PARQUET)\n"
    )
    assert write_targets.targets(iceberg).others == ["ice.d.t"]


def test_python_writers_are_reported_if_they_are_loaded():
    boto = types.ModuleType("boto3")
    main = types.ModuleType("__main__")
    assert bypass.of_python({"boto3": boto, "__main__": main}) == []
    main.s3 = boto
    found = bypass.of_python({"boto3": boto, "__main__": main, "s3fs": boto})
    assert [(item["code"], item["severity"]) for item in found] == [("python-writers", "info")]
    assert "s3fs (which pandas uses) and boto3" in found[0]["message"]
    assert bypass.of_python({"pyarrow": boto}) == []
    assert len(bypass.of_python({"pyarrow._s3fs": boto})) == 1
