"""Queries over Spark Connect as each client, and each server, understands them.

Must not know: what is asked.
"""

import sys
from typing import TYPE_CHECKING

from ...shapes import SparkSession

if TYPE_CHECKING:
    from ...foreign import Frame


def lazy(spark: SparkSession, query: str) -> "Frame":
    """As spark.sql, which asks the server to read a query before it asks to compute it.

    As pyspark does it since Spark 4.0, whose spark.sql sends a query in a form in which a server of
    3.5 finds nothing; with another client as everybody does.
    """
    try:
        module = sys.modules[type(spark).__module__]
        make, read = module.DataFrame, module.SQL
        if hasattr(type(spark.conf), "getAll"):
            found: "Frame" = make(read(query), spark)
            return found
    except (AttributeError, TypeError):
        return spark.sql(query)
    return spark.sql(query)
