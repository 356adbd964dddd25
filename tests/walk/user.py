"""What the user of a walk does in cells. None of it fails in a Spark that nobody touches.

Must not know: what is claimed or expected; the walk is asked what is in force, so that it can be
noted what was opened when.
"""

from __future__ import annotations

import contextlib
import io
import uuid
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.agent_requests import CUSTOMER_KEY
from tests.walk import executors, kinds
from tests.walk.steps import SLOTS
from tests.walk.store import INPUT, OURS, Store

#: How many frames, RDDs, handles and streams are kept; the oldest are let go.
KEPT = 5


@dataclass
class Handle:
    """A file system that the user holds, or a stream, of one bucket; `era`: when it was opened."""

    thing: Any
    system: Any
    bucket: str
    era: Any
    key: str = ""


class User:
    """A user with a session; `written_by` is called before a write through what was kept.

    `keyed` is called with a bucket and a prefix before a write with a customer's key.
    """

    def __init__(
        self,
        spark: Any,
        store: Store,
        folder: Path,
        era: Callable[[], Any],
        written_by: Callable[[Handle, str], None],
        keyed: Callable[[str, str], None],
    ) -> None:
        self.spark, self.store, self.folder = spark, store, folder
        self.era, self.written_by, self.keyed = era, written_by, keyed
        self.slots = [store.new_bucket() for _ in range(SLOTS)]
        self.frames: list[Any] = []
        self.texts: list[Any] = []
        self.handles: list[Handle] = []
        self.streams: list[Handle] = []
        self.databases: dict[str, str] = {}
        self.tables: dict[str, list[str]] = {}
        self.configurations = [self._configuration()]

    # What is read and kept.

    def read(self, slot: int, scheme: str) -> None:
        frame = self.spark.read.csv(self._at(slot, INPUT, scheme))
        frame.collect()
        self._keep(self.frames, frame)

    def look(self, number: int, how: str) -> None:
        self._any_frame()
        for frame in self._pick(self.frames, number):
            if how == "show":
                frame._jdf.showString(20, 20, False)
            elif how == "rdd":
                frame._jdf.rdd().count()
            else:
                getattr(frame, how)()

    def write_kept(self, number: int, slot: int) -> None:
        self._any_frame()
        for frame in self._pick(self.frames, number):
            frame.write.parquet(self._at(slot, self._name("kept")))

    def text(self, slot: int, scheme: str) -> None:
        lines = self.spark.sparkContext._jsc.textFile(self._at(slot, INPUT, scheme))
        lines.count()
        self._keep(self.texts, lines)

    def recount(self, number: int) -> None:
        self._any_text()
        for lines in self._pick(self.texts, number):
            lines.count()

    def save_kept(self, number: int, slot: int) -> None:
        self._any_text()
        for lines in self._pick(self.texts, number):
            lines.saveAsTextFile(self._at(slot, self._name("text")))

    def checkpoint(self, number: int, slot: int) -> None:
        self.spark.sparkContext.setCheckpointDir(self._at(slot, "checkpoints"))
        self._any_frame()
        for frame in self._pick(self.frames, number):
            self._keep(self.frames, frame.checkpoint())

    # What is written.

    def write(self, kind: str, slot: int, scheme: str) -> None:
        self._numbers().write.format(kind).save(self._at(slot, self._name(kind), scheme))

    def overwrite(self, slot: int) -> None:
        self._numbers().write.mode("overwrite").parquet(self._at(slot, "overwritten"))

    def options(self, slot: int, which: str) -> None:
        algorithm, key = ("AES256", "")
        if which != "AES256":
            algorithm, key = "SSE-KMS", self.store.keys["AB".index(which)]
        writer = self._numbers().write.option("fs.s3a.encryption.algorithm", algorithm)
        writer = writer.option("fs.s3a.encryption.key", key)
        writer.parquet(self._at(slot, self._name("options")))

    def customer_key(self, slot: int) -> None:
        name, bucket = self._name("keyed"), self.slots[slot]
        if executors.there(self.spark):
            # An executor that opens a bucket with the key can no longer read others' files in it.
            bucket = self.store.new_bucket()
        self.keyed(bucket, name + "/")
        writer = self._numbers().write.option("fs.s3a.encryption.algorithm", "SSE-C")
        writer.option("fs.s3a.encryption.key", CUSTOMER_KEY).parquet(f"s3a://{bucket}/{name}")

    def rename(self, slot: int) -> None:
        # What was written in this very step: a rename may keep the key of what it moves.
        bucket, source, target = self.slots[slot], self._name("temporary"), self._name("renamed")
        self._numbers().write.parquet(self._at(slot, source))
        system = self._cached(slot)
        assert system.rename(self._path(bucket, source), self._path(bucket, target))

    def copy(self, slot: int) -> None:
        conf = self.spark.sparkContext._jsc.hadoopConfiguration()
        source, system = self._path(self.slots[slot], INPUT), self._cached(slot)
        target = self._path(self.slots[slot], self._name("copied"))
        assert self._hadoop.FileUtil.copy(system, source, system, target, False, conf)

    def two_at_once(self, slot: int, other: int) -> None:
        places = [self._at(one, self._name("beside")) for one in (slot, other)]
        frames = [self._numbers() for _ in places]
        with ThreadPoolExecutor(2) as pool:
            for done in [
                pool.submit(frame.write.parquet, place)
                for frame, place in zip(frames, places, strict=True)
            ]:
                done.result()

    def hive(self, what: str, slot: int) -> None:
        kinds.hive(self.spark, self._at(slot, "hive"), self._name("h"), what)

    def delta(self, what: str, slot: int) -> None:
        kinds.delta(self.spark, self._at(slot, "delta"), "", what)

    def iceberg(self, what: str, slot: int) -> None:
        kinds.iceberg(self.spark, self._at(slot, "iceberg"), self._name("i"), what)

    def directory(self, slot: int) -> None:
        place = self._at(slot, self._name("directory"))
        self.spark.sql(f"INSERT OVERWRITE DIRECTORY '{place}' USING parquet SELECT 1 AS id")

    def table(self, what: str, slot: int) -> None:
        bucket = self.slots[slot]
        if bucket not in self.databases:
            name = self._name("d")
            self.spark.sql(f"CREATE DATABASE {name} LOCATION '{self._at(slot, name + '.db')}'")
            self.databases[bucket], self.tables[bucket] = name, []
        tables, new = self.tables[bucket], f"{self.databases[bucket]}.{self._name('t')}"
        if what in ("insert into", "insert overwrite", "insertInto", "refresh") and not tables:
            what = "create and insert"
        if what == "create and insert":
            self.spark.sql(f"CREATE TABLE {new} (id BIGINT) USING parquet")
            self.spark.sql(f"INSERT INTO {new} SELECT id FROM range(0, 4, 1, 2)")
        elif what == "save managed":
            self._numbers().write.saveAsTable(new)
        elif what == "save external":
            place = self._at(slot, self._name("external"))
            self._numbers().write.option("path", place).saveAsTable(new)
        elif what == "create as select":
            self.spark.sql(f"CREATE TABLE {new} USING parquet AS SELECT id FROM range(0, 4, 1, 2)")
        elif what == "add partition":
            columns = "(id BIGINT, part INT) USING parquet PARTITIONED BY (part)"
            self.spark.sql(f"CREATE TABLE {new} {columns}")
            self.spark.sql(f"ALTER TABLE {new} ADD PARTITION (part = 1)")
            self.spark.sql(f"INSERT INTO {new} PARTITION (part = 1) SELECT id FROM range(2)")
            return
        elif what == "rename":
            old = f"{self.databases[bucket]}.{self._name('t')}"
            self.spark.sql(f"CREATE TABLE {old} USING parquet AS SELECT id FROM range(0, 4, 1, 2)")
            self.spark.sql(f"ALTER TABLE {old} RENAME TO {new}")
        elif what == "drop":
            for name in tables[-1:]:
                self.spark.sql(f"DROP TABLE {tables.pop(tables.index(name))}")
            return
        elif what == "refresh":
            self.spark.sql(f"REFRESH TABLE {tables[-1]}")
            self.spark.table(tables[-1]).count()
            return
        elif what == "insertInto":
            self._numbers().write.insertInto(tables[-1])
            return
        else:
            into = "INTO" if what == "insert into" else "OVERWRITE"
            self.spark.sql(f"INSERT {into} {tables[-1]} SELECT id FROM range(0, 4, 1, 2)")
            return
        tables.append(new)

    def stream(self, slot: int) -> None:
        source = self.folder / self.slots[slot]
        source.mkdir(parents=True, exist_ok=True)
        (source / f"{self._name('lines')}.txt").write_text("a\nb\n", "utf-8")
        writer = self.spark.readStream.text(str(source)).writeStream.format("parquet")
        writer = writer.option("checkpointLocation", self._at(slot, "stream/checkpoint"))
        query = writer.trigger(availableNow=True).start(self._at(slot, "stream/sink"))
        if not query.awaitTermination(120):
            raise TimeoutError("the streaming query did not end")

    def for_each_batch(self, slot: int) -> None:
        source = self.folder / f"each-{self.slots[slot]}"
        source.mkdir(parents=True, exist_ok=True)
        (source / f"{self._name('lines')}.txt").write_text("a\nb\n", "utf-8")
        place = self._at(slot, "each/sink")

        def each(batch: Any, _: int) -> None:
            batch.write.mode("append").parquet(place)

        writer = self.spark.readStream.text(str(source)).writeStream.foreachBatch(each)
        writer = writer.option("checkpointLocation", self._at(slot, "each/checkpoint"))
        if not writer.trigger(availableNow=True).start().awaitTermination(120):
            raise TimeoutError("the streaming query did not end")

    def add_file(self, slot: int) -> None:
        key = f"{OURS}{self._name('file')}.json"
        self.store.put(self.slots[slot], key, b"{}")
        self.spark.sparkContext.addFile(self._at(slot, key))
        self.spark.range(0, 4, 1, 4).count()

    def add_jar(self, slot: int) -> None:
        key, empty = f"{OURS}{self._name('jar')}.jar", io.BytesIO()
        zipfile.ZipFile(empty, "w").close()
        self.store.put(self.slots[slot], key, empty.getvalue())
        self.spark.sparkContext._jsc.addJar(self._at(slot, key))
        self.spark.range(0, 4, 1, 4).count()

    # File systems in the user's own hands.

    def get(self, slot: int, configuration: int) -> None:
        conf = self.configurations[configuration % len(self.configurations)]
        self._create(self._hadoop.FileSystem.get(self._uri(slot), conf), slot)
        self._keep(self.configurations, self._configuration())

    def new_instance(self, slot: int, configuration: int) -> None:
        conf = self.configurations[configuration % len(self.configurations)]
        self._create(self._hadoop.FileSystem.newInstance(self._uri(slot), conf), slot)

    def file_context(self, slot: int, configuration: int) -> None:
        conf = self.configurations[configuration % len(self.configurations)]
        context = self._hadoop.FileContext.getFileContext(self._uri(slot), conf)
        folder = self._hadoop.permission.FsPermission.getDirDefault()
        context.mkdir(self._path(self.slots[slot], self._name("context")), folder, True)

    def through(self, number: int) -> None:
        if not self.handles:
            self.get(0, 0)
        for handle in self._pick(self.handles, number):
            key = self._name("through")
            self.written_by(handle, key)
            handle.thing.create(self._path(handle.bucket, key)).close()

    def open(self, slot: int) -> None:
        system = self._cached(slot)
        key, bucket = self._name("open"), self.slots[slot]
        stream = system.create(self._path(bucket, key))
        stream.write(bytearray(b"first line\n"))
        self._keep(self.streams, Handle(stream, system, bucket, self.era(), key))

    def finish(self, number: int) -> None:
        if not self.streams:
            self.open(0)
        for stream in self._pick(self.streams, number):
            self.streams.remove(stream)
            self.written_by(stream, stream.key)
            stream.thing.write(bytearray(b"last line\n"))
            stream.thing.close()

    def close(self, number: int) -> None:
        for handle in self._pick(self.handles, number):
            handle.thing.close()
            # What shares the instance is closed with it.
            self.handles = [one for one in self.handles if not one.system.equals(handle.system)]
            self.streams = [one for one in self.streams if not one.system.equals(handle.system)]

    def close_all(self) -> None:
        self._hadoop.FileSystem.closeAll()
        self.handles, self.streams = [], []

    def collect_garbage(self) -> None:
        self.handles = self.handles[-1:]
        self.spark._jvm.System.gc()

    # Sessions, buckets, executors.

    def new_session(self) -> None:
        self.spark = self.spark.newSession()

    def restart(self) -> None:
        from pyspark.sql import SparkSession

        self.spark.stop()
        self.spark = SparkSession.builder.getOrCreate()
        self.frames, self.texts, self.databases, self.tables = [], [], {}, {}
        self.configurations = self.configurations[-1:]

    def fresh(self, slot: int) -> None:
        self.slots[slot] = self.store.new_bucket()

    def executors(self) -> None:
        executors.replace_one(self.spark)

    def replaced(self, slot: int) -> None:
        executors.replace_one_in_a_job(self.spark, self._at(slot, self._name("replaced")))

    def end(self) -> None:
        """Lets go of all that is kept."""
        for stream in self.streams:
            with contextlib.suppress(Exception):
                stream.thing.close()
        self.streams, self.handles, self.frames, self.texts = [], [], [], []

    # Parts of the above.

    def _any_frame(self) -> None:
        if not self.frames:
            self.read(0, "s3a")

    def _any_text(self) -> None:
        if not self.texts:
            self.text(0, "s3a")

    @property
    def _hadoop(self) -> Any:
        return self.spark._jvm.org.apache.hadoop.fs

    def _configuration(self) -> Any:
        own = self.spark.sparkContext._jsc.hadoopConfiguration()
        return self.spark._jvm.org.apache.hadoop.conf.Configuration(own)

    def _cached(self, slot: int) -> Any:
        conf = self.spark.sparkContext._jsc.hadoopConfiguration()
        return self._hadoop.FileSystem.get(self._uri(slot), conf)

    def _create(self, system: Any, slot: int) -> None:
        bucket = self.slots[slot]
        system.create(self._path(bucket, self._name("own"))).close()
        self._keep(self.handles, Handle(system, system, bucket, self.era()))

    def _numbers(self) -> Any:
        return self.spark.range(0, 4, 1, 2)

    def _at(self, slot: int, name: str, scheme: str = "s3a") -> str:
        return f"{scheme}://{self.slots[slot]}/{name}"

    def _uri(self, slot: int) -> Any:
        return self.spark._jvm.java.net.URI.create(f"s3a://{self.slots[slot]}/")

    def _path(self, bucket: str, key: str) -> Any:
        return self._hadoop.Path(f"s3a://{bucket}/{key}")

    @staticmethod
    def _name(kind: str) -> str:
        return f"{kind}_{uuid.uuid4().hex[:8]}"

    @staticmethod
    def _keep(kept: list[Any], thing: Any) -> None:
        kept.append(thing)
        del kept[:-KEPT]

    @staticmethod
    def _pick(kept: list[Any], number: int) -> list[Any]:
        return [kept[number % len(kept)]] if kept else []
