"""Two records of the same dossiers, brought together by the dossier's code: one row per dossier in either."""

from collections.abc import Mapping

import polars as pl
from polars import DataFrame, Expr, col

from audit.ground.expressions import beside, first_that_applies, looked_up, once_without_rows, with_found, yes
from audit.ground.terms import AT_THE_DESK, BEHIND_THE_DESK, DECIDING_PAPERS, PAPER_STRENGTHS, Fate, FoundIn, UnitLevel

UNREAD = {  # rows on a dossier that could not be read, by record
    "register": "is_register_unread",
    "control_slips": "is_slip_unread",
    "result_papers": "is_paper_unread",
    "stops": "is_stop_unread",
    "apologies": "is_apology_unread",
}
_FLAGS = (
    "is_dated_unsigned", "has_void_return", "has_void_hop", "has_void_paper", "is_passed_up",
    "is_handed_over_by_upper_level", "is_handed_over_before_arrival", "is_in_software", "is_in_register",
    *UNREAD.values(),
)  # fmt: skip


def pairs(records: Mapping[str, DataFrame]) -> DataFrame:
    """A row per dossier in either record, `found_in` both, software or register; none is dropped.

    `records` are as `validate.records` returns them; only rows to be judged are used. `receipt_on` is the later of the
    receipts in the software and the register: what is dated before it proves nothing (`has_void_…`). From the register
    come the signed return days (`returned_on` the earliest, `returned_on_latest`), the days promised on the slip
    (`due_on_register`, `due_on_register_latest`) and `lines_register`, how many lines stand behind them; a record
    that has no signature column counts as signed. From the control slips come `ready_on` and `ready_on_latest`: when
    the result reached the desk or the applicant for good, and `maybe_ready_on`, where that is not certain; from the
    result papers `issued_on`, `issued_on_latest` and `posted_on`, the days that prove the result was there, and
    `paper_strength`; from the apologies the letters' days; from the office's explanations `claimed_cause`.
    `is_…_unread` says that a record has rows on the dossier that could not be read.
    """
    dossiers = records["software"].filter(col("fate") == Fate.JUDGED).with_columns(
        received_on=col("received_at").dt.truncate("1d"),
        due_on_software=col("due_at").dt.truncate("1d"),
        closed_on=col("closed_at").dt.truncate("1d"),
        is_in_software=pl.lit(True),
    )  # fmt: skip
    told = [name for name in dossiers.collect_schema().names() if not name.endswith("_written")]
    dossiers = dossiers.select(*told).drop("fate", "problem", "problem_column")
    paired = _full_join(dossiers, _lines(records["register"]))
    paired = paired.with_columns(receipt_on=pl.max_horizontal("received_on", "received_on_register"))
    said = ("dossier_id", "receipt_on", "is_dated_unsigned", "is_in_software", "is_in_register")
    return beside(paired, said, lambda dossiers: _with_evidence(dossiers, records))


def _with_evidence(paired: DataFrame, records: Mapping[str, DataFrame]) -> DataFrame:
    """With what every further record says of each dossier, and in which of the two it stands."""
    receipts = paired.select("dossier_id", "receipt_on")
    evidence = [
        _returns(records["register"], receipts), _hops(records["control_slips"], receipts),
        _papers(records["result_papers"], receipts, records["apologies"], records["stops"]),
        _letters(records["apologies"]), _claimed(records["explanations"]),
        *(_unread(records[name], flag) for name, flag in UNREAD.items()),
    ]  # fmt: skip
    for found in evidence:
        paired = with_found(paired, found, "dossier_id")
    paired = paired.with_columns(yes(col(flag)) for flag in _FLAGS)
    paired = paired.with_columns(is_paper_unread=col("is_paper_unread") | col("has_void_paper"))
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


@once_without_rows
def _lines(register: DataFrame) -> DataFrame:
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
def _returns(register: DataFrame, receipts: DataFrame) -> DataFrame:
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


@once_without_rows
def _hops(control_slips: DataFrame, receipts: DataFrame) -> DataFrame:
    """Where the control slips leave each dossier: passed up or not, ready when, handed over by whom.

    An arrival brings the result from behind the desk to the desk or the applicant. It is for good where no hop away
    can lie after it, and may be where none certainly does: a hop without an hour may be at any time of its day.
    What goes to the applicant is handed over: the result was ready by then, and nobody knows since when.
    """
    hops = control_slips.filter(col("fate") == Fate.JUDGED).join(receipts, on="dossier_id", how="left")
    to_applicant, from_behind = col("to_level") == UnitLevel.APPLICANT, col("from_level").is_in(BEHIND_THE_DESK)
    hops = hops.with_columns(
        handed_on=col("handed_at").dt.truncate("1d"),
        is_away=~col("to_level").is_in(AT_THE_DESK) | (col("from_level") == UnitLevel.APPLICANT),
        is_arrival=from_behind & col("to_level").is_in(AT_THE_DESK),
        is_hand_over=to_applicant & col("from_level").is_in((UnitLevel.DESK, *BEHIND_THE_DESK)),
        is_by_desk=to_applicant & (col("from_level") == UnitLevel.DESK),
    )
    hops = _with_last_away(hops.with_columns(has_hour=col("handed_at") > col("handed_on")))
    is_void = (col("is_arrival") | col("is_hand_over")) & yes(col("handed_on") < col("receipt_on"))
    hops = hops.with_columns(is_void=is_void, at_desk=col("is_arrival") & (col("to_level") == UnitLevel.DESK))
    is_good, may_be_good = col("is_last") & ~col("is_void"), col("may_be_last") & ~col("is_void")
    hops = hops.with_columns(
        ready_at=pl.when(is_good & col("is_arrival")).then(col("handed_at")),
        ready_on=pl.when(is_good & col("is_arrival")).then(col("handed_on")),
        maybe_ready_on=pl.when(may_be_good & col("is_arrival")).then(col("handed_on")),
        maybe_at_desk=pl.when(may_be_good & col("at_desk")).then(col("handed_at")),
        handed_over_on=pl.when(is_good & col("is_hand_over")).then(col("handed_on")),
        desk_handed_on=pl.when(is_good & col("is_by_desk")).then(col("handed_on")),
    )
    hops = hops.with_columns(maybe_at_desk=col("maybe_at_desk").min().over("dossier_id"))
    hops = hops.with_columns(
        is_by_upper=yes(col("ready_at") == col("ready_at").min().over("dossier_id"))
        & (col("from_level") == UnitLevel.UPPER_LEVEL) & to_applicant,
        is_passed_up=(col("to_level") == UnitLevel.UPPER_LEVEL) | (col("from_level") == UnitLevel.UPPER_LEVEL),
        is_before_arrival=~col("desk_handed_on").is_null() & _is_certainly_before("maybe_at_desk"),
    )  # fmt: skip
    return hops.group_by("dossier_id").agg(
        is_passed_up=col("is_passed_up").max(),
        ready_on_latest=col("ready_on").max(),
        ready_on=col("ready_on").min(),
        maybe_ready_on=col("maybe_ready_on").min(),
        handed_over_on=col("handed_over_on").max(),
        desk_handed_on=col("desk_handed_on").min(),
        is_handed_over_by_upper_level=col("is_by_upper").max(),
        is_handed_over_before_arrival=col("is_before_arrival").max(),
        has_void_hop=col("is_void").max(),
    )


def _with_last_away(hops: DataFrame) -> DataFrame:
    """With `is_last`: no hop away of the dossier can lie after the hop; and `may_be_last`: none certainly does."""
    hops = hops.with_columns(away_on=pl.when(col("is_away")).then(col("handed_on")))
    hops = hops.with_columns(away_on=col("away_on").max().over("dossier_id"))
    is_on_last_day = col("is_away") & yes(col("handed_on") == col("away_on"))
    hops = hops.with_columns(
        away_at=pl.when(is_on_last_day & col("has_hour")).then(col("handed_at")),
        hourless=(is_on_last_day & ~col("has_hour")).cast(pl.Int64),
    )
    hops = hops.with_columns(
        away_at=col("away_at").max().over("dossier_id"), hourless=col("hourless").max().over("dossier_id")
    )
    is_same_day = yes(col("handed_on") == col("away_on"))
    is_after_hours = is_same_day & col("has_hour") & (col("hourless") == 0) & yes(col("handed_at") > col("away_at"))
    is_before = yes(col("handed_on") < col("away_on")) | (
        is_same_day & col("has_hour") & yes(col("handed_at") < col("away_at"))
    )
    return hops.with_columns(
        is_last=col("away_on").is_null() | yes(col("handed_on") > col("away_on")) | is_after_hours,
        may_be_last=~is_before,
    )


def _is_certainly_before(moment: str) -> Expr:
    """Whether a hop lies before `moment`, which may be without an hour, in every order of their day."""
    day = col(moment).dt.truncate("1d")
    have_hours = col("has_hour") & yes(col(moment) > day)
    return yes(col("handed_on") < day) | (
        yes(col("handed_on") == day) & have_hours & yes(col("handed_at") < col(moment))
    )


@once_without_rows
def _papers(result_papers: DataFrame, receipts: DataFrame, apologies: DataFrame, stops: DataFrame) -> DataFrame:
    """When a result is proved to have been there: on its own day, and by the day on which it was posted.

    What the outgoing register lists of a letter of apology or a stop, by its number and day or by its title, is none.
    """
    papers = result_papers.filter(col("fate") == Fate.JUDGED).join(receipts, on="dossier_id", how="left")
    papers = papers.with_columns(
        paper=col("paper").fill_null("outgoing_register"), document=_document("issued_on"),
        is_void=yes(col("issued_on") < col("receipt_on")),
    )  # fmt: skip
    others = pl.concat([_numbered(apologies, "dated_on"), _numbered(stops, "from_on")])
    papers = papers.join(others.unique(), on="document", how="left")
    decides = col("paper").is_in(DECIDING_PAPERS) & col("is_result").fill_null(True) & ~yes(col("is_other"))
    papers = papers.with_columns(decides=decides & ~col("is_void"))
    is_posted = col("paper") == "postal_tracking"
    papers = papers.with_columns(
        strength=pl.when(col("decides")).then(looked_up("paper", PAPER_STRENGTHS)),
        posted_on=pl.when(col("decides") & is_posted).then(col("issued_on")),
        issued_on=pl.when(col("decides") & ~is_posted).then(col("issued_on")),
    )
    return papers.group_by("dossier_id").agg(
        issued_on_latest=col("issued_on").max(), issued_on=col("issued_on").min(),
        posted_on_latest=col("posted_on").max(), posted_on=col("posted_on").min(), paper_strength=col("strength").min(),
        has_void_paper=col("is_void").max(),
    )  # fmt: skip


def _document(day: str) -> Expr:
    """One text for a document of a dossier, by its number and day; null where it has no number."""
    number = col("number").str.to_lowercase().str.strip_chars()
    return pl.concat_str([col("dossier_id"), number, col(day).dt.to_string("%Y-%m-%d")], separator="\x1f")


def _numbered(record: DataFrame, day: str) -> DataFrame:
    judged = record.filter((col("fate") == Fate.JUDGED) & ~col("number").is_null())
    return judged.select(document=_document(day), is_other=pl.lit(True))


@once_without_rows
def _letters(apologies: DataFrame) -> DataFrame:
    letters = apologies.filter(col("fate") == Fate.JUDGED)
    return letters.group_by("dossier_id").agg(
        apologised_on=col("dated_on").min(), letters=col("seq").count(), new_due_on=col("new_due_on").max()
    )  # fmt: skip


@once_without_rows
def _claimed(explanations: DataFrame) -> DataFrame:
    claimed = explanations.filter(col("fate") == Fate.JUDGED)
    return claimed.group_by("dossier_id").agg(claimed_cause=col("cause").min())


def _unread(record: DataFrame, name: str) -> DataFrame:
    """Dossiers of which the record has rows that could not be read."""
    unread = record.filter((col("fate") == Fate.PROBLEM) & ~col("dossier_id").is_null())
    return unread.select("dossier_id").unique().with_columns(pl.lit(True).alias(name))
