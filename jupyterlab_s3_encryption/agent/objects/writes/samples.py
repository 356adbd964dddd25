"""Lists below many paths, and reads the headers of many objects, in a few calls into the JVM.

Through S3A's own connections of buckets that are open already, so that nothing is opened or closed.
What cannot be read this way (another connector, another Hadoop, more than a page) is left for a
reader of its own. Must not know: profiles, verdicts, whose objects they are.
"""

from typing import Dict, List, NamedTuple, Optional, Tuple

from ...spark import java_classes
from ...spark.sessions import Classic
from ..reading import bulk_calls, s3a
from ..reading.headers import header_of, incomplete
from ..reading.location import S3Location
from ..verdicts import Header
from .matching import Row

#: How the names of folder markers end, which S3A lists as folders or not at all.
_MARKERS = ("/", "_$folder$")
#: Requests under way at once.
THREADS = 16


class Sample(NamedTuple):
    """Objects whose headers are to be read, all below one location."""

    location: S3Location
    rows: List[Row]


class Open:
    """The buckets that the driver holds open with S3A; raises what Java raises."""

    def __init__(self, session: Classic) -> None:
        self._context = session.context
        self._java = bulk_calls.of(session.context)
        self._clients: Dict[str, Optional[s3a.Client]] = {}

    def listed(self, locations: List[S3Location]) -> List[Optional[List[Row]]]:
        """All objects below each of these locations; None if a reader has to list it."""
        java = self._java
        found: List[Optional[List[Row]]] = [None] * len(locations)
        able: List[Tuple[int, s3a.Client]] = []
        for number, location in enumerate(locations):
            client = self._client(location)
            if client is not None:
                able.append((number, client))
        if not able:
            return found
        requests = []
        for number, client in able:
            key = locations[number].path.strip("/")
            requests.append(client.below(key + "/" if key else ""))
        columns = [java.array([client.client for _, client in able]), java.array(requests)]
        sdk = able[0][1]
        pages = java.over(sdk.page(), columns, THREADS)
        cut = java.data(java.over(sdk.of_page("isTruncated"), [pages]))
        contents = java.over(sdk.of_page("contents"), [pages])
        everything = java.named("java.util.ArrayList")()
        counts: List[Optional[int]] = []
        for position in range(len(able)):
            # An answer that is a text is an error, and has no contents.
            if cut[position] is not False:
                counts.append(None)
                continue
            part = contents[position]
            counts.append(int(part.size()))
            everything.addAll(part)
        flat = [everything.toArray()]
        keys, sizes, times = (
            java.data(java.over(sdk.of_object(name), flat))
            for name in ("key", "size", "lastModified")
        )
        begin = 0
        for (number, _), count in zip(able, counts):
            if count is None:
                continue
            root = "%s://%s/" % (locations[number].scheme, locations[number].bucket)
            found[number] = [
                (root + keys[n], int(sizes[n]), times[n] / 1000.0)
                for n in range(begin, begin + count)
                if not keys[n].endswith(_MARKERS)
            ]
            begin += count
        return found

    def headers(self, samples: List[Sample]) -> List[Optional[List[Header]]]:
        """The headers of each of these objects; None if a reader has to read them."""
        java = self._java
        clients, heads = java.named("java.util.ArrayList")(), java.named("java.util.ArrayList")()
        copies = java.named("java.util.Collections").nCopies
        keys: List[str] = []
        client = None
        for location, rows in samples:
            client = self._client(location)
            assert client is not None  # noqa: S101 - listed through it
            clients.addAll(copies(len(rows), client.client))
            heads.addAll(copies(len(rows), client.head))
            keys += [path.split("/", 3)[3] for path, _, _ in rows]
        if client is None or not keys:
            return [[] for _ in samples]
        columns = [clients.toArray(), heads.toArray(), java.strings(keys)]
        answers = s3a.from_responses(java.data(java.over(client.headers(), columns, THREADS)))
        found: List[Optional[List[Header]]] = []
        begin = 0
        for _, rows in samples:
            part = [header_of(one, False) for one in answers[begin : begin + len(rows)]]
            found.append(None if any(incomplete(header) for header in part) else part)
            begin += len(rows)
        return found

    def _client(self, location: S3Location) -> Optional[s3a.Client]:
        if location.bucket not in self._clients:
            self._clients[location.bucket] = self._made(location.bucket)
        return self._clients[location.bucket]

    def _made(self, bucket: str) -> Optional[s3a.Client]:
        try:
            system = java_classes.instance(self._context, bucket)
            return None if system is None else s3a.Client(self._java, system)
        except Exception:  # noqa: BLE001 - before Hadoop 3.4, a vendor's S3A, or closed meanwhile
            return None
