"""Changes what an endpoint of this process has stored. Must not know: Spark, the agent."""

from __future__ import annotations

from typing import Any

from demo.endpoint import Endpoint, client
from demo.rules.objects import find_object


def encrypt_otherwise(endpoint: Endpoint, bucket: str, key: str, kms_key: str = "") -> None:
    """As if its writer had stored an object with another key, or without a header if there is none.

    It keeps its time, by which writes are told from those of other programs: how long this takes
    on a busy machine does not matter.
    """
    s3: Any = client(endpoint.url)
    before = find_object(bucket, key).last_modified
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    options = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
    s3.put_object(Bucket=bucket, Key=key, Body=body, **options)
    find_object(bucket, key).last_modified = before
