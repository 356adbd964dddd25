"""Benchmarks whose Spark is on a server."""
