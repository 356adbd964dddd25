"""Lists objects below a path and reads what S3 says of each, from inside the JVM or with boto3.

Through a file system of its own, which Hadoop's cache does not know: nothing that Spark uses is
opened, kept or closed. Must not know: profiles, verdicts, requests, reports.
"""

import re
from typing import Any, List, NamedTuple, Optional, Tuple

from . import boto, dialects, jvm, s3a, sessions
from .verdicts import Header

#: Requests under way at once, by S3A in the JVM and by boto3 in Python: waiting for S3 is what
#: takes the time, and Python's threads do more beside it.
THREADS, BOTO_THREADS = 32, 16
_PLACE = re.compile(r"(s3[an]?)://([A-Za-z0-9][A-Za-z0-9._-]{1,254})(/[^\x00-\x1f\x7f]*)?\Z")
_NAMES = ("encryption.algorithm", "server-side-encryption-algorithm")
_CLEARED = (*_NAMES, "encryption.key", "server-side-encryption.key", "encryption.context")


class Place(NamedTuple):
    """An address: s3, s3a or s3n, a bucket and what stands behind it ("" or "/...")."""

    scheme: str
    bucket: str
    path: str

    def text(self) -> str:
        """scheme://bucket/path without a slash at the end."""
        return "%s://%s%s" % (self.scheme, self.bucket, self.path)


class Listed(NamedTuple):
    """Objects that were listed: Java's paths, and (path, bytes, seconds since 1970) of each."""

    paths: Any
    rows: List[Tuple[str, int, float]]


def place(text: Any) -> Optional[Place]:
    """An address that a person typed; None where it is none of S3."""
    match = _PLACE.match(text.strip()) if isinstance(text, str) else None
    if match is None:
        return None
    path = re.sub("/+", "/", match.group(3) or "").rstrip("/")
    if any(part in (".", "..") for part in path.split("/")):
        return None
    return Place(match.group(1), match.group(2), path)


def reader_of(item: Any, where: Place) -> Any:
    """A reader for a session: over Spark Connect one without a JVM. Raises what it raises."""
    if item.context is not None:
        return Reader(item, where)
    from . import connect_objects

    return connect_objects.Reader(item, where)


class Reader:
    """Reads below one bucket. Close it; the constructor raises what Java raises.

    as_written: with exactly the settings of the session, as one that writes and deletes needs it;
    else without what would only get in the way of reading. boto_loads: whether boto3 may be
    loaded for it, which takes a moment.
    """

    def __init__(
        self, item: Any, where: Place, as_written: bool = False, boto_loads: bool = True
    ) -> None:
        self.item = item
        self.where = where
        self.java = jvm.of(item.context)
        self.read_by: Optional[str] = None
        self._as_written = as_written
        self._boto_loads = boto_loads
        self._boto: Optional[boto.Boto] = None
        self._boto_failed = False
        self._conf = item.hadoop_conf()
        #: Whether requests carry an SSE-C key: S3 refuses it for objects that have none.
        self._keyed = any(
            self._conf.get(prefix + name) == "SSE-C"
            for prefix in self._prefixes()
            for name in _NAMES
        )
        self._plain: Any = None
        self.system = self._open(as_written or self._keyed)
        version = dialects.parse_version(
            str(self.java.named("org.apache.hadoop.util.VersionInfo").getVersion())
        )
        self._old = version is not None and version < (3, 4)
        name = str(self.system.getClass().getName())
        self._headers: Optional[s3a.Headers] = None
        self._plain_headers: Any = None
        if dialects.data()["classes"].get(name) == "s3a":
            self._headers = s3a.Headers(self.java, self.system, self._old, self._keyed)

    def path(self, text: str) -> Any:
        """A text as Hadoop's Path."""
        return self.java.named("org.apache.hadoop.fs.Path")(text)

    def paths(self, texts: List[str]) -> Any:
        """These texts as an array of Hadoop's Path."""
        kind = self.java.cls("org.apache.hadoop.fs.Path")
        maker = self.java.maker(kind, self.java.cls("java.lang.String"))
        return self.java.each(maker, self.java.strings(texts))

    def listing(self, path: str) -> Any:
        """Hadoop's iterator over all objects below a path; raises what Java raises."""
        files = self.system.listFiles(self.path(path), True)
        kind = self.java.cls("org.apache.hadoop.fs.RemoteIterator")
        return self.java.method(kind, "next").bindTo(files)

    def take(self, listing: Any, count: int) -> Listed:
        """The next objects of a listing; fewer than `count` at its end."""
        status = self.java.cls("org.apache.hadoop.fs.FileStatus")
        found = self.java.take(listing, count)
        each = [
            self.java.each(self.java.method(status, name), found)
            for name in ("getPath", "getLen", "getModificationTime")
        ]
        sizes, times = self.java.data(each[1]), self.java.data(each[2])
        names = self.java.texts(each[0])
        rows = [
            (names[number], int(sizes[number]), times[number] / 1000.0)
            for number in range(len(names))
        ]
        return Listed(each[0], rows)

    def headers(self, paths: Any) -> List[Header]:
        """What S3 says of each of these objects (an array of Java's paths)."""
        if not len(paths):
            return []
        if self._headers is None:
            reason = "Only S3A tells the headers of an object; boto3 is not there."
            found = [Header(None, None, reason)] * len(paths)
        else:
            answers = self._headers.read(paths, THREADS)
            found = [header_of(answer, self._keyed) for answer in answers]
            if self._keyed:
                self._again(found, paths)
        missing = [
            n
            for n, header in enumerate(found)
            if incomplete(header) and header.reason != s3a.ABSENT
        ]
        if missing and self._boto_ready():
            self._ask_boto(found, paths, missing)
        elif self._headers is not None and any(header.algorithm is not None for header in found):
            self.read_by = "xattr"
        return found

    def chosen(self, paths: Any, numbers: List[int]) -> Any:
        """An array of some of these paths."""
        return self.java.array([paths[number] for number in numbers])

    def close(self) -> None:
        """Closes what was opened; never raises."""
        for system in (self.system, self._plain):
            try:
                if system is not None:
                    system.close()
            except Exception:  # noqa: BLE001 - the JVM is gone, and took all of them along
                return

    def _prefixes(self) -> Tuple[str, str]:
        return ("fs.s3a.bucket.%s." % self.where.bucket, "fs.s3a.")

    def _open(self, as_set: bool) -> Any:
        conf = self.java.named("org.apache.hadoop.conf.Configuration")(self._conf)
        if not self._as_written:
            # Its long header in each request is for S3's access log of what Spark does.
            conf.set("fs.s3a.audit.enabled", "false")
        if not as_set:
            for prefix in self._prefixes():
                for name in _CLEARED:
                    conf.unset(prefix + name)
        factory = self.java.named("org.apache.hadoop.fs.FileSystem")
        kind = factory.getFileSystemClass(self.where.scheme, conf)
        # Not made by Hadoop, which would hold it to the settings that are in force.
        system = kind.newInstance()
        root = "%s://%s/" % (self.where.scheme, self.where.bucket)
        system.initialize(self.java.named("java.net.URI").create(root), conf)
        return system

    def _again(self, found: List[Header], paths: Any) -> None:
        """Without the SSE-C key: what has none does not answer to a request that carries it."""
        failed = [n for n, header in enumerate(found) if header.algorithm is None]
        if not failed:
            return
        if self._plain is None:
            self._plain = self._open(False)
            self._plain_headers = s3a.Headers(self.java, self._plain, self._old, False)
        answers = self._plain_headers.read(self.chosen(paths, failed), THREADS)
        for number, answer in zip(failed, answers):
            if isinstance(answer, dict):
                found[number] = header_of(answer, False)

    def _boto_ready(self) -> bool:
        if self._boto is None and not self._boto_failed and boto.available(self._boto_loads):
            try:
                self._boto = boto.Boto(self._conf, self.where.bucket)
            except Exception:  # noqa: BLE001 - a boto3 that cannot be used: as if there were none
                self._boto_failed = True
        return self._boto is not None

    def _ask_boto(self, found: List[Header], paths: Any, missing: List[int]) -> None:
        names = self.java.texts(self.chosen(paths, missing))
        keys = [name.split("/", 3)[3] for name in names]
        assert self._boto is not None  # noqa: S101 - _boto_ready said so
        for number, fields in zip(missing, self._boto.heads(keys, BOTO_THREADS)):
            if isinstance(fields, dict):
                found[number] = header_of(fields, False)
                self.read_by = "boto3"
            elif found[number].algorithm is None:
                found[number] = Header(None, None, fields)


def incomplete(header: Header) -> bool:
    """Whether somebody else may know more: nothing was read, or KMS without its key."""
    return header.algorithm is None or (
        header.algorithm.startswith("aws:kms") and header.key is None
    )


def header_of(answer: s3a.Answer, keyed: bool) -> Header:
    """From the headers of one object, by their names in lower case, or why there are none."""
    if isinstance(answer, str):
        return Header(None, None, answer)
    if any(name in answer for name in s3a.CLIENT):
        return Header("CSE-KMS", None, None)
    customer = answer.get(s3a.CUSTOMER)
    if customer:
        return Header("SSE-C:" + customer, "", None)
    algorithm = answer.get(s3a.SSE) or ""
    if algorithm.startswith("aws:kms"):
        key = answer.get(s3a.KEY) or None
        return Header(algorithm, key, None if key else "The key is not told here.")
    if keyed and not algorithm:
        reason = "The endpoint took the key and does not say that it used it."
        return Header(algorithm, "", reason)
    return Header(algorithm, "", None)


def error_text(error: BaseException) -> str:
    """What Java raised, from its innermost cause, in one line."""
    java = getattr(error, "java_exception", None)
    if java is None:
        # pyspark's own exceptions keep Java's, or py4j's around it.
        java = getattr(error, "_origin", None)
        java = getattr(java, "java_exception", None) if isinstance(java, Exception) else java
    if java is None:
        return s3a.plain(sessions.error_text(error))
    try:
        cause = java.getCause()
        while cause is not None and cause.getMessage():
            java, cause = cause, cause.getCause()
        return s3a.plain(str(java.toString()))
    except Exception:  # noqa: BLE001 - the JVM is gone
        return type(error).__name__
