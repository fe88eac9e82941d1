"""The portal's figures of the index, against what the records count, each other, and the points of the item."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from audit.claims.figure import Figure, figure, percent
from audit.claims.points import Item
from audit.claims.progress import Range
from audit.claims.recount import Count
from audit.ground.terms import PERCENT_DIGITS, PORTAL_FIGURES, Outcome


@dataclass(frozen=True)
class Checked:
    """One figure of the portal, as it is written, answered; `explanation` names a sentence, said with `values`."""

    item: str
    figure: str
    written: str
    outcome: Outcome
    explanation: str
    values: Mapping[str, Any] = field(default_factory=dict)


def figures(lines: pd.DataFrame, items: Iterable[Item]) -> list[Checked]:
    """Every figure of every readable line, in the order of the file; `lines`: the record `portal`, as read.

    A figure is compared at its own precision. Against the records a formula stands that nobody confirmed; points that
    are not in line with the share are not refuted, since nobody says how they grow.
    """
    known = {one.item: one for one in items}
    readable = [
        {str(name): cell for name, cell in line.items()} for line in lines[lines["is_readable"]].to_dict("records")
    ]
    return [one for line in readable for one in _of_line(line, known.get(line["item"]))]


def _of_line(line: Mapping[Any, Any], item: Item | None) -> Iterator[Checked]:
    given = {name: _read(name, line[name]) for name in PORTAL_FIGURES}
    for name, read in given.items():
        if read is not None:
            outcome, explanation, values = _answer(name, read, given, item)
            yield Checked(line["item"], name, str(line[f"{name}_written"]), outcome, explanation, values)


def _read(name: str, value: object) -> Figure | None:
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    is_count = name in ("numerator", "denominator")
    return Figure(Decimal(int(value)), 0) if is_count else figure(str(value), is_percent=True)  # type: ignore[call-overload]


Answer = tuple[Outcome, str, dict[str, Any]]


def _answer(name: str, written: Figure, given: Mapping[str, Figure | None], item: Item | None) -> Answer:
    own = _against_its_own(name, written, given)
    if own is not None:
        return own
    if item is None:
        return Outcome.CANNOT_BE_CHECKED, "no_formula", {}
    if name == "points":
        return _points(written, item)
    share = item.software
    if share is None:
        return Outcome.CANNOT_BE_CHECKED, "not_counted", {}
    if name == "share":
        return _share(written, share.part.share, is_ceiling=share.is_ceiling)
    is_ceiling = share.is_ceiling and name == "numerator"
    return _count(written, share.part.count if name == "numerator" else share.part.total, is_ceiling=is_ceiling)


def _against_its_own(name: str, written: Figure, given: Mapping[str, Figure | None]) -> Answer | None:
    """What the portal's own numerator and denominator say of a figure, where they refute it."""
    above, below = given["numerator"], given["denominator"]
    if above is None or below is None:
        return None
    values = {"numerator": int(above.value), "denominator": int(below.value)}
    if name == "numerator" and above.value > below.value:
        return Outcome.DOES_NOT_HOLD, "more_than_total", values
    if name == "share" and below.value and not written.is_rounding_of(int(above.value), int(below.value)):
        exact = percent(int(above.value), int(below.value), PERCENT_DIGITS)
        return Outcome.DOES_NOT_HOLD, "own", values | {"percent": exact}
    return None


def _count(written: Figure, count: Count, *, is_ceiling: bool) -> Answer:
    most = count.at_most or 0
    least = 0 if is_ceiling else count.at_least
    kind = "count_at_most" if is_ceiling else "count_exact" if least == most else "count"
    values = {"at_least": least, "at_most": most}
    if not least <= written.value <= most:
        return Outcome.DOES_NOT_HOLD, kind, values
    return Outcome.HOLDS if least == most else Outcome.NOT_SETTLED, kind, values


def _share(written: Figure, share: Range, *, is_ceiling: bool) -> Answer:
    low = Fraction(0) if is_ceiling else share.at_least
    ends = (written.rounded(end.numerator, end.denominator) for end in (low, share.at_most))
    least, most = (end or Decimal(0) for end in ends)
    values = {"least_percent": _percent(low), "most_percent": _percent(share.at_most)}
    kind = "share_at_most" if is_ceiling else "share_exact" if low == share.at_most else "share"
    if not least <= written.value <= most:
        return Outcome.DOES_NOT_HOLD, kind, values
    return Outcome.HOLDS if low == share.at_most else Outcome.NOT_SETTLED, kind, values


def _points(written: Figure, item: Item) -> Answer:
    """Of points: never more than the item's; where they are not in line with the records' share it is left open."""
    if item.most is None:
        return Outcome.CANNOT_BE_CHECKED, "most_not_known", {}
    if Fraction(written.value) > item.most:
        return Outcome.DOES_NOT_HOLD, "above_most", {"most": item.most}
    if item.software is not None and item.software.points is not None and not item.software.is_ceiling:
        points = item.software.points
        values = {"least": points.at_least, "most": points.at_most}
        if not _rounded(points.at_least, written) <= written.value <= _rounded(points.at_most, written):
            return Outcome.NOT_SETTLED, "not_in_line", values
        is_one = points.at_least == points.at_most
        return (Outcome.HOLDS, "in_line_exact", values) if is_one else (Outcome.NOT_SETTLED, "in_line", values)
    return Outcome.CANNOT_BE_CHECKED, "not_counted", {}


def _rounded(value: Fraction, like: Figure) -> Decimal:
    exact = Decimal(value.numerator) / value.denominator
    return exact.quantize(Decimal(1).scaleb(-like.digits), ROUND_HALF_UP)


def _percent(share: Fraction) -> Decimal | None:
    return percent(share.numerator, share.denominator, PERCENT_DIGITS)
