"""Shares over periods as a picture: a range a period, its least and most joined to the next; static SVG, no script."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

WIDTH, HEIGHT = 320, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 312, 8, 142
_BAR = 7  # half the width of a range


class Ranged(NamedTuple):
    """A period's range in percent, None of nothing; whether it is joined to the period before."""

    label: str
    least: float | None
    most: float | None
    is_joined: bool


class Bar(NamedTuple):
    """A range as drawn: its left and top edge, its height, the middle for its label."""

    x: float
    y: float
    height: float
    middle: float
    label: str
    is_joined: bool


class Drawing(NamedTuple):
    """The bars, the areas between joined ones as a path, and the lines of the axis: (y, percent)."""

    bars: tuple[Bar, ...]
    band: str
    axis: tuple[tuple[float, int], ...]


def drawing(periods: Sequence[Ranged]) -> Drawing:
    """The ranges from left to right; nothing is drawn of a share of nothing, nor joined across it."""
    step = (_RIGHT - _LEFT) / max(len(periods), 1)
    middles = [_LEFT + step * (place + 0.5) for place in range(len(periods))]
    bars = tuple(
        Bar(round(x - _BAR, 1), _y(one.most), max(round(_y(one.least) - _y(one.most), 1), 2), round(x, 1), one.label,
            one.is_joined)
        for x, one in zip(middles, periods, strict=True) if one.least is not None and one.most is not None
    )  # fmt: skip
    band = "".join(
        f"M{middles[at - 1]:.1f} {_y(before.most)}L{middles[at]:.1f} {_y(one.most)}V{_y(one.least)}"
        f"L{middles[at - 1]:.1f} {_y(before.least)}z"
        for at, (before, one) in enumerate(pairwise(periods), start=1)
        if one.is_joined and None not in (before.least, before.most, one.least, one.most)
    )
    return Drawing(bars, band, tuple((_y(percent), percent) for percent in (0, 50, 100)))


def spark(periods: Sequence[tuple[float, float]], width: int = 60, height: int = 16) -> str:
    """The path of ranges as small areas from left to right, in a box of that size, 0 % below and 100 % above."""
    if not periods:
        return ""
    at = [round(width * (place + 0.5) / len(periods), 1) for place in range(len(periods))]
    tops = [round(height * (1 - most / 100), 1) for _, most in periods]
    feet = [max(round(height * (1 - least / 100), 1), top + 1) for (least, _), top in zip(periods, tops, strict=True)]
    if len(periods) == 1:
        return f"M{at[0] - 2} {tops[0]}h4V{feet[0]}h-4z"
    there = "L".join(f"{x} {y}" for x, y in zip(at, tops, strict=True))
    back = "L".join(f"{x} {y}" for x, y in reversed(list(zip(at, feet, strict=True))))
    return f"M{there}L{back}z"


def _y(percent: float | None) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * (percent or 0) / 100, 1)
