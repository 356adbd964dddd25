"""The catalogs of Iceberg that a session's properties make, and who writes their tables.

Pure. Must not know: Spark, how settings are written, reports' other parts. Source: CatalogUtil,
CatalogProperties and S3FileIOProperties of Iceberg 1.4 to 1.12.
"""

from typing import TYPE_CHECKING, Dict, List, NamedTuple, Optional, Sequence, Tuple

if TYPE_CHECKING:
    from ..foreign import TableWriter

CATALOG = "spark.sql.catalog."
SSE_TYPE, SSE_KEY = "s3.sse.type", "s3.sse.key"
#: Who writes: Iceberg's own S3 client, the connector, or it is not known.
BY_ITSELF, BY_CONNECTOR, UNKNOWN = "itself", "connector", "unknown"
_ICEBERG = "org.apache.iceberg."
#: ResolvingFileIO takes S3FileIO for addresses of S3, if it is there.
FILE_IOS = {
    _ICEBERG + "aws.s3.S3FileIO": BY_ITSELF,
    _ICEBERG + "io.ResolvingFileIO": BY_ITSELF,
    _ICEBERG + "hadoop.HadoopFileIO": BY_CONNECTOR,
}
_REST = ("rest", _ICEBERG + "rest.RESTCatalog")
_S3_TABLES = "software.amazon.s3tables.iceberg.S3TablesCatalog"
#: Types (in lower case) and classes of catalogs, and what writes their files unless io-impl is set.
_KINDS = {
    "hive": BY_CONNECTOR,
    "hadoop": BY_CONNECTOR,
    "jdbc": BY_CONNECTOR,
    "glue": BY_ITSELF,
    _ICEBERG + "hive.HiveCatalog": BY_CONNECTOR,
    _ICEBERG + "hadoop.HadoopCatalog": BY_CONNECTOR,
    _ICEBERG + "jdbc.JdbcCatalog": BY_CONNECTOR,
    _ICEBERG + "aws.glue.GlueCatalog": BY_ITSELF,
    _ICEBERG + "aws.dynamodb.DynamoDbCatalog": BY_ITSELF,
    _S3_TABLES: BY_ITSELF,
    **dict.fromkeys(_REST, BY_ITSELF),
}
#: Properties that make a catalog one of Iceberg, whatever its class is called.
_OWN = ("type", "catalog-impl", "io-impl")
#: What is in the settings of a catalog whose tables are in a table bucket.
_TABLE_BUCKETS = (
    ("warehouse", (":s3tables:", "s3tablescatalog")),
    ("glue.id", ("s3tablescatalog",)),
    ("uri", ("://s3tables.",)),
)

#: A session's properties, and what is in use there: see `TableWriter`.
Session = Tuple[Dict[str, str], "Sequence[TableWriter]"]


class Catalog(NamedTuple):
    """own: its properties, by their names without the prefix; "" is its class."""

    name: str
    own: Dict[str, str]

    def get(self, name: str) -> str:
        """A property in any spelling, as Iceberg reads those of a catalog; "" for none."""
        return next((self.own[key] for key in self.own if key.lower() == name), "")

    def written_by(self) -> str:
        """BY_ITSELF, BY_CONNECTOR or UNKNOWN, as the settings say."""
        io = self.get("io-impl")
        if io:
            return FILE_IOS.get(io, UNKNOWN)
        # Without either it is a catalog of Hive.
        kind = self.get("catalog-impl") or self.get("type").lower() or "hive"
        return _KINDS.get(kind, UNKNOWN)

    def asks_server(self) -> bool:
        """Whether a server has the last word about each of its tables."""
        return self.get("catalog-impl") in _REST or self.get("type").lower() in _REST

    def is_of_table_bucket(self) -> bool:
        """Whether its tables are in an S3 table bucket."""
        if self.get("catalog-impl").endswith(_S3_TABLES.rpartition(".")[2]):
            return True
        return any(
            part in self.get(name).lower() for name, parts in _TABLE_BUCKETS for part in parts
        )


def catalogs(values: Dict[str, str]) -> List[Catalog]:
    """The catalogs of Iceberg that a session's properties make, by name."""
    found: Dict[str, Dict[str, str]] = {}
    for key in sorted(values):
        name = catalog_of(key)
        if name is not None:
            found.setdefault(name, {})[key[len(CATALOG) + len(name) + 1 :]] = values[key]
    return [Catalog(name, own) for name, own in found.items() if _is_iceberg(own)]


def catalog_of(key: str) -> Optional[str]:
    """The catalog that a property is about; None if it is about none."""
    return key[len(CATALOG) :].split(".")[0] if key.startswith(CATALOG) else None


def _is_iceberg(own: Dict[str, str]) -> bool:
    kind = own.get("", "")
    if "iceberg" in kind.lower():
        return True
    return any(key.lower() in _OWN for key in own)


def takes_settings(catalog: Catalog) -> bool:
    """Whether s3.sse.* of a catalog decide what its tables get, or would if its server agrees."""
    return catalog.written_by() == BY_ITSELF and not catalog.is_of_table_bucket()
