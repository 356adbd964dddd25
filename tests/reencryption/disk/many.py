"""A plan and a run of so many objects in a store without an endpoint, and the memory that they took.

`python -m tests.reencryption.disk.many COUNT` prints JSON: megabytes that the process had at most after
its plan, its run, and after it had gone through the result. Must not know: how a plan is kept.
"""

from __future__ import annotations

import datetime
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyterlab_s3_encryption import reencryption
from jupyterlab_s3_encryption.agent.objects.reading.location import S3Location
from jupyterlab_s3_encryption.agent.reencryption import requests
from jupyterlab_s3_encryption.agent.reencryption.pace import Pace
from jupyterlab_s3_encryption.agent.reencryption.store import Store

KEY = "arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef"
_PAGE = 1000
_TIME = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


class _ServiceError(Exception):
    """As boto3's: what S3 refuses."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.response = {"Error": {"Code": code}}


class _Client:
    """What boto3's client is asked. Half of the objects are of SSE-S3, half are from before it."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._state = bytearray(count)
        self._ours: dict[str, dict[str, Any]] = {}
        # Store asks boto3's model what it knows.
        self.meta = self.service_model = self.input_shape = self
        self.operation_names = ["UpdateObjectEncryption"]
        self.members = ["IfMatch"]

    def operation_model(self, _: str) -> _Client:
        return self

    def list_objects_v2(self, **asked: Any) -> dict[str, Any]:
        first = int(asked.get("ContinuationToken", "0"))
        last = min(first + _PAGE, self._count)
        listed = [
            {"Key": f"in/{n:09}", "Size": n % 5000, "ETag": f'"{n:032x}"', "LastModified": _TIME}
            for n in range(first, last)
        ]
        more = {"NextContinuationToken": str(last)} if last < self._count else {}
        return {"Contents": listed, "IsTruncated": bool(more), **more}

    def head_object(self, **asked: Any) -> dict[str, Any]:
        key = asked["Key"]
        if not key.startswith("in/0"):
            if key not in self._ours:
                raise _ServiceError("404")
            return self._headers(**self._ours[key])
        number = int(key[3:])
        changed = {"algorithm": "aws:kms", "key": KEY}
        before = {"algorithm": "AES256"} if number % 2 else {}
        encryption = changed if self._state[number] else before
        return self._headers(size=number % 5000, etag=f"{number:032x}", **encryption)

    def put_object(self, **asked: Any) -> dict[str, Any]:
        body = asked["Body"]
        found = {"size": len(body), "etag": "0" * 32, "algorithm": "AES256"}
        self._ours[asked["Key"]] = {**found, "body": body, "asked": asked}
        return {}

    def get_object(self, **asked: Any) -> dict[str, Any]:
        body = self._ours[asked["Key"]]["body"]
        return {"Body": type("Body", (), {"read": staticmethod(lambda: body)})}

    def get_object_tagging(self, **asked: Any) -> dict[str, Any]:
        text = self._ours[asked["Key"]]["asked"].get("Tagging", "")
        pairs = [pair.split("=") for pair in text.split("&") if pair]
        return {"TagSet": [{"Key": name, "Value": value} for name, value in pairs]}

    def delete_object(self, **asked: Any) -> dict[str, Any]:
        self._ours.pop(asked["Key"], None)
        return {}

    def copy_object(self, **asked: Any) -> dict[str, Any]:
        etag = str(self.head_object(**asked)["ETag"])
        matches = asked.get("CopySourceIfMatch", etag) == etag == asked["IfMatch"]
        if not matches or asked.get("CopySourceIfUnmodifiedSince", _TIME) < _TIME:
            raise _ServiceError("PreconditionFailed")
        return self.update_object_encryption(**asked)

    def update_object_encryption(self, **asked: Any) -> dict[str, Any]:
        key = asked["Key"]
        if key in self._ours:
            self._ours[key].update(algorithm="aws:kms", key=KEY)
        else:
            self._state[int(key[3:])] = 1
        return {}

    def __getattr__(self, name: str) -> Any:
        if name == "get_bucket_ownership_controls":
            rules = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
            return lambda **_: {"OwnershipControls": rules}
        return lambda **_: {}

    def _headers(
        self, size: int, etag: str, algorithm: str = "", key: str = "", **more: Any
    ) -> dict[str, Any]:
        asked = more.get("asked", {})
        headers = {"x-amz-server-side-encryption": algorithm} if algorithm else {}
        if key:
            headers["x-amz-server-side-encryption-aws-kms-key-id"] = key
        return {
            "ResponseMetadata": {"HTTPHeaders": headers},
            "Metadata": asked.get("Metadata", {}),
            "ContentType": asked.get("ContentType", "binary/octet-stream"),
            "ContentLength": size,
            "ETag": f'"{etag}"',
            "LastModified": _TIME,
        }


class _Clients:
    def __init__(self, count: int) -> None:
        self.client = _Client(count)


def peak() -> float:
    """Megabytes that this process had at most."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the system does not say it")


def measure(count: int) -> dict[str, float]:
    """Megabytes after each step."""
    choice: Any = {"method": "sse-kms", "kmsKeyId": KEY}
    clients: Any = _Clients(count)
    found = {}

    def store() -> Store:
        return Store(clients, "bucket", Pace(4))

    location = S3Location.parse("s3://bucket/in")
    assert location is not None
    plan = requests.make(requests.Wanted(store(), location, choice))
    assert plan.changing() == len(plan.rows) == count
    assert "re-encrypted" in repr(reencryption.ReencryptionPlan(plan))
    found["plan"] = peak()
    with tempfile.TemporaryDirectory() as folder:
        run = requests.begin(store(), plan, str(Path(folder) / "journal"))
        run.go(lambda _: None)
        run.journal.close()
        found["run"] = peak()
        result = reencryption._result(run)
        assert result.counts["done"] == count, (result, run.probe)
        result.to_csv(Path(folder) / "result.csv")
        result.to_json(Path(folder) / "result.json")
        again = reencryption.read_plan(Path(folder) / "journal")
        assert again.plan.changing() == count
    found["result"] = peak()
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))) + "\n")
