"""The steps that judge dossiers in their order: for an audit at one go, and for a lake."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from polars import DataFrame

from audit.ground.terms import Convention
from audit.judging import apportion, judge, match, recompute
from audit.reading.load import Office
from audit.records.coverage import Coverage


@dataclass(frozen=True)
class JudgedBy:
    """What dossiers are judged by besides their records, where it is not an audit's folder that was read."""

    counting: Mapping[str, DataFrame]
    conventions: Collection[Convention]
    days: Mapping[str, date]
    coverage: Coverage
    online_procedures: DataFrame

    @property
    def as_of(self) -> date:
        """The day of the audit."""
        return self.days["as_of"]


def held_and_judged(office: Office | JudgedBy, records: Mapping[str, DataFrame]) -> tuple[DataFrame, DataFrame]:
    """Which unit held what, a row a stay; and every dossier judged."""
    pairs = match.with_procedures(match.pairs(records), office.online_procedures)
    counting = office.counting
    pairs = recompute.due_dates(pairs, records, **counting, conventions=office.conventions, as_of=office.as_of)
    held = apportion.holdings(pairs, records["control_slips"], counting["workdays"], records["stops"])
    return held, judge.verdicts(apportion.with_holders(pairs, held), **office.days, coverage=office.coverage)
