"""Which papers would decide what is not decided, and where they should lie, as the shelves stand."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from audit.findings.schema import Case, Dossier, Evidence, Paper
from audit.ground.terms import UNDECIDED, Fate, Grade, Sought, Verdict, text

Told = Callable[[str | None], str | None]
_RECORDS = {Sought.REGISTER: "register", Sought.RESULT_PAPER: "result_papers"}


def _all(written: str | None) -> str | None:
    return written


def papers(judged: Iterable[Case | Dossier], lang: str, drawn: Iterable[str] = ()) -> list[Paper]:
    """The papers that would decide, as the shelves stand: by record, then book, page and line, else day of receipt.

    Of each dossier that is not decided, or late by both records alone, the register's line where no signed one is
    there, and the result; of those `drawn` for a sample the register's line.
    """
    chosen = set(drawn)
    listed = [
        _placed(one, sought, lang)
        for one in judged
        for sought in _wanted(one, is_drawn=one.dossier_id in chosen)
    ]  # fmt: skip
    return [paper for _, paper in sorted(listed, key=lambda placed: placed[0])]


def _wanted(one: Case | Dossier, *, is_drawn: bool) -> list[Sought]:
    is_open = one.verdict in UNDECIDED and one.verdict != Verdict.ON_TIME_NOT_CHECKED
    is_case = isinstance(one, Case) or one.kind.is_case
    if is_case and (is_open or one.grade == Grade.BY_BOTH_RECORDS):
        return [sought for sought in _RECORDS if not _has(one, sought)] or [Sought.REGISTER]
    return [Sought.REGISTER] if is_drawn else []


def _has(case: Case | Dossier, sought: Sought) -> bool:
    """Whether a row that can be used, and of a register's that is signed, is there already."""
    if isinstance(case, Dossier):
        return _RECORDS[sought] in case.kind.proof
    rows = (row for row in case.evidence if row.record == _RECORDS[sought] and row.fate == Fate.JUDGED)
    return any(row.strength is not None for row in rows)


def _placed(one: Case | Dossier, sought: Sought, lang: str) -> tuple[tuple, Paper]:
    """A paper, and its place among all as they are come upon."""
    line = _line(one) if sought == Sought.REGISTER else None
    if line and (line.page or line.line):
        place: tuple = (0, _number(line.page), _number(line.line))
    else:
        place = (1, one.received_on or date.max, one.field or text("page.field_unnamed", lang))
    order = (list(Sought).index(sought), *place, one.dossier_id)
    where = where_it_lies(one, sought, lang)
    return order, Paper(dossier_id=one.dossier_id, procedure=one.procedure, where=where, sought=sought)


def page_of(case: Case, row: Evidence, lang: str) -> Paper:
    """The page of the register on which a line stands, to be seen or photographed."""
    where = text("fetch.book", lang, page=row.page or "–", line=row.line or "–")
    return Paper(dossier_id=case.dossier_id, procedure=case.procedure, where=where, sought=Sought.REGISTER)


def where_it_lies(one: Case | Dossier, sought: Sought, lang: str, told: Told = _all, field: Told = _all) -> str:
    """Where a paper should lie, in words: page and line of the register, else the day of receipt and the field.

    `told` and `field` say what of a page or line, and of a field's name, may be said; None where nothing.
    """
    line = _line(one) if sought == Sought.REGISTER else None
    page, number = (told(line.page), told(line.line)) if line else (None, None)
    if page or number:
        return text("fetch.book", lang, page=page or "–", line=number or "–")
    day = f"{one.received_on:%d/%m/%Y}" if one.received_on else "–"
    return text("fetch.received", lang, day=day, field=field(one.field) or text("page.field_unnamed", lang))


def _line(one: Case | Dossier) -> Evidence | Dossier | None:
    """What names page and line of a dossier's first line of the register, of a case."""
    if isinstance(one, Dossier):
        return one if one.kind.is_case else None
    return next((row for row in one.evidence if row.record == "register"), None)


def _number(written: str | None) -> tuple[int, str]:
    """A page or line as books are turned: 9 before 10."""
    figure = re.search(r"\d{1,9}", written or "")
    return int(figure[0]) if figure else 0, written or ""
