"""Two records of the same dossiers, brought together by the dossier's code: one row per dossier in either."""

from collections.abc import Mapping

import polars as pl
from polars import DataFrame, col

from audit.ground.expressions import beside, first_that_applies, names, with_found, yes
from audit.ground.terms import Fate, FoundIn
from audit.records import register
from audit.records.registry import JUDGED, UNREAD, VOID

UNREAD_CELLS = {  # of a row of the software that is judged: what could not be read in it
    "due_at": "is_due_unread", "closed_at": "is_closing_unread",
    "status": "is_status_unread",
}  # fmt: skip
UNSYNCHRONISED = "is_unsynchronised"  # closed in time in one case system, late in another
_FLAGS = (
    "is_dated_unsigned", "has_void_return", "has_void_hop", "is_passed_up",
    "is_handed_over_by_upper_level", "is_handed_over_before_arrival", "is_in_software", "is_in_register",
    "is_return_unread", "is_promise_unread", *UNREAD_CELLS.values(), UNSYNCHRONISED,
    *UNREAD.values(), *VOID.values(),
)  # fmt: skip


def pairs(records: Mapping[str, DataFrame]) -> DataFrame:
    """A row per dossier in either record, `found_in` both, software or register; none is dropped.

    `records` are as `validate.records` returns them; only rows to be judged are used. `receipt_on` is the later of the
    receipts in the software and the register: what is dated before it proves nothing (`has_void_…`). From the register
    come the signed return days (`returned_on` the earliest, `returned_on_latest`), the days promised on the slip
    (`due_on_register`, `due_on_register_latest`) and `lines_register`, how many lines stand behind them; a record
    that has no signature column counts as signed. From the control slips come `ready_on` and `ready_on_latest`: when
    the result reached the desk or the applicant for good, and `maybe_ready_on`, where that is not certain; from the
    result papers `issued_on`, `issued_on_latest` and `tracked_on`, the days that prove the result was there, from the
    post's receipts `sent_on`; of both `posted_on`, the first day that it was with the post, and `paper_strength`; from
    the apologies the letters' days; from the office's explanations `claimed_cause`.
    `is_…_unread` says that a record has rows on the dossier that could not be read, or that of a row that is judged the
    receipt, the due date, the closing, the status, or in the register the return or the promised day could not.
    """
    dossiers = records["software"].filter(col("fate") == Fate.JUDGED).with_columns(
        received_on=col("received_at").dt.truncate("1d"),
        due_on_software=col("due_at").dt.truncate("1d"),
        closed_on=col("closed_at").dt.truncate("1d"),
        is_in_software=pl.lit(True),
    )  # fmt: skip
    if UNSYNCHRONISED not in dossiers.columns:  # there is one system
        dossiers = dossiers.with_columns(pl.lit(value=False).alias(UNSYNCHRONISED))
    told = [name for name in dossiers.columns if not name.endswith("_written")]
    dossiers = dossiers.with_columns(names(col("unread"), column).alias(flag) for column, flag in UNREAD_CELLS.items())
    dossiers = dossiers.select(*told, *UNREAD_CELLS.values()).drop("fate", "problem", "problem_column")
    paired = _full_join(dossiers, register.lines(records["register"]))
    paired = paired.with_columns(receipt_on=pl.max_horizontal("received_on", "received_on_register"))
    said = (
        "dossier_id", "receipt_on", "is_dated_unsigned", "is_in_software", "is_in_register", "is_return_unread",
        "is_promise_unread", UNSYNCHRONISED, *UNREAD_CELLS.values(),
    )  # fmt: skip
    return beside(paired, said, lambda dossiers: _with_evidence(dossiers, records))


def _with_evidence(paired: DataFrame, records: Mapping[str, DataFrame]) -> DataFrame:
    """With what every further record says of each dossier, and in which of the two it stands."""
    receipts = paired.select("dossier_id", "receipt_on")
    said = [record.says(records[record.name], receipts, records) for record in JUDGED if record.says]
    for rows in (*said, *(_unread(records[name], flag) for name, flag in UNREAD.items())):
        paired = with_found(paired, rows, "dossier_id")
    paired = paired.with_columns(yes(col(flag)) for flag in _FLAGS)
    paired = paired.with_columns(is_register_unread=col("is_register_unread") | col("is_return_unread"))
    paired = paired.with_columns((col(flag) | col(void)).alias(flag) for flag, void in VOID.items())
    paired = paired.with_columns(
        posted_on=pl.min_horizontal("tracked_on", "sent_on"),
        posted_on_latest=pl.max_horizontal("tracked_on_latest", "sent_on_latest"),
        paper_strength=pl.min_horizontal("paper_strength", "postal_strength"),
    )
    found_in = first_that_applies([
        (col("is_in_software") & col("is_in_register"), FoundIn.BOTH),
        (col("is_in_software"), FoundIn.SOFTWARE),
        (col("is_in_register"), FoundIn.REGISTER),
    ])  # fmt: skip
    return paired.with_columns(found_in=found_in)


def with_procedures(pairs: DataFrame, online_procedures: DataFrame) -> DataFrame:
    """`pairs` with `online_level` and `interlinked_group` of the dossier's procedure, by its name in any case.

    Null where the procedure is not on the list of those offered online; no row is added or dropped.
    """
    name = col("procedure").str.to_lowercase()
    listed = online_procedures.filter(col("is_readable")).with_columns(procedure_name=name)
    listed = listed.group_by("procedure_name").agg(col("online_level").max(), col("interlinked_group").max())
    return pairs.with_columns(procedure_name=name).join(listed, on="procedure_name", how="left").drop("procedure_name")


def _full_join(dossiers: DataFrame, lines: DataFrame) -> DataFrame:
    joined = dossiers.join(lines, on="dossier_id", how="full", suffix="_register_side")
    return joined.with_columns(
        dossier_id=pl.coalesce("dossier_id", "dossier_id_register_side"),
    ).drop("dossier_id_register_side")


def _unread(record: DataFrame, name: str) -> DataFrame:
    """Dossiers of which the record has rows that could not be read, struck ones too.

    A struck line of the register in whose place another stands is void, and nothing waits to be read.
    """
    lost = record.filter((col("fate") == Fate.PROBLEM) & ~col("dossier_id").is_null())
    if name == UNREAD["register"]:
        standing = record.filter(col("fate") == Fate.JUDGED).select("dossier_id").unique()
        struck = lost.filter(col("is_struck")).join(standing, on="dossier_id", how="anti")
        lost = pl.concat([lost.filter(~col("is_struck")).select("dossier_id"), struck.select("dossier_id")])
    return lost.select("dossier_id").unique().with_columns(pl.lit(True).alias(name))
