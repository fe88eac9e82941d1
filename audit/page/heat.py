"""The working days that each unit held dossiers, by stage, as a heat map: a table whose cells are shaded."""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple, Protocol

from audit.ground import terms
from audit.ground.terms import number

STAGES = ("before", "processing", "between", "waiting")
SHADES = 5  # beside none
MOST = 15  # units with a row of their own, most days first; the others are one row


class Unit(Protocol):
    """A unit with its working days by stage."""

    @property
    def unit(self) -> str: ...  # noqa: D102


class HeatRow(NamedTuple):
    """A unit, the others together, or all: working days by stage with how dark each is, 0 to 5; and their total."""

    name: str
    cells: tuple[tuple[int, int], ...]
    total: int


class Heat(NamedTuple):
    """Rows, of which the last is the total and has no shade; and in a sentence what is darkest, with its total."""

    rows: tuple[HeatRow, ...]
    said: str


def heat(units: Sequence[Unit], lang: str) -> Heat | None:
    """The heat map of units; None where no stage of any is known."""
    by_unit = sorted(((one.unit, _days(one)) for one in units), key=lambda one: -sum(one[1]))
    named, others = by_unit[:MOST], by_unit[MOST:]
    if others:
        count = number(len(others), lang)
        named = [*named, (terms.text("heat.others", lang, count=count), _sums([days for _, days in others]))]
    sums = _sums([days for _, days in by_unit])
    if not sum(sums):
        return None
    alone = by_unit[:MOST]
    most, at, unit = max((days[at], -at, -row) for row, (_, days) in enumerate(alone) for at in range(len(STAGES)))
    rows = [HeatRow(name, tuple((one, _shade(one, most)) for one in days), sum(days)) for name, days in named]
    total = HeatRow(terms.text("page.total", lang), tuple((one, 0) for one in sums), sum(sums))
    said = terms.text(
        "heat.most", lang, unit=alone[-unit][0].strip() or terms.text("page.blank", lang),
        stage=terms.lowered(terms.text(f"heat.{STAGES[-at]}", lang)), days=number(most, lang),
        total=number(sum(sums), lang),
    )  # fmt: skip
    return Heat((*rows, total), said)


def _days(unit: Unit) -> tuple[int, ...]:
    return tuple(getattr(unit, f"{stage}_workdays") for stage in STAGES)


def _sums(days: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(one[at] for one in days) for at in range(len(STAGES)))


def _shade(days: int, most: int) -> int:
    """How dark a cell is, by fifths of the most that a unit has in one; of the others together no darker than that."""
    return min(SHADES, ceil(SHADES * days / most)) if days else 0
