"""What a report may count, and the definitions under which offices count it: a list that reads as a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from polars import col

from audit.ground import expressions
from audit.ground.situation import Condition, Facts
from audit.ground.terms import PROVED_ON_TIME, UNDECIDED, Cause, Population, Verdict
from audit.judging import summarise


@dataclass(frozen=True)
class Definition:
    """One way in which offices count a measure: dossiers that meet `when`, up to `at_most` where it is left open.

    `of`: the totals of a share under this definition, where they are not those of the measure. `needs`: columns
    that the records must have for this definition alone.
    """

    name: str
    when: Condition
    at_most: Condition | None = None
    of: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """What a claim counts, under each definition, the plainest first: it alone can make a figure hold.

    `of`: the measures that may be its total, as offices use them, the plainest first; `other_of`: totals that make
    another definition of the share, of the plainest count alone. A total is counted under the definition of the count,
    where it has that one. `needs`: columns the records must have. `total`: a column to add up instead of counting
    dossiers. `distinct`: a column whose different values are counted.
    """

    name: str
    definitions: tuple[Definition, ...]
    of: tuple[str, ...] = ()
    other_of: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    total: str | None = None
    distinct: str | None = None
    unit: str = "dossier"


def among(
    populations: Mapping[str, tuple[Condition, ...]], which: Condition | None = None, unknown: Condition | None = None
) -> tuple[Definition, ...]:
    """A definition per population (those in it, those that may be): those of it that are `which`, or may be so.

    Where `which` is `unknown`, a dossier may be so; None: all are, and always known.
    """
    definitions = []
    for name, who in populations.items():
        when, at_most = who[0], who[-1]
        if which is not None:
            when, at_most = who[0] & which, who[-1] & (which if unknown is None else which | unknown)
        definitions.append(Definition(name, when, None if unknown is None and len(who) == 1 else at_most))
    return tuple(definitions)


DOSSIER, LISTED_PROCEDURE = Facts("held"), Facts("held")  # what is asked of a dossier; of a line of the online list
_fact = DOSSIER.fact

is_in_software, is_settled = _fact(expressions.is_in_software), _fact(expressions.is_settled)
is_withdrawn, is_pending = _fact(expressions.is_withdrawn), _fact(expressions.is_pending)
is_refused = _fact(col("population") == Population.REFUSED)
is_stopped = _fact(col("population") == Population.STOPPED)
is_received = is_in_software & ~is_refused
is_new = ~_fact(col("is_carried_over"))
is_settled_or_withdrawn = is_settled | is_withdrawn
RECEIVED = {
    "usual": (is_received,),
    "withdrawn_left_out": (is_received & ~is_withdrawn,),
    "carried_over_left_out": (is_received & is_new,),
    "refused_counted": (is_in_software,),
    "some_refused_counted": (is_received, is_in_software),
}
RECEIVED_NEW = {
    "usual": (is_received & is_new,),
    "withdrawn_left_out": (is_received & is_new & ~is_withdrawn,),
    "carried_over_counted": (is_received,),
    "refused_counted": (is_in_software & is_new,),
    "some_refused_counted": (is_received & is_new, is_in_software & is_new),
}
CARRIED_OVER = {
    "usual": (is_received & ~is_new,),
    "withdrawn_left_out": (is_received & ~is_new & ~is_withdrawn,),
    "refused_counted": (is_in_software & ~is_new,),
    "some_refused_counted": (is_received & ~is_new, is_in_software & ~is_new),
}
NOT_WITHDRAWN = {
    name: tuple(each & ~is_withdrawn for each in who) for name, who in RECEIVED.items() if name != "withdrawn_left_out"
}
SETTLED = {
    "usual": (is_settled,),
    "withdrawn_counted": (is_settled_or_withdrawn,),
    "refused_counted": (is_settled | is_refused,),
    "withdrawn_and_refused_counted": (is_settled_or_withdrawn | is_refused,),
    "some_refused_counted": (is_settled, is_settled | is_refused),
    "form_06a": (is_settled_or_withdrawn | is_refused | is_stopped,),
}
SETTLED_NEW = {name: tuple(each & is_new for each in who) for name, who in SETTLED.items()} | {
    "carried_over_counted": (is_settled,)
}
OPEN = {"usual": (is_pending,), "stopped_left_out": (is_pending & ~is_stopped,)}

is_in_person = _fact(col("channel") == "in_person")
is_online = _fact(col("channel") == "online")
is_by_post = _fact(col("channel") == "post")
is_listed = ~_fact(col("online_level").is_null())
is_partial = is_online & _fact(col("online_level") == "partial")
is_full = is_online & _fact(col("online_level") == "full")
is_birth = _fact(col("interlinked_group") == "birth")
is_death = _fact(col("interlinked_group") == "death")
is_interlinked = ~_fact(col("interlinked_group").is_null())
no_channel, no_procedure = _fact(col("channel").is_null()), _fact(col("procedure").is_null())
no_online = no_channel | no_procedure
are_components_digitised = _fact(col("is_components_digitised"))
is_result_digitised = _fact(col("is_result_digitised"))
has_paid = _fact(col("paid_dong") > 0)

has_no_due_date = _fact(expressions.has_no_due_date)
closed_in_time, closed_late = _fact(expressions.closed_in_time), _fact(expressions.closed_late)
closed_by_timestamp = _fact(summarise.closed_by_timestamp)
is_within_time, may_be_within_time = _fact(summarise.is_within_time), _fact(summarise.may_be_within_time)
is_early = _fact(col("closed_on") < col("due_on_software"))
is_on_due_day = _fact(col("closed_on") == col("due_on_software"))
is_before_due_at = _fact(col("closed_at") < col("due_at"))
is_at_due_at = _fact(col("closed_at") == col("due_at"))
closed_late_by_timestamp = _fact(col("closed_at") > col("due_at"))
is_due_in_period = _fact(col("is_due_in_period"))
is_settled_undated = is_settled & has_no_due_date
is_in_time = is_settled & closed_in_time
may_be_in_time = is_in_time | is_settled_undated
is_in_time_fallen_due = is_in_time & is_due_in_period
is_overdue = is_pending & _fact(col("is_past_due_at_end"))
may_be_overdue = is_pending & (_fact(col("may_be_past_due_at_end")) | has_no_due_date)
is_fallen_due = is_received & ~is_withdrawn & is_due_in_period
fallen_due = is_fallen_due & ~is_stopped
may_be_fallen_due = is_fallen_due | is_received & ~is_withdrawn & has_no_due_date

is_late = _fact(col("verdict") == Verdict.LATE)
is_proved_in_time = _fact(col("verdict").is_in(PROVED_ON_TIME))
is_returned_late_unclosed = _fact(col("is_late_unclosed"))
is_in_time_unclosed = _fact(col("is_in_time_unclosed"))
is_unclosed = _fact(col("population").is_in([Population.OPEN, Population.STOPPED]))
is_only_in_register = _fact(col("population") == Population.ONLY_IN_REGISTER)
is_unsettled_undecided = is_unclosed & _fact(col("verdict").is_in([*UNDECIDED, Verdict.OVERDUE]))
is_maybe_late_unsettled = is_only_in_register | (is_unsettled_undecided & ~is_in_time_unclosed)
is_maybe_late_later = _fact(col("population") == Population.SETTLED_LATER) & ~is_proved_in_time
is_maybe_in_time_unsettled = is_only_in_register | (is_unclosed & ~_fact(col("returned_on").is_null()))
is_cause_proved = _fact(col("cause_proved"))
may_be_commune = _fact(col("cause") == Cause.CLOSED_LATE_BY_COMMUNE) | ~is_cause_proved
may_be_upper_level = _fact(col("cause") == Cause.HELD_BY_UPPER_LEVEL) | ~is_cause_proved


def late(is_known: Condition | None = None, may_be: Condition | None = None) -> tuple[Definition, ...]:
    """Dossiers settled late in the software, by day and by time stamp: those known to be something, that may be.

    One without a due date is not late there.
    """
    ways = {"by_day": is_settled & closed_late, "by_time_stamp": is_settled & closed_late_by_timestamp}
    if is_known is None or may_be is None:
        return tuple(Definition(name, who) for name, who in ways.items())
    return tuple(Definition(name, who & is_known, who & may_be) for name, who in ways.items())


IN_TIME = (
    Definition("by_day", is_in_time),
    Definition("by_time_stamp", is_settled & closed_by_timestamp),
    Definition("withdrawn_counted", is_in_time | is_withdrawn, may_be_in_time | is_withdrawn),
    Definition("refused_counted", is_in_time | is_refused, may_be_in_time | is_refused),
    Definition("withdrawn_and_refused_counted", is_in_time | is_withdrawn | is_refused,
               may_be_in_time | is_withdrawn | is_refused),
    Definition("some_refused_counted", is_in_time, may_be_in_time | is_refused),
    Definition("form_06a", is_in_time | is_withdrawn | is_refused | is_stopped,
               may_be_in_time | is_withdrawn | is_refused | is_stopped),
    Definition("no_due_date_counted", may_be_in_time),
    Definition("open_within_time_counted", is_in_time | is_within_time, may_be_in_time | may_be_within_time,
               of=("settled_and_open", "settled_and_within_time", "received_total")),
    Definition("fallen_due", is_in_time_fallen_due, is_in_time_fallen_due | is_settled_undated, of=("fallen_due",),
               needs=("period",)),
)  # fmt: skip
EARLY = (
    Definition("by_day", is_settled & is_early, is_settled & (is_early | has_no_due_date)),
    Definition("by_time_stamp", is_settled & is_before_due_at, is_settled & (is_before_due_at | has_no_due_date)),
    Definition("due_day_counted", is_in_time, may_be_in_time),
)
ON_DUE_DAY = (
    Definition("by_day", is_settled & is_on_due_day, is_settled & (is_on_due_day | has_no_due_date)),
    Definition("by_time_stamp", is_settled & is_at_due_at, is_settled & (is_at_due_at | has_no_due_date)),
    Definition("until_its_hour", is_settled & is_on_due_day & closed_by_timestamp,
               is_settled & (is_on_due_day & closed_by_timestamp | has_no_due_date)),
)  # fmt: skip

LISTED = ("channel", "procedure", "online_procedures")
MEASURES = [
    Measure("received_total", among(RECEIVED)),
    Measure("received_new", among(RECEIVED_NEW)),
    Measure("received_in_person", among(RECEIVED_NEW, is_in_person, no_channel), ("received_new", "received_total"),
            needs=("channel",)),
    Measure("received_online", among(RECEIVED_NEW, is_online, no_channel), ("received_new", "received_total"),
            needs=("channel",)),
    Measure("received_by_post", among(RECEIVED_NEW, is_by_post, no_channel), ("received_new", "received_total"),
            needs=("channel",)),
    Measure("carried_over", among(CARRIED_OVER), ("received_total",)),
    Measure("settled", among(SETTLED), ("received_total",), ("settled_and_open",)),
    Measure("settled_in_time", IN_TIME, ("settled",), ("received_total",)),
    Measure("settled_early", EARLY, ("settled",)),
    Measure("settled_on_due_day", ON_DUE_DAY, ("settled",)),
    Measure("late_in_software", late(), ("settled",)),
    Measure("open", among(OPEN), ("received_total",)),
    Measure("open_within_time", among(OPEN, is_within_time, may_be_within_time), ("open",)),
    Measure("open_overdue", among(OPEN, is_overdue, may_be_overdue), ("open",)),
    Measure("settled_and_open", (Definition("usual", is_settled | is_pending),)),
    Measure("settled_and_within_time",
            (Definition("usual", is_settled | is_within_time, is_settled | may_be_within_time),)),
    Measure("fallen_due", (Definition("usual", fallen_due, may_be_fallen_due),), needs=("period",)),
    Measure("withdrawn", (Definition("usual", is_withdrawn),), ("received_total",)),
    Measure("refused", (Definition("usual", is_refused),)),
    Measure("settled_in_time_in_reality", (Definition("by_papers", is_settled & is_proved_in_time,
            is_settled & ~is_late | is_maybe_in_time_unsettled),), ("settled",)),
    Measure("late_in_reality", (Definition("by_papers",
            is_settled & is_late | is_returned_late_unclosed,
            is_settled & ~is_proved_in_time | is_maybe_late_unsettled | is_maybe_late_later),), ("settled",)),
    Measure("late_returned_in_time", late(is_proved_in_time, ~is_late), ("late_in_software",)),
    Measure("late_closed_by_commune", late(is_cause_proved & may_be_commune, may_be_commune),
            ("late_in_software",)),
    Measure("late_held_by_upper_level", late(is_cause_proved & may_be_upper_level, may_be_upper_level),
            ("late_in_software",)),
    Measure("components_digitised", among(RECEIVED, are_components_digitised),
            ("received_total", "received_new"), ("listed_not_withdrawn",), needs=("is_components_digitised",)),
    Measure("listed_not_withdrawn", among(NOT_WITHDRAWN, is_listed, no_procedure), needs=LISTED[1:]),
    Measure("results_digitised", among(SETTLED, is_result_digitised), ("settled",), ("listed_settled",),
            needs=("is_result_digitised",)),
    Measure("listed_settled", among(SETTLED, is_listed, no_procedure), needs=LISTED[1:]),
    Measure("online_procedures_used", among(RECEIVED_NEW, is_online & is_listed, no_online), ("online_procedures",),
            needs=LISTED, distinct="procedure_key", unit="procedure"),
    Measure("online_procedures_used_partial", among(RECEIVED_NEW, is_partial, no_online),
            ("online_procedures_partial", "online_procedures_used"), needs=LISTED, distinct="procedure_key",
            unit="procedure"),
    Measure("online_procedures_used_full", among(RECEIVED_NEW, is_full, no_online),
            ("online_procedures_full", "online_procedures_used"), needs=LISTED, distinct="procedure_key",
            unit="procedure"),
    Measure("online_listed_received", among(RECEIVED_NEW, is_online & is_listed, no_online), needs=LISTED),
    Measure("online_listed_settled", among(SETTLED_NEW, is_online & is_listed, no_online),
            ("online_listed_received",), needs=LISTED),
    Measure("online_partial_received", among(RECEIVED_NEW, is_partial, no_online), ("online_listed_received",),
            needs=LISTED),
    Measure("online_partial_settled", among(SETTLED_NEW, is_partial, no_online), ("online_partial_received",),
            needs=LISTED),
    Measure("online_full_received", among(RECEIVED_NEW, is_full, no_online), ("online_listed_received",), needs=LISTED),
    Measure("online_full_settled", among(SETTLED_NEW, is_full, no_online), ("online_full_received",), needs=LISTED),
    Measure("interlinked_birth_received", among(RECEIVED_NEW, is_birth, no_procedure), needs=LISTED[1:]),
    Measure("interlinked_birth_settled", among(SETTLED_NEW, is_birth, no_procedure), ("interlinked_birth_received",),
            needs=LISTED[1:]),
    Measure("interlinked_death_received", among(RECEIVED_NEW, is_death, no_procedure), needs=LISTED[1:]),
    Measure("interlinked_death_settled", among(SETTLED_NEW, is_death, no_procedure), ("interlinked_death_received",),
            needs=LISTED[1:]),
    Measure("interlinked_groups", among(RECEIVED_NEW, is_interlinked, no_procedure), needs=LISTED[1:],
            distinct="interlinked_group", unit="group"),
    Measure("dossiers_with_fee", (Definition("usual", is_received & has_paid, is_received),
            Definition("paid_online", is_received & has_paid)), ("received_total",), needs=("paid_dong",)),
    Measure("payments", among(RECEIVED), needs=("payments",), total="payments", unit="payment"),
    Measure("paid_dong", among(RECEIVED), needs=("paid_dong",), total="paid_dong", unit="dong"),
]  # fmt: skip
is_listed_partial = LISTED_PROCEDURE.fact(col("online_level") == "partial")
is_listed_full = LISTED_PROCEDURE.fact(col("online_level") == "full")
is_listed_interlinked = ~LISTED_PROCEDURE.fact(col("interlinked_group").is_null())
LIST_MEASURES = [  # counted on the list of procedures itself
    Measure("online_procedures", (Definition("usual", is_listed_partial | is_listed_full),),
            unit="procedure"),
    Measure("online_procedures_partial", (Definition("usual", is_listed_partial),),
            ("online_procedures",), unit="procedure"),
    Measure("online_procedures_full", (Definition("usual", is_listed_full),), ("online_procedures",),
            unit="procedure"),
    Measure("interlinked_groups", (Definition("on_the_list", is_listed_interlinked),), distinct="interlinked_group",
            unit="group"),
]  # fmt: skip
BY_NAME = {measure.name: measure for measure in [*LIST_MEASURES, *MEASURES]}
OF = {name: measure.of for name, measure in BY_NAME.items() if measure.of}
MEASURE_NAMES = frozenset(BY_NAME)
