"""What the two records show of each dossier, and why: an ordered list of rules that reads as policy.

Days are calendar days in Vietnam time; the day of the due date is still in time. A verdict is a fact about
records. Where the due dates that stand in the records lead to different verdicts, that is the verdict. Who is in time
needs the proof of it alone; nobody is found late while a record that could show otherwise is kept and not there.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import narwhals as nw
from narwhals import col
from narwhals.typing import IntoFrameT

from audit.expressions import is_empty, midnight, yes
from audit.situation import Condition, Facts, with_answers
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
    when: Condition
    rests_on: tuple[str, ...] = ()
    is_proved: bool = True


@dataclass(frozen=True)
class _Situation:
    """What rules are asked of: facts that hold always, under one due date and of the period, and what is decided.

    `missing`: records that the office keeps and that have no row.
    """

    always: int
    under: int
    missing: frozenset[str]
    in_period: int = 0
    rule: str = ""
    verdict: str = ""


_ALWAYS, _UNDER, _IN_PERIOD = Facts("always"), Facts("under"), Facts("in_period")


def _is_missing(record: str) -> Condition:
    return Condition(lambda situation: record in situation.missing)


def _by_rule(name: str) -> Condition:
    return Condition(lambda situation: situation.rule == name)


def _verdict_is(*verdicts: Verdict) -> Condition:
    return Condition(lambda situation: situation.verdict in verdicts)


is_withdrawn = _ALWAYS.fact(col("status") == Status.WITHDRAWN)
is_refused = _ALWAYS.fact(col("status") == Status.REFUSED)
is_processed = _ALWAYS.fact(col("status") == Status.PROCESSED)
is_closed = _ALWAYS.fact(~col("closed_on").is_null())
clock_is_off = _ALWAYS.fact(col("status").is_in(CLOCK_STANDS_STILL) | col("is_stop_running"))
is_stopped = clock_is_off & ~is_closed
is_only_in_register = _ALWAYS.fact(col("found_in") == FoundIn.REGISTER)
has_no_register_line = ~_ALWAYS.fact(col("is_in_register"))
is_dated_unsigned = _ALWAYS.fact(col("is_dated_unsigned"))
returned_before_received = _ALWAYS.fact(col("is_returned_before_received"))
returned_before_receipt = _ALWAYS.fact(col("returned_on") < col("received_on")) & ~_ALWAYS.fact(
    col("returned_on") >= col("received_on_register")
)  # by the software's day of receipt
has_two_return_days = _ALWAYS.fact(col("returned_on") < col("returned_on_latest"))
returned_after_audit = _ALWAYS.fact(col("returned_on_latest") > col("as_of"))

can_read_register = ~_ALWAYS.fact(col("is_register_unread"))
can_read_slips = ~_ALWAYS.fact(col("is_slip_unread"))
can_see_stops = ~_ALWAYS.fact(col("is_stop_unread")) & ~_is_missing("stops")
can_find_late = can_see_stops & ~_ALWAYS.fact(col("is_paper_unread"))
for _record in KEPT_RECORDS:
    can_find_late = can_find_late & ~_is_missing(_record)

has_no_due_date = ~_UNDER.fact(lambda due_on: ~due_on.is_null())
is_past_due = _UNDER.fact(lambda due_on: due_on < col("as_of"))
closed_late = _UNDER.fact(lambda due_on: col("closed_on") > due_on)
closed_in_time = _UNDER.fact(lambda due_on: col("closed_on") <= due_on)
returned_in_time = _UNDER.fact(lambda due_on: col("returned_on") <= due_on) & can_read_register
returned_late = _UNDER.fact(lambda due_on: col("returned_on") > due_on) & can_read_register
ready_before_receipt = _ALWAYS.fact(
    yes(col("ready_on") < col("received_on")) | yes(col("handed_over_on") < col("received_on"))
)
_handed_over_by_then = _UNDER.fact(lambda due_on: col("handed_over_on") <= due_on)
at_desk_in_time = (
    (_UNDER.fact(lambda due_on: col("ready_on") <= due_on) | _handed_over_by_then)
    & can_read_slips
    & ~ready_before_receipt
)
at_desk_late = _UNDER.fact(lambda due_on: col("ready_on") > due_on) & can_read_slips
_posted_by_then = _UNDER.fact(lambda due_on: col("posted_on") <= due_on)
issued_in_time = _UNDER.fact(lambda due_on: col("issued_on") <= due_on) | _posted_by_then
issued_late = _UNDER.fact(lambda due_on: col("issued_on") > due_on) & ~_posted_by_then
ready_in_time = at_desk_in_time & ~issued_late | issued_in_time & ~at_desk_late
ready_late = issued_late | at_desk_late & ~issued_in_time
papers_disagree = issued_in_time & at_desk_late

handed_over_in_time = _handed_over_by_then & can_read_slips
handed_over_late = _UNDER.fact(lambda due_on: col("handed_over_on") > due_on) & can_read_slips
handed_over_otherwise = returned_in_time & handed_over_late | returned_late & handed_over_in_time
returned_before_ready = _ALWAYS.fact(col("returned_on") < col("ready_on")) & can_read_slips & can_read_register
returned_before_issued = _ALWAYS.fact(col("returned_on") < col("issued_on")) & can_read_register
ready_before_issued = _ALWAYS.fact(
    col("ready_on") < col("issued_on")
) & can_read_slips & ~ready_before_receipt | _ALWAYS.fact(col("posted_on") < col("issued_on"))

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
_VERDICTS = {rule.name: rule.answer for rule in RULES}

is_false_late = _verdict_is(Verdict.LATE_ONLY_IN_SOFTWARE)
is_late = _verdict_is(Verdict.LATE)
needs_cause = _verdict_is(Verdict.LATE_ONLY_IN_SOFTWARE, Verdict.LATE, Verdict.NOT_PROVED) & is_closed
by_register = _by_rule("closed_late_returned_in_time")
is_with_commune = _ALWAYS.fact(col("unit_level").is_in([UnitLevel.DESK, UnitLevel.COMMUNE]))
is_with_upper_level = _ALWAYS.fact(col("unit_level") == UnitLevel.UPPER_LEVEL)
hops_are_whole = _ALWAYS.fact(col("is_unbroken")) & can_read_slips
closed_when_collected = returned_late & ready_in_time & _ALWAYS.fact(col("closed_on") == col("returned_on"))
is_handed_over_by_upper_level = _ALWAYS.fact(col("is_handed_over_by_upper_level"))
handed_over_by_upper_level = is_handed_over_by_upper_level & hops_are_whole
came_back_to_desk = at_desk_in_time & ~is_handed_over_by_upper_level & hops_are_whole
never_passed_up = ~_ALWAYS.fact(col("is_passed_up"))
was_held_by_upper_level = _ALWAYS.fact(col("holder_level_at_due") == UnitLevel.UPPER_LEVEL)
was_held_by_commune = _ALWAYS.fact(col("holder_level_at_due").is_in([UnitLevel.DESK, UnitLevel.COMMUNE]))

CAUSES = [  # the first that applies names the missing step; unproved: somebody says so, no hop shows it
    Rule("collected_late", Cause.APPLICANT_COLLECTED_LATE, _by_rule("collected_late")),
    Rule("closed_when_collected", Cause.APPLICANT_COLLECTED_LATE, is_false_late & closed_when_collected),
    Rule("upper_level_handed_over", Cause.HELD_BY_UPPER_LEVEL, is_false_late & handed_over_by_upper_level),
    Rule("came_back_in_time", Cause.CLOSED_LATE_BY_COMMUNE, is_false_late & came_back_to_desk),
    Rule("commune_handed_over", Cause.CLOSED_LATE_BY_COMMUNE,
         by_register & is_with_commune & never_passed_up & can_read_slips & ~_is_missing("control_slips")),
    Rule("upper_level_held_it", Cause.HELD_BY_UPPER_LEVEL, is_late & was_held_by_upper_level),
    Rule("commune_held_it", Cause.HELD_BY_COMMUNE, is_late & was_held_by_commune),
    *(Rule(f"office_says_{cause}", cause, needs_cause & _ALWAYS.fact(col("claimed_cause") == cause), is_proved=False)
      for cause in Cause),
    Rule("software_names_upper_level", Cause.HELD_BY_UPPER_LEVEL, needs_cause & is_with_upper_level, is_proved=False),
    Rule("software_says_ready", Cause.APPLICANT_COLLECTED_LATE, _by_rule("processed_in_time_returned_late"),
         is_proved=False),
    Rule("cannot_be_told", Cause.CANNOT_BE_TOLD, needs_cause, is_proved=False),
]  # fmt: skip

has_letter = _ALWAYS.fact(~col("apologised_on").is_null())
is_letter_too_late = _ALWAYS.fact(col("apologised_on") >= col("due_on_latest"))
is_apology_unseen = _ALWAYS.fact(col("is_apology_unread")) | _is_missing("apologies")
is_only_new_due_date = _ALWAYS.fact(col("is_only_new_due_date"))
APOLOGIES = [  # what the letters are to the verdict: due the day before the due date at the latest
    Rule("missing", Apology.MISSING, is_late & ~has_letter & ~is_apology_unseen),
    Rule("too_late", Apology.TOO_LATE, is_late & is_letter_too_late & ~is_only_new_due_date),
    Rule("in_time", Apology.IN_TIME, is_late & has_letter & ~is_only_new_due_date),
    Rule("not_needed", Apology.NOT_NEEDED, has_letter & _verdict_is(*PROVED_ON_TIME)),
    Rule("open", Apology.OPEN, has_letter & ~is_withdrawn & ~is_refused & ~is_only_in_register),
]

POPULATIONS = [  # where the period's tables count a dossier; the last takes the rest
    Rule("only_in_register", Population.ONLY_IN_REGISTER, is_only_in_register),
    Rule("settled_later", Population.SETTLED_LATER, _IN_PERIOD.fact(col("closed_on") > col("period_last_on"))),
    Rule("withdrawn", Population.WITHDRAWN, is_withdrawn),
    Rule("refused", Population.REFUSED, is_refused),
    Rule("settled", Population.SETTLED, is_closed),
    Rule("stopped", Population.STOPPED, is_stopped),
    Rule("open", Population.OPEN, ~is_closed),
]

closed_late_in_software = _ALWAYS.fact(col("closed_on") > col("due_on_software"))
closed_in_time_in_software = _ALWAYS.fact(col("closed_on") <= col("due_on_software"))
was_past_due_by_all = _IN_PERIOD.fact(nw.max_horizontal("due_on_software", "due_on_latest") < col("end"))
was_past_due_by_any = _IN_PERIOD.fact(nw.min_horizontal("due_on_software", "due_on_earliest") < col("end"))
was_received_before = _IN_PERIOD.fact(col("received_on") < col("period_first_on"))

has_vanished = closed_in_time_in_software & has_letter & ~is_only_new_due_date  # and closed after the date that stands

_BY_CAUSE = {rule.name: rule for rule in CAUSES}
_CONSTANTS = ("as_of", "period_first_on", "period_last_on", "end")
_TEXTS = ("verdict", "rule", "rule_due_on_earliest", "cause_rule", "cause", "apology", "population")
_FLAGS = ("has_vanished", "is_past_due_at_end", "may_be_past_due_at_end", "is_carried_over", "cause_proved")
_ANSWERS = dict.fromkeys(_TEXTS, nw.String) | dict.fromkeys(_FLAGS, nw.Boolean)


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
    pairs = pairs.with_columns(
        midnight(as_of).alias("as_of"), midnight(period_first_on).alias("period_first_on"),
        midnight(period_last_on).alias("period_last_on"), midnight(min(period_last_on, as_of)).alias("end"),
        due_on=nw.coalesce(*DUE_BY.values(), "due_on_software", "due_on_register"),
    )  # fmt: skip
    facts = {"held_always": _ALWAYS.of(), "held_in_period": _IN_PERIOD.of()}
    facts |= {
        f"held_under_{due_on}": _UNDER.of(col(due_on)) for due_on in ("due_on_earliest", "due_on_latest", "due_on")
    }
    return with_answers(pairs, facts, partial(_answer, frozenset(missing)), _ANSWERS).drop(*_CONSTANTS)


@nw.narwhalify
def under_each_due_date(judged: IntoFrameT, *, as_of: date, missing: Collection[str] = ()) -> IntoFrameT:
    """What each due date alone leads to where they disagree: `dossier_id`, `basis`, `due_on`, `verdict`."""
    disputed = judged.filter(col("verdict") == Verdict.DUE_DATE_IN_DISPUTE).with_columns(as_of=midnight(as_of))
    if is_empty(disputed):
        return disputed.select("dossier_id", "due_on", "verdict", basis="verdict")
    each = [disputed.with_columns(due_on=col(due_by), basis=nw.lit(basis.value)) for basis, due_by in DUE_BY.items()]
    dated = nw.concat(each).filter(~col("due_on").is_null()).drop("verdict")
    facts = {"held_always": _ALWAYS.of(), "held_under": _UNDER.of(col("due_on"))}
    answer = partial(_verdict_under, frozenset(missing))
    return with_answers(dated, facts, answer, {"verdict": nw.String}).select("dossier_id", "basis", "due_on", "verdict")


def _verdict_under(missing: frozenset[str], always: int, under: int) -> dict[str, str]:
    return {"verdict": str(_VERDICTS[_first(RULES, _Situation(always, under, missing))])}


def _answer(missing: frozenset[str], always: int, in_period: int, earliest: int, latest: int, due: int) -> dict:
    """All that is decided of the dossiers in one situation; what is not read of a due date is read of `due_on`."""
    rules = [_first(RULES, _Situation(always, under, missing)) for under in (earliest, latest)]
    rule, verdict = _settled(_Situation(always, due, missing), *rules)
    decided = _Situation(always, due, missing, in_period, rule, verdict)
    cause_rule = _first(CAUSES, decided)
    cause = _BY_CAUSE.get(cause_rule)
    return {
        "verdict": verdict, "rule": rule, "rule_due_on_earliest": rules[0],
        "cause_rule": cause_rule, "cause": cause and str(cause.answer), "cause_proved": bool(cause and cause.is_proved),
        "apology": _word(APOLOGIES, decided), "population": _word(POPULATIONS, decided),
        "has_vanished": has_vanished.holds(decided) and closed_late.holds(replace(decided, under=latest)),
        "is_past_due_at_end": (was_past_due_by_all & ~is_stopped).holds(decided),
        "may_be_past_due_at_end": was_past_due_by_any.holds(decided),
        "is_carried_over": was_received_before.holds(decided),
    }  # fmt: skip


def _settled(situation: _Situation, earliest: str, latest: str) -> tuple[str, str]:
    """The rule and the verdict that stand, of the rules that apply under the earliest and the latest due date."""
    verdicts = [_VERDICTS[rule] for rule in (earliest, latest)]
    is_in_time = all(verdict in PROVED_ON_TIME for verdict in verdicts)
    if not is_in_time and verdicts[0] != verdicts[1]:
        rule = ONLY_NEW_DUE_DATE if is_only_new_due_date.holds(situation) else DUE_DATES_DISAGREE
        return rule, str(Verdict.DUE_DATE_IN_DISPUTE)
    rule = earliest if is_in_time and closed_late_in_software.holds(situation) else latest
    verdict = _VERDICTS[rule]
    if verdict == Verdict.LATE_ONLY_IN_SOFTWARE and closed_in_time_in_software.holds(situation):
        return IN_TIME_THROUGHOUT, str(Verdict.ON_TIME)
    return rule, str(verdict)


def _first(rules: Iterable[Rule], situation: _Situation) -> str | None:
    """The name of the first rule that applies; None where none does."""
    return next((rule.name for rule in rules if rule.when.holds(situation)), None)


def _word(rules: Iterable[Rule], situation: _Situation) -> str | None:
    """The answer of the first rule that applies; None where none does."""
    return next((str(rule.answer) for rule in rules if rule.when.holds(situation)), None)
