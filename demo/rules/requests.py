"""One request of S3: which object or bucket, which operation, which headers.

Must not know: what is stored, who asks.
"""

from __future__ import annotations

import re
import urllib.parse
from functools import cached_property

from moto.s3.responses import ACTION_MAP

from demo.rules.errors import Environ

SSE = "x-amz-server-side-encryption"
KEY_ID = f"{SSE}-aws-kms-key-id"
CONTEXT = f"{SSE}-context"
BUCKET_KEY = f"{SSE}-bucket-key-enabled"
CUSTOMER = f"{SSE}-customer"
COPY_CUSTOMER = "x-amz-copy-source-server-side-encryption-customer"

#: Of objects: what moto's table of permissions does not have.
_OBJECT = {
    ("PUT", "encryption"): "UpdateObjectEncryption",
    ("PUT", "retention"): "PutObjectRetention",
    ("GET", "retention"): "GetObjectRetention",
    ("PUT", "legal-hold"): "PutObjectLegalHold",
    ("GET", "legal-hold"): "GetObjectLegalHold",
    ("GET", "attributes"): "GetObjectAttributes",
    ("DELETE", "tagging"): "DeleteObjectTagging",
}
#: Of buckets, likewise.
_BUCKET = {
    ("GET", "encryption"): "GetEncryptionConfiguration",
    ("PUT", "encryption"): "PutEncryptionConfiguration",
    ("DELETE", "encryption"): "PutEncryptionConfiguration",
    ("GET", "object-lock"): "GetBucketObjectLockConfiguration",
    ("PUT", "object-lock"): "PutBucketObjectLockConfiguration",
    ("HEAD", ""): "ListBucket",
    ("POST", "delete"): "DeleteObject",
}


class Request:
    """What a request of S3 says; `key` is "" for one of a bucket."""

    def __init__(self, environ: Environ) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.bucket, _, self.key = path_of(environ).lstrip("/").partition("/")
        query = environ.get("QUERY_STRING", "")
        self.query = urllib.parse.parse_qs(query, keep_blank_values=True)

    def __contains__(self, parameter: str) -> bool:
        return parameter in self.query

    def header(self, name: str) -> str | None:
        """A header of HTTP; None if it was not sent."""
        found = self.environ.get("HTTP_" + name.upper().replace("-", "_"))
        return None if found is None else str(found)

    def parameter(self, name: str) -> str | None:
        """A parameter of the query."""
        return self.query.get(name, [None])[0]

    @cached_property
    def source(self) -> tuple[str, str, str | None] | None:
        """Bucket, key and version of what a copy reads."""
        found = self.header("x-amz-copy-source")
        if not found:
            return None
        path, _, query = found.partition("?")
        bucket, _, key = urllib.parse.unquote(path).lstrip("/").partition("/")
        return bucket, key, urllib.parse.parse_qs(query).get("versionId", [None])[0]

    @cached_property
    def operation(self) -> str:
        """A name for it: GET, HEAD, PUT, COPY, PART, COPY-PART, CREATE, COMPLETE, UPDATE, DELETE, or
        the method with what it is about."""
        if not self.key:
            return f"{self.method}-BUCKET"
        if self.method == "PUT" and "encryption" in self:
            return "UPDATE"
        if self.method == "POST" and "uploads" in self:
            return "CREATE"
        if self.method == "POST" and "uploadId" in self:
            return "COMPLETE"
        if self.method == "PUT" and "uploadId" in self:
            return "COPY-PART" if self.source else "PART"
        about = set(self.query) & {"acl", "tagging", "retention", "legal-hold", "attributes"}
        if about:
            return f"{self.method}-{about.pop().upper()}"
        if self.method == "PUT" and self.source:
            return "COPY"
        return self.method

    @cached_property
    def action(self) -> str:
        """The permission that it needs."""
        table = ACTION_MAP["KEY" if self.key else "BUCKET"].get(self.method, {})
        own = _OBJECT if self.key else _BUCKET
        for name in [*self.query, ""]:
            if (self.method, name) in own:
                return f"s3:{own[self.method, name]}"
        for name in self.query:
            if name in table:
                return f"s3:{table[name]}"
        return f"s3:{table.get('DEFAULT', 'PutObject' if self.key else 'ListBucket')}"

    @property
    def arn(self) -> str:
        """Of the object, or of the bucket."""
        return f"arn:aws:s3:::{self.bucket}/{self.key}" if self.key else self.bucket_arn

    @property
    def bucket_arn(self) -> str:
        """Of the bucket."""
        return f"arn:aws:s3:::{self.bucket}"

    @cached_property
    def conditions(self) -> dict[str, str]:
        """The keys of conditions that its headers are."""
        found = {
            name[5:].lower().replace("_", "-"): str(value)
            for name, value in self.environ.items()
            if name.startswith("HTTP_X_AMZ_")
        }
        return {f"s3:{name}": value for name, value in found.items()}


def path_of(environ: Environ) -> str:
    """The path as it was meant: WSGI has its bytes as Latin-1."""
    return str(environ["PATH_INFO"]).encode("latin-1").decode("utf-8")


def service_of(environ: Environ) -> str:
    """The service that a request was signed for; "" if it was not signed."""
    found = re.search(r"Credential=[^/]+/\d+/[^/]+/([a-z0-9-]+)/", _authorization(environ))
    return found.group(1) if found else ""


def access_key_of(environ: Environ) -> str:
    """The access key that a request was signed with; "" if it was not signed."""
    text = _authorization(environ)
    found = re.search(r"Credential=([^/,\s]+)/", text) or re.match(r"AWS ([^:\s]+):", text)
    return found.group(1) if found else ""


def token_of(environ: Environ) -> str:
    """The token of a session; "" without one."""
    header = environ.get("HTTP_X_AMZ_SECURITY_TOKEN")
    if header:
        return str(header)
    query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""))
    found = [query[name][0] for name in query if name.lower() == "x-amz-security-token"]
    return found[0] if found else ""


def _authorization(environ: Environ) -> str:
    header = str(environ.get("HTTP_AUTHORIZATION", ""))
    if header:
        return header
    query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""))
    older = query.get("AWSAccessKeyId", [""])[0]
    return f"AWS {older}:" if older else "Credential=" + query.get("X-Amz-Credential", [""])[0]
