"""The endpoint in a process of its own, as S3 is.

`Store()` starts it; `mode` says what it does. Must not know: what is tested.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from demo.endpoint import ACCESS_KEY, REGION, SECRET_KEY, Endpoint, client, control
from tests import ROOT


class Store:
    """A running store. `mode(...)` changes what it does, `requests()` counts what it was sent."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reencryption.s3_store"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Parts of any size.
            env={**os.environ, "S3_UPLOAD_PART_MIN_SIZE": "1"},
        )
        assert self._process.stdout is not None
        found = json.loads(self._process.stdout.readline())
        self.url: str = found["url"]
        self.keys: list[str] = found["keys"]
        self.s3 = client(self.url)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def mode(
        self,
        *,
        update: bool = True,
        conditions: bool = True,
        end_conditions: bool = True,
        keeps: bool = True,
        faults: Sequence[dict[str, Any]] = (),
        slow: int = 0,
        wait: float = 0.0,
    ) -> None:
        """Changes what it does; what is not named is as S3 has it.

        update: it knows UpdateObjectEncryption; conditions: it checks those of copies;
        end_conditions: that of the end of an upload in parts; keeps: a copy keeps tags; slow: each
        so many-th request of an object is refused with SlowDown; wait: seconds that each waits;
        faults: what else goes wrong, as in `demo.rules.faults`.
        """
        wrong = [*faults]
        if wait:
            wrong.append({"kind": "latency", "seconds": wait, "path": "/.+/.+"})
        if slow:
            wrong.append({"kind": "slow-down", "every": slow, "path": "/.+/.+"})
        control(
            self.url,
            update=update,
            conditions=conditions,
            end_conditions=end_conditions,
            keeps=keeps,
            faults=wrong,
        )

    def requests(self) -> Counter[str]:
        """How many requests there were of each operation since the last time; empties the count."""
        return Counter(control(self.url, counts=True))

    def bucket(self, name: str, **more: Any) -> str:
        """Makes a bucket."""
        place = {"LocationConstraint": REGION}
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration=place, **more)
        return name

    def environment(self) -> dict[str, str]:
        """What boto3 finds this store by."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": REGION,
        }


if __name__ == "__main__":
    with Endpoint() as running:
        sys.stdout.write(json.dumps(running.to_dict()) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
