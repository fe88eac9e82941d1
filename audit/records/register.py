"""A line of the paper register (sổ theo dõi hồ sơ)."""

from collections.abc import Mapping

import polars as pl
from polars import DataFrame, Expr, col

from audit.ground.expressions import names, once_without_rows, yes
from audit.ground.terms import Fate
from audit.records.record import Column, Lack, Record, Unread

COLUMNS = {
    "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
    "line": Column("text", unread=Unread.LISTED),
    "page": Column("text", unread=Unread.LISTED),
    "procedure": Column("text", unread=Unread.LISTED, key="procedure_key"),
    "applicant": Column("text", unread=Unread.LISTED, is_personal=True, key="applicant_key"),
    "unit": Column("text", unread=Unread.LISTED),
    "received_on": Column("on", unread=Unread.CELL),
    "due_on": Column("on", unread=Unread.CELL),
    "returned_on": Column("on", unread=Unread.CELL, is_required=True),
    "signed": Column("signed", unread=Unread.CELL),
    "note": Column("text", unread=Unread.LISTED, is_personal=True),
}


def _is_signed() -> Expr:
    """Whether a line is signed; one of a register without a column of signatures counts as signed."""
    return col("signed").fill_null(True)


def _is_return_unread() -> Expr:
    """Whether the return of a line, its day or its signature, could not be read, or a remark speaks against it."""
    return names(col("unread"), "returned_on") | names(col("unread"), "signed")


@once_without_rows
def lines(register: DataFrame) -> DataFrame:
    """What the register's lines say of each dossier, taken together; its returns aside."""
    lines = register.filter(col("fate") == Fate.JUDGED)
    lines = lines.with_columns(
        is_dated_unsigned=~col("returned_on").is_null() & ~_is_signed() & ~_is_return_unread(),
        is_return_unread=_is_return_unread(),
        is_promise_unread=names(col("unread"), "due_on") | names(col("unread"), "received_on"),
    )
    return lines.group_by("dossier_id").agg(
        received_on_register=col("received_on").min(),
        received_on_register_latest=col("received_on").max(),
        due_on_register=col("due_on").min(),
        due_on_register_latest=col("due_on").max(),
        is_dated_unsigned=col("is_dated_unsigned").max(),
        lines_register=col("seq").count(),
        is_in_register=col("is_readable").max(),
        is_return_unread=col("is_return_unread").max(),
        is_promise_unread=col("is_promise_unread").max(),
    )


@once_without_rows
def _says(register: DataFrame, receipts: DataFrame, records: Mapping[str, DataFrame]) -> DataFrame:
    """The signed returns of each dossier; one before its line's receipt or the dossier's is none, and is said."""
    stands = (col("fate") == Fate.JUDGED) & _is_signed() & ~_is_return_unread()
    lines = register.filter(stands & ~col("returned_on").is_null())
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
