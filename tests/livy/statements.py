"""Runs the statements of a Livy session in the tests, beside ReplDriver.java.

Answers as Livy's own Python does: what was printed, and the value of a last expression, as one
text without the newlines around it; an error with its name, value and traceback. One line of JSON
in, one out. Must not know: the agent, what is asked.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import sys
import traceback
from typing import Any


def run(code: str, number: int, names: dict[str, Any]) -> dict[str, Any]:
    """One statement, run in `names`."""
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            tree = ast.parse(code)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "<stdin>", "exec"), names)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), "<stdin>", "eval"), names)
                if value is not None:
                    out.write(repr(value) + "\n")
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the answer
        return {
            "status": "error",
            "execution_count": number,
            "ename": type(error).__name__,
            "evalue": str(error),
            "traceback": traceback.format_exc().splitlines(True),
        }
    data = {"text/plain": out.getvalue().rstrip("\n")}
    return {"status": "ok", "execution_count": number, "data": data}


def main() -> None:
    """Joins the JVM of the session, then answers until its input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.getOrCreate()
    names: dict[str, Any] = {"__name__": "__main__", "spark": spark, "sc": spark.sparkContext}
    answers.write("ready\n")
    answers.flush()
    for number, line in enumerate(sys.stdin):
        answers.write(json.dumps(run(json.loads(line), number, names)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
