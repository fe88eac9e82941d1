"""An interval in which the clock stood still."""

from datetime import date

from polars import col

from audit.ground.expressions import is_running, midnight
from audit.records.record import Column, Record, Rules, Unread

COLUMNS = {
    "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
    "number": Column("text"),
    "from_on": Column("on", is_required=True, may_be_empty=False),
    "to_on": Column("on", is_required=True),
    "why": Column("word", unread=Unread.LISTED, is_personal=True),
}


def _rules(as_of: date) -> Rules:
    """An interval in which the clock stood still; one that has not ended is of a dossier not closed."""
    return [
        (col("from_on") > midnight(as_of), "stopped_after_audit", "from_on"),
        (col("to_on") < col("from_on"), "stop_ends_before_it_begins", "to_on"),
        (col("from_on") < col("received_on"), "stopped_before_received", "from_on"),
        (is_running(as_of) & (col("is_closed") == 1), "stop_without_end", "to_on"),
        (col("from_on") > col("closed_on"), "stopped_after_closed", "from_on"),
    ]


RECORD = Record(
    name="stops", columns=COLUMNS, facts=("from_on", "to_on"), asked=("dossier_id", "number", "from_on", "to_on"),
    shown=("from_on", "to_on", "why"), rules=_rules, unread="is_stop_unread",
)  # fmt: skip  # what they say of a due date is said where that is moved (`recompute`)
