/** Source text of cells that several tests run. */

/** Starts Spark, or gets the session that exists. */
export const SESSION_CELL =
  'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nprint("spark", spark.version)';

/** Reads the penguins of the PyPI package palmerpenguins into `data`; server.py says where they are. */
export const DATA_CELL = [
  'import os',
  'data = spark.read.csv(os.environ["PENGUINS"], header=True, inferSchema=True)',
  'print("rows", data.count())'
].join('\n');

/** Prints the key in Spark's configuration, or None. */
export const KEY_CELL = 'print(spark.conf.get("fs.s3a.encryption.key", None))';
