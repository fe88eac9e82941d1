"""Carried over, dossier by dossier: what the last period left open against what this one received before it began."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from audit.claims.recount import Count
from audit.ground.terms import Population

OPEN_AT_END = frozenset((Population.OPEN, Population.STOPPED, Population.SETTLED_LATER))
_LEFT = frozenset((Population.WITHDRAWN, Population.REFUSED))
LEFT_OPEN = ("settled", "still_open", "left", "unreadable", "only_in_register", "missing")
CARRIED = ("open_then", "ended_then", "unreadable_then", "only_in_register_then", "between", "not_known_then")
NO_CODE_ALIKE = "no_code_alike"


@dataclass(frozen=True)
class Seen:
    """A dossier as one period's audit has it; `code` is comparable between the two, `name` the one to be shown."""

    code: str
    name: str
    population: Population
    received_on: date | None


@dataclass(frozen=True)
class Side:
    """One period: its days (both included), its dossiers, and what of its software could not be judged.

    `unread`: codes of dossiers in rows that are problems; `nameless`: how many more such rows or dossiers there are
    whose codes are not known: each may be any dossier that is looked for.
    """

    first_on: date
    last_on: date
    dossiers: tuple[Seen, ...]
    unread: frozenset[str] = field(default=frozenset())
    nameless: int = 0


@dataclass(frozen=True)
class Carried:
    """What was left open then and what is carried over here, each dossier with what the other side shows of it.

    `left_open`: a dossier to one of LEFT_OPEN; `carried`: to one of CARRIED. `missing`, `not_known`: how many are in
    no row of the other side, at least where rows are that cannot be read. `received_anew`: left open then, and here
    with a receipt within the period or none that can be read. `receipt_unread`: dossiers here without a day of receipt:
    whether they are carried over is not known. `is_sum`: those left open then that the software has here are those
    carried over and open then, and those received anew.
    """

    left_open: Mapping[Seen, str]
    carried: Mapping[Seen, str]
    missing: Count
    not_known: Count
    received_anew: int
    receipt_unread: int
    is_sum: bool


def carried_over(then: Side, here: Side) -> Carried | None:
    """Both sides, dossier by dossier; None where no code of one is any of the other's: the codes are no common ones.

    Open then: neither settled, withdrawn nor refused by the last day of that period. Carried over here: in the
    software, and received before this period's first day (form II.06a of Circular 01/2020/TT-VPCP, column 6).
    """
    was, is_ = ({one.code: one for one in side.dossiers} for side in (then, here))
    in_software = {code: one for code, one in is_.items() if one.population != Population.ONLY_IN_REGISTER}
    open_then = [one for one in then.dossiers if one.population in OPEN_AT_END]
    carried = [one for one in in_software.values() if one.received_on and one.received_on < here.first_on]
    if open_then and carried and not {*was, *then.unread} & {*is_, *here.unread}:
        return None
    left_open = {_as_here(one, is_.get(one.code)): _here(one, is_.get(one.code), here) for one in open_then}
    carried_by_kind = {one: _then(one, was.get(one.code), then) for one in carried}
    anew = sum(one.code in in_software for one in open_then) - _count(carried_by_kind.values(), "open_then")
    undated = [one for one in in_software.values() if not one.received_on]
    within = [one for one in in_software.values() if one.received_on and one.received_on >= here.first_on]
    codes = {one.code for one in open_then}
    expected = sum(one.code in codes for one in (*undated, *within))
    return Carried(
        left_open, carried_by_kind, _range(left_open.values(), "missing", here.nameless),
        _range(carried_by_kind.values(), "not_known_then", then.nameless), anew, len(undated), is_sum=anew == expected,
    )  # fmt: skip


def by_kind(kinds: Iterable[str], names: Iterable[str]) -> dict[str, int]:
    """How many there are of each kind, in the order of `names`."""
    listed = list(kinds)
    return {name: listed.count(name) for name in names}


def _as_here(then: Seen, here: Seen | None) -> Seen:
    """A dossier of then by the name that it has here, if it is here: of then it may be masked."""
    return replace(then, name=here.name) if here else then


def _here(then: Seen, here: Seen | None, side: Side) -> str:
    if here is None:
        return "unreadable" if then.code in side.unread else "missing"
    match here.population:
        case Population.SETTLED:
            return "settled"
        case Population.UNREAD:
            return "unreadable"
        case Population.ONLY_IN_REGISTER:
            return "unreadable" if then.code in side.unread else "only_in_register"
    return "left" if here.population in _LEFT else "still_open"


def _then(here: Seen, then: Seen | None, side: Side) -> str:
    if then is None:
        if here.code in side.unread:
            return "unreadable_then"
        return "between" if here.received_on and here.received_on > side.last_on else "not_known_then"
    if then.population in OPEN_AT_END:
        return "open_then"
    if then.population == Population.ONLY_IN_REGISTER and here.code not in side.unread:
        return "only_in_register_then"
    is_unread = then.population in (Population.UNREAD, Population.ONLY_IN_REGISTER)
    return "unreadable_then" if is_unread else "ended_then"


def _count(kinds: Iterable[str], name: str) -> int:
    return sum(one == name for one in kinds)


def _range(kinds: Iterable[str], name: str, nameless: int) -> Count:
    most = _count(kinds, name)
    return Count(max(0, most - nameless), most)
