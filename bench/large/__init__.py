"""Benchmarks of large audits."""
