"""Walks at random in one Spark: no strong claim beside an object that is otherwise, nothing breaks.

A failure ends with the shortest walk that was found; S3E_WALK (its steps as JSON) takes it again.
S3E_WALK_STEPS (20) and S3E_WALK_SEEDS ("1 2 3") choose others. Must not know: what a step does.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from truth_rows import STRONG
from walk import Walk
from walk_steps import PROFILES, steps
from walk_store import Store

STEPS = int(os.environ.get("S3E_WALK_STEPS") or 20)
SEEDS = [int(text) for text in (os.environ.get("S3E_WALK_SEEDS") or "1 2 3").split()]
#: In a strong claim the walk finds out something; below this share it would not.
LEAST = 0.5


def walk_at_random(spark, store, folder, number, length, cluster=False):
    """Walks of `length` steps from a seed; returns what was claimed at each of them."""
    current = [spark]
    claims: Counter[tuple[str, ...]] = Counter()

    class Machine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            store.buckets.clear()
            self.walk = Walk(current[0], store, folder)

        @initialize(profile=st.sampled_from(("", *PROFILES)))
        def begin(self, profile):
            if profile:
                self.walk.step(("apply", profile))

        @rule(step=steps(cluster))
        def step(self, step):
            self.walk.step(step)

        def teardown(self):
            try:
                self.walk.end()
            finally:
                current[0] = self.walk.user.spark
                claims.update(self.walk.claims)

    run_state_machine_as_test(
        seed(number)(Machine),
        settings=settings(
            # The first one always takes the first step again and again.
            max_examples=2,
            stateful_step_count=length,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    return claims


@pytest.fixture
def store(endpoint):
    return Store(endpoint.url, endpoint.keys)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", [*SEEDS, random.SystemRandom().randrange(10**6)])
def test_what_is_claimed_is_stored_and_nothing_of_the_users_breaks(
    number, spark, store, tmp_path, request
):
    if "S3E_WALK" in os.environ:
        walk = Walk(spark, store, tmp_path)
        try:
            for step in json.loads(os.environ["S3E_WALK"]):
                walk.step(tuple(step))
        finally:
            walk.end()
        return
    claims = walk_at_random(spark, store, tmp_path, number, STEPS)
    told = "\n".join(f"{count:4} {' '.join(claim)}" for claim, count in claims.most_common())
    request.node.user_properties.append(("claims", told))
    sys.stderr.write(f"seed {number}: steps of cells by what was claimed\n{told}\n")
    strong = sum(count for claim, count in claims.items() if claim[0] in STRONG)
    assert strong >= LEAST * claims.total(), claims
