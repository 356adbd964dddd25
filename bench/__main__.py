"""Runs the benchmarks and writes bench/RESULTS.md.

`python -m bench [STAGE ...]`, or `make bench` for all. Each stage runs in a process of its own;
the rows of stages that do not run stay as they were measured before (bench/results.json).
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from bench.stages import STAGES, Row
from demo.jars import spark_at_hand
from demo.java import find_java

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "bench" / "results.json"
PAGE = ROOT / "bench" / "RESULTS.md"


def machine() -> str:
    """What the measurements ran on."""
    spark = spark_at_hand()
    return (
        f"Python {platform.python_version()}, Spark {spark.version} with Hadoop {spark.hadoop}, "
        f"Java {find_java(spark.version).version}, {os.cpu_count()} processors"
    )


def measure(stage: str) -> list[Row]:
    """The rows of a stage, from a process of its own; raises CalledProcessError if it fails."""
    command = [sys.executable, "-m", "bench.stages", stage]
    text = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    rows: list[Row] = json.loads(text.strip().splitlines()[-1])
    return rows


def page(kept: dict[str, dict[str, object]]) -> str:
    """The text of bench/RESULTS.md."""
    machines = sorted({str(entry["machine"]) for entry in kept.values()})
    lines = [
        "# Results",
        "",
        "Written by `make bench`. Medians; both sides of a ratio are measured in one run, in turn.",
        "",
        "Measured with " + "; and with ".join(machines) + ".",
        "",
        "| what | measured | limit | holds |",
        "|---|---|---|---|",
    ]
    for name in STAGES:
        rows = kept.get(name, {}).get("rows") or [[f"{name}: not measured yet", "", "", ""]]
        assert isinstance(rows, list)
        lines += [f"| {' | '.join(row)} |" for row in rows]
    lines += [
        "",
        "Not measured: real AWS, EMR, Glue and remote kernels; machines under load; kernels with many",
        "Spark sessions. The S3 endpoint is moto on the loopback: where a row is about reading many",
        "headers, the endpoint is what both sides wait for, so one row lets each request wait as a",
        "network does. That no message goes to a kernel while nothing is armed is a browser test, not a",
        "benchmark.",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Measures, prints, and writes the table; 1 if a stage failed."""
    parser = argparse.ArgumentParser(description="The project's benchmarks.")
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=", ".join(STAGES))
    parser.add_argument("--page", action="store_true", help="write the page again, measure nothing")
    options = parser.parse_args()
    unknown = set(options.stages) - set(STAGES)
    if unknown:
        parser.error(f"no such stage: {', '.join(sorted(unknown))}")
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    failed = []
    for name in [] if options.page else options.stages or list(STAGES):
        print(f"=== {name}", file=sys.stderr, flush=True)
        try:
            kept[name] = {"machine": machine(), "rows": measure(name)}
        except subprocess.CalledProcessError:
            failed.append(name)  # its output is above; its older rows stay
        KEPT.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    text = page(kept)
    PAGE.write_text(text, "utf-8")
    print(text)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
