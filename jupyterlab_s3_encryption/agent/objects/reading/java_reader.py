"""Lists objects below a path and reads what S3 says of each, from inside the JVM or with boto3.

Through a file system of its own, which Hadoop's cache does not know: nothing that Spark uses is
opened, kept or closed. Must not know: profiles, verdicts, requests, reports.
"""

from typing import List, Optional, Tuple

from ...profile import dialects
from ...sentences import say
from ...shapes import Java
from ...spark.sessions import JvmSession
from ..verdicts import Header
from . import boto, bulk_calls, s3a
from .headers import Listed, header_of, incomplete
from .location import S3Location

#: Requests of S3A under way at once.
THREADS = 32
_NAMES = ("encryption.algorithm", "server-side-encryption-algorithm")
#: What is in the way of reading objects of another kind, or adds to each request.
CLEARED = (*_NAMES, "encryption.key", "server-side-encryption.key", "encryption.context")


class Reader:
    """Reads below one bucket. Close it; the constructor raises what Java raises.

    as_written: with exactly the settings of the session, for writing and deleting; otherwise
    without settings that are in the way of reading. boto_loads: whether boto3 may be
    imported, which takes a moment.
    """

    def __init__(
        self,
        session: JvmSession,
        location: S3Location,
        as_written: bool = False,
        boto_loads: bool = True,
    ) -> None:
        self.session = session
        self.location = location
        self.java = bulk_calls.of(session.context)
        self.read_by: Optional[str] = None
        self._as_written = as_written
        self._boto_loads = boto_loads
        self._boto: Optional[boto.Boto] = None
        self._boto_failed = False
        self._conf = session.hadoop_conf()
        #: Whether requests carry an SSE-C key: S3 refuses it for objects that have none.
        self._keyed = any(
            self._conf.get(prefix + name) == "SSE-C"
            for prefix in self._prefixes()
            for name in _NAMES
        )
        self._plain: Optional[Java] = None
        self.system = self._open(as_written or self._keyed)
        version = dialects.parse_version(
            str(self.java.named("org.apache.hadoop.util.VersionInfo").getVersion())
        )
        self._old = version is not None and version < (3, 4)
        name = str(self.system.getClass().getName())
        self._headers: Optional[s3a.Headers] = None
        self._plain_headers: Optional[s3a.Headers] = None
        connector = dialects.connectors()["classes"].get(name)
        if connector is not None and dialects.is_inspected(connector):
            self._headers = s3a.Headers(self.java, self.system, self._old, self._keyed)

    def path(self, text: str) -> Java:
        """A text as Hadoop's Path."""
        return self.java.named("org.apache.hadoop.fs.Path")(text)

    def paths(self, texts: List[str]) -> Java:
        """These texts as an array of Hadoop's Path."""
        kind = self.java.cls("org.apache.hadoop.fs.Path")
        maker = self.java.maker(kind, self.java.cls("java.lang.String"))
        return self.java.each(maker, self.java.strings(texts))

    def listing(self, path: str) -> Java:
        """Hadoop's iterator over all objects below a path; raises what Java raises."""
        files = self.system.listFiles(self.path(path), True)
        kind = self.java.cls("org.apache.hadoop.fs.RemoteIterator")
        return self.java.method(kind, "next").bindTo(files)

    def take(self, listing: Java, count: int) -> Listed:
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

    def headers(self, paths: Java) -> List[Header]:
        """What S3 says of each of these objects (an array of Java's paths)."""
        if not len(paths):
            return []
        if self._headers is None:
            reason = say(
                "Reading the headers of an object takes S3A or boto3, and this kernel has neither."
            )
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

    def chosen(self, paths: Java, numbers: List[int]) -> Java:
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
        return ("fs.s3a.bucket.%s." % self.location.bucket, "fs.s3a.")

    def _open(self, as_set: bool) -> Java:
        conf = self.java.named("org.apache.hadoop.conf.Configuration")(self._conf)
        if not self._as_written:
            # It adds a long header to each request, for S3's access log.
            conf.set("fs.s3a.audit.enabled", "false")
        if not as_set:
            for prefix in self._prefixes():
                for name in CLEARED:
                    conf.unset(prefix + name)
        factory = self.java.named("org.apache.hadoop.fs.FileSystem")
        kind = factory.getFileSystemClass(self.location.scheme, conf)
        # Not made by Hadoop, which would give it the settings that are in force.
        system = kind.newInstance()
        root = self.location.root()
        system.initialize(self.java.named("java.net.URI").create(root), conf)
        return system

    def _again(self, found: List[Header], paths: Java) -> None:
        """Asks again without the SSE-C key: S3 refuses the key for objects without SSE-C."""
        failed = [n for n, header in enumerate(found) if header.algorithm is None]
        if not failed:
            return
        if self._plain is None:
            self._plain = self._open(False)
        if self._plain_headers is None:
            self._plain_headers = s3a.Headers(self.java, self._plain, self._old, False)
        answers = self._plain_headers.read(self.chosen(paths, failed), THREADS)
        for number, answer in zip(failed, answers):
            if isinstance(answer, dict):
                found[number] = header_of(answer, False)

    def _boto_ready(self) -> bool:
        if self._boto is None and not self._boto_failed and boto.available(self._boto_loads):
            try:
                self._boto = boto.Boto(self._conf, self.location.bucket)
            except Exception:  # noqa: BLE001 - an unusable boto3 counts as missing
                self._boto_failed = True
        return self._boto is not None

    def _ask_boto(self, found: List[Header], paths: Java, missing: List[int]) -> None:
        names = self.java.texts(self.chosen(paths, missing))
        keys = [name.split("/", 3)[3] for name in names]
        assert self._boto is not None  # noqa: S101 - _boto_ready said so
        for number, fields in zip(missing, self._boto.heads(keys, boto.THREADS)):
            if isinstance(fields, dict):
                found[number] = header_of(fields, False)
                self.read_by = "boto3"
            elif found[number].algorithm is None:
                found[number] = Header(None, None, fields)
