"""Objects of every kind in a store, what is true of them, and a run in a process that is killed.

Must not know: what is expected of a run.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from botocore.config import Config

from demo.endpoint import ACCESS_KEY, REGION, SECRET_KEY, before_2023
from tests import ROOT
from tests.reencryption.s3_store import Store

#: Above this many bytes an object is copied in parts.
LIMIT = 4000


class Seen(NamedTuple):
    """An object as its readers see it; without the time and the ETag, which a copy changes."""

    body: str
    metadata: dict[str, str]
    content: tuple[str | None, ...]
    tags: tuple[tuple[str, str], ...]
    storage: str
    redirect: str | None
    readers: tuple[str, ...]


class Encryption(NamedTuple):
    algorithm: str | None
    key: str | None


def s3(store: Store) -> Any:
    """A client for many threads."""
    return boto3.client(
        "s3",
        endpoint_url=store.url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(s3={"addressing_style": "path"}, max_pool_connections=16),
    )


def fill(store: Store, bucket: str, count: int) -> None:
    """So many objects below in/, and some beside it; one of ten is from before 2023, when S3 kept
    what was sent without a header as it was."""
    client = s3(store)

    def put(number: int) -> None:
        client.put_object(Bucket=bucket, **one(store, number))

    with ThreadPoolExecutor(12) as pool:
        with before_2023(store.url):
            list(pool.map(put, range(0, count, 10)))
        list(pool.map(put, [number for number in range(count) if number % 10]))
    for key in ("in-side", "other/x"):
        client.put_object(Bucket=bucket, Key=key, Body=b"beside")


def one(store: Store, number: int) -> dict[str, Any]:
    """The object of a number: each trait comes together with each other one sooner or later."""
    first, second = store.keys
    encryption = [
        {},
        {"ServerSideEncryption": "AES256"},
        {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": first},
        {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": second},
        {"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": second},
    ][number % 5]
    size = [0, 1, 700, 3999, LIMIT + 1 + number % 3000, 9000][number % 6]
    body = hashlib.sha256(str(number).encode()).hexdigest() * (size // 64 + 1)
    found: dict[str, Any] = {
        "Key": f"in/part={number % 7}/{number:05} ü+%.bin",
        "Body": body[:size].encode(),
        **encryption,
    }
    if number % 4 == 0:
        found["Metadata"] = {"owner": f"team {number}", "x-empty": ""}
        found["ContentType"] = "text/csv"
    if number % 7 == 0:
        found["Tagging"] = "cost=a%20b&kind=%3D%2F"
        found["CacheControl"] = "no-store"
    if number % 9 == 0:
        found["StorageClass"] = ["STANDARD_IA", "INTELLIGENT_TIERING"][number % 2]
    if number % 11 == 0:
        found["WebsiteRedirectLocation"] = "/elsewhere"
    if number % 13 == 0:
        found["ACL"] = "public-read"
    return found


def seen(store: Store, bucket: str, keys: Sequence[str] | None = None) -> dict[str, Seen]:
    """Everything in a bucket, or some of it, as its readers see it."""
    return {key: found for key, (found, _) in look_at_all(store, bucket, keys).items()}


def encryptions(store: Store, bucket: str) -> dict[str, Encryption]:
    """How everything in a bucket is encrypted."""
    return {key: found for key, (_, found) in look_at_all(store, bucket).items()}


def look_at_all(
    store: Store, bucket: str, some: Sequence[str] | None = None
) -> dict[str, tuple[Seen, Encryption]]:
    """Both, of everything in a bucket or of some of it."""
    client = s3(store)
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    listed = {one["Key"]: one for page in pages for one in page.get("Contents", [])}
    archives = {
        key for key, one in listed.items() if one["StorageClass"] in ("GLACIER", "DEEP_ARCHIVE")
    }
    keys = some or list(listed)

    def look(key: str) -> tuple[Seen, Encryption]:
        if key in archives:
            head, body = client.head_object(Bucket=bucket, Key=key), b""
        else:
            head = client.get_object(Bucket=bucket, Key=key)
            body = head["Body"].read()
        # moto refuses tags and ACL of what is archived, which S3 does not.
        of = {"Bucket": bucket, "Key": key}
        tags = [] if key in archives else client.get_object_tagging(**of)["TagSet"]
        acl = [] if key in archives else client.get_object_acl(**of)["Grants"]
        names = ("ContentType", "CacheControl", "ContentLanguage", "ContentEncoding")
        return Seen(
            hashlib.sha256(body).hexdigest(),
            head["Metadata"],
            tuple(head.get(name) for name in names),
            tuple(sorted((tag["Key"], tag["Value"]) for tag in tags)),
            head.get("StorageClass", "STANDARD"),
            head.get("WebsiteRedirectLocation"),
            tuple(sorted(one["Grantee"].get("URI", "") + one["Permission"] for one in acl)),
        ), Encryption(head.get("ServerSideEncryption"), head.get("SSEKMSKeyId"))

    with ThreadPoolExecutor(12) as pool:
        return dict(zip(keys, pool.map(look, keys), strict=True))


#: Carries out the plan in a journal; kills itself at one of its requests, before or after it is sent.
SCRIPT = """
import itertools, os, signal, sys
import botocore.httpsession as sessions

journal, at, late = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "late"
numbers, send = itertools.count(1), sessions.URLLib3Session.send

def killing(self, request):
    number = next(numbers)
    if number == at and not late:
        os.kill(os.getpid(), signal.SIGKILL)
    answer = send(self, request)
    if number == at and late:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

sessions.URLLib3Session.send = killing
import jupyterlab_s3_encryption as s3enc
s3enc.reencrypt(s3enc.read_plan(journal), dry_run=False, progress=False)
print(next(numbers) - 1)
"""


def run_and_kill(store: Store, journal: Path, at: int, late: bool) -> int | None:
    """Runs a plan in a process that is killed at a request; how many requests if it came to its end."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(journal), str(at), "late" if late else "early"],
        cwd=ROOT,
        env={**os.environ, **store.environment()},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode == -signal.SIGKILL:
        return None
    assert done.returncode == 0, done.stderr
    return int(done.stdout)
