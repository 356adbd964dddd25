"""Sessions of Spark Connect that a magic opens in the kernel, for connections by name, out of sight of cells.

The magic is a stand-in of ours: what SageMaker Unified Studio has for it opens no session of Spark
Connect in the version that is on PyPI. Must not know: how sessions are found.
"""

from __future__ import annotations

import pytest

from tests.support.spark_connect import ConnectServer, needs_own_server
from tests.truth.rows import A, B, symbols

pytest.importorskip("grpc_status", reason="the client of Spark Connect needs grpcio-status")
pytestmark = [
    pytest.mark.line("4.3"),
    needs_own_server,
]


def cells(url, bucket, first, second):
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.core.magic import Magics, cell_magic, magics_class

    from tests.support.agent_requests import ask, kms

    @magics_class
    class Connections(Magics):
        """`%%pyspark NAME`: the code runs in a namespace of that connection, with a session of its own."""

        def __init__(self, shell):
            super().__init__(shell)
            self.spaces = {}

        @cell_magic
        def pyspark(self, line, cell):
            from pyspark.sql.connect.session import SparkSession

            name = line.strip()
            if name not in self.spaces:
                session = SparkSession.builder.remote(url).create()
                self.spaces[name] = {"spark": session}
            exec(cell, self.spaces[name])

    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    magics = Connections(shell)
    shell.register_magics(magics)

    def run(name, code):
        shell.run_cell(f"%%pyspark {name}\n{code}").raise_error()

    def write(where):
        return f"spark.range(0, 4, 1, 2).write.parquet('s3a://{bucket}/{where}')"

    found = {"armed": ask("apply", profile=kms(first))}
    run("lake", write("first"))
    found["first"] = ask("verify")
    run("other", write("second"))
    found["two"] = ask("verify")
    # A token has expired: the magic opens the connection anew.
    run("other", "spark.stop()")
    del magics.spaces["other"]
    run("lake", "spark.stop()")
    del magics.spaces["lake"]
    found["between"] = ask("verify")
    found["switched"] = ask("apply", profile=kms(second))
    run("lake", write("anew"))
    found["anew"] = ask("verify")
    found["names"] = sorted(name for name in shell.user_ns if "spark" in name)
    run("lake", "spark.stop()")
    return found


@pytest.fixture(scope="module")
def answers(endpoint, base_conf):
    from tests.support.spark_script import run_script

    bucket = endpoint.create_bucket("behind-magics")
    first, second = endpoint.keys
    with ConnectServer(base_conf) as server:
        found = run_script(
            cells, base_conf, url=server.url, bucket=bucket, first=first, second=second
        )
    found["stored"] = {
        name: symbols(endpoint.stored(f"{name}/", bucket), endpoint.keys)
        for name in ("first", "second", "anew")
    }
    return found


def test_each_session_behind_a_magic_has_the_settings_before_its_first_statement(answers):
    assert answers["armed"]["waiting"]
    assert answers["names"] == []
    assert answers["stored"] == {"first": {A}, "second": {A}, "anew": {B}}


def test_it_is_claimed_what_is_claimed_of_any_session_of_connect(answers):
    assert answers["first"]["session"]["kind"] == "connect"
    assert answers["first"]["claim"] == "inEffect", answers["first"]["findings"]
    assert answers["two"]["session"]["sessions"] == 2
    assert answers["two"]["claim"] == "inEffect", answers["two"]["findings"]
    assert answers["between"]["waiting"]
    assert answers["switched"]["waiting"]
    assert answers["anew"]["claim"] == "inEffect", answers["anew"]["findings"]
