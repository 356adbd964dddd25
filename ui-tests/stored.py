"""Prints what the objects under a prefix were written with, as JSON: `stored.py URL BUCKET PREFIX`."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demo.endpoint import Stored, stored


def named(item: Stored) -> dict[str, str]:
    algorithm, kms_key_id = item.written
    return {"key": item.key, "algorithm": algorithm, "kms_key_id": kms_key_id}


if __name__ == "__main__":
    url, bucket, prefix = sys.argv[1:]
    print(json.dumps([named(item) for item in stored(url, bucket, prefix)]))
