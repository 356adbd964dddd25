"""Inspects a kernel: findings, the claim, and the parts of the report about them."""
