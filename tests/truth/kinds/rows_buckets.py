"""Rows of the truth table about buckets: their defaults, policies and names, and a profile's rules.

Continues rows_openers. Must not know: the page, what is asserted.
"""

from __future__ import annotations

import json
from typing import Any

from demo.endpoint import client
from tests.support.agent_requests import ask

# Their rows come first on the page, whoever imports this.
from tests.truth.kinds import rows_openers  # noqa: F401
from tests.truth.kinds.rows_methods import NEWER, dsse
from tests.truth.rows import DSSE_A, NONE, SSE_S3, A, B, Seen, row
from tests.truth.rows_local import DEFAULT, SSE_S3_PROFILE, Kit

PLACES = ("that bucket", "another")


def _default_key(t: Kit, key: str) -> None:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": t.key(key)}
    client(t.endpoint.url).put_bucket_encryption(
        Bucket=t.bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default}]
        },
    )


@row("The bucket's default is key B, with Bucket default", NONE, soak=True)
def default_key(t: Kit) -> Seen:
    _default_key(t, "B")
    seen = t.switch(t.kms("A"), DEFAULT)
    stored = {(item.algorithm, item.kms_key_id) for item in t.endpoint.stored("after/", t.bucket)}
    assert stored == {("aws:kms", t.key("B"))}
    return seen


@row("The bucket's default is key B, with SSE-S3", SSE_S3, soak=True)
def default_key_s3(t: Kit) -> Seen:
    _default_key(t, "B")
    return t.switch(SSE_S3_PROFILE)


@row("The bucket's default is key B, with key A", A, soak=True)
def default_key_other(t: Kit) -> Seen:
    _default_key(t, "B")
    return t.switch(DEFAULT, t.kms("A"))


@row("A policy of the bucket refuses all but key A: a write and a rename", A, soak=True)
def policy(t: Kit) -> Seen:
    header = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{t.bucket}/*",
        "Condition": {"StringNotEquals": {header: t.key("A")}},
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client(t.endpoint.url).put_bucket_policy(Bucket=t.bucket, Policy=text)
    return t.switch(t.kms("A"))


def _rules(t: Kit, own: dict[str, Any], rule: dict[str, Any], *before: dict[str, Any]) -> Seen:
    """Applies `before`, then `own` with a rule for a second bucket, and writes to both."""
    other = t.endpoint.create_bucket(t.bucket + "-b")
    buckets = (other, t.bucket)
    for number, profile in enumerate(before):
        ask("apply", profile=profile)
        for bucket in buckets:
            t.write(f"s3a://{bucket}/before-{number}")
    rules = {"buckets": {other: rule}} if rule else {}
    report = ask("apply", profile={**own, **rules})
    for bucket in buckets:
        t.write(f"s3a://{bucket}/after")
    return t.seen(
        report, *[(name, one, "after/") for name, one in zip(PLACES, buckets, strict=True)]
    )


@row("A rule says Bucket default for one bucket", {"that bucket": NONE, "another": A}, soak=True)
def rule_default(t: Kit) -> Seen:
    return _rules(t, t.kms("A"), DEFAULT, t.kms("B"))


@row(
    "A rule says SSE-KMS for one bucket, all else is Bucket default",
    {"that bucket": A, "another": NONE},
    soak=True,
)
def rule_alone(t: Kit) -> Seen:
    return _rules(t, DEFAULT, t.kms("A"), t.kms("B"))


@row(
    "A rule says DSSE-KMS for one bucket",
    {"that bucket": DSSE_A, "another": SSE_S3},
    sparks=NEWER,
    soak=True,
)
def rule_dsse(t: Kit) -> Seen:
    return _rules(t, SSE_S3_PROFILE, dsse(t))


@row("A rule for a bucket is taken out again", dict.fromkeys(PLACES, A), soak=True)
def rule_taken_out(t: Kit) -> Seen:
    rules = {"buckets": {t.bucket + "-b": SSE_S3_PROFILE}}
    return _rules(t, t.kms("A"), {}, {**t.kms("A"), **rules})


@row(
    "Only the key in a rule for a bucket changes", {"that bucket": B, "another": SSE_S3}, soak=True
)
def rule_changed(t: Kit) -> Seen:
    rules = {"buckets": {t.bucket + "-b": t.kms("A")}}
    return _rules(t, SSE_S3_PROFILE, t.kms("B"), {**SSE_S3_PROFILE, **rules})


@row("A rule for a bucket, which is opened over s3n:// first", {"that bucket": B}, soak=True)
def rule_other_scheme(t: Kit) -> Seen:
    report = ask("apply", profile={**t.kms("A"), "buckets": {t.bucket: t.kms("B")}})
    t.write(t.at("after", "s3n"))
    t.write(t.at("after"))
    return t.seen(report, ("that bucket", t.bucket, "after/"))


@row("A bucket that is made and first opened after the switch", A, soak=True)
def new_bucket(t: Kit) -> Seen:
    t.write(t.at("before"))
    report = ask("apply", profile=t.kms("A"))
    other = t.endpoint.create_bucket(t.bucket + "-new")
    t.write(f"s3a://{other}/after")
    return t.seen(report, ("", other, "after/"))


@row(
    "A bucket with dots in its name, and a rule for it", {"that bucket": B, "another": A}, soak=True
)
def dots(t: Kit) -> Seen:
    name = t.endpoint.create_bucket("with.dots." + t.bucket)
    report = ask("apply", profile={**t.kms("A"), "buckets": {name: t.kms("B")}})
    for bucket in (name, t.bucket):
        t.write(f"s3a://{bucket}/after")
    return t.seen(report, ("that bucket", name, "after/"), ("another", t.bucket, "after/"))


@row("A table is moved to another bucket with SET LOCATION, then INSERT", A, soak=True)
def moved_table(t: Kit) -> Seen:
    other = t.endpoint.create_bucket(t.bucket + "-b")
    t.spark.sql(f"CREATE TABLE moved_rows (id BIGINT) USING parquet LOCATION '{t.at('table')}'")
    t.spark.sql("INSERT INTO moved_rows SELECT 1")
    report = ask("apply", profile=t.kms("A"))
    t.spark.sql(f"ALTER TABLE moved_rows SET LOCATION 's3a://{other}/table'")
    t.spark.sql("INSERT INTO moved_rows SELECT 2")
    t.spark.sql("DROP TABLE moved_rows")
    return t.seen(report, ("", other, "table/"))
