"""Builds one Result of what the steps found, which the page, the workbook and `result.json` all show."""

import platform
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.metadata import version
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd
from polars import DataFrame, col
from rapidfuzz import process
from rapidfuzz.distance import OSA

from audit.claims import form_06a
from audit.claims.check import Checked
from audit.claims.figure import percent
from audit.claims.recount import Count
from audit.claims.stated import Missed, ShareOf, Stated
from audit.findings import check_days, fetch, systems
from audit.findings.cases import MOST_IN_FULL, READ, Findings, Rows, cases, change, divided, in_columns, in_force
from audit.findings.points import points_of
from audit.findings.schema import (
    SCHEMA_VERSION,
    AcceptanceCount,
    AcceptedDossier,
    Accounting,
    Candidate,
    Case,
    CauseCount,
    CheckCalendar,
    Claim,
    Columns,
    Contradiction,
    Correction,
    Denominator,
    Dossier,
    Duplicate,
    FieldCount,
    Flow,
    Form06a,
    FormRow,
    Identity,
    Input,
    Kind,
    LateAcceptance,
    Lead,
    LeadDossier,
    LeftOut,
    Mend,
    Note,
    NotesChain,
    OfficeName,
    OnTime,
    Period,
    Problem,
    Proposal,
    Recounted,
    Result,
    Share,
    Smallest,
    SoftSpot,
    Source,
    Traced,
    Tried,
    Undecided,
    Uneven,
    UnitTime,
)
from audit.findings.what_was_read import what_was_read
from audit.ground.frames import plain
from audit.ground.terms import (
    LANGUAGES,
    PERCENT_DIGITS,
    Acceptance,
    Apology,
    AuditError,
    Edition,
    Fate,
    FoundIn,
    Grade,
    NotesState,
    Population,
    Position,
    Verdict,
    in_percent,
    lowered,
    measure,
    number,
    text,
)
from audit.ground.version import DECIDING, RULES
from audit.judging import acceptance, apportion, summarise
from audit.judging.validate import OUTSIDE_PERIOD
from audit.reading import corrections
from audit.reading.cells import may_be_personal, may_be_repeated
from audit.reading.lines import reference_lines
from audit.reading.load import Office
from audit.reading.recognise import FOLDER
from audit.reading.table import names
from audit.records import order
from audit.records.registry import JUDGED_RECORDS, RECORDS

PROGRAM = "commune-audit"
_MOST_EDITS = 2  # beyond, a code is another one
_MOST_SAID = 12
_OF_EVERY_DOSSIER = ("software", "register")
_BRIEF = frozenset(("seq", "file", "sheet", "row", "page", "line", "dossier_id", "fate", "problem", "signed",
                    "returned_on"))  # fmt: skip


def whole_result(
    office: Office, records: Mapping[str, DataFrame], judged: DataFrame, checked: Checked, findings: Findings, *,
    rests_on: Mapping[str, tuple[str, ...]], lang: str, most_in_full: int = MOST_IN_FULL,
) -> Result:  # fmt: skip
    """All findings of one audit as a Result; an AuditError where rows of an input are lost.

    `rests_on`: the topics of sources that each rule rests on. `most_in_full`: cases that are told in full.
    """
    coverage = office.coverage
    file, unread = office.file, summarise.unread(records["software"], judged)
    _refuse_nothing_judged(office, records["software"])
    rows = _rows(office, records)
    dossiers = plain(judged.select(*READ, "is_in_software", "lines_register"))
    whole, rest = divided(office, dossiers, findings, most_in_full)
    as_read = rows | _as_read(office, records, {row["dossier_id"] for row in whole})
    in_full = cases(office, as_read, whole, findings, rests_on, lang)
    others = in_columns(office, rows, rest, findings, rests_on, lang)
    on_time = {answer.definition: _on_time(answer) for answer in summarise.on_time(judged, unread=unread)}
    return Result(
        schema_version=SCHEMA_VERSION,
        edition=Edition.INTERNAL,
        office=OfficeName(
            commune=file.office.name, district=file.office.district, province=file.office.province,
            made_up=file.made_up, report=file.report.number,
        ),
        period=Period(first_on=file.period.first_on, last_on=file.period.last_on),
        as_of=office.as_of,
        parameters={"as_of": office.as_of.isoformat(), "lang": lang, "edition": Edition.INTERNAL},
        versions=versions("rules", *DECIDING),
        inputs=tuple(Input(name=i.name, sha256=i.sha256, rows=i.rows) for i in office.inputs),
        accounting=_accounting(office, records, rows, dossiers),
        columns=_columns(office),
        what_was_read=what_was_read(office, lang),
        verdicts=_counted(summarise.by_verdict(judged), "verdict", Verdict),
        causes=tuple(CauseCount(**row) for row in plain(summarise.by_cause(judged))),
        late_in_software=_counted(summarise.late_in_software(judged), "verdict", Verdict),
        in_time_in_software=_counted(summarise.in_time_in_software(judged), "verdict", Verdict),
        populations=_counted(summarise.by_population(judged), "population", Population),
        on_time=on_time,
        unread=unread,
        has_signature_column=_has_signatures(office),
        grades=_counted(summarise.by_grade(judged), "grade", Grade),
        kept=_in_order(coverage.kept), is_kept_said=file.records.kept is not None,
        complete=_in_order(coverage.complete),
        not_wholly_seen=_in_order(coverage.unseen), missing=coverage.without_rows,
        are_apologies_missing="apologies" in coverage.missing,
        found_in=_counted(summarise.by_found_in(judged), "found_in", FoundIn),
        apologies=_counted(summarise.by_apology(judged), "apology", Apology),
        traced=_traced(judged),
        undecided=_undecided(judged, on_time["records"], lang),
        units=_units(findings.holdings),
        papers=tuple(fetch.papers((*in_full, *others.each), lang)),
        late_acceptance=_late_acceptance(office, records["software"]),
        contradictions=_contradictions(findings.contradictions),
        leads=_leads(findings, lang),
        proposals=_proposals(findings.proposals, lang),
        corrections=_corrections(office, lang),
        sources=_sources(office, (*in_full, *others.kinds), lang),
        cases=in_full,
        in_columns=others,
        fields=tuple(FieldCount(**row, merged=1) for row in plain(summarise.by_field(judged))),
        form_06a=_form_06a(office, judged, unread),
        points=points_of(office, judged, records["stops"], unread, lang),
        notes=_notes(office, in_full, others.each),
        notes_chain=_notes_chain(office),
        counts={
            counted: {name: _recounted(one) for name, one in by_definition.items()}
            for counted, by_definition in checked.counts.items()
        },
        claims=_claims(checked.claims, lang),
        soft_spots=_soft_spots(checked.soft_spots, lang),
        identities=tuple(Identity(**row) for row in plain(checked.identities)),
        mends=tuple(Mend(**row | {"instead": number(row["instead"], lang)}) for row in plain(checked.mends)),
        denominators=tuple(Denominator(**row) for row in plain(checked.denominators)),
        smallest=_smallest(checked.smallest, checked.candidates),
        flow=tuple(Flow(**row) for row in plain(checked.flow)),
        problems=_problems(office, as_read, lang, rows["software"]),
        duplicates=_duplicates(rows),
        left_out=tuple(LeftOut(**row) for row in plain(office.left_out)),
        systems=systems.compared(office, rows["software"]),
        sample=None,
        check=_check(office, lang),
        drift=None,
    )  # fmt: skip


def versions(*libraries: str) -> dict[str, str]:
    """Which version of this program, of Python and of libraries is at work."""
    by_name = {name: _version(name) for name in (PROGRAM, *libraries)}
    return {PROGRAM: by_name.pop(PROGRAM), "python": platform.python_version(), **by_name}


@cache
def _version(name: str) -> str:
    """The version of a library, or of the rules; each time a library is asked, it reads a file."""
    return RULES if name == "rules" else version(name)


def _rows(office: Office, records: Mapping[str, DataFrame]) -> dict[str, Rows]:
    """The rows of each record in their order; of the two that have a row of every dossier what is asked of them all."""
    brief = {} if len(office.systems) > 1 else dict.fromkeys(_OF_EVERY_DOSSIER, _BRIEF)
    rows: dict[str, Rows] = {
        record: _in_their_order(frame.select(name for name in frame.columns if name in brief.get(record, {name})))
        for record, frame in records.items()
    }
    return rows | {"software": systems.own_rows(office, rows["software"])}


def _as_read(office: Office, records: Mapping[str, DataFrame], dossiers: set[str]) -> dict[str, Rows]:
    """The rows of these two that are of `dossiers` or problems, with all that was read of them."""
    if len(office.systems) > 1:
        return {}
    is_asked = col("dossier_id").is_in(list(dossiers)) | col("problem").is_not_null()
    return {record: _in_their_order(records[record].filter(is_asked)) for record in _OF_EVERY_DOSSIER}


def _in_their_order(frame: DataFrame) -> Rows:
    return sorted(plain(frame), key=itemgetter("seq"))


def _refuse_nothing_judged(office: Office, software: DataFrame) -> None:
    period, table = office.file.period, office.tables["software"]
    if (software["fate"] == Fate.JUDGED).any():
        return
    rows = systems.own_rows(office, _in_their_order(software))
    causes = Counter(row["problem"] for row in rows if row["problem"])
    cause, count = causes.most_common(1)[0] if causes else ("", 0)
    if cause and cause != OUTSIDE_PERIOD:
        row = next(row for row in rows if row["problem"] == cause)
        column = row["problem_column"]
        is_shown = may_be_repeated(row[f"{column}_written"] or "", RECORDS["software"][column].kind)
        written = (row[f"{column}_written"] or "") if is_shown else "…"
        why = {lang: text(f"problem.{cause}", lang, written=written, detail="") for lang in LANGUAGES}
        raise AuditError(
            "nothing_judged_for", {"why": why}, file=row["file"], rows=len(software), count=count, row=row["row"],
            column=table.headings.get(column, column),
        )  # fmt: skip
    raise AuditError(
        "nothing_judged", file=table.file, rows=len(software), outside=causes[OUTSIDE_PERIOD],
        first=f"{period.first_on:%d/%m/%Y}", last=f"{period.last_on:%d/%m/%Y}",
    )  # fmt: skip


def _columns(office: Office) -> dict[str, Columns]:
    by_record = {}
    for record, table in office.tables.items():
        if table.files:
            possible = [name for name in RECORDS[record] if not RECORDS[record][name].is_personal]
            by_record[record] = Columns(
                found={name: table.headings[name] for name in possible if name in table.columns},
                not_found=tuple(name for name in possible if name not in table.columns), unused=table.unused,
            )  # fmt: skip
    return by_record


def _has_signatures(office: Office) -> bool:
    """Whether every sheet of the register has a signature column; so where there is no register."""
    if office.register.empty:
        return True
    lines = office.register[office.register["is_readable"]]
    is_lacking = lines["marks"].fillna("").str.contains("lacking:signed", regex=False).any()
    return "signed" in office.tables["register"].columns and not is_lacking


def share(numerator: int, denominator: int) -> Share:
    """A Share with its percentage, rounded half up."""
    exact = percent(numerator, denominator, PERCENT_DIGITS)
    return Share(numerator=numerator, denominator=denominator, percent=None if exact is None else float(exact))


def _on_time(answer: summarise.OnTime) -> OnTime:
    shares = (share(s.numerator, s.denominator) for s in (answer.share, answer.at_least, answer.at_most))
    shown, at_least, at_most = shares
    return OnTime(**shown.model_dump(), at_least=at_least, at_most=at_most)


def _counted(frame: DataFrame, key: str, words: Iterable[str]) -> dict:
    dossiers = {row[key]: row["dossiers"] for row in plain(frame)}
    return {word: dossiers[word] for word in words if word in dossiers}


def _form_06a(office: Office, judged: DataFrame, unread: int) -> Form06a:
    rows = form_06a.rows(judged, unread=unread, end=min(office.file.period.last_on, office.as_of))
    carried = form_06a.carried(rows, office.reported["previous"])
    return Form06a(
        rows=tuple(FormRow(
            definition=row.definition, basis=row.basis, kind=row.kind, field=row.field,
            **{name: _recounted(count) for name, count in row.cells.items()},
        ) for row in rows),
        is_sum=form_06a.is_sum(rows), carried_over=_recounted(carried.counted), left_open=carried.reported,
        outcome=carried.outcome,
    )  # fmt: skip


def _check(office: Office, lang: str) -> CheckCalendar | None:
    check = office.file.check
    if check is None:
        return None
    days, rules = check.model_dump(exclude={"kind"}), reference_lines("check_days.csv")
    return CheckCalendar(kind=check.kind, due=tuple(check_days.due(rules, office.calendar, check.kind, days, lang)))


def _recounted(count: Count) -> Recounted:
    return Recounted(at_least=count.at_least, at_most=count.at_most)


def _in_order(records: Iterable[str]) -> tuple[str, ...]:
    return tuple(record for record in JUDGED_RECORDS if record in records)


def _accounting(
    office: Office, records: Mapping[str, DataFrame], rows: Mapping[str, Rows], judged: Rows
) -> dict[str, Accounting]:  # fmt: skip
    codes, left_out = {row["dossier_id"] for row in judged}, office.left_out["record"].value_counts()
    behind = {"software": sum(bool(row["is_in_software"]) for row in judged),
              "register": sum(int(row["lines_register"] or 0) for row in judged)}  # fmt: skip
    by_record = {}
    for record in JUDGED_RECORDS:
        read = len(office.tables[record].frame)
        is_judged = [row["fate"] == Fate.JUDGED and row["dossier_id"] in codes for row in rows[record]]
        counted = summarise.accounting(read, records[record], behind.get(record, sum(is_judged)))
        by_record[record] = Accounting(**counted, left_out=int(left_out.get(record, 0)))
    for record in order.BESIDE:
        is_readable = office.tables[record].frame["is_readable"]
        by_record[record] = Accounting(
            rows=len(is_readable), judged=int(is_readable.sum()), problems=int((~is_readable).sum()),
            duplicates=0, left_out=int(left_out.get(record, 0)),
        )  # fmt: skip
    repeated = int((office.unread_notes["problem"] == "note_repeated").sum())
    lines, unread = len(office.notes) + len(office.unread_notes), len(office.unread_notes) - repeated
    by_record["notes"] = Accounting(
        rows=lines, judged=len(office.notes), problems=unread, duplicates=repeated, left_out=0
    )
    return by_record


def _traced(judged: DataFrame) -> tuple[Traced, ...]:
    by_closed = {row["closed"]: Traced(**row) for row in plain(summarise.traced(judged))}
    return tuple(by_closed[closed] for closed in ("same", "earlier", "later", "no_paper") if closed in by_closed)


def _undecided(judged: DataFrame, records: OnTime, lang: str) -> tuple[Undecided, ...]:
    """The rules that leave settled dossiers undecided, those that move the share most first."""
    settled = records.denominator
    return tuple(
        Undecided(
            **row, reason=text(f"rule.{row['rule']}", lang), change=change(row["verdict"], row["rule"], lang),
            percent_points=float(percent(row["dossiers"], settled, PERCENT_DIGITS) or 0),
        )
        for row in plain(summarise.undecided(judged))
    )  # fmt: skip


def _units(holdings: DataFrame) -> tuple[UnitTime, ...]:
    units = [UnitTime(**row) for row in plain(apportion.by_unit(holdings))]
    return tuple(sorted(units, key=lambda unit: (-unit.workdays, unit.unit)))


def _late_acceptance(office: Office, software: DataFrame) -> LateAcceptance:
    """How late online filings were accepted, by weekday and hour, with those that were or may have been."""
    hours = office.file.working_hours
    rows = plain(acceptance.acceptances(software, office.counting["workdays"], hours.times))
    counted = [row for row in rows if row["acceptance"] == Acceptance.COUNTED]
    names = AcceptedDossier.model_fields
    return LateAcceptance(
        is_dated="applied_at" in office.tables["software"].columns, hours=hours.spans, are_hours_said=hours.are_said,
        dossiers={one: count for one in Acceptance if (count := sum(row["acceptance"] == one for row in rows))},
        counted=tuple(one for by in ("weekday", "hour") for one in _accepted_by(by, counted)),
        late=tuple(AcceptedDossier(**{name: row[name] for name in names}) for row in counted
                   if not (row["is_over_hours"] is False and row["is_over_day"] is False)),
    )  # fmt: skip


def _accepted_by(by: str, counted: Rows) -> Iterable[AcceptanceCount]:
    """The filings of each weekday or hour that occurs, in order, those without an hour last."""
    for value in sorted({row[by] for row in counted}, key=lambda value: (value is None, value)):
        rows = [row for row in counted if row[by] == value]
        hours, day = "is_over_hours", "is_over_day"
        yield AcceptanceCount(
            by=by, value=value, filings=len(rows),
            over_hours=sum(row[hours] is True for row in rows), hours_not_told=sum(row[hours] is None for row in rows),
            over_day=sum(row[day] is True for row in rows), day_not_told=sum(row[day] is None for row in rows),
        )  # fmt: skip


def _contradictions(contradictions: DataFrame) -> tuple[Contradiction, ...]:
    rows = sorted({(row["kind"], row["dossier_id"]) for row in plain(contradictions)})
    kinds = groupby(rows, key=itemgetter(0))
    return tuple(Contradiction(kind=kind, dossiers=tuple(code for _, code in codes)) for kind, codes in kinds)


def _leads(findings: Findings, lang: str) -> tuple[Lead, ...]:
    """Every lead that was looked for, found or not."""
    leads = []
    in_order = sorted(plain(findings.leads), key=itemgetter("group", "dossier_id"))
    for kind, out_of in findings.totals.items():
        rows = (row for row in in_order if row["kind"] == kind)
        dossiers = tuple(LeadDossier(dossier_id=row["dossier_id"], group=row["group"]) for row in rows)
        explanation = text(f"lead_explanation.{kind}", lang)
        leads.append(Lead(kind=str(kind), out_of=out_of, explanation=explanation, dossiers=dossiers))
    return tuple(leads)


def _proposals(proposed: pd.DataFrame, lang: str) -> tuple[Proposal, ...]:
    proposals = []
    for row in plain(proposed):
        reasons = tuple(text(f"match_reason.{name}", lang, value=value) for name, value in row.pop("reasons"))
        proposals.append(Proposal(**{name: row[name] for name in row if name not in ("page", "line")}, reasons=reasons))
    return tuple(proposals)


def _corrections(office: Office, lang: str) -> tuple[Correction, ...]:
    """What persons put right; a text that may be somebody's name is not repeated."""
    hidden = text("page.not_shown", lang)
    put_right = []
    for one in office.corrections:
        column = RECORDS[one.record][one.column]
        is_shown = not column.is_personal and all(may_be_repeated(cell, column.kind) for cell in (one.was, one.now))
        was, now = (cell if is_shown else hidden for cell in (one.was, one.now))
        why, by = (hidden if may_be_personal(words) else words for words in (one.why, one.by))
        put_right.append(
            Correction(record=one.record, file=one.of_file, sheet=one.sheet, row=one.row, column=one.column, was=was,
                       now=now, why=why, by=by, on=one.on.date())
        )  # fmt: skip
    return tuple(put_right)


def _sources(office: Office, listed: Iterable[Case | Kind], lang: str) -> tuple[Source, ...]:
    """The sources that the cases name, and the conventions that were compared, in the order of the file."""
    named = {source for one in listed for source in one.sources}
    named |= {f"convention/{convention}" for convention in office.conventions if len(office.counting["terms"])}
    topics = [line["topic"] for line in office.sources]
    return tuple(source for source in in_force(office.sources, topics, None, lang) if source.id in named)


def _claims(claims: pd.DataFrame, lang: str) -> tuple[Claim, ...]:
    copied = ("claim", "measure", "written", "out_of_written", "unit", "scope", "section", "page", "line", "quote",
              "reading", "is_confirmed", "at_least", "at_most", "out_of", "of", "definition", "outcome")  # fmt: skip
    checked = []
    for row in plain(claims):
        sentence = text(
            f"explanation.{row['explanation']}", lang, written=row["written"], at_least=number(row["at_least"], lang),
            at_most=text("page.no_upper_limit", lang) if row["at_most"] is None else number(row["at_most"], lang),
            out_of=row["out_of"], of=lowered(measure(row["of"], lang)) if row["of"] else "–",
            definition=_by(row, lang),
            least_percent=in_percent(row["least_percent"], lang), most_percent=in_percent(row["most_percent"], lang),
        )  # fmt: skip
        tried = tuple(Tried(**dict(zip(Tried.model_fields, one, strict=True))) for one in row["tried"])
        checked.append(Claim(**{name: row[name] for name in copied}, tried=tried, explanation=sentence))
    return tuple(checked)


def _by(row: Mapping, lang: str) -> str:
    """How an answer counts: its definition, or, where that is the plainest, the total that it takes."""
    if row["tried"] and row["definition"] == row["tried"][0][0] and row["of"]:
        return text("page.of_total", lang, of=lowered(measure(row["of"], lang)))
    return lowered(text(f"definition.{row['definition']}", lang)) if row["definition"] else "–"


def _soft_spots(soft_spots: pd.DataFrame, lang: str) -> tuple[SoftSpot, ...]:
    spots = []
    for row in plain(soft_spots):
        said = {name: _said(value, lang) for name, value in row["values"].items()}
        sentence = text(f"soft_spot_says.{row['soft_spot']}", lang, **said)
        spots.append(
            SoftSpot(soft_spot=row["soft_spot"], sentence=sentence, claims=row["claims"],
                     is_confirmed=row["is_confirmed"])
        )  # fmt: skip
    return tuple(spots)


def _smallest(smallest: pd.DataFrame, candidates: pd.DataFrame) -> Smallest:
    fitting: dict[tuple, list[Candidate]] = {}
    for row in plain(candidates):
        kind = (row["solution"], row["channel"], row["state"], row["left_out_of"])
        counted = {name: row[name] for name in ("reason", "fitting", "of_kind")}
        one = Candidate(**counted, dossiers=row["dossier_ids"])
        fitting.setdefault(kind, []).append(one)
    uneven = tuple(
        Uneven(**row, candidates=tuple(
            fitting.get((row["solution"], row["channel"], row["state"], row["left_out_of"]), ())
        ))
        for row in plain(smallest)
    )  # fmt: skip
    return Smallest(**{str(name): value for name, value in smallest.attrs.items()}, uneven=uneven)


def _said(value: Any, lang: str) -> str:
    """A value of a soft spot as its sentence says it; "–" where there is none."""
    if isinstance(value, Stated):
        return f"{measure(value.measure, lang)} {value.written}"
    if isinstance(value, Missed):
        return text("page.missed", lang, share=_said(value.share, lang), target=value.target)
    if isinstance(value, ShareOf):
        return text("page.share_of", lang, percent=number(value.percent, lang), of=_said(value.of, lang))
    if isinstance(value, tuple):
        if len(value) > _MOST_SAID:
            return text("page.many_totals", lang, count=len(value), first=value[0], last=value[-1])
        return ", ".join(_said(one, lang) for one in value) or "–"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str):
        return measure(value, lang)
    return number(value, lang)


def _problems(office: Office, records: Mapping[str, Rows], lang: str, software: Rows) -> tuple[Problem, ...]:
    problems = plain(office.problems)
    codes = list(dict.fromkeys(row["dossier_id"] for row in software if row["dossier_id"] is not None))
    for record in JUDGED_RECORDS:
        table = office.tables[record]
        for row in (row for row in records[record] if row["problem"] is not None):
            column = row["problem_column"]
            now = _now(office, record, row) if column in names(row["corrected"]) else None
            written = row[f"{column}_written"] or "" if now is None else text("page.by_corrections", lang, written=now)
            near = _near(row["dossier_id"], codes, lang) if row["problem"] == "dossier_unknown" else ""
            problems.append(
                {"record": record, "file": row["file"], "sheet": row["sheet"], "row": row["row"],
                 "column": table.headings.get(column, column), "written": written,
                 "problem": row["problem"], "detail": near}
            )  # fmt: skip
    place = {record: index for index, record in enumerate([*office.tables, "procedures", "notes", FOLDER])}
    problems.sort(key=lambda p: (place[p["record"]], p["sheet"], p["row"] or 0, p["column"]))
    return tuple(
        Problem(**{name: row[name] for name in row if name != "detail"},
                message=text(f"problem.{row['problem']}", lang, written=row["written"] or text("page.not_shown", lang),
                             near=row["detail"]))
        for row in problems
    )  # fmt: skip


def _now(office: Office, record: str, row: Mapping[str, Any]) -> str | None:
    """What a correction says of the cell in which a row's problem is."""
    here = {"record": record, "row": row["row"], "column": row["problem_column"]}
    return next(
        (one.now for one in office.corrections
         if {name: getattr(one, name) for name in here} == here
         and corrections.plain(one.of_file) in ("", corrections.plain(row["file"]))
         and corrections.plain(one.sheet) in ("", corrections.plain(row["sheet"]))),
        None,
    )  # fmt: skip


def _near(dossier: str, codes: list[str], lang: str) -> str:
    """Codes of the software that differ from an unknown one in one or two signs."""
    alike = process.extract(dossier, codes, scorer=OSA.distance, score_cutoff=_MOST_EDITS, limit=3)
    return text("page.near_code", lang, codes=", ".join(code for code, _, _ in alike)) if alike else ""


def _notes(office: Office, in_full: Iterable[Case], in_brief: Iterable[Dossier]) -> tuple[Note, ...]:
    """The notes in the folder, as written, each with whether what it was written on is still found."""
    dossiers = {case.dossier_code: case.dossier_id for case in in_full}
    dossiers |= {one.dossier_code: one.dossier_id for one in in_brief}
    fingerprints = {case.dossier_code: case.fingerprint for case in in_full}
    sides = {(note.finding, note.position) for note in office.notes}
    opposite = {Position.AGREE: Position.DISAGREE, Position.DISAGREE: Position.AGREE}
    return tuple(
        Note(
            **note.model_dump(include={"note", "finding", "fingerprint", "position", "text", "evidence", "by",
                                       "by_office", "at", "added_at"}),
            verdict_then=note.verdict,
            dossier_id=dossiers.get(note.finding),
            is_current=fingerprints.get(note.finding) == note.fingerprint,
            is_contested=(note.finding, opposite.get(note.position)) in sides,
        )
        for note in office.notes
    )  # fmt: skip


def _notes_chain(office: Office) -> NotesChain | None:
    chain = office.chain
    is_any = chain.length or chain.told is not None or chain.state == NotesState.UNREADABLE
    return NotesChain(length=chain.length, head=chain.head, told=chain.told, state=chain.state) if is_any else None


def _duplicates(records: Mapping[str, Rows]) -> tuple[Duplicate, ...]:
    duplicates = []
    for record in JUDGED_RECORDS:
        for row in (row for row in records[record] if row["fate"] == Fate.DUPLICATE):
            where = {name: row[name] for name in ("file", "sheet", "row", "dossier_id")}
            duplicates.append(Duplicate(record=record, **where))
    return tuple(duplicates)
