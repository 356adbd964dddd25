"""The user's own writes: where Spark SQL put them, and what S3 says of the objects."""
