"""Reads the headers of many objects at once through S3A's own connection to S3.

Four ways, the quickest first: S3A's client of the AWS SDK 2 (Hadoop 3.4 and later), the answer to
S3A's own HeadObject there, which sends an SSE-C key (the attributes leave out that S3 confirms it),
S3A's extended attributes, and before Hadoop 3.4 S3A's getObjectMetadata, as the attributes there
leave the KMS key out. Must not know: boto3, profiles, verdicts.
"""

import base64
import re
from typing import Callable, Dict, List, Optional, Union

from ...sentences import say
from ...shapes import Java, JsonObject, Unchecked
from .bulk_calls import Jvm

SSE = "x-amz-server-side-encryption"
KEY = SSE + "-aws-kms-key-id"
CUSTOMER = SSE + "-customer-algorithm"
#: What S3 encryption clients leave with an object, in its metadata.
CLIENT = ("x-amz-cek-alg", "x-amz-key-v2", "x-amz-key", "x-amz-3")
_META = "x-amz-meta-"
_SDK = "software.amazon.awssdk."
#: From an answer of the SDK to its headers.
_ANSWER = (("core.SdkResponse", "sdkHttpResponse"), ("http.SdkHttpResponse", "headers"))
ABSENT = say(
    "S3 has no such object (404): it was removed, or its key has an empty part (//), which Spark "
    "cannot name."
)
#: What the status of a refused HeadObject means.
MEANS = {
    "400": say("S3 refused the request (400), as it does without the key of an SSE-C object."),
    "403": say("S3 refused it (403): reading headers needs s3:GetObject."),
    "404": ABSENT,
}

#: Headers of one object by their names in lower case, or why there are none.
Answer = Union[Dict[str, str], str]


class Headers:
    """Reads through one S3AFileSystem. keyed: its requests have to carry an SSE-C key."""

    def __init__(self, java: Jvm, system: Java, old: bool, keyed: bool) -> None:
        self._java = java
        self._system = system
        self._path = java.cls("org.apache.hadoop.fs.Path")
        self._client: Optional[Java] = None
        self._metadata: Optional[Java] = None
        self._answers: Optional[Java] = None
        try:
            if old:
                self._metadata = java.method(
                    system.getClass(), "getObjectMetadata", self._path
                ).bindTo(system)
            elif keyed:
                self._answers = self._through_internals()
            else:
                self._client = self._through_client()
        except Exception:  # noqa: BLE001 - a vendor's S3A: the attributes are there in each
            self._metadata = None

    def read(self, paths: Java, threads: int) -> List[Answer]:
        """The answer for each of an array of Hadoop's paths."""
        java = self._java
        if self._client is not None:
            names = [name.split("/", 3)[3] for name in java.texts(paths)]
            found = java.over(self._client, [java.strings(names)], threads)
            return from_responses(java.data(found))
        if self._answers is not None:
            return from_responses(java.data(java.each(self._answers, paths, threads)))
        if self._metadata is not None:
            found = java.each(self._metadata, paths, threads)
            return [_or_reason(answer, _from_metadata) for answer in java.data(found)]
        owner = java.cls("org.apache.hadoop.fs.FileSystem")
        wanted = java.array(["header." + name for name in (SSE, KEY, CUSTOMER, *CLIENT)])
        attributes = java.named("java.util.Arrays").asList(wanted)
        handle = java.method(owner, "getXAttrs", self._path, java.cls("java.util.List"))
        found = java.each(java.bind(handle, 2, attributes).bindTo(self._system), paths, threads)
        return [_or_reason(answer, _from_attributes) for answer in java.data(found)]

    def _through_internals(self) -> Java:
        """A method from a path to the headers of the answer to S3A's own HeadObject."""
        java, loader = self._java, self._system.getClass().getClassLoader()
        kinds = java.named("java.lang.Class")
        owner = kinds.forName("org.apache.hadoop.fs.s3a.S3AInternals", True, loader)
        found = java.method(owner, "getObjectMetadata", self._path)
        found = found.bindTo(self._system.getS3AInternals())
        for answer, name in _ANSWER:
            found = java.then(found, java.method(kinds.forName(_SDK + answer, True, loader), name))
        return found

    def _through_client(self) -> Java:
        """A method from a key to the headers of the answer to HeadObject."""
        client = Client(self._java, self._system)
        given = self._java.array([client.client, client.head])
        return self._java.put(client.headers(), given)


class Client:
    """S3A's own client of the AWS SDK 2, and what it is asked with; raises what Java raises.

    client, head: Java's objects for the columns that `headers` goes over, before the keys.
    """

    def __init__(self, java: Jvm, system: Java) -> None:
        self._java = java
        self._loader = system.getClass().getClassLoader()
        #: Another loader has other classes of the same names.
        self._of = " of %d" % int(self._loader.hashCode())
        self.client = system.getS3AInternals().getAmazonS3Client("S3 Encryption: headers")
        self._bucket = str(system.getBucket())
        self.head = self._builder("HeadObjectRequest").bucket(self._bucket).build()

    def below(self, prefix: str) -> Java:
        """A request for the first page of the objects whose keys begin so."""
        made = self._builder("ListObjectsV2Request")
        return made.bucket(self._bucket).prefix(prefix).build()

    def headers(self) -> Java:
        """(client, head, key): the headers of the answer to HeadObject."""
        return self._java.kept("headers" + self._of, self._headers)

    def page(self) -> Java:
        """(client, what `below` gives): the answer to ListObjectsV2."""
        return self._java.kept("page" + self._of, self._page)

    def of_page(self, name: str) -> Java:
        """(answer to ListObjectsV2): `contents`, or `isTruncated`."""
        java = self._java
        return java.kept(
            name + self._of, lambda: java.safe(java.method(self._model("Response"), name), 1)
        )

    def of_object(self, name: str) -> Java:
        """(object of a page): its `key`, `size`, or `lastModified` in milliseconds since 1970."""
        return self._java.kept(name + self._of, lambda: self._java.safe(self._object(name), 1))

    def _object(self, name: str) -> Java:
        java = self._java
        found = java.method(self._cls("services.s3.model.S3Object"), name)
        if name == "lastModified":
            found = java.then(found, java.method(java.cls("java.time.Instant"), "toEpochMilli"))
        return found

    def _page(self) -> Java:
        java = self._java
        owner = self._cls("services.s3.S3Client")
        return java.safe(java.method(owner, "listObjectsV2", self._model("Request")), 2)

    def _headers(self) -> Java:
        java = self._java
        request = self._cls("services.s3.model.HeadObjectRequest")
        builder = self._cls("services.s3.model.HeadObjectRequest$Builder")
        fresh = java.method(request, "toBuilder")
        made = java.given(java.method(builder, "key", java.cls("java.lang.String")), fresh)
        made = java.then(made, java.method(self._cls("utils.builder.SdkBuilder"), "build"))
        sent = java.method(self._cls("services.s3.S3Client"), "headObject", request)
        for owner, name in _ANSWER:
            sent = java.then(sent, java.method(self._cls(owner), name))
        return java.safe(java.nested(sent, 1, made), 3)

    def _model(self, name: str) -> Java:
        return self._cls("services.s3.model.ListObjectsV2" + name)

    def _builder(self, name: str) -> Java:
        java = self._java

        def method() -> Java:
            return java.method(self._cls("services.s3.model." + name), "builder")

        return java.call(java.kept(name + self._of, method))

    def _cls(self, name: str) -> Java:
        found = self._java.named("java.lang.Class")
        return self._java.kept(
            name + self._of + " as class", lambda: found.forName(_SDK + name, True, self._loader)
        )


def short(text: str) -> str:
    """What Java raised, in one line, without class names and request ids."""
    status = re.search(r"Status Code: (\d+)", text)
    if status is not None and status.group(1) in MEANS:
        return MEANS[status.group(1)]
    return plain(text)


def plain(text: str) -> str:
    """The first line of what Java raised, without the class's package and request ids."""
    if not text:
        return say("It could not be read.")
    line = text.splitlines()[0]
    line = re.sub(r"^(?:[\w$]+\.)+", "", line)
    return re.sub(r",? (?:S3 Extended )?Request ID: [^,;)\s]*", "", line)[:300]


def from_responses(answers: List[Java]) -> List[Answer]:
    """What the SDK's headers say of each object."""
    return [_or_reason(answer, _from_response) for answer in answers]


def _or_reason(answer: Unchecked, read: Callable[[Unchecked], Dict[str, str]]) -> Answer:
    if isinstance(answer, str):
        return short(answer)
    return read(answer)


def _from_response(answer: Dict[str, List[str]]) -> Dict[str, str]:
    """Header -> list of values; metadata of the user's own and of clients has a prefix."""
    found = {}
    for name, values in answer.items():
        lower = name.lower()
        found[lower[len(_META) :] if lower.startswith(_META) else lower] = str(values[0])
    return found


def _from_attributes(answer: Dict[str, str]) -> Dict[str, str]:
    """Extended attributes: header.NAME -> base64."""
    return {
        name[len("header.") :].lower(): base64.b64decode(value).decode("utf-8", "replace")
        for name, value in answer.items()
    }


def _from_metadata(answer: Dict[str, Optional[JsonObject]]) -> Dict[str, str]:
    """The ObjectMetadata of the AWS SDK for Java 1."""
    found = dict(answer.get("userMetadata") or {})
    found.update(answer.get("rawMetadata") or {})
    return {str(name).lower(): str(value) for name, value in found.items()}
