"""A figure as a report writes it: its value and how precisely it was written."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_NONE_AT_ALL = ("không", "không có")


@dataclass(frozen=True)
class Figure:
    """`value` as written, with `digits` after the decimal comma: "98,3 %" is 98.3 with one digit."""

    value: Decimal
    digits: int

    def is_rounding_of(self, numerator: int, denominator: int) -> bool:
        """Whether `numerator` of `denominator`, in percent, is this figure at its own precision (half up)."""
        return self.rounded(numerator, denominator) == self.value

    def rounded(self, numerator: int, denominator: int) -> Decimal | None:
        """`numerator` of `denominator` in percent at this figure's precision; None of nothing."""
        return percent(numerator, denominator, self.digits)


def percent(numerator: int, denominator: int, digits: int) -> Decimal | None:
    """`numerator` of `denominator` in percent, rounded half up to `digits`; None where the total is 0."""
    if denominator == 0:
        return None
    return (Decimal(100 * numerator) / denominator).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def figure(written: str, *, is_percent: bool = False) -> Figure | None:
    """The figure in `written`: "05", "98,3%", "2.318.000đ", "2 318 000", "không có"; None where it is unclear.

    In a percentage a point or comma is decimal; in a count a point, comma or space before groups of three digits
    marks thousands.
    """
    text = " ".join(written.casefold().split())
    if text in _NONE_AT_ALL:
        return Figure(Decimal(0), 0)
    text = re.sub(r"\s*(%|đ|đồng)$", "", text)
    if not is_percent and re.fullmatch(r"\d{1,3}([., ]\d{3})+", text):
        return Figure(Decimal(re.sub(r"[., ]", "", text)), 0)
    if match := re.fullmatch(r"(\d+)(?:[,.](\d+))?", text):
        whole, decimals = match[1], match[2] or ""
        return Figure(Decimal(f"{whole}.{decimals or 0}"), len(decimals))
    return None
