"""Benchmarks about what is stored."""
