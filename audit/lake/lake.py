"""Millions of dossiers of any number of communes, judged by every rule: from files or a database.

A lake holds the records of an audit's folder for many communes: Parquet or CSV files, or tables of a database. A row
is a row of the record; columns have our names or the listed headings (`data/reference/headings.csv`), and `commune`
says which commune it is of. A dossier is found by its code within its commune. Columns are typed (dates, time stamps,
booleans) or text, which is read as that of an audit's folder is. Three more may be there: `is_readable`, false where
whoever filled the lake could not read a row; and `unit_level`, where the unit stands (`terms.UnitLevel`).

Files in which communes stand one after the other (by province and month, say) are read in turns as they are; others
are put in order once. What is written is for those who may see the records: it holds dossiers' codes, and no names.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from audit.ground import forbidden, scratch, whole
from audit.ground.extras import needs
from audit.ground.terms import AuditError
from audit.lake import source
from audit.lake.lake_settings import Settings
from audit.lake.source import Source

if TYPE_CHECKING:
    from audit.lake.opening import Lake

ENGINES = ("duckdb", "dask", "spark")
SUMMARY = "summary.json"
PROGRAM = "commune-audit"
_EXTRAS = {"duckdb": "lake", "dask": "dask", "spark": "spark"}


@dataclass(frozen=True)
class Done:
    """What a run found: where it was written, and how many communes, dossiers, problems and undecided there are."""

    out: Path
    communes: int
    dossiers: int
    problems: int
    undecided: int


def judge(
    sources: Mapping[str, Source], given: Settings, out: Path, *, engine: str = "duckdb", memory: str = "",
    workers: int = 0, report_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Done:  # fmt: skip
    """Judge every dossier and write `out`, whole or not at all, in place of what an earlier run wrote there.

    `dossiers`: a row per dossier judged, in each file commune after commune. `problems`: a row per row that was not
    judged. `counts`: `communes.parquet` and `all.parquet`. Raises AuditError for what cannot be read, where a row is
    lost, and where `out` holds anything else.
    """
    if engine not in ENGINES:
        raise AuditError("lake_engine", written=engine, valid=", ".join(ENGINES))
    out = Path(out).resolve()
    whole.clear(out)
    _refuse_others(out)
    with whole.fresh(out) as fresh:
        counts = _counts(sources, given, fresh, engine, memory, workers, report_progress)
        done = _done(counts, out)
        with forbidden.said_of(out / SUMMARY):
            _write_counts(counts, fresh / "counts")
            (fresh / SUMMARY).write_text(_summary(sources, given, counts, done), encoding="utf-8")
    return done


def sources_of(
    software: str, register: str, queries: Mapping[str, str] | None = None, **evidence: str
) -> dict[str, Source]:  # fmt: skip
    """The sources of a lake by record; evidence that is not given is left out."""
    written = {"software": software, "register": register, **{name: text for name, text in evidence.items() if text}}
    return {name: source.parsed(name, text, (queries or {}).get(name, "")) for name, text in written.items()}


def _counts(sources, given, fresh, engine, memory, workers, report_progress):
    with needs(_EXTRAS[engine]):
        if engine != "duckdb":
            from audit.lake import dask_spark  # noqa: PLC0415  each engine only where it is asked for

            with whole.private_beside(fresh) as pieces:  # where all machines see them
                return dask_spark.judge(
                    sources, given, fresh, pieces, engine, workers=workers, report_progress=report_progress
                )
        from audit.lake import duck, opening  # noqa: PLC0415

        with scratch.folder() as own, opening.said_in_words():
            lake = opening.opened(sources, given, own, memory=memory, workers=workers)
            with lake.connection:
                return duck.judge(lake, fresh, report_progress)


def _write_counts(counts, folder: Path) -> None:
    from audit.lake import opening  # noqa: PLC0415

    folder.mkdir()
    with opening.said_in_words():
        _write_parquet(counts.communes, folder / "communes.parquet")
        _write_parquet(counts.all, folder / "all.parquet")


def _write_parquet(frame, target: Path) -> None:
    import duckdb  # noqa: PLC0415

    with duckdb.connect() as connection:
        connection.register("given", frame.astype({name: object for name in frame if name != "value"}))
        connection.execute(
            f"COPY (SELECT * FROM given) TO '{str(target).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)"
        )


def _done(counts, out: Path) -> Done:
    frame = counts.all
    sums = frame.groupby("table")["value"].sum()
    problems = frame.loc[(frame["table"] == "accounting") & (frame["measure"] == "problems"), "value"].sum()
    return Done(
        out, counts.communes["commune"].nunique(), int(sums.get("verdict", 0)), int(problems),
        int(sums.get("undecided", 0)),
    )  # fmt: skip


def _summary(sources: Mapping[str, Source], given: Settings, counts, done: Done) -> str:
    tables: dict[str, dict[str, dict[str, int]]] = {}
    for row in counts.all.itertuples(index=False):
        tables.setdefault(row.table, {}).setdefault(row.key, {})[row.measure] = int(row.value)
    said = {
        "program": f"{PROGRAM} {version(PROGRAM)}",
        "audience": "internal",
        "notice_vi": "Nội bộ: có mã hồ sơ. Không có tên người.",
        "notice_en": "Internal: it holds dossiers' codes. No names.",
        "made_up": given.file.made_up,
        "as_of": f"{given.as_of}",
        "period": {"first_on": f"{given.file.period.first_on}", "last_on": f"{given.file.period.last_on}"},
        "kept": None if given.file.records.kept is None else list(given.file.records.kept),
        "complete": list(given.file.records.complete),
        "conventions": [str(each) for each in given.conventions],
        "sources": {name: each.name for name, each in sources.items()},
        "communes": done.communes,
        "dossiers": done.dossiers,
        "counts": tables,
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _refuse_others(out: Path) -> None:
    if out.exists() and not (out.is_dir() and ((out / SUMMARY).is_file() or not any(out.iterdir()))):
        raise AuditError("lake_out_taken", folder=out.name)


@contextmanager
def opened(sources: Mapping[str, Source], given: Settings) -> Iterator["Lake"]:
    """A lake to take single communes from (`names_of_communes`, `contents`); what it needs on disk goes with it."""
    with needs("lake"):
        from audit.lake import opening  # noqa: PLC0415

    with scratch.folder() as own:
        lake = opening.opened(sources, given, own, everything=True)
        with lake.connection:
            yield lake


def names_of_communes(lake: "Lake") -> list[str]:
    """Every commune of the lake, ascending."""
    return [commune for commune in lake.communes if commune]


def contents(lake: "Lake", commune: str) -> dict[str, bytes]:
    """The files of one commune's audit, by name; the other communes are not read (`files.contents`)."""
    from audit.lake import files  # noqa: PLC0415

    return files.contents(lake, commune)
