"""A real sparkmagic kernel, a real Livy server and real PySpark 3.5: what is set, and what is stored.

Runs only if there is no network but loopback, because Livy's sessions listen on every address:
`python scripts/run_tests.py livy` makes such a network if the system allows it. Must not know: the
relay's inner parts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from demo.endpoint import Endpoint
from tests.livy.kernel import PYTHON, SparkmagicKernel, livy_part
from tests.livy.server import LivyServer, alone
from tests.support.agent_requests import codes, headers, values

pytestmark = [
    pytest.mark.livy,
    pytest.mark.skipif(
        not alone(), reason="Livy binds every address: needs a network namespace of its own"
    ),
    pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-livy: python scripts/setup.py livy"),
]

ALGORITHM = "spark.hadoop.fs.s3a.encryption.algorithm"
KEY = "spark.hadoop.fs.s3a.encryption.key"
#: What one of our requests may publish: nothing that a notebook shows.
SILENT = {"status", "s3_encryption_changed"}


@pytest.fixture(scope="module")
def livy(
    base_conf: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LivyServer]:
    conf = {**base_conf, "spark.master": "local[1]"}
    server = LivyServer(tmp_path_factory.mktemp("livy"), conf)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def start(
    livy: LivyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], SparkmagicKernel]]:
    started: list[SparkmagicKernel] = []

    def make() -> SparkmagicKernel:
        started.append(SparkmagicKernel(tmp_path_factory.mktemp("kernel"), livy.url))
        return started[-1]

    yield make
    for kernel in started:
        kernel.stop()


@pytest.fixture
def fresh(start: Callable[[], SparkmagicKernel], livy: LivyServer) -> Iterator[SparkmagicKernel]:
    """A kernel of the test's own; its sessions go with it."""
    before = set(livy.sessions())
    kernel = start()
    yield kernel
    kernel.stop()
    for number in set(livy.sessions()) - before:
        livy.call(f"/sessions/{number}", "DELETE")


class Running:
    """A kernel whose first cell started a session and wrote, after an apply ahead of it."""

    def __init__(self, kernel: SparkmagicKernel, livy: LivyServer, endpoint: Endpoint) -> None:
        self.kernel, self.livy = kernel, livy
        self.key, self.other = endpoint.keys[:2]
        before = set(livy.sessions())
        self.own = {"executorMemory": "600M", "conf": {"spark.hadoop.fs.s3a.threads.max": "7"}}
        kernel.run('%%configure\n{"conf": {"spark.hadoop.fs.s3a.threads.max": "7"}}')
        self.before = kernel.ask("apply", self.conf(self.key), profile=self.profile(self.key))
        self.heard = [message["msg_type"] for message in kernel.heard]
        self.none_started = set(livy.sessions()) == before
        self.bucket = endpoint.create_bucket("livy-first-cell")
        self.said = self.write("first")
        (self.session,) = set(livy.sessions()) - before
        self.start_statements = livy.statements(self.session)

    @staticmethod
    def profile(key: str) -> dict[str, str]:
        return {"method": "sse-kms", "kmsKeyId": key}

    @staticmethod
    def conf(key: str) -> dict[str, str]:
        return {ALGORITHM: "SSE-KMS", KEY: key}

    def ask(self, name: str, key: str = "") -> dict:
        """A request for a key, by default the first."""
        key = key or self.key
        return self.kernel.ask(name, self.conf(key), profile=self.profile(key))

    def guard(self, block: bool) -> dict:
        """A guard, which cells wait for or not."""
        key = self.key
        return self.kernel.ask("guard", self.conf(key), profile=self.profile(key), block=block)

    def in_effect(self, report: dict) -> bool:
        """Whether it is so, at the latest after what is pending on a busy machine was done."""
        end = time.monotonic() + 20
        while "renewal-pending" in codes(report) and time.monotonic() < end:
            time.sleep(0.5)
            report = self.kernel.ask("verify")
        return report["claim"] == "inEffect"

    def write(self, folder: str) -> str:
        place = f"s3a://{self.bucket}/{folder}"
        return self.kernel.run(f"spark.range(4).write.mode('overwrite').parquet('{place}')")

    def count(self) -> int:
        return len(self.livy.statements(self.session))


@pytest.fixture(scope="module")
def running(start: Callable[[], SparkmagicKernel], livy: LivyServer, endpoint: Endpoint) -> Running:
    return Running(start(), livy, endpoint)


def test_the_kernel_is_recognised_by_its_language(running: Running):
    assert running.kernel.info()["language_info"]["name"] == "pyspark"


def test_an_apply_before_the_session_starts_none_and_says_what_it_will_have(running: Running):
    report = running.before
    assert report["ok"]
    assert report["waiting"]
    assert report["claim"] == "none"
    assert running.none_started
    assert codes(report) == ["livy-next-session"]
    assert running.key in report["findings"][0]["message"]
    assert set(running.heard) <= SILENT


def test_the_session_starts_with_the_settings_and_without_a_statement_of_ours(
    running: Running, endpoint: Endpoint
):
    assert headers(endpoint, running.bucket, "first/") == {("aws:kms", running.key)}
    # The first is sparkmagic's own.
    assert [code.split("(")[0] for code in running.start_statements] == ["spark", "spark.range"]


def test_what_the_user_configured_is_merged_and_not_replaced(running: Running):
    said = running.kernel.run(
        "print(sc._jsc.hadoopConfiguration().get('fs.s3a.threads.max'), "
        "sc._jsc.hadoopConfiguration().get('fs.s3a.encryption.algorithm'))"
    )
    assert said.strip() == "7 SSE-KMS"


def test_a_guard_checks_a_fresh_session_once_and_then_only_whether_it_is_alive(running: Running):
    before = running.count()
    report = running.ask("guard")
    if report.get("unchanged") is None:
        assert running.count() == before + 1
        assert running.in_effect(report)
        before = running.count()
    assert running.ask("guard")["unchanged"]
    assert running.count() == before


CHANGES = {
    "the session's key": "spark.conf.set('fs.s3a.encryption.key', 'alias/another')",
    "one bucket's key": "spark.conf.set('fs.s3a.bucket.b.encryption.key', 'alias/another')",
    "the context's key": (
        "sc._jsc.hadoopConfiguration().set('fs.s3a.encryption.key', 'alias/another')"
    ),
    "another session's key": (
        "other = spark.newSession(); other.conf.set('fs.s3a.encryption.key', 'alias/another')"
    ),
}
UNDONE = """spark.conf.unset('fs.s3a.bucket.b.encryption.key')
sc._jsc.hadoopConfiguration().unset('fs.s3a.bucket.b.encryption.key')
other = None"""


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_guard_that_cells_wait_for_compares_the_settings_of_the_session(running: Running, change):
    assert running.in_effect(running.ask("apply"))
    running.guard(block=True)
    before = running.count()
    assert running.guard(block=True)["unchanged"]
    assert running.count() == before + 1
    running.kernel.run(change)
    assert running.guard(block=False)["unchanged"]
    for _ in range(2):
        report = running.guard(block=True)
        assert (report["claim"], bool(report["changed"])) == ("none", True)
    running.kernel.run(UNDONE)
    assert running.in_effect(running.ask("apply"))


def test_a_cell_behind_one_that_changed_the_key_is_held_back_in_mode_block(running: Running):
    assert running.in_effect(running.ask("apply"))
    part, profile = livy_part(running.conf(running.key)), running.profile(running.key)
    assert running.kernel.block(part, profile) == ("None", "ok")
    running.kernel.run(CHANGES["the session's key"])
    said, ran = running.kernel.block(part, profile)
    assert "not those that were applied" in said
    assert ran == "aborted"
    assert running.in_effect(running.ask("apply"))
    # The next guard that passes ends the refusal of cells that come late.
    assert running.kernel.block(part, profile) == ("None", "ok")


def test_a_guard_that_cells_wait_for_waits_for_a_statement_and_leaves_it_alone(running: Running):
    assert running.in_effect(running.ask("apply"))
    running.guard(block=True)
    path = f"/sessions/{running.session}/statements"
    code = "import time; time.sleep(2); mine = 'whole'"
    number = running.livy.call(path, "POST", {"code": code})["id"]
    assert running.guard(block=True)["unchanged"]
    found = running.livy.call(f"{path}/{number}")
    assert (found["state"], found["output"]["status"]) == ("available", "ok")
    assert running.kernel.run("print(mine)").strip() == "whole"


def test_an_apply_on_a_running_session_costs_one_statement(running: Running, endpoint: Endpoint):
    running.ask("guard")
    before = running.count()
    report = running.ask("apply", running.other)
    assert running.count() == before + 1
    assert running.in_effect(report)
    assert values(report)["fs.s3a.encryption.key"] == running.other
    running.write("applied")
    assert headers(endpoint, running.bucket, "applied/") == {("aws:kms", running.other)}


def test_a_session_that_lost_its_settings_gets_them_again(running: Running):
    running.ask("apply")
    running.kernel.run("import sys; del sys.modules['_jupyterlab_s3_encryption_statement']")
    before = running.count()
    report = running.ask("apply", running.other)
    assert running.count() == before + 2
    assert values(report)["fs.s3a.encryption.key"] == running.other
    running.ask("apply")


def test_nothing_of_ours_shows_in_the_notebook(running: Running):
    look = "%%local\nprint(len(In), [name for name in globals() if 's3' in name.lower()])"
    count, names = running.kernel.run(look).split(None, 1)
    for name in ("apply", "verify", "guard"):
        running.ask(name)
        assert {message["msg_type"] for message in running.kernel.heard} <= SILENT
    assert running.kernel.run(look).split(None, 1) == [str(int(count) + 1), names]
    assert names.strip() == "[]"
    said = running.kernel.run("print([name for name in globals() if 's3' in name.lower()])")
    assert said.strip() == "[]"


def test_a_canary_proves_it_and_an_audit_counts_it(running: Running):
    assert running.in_effect(running.ask("apply"))
    place = f"s3a://{running.bucket}/canary"
    report = running.kernel.ask("canary", location=place)
    assert report["claim"] == "proven"
    assert report["canary"]["removed"]
    report = running.kernel.ask("audit", path=f"s3a://{running.bucket}/first")
    assert [(row["algorithm"], row["keyId"]) for row in report["audit"]["counts"]] == [
        ("aws:kms", running.key)
    ]


def test_the_users_statement_keeps_its_widgets_and_its_output(running: Running):
    assert running.kernel.run("print('mine')").strip() == "mine"
    assert {"comm_open", "display_data"} <= {m["msg_type"] for m in running.kernel.heard}


def test_a_session_that_returns_no_frame_has_failed_whatever_its_status_is(running: Running):
    running.ask("apply")
    noise = 'b\'{"statement": "print(7)"}\''
    running.kernel.run(f"import zlib; kept = zlib.decompress; zlib.decompress = lambda _: {noise}")
    report = running.ask("apply", running.other)
    running.kernel.run("zlib.decompress = kept")
    assert not report["ok"]
    assert report["error"]["code"] == "bad-answer"
    assert report["profile"] == running.profile(running.key)
    assert running.in_effect(running.ask("apply"))


def test_a_clear_undoes_only_what_is_ours(running: Running, endpoint: Endpoint):
    running.ask("apply")
    report = running.kernel.ask("clear")
    assert report["ok"]
    assert report["profile"] is None
    running.write("cleared")
    assert headers(endpoint, running.bucket, "cleared/") == {("", "")}
    said = running.kernel.run("print(sc._jsc.hadoopConfiguration().get('fs.s3a.threads.max'))")
    assert said.strip() == "7"
    assert ALGORITHM not in running.kernel.shown("%%info")
    # Cleared on purpose: a guard does not arm it again.
    assert running.ask("guard")["profile"] is None
    assert running.in_effect(running.ask("apply"))


def test_another_session_of_the_same_kernel_starts_with_them_and_is_checked_again(
    running: Running, endpoint: Endpoint
):
    running.ask("apply")
    own = '{"conf": {"spark.hadoop.fs.s3a.encryption.algorithm": "AES256"}}'
    running.kernel.run(f"%%configure -f\n{own}")
    (session,) = running.livy.sessions()
    assert session != running.session
    running.session = session
    running.write("again")
    assert headers(endpoint, running.bucket, "again/") == {("aws:kms", running.key)}
    before = running.count()
    report = running.ask("guard")
    assert running.count() == before + 1
    assert running.in_effect(report)
    running.kernel.ask("clear")
    running.write("own")
    assert headers(endpoint, running.bucket, "own/") == {("AES256", "")}


def test_a_session_killed_behind_the_kernel_is_noticed_and_none_is_started(running: Running):
    running.ask("apply")
    running.livy.call(f"/sessions/{running.session}", "DELETE")
    report = running.ask("guard")
    assert report["waiting"]
    assert "livy-session-lost" in codes(report)
    assert report["profile"] == running.profile(running.key)
    assert running.kernel.ask("verify")["claim"] == "none"
    assert running.livy.sessions() == []


def test_a_killed_kernel_restarts_without_a_profile_and_a_guard_starts_no_session(
    fresh: SparkmagicKernel, livy: LivyServer
):
    conf, profile = Running.conf("alias/a"), Running.profile("alias/a")
    fresh.ask("apply", conf, profile=profile)
    fresh.restart(kill=True)
    assert fresh.ask("probe")["profile"] is None
    report = fresh.ask("guard", conf, profile=profile)
    assert report["waiting"]
    assert report["profile"] == profile
    assert "alias/a" in fresh.shown("%%info")
    assert livy.sessions() == []


def test_a_refused_profile_is_not_kept(fresh: SparkmagicKernel):
    part = livy_part(None, "SSE-C is not offered in this kernel.")
    report = fresh.answer(fresh.send("apply", part, profile={"method": "sse-c"}))
    assert report["error"]["code"] == "unsupported-method"
    assert report["profile"] is None


def test_a_guard_of_mode_block_keeps_the_cell_behind_it_from_running(
    fresh: SparkmagicKernel, livy: LivyServer
):
    part = livy_part(None, "SSE-C is not offered in this kernel.")
    said, ran = fresh.block(part, {"method": "sse-c"})
    assert "SSE-C is not offered" in said
    assert ran == "aborted"
    assert livy.sessions() == []
