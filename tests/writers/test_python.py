"""What boto3 writes with a profile that covers Python libraries, by the stored header.

Must not know: Spark; libraries that need a botocore of their own (test_python_libraries.py).
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import types
import urllib.request

import boto3
import botocore.handlers
import botocore.hooks
import botocore.session
import pytest
from botocore.config import Config

import jupyterlab_s3_encryption as s3enc
from demo.endpoint import client
from jupyterlab_s3_encryption.agent.spark import import_hooks
from jupyterlab_s3_encryption.agent.writers import boto as writers
from tests.support.agent_requests import ask, codes, headers, payload, run_bootstrap, sources

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fresh_agent")]


def profile(key, **more):
    return {"method": "sse-kms", "kmsKeyId": key, "writers": ["python"], **more}


def row(report, name="boto3"):
    return next(item for item in report["writers"] if item["writer"] == name)


def ours():
    """Everything of botocore that holds a handler of ours."""
    mine = [entry for entry in botocore.handlers.BUILTIN_HANDLERS if named(entry[1])]
    for emitter in import_hooks.instances(botocore.hooks.HierarchicalEmitter):
        for event in ("PutObject", "CopyObject", "CreateMultipartUpload"):
            found = emitter._handlers.prefix_search(f"before-parameter-build.s3.{event}")
            mine += [item for item in found if named(item)]
    return mine


def named(handler):
    return isinstance(getattr(handler, "__self__", None), writers.Events)


def test_a_client_made_before_and_one_made_after_write_with_the_key(endpoint, bucket):
    before = client(endpoint.url)
    answer = ask("apply", profile=profile(endpoint.keys[0]))
    assert row(answer) == {"writer": "boto3", "loaded": True, "covered": True, "reason": None}
    before.put_object(Bucket=bucket, Key="before", Body=b"1")
    client(endpoint.url).put_object(Bucket=bucket, Key="after", Body=b"1")
    assert headers(endpoint, bucket) == {("aws:kms", endpoint.keys[0])}
    assert len(endpoint.stored("", bucket)) == 2


def test_sessions_and_resources_and_managed_uploads_and_copies_write_with_the_key(
    endpoint, bucket, tmp_path
):
    plain = client(endpoint.url)
    plain.put_object(Bucket=bucket, Key="source", Body=b"1")
    session = boto3.session.Session(
        aws_access_key_id="a", aws_secret_access_key="b", region_name="eu-west-1"
    )
    ask("apply", profile=profile(endpoint.keys[1]))
    style = Config(s3={"addressing_style": "path"})
    resource = session.resource("s3", endpoint_url=endpoint.url, config=style)
    resource.Object(bucket, "to/object").put(Body=b"1")
    file = tmp_path / "large"
    file.write_bytes(b"0" * (9 * 1024 * 1024))
    resource.Bucket(bucket).upload_file(str(file), "to/parts")
    plain.copy({"Bucket": bucket, "Key": "source"}, bucket, "to/copy")
    plain.upload_fileobj(file.open("rb"), bucket, "to/stream")
    assert len(endpoint.stored("to/", bucket)) == 4
    assert headers(endpoint, bucket, "to/") == {("aws:kms", endpoint.keys[1])}


@pytest.mark.parametrize(
    ("method", "stored"),
    [("sse-s3", "AES256"), ("dsse-kms", "aws:kms:dsse"), ("sse-kms", "aws:kms")],
)
def test_each_method_that_boto3_has_is_stored(endpoint, bucket, method, stored):
    answer = ask("apply", profile={"method": method, "writers": ["python"]})
    assert row(answer)["covered"]
    client(endpoint.url).put_object(Bucket=bucket, Key="one", Body=b"1")
    assert {algorithm for algorithm, _ in headers(endpoint, bucket)} == {stored}


def test_a_rule_for_a_bucket_wins_there(endpoint, bucket):
    first, second = endpoint.keys
    other = endpoint.create_bucket(bucket + "-rule")
    rules = {other: {"method": "sse-kms", "kmsKeyId": second}}
    ask("apply", profile=profile(first, buckets=rules))
    for name in (bucket, other):
        client(endpoint.url).put_object(Bucket=name, Key="one", Body=b"1")
    assert headers(endpoint, bucket) == {("aws:kms", first)}
    assert headers(endpoint, other) == {("aws:kms", second)}


def test_arguments_of_a_call_win(endpoint, bucket):
    ask("apply", profile=profile(endpoint.keys[0]))
    client(endpoint.url).put_object(
        Bucket=bucket, Key="own", Body=b"1", ServerSideEncryption="AES256"
    )
    assert headers(endpoint, bucket) == {("AES256", "")}


def test_an_encryption_context_is_sent_as_s3_requires(endpoint, bucket):
    seen = []
    ask("apply", profile=profile(endpoint.keys[0], encryptionContext={"team": "a b"}))
    s3 = client(endpoint.url)
    s3.meta.events.register("before-send.s3", lambda request, **_: seen.append(request.headers))
    s3.put_object(Bucket=bucket, Key="one", Body=b"1")
    sent = seen[0]["x-amz-server-side-encryption-context"]
    assert json.loads(base64.b64decode(sent)) == {"team": "a b"}


def test_a_signed_address_stays_usable_by_those_who_know_nothing_of_headers(endpoint, bucket):
    ask("apply", profile=profile(endpoint.keys[0]))
    address = client(endpoint.url).generate_presigned_url(
        "put_object", Params={"Bucket": bucket, "Key": "one"}
    )
    assert "server-side" not in address
    request = urllib.request.Request(address, b"1", method="PUT")
    assert urllib.request.urlopen(request, timeout=10).status == 200


def test_clear_puts_botocore_back_as_it_was(endpoint, bucket):
    before = list(botocore.handlers.BUILTIN_HANDLERS)
    early = client(endpoint.url)
    ask("apply", profile=profile(endpoint.keys[0]))
    late = client(endpoint.url)
    ask("verify")
    assert ours()
    answer = ask("clear")
    assert answer["writers"] is None
    assert before == botocore.handlers.BUILTIN_HANDLERS
    assert ours() == []
    for number, one in enumerate((early, late, client(endpoint.url))):
        one.put_object(Bucket=bucket, Key=str(number), Body=b"1")
    assert headers(endpoint, bucket) == {("", "")}


#: What travels only with requests that need it.
PARTS = ("objects/", "reencryption/", "writers/")


def test_an_agent_sent_as_text_covers_and_undoes_also_after_a_newer_one_was_loaded(
    endpoint, bucket, monkeypatch
):
    monkeypatch.setitem(sys.modules, "jupyterlab_s3_encryption.agent", None)
    s3 = client(endpoint.url)
    chosen = profile(endpoint.keys[0])
    assert row(run_bootstrap(payload("apply", "one", profile=chosen)))["covered"]
    s3.put_object(Bucket=bucket, Key="in/one", Body=b"1")
    newer = payload("verify", "two")
    for name in [name for name in sources() if name.startswith(PARTS)]:
        del newer["files"][name]
    assert row(run_bootstrap(newer))["covered"]
    s3.put_object(Bucket=bucket, Key="in/two", Body=b"1")
    newer["request"]["request"] = "clear"
    assert run_bootstrap(newer)["ok"]
    s3.put_object(Bucket=bucket, Key="out", Body=b"1")
    assert headers(endpoint, bucket, "in/") == {("aws:kms", endpoint.keys[0])}
    assert headers(endpoint, bucket, "out") == {("", "")}


def test_an_agent_sent_without_the_writers_says_so_and_claims_nothing(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterlab_s3_encryption.agent", None)
    core = payload("apply", profile={"method": "sse-s3", "writers": ["python"]})
    for name in [name for name in sources() if name.startswith(PARTS)]:
        del core["files"][name]
    answer = run_bootstrap(core)
    assert not answer["ok"]
    assert "writers" in answer["error"]["message"]
    assert answer["writers"] is None


def test_botocore_is_untouched_if_python_writers_are_not_chosen(endpoint, bucket):
    answer = ask("apply", profile={"method": "sse-kms", "kmsKeyId": endpoint.keys[0]})
    assert answer["writers"] is None
    assert ours() == []
    client(endpoint.url).put_object(Bucket=bucket, Key="one", Body=b"1")
    assert headers(endpoint, bucket) == {("", "")}


def test_another_profile_replaces_the_first_and_one_without_python_writers_undoes_it(
    endpoint, bucket
):
    s3 = client(endpoint.url)
    ask("apply", profile=profile(endpoint.keys[0]))
    ask("apply", profile=profile(endpoint.keys[1]))
    s3.put_object(Bucket=bucket, Key="one", Body=b"1")
    assert headers(endpoint, bucket) == {("aws:kms", endpoint.keys[1])}
    ask("apply", profile={"method": "sse-s3"})
    assert ours() == []
    s3.put_object(Bucket=bucket, Key="one", Body=b"1")
    assert headers(endpoint, bucket) == {("", "")}


def test_a_handler_is_called_once_however_often_it_was_verified(endpoint, bucket, monkeypatch):
    calls = []
    plain = writers.parameters
    monkeypatch.setattr(writers, "parameters", lambda *given: calls.append(given) or plain(*given))
    s3 = client(endpoint.url)
    ask("apply", profile=profile(endpoint.keys[0]))
    for _ in range(3):
        ask("verify")
    s3.put_object(Bucket=bucket, Key="one", Body=b"1")
    assert [name for _, name in calls].count(bucket) == 1


def test_using_covers_inside_and_not_outside(endpoint, bucket):
    s3 = client(endpoint.url)
    with s3enc.using(method="sse-kms", kms_key_id=endpoint.keys[0], writers=["python"]) as report:
        assert any(item["covered"] for item in report.writers)
        assert "boto3: covered" in repr(report)
        assert "boto3: covered" in report._repr_html_()
        s3.put_object(Bucket=bucket, Key="in", Body=b"1")
    s3.put_object(Bucket=bucket, Key="out", Body=b"1")
    assert headers(endpoint, bucket, "in") == {("aws:kms", endpoint.keys[0])}
    assert headers(endpoint, bucket, "out") == {("", "")}


def test_with_spark_the_note_about_python_libraries_goes_exactly_when_they_are_covered(
    spark, endpoint, monkeypatch
):
    monkeypatch.setitem(sys.modules, "s3fs", types.ModuleType("s3fs"))
    plain = {"method": "sse-kms", "kmsKeyId": endpoint.keys[0]}
    assert "python-writers" in codes(ask("apply", profile=plain))
    covered = ask("apply", profile=profile(endpoint.keys[0]))
    assert row(covered, "s3fs")["covered"]
    assert "python-writers" not in codes(covered)
    assert "python-writers" not in codes(ask("probe"))
    assert "python-writers" in codes(ask("apply", profile=plain))


def test_sse_c_is_not_given_to_python_libraries_and_the_report_says_so():
    key = base64.b64encode(b"k" * 32).decode()
    answer = ask("apply", profile={"method": "sse-c", "writers": ["python"]}, customerKey=key)
    assert answer["ok"]
    assert not any(item["covered"] for item in answer["writers"])
    assert "would log it" in row(answer)["reason"]
    assert "python-writers" in codes(answer)
    assert key not in json.dumps(answer)


def test_a_rule_that_python_libraries_cannot_follow_keeps_them_from_counting_as_covered(endpoint):
    rules = {"some-bucket": {"method": "cse-kms", "kmsKeyId": endpoint.keys[1]}}
    answer = ask("apply", profile=profile(endpoint.keys[0], buckets=rules))
    assert (
        row(answer)["reason"] == "Python libraries cannot write CSE-KMS for the bucket some-bucket."
    )
    assert not row(answer)["covered"]


def test_a_botocore_that_has_no_such_handlers_is_not_covered(endpoint, monkeypatch):
    monkeypatch.delattr(botocore.handlers, "REGISTER_LAST")
    answer = ask("apply", profile=profile(endpoint.keys[0]))
    assert not row(answer)["covered"]
    assert "REGISTER_LAST" in row(answer)["reason"]
    assert "python-writers" in codes(answer)


def test_a_boto3_that_is_imported_after_the_apply_writes_with_the_key(endpoint, bucket):
    code = """
import json, sys
import jupyterlab_s3_encryption as s3enc
url, bucket, key = sys.argv[1:]
ours = lambda: [str(item) for item in sys.meta_path if "s3_encryption" in type(item).__module__]
report = s3enc.apply(method="sse-kms", kms_key_id=key, writers=["python"])
assert "botocore" not in sys.modules, "we imported it"
assert len(ours()) == 2, ours()
import boto3
assert len(ours()) == 1, ours()  # pyspark is not loaded yet
from botocore.config import Config
s3 = boto3.client("s3", endpoint_url=url, region_name="eu-west-1", aws_access_key_id="a",
                  aws_secret_access_key="b", config=Config(s3={"addressing_style": "path"}))
s3.put_object(Bucket=bucket, Key="one", Body=b"1")
s3enc.clear()
assert ours() == [], ours()
s3.put_object(Bucket=bucket, Key="two", Body=b"1")
print(json.dumps(report.writers))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, endpoint.url, bucket, endpoint.keys[0]],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    first = json.loads(done.stdout)[0]
    assert first == {"writer": "boto3", "loaded": False, "covered": True, "reason": None}
    assert headers(endpoint, bucket, "one") == {("aws:kms", endpoint.keys[0])}
    assert headers(endpoint, bucket, "two") == {("", "")}
