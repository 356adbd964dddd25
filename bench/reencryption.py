"""How long it takes to re-encrypt by copies, beside `aws s3 cp --recursive` onto itself.

`python -m bench.reencryption [--objects N] [--rounds N] [--delay SECONDS]`. Both sides go from one KMS
key to another and back; ours reads each object back and keeps a journal. Must not know
how the agent works.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.audit import THREADS, client
from tests.reencryption.s3_store import Store

BUCKET = "analytics"
FOLDER = f"s3://{BUCKET}/copies"


def with_aws(url: str, key: str) -> float:
    """Seconds that the AWS CLI takes for all objects."""
    command = [str(Path(sys.executable).with_name("aws")), "--endpoint-url", url, "s3", "cp"]
    began = time.perf_counter()
    subprocess.run(
        [
            *command,
            FOLDER,
            FOLDER,
            "--recursive",
            "--quiet",
            "--sse",
            "aws:kms",
            "--sse-kms-key-id",
            key,
        ],
        check=True,
    )
    return time.perf_counter() - began


def with_ours(key: str, count: int) -> tuple[float, float]:
    """(seconds for plan and run in a new process, seconds of the run alone)."""
    script = (
        "import sys, time, tempfile, os, jupyterlab_s3_encryption as s3enc\n"
        "folder = tempfile.mkdtemp()\n"
        "plan = s3enc.reencrypt(sys.argv[1], method='sse-kms', kms_key_id=sys.argv[2], progress=False)\n"
        "began = time.perf_counter()\n"
        "result = s3enc.reencrypt(plan, dry_run=False, journal=os.path.join(folder, 'j'), "
        "progress=False)\n"
        "assert result.counts['done'] == int(sys.argv[3]), result\n"
        "print(time.perf_counter() - began)\n"
    )
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, FOLDER, key, str(count)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return time.perf_counter() - began, float(done.stdout)


def measure(count: int, rounds: int, delay: float) -> dict[str, float]:
    """Medians in seconds: `aws`, `ours` (plan and run), `run`; `ratio`, run to aws."""
    with Store() as running:
        running.mode(wait=delay)
        s3 = client(running.url)
        # As new buckets of S3 are: without ACLs.
        s3.put_bucket_ownership_controls(
            Bucket=BUCKET,
            OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        )
        os.environ.update(running.environment())
        first, second = running.keys
        kms: dict[str, Any] = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": first}

        def put(number: int) -> None:
            s3.put_object(Bucket=BUCKET, Key=f"copies/{number:05}", Body=b"x" * 1000, **kms)

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(put, range(count)))
        times: dict[str, list[float]] = {"aws": [], "ours": [], "run": []}
        for number in range(rounds):
            keys = [second, first]
            for side in ("aws", "ours") if number % 2 == 0 else ("ours", "aws"):
                key = keys.pop(0)
                if side == "aws":
                    times["aws"].append(with_aws(running.url, key))
                else:
                    whole, run = with_ours(key, count)
                    times["ours"].append(whole)
                    times["run"].append(run)
    found = {name: statistics.median(values) for name, values in times.items()}
    found["ratio"] = found["run"] / found["aws"]
    return found


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Re-encryption by copies beside the AWS CLI.")
    parser.add_argument("--objects", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--delay", type=float, default=0.03, help="seconds each request waits")
    options = parser.parse_args()
    found = measure(options.objects, options.rounds, options.delay)
    print(
        f"{options.objects} objects, requests wait {options.delay * 1000:.0f} ms: aws s3 cp "
        f"{found['aws']:.1f} s, the run {found['run']:.1f} s, with its plan {found['ours']:.1f} s; "
        f"ratio of the run to aws s3 cp {found['ratio']:.2f}"
    )


if __name__ == "__main__":
    main()
