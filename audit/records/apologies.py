"""A letter of apology with a new date (phiếu xin lỗi và hẹn lại)."""

from collections.abc import Mapping
from datetime import date

from polars import DataFrame, col

from audit.ground.expressions import midnight, once_without_rows
from audit.ground.terms import Fate
from audit.records.record import Column, Record, Rules

COLUMNS = {
    "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
    "number": Column("text"),
    "dated_on": Column("on", is_required=True, may_be_empty=False),
    "new_due_on": Column("on", is_required=True, may_be_empty=False),
}


def _rules(as_of: date) -> Rules:
    """A letter of apology with a new date."""
    return [
        (col("dated_on") > midnight(as_of), "apologised_after_audit", "dated_on"),
        (col("dated_on") < col("received_on"), "apologised_before_received", "dated_on"),
        (col("new_due_on") < col("dated_on"), "new_due_before_apology", "new_due_on"),
    ]


@once_without_rows
def _says(apologies: DataFrame, receipts: DataFrame, records: Mapping[str, DataFrame]) -> DataFrame:
    letters = apologies.filter(col("fate") == Fate.JUDGED)
    return letters.group_by("dossier_id").agg(
        apologised_on=col("dated_on").min(), letters=col("seq").count(), new_due_on=col("new_due_on").max()
    )  # fmt: skip


RECORD = Record(
    name="apologies", columns=COLUMNS, facts=("dated_on", "new_due_on"), is_always_kept=True,
    asked=("dossier_id", "number", "dated_on", "new_due_on"), shown=("number", "dated_on", "new_due_on"),
    rules=_rules, says=_says, unread="is_apology_unread",
    forbids_late=frozenset(),  # a new date makes nobody in time
)  # fmt: skip
