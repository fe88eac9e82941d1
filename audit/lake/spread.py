"""A lake judged by Dask or Spark: communes are shared out, and each share goes through the same steps on pandas.

Twice the cluster is asked for many small jobs of plain functions. First each file is split by commune into pieces
beside `out`, which all machines must see; then the pieces of one share of the communes, of all records, are judged
row by row. No machine holds more than one file, or one share. Without a cluster's address both run on this machine.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb

from audit.lake import decided, duck, read, stored
from audit.lake.counts import Counts, Tally
from audit.lake.duck import Progress
from audit.lake.packing import quoted
from audit.lake.settings import Settings
from audit.lake.source import Source
from audit.load import JUDGED_RECORDS
from audit.terms import AuditError

ROWS_A_SHARE = 200_000  # of all records together; one commune is never shared out
Map = Callable[[Callable, list], Iterable]  # a function and what it is called with -> what it answers, in any order


def judge(
    sources: Mapping[str, Source],
    settings: Settings,
    out: Path,
    engine: str,
    *,
    workers: int = 0,
    report_progress: Progress,
) -> Counts:
    """Write `out`/dossiers and `out`/problems; the counts. Every row is accounted for, else AuditError."""
    scratch = out / "scratch"
    for folder in ("dossiers", "problems"):
        (out / folder).mkdir()
    files = [
        replace(each, files=(file,)) if file else each for each in sources.values() for file in each.files or ("",)
    ]
    with {"dask": _dask, "spark": _spark}[engine](workers) as mapped:
        rows: dict[str, Counter] = {name: Counter() for name in sources}
        split_all = _told(mapped, partial(split, settings=settings, scratch=scratch))
        for record, counted in split_all(list(enumerate(files))):
            rows[record].update(counted)
        shares = _shares(rows)
        total, done = sum(sum(each.values()) for each in rows.values()), 0
        tally = Tally(sorted({commune for each in rows.values() for commune in each}))
        judge_share = partial(
            share, settings=settings, scratch=scratch, out=out, rows={name: dict(each) for name, each in rows.items()}
        )
        for found, finished in _told(mapped, judge_share)(list(enumerate(shares))):
            tally.take(found)
            done += finished
            report_progress(done, total)
    for name, each in rows.items():
        tally.read(name, each)
    return tally.counts()


def split(numbered: tuple[int, Source], settings: Settings, scratch: Path) -> tuple[str, dict[str, int]]:
    """Copy one file in order of communes, its columns named as ours; its record, and how many rows each has."""
    number, each = numbered
    folder = scratch / each.record
    folder.mkdir(parents=True, exist_ok=True)
    own = scratch / f"{each.record}-{number}"
    own.mkdir()
    with duckdb.connect() as connection:
        raw = stored.raw(connection, each, settings, own)
        target = folder / f"{number:06d}.parquet"
        connection.execute(f"COPY (SELECT * FROM {raw.relation} ORDER BY commune) TO {quoted(str(target))}"
                           f" (FORMAT parquet, ROW_GROUP_SIZE {stored.GROUP_IN_ORDER})")  # fmt: skip
        counted = connection.execute(f"SELECT commune, count(*) FROM {quoted(str(target))} GROUP BY 1").fetchall()
    return each.record, dict(counted)


def share(
    numbered: tuple[int, list[str]], settings: Settings, scratch: Path, out: Path, rows: Mapping[str, Mapping[str, int]]
) -> tuple[Tally, int]:
    """Judge some communes row by row and write them; what they add up to, and how many rows they are."""
    number, communes = numbered
    missing = frozenset(name for name in settings.asked if communes[0] not in rows.get(name, {}))
    with duckdb.connect() as connection:
        listed = ", ".join(map(quoted, communes))
        reads = {name: read.together(name, [], settings) for name in JUDGED_RECORDS}
        for name in rows:
            pieces = quoted(str(scratch / name / "*.parquet"))
            asked = f"SELECT * FROM read_parquet({pieces}, union_by_name = true) WHERE commune IN ({listed})"
            reads[name] = read.record(name, connection.execute(f"{asked} ORDER BY file, row").df(), settings)
        found = decided.of({name: each.frame for name, each in reads.items()}, settings, missing)
        frames = {"dossiers": found.dossiers[decided.DOSSIER], "problems": decided.problems(found, reads)}
        duck.write(connection, frames, out, number)
    tally = Tally(communes)
    tally.add(found, reads)
    return tally, sum(each.get(commune, 0) for each in rows.values() for commune in communes)


def _told(mapped: Map, by: Callable) -> Callable[[list], Iterator]:
    """What `by` answers to all that is given; raises the AuditError of the first that has one, made again here.

    Such an error cannot travel from one process to another: its messages can.
    """

    def answers(given: list) -> Iterator:
        for answer, messages in mapped(partial(_answered, by), given):
            if messages:
                error = AuditError.__new__(AuditError)
                error.messages = messages
                Exception.__init__(error, "\n".join(messages.values()))
                raise error
            yield answer

    return answers


def _answered(by: Callable, given: object) -> tuple[object, dict[str, str]]:
    try:
        with stored.said_in_words():
            return by(given), {}
    except AuditError as error:
        return None, error.messages


def _shares(rows: Mapping[str, Mapping[str, int]]) -> list[list[str]]:
    """All communes in shares of about `ROWS_A_SHARE` rows; those of one share lack the same records."""
    by_records: dict[tuple[str, ...], list[str]] = {}
    for commune in sorted({commune for each in rows.values() for commune in each}):
        by_records.setdefault(tuple(name for name in rows if commune in rows[name]), []).append(commune)
    shares: list[list[str]] = []
    for communes in by_records.values():
        held = ROWS_A_SHARE
        for commune in communes:
            more = sum(each.get(commune, 0) for each in rows.values())
            if held + more > ROWS_A_SHARE:
                shares.append([])
                held = 0
            shares[-1].append(commune)
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
    from pyspark.sql import SparkSession  # noqa: PLC0415

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
