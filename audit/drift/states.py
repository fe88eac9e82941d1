"""How the software's own days show a dossier, and whether something between two days lies after a third."""

from datetime import date
from enum import StrEnum

from audit.ground.terms import CLOCK_STANDS_STILL, Status


class State(StrEnum):
    """How an export shows a dossier by its own days, on the day on which it was made."""

    IN_TIME = "in_time"  # closed by its due date
    OPEN = "open"  # not closed, not past its due date
    LATE = "late"  # closed after its due date
    OVERDUE = "overdue"  # not closed, past its due date
    LEFT_OUT = "left_out"  # withdrawn or refused
    STOPPED = "stopped"  # not closed, the clock standing still
    UNKNOWN = "unknown"
    ABSENT = "absent"  # the export does not have it


class When(StrEnum):
    """Whether what happened between two exports happened after a day."""

    AFTER = "after"
    NOT_AFTER = "not_after"
    BETWEEN = "between"  # the day lies between the two exports
    UNKNOWN = "unknown"  # nobody says when the exports were made, or there is no such day


GOOD, BAD = (State.IN_TIME, State.OPEN), (State.LATE, State.OVERDUE)


def state(due_on: date | None, closed_on: date | None, status: object, made_on: date | None) -> State:
    """The State of a dossier by calendar days: one closed on its due date is in time.

    One that is not closed is told of the day of the export, `made_on`; unknown without one.
    """
    if status in (Status.WITHDRAWN, Status.REFUSED):
        return State.LEFT_OUT
    if due_on is None:
        return State.UNKNOWN
    if closed_on is not None:
        return State.LATE if closed_on > due_on else State.IN_TIME
    if status in CLOCK_STANDS_STILL:
        return State.STOPPED
    if made_on is None or status in (Status.PROCESSED, Status.RETURNED):
        return State.UNKNOWN
    return State.OVERDUE if due_on < made_on else State.OPEN


def when(day: date | None, first_on: date | None, last_on: date | None) -> When:
    """Whether what happened from `first_on` to `last_on`, both included, happened after `day`."""
    if day is None:
        return When.UNKNOWN
    if first_on is not None and first_on > day:
        return When.AFTER
    if last_on is not None and last_on <= day:
        return When.NOT_AFTER
    return When.UNKNOWN if first_on is None or last_on is None else When.BETWEEN
