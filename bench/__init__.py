"""Benchmarks: `make bench`. Each measures both sides in one run and gives a ratio."""
