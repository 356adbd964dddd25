"""Refusals, and the answers that S3 and KMS give for them.

Sentences are those of the AWS documentation, or those that LocalStack's tests recorded from AWS.
Must not know: why something is refused.
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

Environ = dict[str, Any]
Start = Callable[..., Any]
App = Callable[[Environ, Start], Iterable[bytes]]

STATUS = {
    400: "400 Bad Request",
    403: "403 Forbidden",
    404: "404 Not Found",
    412: "412 Precondition Failed",
    501: "501 Not Implemented",
    503: "503 Slow Down",
}


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """A request that is answered with an error; `more`: further elements of S3's XML."""

    def __init__(self, status: int, code: str, message: str, **more: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message, self.more = status, code, message, more
        self.headers: list[tuple[str, str]] = []

    def answer(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """The answer in S3's XML; without a body to a HEAD request, as HTTP has it."""
        number = uuid.uuid4().hex[:16].upper()
        elements = {"Code": self.code, "Message": self.message, **self.more}
        elements.update(RequestId=number, HostId="host")
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in elements.items())
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'
        headers = [("x-amz-request-id", number), ("x-amz-id-2", "host"), *self.headers]
        return _send(environ, start, self.status, text, "application/xml", headers)

    def answer_of_kms(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """The same as KMS says it to those who call it themselves: JSON, and a plain code."""
        code = self.code.removeprefix("KMS.")
        code = {"AccessDenied": "AccessDeniedException"}.get(code, code)
        text = json.dumps({"__type": code, "message": self.message})
        headers = [("x-amzn-RequestId", str(uuid.uuid4())), ("x-amzn-ErrorType", code)]
        return _send(environ, start, 400, text, "application/x-amz-json-1.1", headers)


def access_denied(message: str = "Access Denied") -> Refused:
    """403 AccessDenied."""
    return Refused(403, "AccessDenied", message)


def invalid_request(message: str) -> Refused:
    """400 InvalidRequest."""
    return Refused(400, "InvalidRequest", message)


def invalid_argument(message: str, name: str, value: str = "null") -> Refused:
    """400 InvalidArgument, with the argument."""
    return Refused(400, "InvalidArgument", message, ArgumentName=name, ArgumentValue=value)


def precondition(condition: str) -> Refused:
    """412 PreconditionFailed."""
    message = "At least one of the pre-conditions you specified did not hold"
    return Refused(412, "PreconditionFailed", message, Condition=condition)


def no_such_key(key: str) -> Refused:
    """404 NoSuchKey."""
    return Refused(404, "NoSuchKey", "The specified key does not exist.", Key=key)


def body_of(environ: Environ) -> bytes:
    """The body of a request, which can be read again afterwards."""
    if environ.get("wsgi.input_terminated"):
        data: bytes = environ["wsgi.input"].read()
    else:
        data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(data)
    return data


def _send(
    environ: Environ,
    start: Start,
    status: int,
    text: str,
    kind: str,
    headers: list[tuple[str, str]],
) -> Iterable[bytes]:
    # A connection is used again: what is left of a body would be read as the next request.
    body_of(environ)
    data = b"" if environ["REQUEST_METHOD"] == "HEAD" else text.encode()
    length = ("Content-Length", str(len(data)))
    start(STATUS[status], [("Content-Type", kind), length, *headers])
    return [data]
