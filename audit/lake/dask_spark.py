"""A lake judged by Dask or Spark: communes are shared out, and each share goes through the same steps on pandas.

Twice the cluster is asked for many small jobs of plain functions. First each file is split by commune into pieces
beside `out`, which all machines must see; then the pieces of one share of the communes, of all records, are judged
row by row. No machine holds more than one file, or one share. Without a cluster's address both run on this machine.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb

from audit.ground.terms import AuditError
from audit.lake import duck, opening, row_by_row
from audit.lake.counts import Counts, Tally
from audit.lake.duck import Progress
from audit.lake.lake_settings import Settings
from audit.lake.opening import Counted
from audit.lake.pack_sql import quoted
from audit.lake.source import Source
from audit.reading import by_column
from audit.records.coverage import Coverage
from audit.records.registry import JUDGED_RECORDS

ROWS_A_SHARE = 200_000  # of all records together; one commune is never shared out
Map = Callable[[Callable, list], Iterable]  # a function and what it is called with -> what it answers, in any order


def judge(
    sources: Mapping[str, Source],
    settings: Settings,
    out: Path,
    scratch: Path,
    engine: str,
    *,
    workers: int = 0,
    report_progress: Progress,
) -> Counts:
    """Write `out`/dossiers and `out`/problems; the counts. Every row is accounted for, else AuditError.

    `scratch`: a folder that all machines see, for the pieces.
    """
    for folder in ("dossiers", "problems"):
        (out / folder).mkdir()
    files = [
        replace(each, files=(file,)) if file else each for each in sources.values() for file in each.files or ("",)
    ]
    with {"dask": _dask, "spark": _spark}[engine](workers) as mapped:
        counted = {name: Counted() for name in sources}
        split_all = _raising_errors(mapped, partial(split, settings=settings, scratch=scratch))
        for record, part in split_all(list(enumerate(files))):
            counted[record].add(part)
        rows = {name: each.rows for name, each in counted.items()}
        total, done = sum(sum(each.values()) for each in rows.values()), 0
        tally = Tally(sorted({commune for each in rows.values() for commune in each}))
        shares = _shares(rows, lambda commune: opening.coverage_of(counted, commune, settings))
        judge_share = partial(share, settings=settings, scratch=scratch, out=out, rows=rows)
        for added_up, finished in _raising_errors(mapped, judge_share)(list(enumerate(shares))):
            tally.take(added_up)
            done += finished
            report_progress(done, total)
    for name, each in rows.items():
        tally.read(name, each)
    return tally.counts()


def split(numbered: tuple[int, Source], settings: Settings, scratch: Path) -> tuple[str, Counted]:
    """Copy one file in order of communes, its columns named as ours; its record, and the rows of each commune."""
    number, each = numbered
    folder = scratch / each.record
    folder.mkdir(parents=True, exist_ok=True)
    own = scratch / f"{each.record}-{number}"
    own.mkdir()
    with duckdb.connect() as connection:
        raw = opening.raw(connection, each, settings, own)
        target = folder / f"{number:06d}.parquet"
        connection.execute(f"COPY (SELECT * FROM {raw.relation} ORDER BY commune) TO {quoted(str(target))}"
                           f" (FORMAT parquet, ROW_GROUP_SIZE {opening.GROUP_IN_ORDER})")  # fmt: skip
        copied = replace(raw, relation=f"(SELECT * FROM read_parquet({quoted(str(target))}))")
        return each.record, opening.count(connection, each.record, copied, settings)


def share(
    numbered: tuple[int, tuple[Coverage, list[str]]], settings: Settings, scratch: Path, out: Path,
    rows: Mapping[str, Mapping[str, int]],
) -> tuple[Tally, int]:  # fmt: skip
    """Judge some communes of one coverage row by row and write them; what they add up to, and how many rows."""
    number, (coverage, communes) = numbered
    with duckdb.connect() as connection:
        listed = ", ".join(map(quoted, communes))
        reads = {name: by_column.together(name, [], settings) for name in JUDGED_RECORDS}
        for name in rows:
            pieces = quoted(str(scratch / name / "*.parquet"))
            asked = f"SELECT * FROM read_parquet({pieces}, union_by_name = true) WHERE commune IN ({listed})"
            reads[name] = by_column.record(name, connection.execute(f"{asked} ORDER BY file, row").df(), settings)
        judged = row_by_row.judged({name: each.frame for name, each in reads.items()}, settings, coverage)
        frames = {"dossiers": judged.dossiers[row_by_row.DOSSIER], "problems": row_by_row.problems(judged, reads)}
        duck.write(connection, frames, out, number)
    tally = Tally(communes)
    tally.add(judged, reads)
    return tally, sum(each.get(commune, 0) for each in rows.values() for commune in communes)


def _raising_errors(mapped: Map, by: Callable) -> Callable[[list], Iterator]:
    """What `by` answers to all that is given; raises the AuditError of the first that has one, made again here.

    Such an error cannot travel from one process to another: its messages can.
    """

    def answers(given: list) -> Iterator:
        for answer, messages in mapped(partial(_caught, by), given):
            if messages:
                error = AuditError.__new__(AuditError)
                error.messages = messages
                Exception.__init__(error, "\n".join(messages.values()))
                raise error
            yield answer

    return answers


def _caught(by: Callable, given: object) -> tuple[object, dict[str, str]]:
    try:
        with opening.said_in_words():
            return by(given), {}
    except AuditError as error:
        return None, error.messages


def _shares(
    rows: Mapping[str, Mapping[str, int]], coverage_of: Callable[[str], Coverage]
) -> list[tuple[Coverage, list[str]]]:
    """All communes in shares of about `ROWS_A_SHARE` rows; those of one share have one coverage."""
    by_coverage: dict[Coverage, list[str]] = {}
    for commune in sorted({commune for each in rows.values() for commune in each}):
        by_coverage.setdefault(coverage_of(commune), []).append(commune)
    shares: list[tuple[Coverage, list[str]]] = []
    for coverage, communes in by_coverage.items():
        held = ROWS_A_SHARE
        for commune in communes:
            more = sum(each.get(commune, 0) for each in rows.values())
            if held + more > ROWS_A_SHARE:
                shares.append((coverage, []))
                held = 0
            shares[-1][1].append(commune)
            held += more
    return shares


@contextmanager
def _dask(workers: int) -> Iterator[Map]:
    """Dask's current client if there is one, else processes of this machine."""
    import dask.bag  # noqa: PLC0415

    more = {"num_workers": workers} if workers else {}

    def mapped(by: Callable, given: list) -> Iterable:
        return dask.bag.from_sequence(given, partition_size=1).map(by).compute(**more)

    yield mapped


@contextmanager
def _spark(workers: int) -> Iterator[Map]:
    """The Spark session that is there, else one of this machine."""
    from pyspark.sql import SparkSession  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415

    already = SparkSession.getActiveSession()
    asked = SparkSession.builder.appName("commune-audit").master(f"local[{workers or '*'}]")
    asked = asked.config("spark.ui.enabled", "false")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else Spark starts another Python, without our packages
    session = already or asked.getOrCreate()
    try:
        context = session.sparkContext
        yield lambda by, given: context.parallelize(given, len(given)).map(by).collect()
    finally:
        if already is None:
            session.stop()
