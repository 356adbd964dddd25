"""The cluster-wide documents, as the compiled TypeScript writes them, for the tests of validity.

Must not know: what the documents should say. One call of Node serves a whole test run.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from tests.support.typescript import run_typescript

ACCOUNT = "111122223333"
REGION = "eu-west-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0987dcba-09fe-87dc-65ba-ab0987654321"
BUCKET = "analytics-data"
OTHER_BUCKET = "analytics-raw"

#: Everything is known: no placeholder may be left, but what you fill in for each call.
OPTIONS: dict[str, Any] = {
    "account": ACCOUNT,
    "region": REGION,
    "partition": "aws",
    "buckets": [BUCKET, f"{OTHER_BUCKET}/curated"],
    "roles": {
        "administrators": "KeyAdministrators",
        "emr": "EMR_EC2_DefaultRole",
        "emrService": "EMR_DefaultRole",
        "emrRuntime": "EmrServerlessRuntime",
        "glueJob": "GlueJobs",
        "glueCrawler": "GlueCrawlers",
        "lakeFormation": "LakeFormationRegistration",
        "athena": "Analysts",
    },
    "releaseLabel": "emr-7.10.0",
    "athenaResults": "s3://analytics-results/athena/",
    "trail": "analytics-trail",
}

PROFILES: dict[str, dict[str, Any]] = {
    "bucket-default": {"method": "bucket-default"},
    "sse-s3": {"method": "sse-s3"},
    "sse-kms": {"method": "sse-kms", "kmsKeyId": KEY},
    "sse-kms-aws-managed": {"method": "sse-kms"},
    "dsse-kms": {"method": "dsse-kms", "kmsKeyId": KEY},
    "cse-kms": {"method": "cse-kms", "kmsKeyId": KEY},
    "rules": {
        "method": "sse-kms",
        "kmsKeyId": KEY,
        "buckets": {
            OTHER_BUCKET: {"method": "sse-kms", "kmsKeyId": OTHER_KEY},
            "analytics-tmp": {"method": "sse-s3"},
        },
    },
}

#: Releases on both sides of the change of the default connector, and an unknown one.
RELEASES = ["emr-5.36.0", "emr-6.15.0", "emr-7.9.0", "emr-7.10.0", None]

#: Cases outside the partition aws, with partition and Region.
PARTITIONS = {
    "china": ("aws-cn", "cn-north-1"),
    "gov": ("aws-us-gov", "us-gov-west-1"),
    "iso": ("aws-iso", "us-iso-east-1"),
}


def ask(profile: Any, options: Any) -> dict[str, Any]:
    """One request for `clusterDocuments`."""
    return {
        "module": "cluster/documents/index.ts",
        "name": "clusterDocuments",
        "arguments": [profile, options],
    }


def _cases() -> dict[str, tuple[Any, Any]]:
    cases: dict[str, tuple[Any, Any]] = {}
    for name, profile in PROFILES.items():
        for release in RELEASES:
            if name == "dsse-kms" and release not in ("emr-7.10.0", None):
                continue  # refused: no connector of these releases has it
            cases[f"{name}/{release}"] = (profile, {**OPTIONS, "releaseLabel": release})
    full = {**OPTIONS, "inTransit": {"certificates": "s3://analytics-setup/certificates.zip"}}
    disk = {"kmsKeyId": OTHER_KEY, "ebs": True}
    cases["disk-and-transit"] = (PROFILES["sse-kms"], {**full, "localDisk": disk})
    cases["disk-same-key"] = (PROFILES["rules"], {**full, "localDisk": {"ebs": True}})
    provider = {"location": "s3://analytics-setup/keys.jar", "className": "com.example.Keys"}
    custom = {**full, "releaseLabel": "emr-6.15.0", "customProvider": provider}
    cases["cse-custom"] = (PROFILES["cse-kms"], custom)
    for name, (partition, region) in PARTITIONS.items():
        there = {**OPTIONS, "region": region, "partition": partition, "releaseLabel": "emr-6.15.0"}
        key = KEY.replace("arn:aws:", f"arn:{partition}:").replace(REGION, region)
        cases[name] = ({"method": "sse-kms", "kmsKeyId": key}, there)
    own = {"kmsKeyId": OTHER_KEY}
    cases["disk-only"] = (PROFILES["bucket-default"], {**OPTIONS, "localDisk": own})
    alias = {"kmsKeyId": f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/lake"}
    cases["disk-alias"] = (PROFILES["sse-s3"], {**OPTIONS, "localDisk": alias})
    cases["spark-8"] = (PROFILES["sse-kms"], {**OPTIONS, "releaseLabel": "emr-spark-8.0.0"})
    alike = ["logs.eu", "logs-eu", "logs-eu-2", "logs.eu.2"]
    cases["alike"] = (PROFILES["sse-kms"], {**OPTIONS, "buckets": alike})
    prefixes = [f"{BUCKET}/raw", f"{BUCKET}/curated"]
    cases["prefixes"] = (PROFILES["sse-kms"], {**OPTIONS, "buckets": prefixes})
    cases["unknown"] = (PROFILES["sse-kms"], {})
    cases["nothing"] = ({"method": "sse-s3"}, None)
    return cases


CASES = _cases()
#: Cases in which all is known, so that services can check every value.
KNOWN = [name for name in CASES if name not in ("unknown", "nothing")]


@functools.cache
def every() -> dict[str, dict[str, dict[str, Any]]]:
    """The documents of every case, by id. One call of Node."""
    answers = run_typescript(*[ask(profile, options) for profile, options in CASES.values()])
    result = {}
    for name, answer in zip(CASES, answers, strict=True):
        assert "value" in answer, f"{name}: {answer}"
        result[name] = {document["id"]: document for document in answer["value"]}
    return result


def documents(case: str, start: str = "") -> list[dict[str, Any]]:
    """The documents of a case whose id begins with `start`."""
    return [document for name, document in every()[case].items() if name.startswith(start)]


def values(case: str, start: str) -> list[Any]:
    """The JSON of these documents."""
    return [json.loads(document["text"]) for document in documents(case, start)]


def calls(case: str, start: str) -> list[Any]:
    """As `values`; a document that holds several calls counts as several."""
    found: list[Any] = []
    for value in values(case, start):
        found += value if isinstance(value, list) else [value]
    return found
