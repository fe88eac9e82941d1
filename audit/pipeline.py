"""The steps of an audit in their order, for what needs the outcome alone; the notebook takes the same, one by one."""

from collections.abc import Mapping

from audit import apportion, check, flag, judge, match, propose, recompute, result, validate
from audit.frames import NativeFrame
from audit.load import Office


def audited(office: Office, lang: str = "vi") -> result.Result:
    """Everything that an audit of what was read finds, in the internal edition."""
    records = validate.records(office.records, **office.days)
    held, judged = decided(office, records)
    workdays, days = office.counting["workdays"], {"as_of": office.as_of}
    findings = result.Findings(
        held,
        judge.under_each_due_date(judged, **days, coverage=office.coverage),
        flag.contradictions(judged, **days),
        flag.leads(judged, records["register"], workdays),
        flag.totals(judged, records["register"], workdays),
        propose.unmatched(records, judged),
    )
    checked = check.figures(judged, records["software"], **office.reported, **office.days)
    return result.of(office, records, judged, checked, findings, rests_on=judge.RESTS_ON, lang=lang)


def decided(office: Office, records: Mapping[str, NativeFrame]) -> tuple[NativeFrame, NativeFrame]:
    """Which unit held what, a row a stay; and every dossier judged."""
    pairs = match.with_procedures(match.pairs(records), office.online_procedures)
    counting = office.counting
    pairs = recompute.due_dates(pairs, records, **counting, conventions=office.conventions, as_of=office.as_of)
    held = apportion.holdings(pairs, records["control_slips"], counting["workdays"], records["stops"])
    return held, judge.verdicts(apportion.with_holders(pairs, held), **office.days, coverage=office.coverage)
