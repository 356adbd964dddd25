"""What s3fs, pandas, awswrangler and pyarrow write, by the stored header, and what is reported.

Each in a process of its own, with the libraries of requirements/writers.txt: s3fs wants a botocore
that is older than that of the other tests. Must not know: Spark, botocore's events.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.support.agent_requests import headers

pytestmark = pytest.mark.slow

LIBRARIES = Path(sys.prefix) / "opt" / "writers"

BEGIN = """
import json, os, sys
url, bucket, key, other = sys.argv[1:]
os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_DEFAULT_REGION="eu-west-1",
                  AWS_ENDPOINT_URL=url, AWS_EC2_METADATA_DISABLED="true")
import jupyterlab_s3_encryption as s3enc
def apply(key=key, **more):
    report = s3enc.apply(method="sse-kms", kms_key_id=key, writers=["python"], **more)
    return {item["writer"]: item for item in report.writers}, [
        item["message"] for item in report.findings if item["code"] == "python-writers"]
results = {}
"""
END = """
print(json.dumps(results))
"""


@pytest.fixture
def run(endpoint, bucket):
    """Runs code with the libraries; what it put into `results`."""
    assert (LIBRARIES / "s3fs").is_dir(), "The libraries are not there: run `make setup-test`."

    def call(code):
        path = os.pathsep.join([str(LIBRARIES), str(ROOT)])
        done = subprocess.run(
            [sys.executable, "-c", BEGIN + code + END, endpoint.url, bucket, *endpoint.keys],
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return call


def test_an_open_s3fs_file_system_writes_with_the_key_and_after_clear_as_before(
    run, endpoint, bucket
):
    results = run("""
import s3fs
fs = s3fs.S3FileSystem()
fs.pipe(f"{bucket}/before", b"1")
results["rows"], results["findings"] = apply()
fs.pipe(f"{bucket}/in/small", b"1")
with fs.open(f"{bucket}/in/parts", "wb", block_size=5 * 2**20) as file:
    for _ in range(2):
        file.write(b"0" * 6 * 2**20)
fs.copy(f"{bucket}/before", f"{bucket}/in/copy")
fs.touch(f"{bucket}/in/touched")
assert s3fs.S3FileSystem() is fs
s3fs.S3FileSystem(skip_instance_cache=True).pipe(f"{bucket}/in/new", b"1")
apply(other)
fs.pipe(f"{bucket}/switched", b"1")
s3enc.clear()
fs.pipe(f"{bucket}/after/old", b"1")
s3fs.S3FileSystem(skip_instance_cache=True).pipe(f"{bucket}/after/new", b"1")
""")
    assert results["rows"]["s3fs"] == {
        "writer": "s3fs",
        "loaded": True,
        "covered": True,
        "reason": None,
    }
    assert results["findings"] == []
    assert headers(endpoint, bucket, "before") == {("", "")}
    assert len(endpoint.stored("in/", bucket)) == 5
    assert headers(endpoint, bucket, "in/") == {("aws:kms", endpoint.keys[0])}
    assert headers(endpoint, bucket, "switched") == {("aws:kms", endpoint.keys[1])}
    assert headers(endpoint, bucket, "after/") == {("", "")}


def test_libraries_that_are_imported_after_the_apply_write_with_the_key(run, endpoint, bucket):
    results = run("""
results["rows"], _ = apply()
assert not any(item["loaded"] for item in results["rows"].values())
import awswrangler, pandas
frame = pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]})
frame.to_csv(f"s3://{bucket}/in/pandas.csv")
frame.to_json(f"s3://{bucket}/in/pandas.json")
frame.to_parquet(f"s3://{bucket}/in/pandas.parquet", storage_options={"anon": False})
awswrangler.s3.to_parquet(frame, f"s3://{bucket}/in/wrangler.parquet")
awswrangler.s3.to_csv(frame, f"s3://{bucket}/in/wrangler.csv")
awswrangler.s3.to_parquet(frame, f"s3://{bucket}/in/set/", dataset=True, partition_cols=["b"])
awswrangler.s3.to_csv(frame, f"s3://{bucket}/own", s3_additional_kwargs={
    "ServerSideEncryption": "AES256"})
report = s3enc.verify()
results["later"] = {item["writer"]: item for item in report.writers}
s3enc.clear()
awswrangler.s3.to_csv(frame, f"s3://{bucket}/after")
""")
    assert [name for name, row in results["rows"].items() if row["covered"]] == [
        "boto3",
        "s3fs",
        "awswrangler",
    ]
    assert all(results["later"][name]["loaded"] for name in ("boto3", "s3fs", "awswrangler"))
    assert len(endpoint.stored("in/", bucket)) == 7
    assert headers(endpoint, bucket, "in/") == {("aws:kms", endpoint.keys[0])}
    assert headers(endpoint, bucket, "own") == {("AES256", "")}
    assert headers(endpoint, bucket, "after") == {("", "")}


def test_pyarrow_is_reported_as_not_covered_before_and_after_it_is_loaded(run, endpoint, bucket):
    results = run("""
import pandas
results["before"] = apply()
pandas.DataFrame({"a": [1]}).to_parquet(f"s3://{bucket}/by-pandas")
import pyarrow.fs
place = {"endpoint_override": url.split("//")[1], "scheme": "http"}
headers = {"x-amz-server-side-encryption": "aws:kms", "ServerSideEncryption": "aws:kms"}
with pyarrow.fs.S3FileSystem(default_metadata=headers, **place).open_output_stream(
    f"{bucket}/with-metadata"
) as file:
    file.write(b"1")
results["after"] = apply()
""")
    # The reason why it cannot be covered: pyarrow drops settings of encryption.
    assert headers(endpoint, bucket, "by-pandas") == {("", "")}
    assert headers(endpoint, bucket, "with-metadata") == {("", "")}
    for moment, loaded in (("before", False), ("after", True)):
        rows, findings = results[moment]
        assert rows["pyarrow"]["loaded"] is loaded
        assert not rows["pyarrow"]["covered"]
        assert "to_parquet writes through pyarrow" in rows["pandas"]["reason"]
        assert not rows["pandas"]["covered"]
        assert any("What pyarrow writes" in text for text in findings) is loaded


def test_an_encryption_set_on_s3fs_itself_wins_and_s3fs_is_not_covered(run, endpoint, bucket):
    results = run("""
import fsspec.config, s3fs
own = {"ServerSideEncryption": "AES256"}
fs = s3fs.S3FileSystem(s3_additional_kwargs=own)
results["instance"] = apply()
fs.pipe(f"{bucket}/own", b"1")
del fs
s3fs.S3FileSystem.clear_instance_cache()
import gc; gc.collect()
results["gone"] = apply()
fsspec.config.conf["s3"] = {"s3_additional_kwargs": own}
results["settings"] = apply()
""")
    assert headers(endpoint, bucket, "own") == {("AES256", "")}
    for moment in ("instance", "settings"):
        rows, findings = results[moment]
        assert not rows["s3fs"]["covered"]
        assert "AES256" in rows["s3fs"]["reason"]
        assert any("What s3fs writes" in text for text in findings)
        assert rows["boto3"]["covered"]
    rows, findings = results["gone"]
    assert rows["s3fs"]["covered"]
    assert findings == []
