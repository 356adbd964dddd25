"""Walks at random on two workers, with executors that leave and join; for scripts/soak.py.

Each walk has tables of Hive, or of Delta Lake or Iceberg if these were made for this Spark.

Not among the tests that `make test` runs. Must not know: what a step does.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.truth import rows_tables
from tests.truth.tables import formats
from tests.walk.random_walk import summary

STEPS = int(os.environ.get("S3E_WALK_STEPS") or 20)
SEEDS = [int(text) for text in (os.environ.get("S3E_WALK_SEEDS") or "1 2 3").split()]

#: Hive's own database, in memory.
METASTORE = "jdbc:derby:memory:metastore;create=true"


def tables(number: int, conf: dict[str, str], url: str, folder: Path) -> tuple[str, dict[str, str]]:
    """The kind of tables of a walk, and what its Spark is given for it."""
    line = ("hive", "delta", "iceberg") if formats.are_for("iceberg") else ("hive",)
    kind = line[number % len(line)]
    if kind == "hive":
        own = {"spark.hadoop.javax.jdo.option.ConnectionURL": METASTORE}
        return kind, {**own, "spark.sql.catalogImplementation": "hive"}
    found = rows_tables.configuration(conf, url, folder)
    if kind == "iceberg":
        return kind, {"spark.jars": found["iceberg"]["spark.jars"]}
    return kind, found["delta"]


def on_workers(spark, url, keys, number, length, folder, kind):
    from pathlib import Path

    from tests.walk.random_walk import walk_at_random
    from tests.walk.store import Store

    store = Store(url, keys)
    claims = walk_at_random(spark, store, Path(folder), number, length, True, [kind])
    return [[list(claim), count] for claim, count in claims.items()]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("number", SEEDS)
def test_what_is_claimed_is_stored_on_two_workers_and_nothing_breaks(
    number, fresh_spark, standalone, endpoint, base_conf, tmp_path, together, capsys
):
    kind, more = tables(number, base_conf, endpoint.url, tmp_path)
    conf = {
        **more,
        **standalone.conf(),
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        # So what the executors have opened is what decides, not the driver's renaming.
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
    }
    where = {"url": endpoint.url, "keys": endpoint.keys, "folder": str(tmp_path), "kind": kind}
    found = fresh_spark(
        on_workers, conf, number=number, length=STEPS, timeout=600 + 60 * STEPS, **where
    )
    claims = Counter({tuple(claim): count for claim, count in found})
    together.update(claims)
    with capsys.disabled():
        print(f"\nseed {number}: steps in cells, by what was claimed\n{summary(claims)}")  # noqa: T201
