"""Reads and sets Spark: sessions, connectors, settings, open file systems, executors."""
