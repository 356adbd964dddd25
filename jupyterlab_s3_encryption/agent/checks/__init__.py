"""What is found in a kernel: findings, the claim and the parts of the report that they make."""
