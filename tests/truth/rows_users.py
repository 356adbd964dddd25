"""Rows of the truth table about what else opens buckets: catalogs, old plans, the user's own handles.

Continues rows_local. Must not know: the page, what is asserted.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.agent_requests import CUSTOMER_KEY, ask, keep_in_credential_file
from tests.truth.rows import SSE_S3, A, B, Seen, row, symbols
from tests.truth.rows_local import ALGORITHM, KEY, Kit

PROVIDER = "hadoop.security.credential.provider.path"


@contextmanager
def _database(t: Kit) -> Iterator[str]:
    """A database whose folder is in the bucket, made before anything is applied."""
    name = f"d{uuid.uuid4().hex[:8]}"
    t.spark.sql(f"CREATE DATABASE {name} LOCATION '{t.at(name)}'")
    yield name
    t.spark.sql(f"DROP DATABASE {name} CASCADE")


@row("Managed table in a database on S3: CREATE TABLE and INSERT in one cell", A)
def managed_table(t: Kit) -> Seen:
    with _database(t) as name:
        report = ask("apply", profile=t.kms("A"))
        t.spark.sql(f"CREATE TABLE {name}.t (id BIGINT) USING parquet")
        t.spark.sql(f"INSERT INTO {name}.t SELECT id FROM range(0, 4, 1, 2)")
        return t.seen(report, ("", t.bucket, f"{name}/t/"))


@row("Managed table in a database on S3: saveAsTable", B)
def managed_save(t: Kit) -> Seen:
    with _database(t) as name:
        ask("apply", profile=t.kms("A"))
        t.write(t.at("before"))
        report = ask("apply", profile=t.kms("B"))
        t.spark.range(0, 4, 1, 2).write.saveAsTable(f"{name}.t")
        return t.seen(report, ("", t.bucket, f"{name}/t/"))


@row("DROP TABLE in a database on S3, then a write in the same cell", A)
def drop_then_write(t: Kit) -> Seen:
    with _database(t) as name:
        t.spark.range(4).write.saveAsTable(f"{name}.t")
        report = ask("apply", profile=t.kms("A"))
        t.spark.sql(f"DROP TABLE {name}.t")
        t.write(t.at("after"))
        return t.seen(report)


@row("REFRESH TABLE in a database on S3, then INSERT in the same cell", B)
def refresh_then_insert(t: Kit) -> Seen:
    with _database(t) as name:
        ask("apply", profile=t.kms("A"))
        t.spark.range(4).write.saveAsTable(f"{name}.t")
        before = _keys(t, f"{name}/t/")
        report = ask("apply", profile=t.kms("B"))
        t.spark.sql(f"REFRESH TABLE {name}.t")
        t.spark.sql(f"INSERT INTO {name}.t SELECT id FROM range(0, 4, 1, 2)")
        return _since(t, report, f"{name}/t/", before)


@row("ALTER TABLE ADD PARTITION in a database on S3, then INSERT in the same cell", A)
def partition_then_insert(t: Kit) -> Seen:
    with _database(t) as name:
        columns = "(id BIGINT, part INT) USING parquet PARTITIONED BY (part)"
        t.spark.sql(f"CREATE TABLE {name}.t {columns}")
        before = _keys(t, f"{name}/t/")
        report = ask("apply", profile=t.kms("A"))
        t.spark.sql(f"ALTER TABLE {name}.t ADD PARTITION (part = 1)")
        t.spark.sql(f"INSERT INTO {name}.t PARTITION (part = 1) SELECT id FROM range(0, 4, 1, 2)")
        return _since(t, report, f"{name}/t/", before)


@row("A DataFrame from before the switch is looked at, then a write in the same cell", A)
def plan_same_cell(t: Kit) -> Seen:
    t.write(t.at("source"))
    frame = t.spark.read.parquet(t.at("source"))
    frame.collect()
    report = ask("apply", profile=t.kms("A"))
    frame.limit(2).collect()
    t.write(t.at("after"))
    return t.seen(report)


@row("Encryption in the options of one write, then a plain one", {"with": A, "without": A})
def options_of_one_write(t: Kit) -> Seen:
    report = ask("apply", profile=t.kms("A"))
    writer = t.spark.range(0, 4, 1, 2).write.option(ALGORITHM, "SSE-KMS").option(KEY, t.key("B"))
    writer.parquet(t.at("with"))
    t.write(t.at("without"))
    return t.seen(report, *[(name, t.bucket, name + "/") for name in ("with", "without")])


def _with_customer_key(t: Kit) -> None:
    writer = t.spark.range(0, 4, 1, 2).write.option(ALGORITHM, "SSE-C").option(KEY, CUSTOMER_KEY)
    writer.parquet(t.at("with"))


@row(
    "SSE-C in the options of one write, then a plain one in the same cell; the claim after it",
    A,
)
def customer_key_same_cell(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    _with_customer_key(t)
    t.write(t.at("after"))
    return t.seen(ask("writes"))


@row(
    "SSE-C in the options of one write, then a plain one in the next cell",
    A,
    less="The claim is about all that is written, and the first one has a key of its own.",
)
def customer_key_next_cell(t: Kit) -> Seen:
    first = ask("apply", profile=t.kms("A"))
    _with_customer_key(t)
    report = ask("guard", profile=t.kms("A"), fingerprint=first["fingerprint"])
    t.write(t.at("after"))
    return t.seen({**first, **report})


@row("A Configuration from before the switch opens the bucket first", {"by it": A, "after it": A})
def private_configuration(t: Kit) -> Seen:
    conf = _configuration(t)
    report = ask("apply", profile=t.kms("A"))
    _create(t, _file_system(t, conf), "own/object")
    t.write(t.at("after"))
    return t.seen(report, ("by it", t.bucket, "own/"), ("after it", t.bucket, "after/"))


@row("A file system that was kept across the switch writes", {"by it": B, "after it": B})
def kept_handle(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    system = _file_system(t, _configuration(t))
    ask("apply", profile=t.kms("B"))
    _create(t, system, "own/object")
    report = ask("writes")
    t.write(t.at("after"))
    return t.seen(report, ("by it", t.bucket, "own/"), ("after it", t.bucket, "after/"))


@row("An output stream was open across the switch", {"by it": SSE_S3, "after it": SSE_S3})
def open_stream(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    path = t.spark._jvm.org.apache.hadoop.fs.Path(t.at("own/object"))
    stream = _file_system(t, _configuration(t)).create(path)
    stream.write(bytearray(b"before\n"))
    ask("apply", profile={"method": "sse-s3"})
    stream.write(bytearray(b"after\n"))
    stream.close()
    report = ask("writes")
    t.write(t.at("after"))
    return t.seen(report, ("by it", t.bucket, "own/"), ("after it", t.bucket, "after/"))


@row("addFile from a bucket that was not open, then a write to it", A)
def add_file(t: Kit) -> Seen:
    report = ask("apply", profile=t.kms("A"))
    _create(t, _file_system(t, _configuration(t)), "files/one.json")
    ask("clear")
    t.spark._jvm.org.apache.hadoop.fs.FileSystem.closeAll()
    report = ask("apply", profile=t.kms("A"))
    t.spark.sparkContext.addFile(t.at("files/one.json"))
    t.spark.range(0, 4, 1, 4).count()
    t.write(t.at("after"))
    return t.seen(report)


@row("A key for this bucket in a credential file (JCEKS)", A)
def credential_file(t: Kit) -> Seen:
    return _credentials(t, PROVIDER, f"fs.s3a.bucket.{t.bucket}.encryption.key")


@row("A key in a credential file of S3A's own (fs.s3a.security.credential.provider.path)", A)
def own_credential_file(t: Kit) -> Seen:
    return _credentials(t, "fs.s3a.security.credential.provider.path", KEY)


@row("The same, and the credential file is for this bucket alone", A)
def bucket_credential_file(t: Kit) -> Seen:
    return _credentials(t, f"fs.s3a.bucket.{t.bucket}.security.credential.provider.path", KEY)


def _credentials(t: Kit, option: str, entry: str) -> Seen:
    """A credential file with key B is named by an option, and key A is applied."""
    t.folder.mkdir(parents=True)
    store = f"jceks://file{t.folder}/site.jceks"
    keep_in_credential_file(t.spark, store, entry, t.key("B"))
    t.spark.conf.set(option, store)
    try:
        report = ask("apply", profile=t.kms("A"))
        t.write(t.at("after"))
        return t.seen(report)
    finally:
        t.spark.conf.unset(option)


def _keys(t: Kit, prefix: str) -> set[str]:
    return {item.key for item in t.endpoint.stored(prefix, t.bucket)}


def _since(t: Kit, report: Any, prefix: str, before: set[str]) -> Seen:
    """A report beside what is new under a prefix."""
    new = [one for one in t.endpoint.stored(prefix, t.bucket) if one.key not in before]
    seen = t.seen(report)
    return Seen(seen.claim, seen.codes, {"": symbols(new, t.endpoint.keys)})


def _configuration(t: Kit) -> Any:
    own = t.spark.sparkContext._jsc.hadoopConfiguration()
    return t.spark._jvm.org.apache.hadoop.conf.Configuration(own)


def _file_system(t: Kit, conf: Any) -> Any:
    uri = t.spark._jvm.java.net.URI.create(t.at(""))
    return t.spark._jvm.org.apache.hadoop.fs.FileSystem.get(uri, conf)


def _create(t: Kit, system: Any, key: str) -> None:
    system.create(t.spark._jvm.org.apache.hadoop.fs.Path(t.at(key))).close()
