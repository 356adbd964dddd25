"""Large audits: of any number of objects, of old versions, by Spark's executors, as a sample or a tree."""
