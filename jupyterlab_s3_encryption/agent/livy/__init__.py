"""What runs when Spark is behind a Livy session: in the kernel, and in the session. Ships as text only."""
