"""Walks at random from a seed, with the shortest one that fails, if one does.

Must not know: what a step does, what has to be true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.truth.rows import STRONG
from tests.walk.steps import PROFILES, steps
from tests.walk.store import Store
from tests.walk.walk import Walk

#: In a strong claim the walks find out something; below this share of their steps they would not.
LEAST = 0.4

Claims = Counter[tuple[str, ...]]


def walk_at_random(
    spark: Any,
    store: Store,
    folder: Path,
    number: int,
    length: int,
    cluster: bool = False,
    kinds: Iterable[str] = (),
) -> Claims:
    """Walks of `length` steps from a seed; returns what was claimed at each of them.

    kinds: of tables that the Spark has beside its own.
    """
    current = [spark]
    claims: Claims = Counter()

    class Machine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            store.buckets.clear()
            self.walk = Walk(current[0], store, folder)

        @initialize(profile=st.sampled_from(("", *PROFILES)))
        def begin(self, profile):
            if profile:
                self.walk.step(("apply", profile))

        @rule(step=steps(cluster, kinds))
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


def summary(claims: Claims) -> str:
    """What was claimed at how many steps, for people."""
    return "\n".join(f"{count:5} {' '.join(claim)}" for claim, count in claims.most_common())


def check(claims: Claims) -> None:
    """Walks that hardly ever had a strong claim have shown nothing."""
    strong = sum(count for claim, count in claims.items() if claim[0] in STRONG)
    assert strong >= LEAST * claims.total(), summary(claims)
