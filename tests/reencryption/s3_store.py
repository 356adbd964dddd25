"""The endpoint in a process of its own, with what moto leaves out: UpdateObjectEncryption, conditions
of copies, the keys of SSE-C, answers that ask to slow down.

`Store()` starts it; `mode` says what it does. Must not know: what is tested.
"""

from __future__ import annotations

import email.utils
import io
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, ClassVar

from demo.endpoint import ACCESS_KEY, REGION, SECRET_KEY, Endpoint, client
from tests import ROOT

#: What a store can do, by name; `slow`: each so many-th request is refused with SlowDown; `wait`:
#: seconds that a request waits, as in a network.
MODE = {"update": True, "conditions": True, "slow": 0, "wait": 0.0}


#: Behind HTTP in WSGI's names of headers.
CUSTOMER = "_X_AMZ_SERVER_SIDE_ENCRYPTION_CUSTOMER_KEY_MD5"


class Store:
    """A running store. `mode(...)` changes what it does, `requests()` counts what it was sent."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reencryption.s3_store"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Parts of any size.
            env={**os.environ, "S3_UPLOAD_PART_MIN_SIZE": "1"},
        )
        assert self._process.stdout is not None
        found = json.loads(self._process.stdout.readline())
        self.url: str = found["url"]
        self.keys: list[str] = found["keys"]
        self.s3 = client(self.url)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def mode(self, **values: Any) -> None:
        """Changes what it does; what is not named is as S3 has it."""
        self._control({**MODE, **values})

    def requests(self) -> Counter[str]:
        """How many requests there were of each operation since the last time; empties the count."""
        return Counter(self._control({"counts": True}))

    def bucket(self, name: str, **more: Any) -> str:
        """Makes a bucket."""
        place = {"LocationConstraint": REGION}
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration=place, **more)
        return name

    def environment(self) -> dict[str, str]:
        """What boto3 finds this store by."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": REGION,
        }

    def _control(self, value: dict[str, Any]) -> Any:
        data = json.dumps(value).encode()
        with urllib.request.urlopen(f"{self.url}/_control", data=data, timeout=10) as answer:
            return json.load(answer)


Environ = dict[str, Any]
App = Callable[[Environ, Any], Iterable[bytes]]


class _Complete(Endpoint):
    """The endpoint with more in front of moto."""

    def _serve(self, app: Any, tls: Any) -> str:
        return super()._serve(_Front(app), tls)  # type: ignore[arg-type]


class _Front:
    """What stands in front of moto."""

    mode: ClassVar[dict[str, Any]] = dict(MODE)
    counts: ClassVar[Counter[str]] = Counter()
    #: Path -> MD5 of the key that an object was written with; of SSE-C.
    customers: ClassVar[dict[str, str | None]] = {}
    lock = threading.Lock()
    #: So that a condition and what depends on it are one.
    writing = threading.RLock()

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if path == "/_control":
            return self._control(environ, start)
        if path.startswith("/moto-api") or "/" not in path.strip("/"):
            return self._app(environ, start)
        names = set(urllib.parse.parse_qs(query, keep_blank_values=True))
        with self.lock:
            self.counts[_operation(environ, names)] += 1
            number = sum(self.counts.values())
        time.sleep(self.mode["wait"])
        every = self.mode["slow"]
        if every and number % every == 0:
            return _fail(start, "503 Slow Down", "SlowDown")
        if environ["REQUEST_METHOD"] not in ("PUT", "POST"):
            if environ["REQUEST_METHOD"] in ("GET", "HEAD") and not names - {"versionId"}:
                return self._read(environ, start)
            if {"acl", "retention", "legal-hold"} & names:
                missing = _answer_of_moto(environ, start, names)
                if missing is not None:
                    return missing
            return self._app(environ, start)
        with self.writing:
            return self._write(environ, start, names)

    def _read(self, environ: Environ, start: Any) -> Iterable[bytes]:
        """A read, with the key that the object was written with."""
        needed, given = self.customers.get(_path(environ)), environ.get("HTTP" + CUSTOMER)
        if needed == given is None:
            return self._app(environ, start)
        if given is None or needed is None:
            return _fail(start, "400 Bad Request", "InvalidRequest")
        if needed != given:
            return _fail(start, "403 Forbidden", "AccessDenied")

        def confirming(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            name = "x-amz-server-side-encryption-customer-algorithm"
            return start(status, [*headers, (name, "AES256")], *more)

        return self._app(environ, confirming)

    def _write(self, environ: Environ, start: Any, names: set[str]) -> Iterable[bytes]:
        if "encryption" in names and self.mode["update"]:
            return _update(environ, start)
        source = environ.get("HTTP_X_AMZ_COPY_SOURCE")
        place, customer = _path(environ), environ.get("HTTP" + CUSTOMER)
        if source:
            needed = self.customers.get("/" + urllib.parse.unquote(source).split("?")[0])
            if needed != environ.get("HTTP_X_AMZ_COPY_SOURCE" + CUSTOMER[6:]):
                return _fail(start, "400 Bad Request", "InvalidRequest")
        if self.mode["conditions"]:
            wanted = environ.get("HTTP_X_AMZ_COPY_SOURCE_IF_MATCH")
            if source and wanted and _etag(urllib.parse.unquote(source)) != wanted.strip('"'):
                return _fail(start, "412 Precondition Failed", "PreconditionFailed")
            since = environ.get("HTTP_X_AMZ_COPY_SOURCE_IF_UNMODIFIED_SINCE")
            if source and since and not wanted and _modified(source) > _seconds(since):
                return _fail(start, "412 Precondition Failed", "PreconditionFailed")
            there = environ.get("HTTP_IF_MATCH")
            if there and _etag(place) != there.strip('"'):
                return _fail(start, "412 Precondition Failed", "PreconditionFailed")
        if not names - {"uploadId"}:
            self.customers[place] = customer
        return self._app(environ, start)

    def _control(self, environ: Environ, start: Any) -> Iterable[bytes]:
        value = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        with self.lock:
            answer: dict[str, Any] = {}
            if value.get("counts"):
                answer = dict(self.counts)
                self.counts.clear()
            else:
                self.mode.update(value)
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]


def _operation(environ: Environ, names: set[str]) -> str:
    """A name for a request of an object."""
    method = environ["REQUEST_METHOD"]
    if method == "PUT" and "encryption" in names:
        return "UPDATE"
    if environ.get("HTTP_X_AMZ_COPY_SOURCE"):
        return "PART" if "partNumber" in names else "COPY"
    return str(method)


def _update(environ: Environ, start: Any) -> Iterable[bytes]:
    """UpdateObjectEncryption as its documentation has it."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
    arn = re.search(r"<KMSKeyArn>(arn:aws:kms:[^<]+:key/[^<]+)</KMSKeyArn>", body)
    query = urllib.parse.parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
    found = _object(_path(environ), query.get("versionId", [None])[0])
    if found is None:
        return _fail(start, "404 Not Found", "NoSuchKey")
    if arn is None or found.encryption not in ("AES256", "aws:kms"):
        return _fail(start, "400 Bad Request", "InvalidRequest")
    if found.lock_mode or found.lock_legal_status == "ON":
        return _fail(start, "403 Forbidden", "AccessDenied")
    found.encryption, found.kms_key_id = "aws:kms", arn.group(1)
    start("200 OK", [("Content-Length", "0")])
    return [b""]


def _answer_of_moto(environ: Environ, start: Any, names: set[str]) -> Iterable[bytes] | None:
    """moto fails on objects without an ACL of their own, without a lock and without a hold."""
    from moto.s3.models import get_canned_acl

    found = _object(_path(environ))
    if found is not None and "acl" in names and found.acl is None:
        found.set_acl(get_canned_acl("private"))
    lock = {"retention": "lock_mode", "legal-hold": "lock_legal_status"}
    for name in names & set(lock):
        if found is not None and not getattr(found, lock[name]):
            return _fail(start, "404 Not Found", "NoSuchObjectLockConfiguration")
    return None


def _path(environ: Environ) -> str:
    """The path as it was meant: WSGI has its bytes as Latin-1."""
    return str(environ["PATH_INFO"]).encode("latin-1").decode("utf-8")


def _object(path: str, version: str | None = None) -> Any:
    from moto.backends import get_backend

    bucket, key = path.lstrip("/").split("/", 1)
    [account] = [
        one for one in get_backend("s3") if bucket in get_backend("s3")[one]["aws"].buckets
    ]
    return get_backend("s3")[account]["aws"].get_object(bucket, key, version_id=version)


def _etag(source: str) -> str | None:
    path, _, query = source.partition("?versionId=")
    found = _object(path, query or None)
    return None if found is None else str(found.etag).strip('"')


def _modified(source: str) -> float:
    path, _, query = urllib.parse.unquote(source).partition("?versionId=")
    found = _object(path, query or None)
    return 0.0 if found is None else float(int(_seconds(found.last_modified_RFC1123)))


def _seconds(date: str) -> float:
    return email.utils.parsedate_to_datetime(date).timestamp()


def _fail(start: Any, status: str, code: str) -> Iterable[bytes]:
    text = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>"
    start(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(text)))])
    return io.BytesIO(text.encode())


if __name__ == "__main__":
    with _Complete() as running:
        sys.stdout.write(json.dumps(running.to_dict()) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
