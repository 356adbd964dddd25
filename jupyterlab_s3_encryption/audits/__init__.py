"""Audits of what others have listed (S3 Inventory, S3 Metadata), and audits as files."""
