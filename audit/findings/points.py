"""The index of QĐ 766 as a part of a Result: what the portal counts, what papers prove, the points between."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from polars import DataFrame

from audit.claims import points, portal
from audit.claims.figure import percent
from audit.claims.progress import Range
from audit.findings.schema import PointItem, PointRange, Points, PointShare, PortalFigure, Recounted
from audit.ground.terms import PERCENT_DIGITS, in_percent, number, text
from audit.reading.lines import reference_lines
from audit.reading.load import Office


def points_of(office: Office, judged: DataFrame, stops: DataFrame, unread: int, lang: str) -> Points:
    """Every item in force on the last day that counts, and every figure of the portal that the folder holds.

    `stops`: the record of stops, with the fate of each row; `unread`: dossiers of rows that cannot be read.
    """
    end = min(office.file.period.last_on, office.as_of)
    items = points.items(
        judged, stops, reference_lines("points.csv"), columns=office.columns, unread=unread, end=end,
    )  # fmt: skip
    between, of_points = points.between(items)
    figures = portal.figures(office.tables["portal"].frame, items)
    return Points(
        items=tuple(_item(one, lang) for one in items), between=_range(between), of_points=float(of_points),
        portal=tuple(_figure(one, lang) for one in figures),
    )  # fmt: skip


def _item(one: points.Item, lang: str) -> PointItem:
    rule = one.rule
    days = {name: date.fromisoformat(rule[name]) if rule[name] else None for name in ("in_force_from", "in_force_to")}
    return PointItem(
        item=one.item, name=rule[lang], formula=rule[f"formula_{lang}"], group_points=float(rule["group_points"]),
        points=None if one.most is None else float(one.most),
        full_from=float(rule["full_from"]) if rule["full_from"] else None, **days, sureness=rule["sureness"],
        source=rule[f"source_{lang}"], software=_share(one.software), papers=_share(one.papers),
        between=None if one.between is None else _range(one.between),
        reasons=tuple(text(f"points_reason.{name}", lang, count=number(count, lang)) for name, count in one.reasons),
    )  # fmt: skip


def _share(one: points.Share | None) -> PointShare | None:
    if one is None:
        return None
    least, most = (float(percent(end.numerator, end.denominator, PERCENT_DIGITS) or 0)
                   for end in (one.part.share.at_least, one.part.share.at_most))  # fmt: skip
    count, total = (
        Recounted(at_least=each.at_least, at_most=each.at_most) for each in (one.part.count, one.part.total)
    )
    return PointShare(
        count=count, total=total, least_percent=least, most_percent=most,
        points=None if one.points is None else _range(one.points), is_ceiling=one.is_ceiling,
    )  # fmt: skip


def _range(exact: Range) -> PointRange:
    return PointRange(at_least=float(_rounded(exact.at_least)), at_most=float(_rounded(exact.at_most)))


def _rounded(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP) + 0  # no -0


def _figure(one: portal.Checked, lang: str) -> PortalFigure:
    said = {name: _said(name, value, lang) for name, value in one.values.items()}
    outcome = text(f"portal_says.{one.explanation}", lang, **said)
    return PortalFigure(
        item=one.item, figure=one.figure, written=one.written, outcome=one.outcome, explanation=outcome
    )  # fmt: skip


def _said(name: str, value: Any, lang: str) -> str:
    if name.endswith("percent"):
        return in_percent(value, lang)
    return number(_rounded(value) if isinstance(value, Fraction) else value, lang)
