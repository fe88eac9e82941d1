"""Millions of dossiers, `audit lake` against a bare scan, SQL, pandas and datacompy: `python benchmarks/run.py lake`.

Some competitors are this file as a process of its own: `python benchmarks/lake.py scan|sql|sql-rows LAKE OUT`.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import made_up
import measure

SIZES = {"quick": (100_000, 300_000, 1_000_000), "full": (1_000_000, 10_000_000, 50_000_000)}  # dossiers
ROUNDS = 2
MOST = {"pandas": 10_000_000, "datacompy": 10_000_000}  # dossiers; more does not fit into memory
COLUMNS = {  # what judging asks of the lake
    "software": ("dossier_id", "commune", "received_at", "due_at", "closed_at", "status", "channel", "procedure",
                 "unit_level", "is_readable"),
    "register": ("dossier_id", "commune", "received_on", "due_on", "returned_on", "signed", "is_readable"),
}  # fmt: skip
BARE = "bare scan of the columns"
SPILL = "6GB"
VERDICTS = """
    SELECT coalesce(s.commune, r.commune) AS commune, coalesce(s.dossier_id, r.dossier_id) AS dossier_id,
      CASE
        WHEN s.dossier_id IS NULL THEN 'only_in_register'
        WHEN s.status IN ('Công dân yêu cầu rút hồ sơ', 'Không được tiếp nhận', 'Dừng xử lý') THEN 'other'
        WHEN s.closed_at IS NULL THEN 'open'
        WHEN s.closed_at::DATE > s.due_at::DATE AND r.signed AND r.returned_on <= s.due_at::DATE
          THEN 'late_only_in_software'
        WHEN s.closed_at::DATE > s.due_at::DATE THEN 'late'
        WHEN r.signed AND r.returned_on <= s.due_at::DATE THEN 'on_time'
        WHEN r.signed AND r.returned_on > s.due_at::DATE THEN 'returned_late'
        ELSE 'not_checked'
      END AS verdict
    FROM software s FULL JOIN register r USING (dossier_id)
"""


def main(size: str, scratch: Path) -> None:
    """Print, of each size, what judging the lake costs by each way, and how it grows."""
    found: dict[str, dict[int, measure.Cost]] = {}
    for dossiers in SIZES[size]:
        with tempfile.TemporaryDirectory(prefix="lake-", dir=scratch) as out:
            costs = _each(made(scratch, dossiers), dossiers, Path(out))
        measure.table(f"{dossiers:,} dossiers, median of {ROUNDS} rounds", costs, BARE)
        for name, cost in costs.items():
            found.setdefault(name, {})[dossiers] = cost
    for name, costs in found.items():
        if len(costs) > 1:
            wall, peak = ([getattr(cost, of) for cost in costs.values()] for of in ("wall", "peak"))
            measure.say(f"  {name}: exponent of growth {measure.exponent(list(costs), wall):.2f}, of memory "
                        f"{measure.exponent(list(costs), peak):.2f}")  # fmt: skip


def _each(lake: Path, dossiers: int, out: Path) -> dict[str, measure.Cost]:
    """What each way costs with one lake."""
    runs = {
        BARE: lambda: competitor("scan", lake, out),
        "audit lake, DuckDB": lambda: audit(lake, out),
        "SQL: naive, counts": lambda: competitor("sql", lake, out),
        "SQL: naive, every row written": lambda: competitor("sql-rows", lake, out),
    }
    for way, most in MOST.items():
        if dossiers > most:
            measure.say(f"  {way}: not run with {dossiers:,} dossiers: they do not fit into memory")
        elif measure.uv():
            runs[way] = lambda way=way: measure.told_by(way, out / "told", [lake / "software", lake / "register"])
    costs = measure.alternating(runs, ROUNDS)
    _refuse_lost_rows(lake, out)
    return {name: measure.median(each) for name, each in costs.items()}


def made(scratch: Path, dossiers: int) -> Path:
    """The lake of that many dossiers in all communes of the nation, made once."""
    lake = scratch / f"lake-{dossiers}"
    if not lake.exists():
        fresh = Path(tempfile.mkdtemp(prefix="fresh-", dir=scratch))
        cost = measure.cost([sys.executable, made_up.__file__, "lake", fresh, made_up.WHOLE_NATION, dossiers])
        fresh.rename(lake)
        measure.say(f"  made {dossiers:,} dossiers: {cost}")
    return lake


def audit(lake: Path, out: Path) -> measure.Cost:
    """`audit lake` of the whole, as an inspector types it."""
    shutil.rmtree(out / "audit", ignore_errors=True)
    command = [sys.executable, "-m", "audit", "lake", lake / "software", lake / "register",
               "--settings", lake / "office.toml", "--out", out / "audit", "--engine", "duckdb"]  # fmt: skip
    return measure.cost(command, log=out / "audit.log")


def competitor(way: str, lake: Path, out: Path) -> measure.Cost:
    """A bare scan or plain SQL, as a process."""
    return measure.cost([sys.executable, __file__, way, lake, out], log=out / f"{way}.log")


def _refuse_lost_rows(lake: Path, out: Path) -> None:
    """Print how many rows were judged, listed as problems or named as duplicates; all must be."""
    import duckdb  # noqa: PLC0415

    told = json.loads((out / "audit/summary.json").read_text(encoding="utf-8"))["counts"]["accounting"]
    for record in COLUMNS:
        rows = duckdb.sql(f"SELECT count(*) FROM read_parquet('{lake / record}/*/*.parquet')").fetchall()[0][0]
        fates = {fate: told[record][fate] for fate in ("judged", "problems", "duplicates", "left_out")}
        measure.say(f"  {record}: {rows:,} rows, {', '.join(f'{count:,} {fate}' for fate, count in fates.items())}")
        if sum(fates.values()) != rows:
            raise measure.CommandError(f"{record}: {rows - sum(fates.values())} rows are not accounted for")


def _sql(way: str, lake: Path, out: Path) -> None:
    import duckdb  # noqa: PLC0415  not what the other processes need

    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{SPILL}'")
        connection.execute(f"SET temp_directory = '{out / 'spilt'}'")
        for record in COLUMNS:
            connection.execute(f"CREATE VIEW {record} AS FROM read_parquet('{lake / record}/*/*.parquet')")
        if way == "scan":
            for record in COLUMNS:
                connection.sql(f"SELECT {_touched(connection, record)} FROM {record}").fetchall()
        elif way == "sql":
            connection.sql(f"SELECT commune, verdict, count(*) FROM ({VERDICTS}) GROUP BY ALL").fetchall()
        else:
            connection.execute(f"COPY ({VERDICTS}) TO '{out / 'rows.parquet'}'")


def _touched(connection, record: str) -> str:
    """One cheap number of each column that no statistics of a file can tell, so that every value is read."""
    kinds = dict(zip(*(getattr(connection.table(record), name) for name in ("columns", "types")), strict=True))
    asked = {"VARCHAR": "sum(strlen({0}))", "BOOLEAN": "sum({0}::INT)", "TIMESTAMP": "bit_xor(epoch_us({0}))",
             "DATE": "bit_xor(({0} - DATE '1970-01-01')::INT)"}  # fmt: skip
    return ", ".join(asked[str(kinds[name])].format(name) for name in COLUMNS[record])


if __name__ == "__main__":
    _sql(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
