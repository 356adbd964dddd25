"""What the run guard costs a user's cells, and what a restart costs their first write.

Must not know how the agent works: it sends the requests that the front end sends, ahead of cells
and without waiting, as in a notebook. Both sides are measured in turn. Times in seconds.
"""

import statistics

from bench.kernels import SESSION, BenchKernel, front_end
from bench.switching import TYPED, WRITE, environment_of, kms
from demo.endpoint import Endpoint
from demo.environment import spark_conf
from tests.support.spark_connect import ConnectServer

#: The cells of a batch: Run All of a small notebook.
CELLS = ("1 + 1",) * 5


def measure_guard(repeats: int) -> dict[str, float]:
    """Medians: a guard that has nothing to do and an empty request; a batch with and without one.

    `silent`: an empty request that publishes no input, as the guard does not; `shipped`: a guard
    as a kernel without the package gets it, with the agent's text.
    """
    guards: list[float] = []
    empty: list[float] = []
    silent: list[float] = []
    shipped: list[float] = []
    guarded: list[float] = []
    bare: list[float] = []
    with Endpoint() as endpoint:
        kernel = BenchKernel(environment_of(endpoint, {}), front_end())
        try:
            kernel.cell(SESSION)
            arguments = kms(endpoint.keys[0])
            kernel.cell(WRITE.format(bucket=endpoint.bucket, name="guard"))
            report = kernel.ask("apply", arguments, True)[1]
            arguments["fingerprint"] = report["fingerprint"]
            for number in range(repeats + 5):
                sides = [
                    (empty, lambda: kernel.empty(False)),
                    (silent, lambda: kernel.empty(True)),
                    (guards, lambda: kernel.request("guard", arguments, False)),
                    (shipped, lambda: kernel.request("guard", arguments, True)),
                    (bare, lambda: kernel.batch(*CELLS)),
                    (guarded, lambda: kernel.behind("guard", arguments, *CELLS)),
                ]
                for times, side in sides if number % 2 else sides[::-1]:
                    took = side()
                    if number >= 5:  # the first ones find a kernel that is not warm yet
                        times.append(took)
        finally:
            kernel.close()
    found = {
        "guard": statistics.median(guards),
        "empty": statistics.median(empty),
        "silent": statistics.median(silent),
        "shipped": statistics.median(shipped),
        "guarded": statistics.median(guarded),
        "bare": statistics.median(bare),
    }
    found["ratio"] = found["guard"] / found["empty"]
    found["pipelined"] = found["guarded"] - found["bare"]
    return found


def measure_connect_guard(repeats: int) -> dict[str, float]:
    """Medians over Spark Connect: a batch with a guard of mode "block" ahead, and one without.

    `read`: a cell that reads one setting, which asks the server as that guard has to.
    """
    times: dict[str, list[float]] = {"guarded": [], "bare": [], "read": []}
    with Endpoint() as endpoint:
        conf = spark_conf(endpoint.tls_url, trust_store=str(endpoint.trust_store))
        with ConnectServer(conf) as server:
            kernel = BenchKernel(environment_of(endpoint, {}), front_end())
            try:
                remote = f"builder.remote({server.url!r})"
                kernel.cell(SESSION.replace("builder", remote))
                arguments = kms(endpoint.keys[0])
                report = kernel.ask("apply", arguments, True)[1]
                arguments.update(fingerprint=report["fingerprint"], block=True)
                for number in range(repeats + 5):
                    took = {
                        "guarded": kernel.behind("guard", arguments, *CELLS),
                        "bare": kernel.batch(*CELLS),
                        "read": kernel.cell("_ = spark.conf.get('fs.s3a.encryption.key')"),
                    }
                    if number >= 5:  # the first ones find a kernel that is not warm yet
                        for name, seconds in took.items():
                            times[name].append(seconds)
            finally:
                kernel.close()
    found = {name: statistics.median(values) for name, values in times.items()}
    found["ratio"] = (found["guarded"] - found["bare"]) / found["read"]
    return found


def measure_first_write(rounds: int) -> dict[str, float]:
    """Medians of the first write after a restart: with a profile armed, and with two lines typed.

    `armed_all`, `typed_all`: the whole run, from its first message to the end of the write.
    """
    bundle = front_end()
    times: dict[str, list[float]] = {"armed": [], "typed": [], "armed_all": [], "typed_all": []}
    with Endpoint() as endpoint:
        kernel = BenchKernel(environment_of(endpoint, {}), bundle)
        write = WRITE.format(bucket=endpoint.bucket, name="first")
        typed = TYPED.format(key=endpoint.keys[0])
        try:
            for number in range(rounds):
                for side in ("armed", "typed") if number % 2 else ("typed", "armed"):
                    kernel.restart()
                    if side == "armed":
                        before = kernel.request("apply", kms(endpoint.keys[0]), True)
                        before += kernel.cell(SESSION)
                    else:
                        before = kernel.cell(SESSION + "\n" + typed)
                    took = kernel.cell(write)
                    times[side].append(took)
                    times[side + "_all"].append(before + took)
        finally:
            kernel.close()
    found = {name: statistics.median(values) for name, values in times.items()}
    found["ratio"] = found["armed"] / found["typed"]
    found["all_ratio"] = found["armed_all"] / found["typed_all"]
    return found


if __name__ == "__main__":
    print(measure_guard(60))
    print(measure_connect_guard(60))
    print(measure_first_write(4))
