"""What the demo's notebook needs beside Spark: the data set's file, and a look at stored objects.

Must not know: Spark, the extension. It asks S3 itself (HEAD, through boto3), so what it shows is
what is stored, not what anybody set. It is copied next to the notebook and reads `demo.json` there.
"""

from __future__ import annotations

import html
import importlib.util
import json
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

NO_HEADER = "(no header)"


def settings() -> dict[str, Any]:
    """`url`, `region`, `bucket`, `keys`, `accessKey`, `secretKey` of the demo's endpoint.

    Raises FileNotFoundError if the demo was never started in this folder.
    """
    return dict(json.loads((Path(__file__).parent / "demo.json").read_text("utf-8")))


def penguins_csv() -> str:
    """Path of the Palmer penguins data (344 rows) inside the palmerpenguins package."""
    spec = importlib.util.find_spec("palmerpenguins")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the package palmerpenguins is not installed")
    return str(Path(spec.origin).parent / "data" / "penguins.csv")


class Keys:
    """The demo's two KMS keys, shown one a line so that they are easy to copy."""

    def __init__(self) -> None:
        self.keys = [str(key) for key in settings()["keys"]]

    def __repr__(self) -> str:
        return "\n".join(f"Key {name}: {key}" for name, key in zip("AB", self.keys, strict=True))


class StoredObjects:
    """The objects under an s3:// path, with what S3 answers for each: a table in a notebook.

    `rows` is a list of (object, algorithm, key id).
    """

    def __init__(self, path: str) -> None:
        """Asks S3 for every object under `path`; raises ValueError unless it is an S3 path."""
        scheme, _, rest = path.partition("://")
        if scheme not in {"s3", "s3a", "s3n"} or not rest:
            raise ValueError(f"not an S3 path: {path}")
        self.path = path
        bucket, _, prefix = rest.partition("/")
        prefix = prefix.rstrip("/") + "/" if prefix else ""
        self.rows = [(name[len(prefix) :], *what) for name, what in _heads(bucket, prefix)]

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("Object", "Algorithm", "KMS key"))
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        title = f"{html.escape(self.path)}: {len(self.rows)} objects"
        return f"<table><caption>{title}</caption><tr>{head}</tr>{body}</table>"

    def __repr__(self) -> str:
        lines = [f"{self.path}: {len(self.rows)} objects"]
        return "\n".join(lines + ["  " + " | ".join(row) for row in self.rows])


def _heads(bucket: str, prefix: str) -> list[tuple[str, tuple[str, str]]]:
    demo = settings()
    s3 = boto3.client(
        "s3",
        endpoint_url=demo["url"],
        region_name=demo["region"],
        aws_access_key_id=demo["accessKey"],
        aws_secret_access_key=demo["secretKey"],
        config=Config(s3={"addressing_style": "path"}, connect_timeout=5),
    )
    found = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            head = s3.head_object(Bucket=bucket, Key=item["Key"])
            key = head.get("SSEKMSKeyId", "")
            found.append((item["Key"], (head.get("ServerSideEncryption", NO_HEADER), key)))
    return found
