"""An address on S3 that a user typed or that Spark named.

Pure. Must not know: Spark, what is stored there.
"""

import re
from typing import NamedTuple, Optional

_ADDRESS = re.compile(r"(s3[an]?)://([A-Za-z0-9][A-Za-z0-9._-]{1,254})(/[^\x00-\x1f\x7f]*)?\Z")


class S3Location(NamedTuple):
    """scheme: s3, s3a or s3n; path: "" or "/..."."""

    scheme: str
    bucket: str
    path: str

    @classmethod
    def parse(cls, text: object) -> "Optional[S3Location]":
        """The location that an address names; None if it is not an S3 address."""
        match = _ADDRESS.match(text.strip()) if isinstance(text, str) else None
        if match is None:
            return None
        path = re.sub("/+", "/", match.group(3) or "").rstrip("/")
        if any(part in (".", "..") for part in path.split("/")):
            return None
        return cls(match.group(1), match.group(2), path)

    def text(self) -> str:
        """scheme://bucket/path without a slash at the end."""
        return "%s://%s%s" % (self.scheme, self.bucket, self.path)

    def root(self) -> str:
        """scheme://bucket/"""
        return "%s://%s/" % (self.scheme, self.bucket)
