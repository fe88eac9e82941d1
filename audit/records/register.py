"""A line of the paper register (sổ theo dõi hồ sơ)."""

from collections.abc import Mapping

import polars as pl
from polars import DataFrame, col

from audit.ground.expressions import once_without_rows, yes
from audit.ground.terms import Fate
from audit.records.record import Column, Lack, Record

COLUMNS = {
    "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
    "line": Column("text"),
    "page": Column("text"),
    "procedure": Column("text", key="procedure_key"),
    "applicant": Column("text", is_personal=True, key="applicant_key"),
    "unit": Column("text"),
    "received_on": Column("on"),
    "due_on": Column("on"),
    "returned_on": Column("on", is_required=True),
    "signed": Column("signed"),
    "note": Column("text", is_personal=True),
}


@once_without_rows
def lines(register: DataFrame) -> DataFrame:
    """What the register's lines say of each dossier, taken together; its returns aside."""
    is_signed = col("signed").fill_null(True)
    lines = register.filter(col("fate") == Fate.JUDGED)
    lines = lines.with_columns(is_dated_unsigned=~col("returned_on").is_null() & ~is_signed)
    return lines.group_by("dossier_id").agg(
        received_on_register=col("received_on").min(),
        received_on_register_latest=col("received_on").max(),
        due_on_register=col("due_on").min(),
        due_on_register_latest=col("due_on").max(),
        is_dated_unsigned=col("is_dated_unsigned").max(),
        lines_register=col("seq").count(),
        is_in_register=col("is_readable").max(),
    )


@once_without_rows
def _says(register: DataFrame, receipts: DataFrame, records: Mapping[str, DataFrame]) -> DataFrame:
    """The signed returns of each dossier; one before its line's receipt or the dossier's is none, and is said."""
    is_signed = col("signed").fill_null(True)
    lines = register.filter((col("fate") == Fate.JUDGED) & is_signed & ~col("returned_on").is_null())
    lines = lines.select("dossier_id", "received_on", "returned_on").join(receipts, on="dossier_id", how="left")
    before = yes(col("returned_on") < col("receipt_on")) | yes(col("returned_on") < col("received_on"))
    lines = lines.with_columns(is_void=before)
    lines = lines.with_columns(returned_on=pl.when(~col("is_void")).then(col("returned_on")))
    return lines.group_by("dossier_id").agg(
        returned_on_latest=col("returned_on").max(), returned_on=col("returned_on").min(),
        has_void_return=col("is_void").max(),
    )  # fmt: skip


def _strength(row: Mapping) -> str | None:
    """Signed, or an entry of which nobody knows whether it was; none where no day or no signature stands there."""
    has_day = row["returned_on"] is not None
    return "a" if has_day and row["signed"] else "entry" if has_day and row["signed"] is None else None


RECORD = Record(
    name="register", columns=COLUMNS, is_required=True, is_kept=False, is_always_kept=True,
    forbids_late=frozenset({Lack.MISSING}),  # a line without a code lowers the grade only
    asked=("dossier_id", "applicant", "received_on", "due_on", "returned_on", "signed"),
    shown=("received_on", "due_on", "returned_on", "signed"),
    facts=("received_on", "due_on", "returned_on", "signed", "names_another", "applicant_key", "procedure_key"),
    says=_says, unread="is_register_unread", strength=_strength, weighty=("signed", "due_on", "received_on"),
)  # fmt: skip
