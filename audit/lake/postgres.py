"""Rows of a PostgreSQL database, streamed in batches into a Parquet file: never all of them in memory."""

from pathlib import Path

from audit.ground.extras import needs
from audit.ground.terms import AuditError
from audit.lake.source import Source

BATCH_BYTES = 16 * 2**20


def copied(connection, each: Source, scratch: Path) -> Path:
    """What the query answers, as a Parquet file in `scratch`; `connection` is DuckDB's.

    The password comes from the address, the environment or `~/.pgpass`, as the database's own programs take it; no
    message repeats it, nor what the database says, which may.
    """
    with needs("postgres"):
        import pyarrow  # type: ignore[import-untyped]  # noqa: F401, PLC0415  which the driver hands batches over by
        from adbc_driver_postgresql import dbapi  # type: ignore[import-untyped]  # noqa: PLC0415

    target = scratch / f"{each.record}.parquet"
    try:
        with dbapi.connect(each.address) as database, database.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            cursor.execute(each.query)
            batches = cursor.fetch_record_batch()
            connection.register("batches", batches)
            connection.execute(f"COPY (SELECT * FROM batches) TO '{target}' (FORMAT parquet)")
            connection.unregister("batches")
    except dbapi.Error as error:
        raise AuditError("lake_database", source=each.name, kind=type(error).__name__) from None
    return target
