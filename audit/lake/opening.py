"""A lake as it lies there, opened with DuckDB: which columns it has, in which order its communes stand, in which turns.

Nothing is judged here; what is read is typed, and all else is left as it is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

from audit.ground.terms import AuditError
from audit.lake import pack_sql, source
from audit.lake.lake_settings import Settings
from audit.lake.pack_sql import quoted
from audit.lake.source import Source
from audit.reading import by_column
from audit.reading.cells import DAYS
from audit.reading.shapes import ONLY_ORDER
from audit.records import coverage
from audit.records.coverage import Coverage
from audit.records.registry import RECORDS

ROWS_A_TURN = 2_000_000  # of both records together; each takes some 150 bytes
ROWS_READ_TWICE = 2  # times that rows may be read because turns do not follow the files, before they are put in order
FULL = "No space left"  # as the system says it, which DuckDB repeats
NO_COMMUNE = "–"  # the one commune of a lake that has no column for it
GROUP_IN_ORDER = 65_536  # rows of a group: a few communes
CODES_AT_ONCE, VECTORS_AT_ONCE = 100_000, 100  # read at opening: distinct codes; rows without a code, 2048 a vector
READ_IN_TURNS = ("software", "register")  # whose codes are read once, when their turn comes
_PLACES = ("filename", "file_row_number", "_file", "_row")


@dataclass(frozen=True)
class Counted:
    """Rows of a record by commune: all; `left_out`, which are no dossiers; `uncoded`, of which no code can be read."""

    rows: Counter = field(default_factory=Counter)
    left_out: Counter = field(default_factory=Counter)
    uncoded: Counter = field(default_factory=Counter)

    def add(self, other: "Counted") -> None:
        """The rows of another file of the record too."""
        for name in ("rows", "left_out", "uncoded"):
            getattr(self, name).update(getattr(other, name))


@dataclass
class Raw:
    """A record as it lies there: the SQL to read it, our columns in it with their types, its rows by commune."""

    relation: str
    types: dict[str, str]
    commune: str
    files: tuple[str, ...] = ()
    counted: Counted = field(default_factory=Counted)

    @property
    def rows(self) -> Counter:
        """How many rows each commune has."""
        return self.counted.rows


@dataclass
class Lake:
    """The connection that a lake is read with, and its records."""

    connection: duckdb.DuckDBPyConnection
    records: dict[str, Raw]
    settings: Settings
    scratch: Path

    @property
    def communes(self) -> list[str]:
        """Every commune that stands in any record, ascending; "" where a row names none."""
        return sorted({commune for raw in self.records.values() for commune in raw.rows})

    def coverage(self, commune: str) -> Coverage:
        """What has been seen of the commune's records."""
        return self.coverage_with(self._register, commune)

    def coverage_with(self, register: "Counted", commune: str) -> Coverage:
        """The same, of one who has counted the lines of the register already."""
        counted = {name: raw.counted for name, raw in self.records.items()}
        return coverage_of(counted | {"register": register}, commune, self.settings)

    @cached_property
    def _register(self) -> "Counted":
        return count(self.connection, "register", self.records["register"], self.settings)


def coverage_of(counted: Mapping[str, Counted], commune: str, settings: Settings) -> Coverage:
    """What has been seen of a commune's records, as of an audit's folder with the same rows."""
    further = {name: each for name, each in counted.items() if name != "software"}
    rows = {name: each.rows[commune] - each.left_out[commune] for name, each in further.items()}
    unseen = [name for name, each in further.items() if each.uncoded[commune]]
    said = settings.file.records
    return coverage.seen(said.kept, rows, unseen, said.complete)


def opened(
    sources: Mapping[str, Source], settings: Settings, scratch: Path, *, memory: str = "", workers: int = 0,
    everything: bool = False,
) -> Lake:  # fmt: skip
    """The lake's records, ready to be judged: in order of communes, those that are not being written in order first.

    `scratch` is a folder for what does not fit into `memory` (such as "4GB"). `everything`: with all columns of the
    records, not only those that judging asks for. Raises AuditError for what cannot be read.
    """
    connection = duckdb.connect()
    connection.execute(f"SET temp_directory = {quoted(str(scratch / 'spilt'))}")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    if memory:
        try:
            connection.execute(f"SET memory_limit = {quoted(memory)}")
        except duckdb.Error as error:
            raise AuditError("lake_memory", written=memory) from error
    if workers:
        connection.execute(f"SET threads = {int(workers)}")
    lake = Lake(connection, {}, settings, scratch)
    for name, each in sources.items():
        lake.records[name] = record = raw(connection, each, settings, scratch, everything=everything)
        is_read_in_turns = name in READ_IN_TURNS
        record.counted = rows_by_commune(connection, record) if is_read_in_turns else count(
            connection, name, record, settings
        )  # fmt: skip
    for name in sources:
        _refuse_month_first(lake, name)
        if not _is_in_order(lake, name):
            _put_in_order(lake, name)
    return lake


def _refuse_month_first(lake: Lake, record: str) -> None:
    """Raise AuditError for a column of days written as texts with the month first: a lake is read day first."""
    raw = lake.records[record]
    for name, kind in raw.types.items():
        column = RECORDS[record].get(name)
        if kind != "VARCHAR" or column is None or column.kind not in DAYS:
            continue
        counts = ", ".join(f"count(*) FILTER (regexp_matches({name}, {quoted(shape)}))" for shape in ONLY_ORDER)
        asked = lake.connection.execute(f"SELECT {counts} FROM {raw.relation} WHERE {name} LIKE '%/%/%'").fetchone()
        day_first, month_first = asked or (0, 0)
        if month_first > day_first:
            raise AuditError("lake_month_first", record=record, column=name, count=month_first)


@contextmanager
def said_in_words() -> Iterator[None]:
    """Whatever stops DuckDB or Polars midway as an AuditError that names its kind: their words may repeat a cell."""
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise AuditError("lake_no_memory") from error
    except (duckdb.Error, pl.exceptions.PolarsError) as error:
        if FULL in f"{error}":
            named = re.search(r'[^"/\\\\]+(?=")', f"{error}")  # of a path in quotes, its last part
            raise AuditError("disk_full", file=named[0] if named else "–") from error
        raise AuditError("lake_stopped", kind=type(error).__name__) from error


def rows_of(lake: Lake, record: str, communes: Iterable[str]) -> pd.DataFrame:
    """The rows of some communes as they lie there, in the order of their files."""
    raw, listed = lake.records[record], ", ".join(quoted(commune) for commune in communes)
    names = ", ".join(("commune", *raw.types))
    asked = f"SELECT {names}, file, row FROM {raw.relation} WHERE commune IN ({listed}) ORDER BY file, row"
    return lake.connection.execute(asked).df()


def raw(
    connection: duckdb.DuckDBPyConnection, each: Source, settings: Settings, scratch: Path, *, everything: bool = False
) -> Raw:  # fmt: skip
    """The source as a relation with our columns, `commune`, `file` and `row`: time stamps, booleans and texts."""
    try:
        inner, file, row = _inner(connection, each, scratch)
        described = connection.execute(f"DESCRIBE SELECT * FROM {inner}").fetchall()
    except duckdb.Error as error:
        raise AuditError("lake_unreadable", file=each.name) from error
    kinds = {name: kind for name, kind, *_ in described if name not in _PLACES}
    wanted = tuple(RECORDS[each.record]) if everything else ()
    named = source.columns(each, list(kinds), settings, wanted=wanted)
    typed = {ours: _typed(ours, _name(theirs), kinds[theirs]) for ours, theirs in named.items() if ours != "commune"}
    commune = _name(named["commune"]) if "commune" in named else quoted(NO_COMMUNE)
    if "commune" in named and not _is_clean(connection, inner, commune, kinds[named["commune"]]):
        commune = f"coalesce(trim({commune}::VARCHAR), '')"
    picked = ", ".join(f"{sql} AS {ours}" for ours, (sql, _) in typed.items())
    relation = f"(SELECT {commune} AS commune, {picked}, {file} AS file, {row} AS row FROM {inner})"
    types, files = {ours: kind for ours, (_, kind) in typed.items()}, () if each.is_csv else each.files
    return Raw(relation, types, named.get("commune", ""), files)


def rows_by_commune(connection: duckdb.DuckDBPyConnection, raw: Raw) -> Counted:
    """How many rows each commune has in a record."""
    return Counted(
        Counter(dict(connection.execute(f"SELECT commune, count(*) FROM {raw.relation} GROUP BY 1").fetchall()))
    )


def count(connection: duckdb.DuckDBPyConnection, record: str, raw: Raw, settings: Settings) -> Counted:
    """The rows of a record by commune; of the software nobody asks which have a code."""
    counted = rows_by_commune(connection, raw)
    if record == "software":
        return counted
    unsure = connection.execute(
        f"SELECT DISTINCT dossier_id FROM {raw.relation} WHERE NOT {pack_sql.is_readable('dossier_id')}"
    )
    some = iter(lambda: unsure.fetchmany(CODES_AT_ONCE), [])
    wrong = [written for codes in some for (written,) in codes if not by_column.code(written)]
    return replace(uncoded(connection, record, raw, settings, wrong), rows=counted.rows)


def uncoded(
    connection: duckdb.DuckDBPyConnection, record: str, raw: Raw, settings: Settings, codes: Sequence[str | None]
) -> Counted:  # fmt: skip
    """Which rows of a record are no dossiers, and of which no code can be read: those whose code is one of `codes`."""
    counted = Counted()
    if not codes:
        return counted
    connection.execute("CREATE OR REPLACE TEMP TABLE uncoded (written VARCHAR)")
    connection.register("given", pd.DataFrame({"written": list(codes)}, dtype="object"))
    connection.execute("INSERT INTO uncoded SELECT * FROM given")
    connection.unregister("given")
    names = ", ".join(("commune", *raw.types))
    asked = f"SELECT {names}, file, row FROM {raw.relation} JOIN uncoded ON written IS NOT DISTINCT FROM dossier_id"
    cursor = connection.execute(f"{asked} ORDER BY file, row")
    while len(rows := cursor.fetch_df_chunk(VECTORS_AT_ONCE)):
        read_ = by_column.record(record, rows, settings)
        counted.left_out.update(read_.left_out.to_dict())
        counted.uncoded.update(read_.frame.loc[read_.frame["dossier_id"].isna(), "commune"])
    return counted


def _inner(connection: duckdb.DuckDBPyConnection, each: Source, scratch: Path) -> tuple[str, str, str]:
    """What to read a source from, and where in it the file and the row of each row stand."""
    if each.address:
        from audit.lake import postgres  # noqa: PLC0415  only where a database is asked

        copied = postgres.copied(connection, each, scratch)
        return f"read_parquet({quoted(str(copied))}, file_row_number = true)", quoted(each.name), "file_row_number + 1"
    files = each.files
    if each.is_csv:
        files = tuple(_copied(connection, each, at, file, scratch) for at, file in enumerate(each.files))
        return f"read_parquet([{_listed(files)}], union_by_name = true)", "_file", "_row"
    more = "union_by_name = true, filename = true, file_row_number = true"
    return f"read_parquet([{_listed(files)}], {more})", "parse_filename(filename)", "file_row_number + 1"


def _copied(connection: duckdb.DuckDBPyConnection, each: Source, at: int, file: str, scratch: Path) -> str:
    """A CSV file as Parquet, every cell a text, with its name and the row of the file that each row is."""
    target = str(scratch / f"{each.record}-{at:05d}.parquet")
    rows = f"read_csv({quoted(file)}, all_varchar = true, header = true, null_padding = true)"
    own = f"COLUMNS(lambda name: name NOT IN ({', '.join(map(quoted, _PLACES))}))"
    asked = f"SELECT {own}, {quoted(Path(file).name)} AS _file, row_number() OVER () + 1 AS _row FROM {rows}"
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(f"COPY ({asked}) TO {quoted(target)} (FORMAT parquet)")
    connection.execute("SET preserve_insertion_order = false")
    return target


def _typed(column: str, name: str, kind: str) -> tuple[str, str]:
    """A column of the source as one of three types."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"make_timestamp(epoch_us({name}) + {pack_sql.VIETNAM_US})", "TIMESTAMP"
    if kind.startswith("TIMESTAMP") or kind == "DATE":
        return f"{name}::TIMESTAMP", "TIMESTAMP"
    if column == "is_readable" or (column == "signed" and kind == "BOOLEAN"):
        return f"try_cast({name} AS BOOLEAN)", "BOOLEAN"
    return (name if kind == "VARCHAR" else f"{name}::VARCHAR"), "VARCHAR"


def _is_clean(connection: duckdb.DuckDBPyConnection, inner: str, commune: str, kind: str) -> bool:
    """Whether the column of communes can be used as it is, so that what files say of it helps to skip them."""
    if kind != "VARCHAR":
        return False
    asked = f"SELECT 1 FROM {inner} WHERE {commune} IS NULL OR {commune} <> trim({commune}) LIMIT 1"
    return not connection.execute(asked).fetchall()


def _is_in_order(lake: Lake, name: str) -> bool:
    """Whether reading communes in turns reads few rows twice: what a file's row groups say of the first and last."""
    raw = lake.records[name]
    in_turns = turns(lake)
    if len(in_turns) == 1:
        return True
    if not raw.files:
        return False
    groups = lake.connection.execute(
        f"SELECT stats_min_value, stats_max_value, row_group_num_rows FROM parquet_metadata([{_listed(raw.files)}])"
        f" WHERE path_in_schema = {quoted(raw.commune)}"
    ).fetchall()
    if not groups:
        return True  # the folders are named after the communes
    if any(low is None or high is None for low, high, _ in groups):
        return False
    read_ = sum(rows for turn in in_turns for low, high, rows in groups if low <= turn.last and high >= turn.first)
    return read_ <= ROWS_READ_TWICE * sum(rows for *_, rows in groups) + ROWS_A_TURN


def _put_in_order(lake: Lake, name: str) -> None:
    """Sort a record by commune, once, into a file of our own."""
    raw, target = lake.records[name], lake.scratch / f"{name}-in-order.parquet"
    asked = f"SELECT * FROM {raw.relation} ORDER BY commune"
    lake.connection.execute("SET preserve_insertion_order = true")
    lake.connection.execute(
        f"COPY ({asked}) TO {quoted(str(target))} (FORMAT parquet, ROW_GROUP_SIZE {GROUP_IN_ORDER})"
    )
    lake.connection.execute("SET preserve_insertion_order = false")
    raw.relation = f"(SELECT * FROM read_parquet({quoted(str(target))}))"


@dataclass(frozen=True)
class Turn:
    """Communes whose records are read together, ascending."""

    communes: list[str]
    rows: int

    @property
    def first(self) -> str:
        """The first commune."""
        return self.communes[0]

    @property
    def last(self) -> str:
        """The last commune."""
        return self.communes[-1]


def turns(lake: Lake) -> list[Turn]:
    """All communes, ascending, in turns of about `ROWS_A_TURN` rows."""
    all_turns: list[Turn] = []
    together: list[str] = []
    rows = 0
    for commune in lake.communes:
        more = sum(raw.rows.get(commune, 0) for raw in lake.records.values())
        if together and rows + more > ROWS_A_TURN:
            all_turns.append(Turn(together, rows))
            together, rows = [], 0
        together.append(commune)
        rows += more
    return [*all_turns, Turn(together, rows)] if together else all_turns


def _name(written: str) -> str:
    return '"' + written.replace('"', '""') + '"'


def _listed(files: Iterable[str]) -> str:
    return ", ".join(quoted(str(file)) for file in files)
