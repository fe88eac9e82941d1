"""Gathers what the steps found into one Result, each case with the rows it rests on, as written."""

import platform
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.metadata import version

import pandas as pd

from audit import summarise
from audit.check import Checked
from audit.check.figure import percent
from audit.load import RECORDS, Office
from audit.load.values import may_be_repeated
from audit.result.schema import (
    SCHEMA_VERSION,
    Accounting,
    Case,
    CauseCount,
    Cell,
    Claim,
    Columns,
    Denominator,
    Duplicate,
    Evidence,
    Identity,
    Input,
    LeftOut,
    OfficeName,
    OnTime,
    Period,
    Problem,
    Result,
    Share,
)
from audit.terms import (
    PERCENT_DIGITS,
    AuditError,
    Fate,
    Population,
    UnitLevel,
    Verdict,
    has,
    in_percent,
    number,
    text,
)
from audit.validate import OUTSIDE_PERIOD, Records
from audit.workdays import Calendar

PROGRAM = "commune-audit"
EVIDENCE_CELLS = {  # by list: nothing else of a row leaves the records
    "software": ("received_at", "due_at", "closed_at", "returned_at", "status", "unit"),
    "register": ("received_on", "due_on", "returned_on", "signed"),
    "control_slips": ("from_unit", "to_unit", "handed_at", "due_at"),
}


def of(office: Office, records: Records, judged: pd.DataFrame, checked: Checked, *, lang: str) -> Result:
    """All findings of one audit as a Result; an AuditError where rows of an input are lost."""
    file, unread = office.file, summarise.unread(records.software)
    _refuse_nothing_judged(office, records)
    cases = judged[(judged["verdict"] != Verdict.ON_TIME) | judged["cause"].notna()]
    return Result(
        schema_version=SCHEMA_VERSION,
        office=OfficeName(
            commune=file.office.name, district=file.office.district, province=file.office.province,
            made_up=file.made_up, report=file.report.number,
        ),
        period=Period(first_on=file.period.first_on, last_on=file.period.last_on),
        as_of=office.as_of,
        parameters={"as_of": office.as_of.isoformat(), "lang": lang},
        versions={PROGRAM: version(PROGRAM), "python": platform.python_version(),
                  **{name: version(name) for name in ("pandas", "narwhals", "nbconvert", "papermill")}},
        inputs=tuple(Input(name=i.name, sha256=i.sha256, rows=i.rows) for i in office.inputs),
        accounting=_accounting(office, records, judged),
        columns=_columns(office),
        verdicts=_counted(summarise.by_verdict(judged), "verdict", Verdict),
        causes=tuple(CauseCount(**row) for row in summarise.by_cause(judged).to_dict("records")),
        late_in_software=_counted(summarise.late_in_software(judged), "verdict", Verdict),
        in_time_in_software=_counted(summarise.in_time_in_software(judged), "verdict", Verdict),
        populations=_counted(summarise.by_population(judged), "population", Population),
        on_time={answer.definition: _on_time(answer) for answer in summarise.on_time(judged, unread=unread)},
        unread=unread,
        has_signature_column=_has_signatures(office),
        cases=_cases(cases, _evidence(office, records, set(cases["dossier_id"]), lang), office.calendar, lang),
        claims=_claims(checked.claims, lang),
        identities=tuple(Identity(**row) for row in _plain(checked.identities)),
        denominators=tuple(Denominator(**row) for row in _plain(checked.denominators)),
        problems=_problems(office, records, lang),
        duplicates=_duplicates(office, records),
        left_out=tuple(LeftOut(**row) for row in _plain(office.left_out)),
    )  # fmt: skip


def _refuse_nothing_judged(office: Office, records: Records) -> None:
    software, period = records.software, office.file.period
    if not (software["fate"] == Fate.JUDGED).any():
        raise AuditError(
            "nothing_judged", file=office.tables["software"].file, rows=len(software),
            outside=int((software["problem"] == OUTSIDE_PERIOD).sum()),
            first=f"{period.first_on:%d/%m/%Y}", last=f"{period.last_on:%d/%m/%Y}",
        )  # fmt: skip


def _columns(office: Office) -> dict[str, Columns]:
    found = {}
    for record, table in office.tables.items():
        if table.file:
            possible = [name for name in RECORDS[record] if not RECORDS[record][name].is_personal]
            found[record] = Columns(
                found=tuple(table.headings[name] for name in possible if name in table.columns),
                not_found=tuple(name for name in possible if name not in table.columns), unused=table.unused,
            )  # fmt: skip
    return found


def _has_signatures(office: Office) -> bool:
    """Whether every sheet of the register has a signature column."""
    lines = office.register[office.register["is_readable"]]
    return "signed" in office.tables["register"].columns and bool(lines["signed"].notna().all())


def share(numerator: int, denominator: int) -> Share:
    """A Share with its percentage, rounded half up."""
    exact = percent(numerator, denominator, PERCENT_DIGITS)
    return Share(numerator=numerator, denominator=denominator, percent=None if exact is None else float(exact))


def _on_time(answer: summarise.OnTime) -> OnTime:
    shares = (share(s.numerator, s.denominator) for s in (answer.share, answer.at_least, answer.at_most))
    shown, at_least, at_most = shares
    return OnTime(**shown.model_dump(), at_least=at_least, at_most=at_most)


def _counted(frame: pd.DataFrame, key: str, words: Iterable[str]) -> dict:
    found = dict(zip(frame[key], frame["dossiers"], strict=True))
    return {word: int(found[word]) for word in words if word in found}


def _accounting(office: Office, records: Records, judged: pd.DataFrame) -> dict[str, Accounting]:
    dossiers = judged["dossier_id"]
    slips = records.control_slips
    behind = {
        "software": int(judged["is_in_software"].sum()),
        "register": int(judged["lines_register"].sum()),
        "control_slips": int((slips["dossier_id"].isin(dossiers) & (slips["fate"] == Fate.JUDGED)).sum()),
    }
    left_out = office.left_out["record"].value_counts()
    found = {}
    for record, judged_rows in behind.items():
        read = len(office.tables[record].frame)
        counted = summarise.accounting(read, getattr(records, record), judged_rows)
        found[record] = Accounting(**counted, left_out=int(left_out.get(record, 0)))
    for record in ("online_procedures", "claims"):
        is_readable = office.tables[record].frame["is_readable"]
        found[record] = Accounting(
            rows=len(is_readable), judged=int(is_readable.sum()), problems=int((~is_readable).sum()),
            duplicates=0, left_out=int(left_out.get(record, 0)),
        )  # fmt: skip
    return found


def _evidence(office: Office, records: Records, dossiers: set[str], lang: str) -> dict[str, tuple[Evidence, ...]]:
    found: dict[str, list[Evidence]] = {}
    for record, columns in EVIDENCE_CELLS.items():
        table, frame = office.tables[record], getattr(records, record)
        for row in _plain(frame[frame["dossier_id"].isin(dossiers)].sort_values("seq")):
            cells = tuple(
                Cell(column=column, heading=table.headings[column], written=_shown(record, column, row, lang))
                for column in columns if column in table.headings
            )  # fmt: skip
            found.setdefault(row["dossier_id"], []).append(
                Evidence(
                    record=record, file=table.file, sheet=row["sheet"], row=row["row"], page=row.get("page"),
                    line=row.get("line"), fate=row["fate"], cells=cells,
                )
            )  # fmt: skip
    return {dossier: tuple(rows) for dossier, rows in found.items()}


def _shown(record: str, column: str, row: Mapping, lang: str) -> str | None:
    """The cell as written; a signature or a unit that nobody listed may be a name, and is not repeated."""
    written, level = row[f"{column}_written"], {"unit": "unit_level", "from_unit": "from_level", "to_unit": "to_level"}
    if column == "signed" and written is not None:
        return text("page.signed" if row["signed"] else "page.not_signed", lang)
    if column in level and written is not None and row[level[column]] == UnitLevel.UNKNOWN:
        return text("page.not_shown", lang)
    if written is not None and column not in level and not may_be_repeated(written, RECORDS[record][column].kind):
        return text("page.not_shown", lang)
    return written


def _cases(
    cases: pd.DataFrame, evidence: Mapping[str, tuple[Evidence, ...]], calendar: Calendar, lang: str
) -> tuple[Case, ...]:
    found = []
    for row in _plain(cases):
        days = {name: _day(row[name]) for name in
                ("received_on", "due_on", "due_on_register", "ready_on", "returned_on", "closed_on")}  # fmt: skip
        if days["received_on"] is None:
            days["received_on"] = _day(row["received_on_register"])
        found.append(
            Case(
                dossier_id=row["dossier_id"], field=row["field"], population=row["population"],
                verdict=row["verdict"], rule=row["rule"], reason=text(f"rule.{row['rule']}", lang),
                source=text(f"source.{_SOURCE.get(row['verdict'], 'records')}", lang), cause=row["cause"],
                cause_proved=row["cause_proved"],
                cause_reason=text(f"cause_rule.{row['cause_rule']}", lang) if row["cause"] else None,
                closed_late_workdays=_late_workdays(calendar, days["due_on"], days["closed_on"]),
                evidence=evidence.get(row["dossier_id"], ()), **days,
            )
        )  # fmt: skip
    rank = {verdict: place for place, verdict in enumerate(Verdict)}
    return tuple(sorted(found, key=lambda case: (rank[case.verdict], case.due_on or date.max, case.dossier_id)))


_SOURCE = {
    Verdict.LATE: "due_date", Verdict.LATE_ONLY_IN_SOFTWARE: "due_date", Verdict.ON_TIME: "due_date",
    Verdict.OVERDUE: "due_date", Verdict.OPEN: "due_date", Verdict.STOPPED: "clock",
}  # fmt: skip


def _late_workdays(calendar: Calendar, due_on: date | None, closed_on: date | None) -> int | None:
    if due_on is None or closed_on is None or closed_on <= due_on:
        return None
    return calendar.count(due_on, closed_on) if calendar.covers(due_on) and calendar.covers(closed_on) else None


def _claims(claims: pd.DataFrame, lang: str) -> tuple[Claim, ...]:
    names = ("claim", "measure", "written", "out_of_written", "unit", "section", "quote",
             "at_least", "at_most", "out_of", "of", "outcome")  # fmt: skip
    found = []
    for row in _plain(claims):
        of = f"measure.{row['of']}"
        sentence = text(
            f"explanation.{row['explanation']}", lang, written=row["written"], at_least=number(row["at_least"], lang),
            at_most=text("page.no_upper_limit", lang) if row["at_most"] is None else number(row["at_most"], lang),
            out_of=row["out_of"], of=text(of, lang).lower() if has(of) else "–",
            least_percent=in_percent(row["least_percent"], lang), most_percent=in_percent(row["most_percent"], lang),
        )  # fmt: skip
        found.append(Claim(**{name: row[name] for name in names}, explanation=sentence))
    return tuple(found)


def _problems(office: Office, records: Records, lang: str) -> tuple[Problem, ...]:
    found = _plain(office.problems)
    for record in EVIDENCE_CELLS:
        table, frame = office.tables[record], getattr(records, record)
        for row in _plain(frame[frame["problem"].notna()]):
            column = row["problem_column"]
            found.append(
                {"record": record, "file": table.file, "sheet": row["sheet"], "row": row["row"],
                 "column": table.headings.get(column, column), "written": row[f"{column}_written"] or "",
                 "problem": row["problem"], "detail": ""}
            )  # fmt: skip
    place = {record: index for index, record in enumerate(office.tables)}
    found.sort(key=lambda p: (place[p["record"]], p["sheet"], p["row"] or 0, p["column"]))
    return tuple(
        Problem(**{name: row[name] for name in row if name != "detail"},
                message=text(f"problem.{row['problem']}", lang, written=row["written"] or text("page.not_shown", lang)))
        for row in found
    )  # fmt: skip


def _duplicates(office: Office, records: Records) -> tuple[Duplicate, ...]:
    found = []
    for record in EVIDENCE_CELLS:
        frame = getattr(records, record)
        for row in _plain(frame[frame["fate"] == Fate.DUPLICATE].sort_values("seq")):
            where = {name: row[name] for name in ("sheet", "row", "dossier_id")}
            found.append(Duplicate(record=record, file=office.tables[record].file, **where))
    return tuple(found)


def _plain(frame: pd.DataFrame) -> list[dict]:
    """Rows as dictionaries of plain Python values, None for anything missing."""
    columns = {name: frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in frame}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _day(stamp: pd.Timestamp | None) -> date | None:
    return None if stamp is None else stamp.date()
