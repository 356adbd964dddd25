"""The audit against a real endpoint: counts and pages beside what was stored; boto3 if there is no S3A.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from demo.endpoint import before_2023, client
from jupyterlab_s3_encryption import stored
from jupyterlab_s3_encryption.agent import state
from jupyterlab_s3_encryption.agent.objects import audit as audits
from jupyterlab_s3_encryption.agent.objects.reading import java_reader
from jupyterlab_s3_encryption.agent.objects.reading.location import S3Location
from jupyterlab_s3_encryption.agent.spark import sessions
from tests.support.agent_requests import CUSTOMER_KEY, ask

pytestmark = pytest.mark.usefixtures("fresh_agent")


def put(endpoint, bucket, key, **more):
    client(endpoint.url).put_object(**{"Bucket": bucket, "Key": key, "Body": b"12345", **more})


def of_key(endpoint, number):
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": endpoint.keys[number]}


@pytest.fixture
def mixed(endpoint, bucket):
    """12 objects of key A, 7 of key B, 5 of SSE-S3, 3 of before 2023 without any, 1 of a client's."""
    kinds = [of_key(endpoint, 0)] * 12 + [of_key(endpoint, 1)] * 7
    kinds += [{"ServerSideEncryption": "AES256"}] * 5 + [{}] * 3
    kinds.append({"Metadata": {"x-amz-cek-alg": "AES/GCM/NoPadding"}})

    def store(number):
        put(endpoint, bucket, f"in/{number:02}", **kinds[number])

    older = [number for number, kind in enumerate(kinds) if not kind]
    with before_2023(endpoint.url):
        list(map(store, older))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(store, set(range(len(kinds))) - set(older)))
    put(endpoint, bucket, "out/side")
    return bucket


def whole(**arguments):
    """All pages of an audit, with the last answer."""
    pages = []
    report = ask("audit", **arguments)
    while True:
        assert report["ok"], report["error"]
        pages.append(report["audit"]["objects"])
        token = report["audit"]["token"]
        if token is None:
            return pages, report["audit"]
        report = ask("audit", token=token, page=arguments.get("page", 200))


def counts(result):
    return {
        (row["algorithm"], row["keyId"], row["verdict"]): row["objects"] for row in result["counts"]
    }


def test_an_audit_counts_what_is_stored_and_gives_each_object_once(spark, endpoint, mixed):
    first, second = endpoint.keys
    ask("apply", profile={"method": "sse-kms", "kmsKeyId": first})
    pages, result = whole(path=f"s3://{mixed}/in", page=10)
    assert counts(result) == {
        ("aws:kms", first, "wanted"): 12,
        ("aws:kms", second, "other"): 7,
        ("AES256", "", "other"): 5,
        ("", "", "other"): 3,
        ("CSE-KMS", None, "other"): 1,
    }
    assert sum(row["bytes"] for row in result["counts"]) == 28 * 5
    assert all(len(page) <= 10 for page in pages)
    paths = [item["path"] for page in pages for item in page]
    assert sorted(paths) == [f"s3://{mixed}/in/{number:02}" for number in range(28)]
    assert (result["checked"], result["seen"], result["complete"], result["readBy"]) == (
        *(28, 28, True),
        "xattr",
    )
    # What needs attention comes first, in each page and in the counts.
    for page in [*pages, result["counts"]]:
        verdicts = [item["verdict"] for item in page]
        assert verdicts == sorted(verdicts, key=["other", "unreadable", "wanted"].index)


def test_an_audit_stops_at_its_limit_and_says_that_it_is_incomplete(spark, endpoint, mixed):
    _, result = whole(path=f"s3a://{mixed}/in", limit=10)
    assert (result["checked"], result["complete"], result["limit"]) == (10, False, 10)
    assert {row["verdict"] for row in result["counts"]} == {None}
    _, result = whole(path=f"s3a://{mixed}/in", limit=28)
    assert (result["checked"], result["complete"]) == (28, True)


def test_the_newest_objects_are_those_that_were_written_last(spark, endpoint, bucket):
    for number in range(3):
        put(endpoint, bucket, f"z-old/{number}")
    import time

    time.sleep(1.1)
    put(endpoint, bucket, "a-new", **of_key(endpoint, 0))
    pages, result = whole(path=f"s3a://{bucket}", sample="newest", limit=1)
    assert [item["path"] for page in pages for item in page] == [f"s3a://{bucket}/a-new"]
    assert (result["seen"], result["checked"], result["complete"]) == (4, 1, False)


def test_an_audit_that_is_cancelled_replaced_or_over_cannot_go_on(spark, endpoint, mixed):
    for number in range(40):
        put(endpoint, mixed, f"in/more-{number}")
    one = ask("audit", path=f"s3a://{mixed}/in", page=1)["audit"]["token"]
    two = ask("audit", path=f"s3a://{mixed}/in", page=1)["audit"]["token"]
    assert None not in (one, two)
    assert ask("audit", token=one)["error"]["code"] == "unknown-audit"
    assert ask("cancelAudit", token=two)["ok"]
    assert ask("audit", token=two)["error"]["code"] == "unknown-audit"
    assert ask("cancelAudit", token=two)["ok"]


@pytest.mark.parametrize("answer", [1, pytest.param(2, marks=pytest.mark.soak)])
def test_an_audit_that_is_interrupted_leaves_nothing_in_the_kernel(
    spark, endpoint, mixed, monkeypatch, answer
):
    for number in range(300):
        put(endpoint, mixed, f"in/more-{number}")
    monkeypatch.setattr(audits, "FIRST", 10)
    monkeypatch.setattr(audits, "STEP", 10)
    made, begun = [], audits.Audit.answer

    def interrupted(self, page):
        made.append(self)
        if len(made) == answer:
            self._work.go_on(60)  # as a step that is under way
            raise KeyboardInterrupt
        return begun(self, min(page, 1))

    monkeypatch.setattr(audits.Audit, "answer", interrupted)
    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        stored.audit(f"s3a://{mixed}/in")
    assert state.get().audit is None
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
        assert not thread.is_alive()
    assert made[-1].checked < 328


def test_a_single_object_can_be_audited_and_a_path_without_objects_is_reported(
    spark, endpoint, mixed
):
    _, result = whole(path=f"s3a://{mixed}/in/00")
    assert counts(result) == {("aws:kms", endpoint.keys[0], None): 1}
    report = ask("audit", path=f"s3a://{mixed}/nothing")
    while report["ok"]:
        report = ask("audit", token=report["audit"]["token"])
    assert report["error"]["code"] == "invalid-path"
    assert "Nothing is stored" in report["error"]["message"]


def test_an_empty_folder_and_a_pattern_are_reported_in_a_sentence(spark, endpoint, mixed):
    put(endpoint, mixed, "empty/", Body=b"")
    for path, more in (("empty", ""), ("in/*", "Patterns are not expanded")):
        report = ask("audit", path=f"s3a://{mixed}/{path}")
        while report["ok"]:
            report = ask("audit", token=report["audit"]["token"])
        assert report["error"]["code"] == "invalid-path"
        assert f"Nothing is stored under s3a://{mixed}/{path}." in report["error"]["message"]
        assert more in report["error"]["message"]


def test_a_key_with_an_empty_part_is_reported_as_one_that_spark_cannot_name(
    spark, endpoint, bucket
):
    put(endpoint, bucket, "in//x")
    put(endpoint, bucket, "in/y", **of_key(endpoint, 0))
    put(endpoint, bucket, "in/marker/", Body=b"")
    put(endpoint, bucket, "in/old_$folder$", Body=b"")
    ask("apply", profile={"method": "sse-kms", "kmsKeyId": endpoint.keys[0]})
    pages, result = whole(path=f"s3a://{bucket}/in")
    rows = {item["path"].rsplit("/", 1)[1]: item for page in pages for item in page}
    assert set(rows) == {"x", "y"}
    assert rows["y"]["verdict"] == "wanted"
    assert rows["x"]["verdict"] == "unreadable"
    assert "empty part (//)" in rows["x"]["reason"]
    assert result["complete"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"path": "data"}, "path"),
        ({"path": "s3://data", "limit": 0}, "limit"),
        ({"path": "s3://data", "limit": audits.MAX_LIMIT + 1}, "limit"),
        ({"path": "s3://data", "limit": audits.MAX_NEWEST + 1, "sample": "newest"}, "limit"),
        ({"path": "s3://data", "page": 501}, "page"),
        ({"path": "s3://data", "sample": "random"}, "sample"),
    ],
)
def test_what_cannot_be_audited_is_refused_with_the_field(arguments, field):
    report = ask("audit", **arguments)
    assert report["error"]["code"] == "invalid-path"
    assert [item["field"] for item in report["error"]["fields"]] == [field]


def test_a_switch_does_not_disturb_an_audit_nor_an_audit_a_switch(spark, endpoint, mixed):
    ask("apply", profile={"method": "sse-kms", "kmsKeyId": endpoint.keys[0]})
    report = ask("audit", path=f"s3a://{mixed}/in", page=1)
    switched = ask("apply", profile={"method": "sse-s3"})
    assert (switched["claim"], switched["fileSystems"]) == ("inEffect", [])
    while report["audit"]["token"] is not None:
        report = ask("audit", token=report["audit"]["token"])
        assert report["ok"], report["error"]
    assert report["audit"]["checked"] == 28


def test_with_an_sse_c_key_objects_of_other_methods_are_still_read(spark, endpoint, mixed):
    ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)
    item = sessions.Classic(spark)
    reader = java_reader.Reader(item, S3Location.parse(f"s3a://{mixed}/in"))
    try:
        paths = reader.take(reader.listing(f"s3a://{mixed}/in"), 100).paths
        # S3 refuses a request with the key for objects that have none.
        found = reader.headers(paths)
        assert {header.algorithm for header in found} == {"aws:kms", "AES256", "", "CSE-KMS"}
    finally:
        reader.close()


def test_boto3_reads_what_the_connector_does_not(spark, endpoint, mixed, monkeypatch):
    monkeypatch.setenv("AWS_CA_BUNDLE", str(endpoint.trust_store.parent / "endpoint.crt"))
    reader = java_reader.Reader(sessions.Classic(spark), S3Location.parse(f"s3a://{mixed}/in"))
    try:
        reader._headers = None
        listed = reader.take(reader.listing(f"s3a://{mixed}/in"), 100)
        found = reader.headers(listed.paths)
        assert reader.read_by == "boto3"
        assert [(h.algorithm, h.key) for h in found[:20]] == (
            [("aws:kms", endpoint.keys[0])] * 12 + [("aws:kms", endpoint.keys[1])] * 7
            + [("AES256", "")]
        )  # fmt: skip
        assert found[27].algorithm == "CSE-KMS"
        monkeypatch.setattr(java_reader.boto, "available", lambda load: False)
        reader._boto = None
        assert {(h.algorithm, bool(h.reason)) for h in reader.headers(listed.paths)} == {
            (None, True)
        }
    finally:
        reader.close()


def test_an_audit_leaves_no_thread_and_no_file_system_in_the_jvm(spark, endpoint, mixed):
    threads = spark._jvm.java.lang.management.ManagementFactory.getThreadMXBean()
    whole(path=f"s3a://{mixed}/in")
    before = threads.getThreadCount()
    for _ in range(3):
        whole(path=f"s3a://{mixed}/in")
    assert threads.getThreadCount() <= before + 3
    assert ask("probe")["fileSystems"] == []


def test_the_helpers_audit_canary_and_writes_show_tables(spark, endpoint, mixed):
    import jupyterlab_s3_encryption as s3enc

    s3enc.apply(method="sse-kms", kms_key_id=endpoint.keys[0])
    found = s3enc.audit(f"s3://{mixed}/in", limit=100)
    assert isinstance(found, stored.Audit)
    assert (found.complete, found.checked, len(found.objects)) == (True, 28, 16)
    assert "28 objects looked at, everything there" in repr(found)
    assert found._repr_html_().count("<tr>") == 6
    canary = s3enc.canary(f"s3a://{mixed}/canary")
    assert canary.wanted is True
    assert (canary.claim, "as wanted" in repr(canary)) == ("proven", True)
    spark.range(2).write.parquet(f"s3a://{mixed}/mine")
    mine = s3enc.writes()
    assert [row["path"] for row in mine.paths] == [f"s3a://{mixed}/mine"]
    assert f"s3a://{mixed}/mine" in mine._repr_html_()
    assert f"Proven for s3://{mixed}" in repr(s3enc.verify())
    for wrong in (s3enc.audit, s3enc.canary):
        with pytest.raises(ValueError, match="Give an address"):
            wrong("no address")
