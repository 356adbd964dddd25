"""The shapes of connectors.json. For annotations as text only: Python 3.7 has no TypedDict.

Must not know: what any of it means.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Dict, List, TypedDict  # novm

    #: Versions of Hadoop: `from` is inclusive, `until` is exclusive.
    Range = TypedDict("Range", {"from": str, "until": str, "fromAmazon": str}, total=False)

    class Refusal(Range):
        """Versions that do not have a method, or not safely, and why."""

        reason: str

    #: A class in a jar that a method needs beside the connector, and for which versions.
    Library = TypedDict(
        "Library",
        {"from": str, "until": str, "fromAmazon": str, "class": str, "jar": str},
        total=False,
    )

    class Method(TypedDict, total=False):
        """What a connector does for a method: ids of properties and their values."""

        set: Dict[str, str]
        requires: List[str]
        refused: List[Refusal]
        libraries: List[Library]

    class _Property(Range):
        id: str
        name: str
        off: str

    class Property(_Property, total=False):
        """One property of a connector."""

        contextFormat: str  # noqa: N815 - as in connectors.json

    class Table(TypedDict):
        """All about one connector."""

        title: str
        serves: List[str]
        inspected: bool
        prefix: str
        bucketPrefix: str
        properties: List[Property]
        methods: Dict[str, Method]

    class Connectors(TypedDict):
        """All connectors; classes: from the class of a file system to the connector."""

        schemes: List[str]
        classes: Dict[str, str]
        dialects: Dict[str, Table]
