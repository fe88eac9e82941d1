"""A sample in one object, plan and what it says: what its page and `sample.json` show."""

from datetime import date
from typing import Any

from pydantic import Field

from audit.findings.build import versions
from audit.findings.schema import Input, OfficeName, Part, Period, Result, SampleSaid, Written
from audit.ground.frames import plain
from audit.ground.terms import PROVED_ON_TIME, AuditError, DrawnFrom, Population, SampleState, Verdict
from audit.reading.load import Office
from audit.sampling import kept, register
from audit.sampling.evaluate import Evaluation, Reading, evaluated
from audit.sampling.plan import Plan, confidence_percent
from audit.sampling.register import RegisterSaid

SAMPLE_VERSION = "1.1"


class ToFetch(Part):
    """A dossier that was drawn, and what helps to find its papers."""

    place: int
    stratum: str
    dossier_id: str
    procedure: str | None
    received_on: date | None


class Headline(Part):
    """Of `out_of` dossiers, those of the range by the records: `late`, `undecided` and no part of the population.

    late + undecided + hidden = most, with the confidence of the sample; both are null while anything waits. `at_most`:
    the bound, or what is known already of the population where that is more.
    """

    out_of: int
    late: int
    undecided: int
    at_most: int | None
    hidden: int | None
    most: int | None


class Sampled(Written):
    """One sample of one audit. Equal inputs and parameters give equal bytes. It names dossiers: internal."""

    schema_version: str
    office: OfficeName
    period: Period
    as_of: date
    parameters: dict[str, str]
    versions: dict[str, str]
    inputs: tuple[Input, ...]
    plan: Plan | None = Field(description="of dossiers of the software, to be traced to paper")
    to_fetch: tuple[ToFetch, ...]
    headline: Headline | None
    evaluation: Evaluation | None
    register_plan: Plan | None = Field(description="of lines of the register, to be looked for in the software")
    register_said: RegisterSaid | None


def whole_sample(plan: Plan | None, office: Office, result: Result, register_plan: Plan | None = None) -> Sampled:
    """A sample and what it says by the papers that are there; and the lines drawn from the register, if any.

    Raises AuditError where nothing is planned, and where a plan is of another export of the software or register.
    """
    if plan is None and register_plan is None:
        raise AuditError("no_sample")
    refuse_other_files(plan, office)
    refuse_other_files(register_plan, office)
    known = {one.dossier_id: one for one in result.judged}
    evaluation = _evaluation(plan, office, result) if plan else None
    to_fetch = tuple(
        ToFetch(place=one.place, stratum=stratum.name, dossier_id=one.dossier_id, procedure=dossier.procedure,
                received_on=dossier.received_on)
        for stratum in (evaluation.strata if evaluation else ()) for one in stratum.drawn
        if one.reading != Reading.VOID and (dossier := known.get(one.dossier_id))
    )  # fmt: skip
    return Sampled(
        schema_version=SAMPLE_VERSION, office=result.office, period=result.period, as_of=result.as_of,
        parameters={"as_of": result.parameters["as_of"], "lang": result.lang},
        versions=versions("rules", "polars", "nbconvert", "papermill"), inputs=result.inputs, plan=plan,
        to_fetch=to_fetch, headline=_headline(plan, result, evaluation) if plan else None, evaluation=evaluation,
        register_plan=register_plan,
        register_said=register.said(register_plan, register.lines(office, result)) if register_plan else None,
    )  # fmt: skip


def _evaluation(plan: Plan, office: Office, result: Result) -> Evaluation | None:
    """What a plan says by the papers that are there; None before its seed is."""
    return evaluated(plan, result, plain(office.tables["papers"].frame)) if plan.seed else None


def refuse_other_files(plan: Plan | None, office: Office) -> None:
    """Raise AuditError where a plan is of other files than those of the folder."""
    if plan is None:
        return
    if plan.exports != office.exports(plan.drawn_from):
        key = "sample_other_register" if plan.drawn_from == DrawnFrom.REGISTER else "sample_other_export"
        raise AuditError(key, file=", ".join(plan.exports))


def with_sample(result: Result, office: Office) -> Result:
    """The `result` with how far the sample of its folder is and what it says; as it is where the folder has no plan."""
    return result.model_copy(update={"sample": _said(result, office)})


def _said(result: Result, office: Office) -> SampleSaid | None:
    if office.sample is None:
        return None
    try:
        plan = kept.parsed(office.sample)
    except AuditError:
        return _nothing(SampleState.CANNOT_BE_READ)
    if plan.exports != office.exports("software"):
        return _nothing(SampleState.OTHER_EXPORT)
    found = _evaluation(plan, office, result)
    if found is None:
        population, drawn = (
            sum(counts) for counts in zip(*((len(one.codes), one.size) for one in plan.strata), strict=True)
        )
        return _nothing(SampleState.TO_ROLL, population=population, drawn=drawn)
    counts = {name: sum(getattr(one, name) for one in found.strata) for name in ("population", "pending", "read")}
    counts["drawn"] = counts["pending"] + counts.pop("read")
    if found.at_most is None:
        return _nothing(SampleState.TO_READ, **counts)
    return SampleSaid(
        state=SampleState.READ, **counts, deviations=sum(one.deviations for one in found.strata),
        confidence_percent=confidence_percent(plan.risk_spent), **_headline(plan, result, found).model_dump(),
    )  # fmt: skip


def _nothing(state: SampleState, **counts: int) -> SampleSaid:
    """What says no more than its state and some counts."""
    nothing: dict[str, Any] = dict.fromkeys(SampleSaid.model_fields)
    return SampleSaid(**(nothing | counts | {"state": state}))


def _headline(plan: Plan, result: Result, evaluation: Evaluation | None) -> Headline:
    """The range by the records, with the bound of the sample in place of those that it speaks of.

    What a sample says is never less than what is known: a dossier of the population that is not drawn and shown to be
    no better than a deviation counts, although the bound does not know it.
    """
    drawn = [one for stratum in (evaluation.strata if evaluation else ()) for one in stratum.drawn]
    void = {one.dossier_id for one in drawn if one.reading == Reading.VOID}
    missed = {one.dossier_id for one in drawn if one.reading == Reading.DEVIATION}
    bounded = {code for one in plan.strata for code in one.codes} - void
    shown = {one.dossier_id: one.verdict for one in result.judged if one.dossier_id in bounded}
    settled = {one.dossier_id for one in result.judged if one.population == Population.SETTLED}
    records = result.on_time["records"]
    late = records.at_most.denominator - records.at_most.numerator
    open_ = records.at_most.numerator - records.at_least.numerator
    waiting = sum(verdict not in (Verdict.LATE, *PROVED_ON_TIME) and code in settled for code, verdict in shown.items())
    is_known = {code for code, verdict in shown.items()
                if verdict not in (Verdict.ON_TIME_NOT_CHECKED, *PROVED_ON_TIME)}  # fmt: skip
    late_within = sum(verdict == Verdict.LATE and code in settled for code, verdict in shown.items())
    undecided, bound = open_ - waiting, evaluation.at_most if evaluation else None
    at_most = None if bound is None else max(bound, len(is_known | missed))
    hidden = None if at_most is None else at_most - late_within
    most = None if hidden is None else late + undecided + hidden
    return Headline(out_of=records.at_most.denominator, late=late, undecided=undecided, at_most=at_most, hidden=hidden,
                    most=most)  # fmt: skip
