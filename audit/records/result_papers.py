"""The number and day of a result: of a digital signature, the outgoing register, or the post."""

from collections.abc import Mapping
from datetime import date

import polars as pl
from polars import DataFrame, Expr, col

from audit.ground.expressions import looked_up, midnight, once_without_rows, yes
from audit.ground.terms import Fate
from audit.records.record import Column, Record, Rules

PAPER_STRENGTHS = {  # of a result paper, strongest first; a letter beyond "d" is shown and decides nothing
    "digital_signature": "b", "outgoing_register": "c", "postal_tracking": "d", "fee_receipt": "f", "statement": "g",
}  # fmt: skip
DECIDING_PAPERS = ("digital_signature", "outgoing_register", "postal_tracking")
COLUMNS = {
    "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
    "number": Column("text"),
    "issued_on": Column("on", is_required=True, may_be_empty=False),
    "paper": Column("word"),
    "title": Column("text", is_personal=True),
    "page": Column("text"),
    "line": Column("text"),
}


def rules(as_of: date, day: str, lacks_number: Expr) -> Rules:
    """The number and `day` of a paper: it cannot be of a day before the receipt or after the audit."""
    return [
        (lacks_number, "paper_without_number", "number"),
        (col(day) > midnight(as_of), "issued_after_audit", day),
        (col(day) < col("received_on"), "issued_before_received", day),
    ]


def _rules(as_of: date) -> Rules:
    needs_number = col("paper").fill_null("outgoing_register").is_in(("outgoing_register", "postal_tracking"))
    return rules(as_of, "issued_on", needs_number & col("number").is_null())


@once_without_rows
def _says(result_papers: DataFrame, receipts: DataFrame, records: Mapping[str, DataFrame]) -> DataFrame:
    """When a result is proved to have been there: on its own day, and by the day on which it was posted.

    What the outgoing register lists of a letter of apology or a stop, by its number and day or by its title, is none.
    """
    papers = result_papers.filter(col("fate") == Fate.JUDGED).join(receipts, on="dossier_id", how="left")
    papers = papers.with_columns(
        paper=col("paper").fill_null("outgoing_register"), document=_document("issued_on"),
        is_void=yes(col("issued_on") < col("receipt_on")),
    )  # fmt: skip
    others = pl.concat([_numbered(records["apologies"], "dated_on"), _numbered(records["stops"], "from_on")])
    papers = papers.join(others.unique(), on="document", how="left")
    decides = col("paper").is_in(DECIDING_PAPERS) & col("is_result").fill_null(True) & ~yes(col("is_other"))
    papers = papers.with_columns(decides=decides & ~col("is_void"))
    is_posted = col("paper") == "postal_tracking"
    papers = papers.with_columns(
        strength=pl.when(col("decides")).then(looked_up("paper", PAPER_STRENGTHS)),
        tracked_on=pl.when(col("decides") & is_posted).then(col("issued_on")),
        issued_on=pl.when(col("decides") & ~is_posted).then(col("issued_on")),
    )
    return papers.group_by("dossier_id").agg(
        issued_on_latest=col("issued_on").max(), issued_on=col("issued_on").min(),
        tracked_on_latest=col("tracked_on").max(), tracked_on=col("tracked_on").min(),
        paper_strength=col("strength").min(), has_void_paper=col("is_void").max(),
    )  # fmt: skip


def _document(day: str) -> Expr:
    """One text for a document of a dossier, by its number and day; null where it has no number."""
    number = col("number").str.to_lowercase().str.strip_chars()
    return pl.concat_str([col("dossier_id"), number, col(day).dt.to_string("%Y-%m-%d")], separator="\x1f")


def _numbered(record: DataFrame, day: str) -> DataFrame:
    judged = record.filter((col("fate") == Fate.JUDGED) & ~col("number").is_null())
    return judged.select(document=_document(day), is_other=pl.lit(True))


def _strength(row: Mapping) -> str | None:
    """That of its kind of paper; none where it is a problem, or no result by its title."""
    is_result = row["fate"] != Fate.PROBLEM and row["is_result"] is not False
    return PAPER_STRENGTHS[row["paper"] or "outgoing_register"] if is_result else None


RECORD = Record(
    name="result_papers", columns=COLUMNS, facts=("number", "issued_on", "paper", "is_result"),
    asked=("dossier_id", "number", "issued_on", "paper", "title"), shown=("number", "issued_on", "paper"),
    rules=_rules, says=_says, unread="is_paper_unread", void="has_void_paper",
    tells_ready=True, strength=_strength, weighty=("number",),
)  # fmt: skip
