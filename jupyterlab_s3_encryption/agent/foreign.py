"""What the agent uses of objects without types: of Java through py4j, of pyspark, of sparkmagic.

For annotations only. Must not know: what is in them.
"""

from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Optional,
    Sequence,
    Tuple,
    Union,
)

if TYPE_CHECKING:
    from typing import Protocol, TypedDict  # novm

    class Java(Protocol):
        """A Java object or class through py4j, or what py4j makes a value of Python: convert it.

        Java's null comes as None: that is an Optional. Also what Spark Connect's client is made of.
        """

        def __getattr__(self, name: str) -> "Java": ...

        def __call__(self, *arguments: object, **more: object) -> "Java":
            """What a method returns."""

        def __getitem__(self, index: int) -> "Java": ...

        def __setitem__(self, index: int, value: object) -> None: ...

        def __iter__(self) -> "Iterator[Java]": ...

        def __len__(self) -> int: ...

        def __int__(self) -> int: ...

        def __float__(self) -> float: ...

        def __eq__(self, other: object) -> bool: ...

        def __hash__(self) -> int: ...

    class OpenSystem(TypedDict):
        """A file system that is open in a JVM, see OpenFileSystems.java."""

        uri: str
        className: str
        algorithm: Optional[str]
        key: Optional[str]
        stale: Optional[bool]

    class OpenSystems(TypedDict, total=False):
        """What OpenFileSystems.java says of a JVM; executor: only if it is that of one."""

        systems: List[OpenSystem]
        sealed: bool
        failure: Optional[str]
        left: int
        writing: List[str]
        ahead: List[str]
        moved: List[str]
        executor: str

    class Places(TypedDict):
        """Where a JVM was asked to write, see OpenFileSystems.java.

        places: (number, began, ended, kind, address, whether only a folder was made); "" for some
        that were too many.
        """

        sealed: bool
        places: "List[Union[str, Tuple[int, int, int, str, str, bool]]]"

    class Committed(TypedDict):
        """A snapshot of an Iceberg table, see Catalogs.java.

        own: whether it says that this application made it; files: None if they are too many.
        """

        table: str
        snapshot: str
        own: bool
        time: int
        location: str
        files: Optional[List[str]]

    class TableWriter(TypedDict):
        """What a table of an Iceberg catalog is written with, or new ones of it (table: "").

        made: the class of Iceberg's catalog; io: of the FileIO; sse: its s3.sse.*.
        """

        catalog: str
        table: str
        made: str
        io: str
        sse: Dict[str, str]

    class ServerExecutors(TypedDict):
        """What the executors of a Connect server said, by their ids; ids: of all; reason: why some
        did not."""

        ids: List[str]
        answers: Dict[str, OpenSystems]
        reason: Optional[str]

    class ServerAnswer(TypedDict):
        """What Probe.java says of a Connect server.

        others: how many sessions of others it has; jobs, streams: running now; kept: how many RDDs
        and frames it keeps; fetched: how many files its executors fetch from S3; all these None for
        unknown. connectors: by scheme (class, why there is none); derived: by bucket, "" for all
        others, what S3A makes of the settings, (algorithm, key) or (None, an error); server: the
        encryption properties that it was started with, None for a hidden key; replaced: whether
        older file systems were replaced; executors: None if there are none beside the driver.
        """

        application: str
        master: str
        spark: str
        hadoop: str
        others: Optional[int]
        jobs: Optional[int]
        streams: Optional[int]
        kept: Optional[int]
        fetched: Optional[int]
        connectors: Dict[str, Tuple[Optional[str], Optional[str]]]
        derived: Dict[str, Tuple[Optional[str], Optional[str]]]
        server: Dict[str, Optional[str]]
        eventLog: Optional[str]
        replaced: bool
        driver: OpenSystems
        executors: Optional[ServerExecutors]
        records: "Optional[ServerRecords]"

    class ServerRecords(TypedDict):
        """New SQL executions of a Connect server, see Records.java.

        executions: (number, began, ended, whose, plan), times in milliseconds since 1970.
        """

        settled: bool
        now: int
        first: int
        last: int
        since: int
        next: int
        executions: List[Tuple[int, int, Optional[int], str, str]]

    class SparkContext(Protocol):
        """pyspark's SparkContext, with Java's objects behind it."""

        _gateway: Java
        _jsc: Java
        _jvm: Java
        master: str
        version: str
        defaultParallelism: int

        def getLocalProperty(self, key: str) -> Optional[str]: ...

        def setLocalProperty(self, key: str, value: Optional[str]) -> None: ...

    class RuntimeConf(Protocol):
        """spark.conf of any session."""

        def get(self, key: str, default: Optional[str]) -> Optional[str]: ...

        def set(self, key: str, value: str) -> None: ...

        def unset(self, key: str) -> None: ...

    class FrameWriter(Protocol):
        """What df.write is."""

        def partitionBy(self, column: str) -> "FrameWriter": ...

        def text(self, path: str) -> None: ...

    class Frame(Protocol):
        """A DataFrame."""

        schema: object
        write: FrameWriter

        def selectExpr(self, *expressions: str) -> "Frame": ...

        def collect(self) -> List[Sequence[object]]: ...

    class Functions(Protocol):
        """spark.udf of any session."""

        def registerJavaFunction(self, name: str, java: str, kind: str) -> None: ...

    class SparkSession(Protocol):
        """pyspark's session, over Spark Connect or not; before Spark 3.5 it has no tags."""

        conf: RuntimeConf
        udf: Functions
        version: str

        def range(self, start: int, end: int, step: int, slices: int) -> Frame: ...

        def sql(self, query: str) -> Frame: ...

        def addTag(self, tag: str) -> None: ...

        def removeTag(self, tag: str) -> None: ...

        def interruptTag(self, tag: str) -> object: ...

        def addArtifacts(self, path: str) -> None: ...

    class JvmSparkSession(SparkSession, Protocol):
        """A session whose driver is the JVM beside this kernel."""

        _sc: SparkContext
        _jsparkSession: Java

    class LivyConnection(Protocol):
        """sparkmagic's connection to Livy; `_session` is one of requests."""

        _headers: object
        _auth: object
        _session: object
        verify_ssl: object

        def compose_url(self, path: str) -> str: ...

    class LivyClient(Protocol):
        """What sparkmagic asks Livy with."""

        _http_client: LivyConnection

    class LivySession(Protocol):
        """sparkmagic's object of a session."""

        id: object
        http_client: LivyClient

    class SparkController(Protocol):
        """Where sparkmagic keeps its sessions."""

        def get_session_by_name_or_default(self, name: str) -> LivySession: ...

    class KernelMagics(Protocol):
        """sparkmagic's own object of a kernel."""

        language: str
        session_name: str
        session_started: bool
        spark_controller: SparkController

    class SparkmagicConfiguration(Protocol):
        """A module of sparkmagic's."""

        get_session_properties: "Callable[[str], Dict[str, Any]]"
