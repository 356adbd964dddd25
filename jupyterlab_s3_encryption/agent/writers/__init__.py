"""Applies a profile to writers other than Spark's settings. Shipped only for profiles that ask for it."""
