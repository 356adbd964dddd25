"""Iceberg catalogs that bypass Spark's connector follow a profile that covers them, until they are used.

With a real Iceberg, by the stored header, if it was made for the Spark at hand. Must not know:
kernels.
"""

from __future__ import annotations

import pytest

from jupyterlab_s3_encryption.agent.profile import profiles
from jupyterlab_s3_encryption.agent.state import Record
from jupyterlab_s3_encryption.agent.writers import iceberg
from tests.support.agent_requests import headers
from tests.truth import rows_tables
from tests.truth.tables import formats

PREFIX = "spark.sql.catalog.ice."
IO = {PREFIX + "io-impl": "org.apache.iceberg.aws.s3.S3FileIO"}
TYPE, KEY = PREFIX + "s3.sse.type", PREFIX + "s3.sse.key"
A, B = (f"arn:aws:kms:eu-west-1:111122223333:key/{d * 8}-1111-2222-3333-{d * 12}" for d in "ab")


def kms(key, **more):
    return {"method": "sse-kms", "kmsKeyId": key, "writers": ["iceberg"], **more}


def targets(monkeypatch, profile, current, used=False, record=None):
    check = None if used is None else lambda name: used
    monkeypatch.setattr(iceberg, "_used", lambda item: check)
    return iceberg.targets(profile, None, record or Record(None), current)


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (kms(A), {TYPE: "kms", KEY: A}),
        ({"method": "sse-s3", "writers": ["iceberg"]}, {TYPE: "s3", KEY: None}),
        ({"method": "dsse-kms", "writers": ["iceberg"]}, {TYPE: "dsse-kms", KEY: None}),
        ({"method": "bucket-default", "writers": ["iceberg"]}, {}),
        ({"method": "sse-c", "writers": ["iceberg"]}, {}),
        (kms(A, encryptionContext={"a": "b"}), {}),
        (kms(A, buckets={"some-bucket": {"method": "sse-s3"}}), {}),
        ({"method": "sse-s3"}, {}),
        ({"method": "sse-s3", "writers": ["python"]}, {}),
    ],
)
def test_a_catalog_gets_what_s3fileio_has_for_a_profile_and_nothing_else(
    monkeypatch, profile, expected
):
    assert profiles.validate(profile) == []
    assert targets(monkeypatch, profile, IO) == expected


def test_a_catalog_that_was_used_or_may_have_been_is_left_alone(monkeypatch):
    assert targets(monkeypatch, kms(A), IO, used=True) == {}
    assert targets(monkeypatch, kms(A), IO, used=None) == {}


def test_a_catalog_that_conforms_or_writes_through_the_connector_is_left_alone(monkeypatch):
    assert targets(monkeypatch, kms(A), {**IO, TYPE: "kms", KEY: A}) == {}
    through = {PREFIX + "io-impl": "org.apache.iceberg.hadoop.HadoopFileIO"}
    assert targets(monkeypatch, kms(A), through) == {}


def test_what_a_used_catalog_has_read_stays_whatever_is_applied_or_cleared(monkeypatch):
    record = Record(None)
    record.applied, record.before = {TYPE: "kms", KEY: A}, {TYPE: None, KEY: None}
    current = {**IO, TYPE: "kms", KEY: A}
    for profile in (kms(B), {"method": "sse-s3"}):
        kept = targets(monkeypatch, profile, current, used=True, record=record)
        assert kept == {TYPE: "kms", KEY: A}
    assert iceberg.keep(None, record) == [TYPE, KEY]
    assert record.applied == {}


def with_iceberg(spark, bucket, first, second, url):
    from jupyterlab_s3_encryption import agent

    def ask(name, **arguments):
        answer = agent.handle({"request": name, "arguments": arguments})
        messages = [item["message"] for item in answer["findings"] if "Iceberg" in item["message"]]
        return [answer["claim"], messages, [item["code"] for item in answer["findings"]]]

    def configure(session, name):
        for part in ("", ".type", ".io-impl", ".s3.endpoint", ".s3.path-style-access"):
            value = spark.conf.get("spark.sql.catalog.bare" + part)
            session.conf.set(f"spark.sql.catalog.{name}{part}", value)
        for part in ("access-key-id", "secret-access-key"):
            session.conf.set(f"spark.sql.catalog.{name}.s3.{part}", "a")
        session.conf.set(f"spark.sql.catalog.{name}.client.region", "eu-west-1")
        session.conf.set(f"spark.sql.catalog.{name}.warehouse", f"s3a://{bucket}/{name}")

    def write(session, name):
        session.sql(f"CREATE TABLE {name}.db.numbers (id bigint) USING iceberg")
        session.range(0, 8, 1, 4).writeTo(f"{name}.db.numbers").append()

    def values(name):
        return [
            spark.conf.get(f"spark.sql.catalog.{name}.s3.sse.{x}", None) for x in ("type", "key")
        ]

    def profile(key):
        return {"method": "sse-kms", "kmsKeyId": key, "writers": ["iceberg"]}

    configure(spark, "early")
    found = {"early": ask("apply", profile=profile(first))}
    write(spark, "early")
    configure(spark, "late")
    found["switched"] = ask("apply", profile=profile(second))
    found["values"] = {name: values(name) for name in ("early", "late")}
    found["cleared"] = ask("clear")
    found["after"] = {name: values(name) for name in ("early", "late")}
    return found


@pytest.mark.line("3.5")
@pytest.mark.skipif(not formats.are_for("iceberg"), reason="no Iceberg is made for this Spark")
def test_an_unused_catalog_writes_with_the_key_and_a_used_one_is_reported(
    fresh_spark, base_conf, endpoint, bucket, tmp_path
):
    more = rows_tables.configuration(base_conf, endpoint.url, tmp_path)["iceberg"]
    first, second = endpoint.keys
    found = fresh_spark(
        with_iceberg, more, bucket=bucket, first=first, second=second, url=endpoint.url
    )
    assert found["early"][1] == []
    data = headers(endpoint, bucket, "early/db/numbers/data/")
    assert data == {("aws:kms", first)}
    # Used with the first key: it is reported, and says what it really writes with.
    assert [text for text in found["switched"][1] if "early" in text]
    assert first in found["switched"][1][0]
    assert found["switched"][0] == "set"
    assert found["values"] == {"early": ["kms", first], "late": ["kms", second]}
    assert "not-restored" in found["cleared"][2]
    assert found["after"] == {"early": ["kms", first], "late": [None, None]}
