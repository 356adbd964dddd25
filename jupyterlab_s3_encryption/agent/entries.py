"""The shapes of a report's entries about what is found in the kernel and about a re-encryption.

See docs/protocol.md.

For annotations as text only: Python 3.7 has no TypedDict. Must not know: what is in them.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import List, Optional, TypedDict  # novm

    class Fix(TypedDict, total=False):
        """What to do about a finding; action: if a button can do it."""

        message: str
        action: str

    class Finding(TypedDict):
        """A reason why a claim does not hold."""

        code: str
        severity: str
        message: str
        fix: Optional[Fix]

    class AgentInfo(TypedDict):
        """The entry "agent" of a report."""

        version: str
        python: str
        source: str

    class Versions(TypedDict):
        """What identifies an application, and its versions."""

        applicationId: Optional[str]
        sparkVersion: Optional[str]
        hadoopVersion: Optional[str]
        master: Optional[str]

    class SessionInfo(Versions):
        """The entry "session" of a report."""

        kind: str
        sessions: int

    class Connector(TypedDict):
        """What serves one scheme."""

        scheme: str
        connector: str
        className: Optional[str]
        reason: Optional[str]

    class Setting(TypedDict):
        """One property that is set, or should be absent."""

        key: str
        value: Optional[str]
        wanted: Optional[str]
        origin: str
        ok: bool

    class Change(TypedDict):
        """One property that no longer is as it was applied."""

        key: str
        applied: Optional[str]
        found: Optional[str]

    class FileSystem(TypedDict):
        """One open file system of the driver."""

        uri: str
        algorithm: Optional[str]
        keyId: Optional[str]
        stale: Optional[bool]

    class ProvenBucket(TypedDict):
        """A bucket whose objects came back as expected."""

        bucket: str
        time: str
        objects: int
        by: str

    class Proof(TypedDict):
        """The entry "proof" of a report."""

        buckets: List[ProvenBucket]

    class Writer(TypedDict):
        """A Python library that writes to S3 by itself."""

        writer: str
        loaded: bool
        covered: bool
        reason: Optional[str]

    class SentenceParts(TypedDict):
        """What a sentence is made of."""

        text: str
        values: List[str]

    class PlannedWay(TypedDict):
        """How many objects would be changed in one way, and how many bytes they have."""

        way: str
        objects: int
        bytes: int

    class Obstacle(TypedDict):
        """Why some objects cannot be changed, and the first of them."""

        reason: str
        objects: int
        first: List[str]

    class PlanCost(TypedDict):
        """Requests, bytes that are copied, and their list price in US dollars."""

        puts: int
        gets: int
        kms: int
        copied: int
        dollars: float

    class PlannedChanges(TypedDict):
        """What a plan comes to in a store that knows UpdateObjectEncryption, or that does not."""

        ways: List[PlannedWay]
        obstacles: List[Obstacle]
        cost: PlanCost

    class PlanAnswer(TypedDict):
        """The entry "reencryptionPlan" of a report; changes, otherwise: null until it is made."""

        token: Optional[str]
        plan: Optional[str]
        path: str
        target: str
        versions: bool
        seen: int
        wanted: int
        changes: Optional[PlannedChanges]
        otherwise: Optional[PlannedChanges]
        notes: List[str]
        elapsed: float

    class PlannedObject(TypedDict):
        """An object that is not as wanted."""

        path: str
        versionId: Optional[str]
        size: int
        algorithmBefore: Optional[str]
        keyBefore: Optional[str]

    class ReencryptedObject(PlannedObject):
        """What became of it."""

        state: str
        way: Optional[str]
        proof: Optional[str]
        reason: Optional[str]

    class ReencryptionAnswer(TypedDict):
        """The entry "reencryption" of a report; objects: those that ended since the last one."""

        token: Optional[str]
        path: str
        journal: str
        total: int
        done: int
        left: int
        failed: int
        cancelled: bool
        rate: float
        seconds: Optional[float]
        objects: List[ReencryptedObject]
        notes: List[str]
        elapsed: float
