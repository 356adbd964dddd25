"""Rows of the truth table over Spark Connect."""
