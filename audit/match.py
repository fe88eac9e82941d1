"""Two records of the same dossiers, brought together by the dossier's code: one row per dossier in either."""

from collections.abc import Mapping

import narwhals as nw
from narwhals import col
from narwhals.typing import IntoFrameT

from audit.expressions import Frame, beside, first_that_applies, looked_up, once_without_rows, with_found, yes
from audit.terms import AT_THE_DESK, BEHIND_THE_DESK, DECIDING_PAPERS, PAPER_STRENGTHS, Fate, FoundIn, UnitLevel

NEW_DATES = {  # due dates in the records that are the new date of a letter of apology
    "due_on_software": "is_new_due_on_software",
    "due_on_register": "is_new_due_on_register",
    "due_on_register_latest": "is_new_due_on_register_latest",
}
UNREAD = {  # rows on a dossier that could not be read, by record
    "register": "is_register_unread",
    "control_slips": "is_slip_unread",
    "result_papers": "is_paper_unread",
    "stops": "is_stop_unread",
    "apologies": "is_apology_unread",
}


def pairs(records: Mapping[str, IntoFrameT]) -> IntoFrameT:
    """A row per dossier in either record, `found_in` both, software or register; none is dropped.

    `records` are as `validate.records` returns them; only rows to be judged are used. From the register come the
    signed return days (`returned_on` the earliest, `returned_on_latest`), the days promised on the slip
    (`due_on_register`, `due_on_register_latest`) and `lines_register`, how many lines stand behind them; a record
    that has no signature column counts as signed. From the control slips comes `ready_at`: when the result reached
    the desk or the applicant for good; from the result papers `issued_on` and `posted_on`, the earliest days that
    prove the result was there, and `paper_strength`; from the apologies the letters' days, and which due dates are
    their new ones; from the office's explanations `claimed_cause`. `is_…_unread` says that a record has rows on the
    dossier that could not be read.
    """
    frames = {name: nw.from_native(frame) for name, frame in records.items()}
    dossiers = frames["software"].filter(col("fate") == Fate.JUDGED).with_columns(
        received_on=col("received_at").dt.truncate("1d"),
        due_on_software=col("due_at").dt.truncate("1d"),
        closed_on=col("closed_at").dt.truncate("1d"),
        is_in_software=nw.lit(True),
    )  # fmt: skip
    told = [name for name in dossiers.collect_schema().names() if not name.endswith("_written")]
    dossiers = dossiers.select(*told).drop("fate", "problem", "problem_column")
    paired = _full_join(dossiers, _lines(frames["register"]))
    said = ("dossier_id", *NEW_DATES, "is_dated_unsigned", "is_returned_before_received", "is_in_software",
            "is_in_register")  # fmt: skip
    return beside(paired, said, lambda dossiers: _with_evidence(dossiers, frames)).to_native()


def _with_evidence(paired: Frame, frames: Mapping[str, Frame]) -> Frame:
    """With what every further record says of each dossier, and in which of the two it stands."""
    evidence = [
        _hops(frames["control_slips"]), _papers(frames["result_papers"]), _letters(frames["apologies"]),
        _claimed(frames["explanations"]), *(_unread(frames[name], flag) for name, flag in UNREAD.items()),
    ]  # fmt: skip
    for found in evidence:
        paired = with_found(paired, found, "dossier_id")
    for day, flag in NEW_DATES.items():
        new = frames["apologies"].filter(col("fate") == Fate.JUDGED).select("dossier_id", col("new_due_on").alias(day))
        new = new.unique().with_columns(nw.lit(True).alias(flag))
        paired = with_found(paired, new, "dossier_id", day)
    flags = ("is_dated_unsigned", "is_returned_before_received", "is_passed_up", "is_handed_over_by_upper_level",
             "is_in_software", "is_in_register", *UNREAD.values(), *NEW_DATES.values())  # fmt: skip
    paired = paired.with_columns(yes(col(flag)) for flag in flags)
    found_in = first_that_applies([
        (col("is_in_software") & col("is_in_register"), FoundIn.BOTH),
        (col("is_in_software"), FoundIn.SOFTWARE),
        (col("is_in_register"), FoundIn.REGISTER),
    ])  # fmt: skip
    return paired.with_columns(found_in=found_in)


@nw.narwhalify
def with_procedures(pairs: IntoFrameT, online_procedures: IntoFrameT) -> IntoFrameT:
    """`pairs` with `online_level` and `interlinked_group` of the dossier's procedure, by its name in any case.

    Null where the procedure is not on the list of those offered online; no row is added or dropped.
    """
    name = col("procedure").str.to_lowercase()
    listed = online_procedures.filter(col("is_readable")).with_columns(procedure_name=name)
    listed = listed.group_by("procedure_name").agg(col("online_level").max(), col("interlinked_group").max())
    return pairs.with_columns(procedure_name=name).join(listed, on="procedure_name", how="left").drop("procedure_name")


def _full_join(dossiers: nw.LazyFrame, lines: nw.LazyFrame) -> nw.LazyFrame:
    joined = dossiers.join(lines, on="dossier_id", how="full", suffix="_register_side")
    return joined.with_columns(
        dossier_id=nw.coalesce("dossier_id", "dossier_id_register_side"),
    ).drop("dossier_id_register_side")


@once_without_rows
def _lines(register: nw.LazyFrame) -> nw.LazyFrame:
    """What the register's lines say of each dossier, taken together."""
    is_signed = col("signed").fill_null(True)
    is_dated = ~col("returned_on").is_null()
    lines = register.filter(col("fate") == Fate.JUDGED).with_columns(
        signed_on=nw.when(is_signed).then(col("returned_on")),
        is_dated_unsigned=is_dated & ~is_signed,
        is_returned_before_received=yes(col("returned_on") < col("received_on")) & is_signed,
    )
    return lines.group_by("dossier_id").agg(
        received_on_register=col("received_on").min(),
        due_on_register=col("due_on").min(),
        due_on_register_latest=col("due_on").max(),
        returned_on=col("signed_on").min(),
        returned_on_latest=col("signed_on").max(),
        is_dated_unsigned=col("is_dated_unsigned").max(),
        is_returned_before_received=col("is_returned_before_received").max(),
        lines_register=col("seq").count(),
        is_in_register=col("is_readable").max(),
    )


@once_without_rows
def _hops(control_slips: nw.LazyFrame) -> nw.LazyFrame:
    """Where the control slips leave each dossier: passed up or not, ready when, handed over by whom.

    Ready is the first hand-over of the result from behind the desk to the desk or the applicant, after which the
    dossier went nowhere else: what the applicant brings back begins anew. What the desk gives the applicant is handed
    over: the result was ready by then, and nobody knows since when.
    A hop without an hour may be at any time of its day, so a hop on the same day is not known to be after it.
    """
    hops = control_slips.filter(col("fate") == Fate.JUDGED)
    is_away = ~col("to_level").is_in(AT_THE_DESK) | (col("from_level") == UnitLevel.APPLICANT)
    hops = hops.with_columns(away_at=nw.when(is_away).then(col("handed_at")))
    hops = hops.with_columns(away_at=col("away_at").max().over("dossier_id"))
    handed_on, away_on = (col(name).dt.truncate("1d") for name in ("handed_at", "away_at"))
    is_after = (handed_on > away_on) | ((col("handed_at") > col("away_at")) & (col("away_at") != away_on))
    to_applicant = col("to_level") == UnitLevel.APPLICANT
    is_result = (col("to_level") == UnitLevel.DESK) & col("from_level").is_in(BEHIND_THE_DESK)
    is_result = is_result | to_applicant & col("from_level").is_in((UnitLevel.DESK, *BEHIND_THE_DESK))
    hops = hops.with_columns(is_ready=is_result & (col("away_at").is_null() | yes(is_after)))
    came_back = col("is_ready") & col("from_level").is_in(BEHIND_THE_DESK)
    hops = hops.with_columns(
        ready_at=nw.when(came_back).then(col("handed_at")),
        handed_over_at=nw.when(col("is_ready") & to_applicant).then(col("handed_at")),
    )
    is_first = col("ready_at") == col("ready_at").min().over("dossier_id")
    by_upper = (col("from_level") == UnitLevel.UPPER_LEVEL) & to_applicant
    hops = hops.with_columns(
        is_passed_up=(col("to_level") == UnitLevel.UPPER_LEVEL) | (col("from_level") == UnitLevel.UPPER_LEVEL),
        is_by_upper=yes(is_first) & by_upper,
    )
    hops = hops.group_by("dossier_id").agg(
        is_passed_up=col("is_passed_up").max(),
        ready_at=col("ready_at").min(),
        handed_over_at=col("handed_over_at").max(),
        is_handed_over_by_upper_level=col("is_by_upper").max(),
    )
    ready_on, handed_over_on = (col(name).dt.truncate("1d") for name in ("ready_at", "handed_over_at"))
    return hops.with_columns(ready_on=ready_on, handed_over_on=handed_over_on)


@once_without_rows
def _papers(result_papers: nw.LazyFrame) -> nw.LazyFrame:
    """When a result is proved to have been there: on its own day, and by the day on which it was posted."""
    papers = result_papers.with_columns(paper=col("paper").fill_null("outgoing_register"))
    papers = papers.filter((col("fate") == Fate.JUDGED) & col("paper").is_in(DECIDING_PAPERS))
    is_posted = col("paper") == "postal_tracking"
    papers = papers.with_columns(
        strength=looked_up("paper", PAPER_STRENGTHS),
        posted_on=nw.when(is_posted).then(col("issued_on")),
        issued_on=nw.when(~is_posted).then(col("issued_on")),
    )
    return papers.group_by("dossier_id").agg(
        issued_on=col("issued_on").min(), posted_on=col("posted_on").min(), paper_strength=col("strength").min()
    )


@once_without_rows
def _letters(apologies: nw.LazyFrame) -> nw.LazyFrame:
    letters = apologies.filter(col("fate") == Fate.JUDGED)
    return letters.group_by("dossier_id").agg(
        apologised_on=col("dated_on").min(), letters=col("seq").count(), new_due_on=col("new_due_on").max()
    )  # fmt: skip


@once_without_rows
def _claimed(explanations: nw.LazyFrame) -> nw.LazyFrame:
    claimed = explanations.filter(col("fate") == Fate.JUDGED)
    return claimed.group_by("dossier_id").agg(claimed_cause=col("cause").min())


def _unread(record: nw.LazyFrame, name: str) -> nw.LazyFrame:
    """Dossiers of which the record has rows that could not be read."""
    unread = record.filter((col("fate") == Fate.PROBLEM) & ~col("dossier_id").is_null())
    return unread.select("dossier_id").unique().with_columns(nw.lit(True).alias(name))
