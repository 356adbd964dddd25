"""What is behind a Spark Connect server: our class there, what it sees, and what that means."""
