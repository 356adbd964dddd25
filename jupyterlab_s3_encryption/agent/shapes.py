"""Names for plain data, and for objects of libraries that have no types.

Must not know: what is in them.
"""

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

#: A JSON object.
Json = Dict[str, Any]
#: A JSON object of which each value is checked where it is read.
JsonObject = Dict[str, object]
#: What is wrong with one field: {"field": path, "message": sentence}.
FieldMessage = Dict[str, str]
#: Properties by name, and their desired values, None for absent.
Properties = Dict[str, str]
Desired = Dict[str, Optional[str]]
#: A session or a SparkContext of pyspark, which only its kind tells.
Pyspark = Any
#: What is called with any arguments.
Function = Callable[..., object]
#: An argument that nobody has checked yet.
Unchecked = Any

# Not an else: the build leaves out all of what is for types only.
if not TYPE_CHECKING:
    Java = SparkContext = SparkSession = JvmSparkSession = object
    Profile = Rule = Report = Finding = dict

if TYPE_CHECKING:
    from .entries import (
        AgentInfo,
        Change,
        Connector,
        FileSystem,
        PlanAnswer,
        Proof,
        ReencryptionAnswer,
        SentenceParts,
        SessionInfo,
        Setting,
        Writer,
    )
    from .entries import Finding as Finding
    from .foreign import Java as Java
    from .foreign import JvmSparkSession as JvmSparkSession
    from .foreign import SparkContext as SparkContext
    from .foreign import SparkSession as SparkSession

# Arguments and answers of the requests. For annotations as text only: Python 3.7 has no TypedDict.
if TYPE_CHECKING:
    from typing import Protocol, TypedDict  # novm

    class _Method(TypedDict):
        method: str

    class Rule(_Method, total=False):
        """A method with what belongs to it: of a profile, or of its rule for one bucket."""

        kmsKeyId: str
        encryptionContext: Dict[str, str]

    class Profile(Rule, total=False):
        """A valid profile."""

        name: str
        buckets: Dict[str, Rule]
        writers: List[str]

    class NoArguments(TypedDict):
        """Of probe, verify, clear, release, cancelRenewal, keys and renew."""

    class ChoiceArguments(TypedDict, total=False):
        """Of apply; profile: docs/protocol.md has its shape."""

        profile: object
        connector: Optional[str]
        customerKey: Optional[str]
        connectClass: Optional[bool]

    class GuardArguments(ChoiceArguments, total=False):
        """Of guard; fingerprint: of the last report with this choice; block: whether cells wait for
        the answer, so that settings are read even if a server has to be asked; mode: for the gate."""

        fingerprint: Optional[str]
        block: bool
        mode: str

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

    class PlanArguments(TypedDict, total=False):
        """Of reencryptionPlan: of a new one, or the token of the one to continue."""

        path: object
        versions: object
        token: Optional[str]

    class ReencryptionArguments(TypedDict, total=False):
        """Of reencryption: the plan to carry out, or the token of the run to continue."""

        plan: Optional[str]
        token: Optional[str]

    class CancelReencryptionArguments(TypedDict, total=False):
        """Of cancelReencryption."""

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

    class Condition(TypedDict):
        """A condition of a statement."""

        operator: str
        key: str
        values: List[str]

    class _Statement(TypedDict):
        sid: str
        effect: str
        everybody: bool
        actions: List[str]
        resources: List[str]
        plain: bool
        conditions: List[Condition]

    class Statement(_Statement, total=False):
        """A statement of a policy; who: only if it is the policy of a key."""

        who: str

    class BucketPolicy(TypedDict):
        """The statements about encryption of a bucket's policy, and how many others it has."""

        statements: List[Statement]
        others: int

    class NamedPolicy(TypedDict):
        """The statements of one policy that can be about a write."""

        name: str
        statements: List[Statement]

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
        statements: Optional[List[Statement]]
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
        reencryptionPlan: Optional[PlanAnswer]
        reencryption: Optional[ReencryptionAnswer]

    class GateInfo(TypedDict):
        """The entry "gate" of a report. mode: "warn", "lenient" or "strict"; passed: not in force
        for one client, until its next guard."""

        mode: str
        profile: Optional[Profile]
        passed: bool

    class Gate(Protocol):
        """Looks before each cell."""

        def info(self) -> Optional[GateInfo]:
            """For reports."""

    class StateMessage(TypedDict):
        """What the server hears of a state, see docs/protocol.md."""

        state: str
        method: Optional[str]
        kmsKeyId: Optional[str]
        claim: str
        lastProof: Optional[str]
        codes: List[str]
        counts: Dict[str, Optional[int]]

    class Events(Protocol):
        """What the server hears."""

        def follow(self, answer: "Report", asked: Optional[Profile]) -> None:
            """After a report. asked: the profile of the request."""

    class FailedRequest(TypedDict):
        """The entry "error" of a report."""

        code: str
        message: str
        fields: List[FieldMessage]
        settings: str

    class Report(Answers, total=False):
        """A report, or the part of one; unchanged and agentMissing: only in short answers."""

        protocol: int
        request: str
        ok: bool
        error: Optional[FailedRequest]
        agent: AgentInfo
        profile: Optional[Profile]
        fingerprint: Optional[str]
        waiting: bool
        session: SessionInfo
        connectors: List[Connector]
        dialect: Optional[str]
        settings: List[Setting]
        fileSystems: List[FileSystem]
        executors: Optional[Dict[str, int]]
        activity: Dict[str, Optional[int]]
        findings: List[Finding]
        claim: str
        limitedTo: Optional[List[str]]
        changed: List[Change]
        proof: Optional[Proof]
        gate: Optional[GateInfo]
        writers: Optional[List[Writer]]
        sentences: Dict[str, SentenceParts]
        elapsed: float
        unchanged: bool
        agentMissing: bool
