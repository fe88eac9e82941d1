"""What each letter says: values for the fields of its template, from an edition of a Result alone.

Letters are Vietnamese. What the toolkit does not know is no value: it stays a blank of the template. Every count has
its total beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from audit.findings.cases import all_cases
from audit.findings.schema import Case, Dossier, DueBy, Evidence, Input, Result, Share
from audit.ground import terms
from audit.ground.terms import Edition, Fate, Outcome, Verdict
from audit.letters import apologies

LANG = "vi"
CHECKS_SINCE = date(2025, 8, 5)  # Decree 217/2025 and Law 84/2025 are cited from that day on
SETTLED_VERDICTS = (
    Verdict.ON_TIME, Verdict.ON_TIME_NOT_CHECKED, Verdict.OPEN, Verdict.STOPPED, Verdict.WITHDRAWN, Verdict.REFUSED,
)  # fmt: skip
MARK = 12  # letters of a file's mark that are shown
Content = dict[str, Any]


class Kind(NamedTuple):
    """A letter: the edition that its reader may see, and what it says."""

    edition: Edition
    content: Callable[[Result], Content]


def head(result: Result) -> Content:
    """What every letter says: whose records, which period, by which rules, from which files."""
    return {
        "commune": result.office.commune,
        "district": result.office.district,
        "province": result.office.province,
        "made_up": result.office.made_up,
        "first_on": day(result.period.first_on),
        "last_on": day(result.period.last_on),
        "as_of": day(result.as_of),
        "rules": result.versions["rules"],
        "edition": _say(f"edition_{result.edition}"),
        "files": [_file(one, n) for n, one in enumerate(result.inputs, start=1)],
        "is_since_2025": result.as_of >= CHECKS_SINCE,
        "total": _number(result.dossiers),
    }


def _file(one: Input, n: int) -> Content:
    return {"n": n, "name": one.name, "rows": "–" if one.rows is None else _number(one.rows), "mark": one.sha256[:MARK]}


def day(value: date | None) -> str:
    """A day as it is written in Vietnam; a dash where there is none."""
    return "–" if value is None else f"{value:%d/%m/%Y}"


def _number(count: int | None) -> str:
    return terms.number(count, LANG)


def _say(key: str, **values: object) -> str:
    return terms.text(f"letter.{key}", LANG, **values)


def _word(section: str, name: str) -> str:
    return terms.text(f"{section}.{name}", LANG)


# What was found -------------------------------------------------------------------------------------------------------


def counts(result: Result) -> Content:
    """The counts of a result, each with its total, and the dossiers that are to be explained."""
    total = _number(result.dossiers)
    verdicts = [
        {"name": _word("verdict", name), "count": _number(count), "total": total}
        for name, count in result.verdicts.items() if count
    ]  # fmt: skip
    return {
        "verdicts": verdicts,
        "late_in_software": _listed("verdict", result.late_in_software),
        "late_total": _number(sum(result.late_in_software.values())),
        "late": _number(result.verdicts.get(Verdict.LATE, 0)),
        "grades": _listed("grade", result.grades),
        "share_software": _range(result, "software_by_day"),
        "share_records": _range(result, "records"),
        "undecided_total": _number(sum(result.verdicts.get(verdict, 0) for verdict in terms.UNDECIDED)),
        "problems": _number(len(result.problems)),
        "figures": figures(result),
        "found": [_found(case, n) for n, case in enumerate(to_be_explained(result), start=1)],
    }


def calendar(result: Result) -> Content:
    """The days by which something is due in the check, each with its article; no day where it is not known."""
    steps = result.check.due if result.check else ()
    told = [one for one in steps if (one.after_on or result.as_of) >= CHECKS_SINCE]
    return {"due": [_due(one, n) for n, one in enumerate(told, start=1)]}


def _due(one: DueBy, n: int) -> Content:
    days = {name: _by(one, name) for name in ("by_calendar", "by_workdays")}
    notes = [_word("check_days", "expected")] if one.is_expected else []
    return days | {
        "n": n, "step": one.name, "after": _word("check_day", one.after), "is_open": one.is_event_open,
        "after_on": day(one.after_on) if one.after_on else "", "law": " ".join([one.law, *notes]),
        "is_by_workdays": one.by_calendar is None and one.by_workdays is not None,
    }  # fmt: skip


def _by(one: DueBy, name: str) -> str:
    """The last day by a count, and the last where the time is prolonged; "" where it is not known."""
    first, more = getattr(one, name), getattr(one, f"more_{name}")
    said = [day(first)] if first else []
    return "; ".join([*said, *([terms.text("check_days.prolonged", LANG, day=day(more))] if more else [])])


def _listed(section: str, counted: Mapping[Any, int]) -> str:
    said = [f"{terms.lowered(_word(section, name))} {_number(count)}" for name, count in counted.items() if count]
    return "; ".join(said) or _say("none")


def _range(result: Result, of: str) -> str:
    share = result.on_time[of]
    least, most = share.at_least, share.at_most
    return _share(least) if least == most else _say("range", least=_share(least), most=_share(most))


def _share(share: Share) -> str:
    count, total = _number(share.numerator), _number(share.denominator)
    return _say("share", count=count, total=total, percent=terms.in_percent(share.percent, LANG))


def to_be_explained(result: Result) -> list[Case | Dossier]:
    """The dossiers that are to be explained: late, late in the software alone, in the register alone, undecided."""
    return [case for case in all_cases(result) if case.verdict not in SETTLED_VERDICTS]


def _found(case: Case | Dossier, n: int) -> Content:
    return {
        "n": n, "code": case.dossier_id, "verdict": _word("verdict", case.verdict),
        "grade": _word("grade", case.grade) if case.grade else "", "due": day(case.due_on),
        "late": apologies.how_late(case), "reason": case.reason,
    }  # fmt: skip


def figures(result: Result) -> list[str]:
    """The reported figures that do not hold, and what else the report leaves to be explained; a sentence each.

    Figures that must agree are left out where a soft spot names the same claims.
    """
    said = [_unconfirmed(f"{_word('soft_spot', one.soft_spot)}: {one.sentence}", one) for one in result.soft_spots]
    named = [set(one.claims) for one in result.soft_spots]
    for claim in result.claims:
        if claim.outcome == Outcome.DOES_NOT_HOLD:
            sentence = _say("claim", measure=terms.measure(claim.measure, LANG), written=claim.written)
            said.append(_unconfirmed(f"{sentence} {claim.explanation}".strip(), claim))
    for one in result.identities:
        if one.outcome == Outcome.DOES_NOT_HOLD and not any(set(one.claims) <= claims for claims in named):
            written = "; ".join(f"{terms.measure(name, LANG)} {figure}" for name, figure in one.terms)
            said.append(_unconfirmed(f"{_word('identity', one.identity)}: {written}.", one))
    return said


def _unconfirmed(sentence: str, part: Any) -> str:
    return sentence if part.is_confirmed else f"{sentence} {_say('unconfirmed')}"


def causes(result: Result) -> list[str]:
    """The step that delayed the late dossiers, proved or said, each with the count it is of."""
    return [
        _say("cause_proved" if one.cause_proved else "cause_said", verdict=_word("verdict", one.verdict),
             cause=terms.lowered(_word("cause", one.cause)), count=_number(one.dossiers),
             total=_number(result.verdicts[one.verdict]))
        for one in result.causes
    ]  # fmt: skip


# The letters ----------------------------------------------------------------------------------------------------------


def papers(result: Result) -> Content:
    """The papers to show, as the shelves stand: `Result.papers`, none left out."""
    fields = {one.dossier_id: one.field for one in result.judged}
    listed = [
        {"n": n, "code": one.dossier_id, "procedure": one.procedure or fields.get(one.dossier_id) or "",
         "where": one.where, "sought": _word("sought", one.sought)}
        for n, one in enumerate(result.papers, start=1)
    ]  # fmt: skip
    dossiers = len({one.dossier_id for one in result.papers})
    return {"papers": listed, "papers_total": _number(len(listed)), "papers_dossiers": _number(dossiers)}


def questions(result: Result) -> list[Content]:
    """The numbered questions: one a figure or soft spot, one a finding with its dossiers, one a contradiction."""
    asked = [(_say("ask_figure", what=one), "") for one in figures(result)]
    groups: dict[tuple[str, str, str], list[str]] = {}
    for case in to_be_explained(result):
        groups.setdefault((_word("verdict", case.verdict), case.reason, case.change), []).append(case.dossier_id)
    for (verdict, reason, change), codes in groups.items():
        asked.append((_say("ask_dossiers", verdict=verdict, reason=reason, change=change), _codes(codes)))
    for one in result.contradictions:
        asked.append((_say("ask_contradiction", what=_word("contradiction", one.kind)), _codes(one.dossiers)))
    return [{"n": n, "asked": what, "codes": codes} for n, (what, codes) in enumerate(asked, start=1)]


def _codes(codes: Iterable[str]) -> str:
    return "; ".join(codes)


def request(result: Result) -> Content:
    """Request for papers (appendix 1) and explanations (appendix 2)."""
    listed = questions(result)
    return papers(result) | calendar(result) | {"questions": listed, "questions_total": _number(len(listed))}


def report(result: Result) -> Content:
    """Report of results: what was read, counts, causes, contradictions; assessment and proposals are left to people."""
    read = [
        {"name": _word("record", name), "rows": _number(one.rows), "judged": _number(one.judged),
         "problems": _number(one.problems), "duplicates": _number(one.duplicates)}
        for name, one in result.accounting.items() if one.rows
    ]  # fmt: skip
    contradictions = [
        {"name": _word("contradiction", one.kind), "count": _number(len(one.dossiers)), "codes": _codes(one.dossiers)}
        for one in result.contradictions
    ]
    letters = _listed("apology", result.apologies)
    if result.are_apologies_missing:
        letters = f"{letters}; {_say('apologies_missing')}"
    return counts(result) | {
        "read": read, "causes": causes(result), "contradictions": contradictions, "apologies": letters,
        "missing": "; ".join(terms.lowered(_word("record", name)) for name in result.missing) or _say("nothing"),
    }  # fmt: skip


def correction(result: Result) -> Content:
    """Request to check and correct data: the dossiers that paper shows in time, with what each system says."""
    cases = [case for case in all_cases(result) if apologies.is_in_time_on_paper(case)]
    rows = [
        {"n": n, "code": case.dossier_id, "software": _said(case, of_software=True),
         "paper": _said(case, of_software=False), "reason": case.reason}
        for n, case in enumerate(cases, start=1)
    ]  # fmt: skip
    return {"rows": rows, "rows_total": _number(len(rows))}


def _said(case: Case | Dossier, *, of_software: bool) -> str:
    """What the rows of a dossier say that a verdict may rest on, of the software or of all else.

    Of several case systems each says what it has, and a row that cannot be read is said not to be readable.
    """
    if isinstance(case, Dossier):
        return _in_days(case, of_software=of_software)
    rows = [row for row in case.evidence if (row.record == "software") == of_software]
    rows = [row for row in rows if row.fate == Fate.JUDGED or row.system]
    return "; ".join(_row(row) for row in rows) or "–"


def _in_days(one: Dossier, *, of_software: bool) -> str:
    """What the software, or all else, says of a dossier in columns: where it stands, and the days read from it."""
    names = ("received_on", "due_on", "closed_on") if of_software else ("returned_on", "ready_on", "issued_on")
    days = {name: on for name in names if (on := getattr(one, name))}
    said = [f"{terms.lowered(_word('page', name))} {day(on)}" for name, on in days.items()]
    if of_software or not (one.page or one.line):
        return ", ".join(said) or "–"
    where = terms.text("fetch.book", LANG, page=one.page or "–", line=one.line or "–")
    return f"{where}: {', '.join(said) or '–'}"


def _row(row: Evidence) -> str:
    if row.system:
        name = _say("system", name=row.system)
        if row.fate == Fate.PROBLEM:
            return f"{name}: {_say('system_unread')}"
        return f"{name}: " + ", ".join(f"{cell.heading} {cell.written or '–'}" for cell in row.cells)
    cells = [f"{cell.heading} {cell.written or '–'}" for cell in row.cells]
    where = terms.text("fetch.book", LANG, page=row.page or "–", line=row.line or "–") if row.page or row.line else ""
    name = where or terms.lowered(_word("record", row.record))
    return f"{name}: {', '.join(cells)}" if row.record != "software" else ", ".join(cells)


def register(result: Result) -> Content:
    """Register of letters of apology owed."""
    rows = apologies.owed(result)
    spared = [case.dossier_id for case in all_cases(result) if apologies.is_in_time_on_paper(case)]
    return {
        "rows": [apologies.line(row, result) for row in rows],
        "rows_total": _number(len(rows)),
        "drafts_total": _number(sum(row.is_drafted for row in rows)),
        "not_owed": _codes(spared),
        "not_owed_total": _number(len(spared)),
    }


def drafts(result: Result) -> dict[str, Content]:
    """A draft of an apology for each dossier that is owed one, by its code."""
    return {row.case.dossier_id: apologies.draft(row.case, result) for row in apologies.owed(result) if row.is_drafted}


KINDS: dict[str, Kind] = {
    "quyet-dinh": Kind(Edition.OFFICE, calendar),
    "ke-hoach": Kind(Edition.OFFICE, lambda result: counts(result) | papers(result) | calendar(result)),
    "yeu-cau": Kind(Edition.OFFICE, request),
    "giao-nhan": Kind(Edition.OFFICE, papers),
    "bien-ban": Kind(Edition.OFFICE, counts),
    "bao-cao": Kind(Edition.INTERNAL, report),
    "ket-luan": Kind(Edition.OFFICE, counts),
    "chinh-du-lieu": Kind(Edition.OFFICE, correction),
    "xin-loi": Kind(Edition.OFFICE, register),
}
APOLOGY = "xin-loi"
REGISTER = "so-xin-loi"


def refuse_unknown(kinds: Sequence[str]) -> None:
    """Raise AuditError for a kind of letter that there is not."""
    for kind in kinds:
        if kind not in KINDS:
            raise terms.AuditError("letter_kind", written=kind, valid=", ".join(KINDS))
