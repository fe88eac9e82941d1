"""The other way: lines drawn from the paper register, to be looked for in the software."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from pydantic import Field

from audit.findings.schema import Part, Result
from audit.ground.frames import plain
from audit.ground.terms import AuditError, DrawnFrom
from audit.reading.load import Office
from audit.sampling import evaluate, sizes
from audit.sampling import plan as plans
from audit.sampling.evaluate import Advice
from audit.sampling.plan import Plan


class Answer(StrEnum):
    """Whether a line of the register is a dossier of the software: by its code alone, and only where that is sure."""

    IN_SOFTWARE = "in_software"
    NOT_IN_SOFTWARE = "not_in_software"
    CANNOT_BE_TOLD = "cannot_be_told"


class Doubt(StrEnum):
    """Why it cannot be told of a line."""

    NO_CODE = "no_code"
    OTHER_NAME = "other_name"
    LIKE_ANOTHER = "like_another"
    SOFTWARE_UNREAD = "software_unread"
    OUTSIDE_PERIOD = "outside_period"
    NO_DAY = "no_day"


class Line(Part):
    """A line of the register as it was typed in; `code` names it in the draw. Struck lines are none."""

    code: str
    file: str
    sheet: str
    page: str | None
    line: str | None
    row: int
    answer: Answer
    doubt: Doubt | None = Field(description="null where it can be told")


class LineDrawn(Line):
    """A line that was drawn, and its place in the draw."""

    place: int


class RegisterSaid(Part):
    """What the lines drawn say of all lines; those of which it cannot be told count as if they were not there."""

    population: int
    size: int
    not_in_software: int = Field(description="of those drawn")
    cannot_be_told: int = Field(description="of those drawn")
    tolerable: int = Field(description="so many lines that are not in the software can be borne")
    at_most: int = Field(description="lines of the population that are not in the software, with the confidence")
    rate_at_most: float = Field(description="by Clopper and Pearson, a share from 0 to 1, for comparison")
    advice: Advice
    more: int = Field(description="how many more to draw")
    drawn: tuple[LineDrawn, ...]
    known: dict[Answer, int] = Field(description="all lines of the population by their codes, drawn or not")


def lines(office: Office, result: Result) -> dict[str, Line]:
    """Every line of the register's own files by its code: of a book, page, line and row; a struck one is void.

    `result`: the audit's, whose proposals name codes that may be another's mistyped. A line counts as in the software
    where the export has a row of its code, of any day or state, and not another person or procedure under it. It counts
    as not there only where the export was read whole, no code of it is like the line's, and the line's receipt lies in
    the period.
    """
    own = set(office.tables["register"].files)
    codes, is_whole = set(office.software["dossier_id"].dropna()), office.is_export_whole
    alike = {one.dossier_id_register for one in result.proposals}
    found = [
        _line(row, codes, alike, result, is_whole=is_whole)
        for row in plain(office.register) if row["file"] in own and not row["is_struck"]
    ]  # fmt: skip
    listed = {line.code: line for line in found}
    if len(listed) < len(found):
        raise AuditError("sample_lines_alike")
    return listed


def _line(row: Mapping, codes: set[str], alike: set[str], result: Result, *, is_whole: bool) -> Line:
    answer, doubt = _answer(row, codes, alike, result, is_whole=is_whole)
    parts = (row["file"], row["sheet"], row["page"], row["line"], str(row["row"]))  # as a text of one line
    return Line(
        code=" | ".join(" ".join((part or "-").split()) for part in parts), file=row["file"], sheet=row["sheet"] or "",
        page=row["page"], line=row["line"], row=row["row"], answer=answer, doubt=doubt,
    )  # fmt: skip


def _answer(
    row: Mapping, codes: set[str], alike: set[str], result: Result, *, is_whole: bool
) -> tuple[Answer, Doubt | None]:
    code, received = row["dossier_id"], row["received_on"]
    if code in codes and not row["names_another"]:
        return Answer.IN_SOFTWARE, None
    first, last = result.period.first_on, result.period.last_on
    doubts = (
        (code is None, Doubt.NO_CODE), (code in codes, Doubt.OTHER_NAME), (code in alike, Doubt.LIKE_ANOTHER),
        (not is_whole, Doubt.SOFTWARE_UNREAD), (received is None, Doubt.NO_DAY),
        (received is not None and not first <= _day(received) <= last, Doubt.OUTSIDE_PERIOD),
    )  # fmt: skip
    doubt = next((doubt for is_so, doubt in doubts if is_so), None)
    return (Answer.CANNOT_BE_TOLD if doubt else Answer.NOT_IN_SOFTWARE), doubt


def _day(moment: date) -> date:
    return date(moment.year, moment.month, moment.day)


def planned(office: Office, result: Result, *, tolerable: str, risk: str, expected: int) -> Plan:
    """A plan of all lines of the register. Raises AuditError where there is none, and for a rate that is none."""
    listed = lines(office, result)
    if not listed:
        raise AuditError("sample_of_no_line")
    new = plans.planned(listed, office.exports("register"), tolerable=tolerable, risk=risk, expected=expected)
    return new.model_copy(update={"drawn_from": DrawnFrom.REGISTER})


def drawn(plan: Plan, listed: Mapping[str, Line]) -> tuple[LineDrawn, ...]:
    """The lines drawn, in the order of their tickets; none before the seed is there."""
    return tuple(LineDrawn(**listed[code].model_dump(), place=at) for at, code in enumerate(plan.drawn, start=1))


def said(plan: Plan, listed: Mapping[str, Line]) -> RegisterSaid | None:
    """What the lines drawn say, by the exact bound; None before the seed is there. `listed`: all lines of the plan.

    What is said is never less than what is known: lines that are not in the software count, drawn or not. Raises
    AuditError where the lines are others than those of the plan.
    """
    if {code for one in plan.strata for code in one.codes} != set(listed):
        raise AuditError("sample_other_register", file=", ".join(plan.exports))
    if not plan.seed:
        return None
    seen, population = drawn(plan, listed), len(listed)
    counts, known = _counted(seen), _counted(listed.values())
    deviations = counts[Answer.NOT_IN_SOFTWARE] + counts[Answer.CANNOT_BE_TOLD]
    bound = sizes.bound(population, len(seen), deviations, plan.risk_each)
    borne, advice, more = evaluate.advised(plan, population, len(seen), deviations, bound)
    return RegisterSaid(
        population=population, size=len(seen), not_in_software=counts[Answer.NOT_IN_SOFTWARE],
        cannot_be_told=counts[Answer.CANNOT_BE_TOLD], tolerable=borne,
        at_most=max(bound, known[Answer.NOT_IN_SOFTWARE]),
        rate_at_most=sizes.rate_bound(len(seen), deviations, plan.risk_each), advice=advice, more=more, drawn=seen,
        known={answer: known[answer] for answer in Answer},
    )  # fmt: skip


def _counted(of: Iterable[Line]) -> Counter[Answer]:
    return Counter(line.answer for line in of)
