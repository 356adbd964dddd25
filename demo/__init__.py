"""The demo: a real data set, a real Spark, an S3 endpoint on loopback.

Must not know: the extension or its agent. The demo shows them, it is not part of them.
"""
