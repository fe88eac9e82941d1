"""A figure as a report writes it: its value and how precisely it was written."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from audit.ground.terms import APPROXIMATE

_NONE_AT_ALL = ("không", "không có")
_THOUSANDS = {"nghìn": 1_000, "ngàn": 1_000, "triệu": 1_000_000}
_LITTLE = Decimal("0.1")  # "a little more" is at most a tenth, and less than the next round number
_APPROXIMATELY = re.compile(rf"(?:({'|'.join(APPROXIMATE)}) )?(\S+(?: \d{{3}})*)(?: ({'|'.join(_THOUSANDS)}))?")


@dataclass(frozen=True)
class Figure:
    """`value` as written, with `digits` after the decimal comma: "98,3 %" is 98.3 with one digit.

    `least` and `most`: what a rounded count can be, both included; of an exact figure both are the value.
    """

    value: Decimal
    digits: int
    least: Decimal = Decimal(-1)
    most: Decimal = Decimal(-1)

    def __post_init__(self) -> None:
        if self.most < 0:
            object.__setattr__(self, "least", self.value)
            object.__setattr__(self, "most", self.value)

    @property
    def is_exact(self) -> bool:
        """Whether it is one number."""
        return self.least == self.most

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
    marks thousands. A count that is rounded is a range: "hơn 600", "gần 2.000", "khoảng 300", "4,52 nghìn".
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
    return None if is_percent else _rounded(text)


def _rounded(text: str) -> Figure | None:
    """A count that is written roundly, or in thousands or millions; None where it is neither."""
    match = _APPROXIMATELY.fullmatch(text)
    if match is None or not (match[1] or match[3]):
        return None
    read, many = figure(match[2], is_percent=bool(match[3])), _THOUSANDS.get(match[3] or "", 1)
    if read is None:
        return None
    value, half = read.value * many, Decimal(5).scaleb(-read.digits - 1) * many if match[3] else Decimal(0)
    if value % 1:
        return None
    if not match[1]:
        return Figure(value, 0, value - half, value + half)
    little = min(_unit(value), value * _LITTLE).to_integral_value() if value else Decimal(0)
    which = APPROXIMATE[match[1]]
    least = value + 1 if which == "more" else Decimal(0) if which == "under" else value - little
    most = value - 1 if which in ("less", "under") else value + little
    return Figure(value, 0, min(least, most), max(least, most))


def _unit(value: Decimal) -> Decimal:
    """One of the last figure that is not nought: 100 of 600, 10 of 4.520."""
    digits = str(int(value))
    return Decimal(10) ** (len(digits) - len(digits.rstrip("0")))
