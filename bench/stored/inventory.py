"""How many objects a second an audit counts from an S3 Inventory, beside one that asks for headers.

`python -m bench.stored.inventory [--rows N] [--objects N] [--rounds N]`. Must not know how the agent works.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.audit import PREFIX, THREADS, client, endpoint, with_audit
from demo.endpoint import BUCKET
from demo.environment import process_environment, spark_conf, write_conf_folder
from tests.audits.inventories import manifest

SCHEMA = (
    "message s3.inventory { required binary bucket (UTF8); required binary key (UTF8); optional int64 "
    "size; optional int64 last_modified_date (TIMESTAMP_MILLIS); optional binary storage_class (UTF8); "
    "optional binary encryption_status (UTF8); optional binary bucket_key_status (UTF8); }"
)
#: Files of an inventory.
FILES = 16


def write(spark: Any, url: str, rows: int) -> str:
    """Stores an inventory of so many objects, and returns the address of its manifest."""
    folder = f"inventory-{rows}"
    frame = spark.range(0, rows, 1, FILES).selectExpr(
        "'sales' as bucket",
        "concat('table-', id % 50, '/day=', id % 1000, '/part-', id, '.parquet') as key",
        "id % 100000 as size",
        "timestamp_seconds(1700000000 + id) as last_modified_date",
        "'STANDARD' as storage_class",
        "if(id % 1000 = 0, 'SSE-S3', 'SSE-KMS') as encryption_status",
        "if(id % 1000 = 0, 'DISABLED', 'ENABLED') as bucket_key_status",
    )
    frame.write.parquet(f"s3a://{BUCKET}/{folder}/data")
    created = str(int(time.time() * 1000))
    return manifest(url, BUCKET, "Parquet", folder, fileSchema=SCHEMA, creationTimestamp=created)


def with_inventory(address: str, rows: int) -> float:
    """Seconds that an audit takes, checksums included. Raises RuntimeError if it is not right."""
    import jupyterlab_s3_encryption as s3enc

    began = time.perf_counter()
    audit = s3enc.audit_inventory(address, method="sse-kms")
    seconds = time.perf_counter() - began
    other = sum(row["objects"] for row in audit.counts if row["verdict"] == "other")
    if audit.checked != rows or other != (rows + 999) // 1000 or len(audit.objects) > 1000:
        raise RuntimeError(f"the audit counted {audit.checked} objects, {other} of them otherwise")
    return seconds


def measure(rows: int, count: int, rounds: int) -> dict[str, float]:
    """`inventory`, `headers`: medians in objects a second; `ratio`; `grown`: MB by which the kernel's
    memory grew from an inventory of a thousandth of the rows to the whole one."""
    with endpoint(0) as running:
        s3 = client(running["url"])

        def put(number: int) -> None:
            key = running["keys"][number % 2]
            s3.put_object(
                Bucket=BUCKET,
                Key=f"{PREFIX}{number:05}",
                Body=b"x",
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=key,
            )

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(put, range(count)))
        with tempfile.TemporaryDirectory() as folder:
            conf = spark_conf(running["url"])
            os.environ.update(process_environment(write_conf_folder(Path(folder), conf)))
            from pyspark.sql import SparkSession

            spark = SparkSession.builder.getOrCreate()
            try:
                small, large = (
                    write(spark, running["url"], size) for size in (max(1, rows // 1000), rows)
                )
                with_inventory(small, max(1, rows // 1000))
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                times: dict[str, list[float]] = {"inventory": [], "headers": []}
                for _ in range(rounds):
                    times["inventory"].append(with_inventory(large, rows))
                after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                for _ in range(rounds):
                    times["headers"].append(with_audit(count))
            finally:
                spark.stop()
    found = {
        "inventory": rows / statistics.median(times["inventory"]),
        "headers": count / statistics.median(times["headers"]),
        "grown": (after - before) / 1024,
    }
    found["ratio"] = found["inventory"] / found["headers"]
    return found


def rows() -> list[tuple[str, str, str, str]]:
    """The row of the results."""
    count, objects = 10_000_000, 3000
    found = measure(count, objects, 3)
    what = (
        f"An audit from an S3 Inventory of {count:,} rows in Parquet, checksums included, to one of "
        f"the headers of {objects:,} objects, endpoint on the loopback: objects a second"
    )
    text = (
        f"{found['ratio']:.0f} times ({found['inventory']:,.0f} to {found['headers']:,.0f}); the "
        f"kernel's Python grew by {found['grown']:.1f} MB"
    )
    return [(what, text, "at least 100 times", "yes" if found["ratio"] >= 100 else "**no**")]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        description="An audit from an inventory beside one of headers."
    )
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--objects", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found = measure(options.rows, options.objects, options.rounds)
    print(
        f"{options.rows} rows: {found['inventory']:.0f} objects a second, by headers "
        f"{found['headers']:.0f}; ratio {found['ratio']:.0f}; the kernel grew by "
        f"{found['grown']:.1f} MB"
    )


if __name__ == "__main__":
    main()
