import pytest
from tests.support.spark_connect import ConnectServer
from tests.truth.rows import symbols

def story(url, bucket, first, second):
    import time
    from pyspark.sql import SparkSession
    from tests.support.agent_requests import ask, kms
    spark = SparkSession.builder.remote(url).getOrCreate()
    spark.conf.set("mapreduce.fileoutputcommitter.algorithm.version","2")
    found = []
    def step(name, **a):
        t=time.time(); r=ask(name, **a); r["took"]=time.time()-t; found.append(r); return r
    def write(n):
        spark.range(0,16,1,8).write.parquet(f"s3a://{bucket}/{n}")
    write("plain")
    step("apply", profile=kms(first))
    write("one")
    step("verify")
    df = spark.read.parquet(f"s3a://{bucket}/one"); df.count()
    step("apply", profile=kms(second))
    df.limit(5).collect(); df.show()
    write("two")
    step("verify"); step("verify")
    step("guard", profile=kms(second), fingerprint=found[-1]["fingerprint"])
    step("clear")
    write("cleared")
    spark.stop()
    return found

@pytest.mark.timeout(600)
@pytest.mark.parametrize("two", [False, True])
def test_x(base_conf, endpoint, request, two):
    from tests.support.spark_script import run_script
    import json
    bucket = endpoint.create_bucket(f"exp-{'two' if two else 'one'}")
    conf = {**base_conf, **(request.getfixturevalue("standalone").conf() if two else {})}
    with ConnectServer(conf) as server:
        try:
            first, second = endpoint.keys
            found = run_script(story, {}, url=server.url, bucket=bucket, first=first, second=second)
        finally:
            open(f"/tmp/connect_exp/log-{two}","w").write(server.log())
    stored = {n: sorted(symbols(endpoint.stored(n+"/", bucket), endpoint.keys)) for n in ("plain","one","two","cleared")}
    json.dump([found, stored], open(f"/tmp/connect_exp/out-{two}.json","w"), indent=1, default=str)
