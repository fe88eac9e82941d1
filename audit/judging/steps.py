"""The steps that judge dossiers in their order: for an audit at one go, and for a lake."""

from collections.abc import Mapping

from polars import DataFrame

from audit.judging import apportion, judge, match, recompute
from audit.reading.folder import Office


def decided(office: Office, records: Mapping[str, DataFrame]) -> tuple[DataFrame, DataFrame]:
    """Which unit held what, a row a stay; and every dossier judged."""
    pairs = match.with_procedures(match.pairs(records), office.online_procedures)
    counting = office.counting
    pairs = recompute.due_dates(pairs, records, **counting, conventions=office.conventions, as_of=office.as_of)
    held = apportion.holdings(pairs, records["control_slips"], counting["workdays"], records["stops"])
    return held, judge.verdicts(apportion.with_holders(pairs, held), **office.days, coverage=office.coverage)
