"""What the office says was the cause."""

from collections.abc import Mapping
from datetime import date

from polars import DataFrame, col

from audit.ground.expressions import once_without_rows
from audit.ground.terms import Fate
from audit.records.record import Column, Record, Rules

COLUMNS = {
    "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
    "cause": Column("word", is_required=True, may_be_empty=False, is_personal=True),
}


def _rules(as_of: date) -> Rules:
    """What the office says was the cause; a dossier with two causes has none."""
    return [(col("is_rival"), "repeated_with_difference", "dossier_id")]


@once_without_rows
def _says(explanations: DataFrame, receipts: DataFrame, records: Mapping[str, DataFrame]) -> DataFrame:
    claimed = explanations.filter(col("fate") == Fate.JUDGED)
    return claimed.group_by("dossier_id").agg(claimed_cause=col("cause").min())


RECORD = Record(
    name="explanations", columns=COLUMNS, facts=("cause",), asked=("dossier_id", "cause"), shown=("cause",),
    rules=_rules, says=_says, strength=lambda row: "g",
    is_kept=False, forbids_late=frozenset(),  # what is said decides no verdict
)  # fmt: skip
