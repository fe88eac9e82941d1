"""Dossiers in several case systems, drawn as tables: judged as an audit judges them, and by the second judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace

import pandas as pd
import polars as pl
import second_judge
from second_judge import Judgement, Setting
from tables import DAYS, as_read, counting, covered, record, rows

from audit.ground import frames
from audit.ground.terms import Convention
from audit.judging import readings, sought, steps, validate
from audit.reading import systems
from audit.reading.office import Systems
from audit.reading.reference import calendar
from audit.records.coverage import Coverage
from audit.records.registry import JUDGED_RECORDS
from audit.records.software import RULED


@dataclass
class Office:
    """As much of an office as judging asks for; `drawn`: rows by record, those of the software each with a `system`."""

    drawn: Mapping[str, list[dict]]
    ruling: Systems = field(default_factory=Systems)
    coverage: Coverage = field(default_factory=lambda: Coverage(frozenset({"register"})))
    conventions: tuple[Convention, ...] = (Convention.CIVIL_CODE,)
    procedures: str = ""
    days: Mapping = field(default_factory=lambda: dict(DAYS))

    @cached_property
    def software(self) -> pd.DataFrame:
        lines = self.drawn["software"]
        of_rows = pd.Series([line.get("system") for line in lines], dtype="str")
        frame = as_read("software", [dict(line) for line in lines])
        return systems.ranked(frame, of_rows, self.ruling) if len(set(of_rows.dropna())) > 1 else frame

    @cached_property
    def records(self) -> dict[str, pl.DataFrame]:
        further = {name: record(name, [dict(line) for line in self.drawn.get(name, [])]) for name in JUDGED_RECORDS[1:]}
        return {"software": frames.for_steps(self.software), **further}

    @property
    def as_of(self):
        return self.days["as_of"]

    @property
    def counting(self) -> dict:
        return counting(self.procedures)

    @property
    def online_procedures(self) -> pl.DataFrame:
        return record("online_procedures")

    @property
    def tables(self) -> dict:
        frames_ = {"papers": as_read("papers")} | {name: as_read(name) for name in ("result_papers", "postal")}
        return {name: SimpleNamespace(frame=frame) for name, frame in frames_.items()}


def office(software: str, register: str = "", ruling: Mapping[str, object] | None = None, **more: str) -> Office:
    """An office of tables drawn with bars; the software's has a column `system`."""
    drawn = {name: rows(text) for name, text in {"software": software, "register": register, **more}.items() if text}
    return Office(drawn, Systems.model_validate(ruling or {}), covered(register, **more))


def judged(of: Office) -> pl.DataFrame:
    """Every dossier judged, what systems differ in by each reading."""
    read = validate.records(of.records, **of.days)
    return readings.settled(sought.graded(steps.held_and_judged(of, read)[1], of), of)


def verdicts(*drawn: object, **more: str) -> dict[str, tuple[str, str]]:
    """The verdict and rule of each dossier, by its code."""
    told = judged(office(*drawn, **more)).select("dossier_id", "verdict", "rule").rows()
    return {code: (verdict, rule) for code, verdict, rule in sorted(told)}


def by_the_steps(of: Office) -> dict[str, Judgement]:
    """The judgements of an audit."""
    told = judged(of).select("dossier_id", "verdict", "cause", "cause_proved", "grade").rows()
    return {code: Judgement(verdict, cause, bool(proved), grade) for code, verdict, cause, proved, grade in told}


def by_the_second_judge(of: Office, terms: Mapping[str, tuple[int, str]]) -> dict[str, Judgement]:
    """The judgements of the second judge, which shares no line with the steps."""
    setting = Setting(
        **of.days, calendar=calendar(), conventions=of.conventions, kept=of.coverage.kept - {"register"},
        missing=of.coverage.missing, unseen=of.coverage.unseen, complete=of.coverage.complete,
        ruling={name: of.ruling.ruling(name) for name in RULED},
    )  # fmt: skip
    by_dossier: dict[str, dict[str, list[dict]]] = {}
    for name, frame in of.records.items():
        for row in frame.to_dicts():
            term, unit = terms.get(row.get("procedure"), (None, None)) if name == "software" else (None, None)
            by_dossier.setdefault(row["dossier_id"], {}).setdefault(name, []).append(_plain(row, name, term, unit))
    found = {code: second_judge.judged(given, setting) for code, given in by_dossier.items()}
    return {code: one for code, one in found.items() if one is not None}


def _plain(row: dict, name: str, term: int | None, unit: str | None) -> dict:
    added = {"term": term, "term_unit": unit} if name == "software" else {}
    return row | added | ({"is_result": row["is_result"] is not False} if name == "result_papers" else {})


def in_other_systems(lines: Sequence[dict], random, systems_: Sequence[str]) -> list[dict]:
    """Rows of the software put into the main system and, some with other cells, into further ones."""
    spread = []
    for line in lines:
        spread.append(line | {"system": "software"})
        for system in systems_:
            other = line | {"system": system}
            if random.random() < 0.6:
                donor = random.choice(lines)
                cells = random.sample(("received_at", "due_at", "closed_at", "status", "procedure", "unread"), 2)
                other |= {cell: donor.get(cell) for cell in cells}
                other |= dict.fromkeys((other.get("unread") or "").split())
            if random.random() < 0.05:
                other["is_readable"] = "no"
            if random.random() < 0.8:
                spread.append(other)
    return spread
