"""Calls of a Spark Connect server in a bounded time. Must not know: what is called for."""
