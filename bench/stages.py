"""The stages of the benchmarks: each measures and says what came of it, as rows of the table.

`python -m bench.stages STAGE` prints the rows as JSON on the last line. Must not know how
anything is measured, or where the table goes.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import audit, guarding, headless, kernels, reencryption, starting, switching, writing
from bench.remote import connect, sessions
from bench.stored.inventory import rows as inventory_rows

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "jupyterlab_s3_encryption" / "labextension" / "static"
#: Seconds that a request waits in the benchmark with a distant endpoint: what a HEAD to S3 takes.
NETWORK = 0.03

#: Environment of a process with the older line of Spark.
OLDER = {"PYTHONPATH": str(ROOT / ".venv" / "opt" / "spark-3.5")}

#: What was measured, the figure, the limit that the project sets itself, whether it holds.
Row = tuple[str, str, str, str]


def at_most(what: str, figure: float, unit: str, limit: float, beside: str = "") -> Row:
    """A row whose figure has to stay below a limit."""
    text = f"{figure:.2f}{unit}" + (f" ({beside})" if beside else "")
    return (what, text, f"at most {limit:g}{unit}", "yes" if figure <= limit else "**no**")


def measured_apart(*arguments: str, **environment: str) -> dict[str, Any]:
    """What Python prints last, as JSON, in a process with these arguments and variables."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def ms(seconds: float) -> str:
    """Seconds as milliseconds, for people."""
    return f"{seconds * 1000:.1f} ms"


def beside_others() -> str:
    """What is to be said if the machine has other work; nothing if it is quiet."""
    load = os.getloadavg()[0]
    processors = os.cpu_count() or 1
    if load < processors:
        return ""
    return f"; not quiet: a load of {load:.0f} on {processors} processors before it began"


def apply() -> list[Row]:
    """What an apply costs, beside cells typed by hand."""
    found = kernels.measure(5, 20)
    return [
        at_most(
            "Apply and verify, agent in the kernel, to the same calls typed by hand",
            found["later_ratio"],
            " times",
            5,
            f"{ms(found['later'])} to {ms(found['typed'])}",
        ),
        at_most(
            "The first apply of a kernel, the agent's text included, to the first typed cell of a kernel",
            found["first_ratio"],
            " times",
            10,
            f"{ms(found['first'])} to {ms(found['typed_first'])}; S3A, which the first write loads "
            f"otherwise, is {ms(found['loading'])} of it; to a typed cell that is not the first: "
            f"{found['first_to_later']:.1f} times",
        ),
        at_most("Memory that the agent adds to the kernel process", found["memory"], " MB", 5),
    ]


def size(loaded: list[str] | None = None) -> float:
    """JavaScript of the prebuilt extension, gzipped file by file, in kB: all, or the named files.

    Raises RuntimeError if it is not built.
    """
    files = sorted(STATIC.glob("*.js"))
    if not files:
        raise RuntimeError("The extension is not built: run `make build` first.")
    chosen = [file for file in files if loaded is None or file.name in loaded]
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in chosen) / 1000


def measured_in_browser(spec: str) -> dict[str, Any]:
    """What a spec of ui-tests/bench measured."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "measured.json"
        environment = dict(os.environ, S3E_BENCH_OUT=str(out))
        bin_folder = str(ROOT / ".venv" / "bin")
        environment["PATH"] = bin_folder + os.pathsep + environment["PATH"]
        subprocess.run(
            ["jlpm", "playwright", "test", "--config", "bench.config.mjs", spec],
            cwd=ROOT / "ui-tests",
            env=environment,
            check=True,
            stdout=sys.stderr,
        )
        found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


def start_beside() -> list[Row]:
    """JupyterLab's start with the extension, beside its start without."""
    measured = measured_in_browser("start.spec.ts")
    user = measured["user"]
    before = (
        f"; as long as they are in the user's settings, which JupyterLab's server reads as JSON5: "
        f"{user['ratio']:.2f} times, {user['with']:.0f} ms"
    )
    rows = []
    for whose, where, more in (
        ("site", "in the site's overrides.json", ""),
        ("saved", "of the user's own in profiles.json, where they are saved or moved to", before),
    ):
        found = measured[whose]
        what = f"JupyterLab's start with the extension and 2,000 profiles {where}, to without"
        beside = f"{found['with']:.0f} ms to {found['without']:.0f} ms{more}"
        rows.append(at_most(what, found["ratio"], " times", 1.05, beside))
    return rows


def start() -> list[Row]:
    """What the extension adds to JupyterLab's start."""
    found = measured_in_browser("activation.spec.ts")
    return [
        at_most(
            "activate() of all plugins together",
            found["activation"],
            " ms",
            20,
            f"JupyterLab's start: {found['start']:.0f} ms",
        ),
        at_most(
            "JavaScript that JupyterLab's start loads, gzipped",
            size(found["loaded"]),
            " kB",
            60,
            f"with all that is loaded when it is needed: {size():.1f} kB",
        ),
    ]


def guard() -> list[Row]:
    """What the guard costs each run."""
    found = guarding.measure_guard(200)
    return [
        at_most(
            "A guard that has nothing to do, to an empty request",
            found["ratio"],
            " times",
            1.3,
            f"{ms(found['guard'])} to {ms(found['empty'])}; to a silent one of "
            f"{ms(found['silent'])}: {found['guard'] / found['silent']:.2f} times; with the agent's "
            f"text, as a kernel without the package gets it: {ms(found['shipped'])}",
        ),
        at_most(
            "A run of five cells with a guard ahead, more than the same run without",
            found["pipelined"] * 1000,
            " ms",
            10,
            f"{ms(found['guarded'])} to {ms(found['bare'])}",
        ),
    ]


def connect_guard() -> list[Row]:
    """What the guard of mode "block" costs each run over Spark Connect."""
    found = guarding.measure_connect_guard(60)
    return [
        at_most(
            'A guard of mode "block" over Spark Connect ahead of five cells, to a cell that reads one '
            "setting",
            found["ratio"],
            " times",
            1.5,
            f"{ms(found['guarded'])} to {ms(found['bare'])} without it; the cell {ms(found['read'])}",
        )
    ]


def first_write() -> list[Row]:
    """What a restart costs the first write."""
    found = guarding.measure_first_write(12)
    return [
        at_most(
            "The first write after a restart with a profile, to that with two lines typed",
            found["ratio"],
            " times",
            1.1,
            f"{found['armed']:.2f} s to {found['typed']:.2f} s; the whole run "
            f"{found['all_ratio']:.2f} times",
        )
    ]


def switch() -> list[Row]:
    """A switch of a session in use with two workers, beside a restart."""
    found = switching.measure_switch(9)
    return [
        (
            "A switch with two workers and ten open buckets, in effect on all, to a restart, a new "
            "session and the same typed",
            f"{found['ratio']:.1f} times faster "
            f"({found['switch'] * 1000:.0f} ms to {found['restart']:.1f} s)",
            "at least 30 times",
            "yes" if found["ratio"] >= 30 else "**no**",
        ),
        at_most(
            "A switch with two workers and ten open buckets, to one with none",
            found["buckets_ratio"],
            " times",
            1.5,
            f"{found['switch'] * 1000:.0f} ms to {found['alone'] * 1000:.0f} ms",
        ),
    ]


def writes() -> list[Row]:
    """Writes after a switch."""
    found = switching.measure_writes(36)
    return [
        at_most(
            "Writes after a switch, to those of a session that never switched",
            found["ratio"],
            " times",
            1.05,
            f"{found['switched'] * 1000:.0f} ms to {found['never'] * 1000:.0f} ms; with the cache of "
            f"file systems off: {found['uncached_ratio']:.2f} times",
        )
    ]


def growth() -> list[Row]:
    """What many switches leave behind."""
    found = switching.measure_growth()
    return [
        (
            "Threads and open files of the driver after 200 switches",
            f"{found['threads']:+d} threads, {found['files']:+d} files (memory in use "
            f"{found['bytes'] / 1e6:+.1f} MB)",
            "at most +5 threads, +0 files",
            "yes" if found["threads"] <= 5 and found["files"] <= 0 else "**no**",
        )
    ]


def own_writes() -> list[Row]:
    """How long the check of the user's own writes keeps them waiting."""
    found = writing.measure(4)
    return [
        (
            "A check of own writes, 1,000 objects written: delay of the next cell",
            f"{found['delay'] * 1000:.0f} ms (longest {found['longest'] * 1000:.0f} ms)",
            "at most 200 ms",
            "yes" if found["longest"] <= 0.2 else "**no**",
        )
    ]


def many_buckets() -> list[Row]:
    """How long a check of writes to many buckets holds the kernel, all its requests together."""
    rows = []
    for where, method, more in (
        ("", "sse-kms", {}),
        (", SSE-C", "sse-c", {}),
        (", Spark 3.5", "sse-kms", OLDER),
    ):
        found = measured_apart("-m", "bench.writing", method, **more)
        beside = f"{found['requests']} requests, the longest {ms(found['longest'])}"
        what = f"A check of own writes to 80 buckets: time the kernel is held, in all{where}"
        rows.append(at_most(what, found["kernel"], " s", 2, beside))
    return rows


def _audit(delay: float, where: str) -> list[Row]:
    found = audit.measure(5000, 5, delay)
    return [
        at_most(
            f"An audit of 5,000 objects, to boto3 in {audit.THREADS} threads, {where}",
            found["ratio"],
            " times",
            1,
            f"{found['audit']:.1f} s to {found['boto3']:.1f} s; the first one in a cold JVM "
            f"{found['first']:.1f} s",
        )
    ]


def start_up() -> list[Row]:
    """What a run without a front end costs more."""
    found = headless.measure(10)
    return [
        at_most(
            "`jupyter execute` of a one-cell PySpark notebook with the start-up option, to without",
            found["ratio"],
            " times",
            1.05,
            f"{found['with']:.2f} s to {found['without']:.2f} s",
        )
    ]


def kernel_start() -> list[Row]:
    """What the server's part adds to the start of a kernel."""
    found = starting.measure(20)
    return [
        at_most(
            "Start of a server's kernel up to its first cell with a choice, to one without",
            found["choice_ratio"],
            " times",
            1.1,
            f"{ms(found['choice'])} to {ms(found['none'])}",
        ),
        at_most(
            "Start of a server's kernel without a choice, to a server without our part",
            found["none_ratio"],
            " times",
            1.01,
            f"{ms(found['none'])} to {ms(found['off'])}",
        ),
    ]


def livy() -> list[Row]:
    """What an apply on a running Livy session costs, measured with no network but loopback."""
    found = measured_apart("tests/livy/alone.py", sys.executable, "-m", "bench.livy", **OLDER)
    beside = (
        f"{ms(found['apply'])} to {ms(found['cell'])}; to a statement `pass` sent and waited for as "
        f"ours is, {ms(found['empty'])}: {found['to_empty']:.2f} times, of it {ms(found['agent'])} "
        "in the agent"
    )
    what = "Apply on a warm Livy session (PySpark 3.5), to a cell `pass` as sparkmagic runs it"
    return [at_most(what, found["ratio"], " times", 1.3, beside)]


def reencrypt() -> list[Row]:
    """What copies onto themselves take, beside the AWS CLI."""
    busy = beside_others()
    found = reencryption.measure(5000, 3, NETWORK)
    return [
        at_most(
            "Re-encrypting 5,000 objects by copies, each read back, relative to `aws s3 cp "
            f"--recursive` onto itself; requests wait {NETWORK * 1000:.0f} ms",
            found["ratio"],
            "",
            1.0,
            f"{found['run']:.0f} s to {found['aws']:.0f} s; with its plan, which looks at each object "
            f"too, {found['ours']:.0f} s{busy}",
        )
    ]


STAGES: dict[str, Callable[[], list[Row]]] = {
    "apply": apply,
    "start": start,
    "start-beside": start_beside,
    "guard": guard,
    "guard-connect": connect_guard,
    "connect": lambda: [at_most(*figure) for figure in connect.figures()],
    "connect-session": sessions.rows,
    "first-write": first_write,
    "switch": switch,
    "writes": writes,
    "growth": growth,
    "own-writes": own_writes,
    "own-writes-buckets": many_buckets,
    "headless": start_up,
    "kernel-start": kernel_start,
    "livy": livy,
    "audit": lambda: _audit(0, "endpoint on the loopback"),
    "audit-distant": lambda: _audit(
        NETWORK, f"endpoint lets each request wait {NETWORK * 1000:.0f} ms"
    ),
    "audit-inventory": inventory_rows,
    "reencryption": reencrypt,
}


if __name__ == "__main__":
    measured = STAGES[sys.argv[1]]()
    print("\n" + json.dumps(measured))
