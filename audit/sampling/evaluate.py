"""What a sample says: how many hidden late ones there can be at most, and whether to stop, to read more, or all."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from math import floor

from pydantic import Field

from audit.findings.schema import Part, Result
from audit.ground.terms import PROVED_ON_TIME, Search, Verdict
from audit.sampling import sizes
from audit.sampling.plan import Plan, Stratum, rate


class Reading(StrEnum):
    """What became of a dossier that was drawn."""

    IN_TIME = "in_time"
    DEVIATION = "deviation"
    PENDING = "pending"
    VOID = "void"


class Advice(StrEnum):
    """What is to be done next."""

    READ = "read"
    STOP = "stop"
    EXTEND = "extend"
    ALL = "all"


class Drawn(Part):
    """A dossier that was drawn: its place in the draw, what was read, and why it is a deviation."""

    dossier_id: str
    place: int
    reading: Reading
    verdict: Verdict
    is_not_found: bool = Field(description="its papers were looked for, and none that is there proves it: a deviation")


class Said(Part):
    """What the sample of a stratum says."""

    name: str
    population: int
    tolerable: int = Field(description="so many deviations can be borne: the tolerable share, rounded down")
    size: int
    read: int
    pending: int
    void: int
    deviations: int
    at_most: int | None = Field(
        description="deviations in the population, with the stratum's confidence; null while any waits"
    )
    rate_at_most: float | None = Field(description="by Clopper and Pearson, a share from 0 to 1, for comparison")
    advice: Advice
    more: int = Field(description="how many more to read")
    drawn: tuple[Drawn, ...]


class Evaluation(Part):
    """What all strata say together. `at_most`: the sum of their bounds, with all confidence; null while one waits."""

    strata: tuple[Said, ...]
    at_most: int | None
    read_twice: int = Field(description="dossiers of the sample that two people read")
    agreed: int = Field(description="of those, on the same day or that there is none")
    kappa: float | None
    differing: tuple[str, ...] = Field(description="codes on which the readers differ")


def evaluated(plan: Plan, result: Result, sheet: Sequence[Mapping]) -> Evaluation:
    """What the sample says by the audit `result`, which has the papers that were found as evidence.

    `sheet`: lines of the tally sheet with `dossier_id`, `search`, `dated_on`, `second_on`. A drawn dossier that paper
    proves in time is none; any other that paper decides, or whose paper is not found, is a deviation (VSA 530).
    One that is void is replaced by the next ticket.
    """
    verdicts = {one.dossier_id: one.verdict for one in result.judged}
    lines: dict[str, list[Mapping]] = {}
    for line in sheet:
        lines.setdefault(line["dossier_id"], []).append(line)
    strata = tuple(_said(plan, one, verdicts, lines) for one in plan.strata)
    bounds = [one.at_most for one in strata]
    known = [bound for bound in bounds if bound is not None]
    codes = [one.dossier_id for stratum in strata for one in stratum.drawn]
    twice = [line for code in codes for line in lines.get(code, ()) if line["second_on"] is not None]
    is_same = [line["dated_on"] == line["second_on"] for line in twice]
    due_on = {one.dossier_id: one.due_on for one in result.judged}
    dues = [due_on.get(line["dossier_id"]) for line in twice]
    kappa = sizes.kappa([
        (timely(line["dated_on"], due), timely(line["second_on"], due))
        for line, due in zip(twice, dues, strict=True)
    ])  # fmt: skip
    return Evaluation(
        strata=strata, at_most=sum(known) if len(known) == len(bounds) else None, read_twice=len(twice),
        agreed=sum(is_same), kappa=None if kappa is None else float(kappa),
        differing=tuple(line["dossier_id"] for line, same in zip(twice, is_same, strict=True) if not same),
    )  # fmt: skip


def timely(day: datetime | None, due_on: date | None) -> str:
    """Whether a day that was read is by the due date: in_time, late, or none where one of the two is not there. Two
    readers must agree on it.
    """
    if day is None or due_on is None:
        return "none"
    return "in_time" if day.date() <= due_on else "late"


def _said(plan: Plan, stratum: Stratum, verdicts: Mapping[str, Verdict], lines: Mapping[str, list[Mapping]]) -> Said:
    drawn = _drawn(plan, stratum, verdicts, lines)
    counts = {reading: sum(one.reading == reading for one in drawn) for reading in Reading}
    void, pending, deviations = counts[Reading.VOID], counts[Reading.PENDING], counts[Reading.DEVIATION]
    read, population = counts[Reading.IN_TIME] + deviations, len(stratum.codes) - void
    risk = plan.risk_each
    bound = None if pending else sizes.bound(population, read, deviations, risk)
    borne, advice, more = advised(plan, population, read, deviations, bound)
    if bound is None:
        advice, more = Advice.READ, pending
    return Said(
        name=stratum.name, population=population, tolerable=borne, size=stratum.size, read=read, pending=pending,
        void=void, deviations=deviations, at_most=bound,
        rate_at_most=None if pending or not read else sizes.rate_bound(read, deviations, risk),
        advice=advice, more=more, drawn=tuple(drawn),
    )  # fmt: skip


def advised(plan: Plan, population: int, read: int, deviations: int, bound: int | None) -> tuple[int, Advice, int]:
    """How many deviations can be borne, what is to be done next where all that was drawn is read, how many more."""
    tolerable = rate(plan.tolerable)
    borne = floor(tolerable * population)
    if bound is None or bound <= borne:
        return borne, Advice.STOP, 0
    needed = sizes.size(population, tolerable, plan.risk_each / 2, deviations)  # of the next look
    return borne, Advice.ALL if needed >= population else Advice.EXTEND, needed - read


def _drawn(
    plan: Plan, stratum: Stratum, verdicts: Mapping[str, Verdict], lines: Mapping[str, list[Mapping]]
) -> list[Drawn]:
    """The dossiers drawn, in the order of their tickets, until so many are drawn that are not void."""
    drawn, counted = [], 0
    for place, code in enumerate(plan.order(stratum), start=1):
        if counted == stratum.size:
            break
        verdict = verdicts.get(code, Verdict.ON_TIME_NOT_CHECKED)
        searches = {line["search"] for line in lines.get(code, ())}
        is_waiting = verdict == Verdict.ON_TIME_NOT_CHECKED
        is_looked_for = bool(searches) and None not in searches  # every line of it is filled in
        is_not_found = is_waiting and is_looked_for and searches != {Search.VOID}
        reading = Reading.PENDING if is_waiting and not is_not_found else Reading.DEVIATION
        reading = Reading.IN_TIME if verdict in PROVED_ON_TIME else reading
        reading = Reading.VOID if searches == {Search.VOID} and is_waiting else reading
        counted += reading != Reading.VOID
        drawn.append(Drawn(dossier_id=code, place=place, reading=reading, verdict=verdict, is_not_found=is_not_found))
    return drawn
