"""An audit at one go, for what needs the outcome alone; the notebook takes the same steps, one by one."""

from typing import Any

from audit.claims import check
from audit.findings.build import whole_result
from audit.findings.cases import MOST_IN_FULL, Findings
from audit.findings.schema import Result
from audit.judging import flag, judge, propose, readings, sought, steps, validate
from audit.reading.load import Office


def result(office: Office, lang: str = "vi", most_in_full: int = MOST_IN_FULL) -> Result:
    """Everything that an audit of what was read finds, in the internal edition; so many cases in full."""
    records = validate.records(office.records, **office.days)
    held, judged = steps.held_and_judged(office, records)
    judged = readings.settled(sought.graded(judged, office), office)
    workdays, days = office.counting["workdays"], {"as_of": office.as_of}
    findings = Findings(
        held,
        judge.under_each_due_date(judged, **days, coverage=office.coverage),
        flag.contradictions(judged, **days),
        flag.leads(judged, records["register"], workdays),
        flag.totals(judged, records["register"], workdays),
        propose.unmatched(records, judged),
    )
    reported: dict[str, Any] = office.reported | office.days
    checked = check.figures(judged, records["software"], **reported)
    return whole_result(office, records, judged, checked, findings, rests_on=judge.RESTS_ON, lang=lang,
                        most_in_full=most_in_full)  # fmt: skip
