"""The functions and the magic of the Python package, without Spark.

Must not know: Spark, the agent's inner parts.
"""

from __future__ import annotations

import html
import json
import subprocess
import sys

import pytest

import jupyterlab_s3_encryption as s3enc
from jupyterlab_s3_encryption import magics
from tests.support.agent_requests import CUSTOMER_KEY

pytestmark = pytest.mark.usefixtures("no_spark")

KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.fixture
def shell():
    from IPython.core.interactiveshell import InteractiveShell

    found = InteractiveShell.instance()
    found.run_line_magic("load_ext", "jupyterlab_s3_encryption")
    yield found
    found.run_line_magic("unload_ext", "jupyterlab_s3_encryption")


def test_apply_verify_and_clear_answer_with_reports():
    report = s3enc.apply(method="sse-kms", kms_key_id=KEY)
    assert isinstance(report, s3enc.Report)
    assert (report.waiting, report.claim, report.findings) == (True, "none", [])
    assert s3enc.verify().fingerprint == report.fingerprint
    assert s3enc.clear().profile is None


def test_a_bad_profile_is_a_value_error_that_names_the_field_and_sets_nothing():
    with pytest.raises(ValueError, match=r"kmsKeyId: .*key ARN"):
        s3enc.apply(method="sse-kms", kms_key_id="nonsense")
    assert s3enc.verify().profile is None


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("profile", {"profile": 7}),
        ("profile", {"profile": ["sse-s3"]}),
        ("method", {"method": 7}),
        ("connector", {"method": "sse-s3", "connector": "hdfs"}),
        ("buckets", {"method": "sse-s3", "buckets": 7}),
        ("buckets.data", {"method": "sse-s3", "buckets": {"data": "sse-s3"}}),
        ("writers", {"method": "sse-s3", "writers": 7}),
        ("writers", {"method": "sse-s3", "writers": {"python": True}}),
        ("encryptionContext", {"method": "sse-kms", "kms_key_id": KEY, "encryption_context": 7}),
        ("customerKey", {"method": "sse-c", "customer_key": 7}),
    ],
)
def test_an_argument_of_another_type_is_a_value_error_that_names_the_field(field, arguments):
    with pytest.raises(ValueError, match=rf"^{field}: "):
        s3enc.apply(**arguments)
    assert s3enc.verify().profile is None


def test_a_bad_sse_c_key_is_a_value_error_without_the_key():
    with pytest.raises(ValueError, match="customerKey") as caught:
        s3enc.apply(method="sse-c", customer_key="not-a-key")
    assert "not-a-key" not in str(caught.value)


def test_a_profile_can_be_given_whole_or_in_parts_but_not_both():
    profile = {"method": "sse-kms", "kmsKeyId": KEY, "buckets": {"data": {"method": "sse-s3"}}}
    whole = s3enc.apply(profile=profile)
    parts = s3enc.apply(method="sse-kms", kms_key_id=KEY, buckets={"data": {"method": "sse-s3"}})
    assert whole.fingerprint == parts.fingerprint
    with pytest.raises(ValueError, match="either"):
        s3enc.apply(method="sse-s3", profile=profile)


def test_a_rule_for_a_bucket_accepts_pythons_spelling():
    rule = {"method": "sse-kms", "kms_key_id": KEY}
    report = s3enc.apply(method="sse-s3", buckets={"data": rule})
    assert report.profile is not None
    assert report.profile["buckets"] == {"data": {"method": "sse-kms", "kmsKeyId": KEY}}


def test_a_report_goes_to_json_and_back():
    report = s3enc.apply(method="sse-kms", kms_key_id=KEY)
    data = json.loads(json.dumps(report.to_dict()))
    assert data["fileSystems"] == []
    assert s3enc.Report.from_dict(data) == report


def test_the_html_of_a_report_escapes_everything_that_came_from_outside():
    bad = "<script>alert('&')</script>"
    data = s3enc.verify().to_dict()
    fix = {"message": bad}
    data["settings"] = [{"key": bad, "value": bad, "wanted": bad, "origin": bad, "ok": True}]
    data["findings"] = [{"code": "x", "severity": bad, "message": bad, "fix": fix}]
    data["error"] = {"code": "x", "message": bad, "fields": [], "settings": "old"}
    text = s3enc.Report.from_dict(data)._repr_html_()
    assert "<script" not in text
    assert text.count(html.escape(bad)) == 7


def test_the_plain_form_says_the_state_in_one_line():
    assert repr(s3enc.verify()) == "S3 encryption: not set."
    waiting = s3enc.apply(method="sse-s3")
    assert repr(waiting) == "S3 encryption: SSE-S3; waits for a Spark session."


def test_importing_the_package_imports_nothing_heavy():
    code = "import jupyterlab_s3_encryption as p, sys; p._jupyter_labextension_paths(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "jupyterlab_s3_encryption" in loaded
    ours = {name for name in loaded if name.startswith("jupyterlab_s3_encryption.")}
    assert not ours | (loaded & {"json", "html", "dataclasses", "IPython", "pyspark", "jupyterlab"})


def test_writers_of_the_helper_become_part_of_the_profile():
    report = s3enc.apply(method="sse-s3", writers=["python"])
    assert report.profile == {"method": "sse-s3", "writers": ["python"]}
    assert s3enc.apply(method="sse-s3", writers="python").profile == report.profile
    assert {row["writer"] for row in report.writers} >= {"boto3", "s3fs", "pyarrow"}
    assert s3enc.apply(method="sse-s3").writers is None
    with pytest.raises(ValueError, match="Further writers are a list of these"):
        s3enc.apply(method="sse-s3", writers=["duckdb"])


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing"):
        s3enc.nothing  # noqa: B018
    assert "apply" in dir(s3enc)


@pytest.mark.parametrize(
    ("line", "profile"),
    [
        (f"sse-kms {KEY}", {"method": "sse-kms", "kmsKeyId": KEY}),
        ("sse-kms", {"method": "sse-kms"}),
        ("dsse-kms alias/a", {"method": "dsse-kms", "kmsKeyId": "alias/a"}),
        ("sse-s3", {"method": "sse-s3"}),
        ("sse-s3 --writers python", {"method": "sse-s3", "writers": ["python"]}),
        ("bucket-default", {"method": "bucket-default"}),
        ("clear", None),
        ("verify", None),
    ],
)
def test_the_magic_does_what_its_line_says(shell, line, profile):
    assert shell.run_line_magic("s3_encryption", line).profile == profile


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("", "What is to be done"),
        ("sse-kms a b", "Too much"),
        ("sse-s3 " + KEY, "Too much"),
        ("SSE-KMS", "There is no SSE-KMS"),
        ("verify now", "nothing more"),
        ("verify --writers python", "takes no --writers"),
        ("sse-s3 --writers", "Give --writers after the method"),
        ("--writers python sse-s3", "Give --writers after the method"),
        ("sse-s3 --writers pyarrow", "Further writers are a list of these"),
        ("sse-kms nonsense", "kmsKeyId"),
        ("cse-kms", "needs a KMS key"),
        ("sse-kms 'a", "closing quotation"),
        ("sse-c " + CUSTOMER_KEY, "history"),
        ("audit", "takes one address"),
        ("canary a b", "takes one address"),
        ("audit data", "Give an address"),
        ("canary http://data", "Give an address"),
    ],
)
def test_a_line_that_is_not_understood_shows_how_it_is_used(shell, line, part):
    from IPython.core.error import UsageError

    with pytest.raises(UsageError, match=part) as caught:
        shell.run_line_magic("s3_encryption", line)
    assert "%s3_encryption sse-kms KEY" in str(caught.value)
    assert CUSTOMER_KEY not in str(caught.value)


def test_the_magic_asks_for_the_sse_c_key(shell, monkeypatch):
    monkeypatch.setattr(magics.getpass, "getpass", lambda prompt: CUSTOMER_KEY + " ")
    report = shell.run_line_magic("s3_encryption", "sse-c")
    assert report.profile == {"method": "sse-c"}
    assert CUSTOMER_KEY not in repr(report) + json.dumps(report.to_dict())


def test_requests_about_stored_objects_say_that_there_is_no_session():
    for function in (s3enc.audit, s3enc.canary):
        with pytest.raises(s3enc.EncryptionError, match="no Spark session"):
            function("s3://data/folder")
    assert s3enc.writes().paths == []


def test_unloading_removes_the_magic_and_leaves_the_settings(shell):
    shell.run_line_magic("s3_encryption", "sse-s3")
    shell.run_line_magic("unload_ext", "jupyterlab_s3_encryption")
    assert "s3_encryption" not in shell.magics_manager.magics["line"]
    assert s3enc.verify().profile == {"method": "sse-s3"}
    shell.run_line_magic("load_ext", "jupyterlab_s3_encryption")
