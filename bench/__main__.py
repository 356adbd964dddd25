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

from bench import kernels
from demo.jars import spark_at_hand
from demo.java import find_java

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "jupyterlab_s3_encryption" / "labextension" / "static"

Row = tuple[str, str, str, str]


def bundle_size() -> float:
    """All JavaScript of the prebuilt extension, gzipped file by file, in kB. Raises RuntimeError if not built."""
    files = sorted(STATIC.glob("*.js"))
    if not files:
        raise RuntimeError("The extension is not built: run `make build` first.")
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) / 1000


def activation() -> dict[str, float]:
    """Medians in milliseconds: our plugins' activate() together, and JupyterLab's whole start."""
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
        found: dict[str, float] = json.loads(out.read_text("utf-8"))
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
        row("JavaScript of the extension, gzipped", bundle_size(), " kB", 60),
    ]
    if not options.no_browser:
        start = activation()
        found.append(
            row(
                "activate() of all plugins together",
                start["activation"],
                " ms",
                20,
                f"JupyterLab's start: {start['start']:.0f} ms",
            )
        )
    return found


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
