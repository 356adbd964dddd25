"""Where writes went, from the plans that Spark 4.3 and 3.5 really print (record_plans.py). Pure.

Must not know: Spark, what is stored.
"""

from __future__ import annotations

import json
import time

import pytest

from jupyterlab_s3_encryption.agent.objects.writes import write_targets
from tests import EXAMPLES

CASES = json.loads((EXAMPLES / "plans.json").read_text("utf-8"))
PLANS = [(version, one) for version in sorted(CASES) for one in CASES[version]]
T, H = "`spark_catalog`.`default`.`t`", "`spark_catalog`.`d`.`h`"
MODE, LENGTH = "spark.sql.ui.explainMode", "spark.sql.maxPlanStringLength"
REDACTION = "spark.sql.redaction.string.regex"
#: name -> where its executions wrote to: paths and tables.
WROTE = {
    "write": ["s3a://plans/frame, with comma"],
    "static": ["s3a://plans/table"],
    "dynamic": ["s3a://plans/table"],
    "saveAsTable": ["s3a://plans/saved"],
    "directory": ["s3a://plans/directory"],
    "hive insert": [H],
    "hive directory": ["s3a://plans/h"],
    "load": [H],
    "rename partition": [H],
}


def title(example):
    version, one = example
    return " ".join([version, one["name"], *one["conf"].values()])


def every(name, **conf):
    """All recorded plans of a command, of each Spark."""
    expected = {"spark.sql." + key.replace("__", "."): value for key, value in conf.items()}
    found = [one for _, one in PLANS if one["name"] == name and one["conf"] == expected]
    assert {version for version, one in PLANS if one in found} == set(CASES)
    return found


def test_both_sparks_are_recorded():
    assert [version[:3] for version in sorted(CASES)] == ["3.5", "4.3"]


@pytest.mark.parametrize("example", PLANS, ids=title)
def test_a_real_plan_says_where_it_wrote_or_that_it_does_not(example):
    _, one = example
    found = write_targets.targets(one["plan"])
    wrote = WROTE.get(one["name"], [])
    names = found.paths + found.tables
    if one["name"] == "rename":
        assert names == found.moved == found.renamed != []
    elif found.unclear is None:
        # saveAsTable and INSERT DIRECTORY are several executions: one of them writes.
        assert set(names) <= set(wrote)
        assert names or len(wrote) == 0 or one["name"] in ("saveAsTable", "directory")
    else:
        assert one["conf"]
        assert names == []


@pytest.mark.parametrize("name", ["saveAsTable", "directory"])
def test_one_of_the_executions_of_a_command_names_its_path(name):
    for version in CASES:
        found = [
            write_targets.targets(one["plan"]) for one in CASES[version] if one["name"] == name
        ]
        assert [path for one in found for path in one.paths] == WROTE[name]


@pytest.mark.parametrize("mode", ["simple", "extended", "cost"])
def test_explain_modes_that_name_the_command_hide_nothing(mode):
    for one in every("write", ui__explainMode=mode):
        assert write_targets.targets(one["plan"]).paths == WROTE["write"]
    for one in every("count", ui__explainMode=mode):
        assert write_targets.targets(one["plan"]).unclear is None


def test_generated_code_does_not_name_a_command_and_the_graph_of_the_plan_does():
    for name in ("write", "count"):
        for one in every(name, ui__explainMode="codegen"):
            assert write_targets.targets(one["plan"]).unclear == write_targets.MODE
            graph = write_targets.targets(write_targets.of_operators(one["graph"]))
            assert (graph.paths, graph.unclear) == (WROTE.get(name, []), None)


@pytest.mark.parametrize("length", ["60", "120", "400"])
def test_a_plan_that_was_cut_before_the_path_is_unclear_and_its_graph_is_not(length):
    for one in every("write", maxPlanStringLength=length):
        assert write_targets.targets(one["plan"])[:3] == ([], [], [])
        assert write_targets.targets(one["plan"]).unclear == write_targets.CUT
        assert (
            write_targets.targets(write_targets.of_operators(one["graph"])).paths == WROTE["write"]
        )


def test_a_query_with_a_cut_plan_is_no_write_if_its_first_operator_can_be_read():
    for one in every("count", maxPlanStringLength="120"):
        assert write_targets.targets(one["plan"]).unclear is None
    for one in every("count", maxPlanStringLength="60"):
        assert write_targets.targets(one["plan"]).unclear == write_targets.CUT
        assert write_targets.targets(write_targets.of_operators(one["graph"])).unclear is None


@pytest.mark.parametrize("regex", ["s3a://[^ ]*", "frame", "InsertInto[A-Za-z]*"])
def test_a_redacted_write_is_unclear_and_no_redacted_path_is_checked(regex):
    for one in every("write", redaction__string__regex=regex):
        found = write_targets.targets(one["plan"])
        assert (found.paths, found.unclear) == ([], write_targets.REDACTED)


def test_redaction_elsewhere_in_a_plan_hides_no_write():
    for one in every("write", redaction__string__regex="Range"):
        assert write_targets.targets(one["plan"]).unclear is None
    for one in every("count", redaction__string__regex="InsertInto[A-Za-z]*"):
        assert write_targets.targets(one["plan"]).unclear is None


@pytest.mark.parametrize("name", ["local", "noop", "jdbc", "create", "set", "rename view"])
def test_what_writes_nothing_to_s3_is_known_not_to(name):
    for _, one in PLANS:
        if one["name"] == name:
            assert write_targets.targets(one["plan"]) == ([], [], [], [], [], [], None)


def test_a_partitioned_write_names_its_table_because_its_partitions_may_be_elsewhere():
    for name in ("static", "dynamic"):
        for _, one in PLANS:
            if one["name"] == name:
                assert write_targets.targets(one["plan"]).partitioned == [T]
    for one in every("saveAsTable"):
        assert write_targets.targets(one["plan"]).partitioned == []


def test_a_renamed_table_is_named_by_its_new_name_in_the_old_ones_database():
    names = {
        name
        for _, one in PLANS
        if one["name"] == "rename"
        for name in write_targets.targets(one["plan"]).moved
    }
    assert names == {"`spark_catalog`.`default`.`t1`", "`spark_catalog`.`default`.`t2`"}


@pytest.mark.parametrize("name", ["load", "rename partition"])
def test_a_command_that_moves_files_into_a_table_is_told_from_one_that_writes(name):
    plans = [one["plan"] for _, one in PLANS if one["name"] == name]
    assert len(plans) == 2 * len(CASES)
    for plan in plans:
        found = write_targets.targets(plan)
        assert found.moved == found.tables == ["`spark_catalog`.`d`.`h`"]
        assert found.renamed == []
    assert all(write_targets.targets(one["plan"]).moved == [] for one in every("hive insert"))


@pytest.mark.parametrize(
    ("plan", "unclear"),
    [
        ("== Physical Plan ==\nExecute LoadDataCommand\n", write_targets.UNNAMED),
        ("Truncated plan of 700 characters", write_targets.CUT),
        ("*********(redacted)", write_targets.REDACTED),
        (
            "== Physical Plan ==\nExecute SaveIntoDataSourceCommand (1)\n\n(2) SaveIntoDataSourceCommand\n"
            "Arguments: org.D@1, [path=*********(redacted), mergeSchema=true], Append\n",
            write_targets.REDACTED,
        ),
        (
            "== Physical Plan ==\nExecute SaveIntoDataSourceCommand (1)\n\n(2) SaveIntoDataSourceCommand\n"
            "Arguments: org.D@1, [mergeSchema=true, ... 1 more fields], Append\n",
            write_targets.UNNAMED,
        ),
        ("", None),
        ("== Physical Plan ==\nAdaptiveSparkPlan (10)\n+- Sc... 1574 more characters", None),
        ("== Physical Plan ==\n*(1) Project [*********(redacted)]\n", None),
    ],
)  # fmt: skip
def test_what_a_plan_leaves_out_is_known_to_be_left_out(plan, unclear):
    assert write_targets.targets(plan).unclear == unclear


@pytest.mark.parametrize(
    "word",
    [
        "DeleteCommand ",
        "OptimizeTableCommand ",
        "InsertIntoHadoopFsRelationCommand s3://b/a ",
        "SaveIntoDataSourceCommand path=s3://b/a ",
        "AppendDataExecV1 DeltaTableV2(a,s3://b/a ",
    ],
)
def test_a_plan_of_any_length_takes_a_time_that_grows_with_it(word):
    plan = "== Physical Plan ==\nExecute " + word * (400_000 // len(word))
    began = time.process_time()
    found = write_targets.targets(plan)
    # With the square of it, it would be minutes.
    assert time.process_time() - began < 5
    assert found.unclear == write_targets.CUT
