"""What the records show of each dossier, and why: an ordered list of rules that reads as policy.

`docs/policy.en.md` says the same in numbered sentences, and its words win. Days are calendar days in Vietnam time;
the day of the due date is still in time. A verdict is a fact about records. Every due date that stands is asked; where
they lead to different verdicts, that is the verdict. Who is in time needs the proof of it alone; nobody is found late
while a record that could show otherwise is kept and not there, and `late` says by its grade whether all was seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import polars as pl
from polars import DataFrame, col

from audit.ground import expressions
from audit.ground.expressions import midnight
from audit.ground.situation import Condition, Facts, PolarsType, with_answers
from audit.ground.terms import (
    AS_WRITTEN,
    CLOCK_STANDS_STILL,
    DUE_BY,
    PROVED_ON_TIME,
    STANDS_STILL,
    Apology,
    Cause,
    DueBasis,
    FoundIn,
    Grade,
    Population,
    Status,
    UnitLevel,
    Verdict,
)
from audit.records.coverage import Coverage
from audit.records.record import Lack
from audit.records.registry import JUDGED, UNREAD, forbidding_late


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

    `coverage`: what of the records has been seen. `is_still`: a stop that reached the due date is running.
    """

    always: int
    under: int
    coverage: Coverage
    is_still: bool = False
    in_period: int = 0
    rule: str = ""
    verdict: str = ""


_ALWAYS, _UNDER, _IN_PERIOD = Facts("always"), Facts("under"), Facts("in_period")


def _is_missing(record: str) -> Condition:
    return Condition(lambda situation: record in situation.coverage.missing)


def _is_wanting(record: str) -> Condition:
    return Condition(lambda situation: situation.coverage.is_wanting(record))


def _is_kept(record: str) -> Condition:
    return Condition(lambda situation: record in situation.coverage.kept)


def _by_rule(*names: str) -> Condition:
    return Condition(lambda situation: situation.rule in names)


def _verdict_is(*verdicts: Verdict) -> Condition:
    return Condition(lambda situation: situation.verdict in verdicts)


is_withdrawn = _ALWAYS.fact(col("status") == Status.WITHDRAWN)
is_refused = _ALWAYS.fact(col("status") == Status.REFUSED)
is_processed = _ALWAYS.fact(col("status") == Status.PROCESSED)
is_closed = _ALWAYS.fact(~col("closed_on").is_null())
is_only_in_register = _ALWAYS.fact(col("found_in") == FoundIn.REGISTER)
has_no_register_line = ~_ALWAYS.fact(col("is_in_register"))
is_dated_unsigned = _ALWAYS.fact(col("is_dated_unsigned"))

can_read_register = ~_ALWAYS.fact(col("is_register_unread"))
can_read_slips = ~_ALWAYS.fact(col("is_slip_unread"))
can_read_papers = ~_ALWAYS.fact(col("is_paper_unread"))
can_read_postal = ~_ALWAYS.fact(col("is_postal_unread"))
can_see_stops = ~_ALWAYS.fact(col("is_stop_unread")) & ~_is_wanting("stops")
can_count_due = ~_ALWAYS.fact(col("is_due_uncountable"))
rests_on_expected_days = _ALWAYS.fact(col("is_due_expected"))
is_closing_unread = _ALWAYS.fact(col("is_closing_unread"))
is_status_unread = _ALWAYS.fact(col("is_status_unread"))
is_due_unread = _ALWAYS.fact(col("is_due_unread"))
is_promise_unread = _ALWAYS.fact(col("is_promise_unread"))
is_cell_unread = is_due_unread | is_promise_unread | is_status_unread
can_find_late = can_see_stops & can_count_due & ~is_cell_unread
for _record in forbidding_late(Lack.UNREAD):
    can_find_late = can_find_late & ~_ALWAYS.fact(col(UNREAD[_record]))
for _record in forbidding_late(Lack.MISSING):
    can_find_late = can_find_late & ~_is_missing(_record)
for _record in forbidding_late(Lack.UNSEEN):
    can_find_late = can_find_late & ~_is_wanting(_record)

stands_still = Condition(lambda situation: situation.is_still)
says_clock_is_off = _ALWAYS.fact(col("status").is_in(CLOCK_STANDS_STILL))
clock_is_off = stands_still | says_clock_is_off & ~_is_kept("stops")
is_status_without_stop = (
    says_clock_is_off
    & ~is_closed
    & _is_kept("stops")
    & can_see_stops
    & can_count_due
    & ~_ALWAYS.fact(col("is_stop_running"))
)
is_clock_in_doubt = says_clock_is_off & is_closed

is_returned = _ALWAYS.fact(~col("returned_on").is_null())
is_returned_before_receipt = _ALWAYS.fact(col("has_void_return"))
has_void_hop = _ALWAYS.fact(col("has_void_hop"))
returned_before_ready = _ALWAYS.fact(col("returned_on") < col("ready_on"))
returned_before_issued = _ALWAYS.fact(col("returned_on") < col("issued_on"))
ready_before_issued = _ALWAYS.fact(expressions.ready_before_issued)
handed_over_before_ready = _ALWAYS.fact(expressions.handed_over_before_ready)
returned_after_audit = _ALWAYS.fact(col("returned_on_latest") > col("as_of"))
has_two_return_days = _ALWAYS.fact(col("returned_on") < col("returned_on_latest"))

has_due_date = _UNDER.fact(lambda due_on: ~due_on.is_null())
is_past_due = _UNDER.fact(lambda due_on: due_on < col("as_of"))
closed_late = _UNDER.fact(lambda due_on: col("closed_on") > due_on)
closed_in_time = _UNDER.fact(lambda due_on: col("closed_on") <= due_on)
_returned_by_then = _UNDER.fact(lambda due_on: col("returned_on") <= due_on)
_returned_after = _UNDER.fact(lambda due_on: col("returned_on") > due_on)
_handed_over_by_then = _UNDER.fact(lambda due_on: col("handed_over_on") <= due_on)
_handed_over_after = _UNDER.fact(lambda due_on: col("handed_over_on") > due_on)
_ready_by_then = _UNDER.fact(lambda due_on: col("ready_on") <= due_on)
_ready_after = _UNDER.fact(lambda due_on: col("ready_on_latest") > due_on)
_maybe_ready_by_then = _UNDER.fact(lambda due_on: col("maybe_ready_on") <= due_on)
_maybe_ready_after = _UNDER.fact(lambda due_on: col("maybe_ready_on") > due_on)
_issued_by_then = _UNDER.fact(lambda due_on: col("issued_on") <= due_on)
_issued_after = _UNDER.fact(lambda due_on: col("issued_on_latest") > due_on)
_tracked_by_then = _UNDER.fact(lambda due_on: col("tracked_on") <= due_on)
_sent_by_then = _UNDER.fact(lambda due_on: col("sent_on") <= due_on)
_posted_by_then = _UNDER.fact(lambda due_on: col("posted_on") <= due_on)
_posted_after = _UNDER.fact(lambda due_on: col("posted_on_latest") > due_on)

handed_over_otherwise = _returned_by_then & _handed_over_after | _returned_after & _handed_over_by_then
returned_in_time = _returned_by_then & can_read_register
returned_late = _returned_after & can_read_register & ~is_returned_before_receipt
at_desk_in_time = (_ready_by_then | _handed_over_by_then) & ~_ready_after & can_read_slips
_seems_at_desk_late = _maybe_ready_after & ~has_void_hop
at_desk_late = _seems_at_desk_late & can_read_slips
slips_do_not_tell = (_maybe_ready_by_then & ~at_desk_in_time) | has_void_hop
issued_in_time = _issued_by_then & ~_issued_after & can_read_papers
issued_late = _issued_after & ~_issued_by_then & can_read_papers
posted_in_time = (_tracked_by_then & can_read_papers | _sent_by_then & can_read_postal) & ~_posted_after
papers_disagree = _posted_by_then & _posted_after | (
    (_ready_by_then | _handed_over_by_then | _issued_by_then | _posted_by_then)
    & (_ready_after | _issued_after | _seems_at_desk_late)
)  # rows that can be read go on to contradict
ready_in_time = (at_desk_in_time | issued_in_time | posted_in_time) & ~papers_disagree
ready_late = (at_desk_late | issued_late) & ~papers_disagree
is_wanting_or_in_doubt = ~(can_find_late & can_read_slips) | is_clock_in_doubt

SOFTWARE, REGISTER, SLIPS, PAPERS = ("software",), ("register", "signature"), ("control_slip",), ("result_paper",)
DUE, STATUS, STOP = ("due_date", "appointment_slip"), ("status",), ("stop", "supplements")
CONTRADICTORY = [  # the paper contradicts itself
    Rule("returned_before_ready", Verdict.PAPER_CONTRADICTS_ITSELF, returned_before_ready, (*REGISTER, *SLIPS)),
    Rule("returned_before_issued", Verdict.PAPER_CONTRADICTS_ITSELF, returned_before_issued, (*REGISTER, *PAPERS)),
    Rule("ready_before_issued", Verdict.PAPER_CONTRADICTS_ITSELF, ready_before_issued, (*SLIPS, *PAPERS)),
    Rule("handed_over_before_ready", Verdict.PAPER_CONTRADICTS_ITSELF, handed_over_before_ready, (*SLIPS, *PAPERS)),
    Rule("handed_over_otherwise", Verdict.PAPER_CONTRADICTS_ITSELF, handed_over_otherwise, (*REGISTER, *SLIPS)),
    Rule("returned_after_audit", Verdict.PAPER_CONTRADICTS_ITSELF, returned_after_audit, REGISTER),
    Rule("two_return_days", Verdict.PAPER_CONTRADICTS_ITSELF, has_two_return_days, REGISTER),
]
NEVER_CLOSED = [
    Rule("never_closed_cell_unread", Verdict.NOT_PROVED, is_cell_unread, DUE),
    Rule("never_closed_stops_unseen", Verdict.NOT_PROVED, is_past_due & ~can_see_stops, (*DUE, *STOP)),
    Rule("never_closed_uncountable", Verdict.NOT_PROVED, is_past_due & ~can_count_due, (*DUE, "calendar")),
    Rule("never_closed_returned_in_time", Verdict.OVERDUE, is_past_due & returned_in_time, (*DUE, *REGISTER)),
    Rule("never_closed_ready_in_time", Verdict.OVERDUE, is_past_due & ready_in_time, (*DUE, *SLIPS, *PAPERS)),
    Rule("never_closed_returned_late", Verdict.OVERDUE,
         is_past_due & returned_late & ~slips_do_not_tell & can_find_late & can_read_slips & ~papers_disagree,
         (*DUE, *REGISTER)),
    Rule("never_closed", Verdict.OVERDUE, is_past_due, DUE),
    Rule("open_within_time", Verdict.OPEN, ~is_past_due, DUE),
]  # fmt: skip
CLOSED_LATE = [
    Rule("closed_late_expected", Verdict.NOT_PROVED, rests_on_expected_days, (*DUE, "calendar")),
    Rule("closed_late_returned_in_time", Verdict.LATE_ONLY_IN_SOFTWARE, returned_in_time, (*DUE, *REGISTER)),
    Rule("closed_late_ready_in_time", Verdict.LATE_ONLY_IN_SOFTWARE, ready_in_time & at_desk_in_time,
         (*DUE, *SLIPS, "late_collection")),
    Rule("closed_late_issued_in_time", Verdict.LATE_ONLY_IN_SOFTWARE, ready_in_time & issued_in_time,
         (*DUE, *PAPERS, "late_collection")),
    Rule("closed_late_posted_in_time", Verdict.LATE_ONLY_IN_SOFTWARE, ready_in_time,
         (*DUE, *PAPERS, "late_collection")),
    Rule("closed_late_papers_disagree", Verdict.NOT_PROVED, papers_disagree, (*DUE, *SLIPS, *PAPERS)),
    Rule("closed_late_clock_in_doubt", Verdict.NOT_PROVED, is_clock_in_doubt, (*DUE, *STATUS, *STOP)),
    Rule("closed_late_register_unread", Verdict.NOT_PROVED, ~can_read_register, REGISTER),
    Rule("closed_late_slips_unread", Verdict.NOT_PROVED, ~can_read_slips, SLIPS),
    Rule("closed_late_papers_unread", Verdict.NOT_PROVED, ~(can_read_papers & can_read_postal), PAPERS),
    Rule("closed_late_cell_unread", Verdict.NOT_PROVED, is_cell_unread, (*DUE, *STATUS)),
    Rule("closed_late_uncountable", Verdict.NOT_PROVED, (ready_late | returned_late) & ~can_count_due,
         (*DUE, "calendar")),
    Rule("closed_late_record_missing", Verdict.NOT_PROVED, (ready_late | returned_late) & ~can_find_late,
         (*DUE, *SLIPS, *PAPERS, *STOP)),
    Rule("closed_late_issued_late", Verdict.LATE, ready_late & issued_late, (*DUE, *PAPERS)),
    Rule("closed_late_slips_untold", Verdict.NOT_PROVED, slips_do_not_tell, (*DUE, *SLIPS)),
    Rule("closed_late_ready_late", Verdict.LATE, ready_late, (*DUE, *SLIPS)),
    Rule("closed_late_returned_late", Verdict.LATE, returned_late, (*DUE, *REGISTER)),
    Rule("closed_late_returned_before_receipt", Verdict.PAPER_CONTRADICTS_ITSELF, is_returned_before_receipt, REGISTER),
    Rule("closed_late_no_register", Verdict.NOT_PROVED, _is_missing("register"), REGISTER),
    Rule("closed_late_not_in_register", Verdict.NOT_PROVED, has_no_register_line, REGISTER),
    Rule("closed_late_not_signed", Verdict.NOT_PROVED, is_dated_unsigned, REGISTER),
    Rule("closed_late_no_return", Verdict.NOT_PROVED, closed_late, REGISTER),
]  # fmt: skip
CLOSED_IN_TIME = [
    Rule("closed_in_time_expected", Verdict.NOT_PROVED, rests_on_expected_days, (*DUE, "calendar")),
    Rule("closed_and_returned_in_time", Verdict.ON_TIME, returned_in_time, (*DUE, *REGISTER)),
    Rule("collected_late", Verdict.ON_TIME, returned_late & ready_in_time & at_desk_in_time,
         (*DUE, *SLIPS, "late_collection")),
    Rule("issued_in_time_returned_late", Verdict.ON_TIME, returned_late & ready_in_time,
         (*DUE, *PAPERS, "late_collection")),
    Rule("closed_and_ready_in_time", Verdict.ON_TIME, ready_in_time & at_desk_in_time, (*DUE, *SLIPS)),
    Rule("closed_and_issued_in_time", Verdict.ON_TIME, ready_in_time & issued_in_time, (*DUE, *PAPERS)),
    Rule("closed_and_posted_in_time", Verdict.ON_TIME, ready_in_time, (*DUE, *PAPERS)),
    Rule("closed_in_time_papers_disagree", Verdict.CLOSED_ON_TIME_RETURNED_LATE, papers_disagree,
         (*DUE, *SLIPS, *PAPERS)),
    Rule("closed_in_time_uncountable", Verdict.CLOSED_ON_TIME_RETURNED_LATE,
         ready_late & returned_late & ~can_count_due, (*DUE, "calendar")),
    Rule("closed_in_time_record_missing", Verdict.CLOSED_ON_TIME_RETURNED_LATE,
         ready_late & returned_late & is_wanting_or_in_doubt, (*DUE, *SLIPS, *PAPERS, *STOP)),
    Rule("closed_in_time_ready_and_returned_late", Verdict.LATE, ready_late & returned_late & ~slips_do_not_tell,
         (*DUE, *SLIPS, *PAPERS, *REGISTER)),
    Rule("closed_in_time_ready_late", Verdict.CLOSED_ON_TIME_RETURNED_LATE, ready_late, (*DUE, *SLIPS, *PAPERS)),
    Rule("processed_in_time_returned_late", Verdict.CLOSED_ON_TIME_RETURNED_LATE, returned_late & is_processed,
         (*DUE, *REGISTER, "status")),
    Rule("closed_in_time_returned_late", Verdict.CLOSED_ON_TIME_RETURNED_LATE, returned_late, (*DUE, *REGISTER)),
    Rule("closed_in_time_returned_before_receipt", Verdict.PAPER_CONTRADICTS_ITSELF, is_returned_before_receipt,
         REGISTER),
    Rule("closed_in_time_register_unread", Verdict.ON_TIME_NOT_CHECKED, ~can_read_register, REGISTER),
    Rule("closed_in_time_no_register", Verdict.ON_TIME_NOT_CHECKED, _is_missing("register"), SOFTWARE),
    Rule("closed_in_time_not_in_register", Verdict.ON_TIME_NOT_CHECKED, has_no_register_line, SOFTWARE),
    Rule("closed_in_time_no_return", Verdict.ON_TIME_NOT_CHECKED, closed_in_time, SOFTWARE),
]  # fmt: skip


def _where(condition: Condition, rules: Iterable[Rule]) -> list[Rule]:
    return [replace(rule, when=condition & rule.when) for rule in rules]


RULES = [  # the first that applies decides
    Rule("only_in_register", Verdict.ONLY_IN_REGISTER, is_only_in_register, REGISTER),
    Rule("status_unread", Verdict.NOT_PROVED, is_status_unread & ~is_returned, STATUS),
    Rule("withdrawn_but_returned", Verdict.PAPER_CONTRADICTS_ITSELF, is_withdrawn & is_returned, (*STATUS, *REGISTER)),
    Rule("refused_but_returned", Verdict.PAPER_CONTRADICTS_ITSELF, is_refused & is_returned,
         (*STATUS, "refusal", *REGISTER)),
    Rule("withdrawn", Verdict.WITHDRAWN, is_withdrawn, STATUS),
    Rule("refused", Verdict.REFUSED, is_refused, (*STATUS, "refusal")),
    Rule("stopped_but_returned", Verdict.PAPER_CONTRADICTS_ITSELF, clock_is_off & ~is_closed & is_returned,
         (*STATUS, *STOP, *REGISTER)),
    Rule("clock_stands_still", Verdict.STOPPED, clock_is_off & ~is_closed, (*STATUS, *STOP)),
    *CONTRADICTORY,
    Rule("closing_unread", Verdict.NOT_PROVED, is_closing_unread, SOFTWARE),
    Rule("due_date_unread", Verdict.NOT_PROVED, is_due_unread, DUE),
    Rule("due_date_unread_on_slip", Verdict.NOT_PROVED, ~has_due_date & is_promise_unread, DUE),
    Rule("due_date_uncountable", Verdict.NO_DUE_DATE, ~has_due_date & ~can_count_due, (*DUE, "calendar")),
    Rule("no_due_date", Verdict.NO_DUE_DATE, ~has_due_date, DUE),
    *_where(~is_closed, NEVER_CLOSED),
    *_where(closed_late, CLOSED_LATE),
    *_where(closed_in_time, CLOSED_IN_TIME),
]  # fmt: skip
DUE_DATES_DISAGREE = "due_dates_disagree"
NOT_SYNCHRONISED = "not_synchronised"  # a cause
EXCHANGED, SYSTEMS_DIFFER = "day_may_be_exchanged", "systems_differ"  # decided by `readings`
ONLY_NEW_DUE_DATE = "only_new_due_date"
IN_TIME_THROUGHOUT = "in_time_by_first_date"
LATE_BY_WRITTEN_DATE = "late_by_written_date_alone"
RESTS_ON = {rule.name: rule.rests_on for rule in RULES} | {
    EXCHANGED: (*DUE, *REGISTER), SYSTEMS_DIFFER: (*DUE, *SOFTWARE),
    DUE_DATES_DISAGREE: (*DUE, "calendar"), ONLY_NEW_DUE_DATE: (*DUE, "apology"),
    IN_TIME_THROUGHOUT: (*DUE, *REGISTER, *SLIPS, *PAPERS, "apology"),
    LATE_BY_WRITTEN_DATE: (*DUE, "calendar", *STOP, *REGISTER, *SLIPS, *PAPERS),
}  # fmt: skip
_VERDICTS = {rule.name: rule.answer for rule in RULES}

is_false_late = _verdict_is(Verdict.LATE_ONLY_IN_SOFTWARE)
is_late = _verdict_is(Verdict.LATE)
needs_cause = _verdict_is(Verdict.LATE_ONLY_IN_SOFTWARE, Verdict.LATE, Verdict.NOT_PROVED) & is_closed
by_register = _by_rule("closed_late_returned_in_time")
is_unsynchronised = _ALWAYS.fact(col("is_unsynchronised"))
is_with_commune = _ALWAYS.fact(col("unit_level").is_in([UnitLevel.DESK, UnitLevel.COMMUNE]))
is_with_upper_level = _ALWAYS.fact(col("unit_level") == UnitLevel.UPPER_LEVEL)
hops_are_whole = _ALWAYS.fact(col("is_unbroken")) & can_read_slips
by_collection = _by_rule("collected_late")
closed_when_collected = (
    is_false_late
    & returned_late
    & ready_in_time
    & at_desk_in_time
    & _ALWAYS.fact(col("closed_on") == col("returned_on"))
)
is_collected_late = by_collection | closed_when_collected
is_handed_over_by_upper_level = _ALWAYS.fact(col("is_handed_over_by_upper_level"))
came_back_to_desk = at_desk_in_time & ~is_handed_over_by_upper_level
never_passed_up = ~_ALWAYS.fact(col("is_passed_up"))
was_held_by_upper_level = _ALWAYS.fact(col("holder_level_at_due") == UnitLevel.UPPER_LEVEL)
was_held_by_commune = _ALWAYS.fact(col("holder_level_at_due").is_in([UnitLevel.DESK, UnitLevel.COMMUNE]))
_says = {cause: _ALWAYS.fact(col("claimed_cause") == cause) for cause in Cause}
contradicts_late = (
    _says[Cause.CLOSED_LATE_BY_COMMUNE] | _says[Cause.DATA_SYNCHRONISATION] | _says[Cause.DUE_DATE_NOT_MOVED]
    | _says[Cause.APPLICANT_COLLECTED_LATE] & ready_late
)  # fmt: skip
contradicts_false_late = (
    _says[Cause.HELD_BY_COMMUNE] | _says[Cause.DUE_DATE_NOT_MOVED]
    | _says[Cause.APPLICANT_COLLECTED_LATE] & returned_in_time
)  # fmt: skip
contradicts_records = is_late & contradicts_late | is_false_late & contradicts_false_late

CAUSES = [  # the first that applies names the missing step; unproved: somebody says so, no hop shows it
    Rule("date_not_moved", Cause.DUE_DATE_NOT_MOVED, _by_rule(LATE_BY_WRITTEN_DATE)),
    Rule(NOT_SYNCHRONISED, Cause.DATA_SYNCHRONISATION, needs_cause & ~is_late & is_unsynchronised),
    Rule("collected_late", Cause.APPLICANT_COLLECTED_LATE, by_collection & hops_are_whole),
    Rule("closed_when_collected", Cause.APPLICANT_COLLECTED_LATE, closed_when_collected & hops_are_whole),
    Rule("upper_level_handed_over", Cause.HELD_BY_UPPER_LEVEL,
         is_false_late & ~is_collected_late & is_handed_over_by_upper_level & hops_are_whole),
    Rule("came_back_in_time", Cause.CLOSED_LATE_BY_COMMUNE,
         is_false_late & ~is_collected_late & came_back_to_desk & hops_are_whole),
    Rule("upper_level_held_it", Cause.HELD_BY_UPPER_LEVEL, is_late & was_held_by_upper_level),
    Rule("commune_held_it", Cause.HELD_BY_COMMUNE, is_late & was_held_by_commune),
    Rule("collected_late_unproved", Cause.APPLICANT_COLLECTED_LATE, is_collected_late, is_proved=False),
    Rule("office_contradicts_records", Cause.CANNOT_BE_TOLD, contradicts_records, is_proved=False),
    *(Rule(f"office_says_{cause}", cause, needs_cause & says, is_proved=False) for cause, says in _says.items()),
    Rule("software_names_upper_level", Cause.HELD_BY_UPPER_LEVEL, needs_cause & is_with_upper_level, is_proved=False),
    Rule("software_names_commune", Cause.CLOSED_LATE_BY_COMMUNE,
         by_register & is_with_commune & never_passed_up & can_read_slips, is_proved=False),
    Rule("software_says_ready", Cause.APPLICANT_COLLECTED_LATE, _by_rule("processed_in_time_returned_late"),
         is_proved=False),
    Rule("cannot_be_told", Cause.CANNOT_BE_TOLD, needs_cause, is_proved=False),
]  # fmt: skip

has_letter = _ALWAYS.fact(~col("apologised_on").is_null())
is_letter_too_late = _ALWAYS.fact(col("apologised_on") >= col("due_on_latest"))
is_apology_unseen = _ALWAYS.fact(col("is_apology_unread")) | _is_wanting("apologies")
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
    Rule("unread", Population.UNREAD, is_closing_unread | is_status_unread & ~is_returned),
    Rule("settled_later", Population.SETTLED_LATER, _IN_PERIOD.fact(col("closed_on") > col("period_last_on"))),
    Rule("withdrawn", Population.WITHDRAWN, is_withdrawn),
    Rule("refused", Population.REFUSED, is_refused),
    Rule("settled", Population.SETTLED, is_closed),
    Rule("stopped", Population.STOPPED, _verdict_is(Verdict.STOPPED)),
    Rule("open", Population.OPEN, ~is_closed),
]

closed_late_in_software = _ALWAYS.fact(col("closed_on") > col("due_on_software"))
closed_in_time_in_software = _ALWAYS.fact(col("closed_on") <= col("due_on_software"))
was_past_due_by_all = _IN_PERIOD.fact(pl.max_horizontal("due_on_software", "due_on_latest") < col("end"))
was_past_due_by_any = _IN_PERIOD.fact(pl.min_horizontal("due_on_software", "due_on_earliest") < col("end"))
was_received_before = _IN_PERIOD.fact(col("received_on") < col("period_first_on"))

has_vanished = closed_in_time_in_software & has_letter & ~is_only_new_due_date  # and closed after the date that stands

_BY_CAUSE = {rule.name: rule for rule in CAUSES}
_CONSTANTS = ("as_of", "period_first_on", "period_last_on", "end")
_TEXTS = ("verdict", "rule", "grade", "not_seen", "cause_rule", "cause", "apology", "population")
_FLAGS = (
    "has_vanished", "is_past_due_at_end", "may_be_past_due_at_end", "is_carried_over", "cause_proved",
    "is_status_without_stop", "is_in_time_unclosed", "is_late_unclosed",
)  # fmt: skip
_ANSWERS: dict[str, PolarsType] = {**dict.fromkeys(_TEXTS, pl.String), **dict.fromkeys(_FLAGS, pl.Boolean)}
_SHOWN_FIRST = (*(DUE_BY[basis] for basis in AS_WRITTEN), *DUE_BY.values())


def verdicts(
    pairs: DataFrame, *, as_of: date, period_first_on: date, period_last_on: date, coverage: Coverage
) -> DataFrame:
    """`pairs` with `verdict`, `rule`, `grade`, `cause`, `cause_proved`, `apology`, `population`; a row per dossier.

    The rules are read under every due date that stands: equal verdicts stand, and so does a proof that it was in time
    under each; what flips is `due_date_in_dispute`. `due_on` is the one shown first: the software's due date, or the
    slip's where the software has none or only an apology's new date. `grade` is null where the verdict is not late,
    `not_seen` then names the records that could still show otherwise, a space between two. `is_carried_over`: received
    before the period; `is_past_due_at_end`: due, by every date that stands, before the period's last day or the
    audit's, `may_be_past_due_at_end` by any; `has_vanished`: in time in the software by the new date of an apology
    alone; `is_status_without_stop`: it says that the clock stands still, and no stop runs where stops are kept;
    `is_in_time_unclosed`, `is_late_unclosed`: returned in time, or late, by each date, and never closed. `cause` is
    null where nothing is late; `cause_proved` tells whether a record shows the cause or somebody merely says so.
    """
    pairs = pairs.with_columns(
        midnight(as_of).alias("as_of"), midnight(period_first_on).alias("period_first_on"),
        midnight(period_last_on).alias("period_last_on"), midnight(min(period_last_on, as_of)).alias("end"),
        due_on=pl.coalesce(*_SHOWN_FIRST, pl.when(col("is_stop_running")).then(pl.coalesce(*AS_WRITTEN.values()))),
    )  # fmt: skip
    asked = _asked(pairs)
    still = tuple(col(STANDS_STILL[basis]) if basis in STANDS_STILL else pl.lit(False) for basis in asked)
    facts = {"held_always": _ALWAYS.of(), "held_in_period": _IN_PERIOD.of(), "held_still": still}
    under = [*(DUE_BY[basis] for basis in asked), "due_on_earliest", "due_on"]
    facts |= {f"held_under_{number}": _UNDER.of(col(due_on)) for number, due_on in enumerate(under)}
    return with_answers(pairs, facts, partial(_answer, coverage), _ANSWERS).drop(*_CONSTANTS)


def _asked(pairs: DataFrame) -> tuple[DueBasis, ...]:
    """The bases of due dates of which any dossier has one, or one that stands still."""
    counted = pairs.select(
        *((~col(DUE_BY[basis]).is_null()).any().alias(str(basis)) for basis in DueBasis),
        *(col(name).any().alias(name) for name in STANDS_STILL.values()),
    ).row(0)  # fmt: skip
    there = dict(zip([*map(str, DueBasis), *STANDS_STILL.values()], counted, strict=True))
    return tuple(basis for basis in DueBasis if there[str(basis)] or there.get(STANDS_STILL.get(basis, "")))


def under_each_due_date(judged: DataFrame, *, as_of: date, coverage: Coverage) -> DataFrame:
    """What each due date alone leads to where they disagree: `dossier_id`, `basis`, `due_on`, `verdict`."""
    disputed = judged.filter(col("verdict") == Verdict.DUE_DATE_IN_DISPUTE).with_columns(as_of=midnight(as_of))
    if disputed.is_empty():
        return disputed.select("dossier_id", "due_on", "verdict", basis="verdict")
    each = [disputed.with_columns(due_on=col(due_by), basis=pl.lit(basis.value)) for basis, due_by in DUE_BY.items()]
    dated = pl.concat(each).filter(~col("due_on").is_null()).drop("verdict")
    facts = {"held_always": _ALWAYS.of(), "held_under": _UNDER.of(col("due_on"))}
    answer = partial(_verdict_under, coverage)
    return with_answers(dated, facts, answer, {"verdict": pl.String}).select("dossier_id", "basis", "due_on", "verdict")


def _verdict_under(coverage: Coverage, always: int, under: int) -> dict[str, str]:
    return {"verdict": str(_VERDICTS[_ruled(_Situation(always, under, coverage))])}


def _answer(coverage: Coverage, always: int, in_period: int, still: int, *under: int) -> dict[str, object]:
    """All that is decided of the dossiers in one situation; what is not read of each due date is read of `due_on`.

    `under`: the facts under each due date asked, under the earliest, and last under the one shown first; `still`: of
    which of them a stop is running.
    """
    *each, first = under
    base = _Situation(always, first, coverage, in_period=in_period)
    asked = [replace(base, under=one, is_still=bool(still >> at & 1)) for at, one in enumerate(each)]
    asked = [one for one in asked if one.is_still or has_due_date.holds(one)]
    shown = asked[0] if asked and all(one.is_still for one in asked) else base
    rules = [_ruled(one) for one in asked]
    rule, verdict = _settled(shown, rules)
    decided = replace(shown, rule=rule, verdict=verdict)
    cause_rule = _first(CAUSES, decided)
    cause = _BY_CAUSE.get(cause_rule or "")
    not_seen = _not_seen(coverage, is_shown_ready_late=all(ready_late.holds(one) for one in asked))
    is_any_still = any(one.is_still for one in asked) and not is_closed.holds(decided)
    return {
        "verdict": verdict, "rule": rule,
        "grade": str(Grade.BY_BOTH_RECORDS if not_seen else Grade.PROVED) if verdict == Verdict.LATE else None,
        "not_seen": " ".join(not_seen) if verdict == Verdict.LATE else None,
        "cause_rule": cause_rule, "cause": cause and str(cause.answer), "cause_proved": bool(cause and cause.is_proved),
        "apology": _word(APOLOGIES, decided), "population": _word(POPULATIONS, decided),
        "has_vanished": has_vanished.holds(decided) and all(closed_late.holds(one) for one in asked),
        "is_past_due_at_end": was_past_due_by_all.holds(decided) and verdict != Verdict.STOPPED and not is_any_still,
        "may_be_past_due_at_end": was_past_due_by_any.holds(decided),
        "is_carried_over": was_received_before.holds(decided),
        "is_status_without_stop": is_status_without_stop.holds(decided),
        "is_in_time_unclosed": set(rules) == {"never_closed_returned_in_time"},
        "is_late_unclosed": set(rules) == {"never_closed_returned_late"},
    }  # fmt: skip


def _settled(shown: _Situation, rules: Sequence[str]) -> tuple[str, str]:
    """The rule and the verdict that stand, of the rules under each due date; `shown`: under the one shown first."""
    rule = _ruled(shown)
    verdicts_ = {_VERDICTS[one] for one in rules} or {_VERDICTS[rule]}
    if verdicts_ <= set(PROVED_ON_TIME):
        if closed_late_in_software.holds(shown):
            return (rule if closed_late.holds(shown) else LATE_BY_WRITTEN_DATE), str(Verdict.LATE_ONLY_IN_SOFTWARE)
        return (IN_TIME_THROUGHOUT if closed_late.holds(shown) else rule), str(Verdict.ON_TIME)
    if len(verdicts_) > 1:
        only_new = is_only_new_due_date.holds(shown)
        return (ONLY_NEW_DUE_DATE if only_new else DUE_DATES_DISAGREE), str(Verdict.DUE_DATE_IN_DISPUTE)
    return rule, str(verdicts_.pop())


def _not_seen(coverage: Coverage, *, is_shown_ready_late: bool) -> list[str]:
    """The records that could still show that a dossier is not late, and have not been seen for it (policy, 5.2)."""
    tell = {record.name for record in JUDGED if record.tells_ready}
    seen = coverage.complete | (tell if is_shown_ready_late else set())
    unseen = [record for record in forbidding_late(Lack.UNSEEN) if record in coverage.kept and record not in seen]
    return [*unseen, *(["register"] if "register" in coverage.unseen else [])]


def _ruled(situation: _Situation) -> str:
    """The name of the rule that decides; every situation has one."""
    rule = _first(RULES, situation)
    if rule is None:
        raise ValueError(f"no rule for {situation}")
    return rule


def _first(rules: Iterable[Rule], situation: _Situation) -> str | None:
    """The name of the first rule that applies; None where none does."""
    return next((rule.name for rule in rules if rule.when.holds(situation)), None)


def _word(rules: Iterable[Rule], situation: _Situation) -> str | None:
    """The answer of the first rule that applies; None where none does."""
    return next((str(rule.answer) for rule in rules if rule.when.holds(situation)), None)
