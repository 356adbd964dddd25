"""Tables of Iceberg, Delta Lake and Hudi: their jars for each line of Spark, and more rows about them."""
