"""The shapes of a report's entries about what is found in the kernel, see docs/protocol.md.

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
