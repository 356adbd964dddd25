"""Records what an endpoint that enforces policies does to writes: MiniStack, with AUTH=true.

It checks bucket policies and the policies of users on this machine, PUT and multipart alike, with
an evaluator that nobody here wrote. What it does not do is left out: it fills in no keys and no
TLS, knows no NotPrincipal and no DSSE-KMS, and blocks no types. Its answers are in `enforced.json`.

    python -m venv FOLDER && FOLDER/bin/pip install ministack boto3
    FOLDER/bin/python tests/examples/record_enforced.py
    jlpm prettier --write tests/examples/enforced.json

Must not know: how a policy is judged here.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

HERE = Path(__file__).parent
OUT = HERE / "enforced.json"
POLICIES: dict[str, Any] = json.loads((HERE / "policies.json").read_text("utf-8"))
BUCKET: str = POLICIES["bucket"]
#: What the endpoint fills in or understands otherwise than S3.
NOT_THERE = re.compile(
    r"aws-kms-key-id|customer-algorithm|securetransport|tlsversion|NotPrincipal|PrincipalTag", re.I
)
KEY = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"
#: The parameters of a write, by the name of its profile in `policies.json`.
WRITES: dict[str, dict[str, str]] = {
    "none": {},
    "sse-s3": {"ServerSideEncryption": "AES256"},
    "kms-ARN": {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY},
    "sse-c": {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "0" * 32},
}
HEADER = "s3:x-amz-server-side-encryption"
OBJECTS = f"arn:aws:s3:::{BUCKET}/*"


def allow(action: Any, resource: Any = OBJECTS, effect: str = "Allow", **more: Any) -> Any:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


#: Policies of the user who writes, and of a group: {name: statements}.
USERS: dict[str, list[tuple[str, list[Any]]]] = {
    "all of S3": [("own", [allow("s3:*", "*")])],
    "only reading": [("own", [allow("s3:Get*")])],
    "nothing": [],
    "writes, by a pattern": [("own", [allow("S3:putobject*", "arn:aws:s3:::analy*/*")])],
    "writes to another bucket": [("own", [allow("s3:PutObject", "arn:aws:s3:::analytics-2/*")])],
    "the bucket without its objects": [("own", [allow("s3:*", f"arn:aws:s3:::{BUCKET}")])],
    "a Deny beside": [
        ("own", [allow("s3:*", "*")]),
        ("denies", [allow("s3:PutObject", effect="Deny")]),
    ],
    "a Deny of another algorithm": [
        ("own", [allow("s3:*", "*")]),
        (
            "denies",
            [
                allow(
                    "s3:PutObject",
                    effect="Deny",
                    Condition={"StringNotEquals": {HEADER: ["aws:kms", "aws:kms:dsse"]}},
                )
            ],
        ),
    ],
    "an Allow for one algorithm": [
        ("own", [allow("s3:PutObject", Condition={"StringEquals": {HEADER: "AES256"}})])
    ],
    "an Allow with a missing header": [
        ("own", [allow("s3:PutObject", Condition={"Null": {HEADER: "true"}})])
    ],
    "a Deny of every action but reading": [
        ("own", [allow("s3:*", "*")]),
        ("denies", [{"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}]),
    ],
}


@contextlib.contextmanager
def endpoint() -> Iterator[Callable[..., Any]]:
    """The endpoint, as a function that makes clients of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {**os.environ, "AUTH": "true", "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": port}
    process = subprocess.Popen([sys.executable, "-m", "ministack"], env=environment)

    def client(service: str, key: str = "test", secret: str = "test") -> Any:
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
        )

    try:
        for _ in range(120):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", int(port)), 1).close()
                break
            time.sleep(0.5)
        yield client
    finally:
        process.terminate()
        process.wait(30)


def passes(call: Callable[..., Any], **parameters: Any) -> bool:
    """Whether a call is not refused; any other error is one of this recorder."""
    try:
        call(Bucket=BUCKET, Key="table/part-0", **parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] == "AccessDenied":
            return False
        raise
    return True


def writes(s3: Any) -> dict[str, dict[str, bool]]:
    """What becomes of each write, by profile and request."""
    return {
        name: {
            "PUT": passes(s3.put_object, Body=b"x", **parameters),
            "multipart": passes(s3.create_multipart_upload, **parameters),
        }
        for name, parameters in WRITES.items()
    }


def policy(statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def main() -> None:
    with endpoint() as client:
        root, iam = client("s3"), client("iam")
        root.create_bucket(Bucket=BUCKET)

        def user(name: str, policies: list[tuple[str, list[Any]]]) -> Any:
            iam.create_user(UserName=name)
            for title, statements in policies:
                iam.put_user_policy(
                    UserName=name, PolicyName=title, PolicyDocument=policy(statements)
                )
            key = iam.create_access_key(UserName=name)["AccessKey"]
            return client("s3", key["AccessKeyId"], key["SecretAccessKey"])

        by_user = [
            {"title": title, "policies": dict(policies), "passes": writes(user(f"u{i}", policies))}
            for i, (title, policies) in enumerate(USERS.items())
        ]
        writer = user("writer", USERS["all of S3"])
        by_bucket = []
        for case in POLICIES["policies"]:
            if NOT_THERE.search(json.dumps(case["statements"])):
                continue
            root.put_bucket_policy(Bucket=BUCKET, Policy=policy(case["statements"]))
            by_bucket.append({"title": case["title"], "passes": writes(writer)})
            root.delete_bucket_policy(Bucket=BUCKET)
    record = {
        "endpoint": f"ministack {version('ministack')}, AUTH=true",
        "bucket": by_bucket,
        "user": by_user,
    }
    OUT.write_text(json.dumps(record, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
