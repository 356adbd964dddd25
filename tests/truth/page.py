"""Writes docs/truth.md: one part for each line of Spark, put in place of its older one.

Must not know: how rows are measured.
"""

from __future__ import annotations

import re

from tests import ROOT
from tests.truth.rows import ROWS, STRONG, Header, Row, Seen

PAGE = ROOT / "docs" / "truth.md"
HEADING = re.compile(r"^## (Spark \d+\.\d+)$", re.MULTILINE)
TITLES = {
    "none": "none",
    "set": "Set",
    "inEffect": "In effect",
    "proven": "Proven",
}
ALGORITHMS = {"AES256": "SSE-S3", "aws:kms": "SSE-KMS", "aws:kms:dsse": "DSSE-KMS"}
INTRODUCTION = """# What is claimed, and what is stored

Written by the tests (`S3E_TRUTH=1 pytest tests/truth`), not by hand. Each
row sets up a scenario in real Spark, records the claim, writes objects and reads their
headers back from the S3 endpoint.

The rule: if "In effect" or "Proven" is claimed, every object written afterwards has the
expected method and key. "Set" and "none" claim nothing about objects; if they claim less
than is stored, the row gives the reason. The findings, which say why a claim is not
higher, are explained in [findings.md](findings.md).

"no header" means that Spark asked for nothing, so the default of the bucket decides. S3
then answers with that default; the endpoint notes beside it what was asked. Key C is the
key of SSE-C: the object was read with it, and refused without it.

What this page does not show:

- Nothing here has been run on AWS, with EMRFS or with Glue. The endpoint is moto, on
  the same machine, behind rules that refuse what S3 and KMS refuse
  ([what it does and how that was checked](stored/endpoint.md)).
- EMRFS is closed source. Its rows were run with a stand-in, a small class of that name
  that reads EMRFS's documented properties and writes through S3A.
- Neither Delta Lake nor Iceberg has a release for Spark 4.3 yet, and Hudi's for Spark 4.1 was not
  to be had: their rows are for Spark 3.5 and 4.1, those of Hudi for Spark 3.5.
- A row that only `make soak` runs is here once it was run with that Spark.
- CSE-KMS has a row for Spark 4.3 only: the AWS SDK of Hadoop 3.3 cannot be told of
  another KMS than that of AWS. The stored bytes were looked at, and their key is the one
  that KMS opens the data key with.
- A rename and LOAD DATA move what is stored. From Hadoop 3.4 on (Spark 4.3 here) S3A keeps the
  key of what it moves, which no setting changes: for what was written before a switch there
  are rows for Spark 3.5 only.
- Over Spark Connect a claim names the buckets that it is limited to. A row there is about the
  bucket that it writes to: if the claim does not name that one, the row says Set.
- A claim is about what is written after it. A file system or a stream that was opened
  before a switch and is still in use keeps the settings it was opened with; once something
  is written through it, the claim is lowered.
"""


def cell_of(header: Header) -> str:
    """A header as the page says it."""
    algorithm, key = header
    if not algorithm:
        return "no header"
    title = ALGORITHMS.get(algorithm, algorithm)
    return f"{title}, key {key}" if key else title


def line(row: Row, seen: Seen) -> str:
    """One line of the table."""

    def places(cells: dict[str, str]) -> str:
        same = set(cells.values())
        if len(same) == 1:
            return same.pop()
        return "; ".join(f"{name}: {cell}" if name else cell for name, cell in cells.items())

    expected = places({name: cell_of(header) for name, header in row.expected.items()})
    stored = places(
        {
            name: " and ".join(sorted(map(cell_of, found))) or "nothing"
            for name, found in seen.stored.items()
        }
    )
    remarks = [f"`{code}`" for code in dict.fromkeys(seen.codes)]
    if row.less:
        remarks.append("Claims less: " + row.less)
    claim = TITLES.get(seen.claim, seen.claim)
    return f"| {row.situation} | {expected} | {claim} | {stored} | {' '.join(remarks)} |"


def part(spark: str, hadoop: str, lines: list[str]) -> str:
    """The part of the page for one Spark, from the lines of its table."""
    strong = [text for text in lines if text.split(" | ")[2] in (TITLES[name] for name in STRONG)]
    return "\n".join(
        [
            heading(spark),
            "",
            f"Run with Spark {spark} and Hadoop {hadoop}: {len(lines)} rows. In effect or Proven "
            f"is claimed in {len(strong)} of them, and every object of these is as expected.",
            "",
            "| Situation | Wanted | Claimed | Stored | Findings, and why less is claimed |",
            "| --- | --- | --- | --- | --- |",
            *lines,
            "",
        ]
    )


def heading(spark: str) -> str:
    """The heading of the part for a version of Spark."""
    return "## Spark " + ".".join(spark.split(".")[:2])


def parts(text: str) -> dict[str, str]:
    """The parts of a page by their headings."""
    pieces = HEADING.split(text)[1:]
    return {f"## {name}": body for name, body in zip(pieces[::2], pieces[1::2], strict=True)}


def rows_of(text: str) -> dict[str, str]:
    """The lines of a part's table, by their situations."""
    lines = [line for line in text.splitlines() if line.startswith("| ")][2:]
    return {line.split(" | ")[0][2:]: line for line in lines}


def update(spark: str, hadoop: str, results: dict[str, Seen]) -> None:
    """Puts rows that were run, and kept the rule, into the page; the others stay as they are."""
    found = parts(PAGE.read_text("utf-8")) if PAGE.exists() else {}
    name = heading(spark)
    lines = rows_of(found.get(name, ""))
    lines.update(
        {row.situation: line(row, results[row.name]) for row in ROWS if row.name in results}
    )
    ordered = [lines[row.situation] for row in ROWS if row.situation in lines]
    found[name] = part(spark, hadoop, ordered)[len(name) :]
    texts = [key + found[key].rstrip() + "\n" for key in sorted(found, key=_order, reverse=True)]
    PAGE.write_text("\n".join([INTRODUCTION, *texts]), "utf-8")


def _order(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]
