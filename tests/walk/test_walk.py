"""Walks at random in one Spark: no strong claim beside an object that differs, nothing breaks.

A failure ends with the shortest walk that was found; S3E_WALK (its steps as JSON) takes it again.
S3E_WALK_STEPS (20) and S3E_WALK_SEEDS (which have most kinds of steps) choose others; `make soak`
takes new ones. Must not know: what a step does.
"""

from __future__ import annotations

import json
import os

import pytest

from tests.walk.random_walk import summary, walk_at_random
from tests.walk.store import Store
from tests.walk.walk import Walk

STEPS = int(os.environ.get("S3E_WALK_STEPS") or 20)
#: 80 steps in all: half of them with each line of Spark.
OWN = [
    pytest.param(number, marks=pytest.mark.line(line))
    for line, numbers in (("4.3", (51, 5)), ("3.5", (212, 1)))
    for number in numbers
]
SEEDS = [int(text) for text in os.environ.get("S3E_WALK_SEEDS", "").split()] or OWN


if "S3E_WALK" in os.environ:

    def test_a_walk_that_is_given(spark, endpoint, tmp_path):
        walk = Walk(spark, Store(endpoint.url, endpoint.keys), tmp_path)
        try:
            for step in json.loads(os.environ["S3E_WALK"]):
                walk.step(tuple(step))
        finally:
            walk.end()

else:

    @pytest.mark.timeout(0)
    @pytest.mark.parametrize("number", SEEDS)
    def test_what_is_claimed_is_stored_and_nothing_of_the_users_breaks(
        number, spark, endpoint, tmp_path, together, capsys
    ):
        store = Store(endpoint.url, endpoint.keys)
        claims = walk_at_random(spark, store, tmp_path, number, STEPS)
        with capsys.disabled():
            print(f"\nseed {number}: steps in cells, by what was claimed\n{summary(claims)}")  # noqa: T201
        together.update(claims)
