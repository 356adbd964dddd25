"""What moto does otherwise than S3 beside encryption: conditions of copies, answers about locks.

Must not know: encryption, who may do what.
"""

from __future__ import annotations

import email.utils
from typing import Any

from moto.s3.models import get_canned_acl

from demo.rules.errors import Refused, precondition
from demo.rules.objects import find_object
from demo.rules.requests import Request


def check_conditions(request: Request) -> None:
    """moto knows no conditions of a copy's source, and none of its target or that of an upload."""
    if request.source:
        source = find_object(*request.source)
        wanted = request.header("x-amz-copy-source-if-match")
        if wanted and _etag(source) != wanted.strip('"'):
            raise precondition("x-amz-copy-source-If-Match")
        since = request.header("x-amz-copy-source-if-unmodified-since")
        if since and not wanted and source and _modified(source) > _seconds(since):
            raise precondition("x-amz-copy-source-If-Unmodified-Since")
    there = request.header("If-Match")
    if there and _etag(find_object(request.bucket, request.key)) != there.strip('"'):
        raise precondition("If-Match")


def answer_about(request: Request) -> None:
    """moto fails on objects without an ACL of their own, without a lock and without a hold."""
    stored = find_object(request.bucket, request.key)
    if stored is None:
        return
    if "acl" in request and stored.acl is None:
        stored.set_acl(get_canned_acl("private"))
    for name, attribute in (("retention", "lock_mode"), ("legal-hold", "lock_legal_status")):
        if name in request and request.method == "GET" and not getattr(stored, attribute):
            message = "The specified object does not have a ObjectLock configuration"
            raise Refused(404, "NoSuchObjectLockConfiguration", message)


def _etag(stored: Any) -> str | None:
    return None if stored is None else str(stored.etag).strip('"')


def _modified(stored: Any) -> float:
    return float(int(_seconds(stored.last_modified_RFC1123)))


def _seconds(date: str) -> float:
    return email.utils.parsedate_to_datetime(date).timestamp()
