"""Lists objects and reads their headers, through Spark's JVM or with boto3."""
