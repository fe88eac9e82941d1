"""What the two records show of each dossier, and why: an ordered list of rules that reads as policy.

Days are calendar days in Vietnam time; the day of the due date is still in time. A verdict is a fact about
records. Where the due dates that stand in the records lead to different verdicts, that is the verdict.
"""

from dataclasses import dataclass
from datetime import date

import narwhals as nw
from narwhals import col
from narwhals.typing import IntoFrameT

from audit.expressions import first_that_applies, looked_up, midnight, yes
from audit.terms import CLOCK_STANDS_STILL, PROVED_ON_TIME, Cause, FoundIn, Population, Status, UnitLevel, Verdict


@dataclass(frozen=True)
class Rule:
    """A verdict or cause, and when it applies; the rule's reason and source are in the words under its name."""

    name: str
    answer: str
    when: nw.Expr
    is_proved: bool = True


# Facts: positive expressions on a pair, `due_on` being the due date under which the rules are read.
is_withdrawn = col("status") == Status.WITHDRAWN
is_refused = col("status") == Status.REFUSED
is_closed = ~col("closed_on").is_null()
is_stopped = col("status").is_in(CLOCK_STANDS_STILL) & ~is_closed
is_only_in_register = col("found_in") == FoundIn.REGISTER
has_no_register_line = ~col("is_in_register")
has_no_due_date = col("due_on").is_null()

closed_late = yes(col("closed_on") > col("due_on"))
closed_in_time = yes(col("closed_on") <= col("due_on"))
is_past_due = yes(col("due_on") < col("as_of"))

can_read_register = ~col("is_register_unread")
can_read_slips = ~col("is_slip_unread")
ready_before_receipt = yes(col("ready_on") < col("received_on"))
returned_before_receipt = yes(col("returned_on") < col("received_on"))  # by the software's day of receipt
returned_in_time = yes(col("returned_on") <= col("due_on")) & can_read_register
returned_late = yes(col("returned_on") > col("due_on")) & can_read_register
ready_in_time = yes(col("ready_on") <= col("due_on")) & can_read_slips & ~ready_before_receipt
ready_late = yes(col("ready_on") > col("due_on")) & can_read_slips

handed_over_in_time = yes(col("handed_over_on") <= col("due_on")) & can_read_slips
handed_over_late = yes(col("handed_over_on") > col("due_on")) & can_read_slips
handed_over_otherwise = returned_in_time & handed_over_late | returned_late & handed_over_in_time
has_two_return_days = yes(col("returned_on") < col("returned_on_latest"))
returned_after_audit = yes(col("returned_on_latest") > col("as_of"))
returned_before_ready = yes(col("returned_on") < col("ready_on")) & can_read_slips & can_read_register

RULES = [  # the first that applies decides
    Rule("only_in_register", Verdict.ONLY_IN_REGISTER, is_only_in_register),
    Rule("withdrawn", Verdict.WITHDRAWN, is_withdrawn),
    Rule("refused", Verdict.REFUSED, is_refused),
    Rule("clock_stands_still", Verdict.STOPPED, is_stopped),
    Rule("returned_before_received", Verdict.PAPER_CONTRADICTS_ITSELF, col("is_returned_before_received")),
    Rule("returned_before_ready", Verdict.PAPER_CONTRADICTS_ITSELF, returned_before_ready),
    Rule("handed_over_otherwise", Verdict.PAPER_CONTRADICTS_ITSELF, handed_over_otherwise),
    Rule("returned_after_audit", Verdict.PAPER_CONTRADICTS_ITSELF, returned_after_audit),
    Rule("two_return_days", Verdict.PAPER_CONTRADICTS_ITSELF, has_two_return_days),
    Rule("no_due_date", Verdict.NO_DUE_DATE, has_no_due_date),
    Rule("never_closed_returned_in_time", Verdict.OVERDUE,
         ~is_closed & is_past_due & returned_in_time & ~returned_before_receipt),
    Rule("never_closed_returned_late", Verdict.OVERDUE, ~is_closed & is_past_due & returned_late),
    Rule("never_closed", Verdict.OVERDUE, ~is_closed & is_past_due),
    Rule("open_within_time", Verdict.OPEN, ~is_closed),
    Rule("closed_late_returned_before_receipt", Verdict.NOT_PROVED, closed_late & returned_before_receipt),
    Rule("closed_late_ready_before_receipt", Verdict.NOT_PROVED, closed_late & ready_before_receipt),
    Rule("closed_late_returned_in_time", Verdict.LATE_ONLY_IN_SOFTWARE, closed_late & returned_in_time),
    Rule("closed_late_ready_in_time", Verdict.LATE_ONLY_IN_SOFTWARE, closed_late & ready_in_time),
    Rule("closed_late_ready_late", Verdict.LATE, closed_late & ready_late),
    Rule("closed_late_register_unread", Verdict.NOT_PROVED, closed_late & ~can_read_register),
    Rule("closed_late_slips_unread", Verdict.NOT_PROVED, closed_late & ~can_read_slips),
    Rule("closed_late_returned_late", Verdict.LATE, closed_late & returned_late),
    Rule("closed_late_not_in_register", Verdict.NOT_PROVED, closed_late & has_no_register_line),
    Rule("closed_late_not_signed", Verdict.NOT_PROVED, closed_late & col("is_dated_unsigned")),
    Rule("closed_late_no_return", Verdict.NOT_PROVED, closed_late),
    Rule("closed_and_returned_in_time", Verdict.ON_TIME, closed_in_time & returned_in_time),
    Rule("collected_late", Verdict.ON_TIME, closed_in_time & returned_late & ready_in_time),
    Rule("closed_and_ready_in_time", Verdict.ON_TIME, closed_in_time & ready_in_time),
    Rule("closed_in_time_ready_and_returned_late", Verdict.LATE, closed_in_time & ready_late & returned_late),
    Rule("closed_in_time_ready_late", Verdict.CLOSED_ON_TIME_RETURNED_LATE, closed_in_time & ready_late),
    Rule("closed_in_time_returned_late", Verdict.CLOSED_ON_TIME_RETURNED_LATE, closed_in_time & returned_late),
    Rule("closed_in_time_not_in_register", Verdict.ON_TIME_NOT_CHECKED, closed_in_time & has_no_register_line),
    Rule("closed_in_time_no_return", Verdict.ON_TIME_NOT_CHECKED, closed_in_time),
]  # fmt: skip
DUE_DATES_DISAGREE = "due_dates_disagree"
_VERDICTS = {rule.name: rule.answer for rule in RULES}

needs_cause = col("verdict").is_in([Verdict.LATE_ONLY_IN_SOFTWARE, Verdict.LATE, Verdict.NOT_PROVED])
is_false_late = col("verdict") == Verdict.LATE_ONLY_IN_SOFTWARE
by_register = col("rule") == "closed_late_returned_in_time"
is_with_commune = col("unit_level").is_in([UnitLevel.DESK, UnitLevel.COMMUNE])
is_with_upper_level = col("unit_level") == UnitLevel.UPPER_LEVEL
handed_over_by_upper_level = col("is_handed_over_by_upper_level") & can_read_slips
came_back_to_desk = col("is_passed_up") & ready_in_time & ~col("is_handed_over_by_upper_level")
never_passed_up = ~col("is_passed_up")

CAUSES = [  # the first that applies names the missing step; unproved: what the software names, no hop shows it
    Rule("collected_late", Cause.APPLICANT_COLLECTED_LATE, col("rule") == "collected_late"),
    Rule("upper_level_handed_over", Cause.HELD_BY_UPPER_LEVEL, is_false_late & handed_over_by_upper_level),
    Rule("came_back_in_time", Cause.CLOSED_LATE_BY_COMMUNE, is_false_late & came_back_to_desk),
    Rule("commune_handed_over", Cause.CLOSED_LATE_BY_COMMUNE,
         by_register & is_with_commune & never_passed_up & can_read_slips),
    Rule("software_names_upper_level", Cause.HELD_BY_UPPER_LEVEL, needs_cause & is_with_upper_level, is_proved=False),
    Rule("cannot_be_told", Cause.CANNOT_BE_TOLD, needs_cause, is_proved=False),
]  # fmt: skip
_CAUSES = {rule.name: rule.answer for rule in CAUSES}

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
def verdicts(pairs: IntoFrameT, *, as_of: date, period_first_on: date, period_last_on: date) -> IntoFrameT:
    """`pairs` with `verdict`, `rule`, `cause`, `cause_proved`, `population`. One row per dossier; none dropped.

    Due dates: the software's and the slip's (as the register copies it). `due_on` is the software's, or the
    slip's where the software has none; `due_on_earliest` and `due_on_latest` span them all. The rules are
    read under both ends: equal verdicts stand, and so does a proof that it was in time under each; what flips
    is `due_date_in_dispute`. Since a dossier can only become less late as the due date moves back, what holds at
    both ends holds between them. `is_carried_over`: received before the period; `is_past_due_at_end`: due
    before the period's last day. `cause` is null where nothing is late; `cause_proved` tells whether a record
    shows the cause or it is merely what the software names.
    """
    due_dates = ("due_on_software", "due_on_register", "due_on_register_latest")
    pairs = pairs.with_columns(
        as_of=midnight(as_of),
        period_last_on=midnight(period_last_on),
        due_on_earliest=nw.min_horizontal(*due_dates),
        due_on_latest=nw.max_horizontal(*due_dates),
    )
    for due_on in ("due_on_earliest", "due_on_latest"):
        rule = first_that_applies((rule.when, rule.name) for rule in RULES)
        pairs = pairs.with_columns(due_on=col(due_on)).with_columns(rule.alias(f"rule_{due_on}"))
        pairs = pairs.with_columns(looked_up(f"rule_{due_on}", _VERDICTS).alias(f"verdict_{due_on}"))
    earliest, latest = col("verdict_due_on_earliest"), col("verdict_due_on_latest")
    in_time_under_both = earliest.is_in(PROVED_ON_TIME) & latest.is_in(PROVED_ON_TIME)
    shown_late = in_time_under_both & yes(col("closed_on") > col("due_on_software"))
    stands = (earliest == latest) | in_time_under_both

    def settled(word: str, disputed: str) -> nw.Expr:
        chosen = nw.when(shown_late).then(col(f"{word}_due_on_earliest")).otherwise(col(f"{word}_due_on_latest"))
        return nw.when(stands).then(chosen).otherwise(nw.lit(disputed))

    judged = pairs.with_columns(
        verdict=settled("verdict", Verdict.DUE_DATE_IN_DISPUTE.value),
        rule=settled("rule", DUE_DATES_DISAGREE),
        due_on=nw.coalesce("due_on_software", "due_on_register"),
        is_past_due_at_end=yes(nw.coalesce("due_on_software", "due_on_register") < col("period_last_on")),
        is_carried_over=yes(col("received_on") < midnight(period_first_on)),
        population=first_that_applies((rule.when, rule.answer) for rule in POPULATIONS),
    )
    judged = judged.with_columns(cause_rule=first_that_applies((rule.when, rule.name) for rule in CAUSES))
    judged = judged.with_columns(
        cause=looked_up("cause_rule", _CAUSES),
        cause_proved=yes(col("cause_rule").is_in([rule.name for rule in CAUSES if rule.is_proved])),
    )
    return judged.drop("as_of", "period_last_on")
