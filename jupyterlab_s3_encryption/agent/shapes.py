"""Names for plain data, and for objects of libraries that have no types.

Must not know: what is in them.
"""

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

#: A JSON object.
Json = Dict[str, Any]
#: docs/protocol.md has the shapes of these.
Report = Json
Profile = Json
Finding = Json
#: What is wrong with one field: {"field": path, "message": sentence}.
FieldMessage = Dict[str, str]
#: Properties by name, and their desired values, None for absent.
Properties = Dict[str, str]
Desired = Dict[str, Optional[str]]
#: An object of pyspark: a session, a SparkContext, a class of these.
Pyspark = Any
#: A module of Python.
Module = Any
#: What is called with any arguments.
Function = Callable[..., Any]
#: An argument that nobody has checked yet.
Unchecked = Any

if TYPE_CHECKING:
    from typing import Iterator, Protocol  # novm

    class Java(Protocol):
        """A Java object or class through py4j, or what py4j makes a value of Python: convert it.

        Java's null comes as None: that is an Optional.
        """

        def __getattr__(self, name: str) -> "Java": ...

        def __call__(self, *arguments: object) -> "Java":
            """What a method returns."""

        def __getitem__(self, index: int) -> "Java": ...

        def __setitem__(self, index: int, value: object) -> None: ...

        def __iter__(self) -> "Iterator[Java]": ...

        def __len__(self) -> int: ...

        def __int__(self) -> int: ...

        def __float__(self) -> float: ...

        def __eq__(self, other: object) -> bool: ...

        def __hash__(self) -> int: ...


# Not an else: the build leaves out all of what is for types only.
if not TYPE_CHECKING:
    Java = object

# Arguments and answers of the requests. For annotations as text only: Python 3.7 has no TypedDict.
if TYPE_CHECKING:
    from typing import TypedDict  # novm

    class NoArguments(TypedDict):
        """Of probe, verify, clear, release, cancelRenewal, keys and renew."""

    class ChoiceArguments(TypedDict, total=False):
        """Of apply; profile: docs/protocol.md has its shape."""

        profile: object
        connector: Optional[str]
        customerKey: Optional[str]

    class GuardArguments(ChoiceArguments, total=False):
        """Of guard; fingerprint: of the last report with this choice; block: whether cells wait for
        the answer, so that settings are read even if a server has to be asked."""

        fingerprint: Optional[str]
        block: bool

    class CanaryArguments(TypedDict, total=False):
        """Of canary."""

        location: object

    class WritesArguments(TypedDict, total=False):
        """Of writes; budget: milliseconds."""

        budget: object

    class AuditArguments(TypedDict, total=False):
        """Of audit: of a new one, or the token of the one to continue; page: how many objects."""

        path: object
        limit: object
        sample: str
        token: Optional[str]
        page: object

    class CancelAuditArguments(TypedDict, total=False):
        """Of cancelAudit."""

        token: Optional[str]

    class BucketArguments(TypedDict, total=False):
        """Of bucket."""

        bucket: object

    class StoredObject(TypedDict):
        """What the headers of an object say, and the verdict."""

        path: str
        size: Optional[int]
        modified: Optional[str]
        algorithm: Optional[str]
        keyId: Optional[str]
        verdict: Optional[str]
        reason: Optional[str]

    class CanaryObject(StoredObject):
        """An object of a canary, with the executor that wrote it."""

        executor: Optional[str]

    class CanaryExecutors(TypedDict):
        """How many executors there are, if known, and how many wrote."""

        total: Optional[int]
        wrote: int

    class CanaryAnswer(TypedDict):
        """The entry "canary" of a report."""

        location: str
        slots: int
        executors: CanaryExecutors
        objects: List[CanaryObject]
        readBy: Optional[str]
        removed: bool
        left: List[str]
        elapsed: float

    class CheckedPath(TypedDict):
        """One path of the user's own writes."""

        path: str
        execution: int
        time: str
        checked: int
        wanted: int
        other: int
        unreadable: int
        total: Optional[int]
        sampled: bool
        objects: List[StoredObject]
        reason: Optional[str]

    class WritesAnswer(TypedDict):
        """The entry "writes" of a report."""

        pending: bool
        unseen: List[str]
        paths: List[CheckedPath]

    class AuditCount(TypedDict):
        """How many objects of an audit have the same method, key and verdict."""

        algorithm: Optional[str]
        keyId: Optional[str]
        verdict: Optional[str]
        objects: int
        bytes: int

    class AuditAnswer(TypedDict):
        """The entry "audit" of a report."""

        token: Optional[str]
        path: str
        seen: int
        checked: int
        limit: int
        complete: bool
        counts: List[AuditCount]
        objects: List[StoredObject]
        readBy: Optional[str]
        elapsed: float

    class BucketDefault(TypedDict):
        """The default encryption of a bucket."""

        algorithm: str
        keyId: str
        bucketKey: bool
        blocked: List[str]

    class BucketPolicy(TypedDict):
        """The statements about encryption of a bucket's policy, and how many others it has."""

        statements: List[Json]
        others: int

    class NamedPolicy(TypedDict):
        """The statements of one policy that can be about a write."""

        name: str
        statements: List[Json]

    class CallerAnswer(TypedDict):
        """Who writes, and what its own policies say, as far as they could be read."""

        arn: str
        policies: List[NamedPolicy]
        others: int
        unread: List[str]

    class KeyAnswer(TypedDict):
        """The state of a key, and what its policy says."""

        arn: str
        state: str
        spec: str
        statements: Optional[List[Json]]
        policyReason: Optional[str]

    class BucketAnswer(TypedDict):
        """The entry "bucket" of a report."""

        bucket: str
        default: Optional[BucketDefault]
        defaultReason: Optional[str]
        policy: Optional[BucketPolicy]
        policyReason: Optional[str]
        caller: Optional[CallerAnswer]
        callerReason: Optional[str]
        key: Optional[KeyAnswer]
        keyReason: Optional[str]
        late: Optional[str]
        elapsed: float

    class KeyPage(TypedDict, total=False):
        """A page of ListAliases or of ListKeys of KMS."""

        Aliases: List[Dict[str, object]]
        Keys: List[Dict[str, object]]
        NextMarker: str
        Truncated: bool

    class ListedKey(TypedDict):
        """A KMS key; a text is empty and usable None if it is not known."""

        arn: str
        aliases: List[str]
        description: str
        state: str
        spec: str
        usage: str
        manager: str
        origin: str
        multiRegion: bool
        usable: Optional[bool]
        reason: Optional[str]

    class KeysAnswer(TypedDict):
        """The entry "keys" of a report; total: how many keys there are, as far as is known."""

        account: str
        region: str
        keys: List[ListedKey]
        total: int
        unread: List[str]
        late: Optional[str]
        elapsed: float

    class Answers(TypedDict, total=False):
        """Entries of a report that a request adds itself."""

        removed: List[str]
        canary: CanaryAnswer
        writes: WritesAnswer
        audit: AuditAnswer
        bucket: Optional[BucketAnswer]
        keys: Optional[KeysAnswer]
