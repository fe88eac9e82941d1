"""What late clicking costs, in text: the items of the index, the points between, the portal's own figures."""

from dataclasses import dataclass

from audit.findings.result import Result
from audit.findings.schema import PointItem, PointRange, PointShare, PortalFigure, Recounted
from audit.ground import terms
from audit.ground.terms import Outcome, in_percent, number
from audit.page import form_columns
from audit.page.pieces import Shown, shown

WHOLE = 100  # percent


@dataclass(frozen=True)
class ItemShown:
    """A row of the table of items: each cell as lines of text."""

    name: str
    most: str
    full_from: str
    software: tuple[str, ...]
    papers: tuple[str, ...]
    between: str


def points(result: Result) -> Shown:
    """The index of QĐ 766: how sure its formulas are, the points between, each item, or why not."""
    of = result.points
    return shown(
        "points", result, of=of, rows=[_row(one, result.lang) for one in of.items if one.software], said=said(result),
        not_counted=[one for one in of.items if not one.software], most=lambda one: most(one, result.lang),
        sources=sorted({(one.sureness, one.source) for one in of.items}),
        portal_caption=_portal_caption(result), figure=lambda one: figure(one, result.lang),
        unread=result.accounting["portal"].problems, lines_read=result.accounting["portal"].rows,
    )  # fmt: skip


def said(result: Result) -> list[str]:
    """What is to be known first, a sentence each: how sure the formulas are, the points between, how they grow."""
    lang, items = result.lang, result.points.items
    if not items:
        return [terms.text("points.none", lang)]
    weak = sum(one.sureness != "c" for one in items)
    counts = {"weak": number(weak, lang), "total": number(len(items), lang)}
    return [terms.text("points.weak", lang, **counts), _between_said(result), terms.text("points.growth", lang)]


def ranged(one: PointRange | Recounted | None, lang: str) -> str:
    """A number, or its least and its most in words, so that a minus sign is never taken for a range."""
    if one is None:
        return "–"
    return form_columns.ranged(one, lang)


def percent(one: PointShare, lang: str) -> str:
    """The share in percent, or its least and its most."""
    least, most = in_percent(one.least_percent, lang), in_percent(one.most_percent, lang)
    return least if least == most else terms.text("points.range", lang, least=least, most=most)


def most(one: PointItem, lang: str) -> str:
    """The most points of an item; of one of which they are not known, those of its group."""
    if one.points is None:
        return terms.text("points.most_of_group", lang, group=number(one.group_points, lang))
    return number(one.points, lang)


def figure(one: PortalFigure, lang: str) -> str:
    """Which of its figures the portal's is: numerator, denominator, share or points."""
    return terms.text(f"column.{one.figure}", lang)


def cell(one: PointItem, *, basis: str, name: str, lang: str) -> str | int:
    """A cell of the workbook: the count, total, percent or points of an item by software or by papers."""
    share: PointShare | None = getattr(one, basis)
    if share is None:
        return terms.text("points.not_counted" if one.software is None else "points.no_papers", lang)
    is_ceiling = share.is_ceiling and name != "total"
    if name == "percent":
        return _up_to(in_percent(share.most_percent, lang), lang) if is_ceiling else percent(share, lang)
    count: Recounted | PointRange | None = getattr(share, name)
    if count is None:
        return "–"
    if is_ceiling:
        return _up_to(number(count.at_most, lang), lang)
    is_whole = isinstance(count, Recounted) and count.at_least == count.at_most
    return int(count.at_least) if is_whole else ranged(count, lang)


def _up_to(most: str, lang: str) -> str:
    return terms.text("points.no_more_than", lang, most=most)


def _row(one: PointItem, lang: str) -> ItemShown:
    no_papers = (terms.text("points.no_papers", lang),)
    return ItemShown(
        f"{one.item} {one.name}", most(one, lang),
        "–" if one.full_from is None else f"{number(one.full_from, lang)}%",
        _share(one, one.software, lang), _share(one, one.papers, lang) or no_papers, ranged(one.between, lang),
    )  # fmt: skip


def _share(one: PointItem, share: PointShare | None, lang: str) -> tuple[str, ...]:
    """The share with its count and total, and the points that it brings by either reading; of a ceiling the most."""
    if share is None:
        return ()
    if share.is_ceiling:
        top = {"count": number(share.count.at_most, lang), "total": number(share.total.at_most, lang)}
        said = terms.text("points.at_most", lang, percent=in_percent(share.most_percent, lang), **top)
    else:
        key = "share" if _is_one(share.count) and _is_one(share.total) else "share_ranged"
        counts = {"count": ranged(share.count, lang), "total": ranged(share.total, lang)}
        said = terms.text(f"points.{key}", lang, percent=percent(share, lang), **counts)
    return (said, *((_brings(one, share, share.points, lang),) if share.points else ()))


def _brings(one: PointItem, share: PointShare, brought: PointRange, lang: str) -> str:
    if share.is_ceiling:
        return terms.text("points.brings_at_most", lang, points=number(brought.at_most, lang))
    key = "brings_all" if share.least_percent >= (one.full_from or WHOLE) else "brings"
    return terms.text(f"points.{key}", lang, points=ranged(brought, lang))


def _is_one(count: Recounted) -> bool:
    return count.at_least == count.at_most


def _between_said(result: Result) -> str:
    of, lang = result.points, result.lang
    both = [one.item for one in of.items if one.between is not None]
    if not both:
        return terms.text("points.between_none", lang)
    key = "between_same" if of.between.at_least == of.between.at_most == 0 else "between_said"
    return terms.text(
        f"points.{key}", lang, between=ranged(of.between, lang), of_points=number(of.of_points, lang),
        items=", ".join(both),
    )  # fmt: skip


def _portal_caption(result: Result) -> str:
    outcomes = [one.outcome for one in result.points.portal]
    names = (Outcome.HOLDS, Outcome.DOES_NOT_HOLD, Outcome.NOT_SETTLED, Outcome.CANNOT_BE_CHECKED)
    counts = {str(name): number(outcomes.count(name), result.lang) for name in names}
    return terms.text("points.portal_caption", result.lang, total=number(len(outcomes), result.lang), **counts)
