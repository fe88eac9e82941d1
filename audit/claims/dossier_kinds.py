"""Kinds of dossier, by channel and state, and which of them each measure of a report counts.

Two measures are parts that do not overlap, or part and whole, exactly where their kinds are so: in person and
settled overlap, withdrawn lies within received, settled and open lie beside each other. A report counts the settled
and the open apart from the withdrawn; offices that do otherwise are met in `uneven`.
"""

from collections.abc import Container
from itertools import product

Kind = tuple[str, str]  # channel and state

IN_PERSON, CARRIED_OVER = ("in_person",), ("carried_over",)
PARTIAL, FULL, BY_POST = ("online_partial",), ("online_full",), ("by_post",)
ONLINE = PARTIAL + FULL
NEW = IN_PERSON + ONLINE + BY_POST
CHANNELS = NEW + CARRIED_OVER
EARLY, ON_DUE_DAY = ("settled_early",), ("settled_on_due_day",)
LATE_BY_COMMUNE, LATE_BY_UPPER_LEVEL = ("late_closed_by_commune",), ("late_held_by_upper_level",)
IN_TIME, LATE = EARLY + ON_DUE_DAY, LATE_BY_COMMUNE + LATE_BY_UPPER_LEVEL
SETTLED = IN_TIME + LATE
WITHIN_TIME, OVERDUE, WITHDRAWN = ("open_within_time",), ("open_overdue",), ("withdrawn",)
OPEN = WITHIN_TIME + OVERDUE
STATES = SETTLED + OPEN + WITHDRAWN


def kinds_of(channels: tuple[str, ...], states: tuple[str, ...]) -> frozenset[Kind]:
    """Every kind of these channels and states."""
    return frozenset(product(channels, states))


COUNTED = {
    "received_total": kinds_of(CHANNELS, STATES),
    "received_new": kinds_of(NEW, STATES),
    "received_in_person": kinds_of(IN_PERSON, STATES),
    "received_online": kinds_of(ONLINE, STATES),
    "received_by_post": kinds_of(BY_POST, STATES),
    "carried_over": kinds_of(CARRIED_OVER, STATES),
    "settled": kinds_of(CHANNELS, SETTLED),
    "settled_in_time": kinds_of(CHANNELS, IN_TIME),
    "settled_early": kinds_of(CHANNELS, EARLY),
    "settled_on_due_day": kinds_of(CHANNELS, ON_DUE_DAY),
    "late_in_software": kinds_of(CHANNELS, LATE),
    "late_closed_by_commune": kinds_of(CHANNELS, LATE_BY_COMMUNE),
    "late_held_by_upper_level": kinds_of(CHANNELS, LATE_BY_UPPER_LEVEL),
    "open": kinds_of(CHANNELS, OPEN),
    "open_within_time": kinds_of(CHANNELS, WITHIN_TIME),
    "open_overdue": kinds_of(CHANNELS, OVERDUE),
    "withdrawn": kinds_of(CHANNELS, WITHDRAWN),
    "online_listed_received": kinds_of(ONLINE, STATES),
    "online_listed_settled": kinds_of(ONLINE, SETTLED),
    "online_partial_received": kinds_of(PARTIAL, STATES),
    "online_partial_settled": kinds_of(PARTIAL, SETTLED),
    "online_full_received": kinds_of(FULL, STATES),
    "online_full_settled": kinds_of(FULL, SETTLED),
}


def not_there(stated: Container[str]) -> frozenset[Kind]:
    """Kinds of which a report has none: by post, where it does not speak of that; the overdue, where it prints what is
    open within time and nothing else open.
    """
    is_silent = "open_within_time" in stated and "open" not in stated and "open_overdue" not in stated
    by_post = frozenset() if "received_by_post" in stated else kinds_of(BY_POST, STATES)
    return by_post | (kinds_of(CHANNELS, OVERDUE) if is_silent else frozenset())
