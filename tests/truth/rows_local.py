"""Rows of the truth table for the Spark of this process, in local mode.

Each function gets a `Kit` with a bucket of its own. Must not know: the page, what is asserted.
"""

from __future__ import annotations

import base64
import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from demo.endpoint import client
from tests.support.agent_requests import CUSTOMER_KEY, ask, codes

# Their rows come first on the page, whichever module is imported first.
from tests.truth import rows_own_process  # noqa: F401
from tests.truth.rows import DSSE_A, NONE, SSE_S3, A, B, C, Seen, row, symbols

ALGORITHM, KEY = "fs.s3a.encryption.algorithm", "fs.s3a.encryption.key"
SSE_S3_PROFILE = {"method": "sse-s3"}
DEFAULT = {"method": "bucket-default"}


@dataclass
class Kit:
    """A Spark session, an endpoint and an empty bucket. `key`: ARN of key "A" or "B"."""

    spark: Any
    endpoint: Any
    bucket: str
    folder: Any

    def key(self, name: str) -> str:
        return str(self.endpoint.keys["AB".index(name)])

    def kms(self, name: str) -> dict[str, Any]:
        return {"method": "sse-kms", "kmsKeyId": self.key(name)}

    def at(self, name: str, scheme: str = "s3a") -> str:
        return f"{scheme}://{self.bucket}/{name}"

    def write(self, place: str) -> None:
        self.spark.range(0, 4, 1, 2).write.mode("append").parquet(place)

    def count(self, prefix: str) -> int:
        return len(self.endpoint.stored(prefix, self.bucket))

    def seen(self, report: dict[str, Any], *more: tuple[str, str, str]) -> Seen:
        """A report beside what is under "after/"; or beside (place, bucket, prefix)."""
        places = more or (("", self.bucket, "after/"),)
        stored = {
            name: symbols(self.endpoint.stored(prefix, bucket), self.endpoint.keys)
            for name, bucket, prefix in places
        }
        error = report["error"]
        claim = f"refused ({error['code']})" if error else report["claim"]
        return Seen(claim, tuple(codes(report)), stored)

    def seen_keys(self, report: dict[str, Any], places: dict[str, set[str]]) -> Seen:
        """A report beside the objects with these keys, for each place."""
        stored = {
            name: symbols(
                [one for one in self.endpoint.stored("", self.bucket) if one.key in keys],
                self.endpoint.keys,
            )
            for name, keys in places.items()
        }
        seen = self.seen(report)
        return Seen(seen.claim, seen.codes, stored)

    def switch(self, *profiles: dict[str, Any]) -> Seen:
        """Profiles one after the other, a write after each; the last one's is what is seen."""
        for number, profile in enumerate(profiles[:-1]):
            ask("apply", profile=profile)
            self.write(self.at(f"before-{number}"))
        report = ask("apply", profile=profiles[-1])
        if report["ok"]:
            self.write(self.at("after"))
        return self.seen(report)


@row("Applied before the first access", A)
def first_access(t: Kit) -> Seen:
    return t.switch(t.kms("A"))


@row("Applied after a read", A)
def after_read(t: Kit) -> Seen:
    t.write(t.at("before"))
    t.spark.read.parquet(t.at("before", "s3")).collect()  # its own file system, only read from
    report = ask("apply", profile=t.kms("A"))
    t.write(t.at("after", "s3"))
    return t.seen(report)


@row("Applied after a write", A)
def after_write(t: Kit) -> Seen:
    t.write(t.at("before"))
    return t.switch(t.kms("A"))


@row("From SSE-KMS to SSE-S3", SSE_S3)
def kms_to_s3(t: Kit) -> Seen:
    return t.switch(t.kms("A"), SSE_S3_PROFILE)


@row("From SSE-S3 to SSE-KMS", A)
def s3_to_kms(t: Kit) -> Seen:
    return t.switch(SSE_S3_PROFILE, t.kms("A"))


@row("From SSE-KMS to SSE-S3 and back", A)
def there_and_back(t: Kit) -> Seen:
    return t.switch(t.kms("A"), SSE_S3_PROFILE, t.kms("A"))


@row("From key A to key B", B)
def other_key(t: Kit) -> Seen:
    return t.switch(t.kms("A"), t.kms("B"))


@row("From SSE-KMS to Bucket default", NONE)
def to_default(t: Kit) -> Seen:
    return t.switch(t.kms("A"), DEFAULT)


@row("Cleared after SSE-KMS", NONE, less="No profile is armed, so nothing is claimed.")
def cleared(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.write(t.at("before"))
    report = ask("clear")
    t.write(t.at("after"))
    return t.seen(report)


@row("DSSE-KMS", DSSE_A)
def dsse(t: Kit) -> Seen:
    return t.switch(t.kms("B"), {"method": "dsse-kms", "kmsKeyId": t.key("A")})


@row(
    "SSE-C",
    C,
    less="RDD writes do not get the key.",
)
def sse_c(t: Kit) -> Seen:
    report = ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)
    t.write(t.at("after"))
    assert t.spark.read.parquet(t.at("after")).count() == 4
    _only_with_the_key(t, "after/")
    return t.seen(report)


def _only_with_the_key(t: Kit, prefix: str) -> None:
    """S3 gives each object to those who send the key, and to nobody else."""
    s3, raw = client(t.endpoint.url), base64.b64decode(CUSTOMER_KEY)
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": raw}
    for item in t.endpoint.stored(prefix, t.bucket):
        place = {"Bucket": t.bucket, "Key": item.key}
        s3.get_object(**place, **key)
        with pytest.raises(ClientError, match="correct parameters must be provided"):
            s3.get_object(**place)


@row("Both s3:// and s3a:// of one bucket were open", {"s3": A, "s3a": A})
def both_schemes(t: Kit) -> Seen:
    for scheme in ("s3", "s3a"):
        t.write(t.at("before", scheme))
    report = ask("apply", profile=t.kms("A"))
    for scheme in ("s3", "s3a"):
        t.write(t.at(f"{scheme}-after", scheme))
    return t.seen(report, *[(name, t.bucket, f"{name}-after/") for name in ("s3", "s3a")])


@row("The profile has a rule for one bucket", {"that bucket": SSE_S3, "another": A})
def rule_for_bucket(t: Kit) -> Seen:
    other = t.endpoint.create_bucket(t.bucket + "-b")
    for bucket in (t.bucket, other):
        t.write(f"s3a://{bucket}/before")
    report = ask("apply", profile={**t.kms("A"), "buckets": {other: SSE_S3_PROFILE}})
    for bucket in (t.bucket, other):
        t.write(f"s3a://{bucket}/after")
    return t.seen(report, ("that bucket", other, "after/"), ("another", t.bucket, "after/"))


@row("The session has other properties for the bucket", A)
def session_bucket(t: Kit) -> Seen:
    t.spark.conf.set(f"fs.s3a.bucket.{t.bucket}.encryption.algorithm", "AES256")
    t.spark.conf.set(f"fs.s3a.bucket.{t.bucket}.encryption.key", "")
    return t.switch(t.kms("A"))


@row(
    "The session has other properties for another bucket",
    A,
    less="A claim is about everything that is written, and the other bucket would differ.",
)
def session_other_bucket(t: Kit) -> Seen:
    t.spark.conf.set("fs.s3a.bucket.another-one.encryption.algorithm", "AES256")
    return t.switch(t.kms("A"))


def _committer(t: Kit, version: str) -> Seen:
    t.spark.conf.set("mapreduce.fileoutputcommitter.algorithm.version", version)
    try:
        t.write(t.at("before"))
        return t.switch(t.kms("A"), t.kms("B"))
    finally:
        t.spark.conf.unset("mapreduce.fileoutputcommitter.algorithm.version")


@row("File output committer, algorithm 1", B)
def committer_1(t: Kit) -> Seen:
    return _committer(t, "1")


@row("File output committer, algorithm 2", B)
def committer_2(t: Kit) -> Seen:
    return _committer(t, "2")


def _sleeping_job(t: Kit, seconds: int) -> threading.Thread:
    wait = f"concat_ws('', reflect('java.lang.Thread', 'sleep', {seconds}000L), 'x') AS text"
    frame = t.spark.range(0, 1, 1, 1).selectExpr(wait)
    thread = threading.Thread(target=lambda: frame.write.parquet(t.at("running")))
    thread.start()
    end = time.monotonic() + 60
    while ask("probe")["activity"]["jobs"] == 0 and time.monotonic() < end:
        time.sleep(0.05)
    return thread


@row(
    "A job is running during the switch",
    {"written beside it": A, "written by it": A},
    less="What runs across a switch may keep what it has open; this job opens the bucket again.",
)
def job_running(t: Kit) -> Seen:
    t.write(t.at("before"))
    thread = _sleeping_job(t, 3)
    report = ask("apply", profile=t.kms("A"))
    t.write(t.at("after"))
    thread.join(90)
    places = (("written beside it", "after/"), ("written by it", "running/"))
    return t.seen(report, *[(name, t.bucket, prefix) for name, prefix in places])


@row("That job is over, and the next cell runs", A)
def job_over(t: Kit) -> Seen:
    t.write(t.at("before"))
    thread = _sleeping_job(t, 2)
    first = ask("apply", profile=t.kms("A"))
    thread.join(90)
    report = ask("guard", profile=t.kms("A"), fingerprint=first["fingerprint"])
    t.write(t.at("after"))
    return t.seen({**first, **report})


def _stream(t: Kit, place: str) -> Any:
    source = t.spark.readStream.format("rate").option("rowsPerSecond", 5).load()
    writer = source.writeStream.format("parquet").option("checkpointLocation", str(t.folder))
    return writer.start(place)


def _wait_for_objects(t: Kit, prefix: str, more: int) -> None:
    end, expected = time.monotonic() + 60, t.count(prefix) + more
    while t.count(prefix) < expected and time.monotonic() < end:
        time.sleep(0.2)


@row("A streaming query was started before the switch; what it writes", A)
def stream_before(t: Kit) -> Seen:
    query = _stream(t, t.at("after"))
    try:
        _wait_for_objects(t, "after/", 2)
        ask("apply", profile=t.kms("A"))
        # By then the batch that ran during the switch is over.
        _wait_for_objects(t, "after/", 4)
        report = ask("verify")
    finally:
        query.stop()
    return t.seen(report)


@row("That query was stopped, and verified", A)
def stream_stopped(t: Kit) -> Seen:
    query = _stream(t, t.at("before"))
    try:
        _wait_for_objects(t, "before/", 2)
        ask("apply", profile=t.kms("A"))
    finally:
        query.stop()
    report = ask("verify")
    t.write(t.at("after"))
    return t.seen(report)


@row("A streaming query was started after the switch; what it writes", A)
def stream_after(t: Kit) -> Seen:
    t.write(t.at("before"))
    ask("apply", profile=t.kms("A"))
    query = _stream(t, t.at("after"))
    try:
        _wait_for_objects(t, "after/", 3)
        return t.seen(ask("verify"))
    finally:
        query.stop()
