"""Shares printed without their total: which whole numbers can be that total, and what they would count."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations, islice, product
from typing import NamedTuple

import pandas as pd

from audit.claims.dossier_kinds import CHANNELS, COUNTED, NEW, OPEN, SETTLED, WITHDRAWN, Kind, kinds_of, not_there
from audit.claims.figure import Figure
from audit.claims.printed import HIDDEN, UNKNOWN, WHOLES, Report, report
from audit.claims.recount import Count

WHOLE = 100
MOST_TOTALS = 200
MOST_FIGURES = 3
MOST_SUMS = 5
REMAINDER = "remainder"
BETWEEN = {  # dossiers that the total of a share must count, and those that it may count besides
    "components_digitised": (kinds_of(NEW, SETTLED + OPEN), COUNTED["received_total"]),
    "results_digitised": (kinds_of(NEW, SETTLED), kinds_of(CHANNELS, SETTLED + WITHDRAWN)),
} | {measure: (COUNTED[WHOLES.get(measure, measure)], COUNTED["received_total"]) for measure in COUNTED}
USUAL = {"components_digitised": "received_total", "results_digitised": "settled"}  # what a hidden total is one of


class Share(NamedTuple):
    """A share printed without its total, its count, and every total that gives it."""

    claim: str
    measure: str
    numerator: int
    written: str
    totals: tuple[int, ...]
    claims: tuple[str, str]
    is_confirmed: bool


class Part(NamedTuple):
    """A figure that a sum may take, and the kinds of dossier that it counts."""

    value: int
    measure: str
    counted: frozenset[Kind]


def denominators(claims: pd.DataFrame, counts: Mapping[str, Count]) -> pd.DataFrame:
    """A row per share printed without its total but with its count.

    `claim`, `measure`, `numerator`, `written`, `totals`: every whole number that gives the share at its
    precision, ascending; `stated_as` and `counted_as`: (total, measure) where the report states that number,
    or the records count it. A share that more than 200 totals give, or of 100 % or 0 %, says nothing on its
    total and is left out.

    `sums`: (total, ((1 or -1, value, measure), ...)) where at most three figures of the report add up to a total and
    their dossiers make a set: what is added does not overlap, and what is taken away lies within it, as the kinds of
    dossier do; the set has in it what the share is counted of, and nothing that it never is. Among the figures is the
    one number that another share's total can be, `hidden:` its measure, and, for a total that can be no other number,
    one dossier more or less, `remainder`. Fewest figures first, no set twice, at most five a share. `claims`: of the
    share and of its count; `is_confirmed`: a person has confirmed both.
    """
    stated = report(claims)
    shares, none = list(_shares(stated)), not_there(stated.counts)
    of = sorted({(line.measure, int(line.figure.value)) for line in stated.lines if line.is_count})
    rows = []
    for share in shares:
        stated_as = tuple((value, name) for name, value in of if value in share.totals)
        counted_as = tuple(
            (count.at_least, name) for name, count in counts.items()
            if count.at_least == count.at_most and count.at_least in share.totals
        )  # fmt: skip
        sums = tuple(islice(_sums(share, _parts(stated, shares, share), none), MOST_SUMS))
        rows.append((*share[:5], stated_as, counted_as, sums, share.claims, share.is_confirmed))
    columns = ["claim", "measure", "numerator", "written", "totals", "stated_as", "counted_as", "sums", "claims"]
    return pd.DataFrame(rows, columns=[*columns, "is_confirmed"]).astype({"is_confirmed": bool})


def totals(numerator: int, share: Figure) -> tuple[int, ...]:
    """Every total of which `numerator` is `share` percent at its own precision (half up), ascending.

    No more than 201 are looked for: beyond that the share does not tell its total.
    """
    half = Decimal(5).scaleb(-share.digits - 1)
    lowest = int(100 * numerator / (share.value + half))
    highest = int(100 * numerator / (share.value - half)) + 1
    candidates = range(max(lowest, numerator), highest + 1)
    fitting = (total for total in candidates if share.is_rounding_of(numerator, total))
    return tuple(islice(fitting, MOST_TOTALS + 1))


def _shares(stated: Report) -> Iterator[Share]:
    for number in stated.shares():
        share, count = stated.term(number), stated.counted(number)
        if count is None or not count.value or stated.total(number) is not None or not 0 < share.value < WHOLE:
            continue
        possible = totals(int(count.value), share.figure)
        if len(possible) <= MOST_TOTALS:
            yield Share(
                share.claim, share.measure, int(count.value), share.written, possible, (share.claim, count.claim),
                share.is_confirmed and count.is_confirmed,
            )  # fmt: skip


def hidden(stated: Report) -> dict[str, tuple[int, Share]]:
    """Measure to the one number that the total of its share can be, where it is not printed, with the share."""
    return {
        share.measure: (share.totals[0], share)
        for share in reversed(list(_shares(stated)))
        if len(share.totals) == 1 and share.measure != UNKNOWN
    }


def _parts(stated: Report, shares: list[Share], share: Share) -> list[Part]:
    """The figures that may add up to a share's total: counts of dossiers, and hidden totals of a part of them."""
    counted = {name: term for name, term in stated.counts.items() if name in COUNTED and term.value}
    parts = [Part(int(term.value), name, COUNTED[name]) for name, term in counted.items()]
    values = {part.value for part in parts}
    return parts + [
        Part(other.totals[0], HIDDEN + other.measure, COUNTED[USUAL[other.measure]])
        for other in shares
        if other.measure in USUAL and other.measure != share.measure and share.measure in BETWEEN
        and len(other.totals) == 1 and other.totals[0] not in values
        and COUNTED[USUAL[other.measure]] <= BETWEEN[share.measure][1]
    ]  # fmt: skip


def _sums(share: Share, parts: list[Part], none: frozenset[Kind]) -> Iterator[tuple]:
    """Sums of figures whose dossiers make a set that the share may be of; there are `none` of some kinds."""
    if share.measure not in BETWEEN or not share.totals:
        return
    least, most = BETWEEN[share.measure]
    remainders = (0, 1, -1) if len(share.totals) == 1 else (0,)
    fewest: dict[tuple, int] = {}
    for size in range(1, MOST_FIGURES + 1):
        ranked = []
        for remainder in remainders:
            for signs, chosen in _signed(parts, size - abs(remainder)):
                total = sum(sign * part.value for sign, part in zip(signs, chosen, strict=True)) + remainder
                counted = _set(signs, chosen) if total in share.totals else None
                if counted is None or not least - none <= counted - none <= most:
                    continue
                if fewest.setdefault((total, counted - none, remainder), size) == size:
                    terms = sorted(((sign, part.value, part.measure) for sign, part in zip(signs, chosen, strict=True)),
                                   reverse=True) + [(remainder, 1, REMAINDER)] * abs(remainder)  # fmt: skip
                    ranked.append((abs(remainder), -terms[0][1], (total, tuple(terms))))
        yield from (sum_ for _, _, sum_ in sorted(ranked))
        if size == 1 and ranked:
            return


def _signed(parts: list[Part], size: int) -> Iterator[tuple[tuple[int, ...], tuple[Part, ...]]]:
    """Every choice of so many parts, each added or taken away."""
    for chosen in combinations(parts, size):
        yield from ((signs, chosen) for signs in product((1, -1), repeat=size) if 1 in signs)


def _set(signs: tuple[int, ...], parts: tuple[Part, ...]) -> frozenset[Kind] | None:
    """The kinds of dossier that are left when some parts are added and others taken away; None if that is no set."""
    left: frozenset[Kind] = frozenset()
    for sign, part in sorted(zip(signs, parts, strict=True), key=lambda one: -one[0]):
        if part.counted & left if sign > 0 else not part.counted <= left:
            return None
        left = left | part.counted if sign > 0 else left - part.counted
    return left
