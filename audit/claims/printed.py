"""The report's figures as printed: which count a share belongs to, and which total stands beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import pandas as pd

from audit.claims.figure import Figure, figure
from audit.ground.frames import plain

UNKNOWN = "unknown"
HIDDEN, OUT_OF, PREVIOUS = "hidden:", "out_of:", "previous:"  # before a measure: its total, or its last report's figure
NOT_COUNTS = ("percent", "average", "target", "statement", "number", "day")
DIGITISED = ("components_digitised", "results_digitised")  # offices take these shares of several totals
WHOLES = {  # what is counted among: a part is never greater, and a total printed beside it is this one
    "components_digitised": "received_total",
    "results_digitised": "settled",
    "settled_in_time": "settled",
    "settled_early": "settled",
    "settled_on_due_day": "settled",
    "late_in_software": "settled",
    "late_returned_in_time": "late_in_software",
    "online_listed_settled": "online_listed_received",
    "online_partial_settled": "online_partial_received",
    "online_full_settled": "online_full_received",
    "interlinked_birth_settled": "interlinked_birth_received",
    "interlinked_death_settled": "interlinked_death_received",
    "online_procedures_used": "online_procedures",
    "online_procedures_used_partial": "online_procedures_partial",
    "online_procedures_used_full": "online_procedures_full",
    "dossiers_with_fee": "received_total",
}


@dataclass(frozen=True)
class Line:
    """A line of the report that prints a figure; `count`, `total`: the lines of the count and total it belongs to."""

    claim: str
    measure: str
    unit: str
    written: str
    figure: Figure
    quote: str | None
    out_of_written: str | None
    out_of: Figure | None
    is_confirmed: bool
    count: int | None = None
    total: int | None = None

    @property
    def is_count(self) -> bool:
        """Whether it counts something."""
        return self.unit not in NOT_COUNTS


@dataclass(frozen=True)
class Term:
    """A figure in an identity; `line` is where it stands, None where it is worked out or of the last report."""

    measure: str
    written: str
    figure: Figure
    claim: str
    is_confirmed: bool
    line: int | None = None
    is_share: bool = False

    @property
    def is_out_of(self) -> bool:
        """Whether it is the total printed beside another figure."""
        return self.measure.startswith(OUT_OF)

    @property
    def value(self) -> Decimal:
        """What is written."""
        return self.figure.value


@dataclass(frozen=True)
class Report:
    """The lines of a report, in order, and what a measure is first counted as.

    `may_lack`: a line could not be read, so that any sum may lack a part.
    """

    lines: tuple[Line, ...]
    previous: tuple[Term, ...] = ()
    may_lack: bool = False

    @cached_property
    def counts(self) -> dict[str, Term]:
        """Measure to the first line that counts it; the last report's with `previous:` before them."""
        counted = [self.term(number) for number, line in enumerate(self.lines) if line.is_count]
        return {term.measure: term for term in reversed([*counted, *self.previous]) if term.measure != UNKNOWN}

    def shares(self, measure: str | None = None) -> Iterator[int]:
        """The lines that print a percentage, of `measure` or of any."""
        for number, line in enumerate(self.lines):
            if line.unit == "percent" and measure in (None, line.measure):
                yield number

    def term(self, number: int) -> Term:
        """The figure of a line."""
        line = self.lines[number]
        return Term(
            line.measure, line.written, line.figure, line.claim, line.is_confirmed, number, not line.is_count
        )  # fmt: skip

    def counted(self, share: int) -> Term | None:
        """What a share is the share of: the count of its own quote, else the first of its measure."""
        line = self.lines[share]
        return self.counts.get(line.measure) if line.count is None else self.term(line.count)

    def total(self, number: int) -> Term | None:
        """The total printed with a line, or with the count that a share belongs to."""
        line = self.lines[number]
        if line.total is not None:
            return self.term(line.total)
        if line.out_of is not None and line.out_of_written is not None:
            return Term(OUT_OF + line.measure, line.out_of_written, line.out_of, line.claim, line.is_confirmed, number)
        return None if line.count is None else self.total(line.count)

    def changed(self, term: Term, value: Decimal) -> "Report":
        """The report with one of its figures changed; as it is where the figure stands in none of its lines."""
        if term.line is None:
            return self
        line = self.lines[term.line]
        fresh = Figure(value, term.figure.digits)
        changed = replace(line, out_of=fresh) if term.is_out_of else replace(line, figure=fresh)
        return replace(self, lines=(*self.lines[: term.line], changed, *self.lines[term.line + 1 :]))


def own(claims: pd.DataFrame) -> pd.DataFrame:
    """The lines that are said of the office itself, and of no level, district or province."""
    return claims[claims["scope"].isna()] if "scope" in claims else claims


def by_scope(claims: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The lines of each scope that a report speaks of, the office's own first, named ""."""
    if "scope" not in claims:
        return [("", claims)]
    keys = [" ".join(text.casefold().split()) if isinstance(text, str) else "" for text in claims["scope"]]
    names = dict.fromkeys(["", *keys])
    of = pd.Series(keys, index=claims.index, dtype="str")
    return [(name, claims[of == name]) for name in names]


def report(claims: pd.DataFrame, previous_claims: pd.DataFrame | None = None, *, has_rounded: bool = False) -> Report:
    """The readable lines that print a figure; targets, statements, numbers of documents and days are none.

    Counts that are rounded ("hơn 600") only with `has_rounded`.
    """
    every = _lines(claims)
    lines = [line for line in every if has_rounded or line.figure.is_exact]
    lines = [replace(line, count=_count_of(lines, n), total=_total_of(lines, n)) for n, line in enumerate(lines)]
    linked = [replace(line, out_of=None) if _is_printed_once(lines, line) else line for line in lines]
    before = [] if previous_claims is None else _lines(previous_claims)
    counted = Report(tuple(line for line in before if line.figure.is_exact)).counts.values()
    previous = [
        replace(term, measure=PREVIOUS + term.measure, claim=PREVIOUS + term.claim, line=None) for term in counted
    ]
    may_lack = not claims["is_readable"].all() or len(lines) < len(every)
    return Report(tuple(linked), tuple(previous), may_lack=may_lack)


def _lines(claims: pd.DataFrame) -> list[Line]:
    lines = []
    for claim in plain(claims[claims["is_readable"]]):
        unit, out_of_written = claim["unit"], _text(claim.get("out_of_written"))
        read = (
            _average(claim["written"]) if unit == "average" else figure(claim["written"], is_percent=unit == "percent")
        )
        is_printed = unit in ("percent", "average") or unit not in NOT_COUNTS
        if read is None or not is_printed or (unit not in NOT_COUNTS and read.value % 1):
            continue
        out_of = None if out_of_written is None else figure(out_of_written)
        confirmed = claim.get("is_confirmed")
        lines.append(
            Line(
                claim["claim"], claim["measure"], unit, claim["written"], read, _text(claim.get("quote")),
                out_of_written, None if out_of is None or out_of.value % 1 else out_of,
                not pd.isna(confirmed) and bool(confirmed),
            )
        )  # fmt: skip
    return lines


def _average(written: str) -> Figure | None:
    """An average: a comma is decimal, a point before three digits marks thousands."""
    return figure(re.sub(r"(?<=\d)\.(?=\d{3}(\D|$))", "", written), is_percent=True)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _count_of(lines: list[Line], number: int) -> int | None:
    """The nearest count before a share of its measure and quote; for an average, of its quote, but not its total."""
    line, is_total_seen = lines[number], False
    if line.is_count:
        return None
    for before in range(number - 1, -1, -1):
        other = lines[before]
        if not other.is_count or other.quote != line.quote:
            continue
        if line.unit == "percent":
            if other.measure == line.measure:
                return before
        elif not is_total_seen and line.out_of is not None and other.figure.value == line.out_of.value:
            is_total_seen = True
        else:
            return before
    return None


def _is_printed_once(lines: list[Line], share: Line) -> bool:
    """Whether the total of a share is the one that its count names."""
    count = None if share.count is None or share.unit != "percent" else lines[share.count]
    return count is not None and share.out_of is not None and share.out_of == count.out_of


def _total_of(lines: list[Line], number: int) -> int | None:
    """The line that the total printed beside a count is: in one quote, "218/218" settled of 218 received."""
    line = lines[number]
    if line.is_count and line.out_of is not None:
        for other, whole in enumerate(lines):
            is_whole = whole.measure == WHOLES.get(line.measure) and whole.is_count and whole.quote == line.quote
            if is_whole and whole.figure.value == line.out_of.value:
                return other
    return None
