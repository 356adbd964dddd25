"""What is read and set in Spark: sessions, connectors, settings, open file systems, executors."""
