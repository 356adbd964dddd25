"""The default encryption of a bucket and the types that it blocks, as S3 keeps and answers them.

moto keeps no blocked types, and has no default for a bucket that says nothing. Must not know: who may
do it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape

import xmltodict

from demo.rules.encryption import ALGORITHMS, default_of
from demo.rules.errors import Environ, Refused, Start, body_of, invalid_argument

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def answer(environ: Environ, start: Start, bucket: Any, *, sse_c: bool) -> Iterable[bytes]:
    """GET, PUT and DELETE of ?encryption, of moto's bucket."""
    method = environ["REQUEST_METHOD"]
    if method == "PUT":
        bucket.encryption = _parsed(body_of(environ))
    elif method == "DELETE":
        bucket.encryption = None
    text = _described(bucket, sse_c=sse_c) if method == "GET" else ""
    status = "204 No Content" if method == "DELETE" else "200 OK"
    headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(text)))]
    start(status, headers)
    return [text.encode()]


def _described(bucket: Any, *, sse_c: bool) -> str:
    found = default_of(bucket, sse_c=sse_c)
    key = f"<KMSMasterKeyID>{escape(found.key)}</KMSMasterKeyID>" if found.key else ""
    blocked = "".join(f"<EncryptionType>{one}</EncryptionType>" for one in found.blocked)
    types = f"<BlockedEncryptionTypes>{blocked}</BlockedEncryptionTypes>" if blocked else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<ServerSideEncryptionConfiguration xmlns="{NAMESPACE}">'
        "<Rule><ApplyServerSideEncryptionByDefault>"
        f"<SSEAlgorithm>{found.algorithm}</SSEAlgorithm>{key}"
        "</ApplyServerSideEncryptionByDefault>"
        f"<BucketKeyEnabled>{str(found.bucket_key).lower()}</BucketKeyEnabled>{types}"
        "</Rule></ServerSideEncryptionConfiguration>"
    )


def _parsed(body: bytes) -> dict[str, Any]:
    """A configuration in moto's form; refuses what S3 refuses."""
    message = (
        "The XML you provided was not well-formed or did not validate against our published schema"
    )
    malformed = Refused(400, "MalformedXML", message)
    try:
        value: dict[str, Any] = xmltodict.parse(body)["ServerSideEncryptionConfiguration"]
    except (ExpatError, KeyError):
        raise malformed from None
    rule = (value or {}).get("Rule")
    if not isinstance(rule, dict):
        raise malformed
    by_default = rule.setdefault("ApplyServerSideEncryptionByDefault", {"SSEAlgorithm": "AES256"})
    algorithm = (by_default or {}).get("SSEAlgorithm")
    if algorithm not in ALGORITHMS:
        raise malformed
    if algorithm == "AES256" and by_default.get("KMSMasterKeyID"):
        raise invalid_argument(
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
            "aws:kms:dsse",
            "ApplyServerSideEncryptionByDefault",
        )
    return value
