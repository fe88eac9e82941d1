"""A sample in one object, plan and what it says: what its page and `sample.json` show."""

from datetime import date

from audit.findings.build import versions
from audit.findings.schema import Input, OfficeName, Part, Period, Result, Written
from audit.ground.frames import plain
from audit.ground.terms import PROVED_ON_TIME, AuditError, Population, Verdict
from audit.reading.load import Office
from audit.sampling.evaluate import Evaluation, Reading, evaluated
from audit.sampling.plan import Plan

SAMPLE_VERSION = "1.0"


class ToFetch(Part):
    """A dossier that was drawn, and what helps to find its papers."""

    place: int
    stratum: str
    dossier_id: str
    procedure: str | None
    received_on: date | None


class Headline(Part):
    """Dossiers `settled`: `late` proved; besides the population of the sample `undecided` and `late_besides`."""

    settled: int
    late: int
    undecided: int
    late_besides: int


class Sampled(Written):
    """One sample of one audit. Equal inputs and parameters give equal bytes. It names dossiers: internal."""

    schema_version: str
    office: OfficeName
    period: Period
    as_of: date
    parameters: dict[str, str]
    versions: dict[str, str]
    inputs: tuple[Input, ...]
    plan: Plan
    to_fetch: tuple[ToFetch, ...]
    headline: Headline
    evaluation: Evaluation | None


def exports(office: Office) -> dict[str, str]:
    """The files of the software's export: name to SHA-256."""
    of_software = set(office.tables["software"].files)
    return {one.name: one.sha256 for one in office.inputs if one.name in of_software}


def whole_sample(plan: Plan | None, office: Office, result: Result) -> Sampled:
    """A sample and what it says by the papers that are there.

    Raises AuditError where nothing is planned, and where the plan is of another export of the software.
    """
    if plan is None:
        raise AuditError("no_sample")
    if plan.exports != exports(office):
        raise AuditError("sample_other_export", file=", ".join(plan.exports))
    known = {one.dossier_id: one for one in result.judged}
    evaluation = evaluated(plan, result, plain(office.tables["papers"].frame)) if plan.seed else None
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
        to_fetch=to_fetch, headline=_headline(plan, result, evaluation), evaluation=evaluation,
    )  # fmt: skip


def _headline(plan: Plan, result: Result, evaluation: Evaluation | None) -> Headline:
    """Of the settled: those proved late, and at most so many others besides what the bound of the sample holds."""
    void = {one.dossier_id for stratum in (evaluation.strata if evaluation else ()) for one in stratum.drawn
            if one.reading == Reading.VOID}  # fmt: skip
    bounded = {code for one in plan.strata for code in one.codes} - void
    settled = [one for one in result.judged if one.population == Population.SETTLED]
    late = [one.dossier_id for one in settled if one.verdict == Verdict.LATE]
    records = result.on_time["records"]
    open_ = records.at_most.numerator - records.at_least.numerator
    waiting = sum(one.verdict not in (Verdict.LATE, *PROVED_ON_TIME) and one.dossier_id in bounded for one in settled)
    late_besides = sum(code not in bounded for code in late)
    return Headline(settled=len(settled), late=len(late), undecided=open_ - waiting, late_besides=late_besides)
