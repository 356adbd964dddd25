"""What else than Spark's settings follows a profile. A part of its own: it is shipped when one asks for it."""
