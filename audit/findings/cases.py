"""The dossiers to be read one by one: each with what it rests on, as written, and what would change it."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypedDict, TypeVar

import pandas as pd
from polars import DataFrame

from audit.findings.schema import Case, DayOff, Dossier, Dossiers, DueDate, Evidence, Kind, Named, Result, Source, Stay
from audit.findings.schema import Cell as EvidenceCell
from audit.ground import key
from audit.ground.frames import plain
from audit.ground.in_force import bounds, is_in_force
from audit.ground.terms import (
    AS_WRITTEN,
    DUE_BY,
    LANGUAGES,
    MOVED,
    DueBasis,
    Fate,
    Population,
    UnitLevel,
    Verdict,
    has,
    text,
)
from audit.ground.workdays import Calendar, Day
from audit.judging.flag import Lead
from audit.judging.systems import IN_ANOTHER
from audit.reading.cells import is_number_of_a_paper, may_be_personal, may_be_repeated
from audit.reading.days import exchanged
from audit.reading.load import Office
from audit.reading.table import names
from audit.records.registry import JUDGED, RECORDS

_WRITTEN = {str(MOVED.get(basis, basis)): column for basis, column in AS_WRITTEN.items()} | {
    str(basis): column for basis, column in AS_WRITTEN.items()
}
_LEVELS = {unit: level for record in JUDGED for unit, level in record.levels.items()}
_DAYS = ("received_on", "due_on", "due_on_register", "ready_on", "issued_on", "returned_on", "closed_on",
         "apologised_on", "new_due_on")  # fmt: skip
_CLOCKS = ("received_on", "due_on", "ready_on", "issued_on", "returned_on", "closed_on")
_SAME = ("dossier_id", "population", "verdict", "rule", "cause", "cause_rule", "cause_proved", "paper_strength",
         "apology", "has_vanished", "term", "term_unit", "term_source", "stopped_workdays")  # fmt: skip
MOST_IN_FULL = 4_000  # cases of a result: a year of a large commune has twice as many, of which 1,000 are on the page
_RULES = 50  # of each rule there is room for one in so many, whatever else there is
_SAID = ("population", "verdict", "rule", "grade", "cause", "cause_rule", "cause_proved", "apology",
         "has_vanished")  # fmt: skip
_ALIKE = (*_SAID, "not_seen", "looked_for", "holder_unit_at_due")
_RANK = {verdict: place for place, verdict in enumerate(Verdict)}
_NOWHERE = (None, None, None, None)
READ = tuple(dict.fromkeys((  # what is read of dossiers that were judged
    *_SAME, *_DAYS, *_ALIKE, *DUE_BY.values(), *AS_WRITTEN.values(), "procedure", "field", "received_on_register",
    "handed_over_on", "posted_on", "due_on_latest", "due_on_reference", "returned_on_latest", "letters",
)))  # fmt: skip


Rows = Sequence[Mapping[str, Any]]  # of a frame, in plain values
Listed = TypeVar("Listed", Case, Dossier, Case | Dossier)


@dataclass(frozen=True)
class Findings:
    """What the steps found beside the verdicts: a frame each, as `apportion`, `judge`, `flag` and `propose` return it.

    `totals`: out of how many each lead was looked for.
    """

    holdings: DataFrame
    under_each_due_date: DataFrame
    contradictions: DataFrame
    leads: DataFrame
    totals: Mapping[Lead, int]
    proposals: pd.DataFrame


def divided(office: Office, judged: Rows, findings: Findings, most: int = MOST_IN_FULL) -> tuple[Rows, Rows]:
    """The dossiers judged, as rows: those to be told in full, and those in columns.

    In full: every dossier that is not plainly on time or of which the records say two things; of more than `most`
    of them a few of each rule, those with a note or a letter of apology, and then the worst. With images all are.
    """
    contradicted = {row["dossier_id"] for row in plain(findings.contradictions)}
    chosen: list[Mapping] = []
    plainly: list[Mapping] = []
    for row in judged:
        (chosen if _is_case(row, contradicted) else plainly).append(row)
    if len(chosen) <= most or office.images:
        return chosen, plainly
    noted = {note.finding for note in office.notes}
    chosen.sort(key=_worst)
    of_rule: Counter[str] = Counter()
    first: list[Mapping] = []
    second: list[Mapping] = []
    for row in chosen:
        of_rule[row["rule"]] += 1
        is_first = (
            of_rule[row["rule"]] <= most // _RULES or row["apologised_on"] is not None or row["apology"] is not None
        )
        is_first = is_first or (bool(noted) and key.dossier_code(row["dossier_id"], office.key) in noted)
        (first if is_first else second).append(row)
    room = max(most - len(first), 0)
    return first + second[:room], plainly + second[room:]


def _worst(row: Mapping) -> tuple:
    return _RANK[row["verdict"]], as_day(row["due_on"]) or date.max, row["dossier_id"]


def cases(
    office: Office, records: Mapping[str, Rows], chosen: Rows, findings: Findings,
    rests_on: Mapping[str, tuple[str, ...]], lang: str,
) -> tuple[Case, ...]:  # fmt: skip
    """The dossiers `chosen` in full, worst verdict first."""
    dossiers = {row["dossier_id"] for row in chosen}
    evidence = _evidence(office, records, dossiers, lang)
    stays = _stays(findings.holdings, dossiers)
    kinds = {name: _grouped(getattr(findings, name), "kind") for name in ("contradictions", "leads")}
    unsigned = _unsigned(records)
    under = {
        (row["dossier_id"], row["basis"]): row["verdict"]
        for row in plain(findings.under_each_due_date) if row["dossier_id"] in dossiers
    }  # fmt: skip
    sources = _Sources(office.sources)
    listed = []
    for row in chosen:
        dossier = row["dossier_id"]
        days = _days(row)
        received, due = days["received_on"], days["due_on"]
        clocks = _clocks(row, days, office.as_of)
        late = _late_workdays(office.calendar, due, clocks)
        rows = evidence.get(dossier, ())
        facts = _facts(row, days, rows, kinds["contradictions"].get(dossier, ()))
        listed.append(
            Case(
                **{name: row[name] for name in _SAME}, **_named_by(row), received_on=received, due_on=due,
                due_on_register=days["due_on_register"], ready_on=days["ready_on"], issued_on=days["issued_on"],
                returned_on=days["returned_on"], closed_on=days["closed_on"], apologised_on=days["apologised_on"],
                new_due_on=days["new_due_on"], dossier_code=key.dossier_code(dossier, office.key),
                fingerprint=key.fingerprint(facts, office.key),
                grade=row["grade"], not_seen=tuple(names(row["not_seen"])),
                looked_for=tuple(names(row["looked_for"]) if row["grade"] else ()),
                reason=_reason(row, rests_on[row["rule"]], unsigned, lang),
                change=change(row["verdict"], row["rule"], lang),
                sources=sources.in_force(_topics(row, rests_on), received or due),
                cause_reason=text(f"cause_rule.{row['cause_rule']}", lang) if row["cause"] else None,
                due_dates=_due_dates(row, under, office.calendar),
                workdays_to_due=_workdays(office.calendar, received, due),
                days_off=_days_off(office.calendar, received, (*clocks.values(), *_other_days(row))),
                closed_late_workdays=late.get("closed_on"), late_workdays=late,
                stays=stays.get(dossier, ()), holder_at_due=row["holder_unit_at_due"],
                contradictions=kinds["contradictions"].get(dossier, ()), leads=kinds["leads"].get(dossier, ()),
                evidence=rows,
            )
        )  # fmt: skip
    return worst_first(listed)


def in_columns(
    office: Office, records: Mapping[str, Rows], chosen: Rows, findings: Findings,
    rests_on: Mapping[str, tuple[str, ...]], lang: str,
) -> Dossiers:  # fmt: skip
    """The dossiers `chosen` in columns, by their codes."""
    contradictions = _grouped(findings.contradictions, "kind")
    unsigned, sources = _unsigned(records), _Sources(office.sources)
    places, proof = _places(records, {row["dossier_id"] for row in chosen})
    kinds: dict[tuple, Kind] = {}
    named: dict[tuple, Named] = {}
    rows = []
    for row in sorted(chosen, key=itemgetter("dossier_id")):
        dossier, days = row["dossier_id"], _days(row)
        received, due = days["received_on"], days["due_on"]
        of = contradictions.get(dossier, ())
        is_case = _is_case(row, contradictions)
        where, by = places.get(dossier, {}), tuple(sorted(proof.get(dossier, ()))) if is_case else ()
        software, register = (where.get(record, _NOWHERE) for record in ("software", "register"))
        rests = sources.in_force(_topics(row, rests_on), received or due) if is_case else ()
        signs = (dossier in unsigned, row["returned_on"] is None)
        alike = (is_case, *(row[name] for name in _ALIKE), signs, rests, of, by, software[0], register[0])
        if alike not in kinds:
            kinds[alike] = Kind(
                is_case=is_case, **{name: row[name] for name in _SAID}, not_seen=tuple(names(row["not_seen"])),
                looked_for=tuple(names(row["looked_for"]) if row["grade"] else ()),
                reason=_reason(row, rests_on[row["rule"]], unsigned, lang), sources=rests,
                change=change(row["verdict"], row["rule"], lang),
                cause_reason=text(f"cause_rule.{row['cause_rule']}", lang) if row["cause"] else None,
                holder_at_due=row["holder_unit_at_due"], contradictions=of, proof=by, software_file=software[0],
                register_file=register[0],
            )  # fmt: skip
        called = (row["procedure"], row["field"])
        if called not in named:
            named[called] = Named(**_named_by(row))
        late = _late_workdays(office.calendar, due, _clocks(row, days, office.as_of)) if is_case else {}
        rows.append(
            Dossier(
                kinds[alike], named[called], dossier, key.dossier_code(dossier, office.key), received, due,
                days["due_on_register"], as_day(row["due_on_latest"]) if is_case else None, days["ready_on"],
                days["issued_on"], days["returned_on"], days["closed_on"], late, software[1], *register[1:],
            )
        )  # fmt: skip
    return Dossiers.of(rows)


def _places(records: Mapping[str, Rows], dossiers: Set[str]) -> tuple[dict[str, dict], dict[str, set[str]]]:
    """Where the first row of each dossier stands in the software and in the register; and which records prove."""
    places: dict[str, dict[str, tuple]] = {}
    for record in ("software", "register"):
        for row in records[record]:
            dossier = row["dossier_id"]
            if dossier in dossiers and record not in (stand := places.setdefault(dossier, {})):
                stand[record] = (row["file"], row["row"], _named(row.get("page")), _named(row.get("line")))
    proof: dict[str, set[str]] = {}
    for one in JUDGED:
        for row in records[one.name]:
            is_used = row["dossier_id"] in dossiers and row["fate"] == Fate.JUDGED
            if is_used and one.strength(row) is not None:
                proof.setdefault(row["dossier_id"], set()).add(one.name)
    return places, proof


def _days(row: Mapping) -> dict[str, date | None]:
    """The days of a dossier, each from the record that tells it."""
    days = {name: as_day(row[name]) for name in _DAYS}
    if days["received_on"] is None:
        days["received_on"] = as_day(row["received_on_register"])
    days["ready_on"] = days["ready_on"] or as_day(row["handed_over_on"])
    days["issued_on"] = days["issued_on"] or as_day(row["posted_on"])
    return days


def _topics(row: Mapping, rests_on: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return (*rests_on[row["rule"]], *(("apology",) if row["apology"] else ()))


def _unsigned(records: Mapping[str, Rows]) -> set[str]:
    return {row["dossier_id"] for row in records["register"] if row["signed"] is None and row["fate"] == Fate.JUDGED}


class _Sources:
    """The ids of the sources that were in force on a day, worked out once for all dossiers alike."""

    def __init__(self, sources: Iterable[Mapping[str, str]]):
        self._sources = tuple(sources)
        self._known: dict[tuple, tuple[str, ...]] = {}

    def in_force(self, topics: tuple[str, ...], on: date | None) -> tuple[str, ...]:
        """The ids of the sources of `topics` that were in force on a day; all of them for no day."""
        if (topics, on) not in self._known:
            found = in_force(self._sources, topics, on, LANGUAGES[0])
            self._known[topics, on] = tuple(source.id for source in found)
        return self._known[topics, on]


def worst_first(cases: Iterable[Listed]) -> tuple[Listed, ...]:
    """Cases as they are listed: by verdict, the worst first, then by due date, then by the code that they bear."""
    return tuple(sorted(cases, key=lambda case: (_RANK[case.verdict], case.due_on or date.max, case.dossier_id)))


def all_cases(result: Result) -> tuple[Case | Dossier, ...]:
    """Every case of a result, in full or in columns, as they are listed."""
    return worst_first((*result.cases, *more)) if (more := result.cases_in_columns) else result.cases


def _is_case(row: Mapping, contradicted: Container[str]) -> bool:
    is_plain = row["verdict"] == Verdict.ON_TIME and row["cause"] is None and row["apology"] is None
    return not is_plain or row["dossier_id"] in contradicted


class _NamedBy(TypedDict):
    """Procedure and field of a dossier."""

    procedure: str | None
    field: str | None


def _named_by(row: Mapping) -> _NamedBy:
    procedure, field = (None if row[name] is None else _named(row[name]) for name in ("procedure", "field"))
    return {"procedure": procedure, "field": field}


def _facts(row: Mapping, days: dict[str, date | None], evidence: Iterable[Evidence], kinds: Iterable[str]) -> dict:
    """All that was found of a dossier, in plain values; neither words of a language nor places in a file."""
    said = (
        "dossier_id",
        "population",
        "verdict",
        "rule",
        "grade",
        "cause",
        "cause_proved",
        "paper_strength",
        "apology",
    )
    rows = [[e.record, e.fate, [[c.column, c.written] for c in e.cells]] for e in evidence]
    due_dates: dict[str, date | None] = {basis: as_day(row[due_by]) for basis, due_by in DUE_BY.items()}
    dated = {name: day and day.isoformat() for name, day in (days | due_dates).items()}
    return {name: row[name] for name in said} | dated | {"evidence": rows, "contradictions": list(kinds)}


def _reason(row: Mapping, topics: tuple[str, ...], unsigned: set[str], lang: str) -> str:
    """The rule's words; where they rest on a return day, whether its line was signed or has no place to sign."""
    said = text(f"rule.{row['rule']}", lang)
    if "signature" not in topics or row["returned_on"] is None:
        return said
    return f"{said} {text('page.line_unsigned' if row['dossier_id'] in unsigned else 'page.line_signed', lang)}"


def change(verdict: str, rule: str, lang: str) -> str:
    """What evidence would change a verdict: said of its rule where that has words of its own."""
    return text(f"change.{rule}" if has(f"change.{rule}") else f"change.{verdict}", lang)


def in_force(
    sources: Iterable[Mapping[str, str]], topics: Iterable[str], on: date | None, lang: str
) -> tuple[Source, ...]:
    """The sources of `topics` that were in force on a day, in the order of the topics; all of them for no day."""
    applying = []
    for topic in dict.fromkeys(topics):
        for line in (line for line in sources if line["topic"] == topic):
            if is_in_force(line, on):
                first, last = bounds(line)
                applying.append(
                    Source(id=f"{topic}/{line['version']}", topic=topic, text=line[lang], in_force_from=first,
                           in_force_to=last, sureness=line["sureness"])
                )  # fmt: skip
    return tuple(applying)


def as_day(stamp: datetime | None) -> date | None:
    """The day of a time stamp."""
    return None if stamp is None else stamp.date()


def _due_dates(row: Mapping, under: Mapping[tuple[str, str], Verdict], calendar: Calendar) -> tuple[DueDate, ...]:
    due_dates = [
        DueDate(basis=basis, due_on=row[due_by].date(), stands=True, verdict=under.get((row["dossier_id"], basis)),
                **_moved(row, basis, row[due_by].date(), calendar))
        for basis, due_by in DUE_BY.items()
        if row[due_by] is not None and not _is_of_earlier_line(row, basis)
    ]  # fmt: skip
    shown = {"software": row["due_on_software"], "slip": row["due_on_register"], "reference": row["due_on_reference"]}
    stand = {due_date.basis for due_date in due_dates}
    set_aside = {"software", "slip"} if row["letters"] else set()
    due_dates += [
        DueDate(basis=basis, due_on=due_on.date(), stands=False, verdict=None, written_on=None, moved_by=None)
        for basis, due_on in shown.items()
        if due_on is not None and basis not in stand and basis in {*set_aside, "reference"}
    ]
    return tuple(due_dates)


def _is_of_earlier_line(row: Mapping, basis: DueBasis) -> bool:
    """Whether the latest line's due date is the earliest's too."""
    earlier = {DueBasis.SLIP_LATEST: DueBasis.SLIP, DueBasis.SLIP_LATEST_MOVED: DueBasis.SLIP_MOVED}.get(basis)
    return earlier is not None and row[DUE_BY[basis]] == row[DUE_BY[earlier]]


class _Moved(TypedDict):
    """The day as written of a due date that was moved, and by what: a day off, or a stop of the clock."""

    written_on: date | None
    moved_by: str | None


def _moved(row: Mapping, basis: str, due_on: date, calendar: Calendar) -> _Moved:
    written = as_day(row[_WRITTEN[basis]]) if basis in _WRITTEN else None
    if written is None or written == due_on:
        return {"written_on": None, "moved_by": None}
    is_off = calendar.covers(written) and not calendar.is_workday(written) and calendar.add(written, 1) == due_on
    return {"written_on": written, "moved_by": "day_off" if is_off else "stop"}


def _grouped(frame: DataFrame, column: str) -> dict[str, tuple[str, ...]]:
    by_dossier: dict[str, dict[str, None]] = {}
    for row in sorted(plain(frame), key=itemgetter("dossier_id", column)):
        by_dossier.setdefault(row["dossier_id"], {})[str(row[column])] = None
    return {dossier: tuple(kinds) for dossier, kinds in by_dossier.items()}


def _stays(holdings: DataFrame, dossiers: set[str]) -> dict[str, tuple[Stay, ...]]:
    by_dossier: dict[str, list[Stay]] = {}
    names = ("unit", "level", "held_from", "held_until", "held_workdays", "part_due_at", "is_past_part_due",
             "is_waiting")  # fmt: skip
    for row in sorted(plain(holdings), key=itemgetter("dossier_id", "stay")):
        if row["is_unbroken"] and row["dossier_id"] in dossiers:
            by_dossier.setdefault(row["dossier_id"], []).append(Stay(**{name: row[name] for name in names}))
    return {dossier: tuple(stays) for dossier, stays in by_dossier.items()}


def _workdays(calendar: Calendar, received: date | None, due: date | None) -> int | None:
    if received is None or due is None or not (calendar.covers(received) and calendar.covers(due)):
        return None
    return calendar.count(received, due)


def _clocks(row: Mapping, days: Mapping[str, date | None], as_of: date) -> dict[str, date]:
    """The days that a dossier's time is told by, those that are known; that of the audit where it is not closed."""
    is_open = days["closed_on"] is None and row["population"] != Population.ONLY_IN_REGISTER
    clocks = {name: days[name] for name in _CLOCKS} | {"as_of": as_of if is_open else None}
    return {name: day for name, day in clocks.items() if day is not None}


def _other_days(row: Mapping) -> list[date]:
    """Further days that stand beside the clocks: the other due dates, and a later return day."""
    return [row[name].date() for name in (*DUE_BY.values(), "returned_on_latest") if row[name] is not None]


def _late_workdays(calendar: Calendar, due: date | None, clocks: Mapping[str, date]) -> dict[str, int]:
    late = {name: _workdays(calendar, due, day) for name, day in clocks.items() if due is not None and day > due}
    return {name: workdays for name, workdays in late.items() if workdays is not None}


def _days_off(calendar: Calendar, received: date | None, clocks: Iterable[date]) -> tuple[DayOff, ...]:
    days = sorted(clocks)
    if not days or days[-1] < calendar.first or days[0] > calendar.last:
        return ()
    before, last = max(days[0] - timedelta(1), calendar.first), min(days[-1], calendar.last)
    return tuple(map(_day_off, calendar.unlike_the_week(before, last, known_on=received or last)))


@lru_cache(maxsize=10_000)
def _day_off(day: Day) -> DayOff:
    return DayOff(day=day.day, why=day.why, decision=day.decision, decided_on=day.decided_on,
                  is_decided_later=day.is_decided_later, is_expected=day.is_expected)  # fmt: skip


def _evidence(
    office: Office, records: Mapping[str, Rows], dossiers: set[str], lang: str
) -> dict[str, tuple[Evidence, ...]]:
    by_dossier: dict[str, list[Evidence]] = {}
    for record, columns, strength in ((one.name, one.shown, one.strength) for one in JUDGED):
        table = office.tables[record]
        for row in (row for row in records[record] if row["dossier_id"] in dossiers):
            cells = tuple(
                EvidenceCell(column=column, heading=table.headings[column], written=_shown(record, column, row, lang),
                             value=_value(record, column, row))
                for column in columns if column in table.headings
            )  # fmt: skip
            by_dossier.setdefault(row["dossier_id"], []).append(
                Evidence(
                    record=record, system=_system(row), file=row["file"], sheet=row["sheet"], row=row["row"],
                    page=_named(row.get("page")), line=_named(row.get("line")), fate=row["fate"],
                    strength=strength(row), corrected=tuple(names(row["corrected"])), remarks=_remarks(row, lang),
                    comments=row["comment"], cells=cells,
                )
            )  # fmt: skip
    return {dossier: tuple(rows) for dossier, rows in by_dossier.items()}


def _system(row: Mapping) -> str | None:
    """The case system that a row stands for; None for one that repeats another of the same, and where there is one."""
    is_repeat = row["fate"] == Fate.DUPLICATE and IN_ANOTHER not in names(row["marks"])
    return None if is_repeat else row.get("system")


def _remarks(row: Mapping, lang: str) -> tuple[str, ...]:
    """How the cells of a row were come by, and which could not be read, in words; of two readings both."""
    said = ["struck"] if row["is_struck"] else []
    said += [*names(row["marks"]), *(f"unread:{name}" for name in names(row["unread"]))]
    told = [_remark(mark, lang) for mark in said if mark != "comment"]
    for name in names(row["doubtful"]):
        days = {"day": f"{row[name]:%d/%m/%Y}", "other": f"{exchanged(row[name]) or row[name]:%d/%m/%Y}"}
        told.append(text("remark.doubtful", lang, column=text(f"column.{name}", lang), **days))
    return tuple(dict.fromkeys(told))


def _remark(mark: str, lang: str) -> str:
    kind, _, name = mark.partition(":")
    if not name:
        return text(f"remark.{kind}_row", lang)
    return text(f"remark.{kind}", lang, column=text(f"column.{name}", lang))


def _value(record: str, column: str, row: Mapping) -> str | None:
    """What was read from a cell, in plain form; nothing of a text, which has no other form than its own."""
    value = row[_LEVELS.get(column, column)]
    if value is None or (column in _LEVELS and row[column] is None):
        return None
    match RECORDS[record][column].kind:
        case "on":
            return value.date().isoformat()
        case "at" | "due_at":
            return value.isoformat(timespec="minutes")
        case "signed" | "yes_no":
            return "yes" if value else "no"
        case "word":
            return str(value)
    return str(value) if column in _LEVELS else None


def _shown(record: str, column: str, row: Mapping, lang: str) -> str | None:
    """The cell as written; a signature or a unit that nobody listed may be a name, and is not repeated."""
    written = row[f"{column}_written"]
    if column == "signed" and written is not None:
        return text("page.signed" if row["signed"] else "page.not_signed", lang)
    if column in _LEVELS and written is not None and row[_LEVELS[column]] == UnitLevel.UNKNOWN:
        return text("page.not_shown", lang)
    if written is not None and column not in _LEVELS and not _may_be_shown(record, column, written, row):
        return text("page.not_shown", lang)
    return written


def _may_be_shown(record: str, column: str, written: str, row: Mapping) -> bool:
    if column == "number":
        return is_number_of_a_paper(written)
    known = row[column] is not None or not RECORDS[record][column].is_personal
    return known and may_be_repeated(written, RECORDS[record][column].kind)


@lru_cache(maxsize=10_000)
def _named(text_: str | None) -> str | None:
    """A page or line of a book; nothing where somebody's name stands there."""
    return None if text_ is None or may_be_personal(text_) else text_
