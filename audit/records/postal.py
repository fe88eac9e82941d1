"""The post's receipt for a result that it took in (biên nhận bưu chính): by that day the result was there."""

from collections.abc import Mapping
from datetime import date

import polars as pl
from polars import DataFrame, col

from audit.ground.expressions import once_without_rows, yes
from audit.ground.terms import Fate
from audit.records.record import Column, Record, Rules
from audit.records.result_papers import PAPER_STRENGTHS, rules

COLUMNS = {
    "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
    "number": Column("text"),
    "sent_on": Column("on", is_required=True, may_be_empty=False),
}
_STRENGTH = PAPER_STRENGTHS["postal_tracking"]


def _rules(as_of: date) -> Rules:
    return rules(as_of, "sent_on", col("number").is_null())


@once_without_rows
def _says(postal: DataFrame, receipts: DataFrame, records: Mapping[str, DataFrame]) -> DataFrame:
    """When the post took the result in, first and last; what is before the dossier's receipt proves nothing."""
    sent = postal.filter(col("fate") == Fate.JUDGED).join(receipts, on="dossier_id", how="left")
    sent = sent.with_columns(is_void=yes(col("sent_on") < col("receipt_on")))
    sent = sent.with_columns(
        sent_on=pl.when(~col("is_void")).then(col("sent_on")), strength=pl.when(~col("is_void")).then(pl.lit(_STRENGTH))
    )
    return sent.group_by("dossier_id").agg(
        sent_on_latest=col("sent_on").max(), sent_on=col("sent_on").min(), postal_strength=col("strength").min(),
        has_void_postal=col("is_void").max(),
    )  # fmt: skip


RECORD = Record(
    name="postal", columns=COLUMNS, facts=("number", "sent_on"), asked=tuple(COLUMNS), shown=("number", "sent_on"),
    rules=_rules, says=_says, unread="is_postal_unread", void="has_void_postal", tells_ready=True,
    strength=lambda row: _STRENGTH if row["fate"] != Fate.PROBLEM else None, weighty=("number",),
)  # fmt: skip
