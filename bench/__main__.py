"""Runs every benchmark and writes bench/RESULTS.md.

`python -m bench [--rounds N] [--repeats N] [--no-browser]`, or `make bench`.
"""

import argparse
import gzip
import json
import os
import platform
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from bench import kernels, switching, writing
from demo.jars import spark_at_hand
from demo.java import find_java

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "jupyterlab_s3_encryption" / "labextension" / "static"

Row = tuple[str, str, str, str]


def bundle_size(loaded: list[str] | None = None) -> float:
    """JavaScript of the prebuilt extension, gzipped file by file, in kB: all, or the named files.

    Raises RuntimeError if it is not built.
    """
    files = sorted(STATIC.glob("*.js"))
    if not files:
        raise RuntimeError("The extension is not built: run `make build` first.")
    chosen = [file for file in files if loaded is None or file.name in loaded]
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in chosen) / 1000


def activation() -> dict[str, Any]:
    """Medians in milliseconds: our plugins' activate() together, and JupyterLab's whole start.

    `loaded`: names of our scripts that a start loads.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "activation.json"
        environment = dict(os.environ, S3E_BENCH_OUT=str(out))
        bin_folder = str(ROOT / ".venv" / "bin")
        environment["PATH"] = bin_folder + os.pathsep + environment["PATH"]
        subprocess.run(
            ["jlpm", "playwright", "test", "--config", "bench.config.mjs"],
            cwd=ROOT / "ui-tests",
            env=environment,
            check=True,
        )
        found: dict[str, Any] = json.loads(out.read_text("utf-8"))
        return found


def rows(options: argparse.Namespace) -> list[Row]:
    """What was measured, the figure, the limit that the project sets itself, and whether it holds."""
    measured = kernels.measure(options.rounds, options.repeats)

    def row(what: str, figure: float, unit: str, limit: float, beside: str = "") -> Row:
        text = f"{figure:.2f}{unit}" + (f" ({beside})" if beside else "")
        return (what, text, f"at most {limit:g}{unit}", "yes" if figure <= limit else "**no**")

    def times(key: str) -> str:
        return f"{measured[key] * 1000:.1f} ms to {measured['by_hand'] * 1000:.1f} ms"

    found = [
        row(
            "Apply and verify, agent in the kernel, to the same calls typed by hand",
            measured["later_ratio"],
            " times",
            5,
            times("later"),
        ),
        row(
            "The first apply, the agent's text included, to the same",
            measured["first_ratio"],
            " times",
            10,
            times("first"),
        ),
        row("Memory that the agent adds to the kernel process", measured["memory"], " MB", 5),
    ]
    if not options.no_browser:
        start = activation()
        found += [
            row(
                "activate() of all plugins together",
                start["activation"],
                " ms",
                20,
                f"JupyterLab's start: {start['start']:.0f} ms",
            ),
            row(
                "JavaScript that JupyterLab's start loads, gzipped",
                bundle_size(start["loaded"]),
                " kB",
                60,
                f"with all that is loaded when it is needed: {bundle_size():.1f} kB",
            ),
        ]
    return found + switches(options.rounds)


def switches(rounds: int) -> list[Row]:
    """What a switch of a session that is in use costs, and what it leaves behind."""
    switch = switching.measure_switch(rounds)
    writes = switching.measure_writes(6 * rounds)
    growth = switching.measure_growth()
    most = max(growth.values())
    checked = writing.measure(rounds)
    return [
        (
            "A switch with two workers, in effect on all, to a restart, a new session and the same typed",
            f"{switch['ratio']:.1f} times faster "
            f"({switch['switch'] * 1000:.0f} ms to {switch['restart']:.1f} s)",
            "at least 10 times",
            "yes" if switch["ratio"] >= 10 else "**no**",
        ),
        (
            "Writes after a switch, to those of a session that never switched",
            f"{writes['ratio']:.3f} times ({writes['switched'] * 1000:.0f} ms to "
            f"{writes['never'] * 1000:.0f} ms; with the cache of file systems off: "
            f"{writes['uncached_ratio']:.2f} times)",
            "at most 1.05 times",
            "yes" if writes["ratio"] <= 1.05 else "**no**",
        ),
        (
            "Threads and open files of the driver after 50 switches",
            f"{growth['threads']:+d} threads, {growth['files']:+d} files",
            "at most +5",
            "yes" if most <= 5 else "**no**",
        ),
        (
            "A check of own writes, 1,000 objects written: delay of the next cell",
            f"{checked['delay'] * 1000:.0f} ms (longest {checked['longest'] * 1000:.0f} ms)",
            "at most 200 ms",
            "yes" if checked["longest"] <= 0.2 else "**no**",
        ),
    ]


def main() -> None:
    """Measures, prints, and writes the table."""
    parser = argparse.ArgumentParser(description="The project's benchmarks.")
    parser.add_argument("--rounds", type=int, default=5, help="fresh kernels")
    parser.add_argument("--repeats", type=int, default=20, help="requests in each")
    parser.add_argument("--no-browser", action="store_true", help="leave out what needs a browser")
    options = parser.parse_args()
    table = rows(options)
    spark = spark_at_hand()
    lines = [
        "# Results",
        "",
        "Written by `make bench`. Medians; both sides of a ratio are measured in the same kernel, in turn.",
        "",
        f"Python {platform.python_version()}, Spark {spark.version} with Hadoop {spark.hadoop}, "
        f"Java {find_java(spark.version).version}, {os.cpu_count()} processors; "
        f"{options.rounds} fresh kernels, {options.repeats} requests in each.",
        "",
        "| what | measured | limit | holds |",
        "|---|---|---|---|",
    ]
    lines += [f"| {' | '.join(row)} |" for row in table]
    lines += [
        "",
        "Not measured: real AWS, EMR, Glue and remote kernels; machines under load; kernels with many Spark sessions.",
        "That no message goes to a kernel while nothing is armed is a browser test, not a benchmark.",
        "",
    ]
    text = "\n".join(lines)
    (ROOT / "bench" / "RESULTS.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
