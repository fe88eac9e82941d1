"""A table of many communes: each row against itself, each column against its total, each cell against an audit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from audit.claims.figure import figure
from audit.claims.identities import identities
from audit.claims.measures import BY_NAME, OF
from audit.claims.recount import Count, claims, plainest
from audit.ground.terms import Outcome

CLAIM = ("claim", "measure", "written", "out_of_written", "unit", "section", "page", "line", "quote", "reading")
WITHOUT_WITHDRAWN = "form_06"  # the identity of a form that has no column for withdrawals
NOT_ONLINE = "received_not_online"
ON_TIME_SHARE = "on_time_share"
IN_TIME = ("settled_early", "settled_on_due_day")
ROW = ["unit", "row", "is_total_row", "identity", "outcome", "expected", "found", "difference", "terms"]
COLUMN = ["heading", "measure", "is_share", "outcome", "reason", "expected", "found", "difference", "summed", "unread"]


@dataclass(frozen=True)
class Checked:
    """The table answered: each cell, each row, each column; units that stand twice; audits that no row is of."""

    cells: pd.DataFrame
    rows: pd.DataFrame
    columns: pd.DataFrame
    repeated: pd.DataFrame
    without_row: pd.DataFrame


def table(cells: pd.DataFrame, audits: pd.DataFrame, *, lacks_columns: bool) -> Checked:
    """The `cells` of a table checked in every way; `lacks_columns`: some of its figures are of no known measure."""
    return Checked(
        against_audits(cells, audits), rows(cells, lacks_columns=lacks_columns), columns(cells),
        repeated(cells), without_row(cells, audits),
    )  # fmt: skip


def against_audits(cells: pd.DataFrame, audits: pd.DataFrame) -> pd.DataFrame:
    """`cells` with `outcome`, `reason`, `audit`, `at_least`, `at_most`, `least_percent`, `most_percent`.

    The cells of communes that can be read, one row each; none is dropped. For a share the bounds are its numerator's.
    `reason` says why a cell cannot be checked, and is empty for the others.
    """
    communes = cells[~cells["is_total_row"] & cells["is_readable"]]
    answers = [answer for _, row in communes.groupby("row", sort=False) for answer in _answers(row, audits)]
    names = ["outcome", "reason", "audit", "at_least", "at_most", "least_percent", "most_percent"]
    answered = pd.DataFrame(answers, columns=names, index=communes.index)
    return communes.join(answered.astype({"at_least": "Int64", "at_most": "Int64"}))


def rows(cells: pd.DataFrame, *, lacks_columns: bool) -> pd.DataFrame:
    """A row per row of the table, the total's too, and identity that its measures allow.

    `expected` is what the parts give, `found` what the whole is written as, `difference` found less expected; `terms`
    holds (heading, figure), the whole first. A whole that is more than its parts may lack one that could not be read.
    """
    answers = [answer for _, row in cells.groupby("row", sort=False)
             for answer in _identities(row, may_lack=lacks_columns or not _are_counts_readable(row))]  # fmt: skip
    return pd.DataFrame(answers, columns=ROW)


def columns(cells: pd.DataFrame) -> pd.DataFrame:
    """A row per column of the table: the sum of the communes is `expected`, the total's cell is `found`.

    A share is not summed: its counts are, and `expected` is the share that they give. `summed` cells were read and
    `unread` ones could not be, so that the sum may be more. `reason` says why a column cannot be checked.
    """
    communes, totals = cells[~cells["is_total_row"]], cells[cells["is_total_row"]]
    lines = []
    for _, column in cells.groupby("position"):
        heading, measure, is_share = column[["heading", "measure", "is_share"]].iloc[0]
        written = column[column["is_total_row"] & column["is_readable"]]["figure"]
        summed = column[~column["is_total_row"] & column["is_readable"]]
        unread = int((~column["is_total_row"] & ~column["is_readable"]).sum())
        stated = figure(written.iloc[0], is_percent=bool(is_share)) if len(written) == 1 else None
        expected = _share(communes, measure, stated) if is_share else _total(summed)
        reason = _why_not(totals, written, expected)
        value = stated.value if stated else None
        outcome, difference = Outcome.CANNOT_BE_CHECKED, None
        if not reason and value is not None and expected is not None:
            outcome, difference = _outcome(value, expected, unread=0 if is_share else unread), value - expected
        lines.append((heading, measure, is_share, outcome, reason, expected, value, difference, len(summed), unread))
    return pd.DataFrame(lines, columns=COLUMN).astype({"is_share": "bool"})


def repeated(cells: pd.DataFrame) -> pd.DataFrame:
    """A row per commune that stands in several rows, which the sums count all: `unit`, and its `rows`."""
    communes = cells[~cells["is_total_row"]].drop_duplicates("row")[["unit", "kind", "name", "row"]]
    repeats = []
    for _, same in communes.groupby("name", sort=False):
        kinds = [kind for kind in dict.fromkeys(same["kind"]) if kind] or [""]
        for kind in kinds:
            rows_ = same[same["kind"].isin([kind, ""])]
            if len(rows_) > 1:
                repeats.append((rows_["unit"].iloc[0], tuple(int(row) for row in rows_["row"])))
    return pd.DataFrame(repeats, columns=["unit", "rows"])


def without_row(cells: pd.DataFrame, audits: pd.DataFrame) -> pd.DataFrame:
    """The audits of the period that no row of the table is of: `audit`, `commune`, `first_on`, `last_on`."""
    communes = cells[~cells["is_total_row"]].drop_duplicates(["kind", "name"])[["kind", "name"]].to_dict("records")
    of_period = audits[audits["is_of_period"]]
    is_named = [any(_is_same(unit, audit) for unit in communes) for audit in of_period.to_dict("records")]
    without = ~pd.Series(is_named, index=of_period.index, dtype="bool")
    return of_period.loc[without, ["audit", "commune", "first_on", "last_on"]]


def _answers(row: pd.DataFrame, audits: pd.DataFrame) -> Iterator[tuple]:
    """What the commune's audit says of each cell of one row."""
    audit, reason = _audit(row.iloc[0], audits)
    if audit is None:
        yield from [(Outcome.CANNOT_BE_CHECKED, reason, None, None, None, None, None)] * len(row)
        return
    counts = {
        measure: {name: Count(*bounds) for name, bounds in by_definition.items()}
        for measure, by_definition in audit["counts"].items()
    }
    if NOT_ONLINE in set(row["measure"]):
        rest = _not_online(plainest(counts))
        counts["received_in_person"] = {"usual": rest} if rest else {}
    answered = claims(_claims(row), {measure: counted for measure, counted in counts.items() if counted})
    for answer in answered.to_dict("records"):
        is_open = answer["outcome"] == Outcome.CANNOT_BE_CHECKED
        reason = "nothing_to_share" if answer["explanation"] == "cannot_be_checked_percent" else "not_counted"
        yield (answer["outcome"], reason if is_open else "", audit["audit"], answer["at_least"], answer["at_most"],
               answer["least_percent"], answer["most_percent"])  # fmt: skip


def _audit(unit: Mapping | pd.Series, audits: pd.DataFrame) -> tuple[Mapping | None, str]:
    """The one audit of a commune and period, else why there is none."""
    same = [audit for audit in audits.to_dict("records") if _is_same(unit, audit)]
    of_period = [audit for audit in same if audit["is_of_period"]]
    if not same:
        return None, "no_audit"
    if any(len({audit[column] for audit in same} - {""}) > 1 for column in ("kind", "district")):
        return None, "ambiguous"
    if not of_period:
        return None, "other_period"
    if len(_periods(of_period)) > 1:
        return None, "several_periods"
    if len(of_period) > 1:
        return None, "two_audits"
    return (of_period[0], "") if of_period[0]["counts"] else (None, "no_counts")


def _is_same(unit: Mapping | pd.Series, audit: Mapping) -> bool:
    """Whether a commune of the table can be the audited one: the same name, and no other kind of commune."""
    kinds = {unit["kind"], audit["kind"]} - {""}
    return unit["name"] == audit["name"] and len(kinds) < 2  # noqa: PLR2004


def _periods(audits: Sequence[Mapping]) -> set[tuple[date, date]]:
    return {(audit["first_on"], audit["last_on"]) for audit in audits}


def _not_online(counts: Mapping[str, Count]) -> Count | None:
    """What was received in person or by post: all received, less what came online or was carried over."""
    total, online, carried_over = (counts.get(name) for name in ("received_total", "received_online", "carried_over"))
    if total is None or online is None or carried_over is None:
        return None
    if total.at_most is None or online.at_most is None or carried_over.at_most is None:
        return None
    least = total.at_least - online.at_most - carried_over.at_most
    return Count(max(least, 0), total.at_most - online.at_least - carried_over.at_least)


def _claims(row: pd.DataFrame) -> pd.DataFrame:
    """The readable cells of one row as reported figures, in their order: a row per cell."""
    cells = row[row["is_readable"]]
    measure = cells["measure"].replace(NOT_ONLINE, "received_in_person")
    units = [BY_NAME[name].unit if name in BY_NAME else "dossier" for name in measure]
    reported = pd.DataFrame(dict.fromkeys(CLAIM), index=cells.index).assign(
        claim=cells["position"].astype(str), measure=measure, written=cells["figure"], quote=cells["unit"],
        unit=pd.Series(units, index=cells.index).mask(cells["is_share"], "percent"), reading="sure",
        is_confirmed=True, row=cells["row"], is_readable=True,
    )  # fmt: skip
    return reported.astype({"measure": "str", "written": "str", "unit": "str"})


def _are_counts_readable(row: pd.DataFrame) -> bool:
    """Whether every count of a row was read; a share that was not is part of no sum."""
    return bool(row.loc[~row["is_share"], "is_readable"].all())


def _identities(row: pd.DataFrame, *, may_lack: bool) -> Iterator[tuple]:
    """The identities of one row, as `rows` shows them: those of which every figure stands in the row."""
    reported = _claims(row).sort_values("unit", key=lambda units: units == "percent", kind="stable")
    headings = dict(zip(reported["measure"], row["heading"].reindex(reported.index), strict=True))
    shares = dict(zip(row.loc[row["is_share"], "measure"], row.loc[row["is_share"], "heading"], strict=True))
    in_time = _added(reported, headings, "settled_in_time", IN_TIME)
    answers = pd.concat([_only(reported, is_share=False), _only(in_time, is_share=True)])
    place, has_withdrawn = row[["unit", "row", "is_total_row"]].iloc[0], "withdrawn" in set(row["measure"])
    for answer in answers[answers["expected"].notna()].to_dict("records"):
        names = [name for name, _ in answer["terms"]]
        if not set(names) <= set(headings) or (answer["identity"] == WITHOUT_WITHDRAWN and has_withdrawn):
            continue
        outcome, difference = answer["outcome"], answer["difference"]
        is_sum = sum(Decimal(written) for _, written in answer["terms"][1:]) == answer["expected"]
        if outcome == Outcome.DOES_NOT_HOLD and may_lack and is_sum and difference > 0:
            outcome = Outcome.NOT_SETTLED
        terms = [(headings[name], written) for name, written in answer["terms"]]
        if answer["identity"] == ON_TIME_SHARE:
            terms[0] = (shares.get(names[0], terms[0][0]), terms[0][1])
        yield (*place, answer["identity"], outcome, answer["expected"], answer["found"], difference, tuple(terms))


def _only(reported: pd.DataFrame, *, is_share: bool) -> pd.DataFrame:
    """The answers of all identities but the on-time share, or of that alone, for which the count may be worked out."""
    answers = identities(reported)
    return answers[(answers["identity"] == ON_TIME_SHARE) == is_share]


def _added(reported: pd.DataFrame, headings: dict[str, str], whole: str, parts: tuple[str, ...]) -> pd.DataFrame:
    """`reported` with a line for what the table states only in `parts`, such as early and on the due day."""
    counts = reported[reported["unit"] != "percent"]
    lines = counts[counts["measure"].isin(parts)]
    if set(lines["measure"]) != set(parts) or (whole not in parts and whole in set(counts["measure"])):
        return reported
    headings[whole] = " + ".join(headings[part] for part in parts)
    line = lines.head(1).assign(measure=whole, written=str(sum(int(written) for written in lines["written"])))
    return pd.concat([line, reported.drop(lines.index[lines["measure"] == whole])])


def _why_not(totals: pd.DataFrame, written: pd.Series, expected: Decimal | None) -> str:
    if len(set(totals["row"])) != 1:
        return "several_totals" if len(totals) else "no_total_row"
    if written.empty:
        return "no_total"
    return "" if expected is not None else "no_parts"


def _total(summed: pd.DataFrame) -> Decimal:
    return sum((Decimal(written) for written in summed["figure"]), Decimal(0))


def _share(communes: pd.DataFrame, measure: str, stated) -> Decimal | None:
    """The share that the communes' counts give together, as precise as the total's; None where one is not there."""
    whole = OF.get(measure, ("",))[0]
    parts = (measure,) if measure in _counted(communes) else IN_TIME if measure == "settled_in_time" else ()
    needed = communes[~communes["is_share"] & communes["measure"].isin([*parts, whole])]
    if stated is None or not parts or not {*parts, whole} <= _counted(communes) or not needed["is_readable"].all():
        return None
    sums = needed.groupby("measure")["figure"].agg(lambda written: sum(int(text) for text in written))
    return stated.rounded(sum(int(sums[part]) for part in parts), int(sums[whole]))


def _counted(communes: pd.DataFrame) -> set[str]:
    return set(communes[~communes["is_share"]]["measure"])


def _outcome(stated: Decimal, expected: Decimal, *, unread: int) -> Outcome:
    """Cells that could not be read may make the communes' sum more, and never less."""
    if unread:
        return Outcome.DOES_NOT_HOLD if expected > stated else Outcome.NOT_SETTLED
    return Outcome.HOLDS if stated == expected else Outcome.DOES_NOT_HOLD
