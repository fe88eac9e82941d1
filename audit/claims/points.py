"""What late clicking costs: the index of QĐ 766, item by item, as the portal counts it and as papers prove it."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from polars import DataFrame, col

from audit.claims import progress
from audit.claims.progress import Part, Range, Tally, part
from audit.claims.recount import Count
from audit.ground.expressions import is_in_software
from audit.ground.in_force import is_in_force
from audit.ground.terms import Population
from audit.judging.summarise import by_reading, is_population_unread

WHOLE = 100  # percent
Rule = Mapping[str, str]  # a line of `points.csv`
PROGRESS, ONLINE, PAID, DIGITISED, SATISFACTION = "2.1", "3.3", "3.6", "4.2", "5.4"
RECORDS_LACK = {  # why an item cannot be counted, whatever the export: what no record holds
    "1": "publication", PAID: "fees", "4.1": "e_results", "4.3": "reuse", "4": "e_copies", "5": "complaints",
}  # fmt: skip


@dataclass(frozen=True)
class Share:
    """A share of the index, and the points that it brings if they grow in line with it up to `full_from`.

    `points`: None where the item's most is not known. `is_ceiling`: something that no record holds can only lower it,
    so that its least says nothing.
    """

    part: Part
    points: Range | None
    is_ceiling: bool = False


@dataclass(frozen=True)
class Item:
    """An item of the index on the period's last day; `rule`: its line of `points.csv`.

    `software`: as the portal counts it; `papers`: as papers prove it; None where it cannot be counted, or papers say
    nothing of it. `between`: the points between, papers less software; None where not both are known. `reasons`: why
    it cannot be counted, or what of it is left open, by the name of a sentence, with how many dossiers.
    """

    rule: Rule
    software: Share | None
    papers: Share | None
    between: Range | None
    reasons: tuple[tuple[str, int], ...]

    @property
    def item(self) -> str:
        """Its number."""
        return self.rule["item"]

    @property
    def most(self) -> Fraction | None:
        """The points that it can bring, None where they are not known."""
        return Fraction(self.rule["points"]) if self.rule["points"] else None


def items(
    judged: DataFrame, stops: DataFrame, rules: Iterable[Rule], *, columns: Set[str], unread: int, end: date
) -> list[Item]:  # fmt: skip
    """Every item in force on `end`, in the order of the rules: counted, or why not.

    `judged`: as `judge.verdicts` gives it; `stops`: the record of stops, with the fate of each row; `columns`: those
    that the export has; `unread`: dossiers of rows that cannot be read, which widen every count; `end`: the last day
    that counts, itself included. All formulas are of one description that nobody confirmed (`points.csv`).
    """
    in_force = [rule for rule in rules if is_in_force(rule, end)]
    apart = unread - len(judged.filter(is_population_unread))
    tally = progress.tally(judged, stops, unread=apart, end=end)
    counted = {
        PROGRESS: lambda rule: _progress(rule, tally),
        SATISFACTION: lambda rule: _satisfaction(rule, tally),
        ONLINE: lambda rule: _online(rule, judged, columns, unread),
        PAID: lambda rule: _paid(rule, judged, columns),
        DIGITISED: lambda rule: _digitised(rule, judged, columns, unread),
    }
    return [counted.get(rule["item"], _not_counted)(rule) for rule in in_force]


def between(counted: Iterable[Item]) -> tuple[Range, Fraction]:
    """The points between software and papers, of all items of which both are known; and the points of those items."""
    both = [one for one in counted if one.between is not None and one.most is not None]
    total = Range(Fraction(0), Fraction(0))
    for one in both:
        total += one.between or total
    return total, sum((one.most or Fraction(0) for one in both), Fraction(0))


def in_line(share: Fraction, rule: Rule) -> Fraction | None:
    """The points of a share if they grow in line with it up to `full_from`; None where the item's most is not known."""
    return Fraction(rule["points"]) * min(Fraction(1), share / _full_from(rule)) if rule["points"] else None


def _full_from(rule: Rule) -> Fraction:
    return Fraction(rule["full_from"] or WHOLE) / WHOLE


def _progress(rule: Rule, tally: Tally) -> Item:
    slope = Fraction(rule["points"]) / _full_from(rule)
    between = tally.moved.times(slope)
    return Item(rule, _share(rule, tally.software), _share(rule, tally.papers), between, tally.reasons)


def _satisfaction(rule: Rule, tally: Tally) -> Item:
    """100 % less the late share, less that with complaints, which no record holds: at most what 2.1 is.

    Points grow up to `full_from` alone, so that the difference may always be nothing.
    """
    software, papers = (_share(rule, one, is_ceiling=True) for one in (tally.software, tally.papers))
    moved = tally.moved.times(Fraction(rule["points"]) / _full_from(rule))
    between = Range(min(Fraction(0), moved.at_least), max(Fraction(0), moved.at_most))
    return Item(rule, software, papers, between, (("complaints_share", 0),))


def _online(rule: Rule, judged: DataFrame, columns: Set[str], unread: int) -> Item:
    """Filed online of those received in the period: the e-results and the share synchronised can only lower it."""
    if "channel" not in columns:
        return Item(rule, None, None, None, (("no_channel", 0),))
    software = judged.filter(is_in_software & ~is_population_unread)
    told = by_reading(software).select("dossier_id", "is_carried_over", "channel").unique()
    either = told.filter(col("dossier_id").is_duplicated()).select("dossier_id").unique()
    new = software.filter(~col("is_carried_over")).join(either, on="dossier_id", how="anti")
    unread += len(either)  # of one system received in the period, or online, of another not
    received = new.filter(col("population") != Population.REFUSED)  # whether it was received at all is not certain
    online, untold = (len(received.filter(which)) for which in (col("channel") == "online", col("channel").is_null()))
    refused = len(new.filter(col("channel").is_null() | (col("channel") == "online"))) - online - untold
    count, total = Count(online, online + untold + refused + unread), Count(len(received), len(new) + unread)
    one = part(count, total, len(received) - online - untold)
    return Item(rule, _share(rule, one, is_ceiling=True), None, None, (("online_ceiling", 0),))


def _paid(rule: Rule, judged: DataFrame, columns: Set[str]) -> Item:
    paid = len(judged.filter(is_in_software & (col("paid_dong") > 0))) if "paid_dong" in columns else 0
    return Item(rule, None, None, None, (("fees", 0), *((("paid", paid),) if paid else ())))


def _digitised(rule: Rule, judged: DataFrame, columns: Set[str], unread: int) -> Item:
    lacking = sorted({"is_components_digitised", "is_result_digitised"} - columns)
    if lacking:
        return Item(rule, None, None, None, tuple((f"no_{name}", 0) for name in lacking))
    dossiers = judged.filter(is_in_software & ~is_population_unread)
    both = len(dossiers.filter(col("is_components_digitised") & col("is_result_digitised")))
    one = part(Count(both, both + unread), Count(len(dossiers), len(dossiers) + unread), len(dossiers) - both)
    return Item(rule, _share(rule, one), None, None, ())


def _not_counted(rule: Rule) -> Item:
    return Item(rule, None, None, None, ((RECORDS_LACK.get(rule["item"], "no_way"), 0),))


def _share(rule: Rule, one: Part | None, *, is_ceiling: bool = False) -> Share | None:
    if one is None:
        return None
    low, high = in_line(Fraction(0) if is_ceiling else one.share.at_least, rule), in_line(one.share.at_most, rule)
    return Share(one, None if low is None or high is None else Range(low, high), is_ceiling)
