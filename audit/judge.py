"""What the two records show of each dossier, and why: an ordered list of rules that reads as policy.

Days are calendar days in Vietnam time; the day of the due date is still in time. A verdict is a fact about
records. Where the due dates that stand in the records lead to different verdicts, that is the verdict. Who is in time
needs the proof of it alone; nobody is found late while a record that could show otherwise is kept and not there.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import narwhals as nw
from narwhals import col
from narwhals.typing import IntoFrameT

from audit.expressions import first_that_applies, looked_up, midnight, yes
from audit.terms import (
    CLOCK_STANDS_STILL,
    DUE_BY,
    KEPT_RECORDS,
    PROVED_ON_TIME,
    Apology,
    Cause,
    FoundIn,
    Population,
    Status,
    UnitLevel,
    Verdict,
)


@dataclass(frozen=True)
class Rule:
    """A verdict or cause, and when it applies; its reason is in the words under its name.

    `rests_on`: topics of `data/reference/sources.csv`, each with its legal or written source.
    """

    name: str
    answer: str
    when: nw.Expr
    rests_on: tuple[str, ...] = ()
    is_proved: bool = True


_STAGES: list[dict[str, nw.Expr]] = [{}, {}, {}]


def _fact(name: str, when: nw.Expr, stage: int = 0) -> nw.Expr:
    """A fact by name, unknown counting as no; worked out once, as a column, after the facts of earlier stages."""
    _STAGES[stage][f"fact_{name}"] = yes(when)
    return col(f"fact_{name}")


# Facts: positive expressions on a pair, `due_on` being the due date under which the rules are read.
is_withdrawn = _fact("is_withdrawn", col("status") == Status.WITHDRAWN)
is_refused = _fact("is_refused", col("status") == Status.REFUSED)
is_processed = _fact("is_processed", col("status") == Status.PROCESSED)
is_closed = _fact("is_closed", ~col("closed_on").is_null())
clock_is_off = _fact("clock_is_off", col("status").is_in(CLOCK_STANDS_STILL) | col("is_stop_running"))
is_only_in_register = _fact("is_only_in_register", col("found_in") == FoundIn.REGISTER)
has_no_register_line = _fact("has_no_register_line", ~col("is_in_register"))
has_no_due_date = _fact("has_no_due_date", col("due_on").is_null())
is_dated_unsigned = _fact("is_dated_unsigned", col("is_dated_unsigned"))
returned_before_received = _fact("returned_before_received", col("is_returned_before_received"))

closed_late = _fact("closed_late", col("closed_on") > col("due_on"))
closed_in_time = _fact("closed_in_time", col("closed_on") <= col("due_on"))
is_past_due = _fact("is_past_due", col("due_on") < col("as_of"))

can_read_register = _fact("can_read_register", ~col("is_register_unread"))
can_read_slips = _fact("can_read_slips", ~col("is_slip_unread"))
can_see_stops = _fact("can_see_stops", ~col("is_stop_unread") & ~col("are_stops_missing"))
can_find_late = _fact("can_find_late", can_see_stops & ~col("is_paper_unread") & ~col("is_kept_record_missing"), 1)
ready_before_receipt = _fact(
    "ready_before_receipt", yes(col("ready_on") < col("received_on")) | yes(col("handed_over_on") < col("received_on"))
)
returned_before_receipt = _fact(  # by the software's day of receipt
    "returned_before_receipt",
    yes(col("returned_on") < col("received_on")) & ~yes(col("returned_on") >= col("received_on_register")),
)
returned_in_time = _fact("returned_in_time", (col("returned_on") <= col("due_on")) & ~col("is_register_unread"))
returned_late = _fact("returned_late", (col("returned_on") > col("due_on")) & ~col("is_register_unread"))
at_desk_in_time = _fact(
    "at_desk_in_time",
    (yes(col("ready_on") <= col("due_on")) | yes(col("handed_over_on") <= col("due_on")))
    & can_read_slips
    & ~ready_before_receipt,
    1,
)
at_desk_late = _fact("at_desk_late", (col("ready_on") > col("due_on")) & ~col("is_slip_unread"))
issued_in_time = _fact(
    "issued_in_time", yes(col("issued_on") <= col("due_on")) | yes(col("posted_on") <= col("due_on"))
)
issued_late = _fact("issued_late", yes(col("issued_on") > col("due_on")) & ~yes(col("posted_on") <= col("due_on")))
ready_in_time = _fact("ready_in_time", at_desk_in_time & ~issued_late | issued_in_time & ~at_desk_late, 2)
ready_late = _fact("ready_late", issued_late | at_desk_late & ~issued_in_time, 1)
papers_disagree = _fact("papers_disagree", issued_in_time & at_desk_late, 1)
is_stopped = _fact("is_stopped", clock_is_off & ~is_closed, 1)

handed_over_in_time = _fact("handed_over_in_time", (col("handed_over_on") <= col("due_on")) & ~col("is_slip_unread"))
handed_over_late = _fact("handed_over_late", (col("handed_over_on") > col("due_on")) & ~col("is_slip_unread"))
handed_over_otherwise = returned_in_time & handed_over_late | returned_late & handed_over_in_time
has_two_return_days = _fact("has_two_return_days", col("returned_on") < col("returned_on_latest"))
returned_after_audit = _fact("returned_after_audit", col("returned_on_latest") > col("as_of"))
can_read_both = _fact("can_read_both", can_read_slips & can_read_register, 1)
returned_before_ready = _fact("returned_before_ready", (col("returned_on") < col("ready_on")) & can_read_both, 2)
returned_before_issued = _fact("returned_before_issued", (col("returned_on") < col("issued_on")) & can_read_register, 1)
ready_before_issued = _fact(
    "ready_before_issued",
    yes(col("ready_on") < col("issued_on")) & can_read_slips & ~ready_before_receipt
    | yes(col("posted_on") < col("issued_on")),
    1,
)

SOFTWARE, REGISTER, SLIPS, PAPERS = ("software",), ("register", "signature"), ("control_slip",), ("result_paper",)
DUE, STATUS, STOP = ("due_date", "appointment_slip"), ("status",), ("stop", "supplements")
RULES = [  # the first that applies decides
    Rule("only_in_register", Verdict.ONLY_IN_REGISTER, is_only_in_register, REGISTER),
    Rule("withdrawn", Verdict.WITHDRAWN, is_withdrawn, STATUS),
    Rule("refused", Verdict.REFUSED, is_refused, (*STATUS, "refusal")),
    Rule("clock_stands_still", Verdict.STOPPED, is_stopped, (*STATUS, *STOP)),
    Rule("returned_before_received", Verdict.PAPER_CONTRADICTS_ITSELF, returned_before_received, REGISTER),
    Rule("returned_before_ready", Verdict.PAPER_CONTRADICTS_ITSELF, returned_before_ready, (*REGISTER, *SLIPS)),
    Rule("returned_before_issued", Verdict.PAPER_CONTRADICTS_ITSELF, returned_before_issued, (*REGISTER, *PAPERS)),
    Rule("ready_before_issued", Verdict.PAPER_CONTRADICTS_ITSELF, ready_before_issued, (*SLIPS, *PAPERS)),
    Rule("handed_over_otherwise", Verdict.PAPER_CONTRADICTS_ITSELF, handed_over_otherwise, (*REGISTER, *SLIPS)),
    Rule("returned_after_audit", Verdict.PAPER_CONTRADICTS_ITSELF, returned_after_audit, REGISTER),
    Rule("two_return_days", Verdict.PAPER_CONTRADICTS_ITSELF, has_two_return_days, REGISTER),
    Rule("no_due_date", Verdict.NO_DUE_DATE, has_no_due_date, DUE),
    Rule("never_closed_returned_in_time", Verdict.OVERDUE,
         ~is_closed & is_past_due & returned_in_time & ~returned_before_receipt, (*DUE, *REGISTER)),
    Rule("never_closed_stops_unseen", Verdict.NOT_PROVED, ~is_closed & is_past_due & ~can_see_stops, (*DUE, *STOP)),
    Rule("never_closed_ready_in_time", Verdict.OVERDUE, ~is_closed & is_past_due & ready_in_time,
         (*DUE, *SLIPS, *PAPERS)),
    Rule("never_closed_returned_late", Verdict.OVERDUE,
         ~is_closed & is_past_due & returned_late & can_find_late & can_read_slips & ~papers_disagree,
         (*DUE, *REGISTER)),
    Rule("never_closed", Verdict.OVERDUE, ~is_closed & is_past_due, DUE),
    Rule("open_within_time", Verdict.OPEN, ~is_closed, DUE),
    Rule("closed_late_returned_before_receipt", Verdict.NOT_PROVED, closed_late & returned_before_receipt, REGISTER),
    Rule("closed_late_returned_in_time", Verdict.LATE_ONLY_IN_SOFTWARE, closed_late & returned_in_time,
         (*DUE, *REGISTER)),
    Rule("closed_late_ready_before_receipt", Verdict.NOT_PROVED, closed_late & ready_before_receipt, SLIPS),
    Rule("closed_late_ready_in_time", Verdict.LATE_ONLY_IN_SOFTWARE, closed_late & ready_in_time & at_desk_in_time,
         (*DUE, *SLIPS, "late_collection")),
    Rule("closed_late_issued_in_time", Verdict.LATE_ONLY_IN_SOFTWARE, closed_late & ready_in_time,
         (*DUE, *PAPERS, "late_collection")),
    Rule("closed_late_papers_disagree", Verdict.NOT_PROVED, closed_late & papers_disagree, (*DUE, *SLIPS, *PAPERS)),
    Rule("closed_late_register_unread", Verdict.NOT_PROVED, closed_late & ~can_read_register, REGISTER),
    Rule("closed_late_slips_unread", Verdict.NOT_PROVED, closed_late & ~can_read_slips, SLIPS),
    Rule("closed_late_record_missing", Verdict.NOT_PROVED, closed_late & (ready_late | returned_late) & ~can_find_late,
         (*DUE, *SLIPS, *PAPERS, *STOP)),
    Rule("closed_late_issued_late", Verdict.LATE, closed_late & issued_late, (*DUE, *PAPERS)),
    Rule("closed_late_ready_late", Verdict.LATE, closed_late & ready_late, (*DUE, *SLIPS)),
    Rule("closed_late_returned_late", Verdict.LATE, closed_late & returned_late, (*DUE, *REGISTER)),
    Rule("closed_late_not_in_register", Verdict.NOT_PROVED, closed_late & has_no_register_line, REGISTER),
    Rule("closed_late_not_signed", Verdict.NOT_PROVED, closed_late & is_dated_unsigned, REGISTER),
    Rule("closed_late_no_return", Verdict.NOT_PROVED, closed_late, REGISTER),
    Rule("closed_and_returned_in_time", Verdict.ON_TIME, closed_in_time & returned_in_time, (*DUE, *REGISTER)),
    Rule("collected_late", Verdict.ON_TIME, closed_in_time & returned_late & ready_in_time,
         (*DUE, *SLIPS, *PAPERS, "late_collection")),
    Rule("closed_and_ready_in_time", Verdict.ON_TIME, closed_in_time & ready_in_time & at_desk_in_time, (*DUE, *SLIPS)),
    Rule("closed_and_issued_in_time", Verdict.ON_TIME, closed_in_time & ready_in_time, (*DUE, *PAPERS)),
    Rule("closed_in_time_papers_disagree", Verdict.CLOSED_ON_TIME_RETURNED_LATE, closed_in_time & papers_disagree,
         (*DUE, *SLIPS, *PAPERS)),
    Rule("closed_in_time_record_missing", Verdict.CLOSED_ON_TIME_RETURNED_LATE,
         closed_in_time & ready_late & returned_late & ~(can_find_late & can_read_slips),
         (*DUE, *SLIPS, *PAPERS, *STOP)),
    Rule("closed_in_time_ready_and_returned_late", Verdict.LATE, closed_in_time & ready_late & returned_late,
         (*DUE, *SLIPS, *PAPERS, *REGISTER)),
    Rule("closed_in_time_ready_late", Verdict.CLOSED_ON_TIME_RETURNED_LATE, closed_in_time & ready_late,
         (*DUE, *SLIPS, *PAPERS)),
    Rule("processed_in_time_returned_late", Verdict.CLOSED_ON_TIME_RETURNED_LATE,
         closed_in_time & returned_late & is_processed, (*DUE, *REGISTER, "status")),
    Rule("closed_in_time_returned_late", Verdict.CLOSED_ON_TIME_RETURNED_LATE, closed_in_time & returned_late,
         (*DUE, *REGISTER)),
    Rule("closed_in_time_not_in_register", Verdict.ON_TIME_NOT_CHECKED, closed_in_time & has_no_register_line,
         SOFTWARE),
    Rule("closed_in_time_no_return", Verdict.ON_TIME_NOT_CHECKED, closed_in_time, SOFTWARE),
]  # fmt: skip
DUE_DATES_DISAGREE = "due_dates_disagree"
ONLY_NEW_DUE_DATE = "only_new_due_date"
IN_TIME_THROUGHOUT = "in_time_by_first_date"
RESTS_ON = {rule.name: rule.rests_on for rule in RULES} | {
    DUE_DATES_DISAGREE: (*DUE, "calendar"), ONLY_NEW_DUE_DATE: (*DUE, "apology"),
    IN_TIME_THROUGHOUT: (*DUE, *REGISTER, *SLIPS, *PAPERS, "apology"),
}  # fmt: skip
_CONSTANTS = (
    "as_of", "period_last_on", "is_kept_record_missing", "are_slips_missing", "are_stops_missing",
    "are_apologies_missing",
)  # fmt: skip
_VERDICTS = {rule.name: rule.answer for rule in RULES}

is_false_late = col("verdict") == Verdict.LATE_ONLY_IN_SOFTWARE
is_late = col("verdict") == Verdict.LATE
needs_cause = col("verdict").is_in([Verdict.LATE_ONLY_IN_SOFTWARE, Verdict.LATE, Verdict.NOT_PROVED]) & is_closed
by_register = col("rule") == "closed_late_returned_in_time"
is_with_commune = col("unit_level").is_in([UnitLevel.DESK, UnitLevel.COMMUNE])
is_with_upper_level = col("unit_level") == UnitLevel.UPPER_LEVEL
hops_are_whole = col("is_unbroken") & can_read_slips
closed_when_collected = returned_late & ready_in_time & (col("closed_on") == col("returned_on"))
handed_over_by_upper_level = col("is_handed_over_by_upper_level") & hops_are_whole
came_back_to_desk = at_desk_in_time & ~col("is_handed_over_by_upper_level") & hops_are_whole
never_passed_up = ~col("is_passed_up")
was_held_by_upper_level = yes(col("holder_level_at_due") == UnitLevel.UPPER_LEVEL)
was_held_by_commune = yes(col("holder_level_at_due").is_in([UnitLevel.DESK, UnitLevel.COMMUNE]))

CAUSES = [  # the first that applies names the missing step; unproved: somebody says so, no hop shows it
    Rule("collected_late", Cause.APPLICANT_COLLECTED_LATE, col("rule") == "collected_late"),
    Rule("closed_when_collected", Cause.APPLICANT_COLLECTED_LATE, is_false_late & closed_when_collected),
    Rule("upper_level_handed_over", Cause.HELD_BY_UPPER_LEVEL, is_false_late & handed_over_by_upper_level),
    Rule("came_back_in_time", Cause.CLOSED_LATE_BY_COMMUNE, is_false_late & came_back_to_desk),
    Rule("commune_handed_over", Cause.CLOSED_LATE_BY_COMMUNE,
         by_register & is_with_commune & never_passed_up & can_read_slips & ~col("are_slips_missing")),
    Rule("upper_level_held_it", Cause.HELD_BY_UPPER_LEVEL, is_late & was_held_by_upper_level),
    Rule("commune_held_it", Cause.HELD_BY_COMMUNE, is_late & was_held_by_commune),
    *(Rule(f"office_says_{cause}", cause, needs_cause & yes(col("claimed_cause") == cause), is_proved=False)
      for cause in Cause),
    Rule("software_names_upper_level", Cause.HELD_BY_UPPER_LEVEL, needs_cause & is_with_upper_level, is_proved=False),
    Rule("software_says_ready", Cause.APPLICANT_COLLECTED_LATE, col("rule") == "processed_in_time_returned_late",
         is_proved=False),
    Rule("cannot_be_told", Cause.CANNOT_BE_TOLD, needs_cause, is_proved=False),
]  # fmt: skip
_CAUSES = {rule.name: rule.answer for rule in CAUSES}

has_letter = ~col("apologised_on").is_null()
is_letter_too_late = yes(col("apologised_on") >= col("due_on_latest"))
APOLOGIES = [  # what the letters are to the verdict: due the day before the due date at the latest
    Rule("missing", Apology.MISSING, is_late & ~has_letter & ~col("is_apology_unread") & ~col("are_apologies_missing")),
    Rule("too_late", Apology.TOO_LATE, is_late & is_letter_too_late & ~col("is_only_new_due_date")),
    Rule("in_time", Apology.IN_TIME, is_late & has_letter & ~col("is_only_new_due_date")),
    Rule("not_needed", Apology.NOT_NEEDED, has_letter & col("verdict").is_in(PROVED_ON_TIME)),
    Rule("open", Apology.OPEN, has_letter & ~is_withdrawn & ~is_refused & ~is_only_in_register),
]

POPULATIONS = [  # where the period's tables count a dossier; the last takes the rest
    Rule("only_in_register", Population.ONLY_IN_REGISTER, is_only_in_register),
    Rule("settled_later", Population.SETTLED_LATER, yes(col("closed_on") > col("period_last_on"))),
    Rule("withdrawn", Population.WITHDRAWN, is_withdrawn),
    Rule("refused", Population.REFUSED, is_refused),
    Rule("settled", Population.SETTLED, is_closed),
    Rule("stopped", Population.STOPPED, is_stopped),
    Rule("open", Population.OPEN, ~is_closed),
]


@nw.narwhalify
def verdicts(
    pairs: IntoFrameT, *, as_of: date, period_first_on: date, period_last_on: date, missing: Collection[str] = ()
) -> IntoFrameT:
    """`pairs` with `verdict`, `rule`, `cause`, `cause_proved`, `apology`, `population`; a row per dossier.

    The rules are read under `due_on_earliest` and `due_on_latest` of all due dates that stand: equal verdicts stand,
    and so does a proof that it was in time under each; what flips is `due_date_in_dispute`. Since a dossier can only
    become less late as the due date moves back, what holds at both ends holds between them. `due_on` is the software's
    due date, or the slip's where the software has none or only an apology's new date. `missing`: records without any
    row. `is_carried_over`: received before the period; `is_past_due_at_end`: due, by every date that stands, before the
    period's last day or the audit's, `may_be_past_due_at_end` by any; `has_vanished`: in time in the software by the
    new date of an apology alone. `cause` is null where nothing is late; `cause_proved` tells whether a record shows the
    cause or somebody merely says so.
    """
    pairs = pairs.with_columns(*_constants(as_of, missing), period_last_on=midnight(period_last_on))
    for due_on in ("due_on_earliest", "due_on_latest"):
        pairs = _under(pairs, col(due_on), f"rule_{due_on}", f"verdict_{due_on}")
    earliest, latest = col("verdict_due_on_earliest"), col("verdict_due_on_latest")
    in_time_under_both = earliest.is_in(PROVED_ON_TIME) & latest.is_in(PROVED_ON_TIME)
    shown_late = in_time_under_both & yes(col("closed_on") > col("due_on_software"))
    stands = (earliest == latest) | in_time_under_both
    dispute = nw.when(col("is_only_new_due_date")).then(nw.lit(ONLY_NEW_DUE_DATE)).otherwise(nw.lit(DUE_DATES_DISAGREE))

    def settled(word: str, disputed: nw.Expr) -> nw.Expr:
        chosen = nw.when(shown_late).then(col(f"{word}_due_on_earliest")).otherwise(col(f"{word}_due_on_latest"))
        return nw.when(stands).then(chosen).otherwise(disputed)

    end = nw.min_horizontal("period_last_on", "as_of")
    due_on = nw.coalesce(*DUE_BY.values(), "due_on_software", "due_on_register")
    shows_in_time = yes(col("closed_on") <= col("due_on_software"))
    is_new_date_alone = yes(col("closed_on") <= col("due_on_software")) & yes(col("closed_on") > col("due_on_latest"))
    judged = _with_facts(pairs.with_columns(due_on=due_on)).with_columns(
        verdict=settled("verdict", nw.lit(Verdict.DUE_DATE_IN_DISPUTE.value)),
        rule=settled("rule", dispute),
        has_vanished=is_new_date_alone & ~col("apologised_on").is_null() & ~col("is_only_new_due_date"),
        is_past_due_at_end=yes(nw.max_horizontal("due_on_software", "due_on_latest") < end) & ~is_stopped,
        may_be_past_due_at_end=yes(nw.min_horizontal("due_on_software", "due_on_earliest") < end),
        is_carried_over=yes(col("received_on") < midnight(period_first_on)),
        population=first_that_applies((rule.when, rule.answer) for rule in POPULATIONS),
    )
    is_in_time_throughout = shows_in_time & is_false_late
    judged = judged.with_columns(
        rule=nw.when(is_in_time_throughout).then(nw.lit(IN_TIME_THROUGHOUT)).otherwise(col("rule")),
        verdict=nw.when(is_in_time_throughout).then(nw.lit(str(Verdict.ON_TIME))).otherwise(col("verdict")),
    )
    judged = judged.with_columns(cause_rule=first_that_applies((rule.when, rule.name) for rule in CAUSES))
    judged = judged.with_columns(
        cause=looked_up("cause_rule", _CAUSES),
        cause_proved=yes(col("cause_rule").is_in([rule.name for rule in CAUSES if rule.is_proved])),
        apology=first_that_applies((rule.when, rule.answer) for rule in APOLOGIES),
    )
    return judged.drop(*_CONSTANTS, *(name for stage in _STAGES for name in stage))


@nw.narwhalify
def under_each_due_date(judged: IntoFrameT, *, as_of: date, missing: Collection[str] = ()) -> IntoFrameT:
    """What each due date alone leads to where they disagree: `dossier_id`, `basis`, `due_on`, `verdict`."""
    disputed = judged.filter(col("verdict") == Verdict.DUE_DATE_IN_DISPUTE).with_columns(_constants(as_of, missing))
    each = [disputed.with_columns(due_on=col(due_by), basis=nw.lit(basis.value)) for basis, due_by in DUE_BY.items()]
    dated = nw.concat(each).filter(~col("due_on").is_null())
    return _under(dated, col("due_on"), "rule", "verdict").select("dossier_id", "basis", "due_on", "verdict")


def _constants(as_of: date, missing: Collection[str]) -> list[nw.Expr]:
    """What is the same for all dossiers."""
    return [
        midnight(as_of).alias("as_of"),
        nw.lit(any(record in missing for record in KEPT_RECORDS)).alias("is_kept_record_missing"),
        nw.lit("control_slips" in missing).alias("are_slips_missing"),
        nw.lit("stops" in missing).alias("are_stops_missing"),
        nw.lit("apologies" in missing).alias("are_apologies_missing"),
    ]


def _under(pairs: nw.LazyFrame, due_on: nw.Expr, rule: str, verdict: str) -> nw.LazyFrame:
    """`pairs` with the rule that applies under one due date, and its verdict."""
    first = first_that_applies((rule_.when, rule_.name) for rule_ in RULES)
    pairs = _with_facts(pairs.with_columns(due_on=due_on)).with_columns(first.alias(rule))
    return pairs.with_columns(looked_up(rule, _VERDICTS).alias(verdict))


def _with_facts(pairs: nw.LazyFrame) -> nw.LazyFrame:
    """`pairs` with a column per fact, under the `due_on` that stands in it."""
    for stage in _STAGES:
        pairs = pairs.with_columns(**stage)
    return pairs
