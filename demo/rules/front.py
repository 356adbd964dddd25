"""What stands in front of moto: every request of S3 and KMS is checked here before moto carries it out.

The order is that of S3: what is wrong with the headers, who may do it, whether it is there, the key.
Must not know: what the single rules are.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from demo.rules import (
    buckets,
    customer_keys,
    encryption,
    faults,
    repairs,
    updating,
)
from demo.rules.access import kms, permissions
from demo.rules.access.callers import Caller, caller_of
from demo.rules.errors import App, Environ, Refused, Start, body_of
from demo.rules.objects import (
    Encryption,
    bucket_of,
    encryption_of,
    find_bucket,
    find_object,
    find_upload,
    keep,
    object_of,
    region_of,
)
from demo.rules.requests import COPY_CUSTOMER, KEY_ID, SSE, Request, path_of, service_of
from demo.rules.settings import Settings

CONTROL = "/_endpoint"
#: What needs a key of KMS, if one is in use.
WITH_KEY = {"GET", "PUT", "COPY", "CREATE", "PART", "COPY-PART", "COMPLETE", "UPDATE"}
#: What the root user may do whatever a policy of the bucket says.
ALWAYS = {"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"}


class Front:
    """A WSGI application around moto's."""

    def __init__(self, app: App, settings: Settings) -> None:
        self._app, self._settings = app, settings
        # So that a check and what depends on it are one.
        self._writing = threading.RLock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """One request."""
        path = path_of(environ)
        if path == CONTROL:
            return self._control(environ, start)
        service = service_of(environ)
        if path.startswith("/moto-api") or service not in ("", "s3", "kms"):
            return self._app(environ, start)
        of_kms = service == "kms"
        try:
            return self._kms(environ, start) if of_kms else self._s3(environ, start)
        except Refused as refused:
            answer = refused.answer_of_kms if of_kms else refused.answer
            return answer(environ, start)

    def _control(self, environ: Environ, start: Start) -> Iterable[bytes]:
        value = json.loads(body_of(environ) or b"{}")
        found: dict[str, Any] = {}
        status = "200 OK"
        if value.pop("counts", False):
            found = dict(self._settings.counts)
            self._settings.counts.clear()
        try:
            self._settings.change(value)
        except (TypeError, ValueError) as error:
            status, found = "400 Bad Request", {"error": str(error)}
        start(status, [("Content-Type", "application/json")])
        return [json.dumps(found).encode()]

    def _caller(self, environ: Environ) -> Caller:
        return caller_of(environ, self._settings.enforced)

    def _kms(self, environ: Environ, start: Start) -> Iterable[bytes]:
        def app(environ: Environ, start: Start) -> Iterable[bytes]:
            return kms.answer(environ, start, self._caller(environ), self._app)

        operation = kms.operation_of(environ)
        with_key = operation.removeprefix("kms:") in kms.USES
        return faults.carried_out(
            self._settings.faults, app, environ, start, operation, with_key=with_key
        )

    def _s3(self, environ: Environ, start: Start) -> Iterable[bytes]:
        request = Request(environ)
        if not request.bucket:
            return self._app(environ, start)
        if request.key:
            self._settings.counts[request.operation] += 1

        def app(_: Environ, start: Start) -> Iterable[bytes]:
            return self._carry_out(request, start)

        return faults.carried_out(
            self._settings.faults,
            app,
            environ,
            start,
            request.operation,
            with_key=request.operation in WITH_KEY and self._with_key(request),
        )

    def _with_key(self, request: Request) -> bool:
        """Whether KMS is asked for a request."""
        stored = find_object(request.bucket, request.key, request.parameter("versionId"))
        upload = find_upload(request.bucket, request.parameter("uploadId") or "")
        sources = [find_object(*request.source)] if request.source else []
        if request.operation in ("GET", "UPDATE"):
            sources.append(stored)
        used = any(encryption_of(one).key for one in (*sources, upload) if one is not None)
        asked = (request.header(SSE) or "").startswith("aws:kms")
        bucket = find_bucket(request.bucket)
        default = "AES256" if bucket is None else self._default(bucket).algorithm
        return used or asked or request.operation == "UPDATE" or default.startswith("aws:kms")

    def _default(self, bucket: Any) -> encryption.Default:
        return encryption.default_of(bucket, sse_c=self._settings.sse_c)

    def _carry_out(self, request: Request, start: Start) -> Iterable[bytes]:
        caller = self._caller(request.environ)
        if not request.key:
            return self._of_bucket(request, start, caller)
        operation = request.operation
        if operation == "UPDATE" and not self._settings.update:
            return self._app(request.environ, start)
        with self._writing:
            if operation in ("PUT", "COPY", "CREATE"):
                return self._write(request, start, caller)
            if operation in ("PART", "COPY-PART", "COMPLETE"):
                return self._part(request, start, caller)
            if operation == "UPDATE":
                return self._update(request, start, caller)
        if operation in ("GET", "HEAD"):
            return self._read(request, start, caller)
        self._authorize(request, caller)
        repairs.answer_about(request)
        return self._app(request.environ, start)

    def _of_bucket(self, request: Request, start: Start, caller: Caller) -> Iterable[bytes]:
        always = caller.policies is None and request.action in ALWAYS
        if find_bucket(request.bucket) is not None and not always:
            self._authorize(request, caller)
        if "encryption" in request and (self._settings.defaults or request.method != "GET"):
            bucket = bucket_of(request.bucket)
            sse_c = self._settings.sse_c
            return buckets.answer(request.environ, start, bucket, sse_c=sse_c)
        return self._app(request.environ, start)

    def _read(self, request: Request, start: Start, caller: Caller) -> Iterable[bytes]:
        self._authorize(request, caller)
        given = customer_keys.key_of(request)
        stored = find_object(request.bucket, request.key, request.parameter("versionId"))
        if stored is None:
            return self._app(request.environ, start)
        found = encryption_of(stored)
        try:
            customer_keys.check_read(found.customer, given)
        except Refused as refused:
            refused.headers.append((encryption.ASKED, found.asked))
            raise
        if request.method == "GET":
            self._use(found.key, request.bucket, request.key, caller, "kms:Decrypt")
        asked = [(encryption.ASKED, found.asked)]
        return self._app(request.environ, _with_headers(start, found, asked))

    def _write(self, request: Request, start: Start, caller: Caller) -> Iterable[bytes]:
        customer_keys.key_of(request)
        bucket = bucket_of(request.bucket)
        source = self._source(request, caller)
        self._authorize(request, caller)
        if request.operation == "COPY" and self._settings.conditions:
            repairs.check_conditions(request)
        if not self._settings.keeps:
            request.environ["HTTP_X_AMZ_TAGGING_DIRECTIVE"] = "REPLACE"
        found = encryption.of_write(
            request, bucket, caller, self._default(bucket), defaults=self._settings.defaults
        )
        if source is not None:
            self._use(source.key, *(request.source or ())[:2], caller, "kms:Decrypt")
            if (found.algorithm, found.key) == (source.algorithm, source.key):
                # A rename of S3A repeats what the source has: nobody asked for more than then.
                found = replace(found, asked=source.asked)
        self._use(found.key, request.bucket, request.key, caller, "kms:GenerateDataKey")

        def stored() -> None:
            if request.operation != "CREATE":
                keep(find_object(request.bucket, request.key), found)

        answer = self._app(request.environ, _with_headers(start, found, then=stored))
        if request.operation != "CREATE":
            return answer
        body = b"".join(answer)
        upload = body.partition(b"<UploadId>")[2].partition(b"</UploadId>")[0].decode()
        started = find_upload(request.bucket, upload)
        if started is not None:
            keep(started, found)
            started.endpoint_conditions = request.conditions
        return [body]

    def _part(self, request: Request, start: Start, caller: Caller) -> Iterable[bytes]:
        upload = find_upload(request.bucket, request.parameter("uploadId") or "")
        source = self._source(request, caller)
        self._authorize(request, caller, getattr(upload, "endpoint_conditions", None))
        if upload is None:
            return self._app(request.environ, start)
        found = encryption_of(upload)
        if request.operation == "COMPLETE":
            if self._settings.conditions and self._settings.end_conditions:
                repairs.check_conditions(request)
        else:
            customer_keys.check_part(found.customer, customer_keys.key_of(request))
        if source is not None:
            if self._settings.conditions:
                repairs.check_conditions(request)
            self._use(source.key, *(request.source or ())[:2], caller, "kms:Decrypt")
        self._use(found.key, request.bucket, request.key, caller, "kms:Decrypt")

        def stored() -> None:
            if request.operation == "COMPLETE":
                keep(find_object(request.bucket, request.key), found)

        return self._app(request.environ, _with_headers(start, found, then=stored))

    def _update(self, request: Request, start: Start, caller: Caller) -> Iterable[bytes]:
        bucket = bucket_of(request.bucket)
        authorization = str(request.environ.get("HTTP_AUTHORIZATION", ""))
        authorization += request.environ.get("QUERY_STRING", "")
        body = body_of(request.environ)
        arn, bucket_key = updating.wanted(body, authorization, bucket.account_id)
        conditions = {f"s3:{SSE}": "aws:kms", f"s3:{KEY_ID}": arn}
        self._authorize(request, caller, conditions)
        stored = object_of(request.bucket, request.key, request.parameter("versionId"))
        before = updating.check_source(stored)
        place = (request.bucket, request.key, caller)
        self._use(before.key, *place, "kms:Decrypt", "kms:ReEncryptFrom")
        needed = ("kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt", "kms:ReEncryptTo")
        self._use(arn, *place, *needed)
        keep(stored, Encryption("aws:kms", arn, bucket_key, asked=f"aws:kms {arn}"))
        start("200 OK", [("Content-Length", "0")])
        return [b""]

    def _source(self, request: Request, caller: Caller) -> Encryption | None:
        """How the source of a copy is encrypted; None if it is no copy. Refuses what may not be read."""
        if request.source is None:
            return None
        bucket, key, version = request.source
        owner = bucket_of(bucket)
        action = "s3:GetObjectVersion" if version else "s3:GetObject"
        resource = f"arn:aws:s3:::{bucket}/{key}"
        policy, context = _policy(owner), _context(request, {})
        permissions.check(caller, action, resource, owner.account_id, policy, context)
        found = encryption_of(object_of(bucket, key, version))
        given = customer_keys.key_of(request, COPY_CUSTOMER)
        customer_keys.check_read(found.customer, given, "Access Denied")
        return found

    def _authorize(
        self, request: Request, caller: Caller, conditions: dict[str, str] | None = None
    ) -> None:
        bucket = bucket_of(request.bucket)
        said = request.conditions if conditions is None else {**request.conditions, **conditions}
        context = _context(request, said)
        key = context.get(f"s3:{KEY_ID}")
        if key:
            context[f"s3:{KEY_ID}"] = kms.arn_of(key, bucket.account_id, region_of(bucket))
        policy = _policy(bucket)
        permissions.check(caller, request.action, request.arn, bucket.account_id, policy, context)

    def _use(self, key: str, bucket: str, name: str, caller: Caller, *actions: str) -> None:
        """Refuses the use of a key for an object, if it has one."""
        if not key:
            return
        owner = bucket_of(bucket)
        region = region_of(owner)
        context = {
            "kms:CallerAccount": caller.account,
            "kms:ViaService": f"s3.{region}.amazonaws.com",
            "kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}/{name}",
        }
        found = kms.find(key, owner.account_id, region, caller, actions[0])
        kms.check(found, caller, actions, context)


def _policy(bucket: Any) -> dict[str, Any] | None:
    return dict(json.loads(bucket.policy)) if bucket.policy else None


def _context(request: Request, said: dict[str, str]) -> dict[str, str]:
    secure = request.environ.get("wsgi.url_scheme") == "https"
    found = {**said, "aws:SecureTransport": str(secure).lower()}
    if "prefix" in request:
        found["s3:prefix"] = request.parameter("prefix") or ""
    return found


def _with_headers(
    start: Start,
    found: Encryption,
    more: list[tuple[str, str]] | None = None,
    then: Any = lambda: None,
) -> Start:
    """A `start` that says how the object is encrypted; `then` runs once moto has done its part."""

    def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        if int(status.split()[0]) < 300:
            then()
            headers = [item for item in headers if not item[0].lower().startswith(SSE)]
            headers += [*encryption.headers_of(found), *(more or [])]
        return start(status, headers, *rest)

    return begin
