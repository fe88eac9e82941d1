"""What this period's records show of a recommendation or a promise: repeated, mended, or cannot be checked, and why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from audit.ground.terms import UNDECIDED, Cause, FollowUp, Outcome, Verdict

KINDS = ("verdict", "cause", "unit", "measure")


@dataclass(frozen=True)
class Sign:
    """What shows that it happens again: a verdict, a cause, a unit that held a dossier past due, a figure's measure."""

    kind: str
    name: str


@dataclass(frozen=True)
class Of:
    """What is looked at of a judged dossier: `unit`, compared folded, held it when it fell due, by unbroken slips."""

    verdict: Verdict
    cause: Cause | None
    is_cause_proved: bool
    unit: str | None
    due_on: date | None


@dataclass(frozen=True)
class Shows:
    """What the records show: `count` of `total` dossiers (or figures) due after the day; `open` of them undecided."""

    state: FollowUp
    why: str = ""
    count: int = 0
    open: int = 0
    total: int = 0


def shows(
    sign: Sign | None, until_on: date | None, *, is_until_unread: bool, last_on: date, dossiers: Iterable[Of],
    outcomes: Mapping[str, Iterable[Outcome]], unread: int,
) -> Shows:  # fmt: skip
    """What this period shows of a recommendation, among dossiers due after `until_on`, by `last_on`.

    Without `until_on` all that are due by then; one without a due date may be one of them. `last_on`: the period's last
    day or the audit's, where that comes first. `outcomes`: of each measure of the report its figures' answers.
    `unread`: dossiers that cannot be read, of which each may be one more. Repeated where any is shown; mended where
    there are some that could show it, none does, and nothing is undecided; else it cannot be checked. Nobody is
    blamed: it is what records show.
    """
    if sign is None:
        return Shows(FollowUp.CANNOT_BE_CHECKED, "no_sign")
    if sign.kind not in KINDS:
        return Shows(FollowUp.CANNOT_BE_CHECKED, "unknown_sign")
    if is_until_unread:
        return Shows(FollowUp.CANNOT_BE_CHECKED, "until_unread")
    if until_on and until_on >= last_on:
        return Shows(FollowUp.CANNOT_BE_CHECKED, "not_yet_due")
    if sign.kind == "measure":
        return _by_figures(list(outcomes.get(sign.name, ())))
    counted = [one for one in dossiers if one.due_on is None or (until_on or date.min) < one.due_on <= last_on]
    undated = sum(one.due_on is None for one in counted)
    is_so, may_be = _OF[sign.kind]
    surely = [one for one in counted if one.due_on]
    count = sum(is_so(one, sign.name) for one in surely)
    open_ = sum(not is_so(one, sign.name) and may_be(one, sign.name) for one in surely) + undated + unread
    return _by_dossiers(count, open_, len(counted) + unread)


def _by_dossiers(count: int, open_: int, total: int) -> Shows:
    if count:
        return Shows(FollowUp.REPEATED, "", count, open_, total)
    if not total:
        return Shows(FollowUp.CANNOT_BE_CHECKED, "none_due", 0, open_, total)
    return Shows(
        FollowUp.CANNOT_BE_CHECKED if open_ else FollowUp.MENDED, "undecided" if open_ else "", 0, open_, total
    )


def _by_figures(outcomes: list[Outcome]) -> Shows:
    wrong = sum(one == Outcome.DOES_NOT_HOLD for one in outcomes)
    open_ = sum(one in (Outcome.NOT_SETTLED, Outcome.CANNOT_BE_CHECKED) for one in outcomes)
    found = _by_dossiers(wrong, open_, len(outcomes))
    return found if outcomes else Shows(FollowUp.CANNOT_BE_CHECKED, "no_figure")


_SURELY_LATE = (Verdict.LATE, Verdict.OVERDUE)
_HAS_CAUSE = (*UNDECIDED, *_SURELY_LATE, Verdict.LATE_ONLY_IN_SOFTWARE)


def _may_have_verdict(one: Of, name: str) -> bool:
    """Whether it may be so; one past due that nobody closed may be late: not closing it mends nothing."""
    is_overdue = one.verdict == Verdict.OVERDUE and name == Verdict.LATE
    return is_overdue or one.verdict in (*UNDECIDED, Verdict.ONLY_IN_REGISTER)


def _has_cause(one: Of, name: str) -> bool:
    return one.cause == name and one.is_cause_proved


def _may_have_cause(one: Of, name: str) -> bool:
    """Whether it may be of that cause: another that somebody merely says keeps none away."""
    is_another = one.cause not in (None, Cause.CANNOT_BE_TOLD, name) and one.is_cause_proved
    return one.verdict in _HAS_CAUSE and not is_another


def _was_held(one: Of, name: str) -> bool:
    return one.unit == name and one.verdict in _SURELY_LATE


def _may_have_been_held(one: Of, name: str) -> bool:
    return one.verdict in (*UNDECIDED, *_SURELY_LATE) and one.unit in (None, name)


_OF: Mapping[str, tuple[Callable[[Of, str], bool], Callable[[Of, str], bool]]] = {
    "verdict": (lambda one, name: one.verdict == name, _may_have_verdict),
    "cause": (_has_cause, _may_have_cause),
    "unit": (_was_held, _may_have_been_held),
}
