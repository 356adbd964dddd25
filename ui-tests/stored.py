"""Prints what S3 says of the objects under a prefix, as JSON: `stored.py URL BUCKET PREFIX`."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demo.endpoint import stored

if __name__ == "__main__":
    url, bucket, prefix = sys.argv[1:]
    print(json.dumps([item._asdict() for item in stored(url, bucket, prefix)]))
