"""What is worth a look about a dossier that two exports show otherwise: rules, the first that applies decides."""

from datetime import date
from enum import StrEnum

from audit.drift.seen import Row, shown_as, under
from audit.drift.states import BAD, GOOD, State, When
from audit.ground.terms import Status

_GOES_ON = frozenset({"closed_at", "returned_at", "status", "unit", "accepted_at", "is_components_digitised",
                      "is_result_digitised", "payments", "paid_dong"})  # fmt: skip


class Kind(StrEnum):
    """What is worth a look about a dossier, in the order of the list; the last two are the ordinary course."""

    LATE_TO_IN_TIME = "late_to_in_time"
    IN_TIME_TO_LATE = "in_time_to_late"
    DUE_MOVED_AFTER = "due_moved_after"
    GONE_LATE = "gone_late"
    LATE_LEFT_OUT = "late_left_out"
    DUE_MOVED = "due_moved"
    CLOSED_EARLIER = "closed_earlier"
    CLOSING_CHANGED = "closing_changed"
    RECEIPT_CHANGED = "receipt_changed"
    GONE = "gone"
    COME_EARLIER = "come_earlier"
    OTHER = "other"
    WENT_ON = "went_on"
    COME = "come"


ORDINARY = (Kind.WENT_ON, Kind.COME)


def of_changed(
    old: Row, new: Row, changed: set[str], after_due: When, between: tuple[date | None, date | None]
) -> Kind:  # fmt: skip
    """The kind of a dossier that both exports have and show otherwise, in the `changed` columns.

    `after_due`: whether that happened after the older export's due date; `between`: the days of the two exports. Late
    turned into in time is told too where only the new due date makes it so.
    """
    was, now, by_old_due = shown_as(old, between[0]), shown_as(new, between[1]), under(new, old, between[1])
    is_moved, is_stopped = "due_at" in changed, was == State.STOPPED  # a clock that stood makes nobody late
    rules = (
        (now in GOOD and (was in BAD or (is_moved and not is_stopped and by_old_due in BAD)), Kind.LATE_TO_IN_TIME),
        (now in BAD and (was == State.IN_TIME or (is_moved and by_old_due in GOOD)), Kind.IN_TIME_TO_LATE),
        (is_moved and after_due == When.AFTER, Kind.DUE_MOVED_AFTER),
        (was in BAD and new.values.get("status") in (Status.WITHDRAWN, Status.REFUSED), Kind.LATE_LEFT_OUT),
        (is_moved, Kind.DUE_MOVED),
        (_is_closed_earlier(old, new, changed, between[0]), Kind.CLOSED_EARLIER),
        ("closed_at" in changed and old.values.get("closed_at") is not None, Kind.CLOSING_CHANGED),
        ("received_at" in changed, Kind.RECEIPT_CHANGED),
        (_goes_on(old, new, changed, between[0]), Kind.WENT_ON),
    )
    return next((kind for is_so, kind in rules if is_so), Kind.OTHER)


def _is_closed_earlier(old: Row, new: Row, changed: set[str], old_on: date | None) -> bool:
    """Whether one that was open in the old export is now closed on a day before that export."""
    closed = new.day("closed_at")
    is_new = "closed_at" in changed and old.values.get("closed_at") is None
    return bool(is_new and closed and old_on and closed < old_on)


def _goes_on(old: Row, new: Row, changed: set[str], old_on: date | None) -> bool:
    """Whether nothing but the ordinary course of an open dossier shows: states move on, empty cells are filled."""
    moves = {"status", "unit"}
    are_filled = all(old.values.get(column) is None for column in changed - moves)
    if not changed <= _GOES_ON or not are_filled or old.values.get("closed_at") is not None:
        return False
    return old_on is not None or "closed_at" not in changed


def of_one(new: Row | None, was: State, old_on: date | None) -> Kind:
    """The kind of a dossier that one export alone has: the `new` one, or the old one where that is None."""
    if new is None:
        return Kind.GONE_LATE if was in BAD else Kind.GONE
    received = new.day("received_at")
    return Kind.COME_EARLIER if received and old_on and received < old_on else Kind.COME
