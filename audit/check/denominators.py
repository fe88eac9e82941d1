"""Shares printed without their total: which whole numbers can be that total, and what they would count."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import islice

import pandas as pd

from audit.check.figure import Figure, figure
from audit.check.recount import Count

WHOLE = 100
MOST_TOTALS = 200


def denominators(claims: pd.DataFrame, counts: Mapping[str, Count]) -> pd.DataFrame:
    """A row per share printed without its total but with its count.

    `claim`, `measure`, `numerator`, `written`, `totals`: every whole number that gives the share at its
    precision, ascending; `stated_as` and `counted_as`: (total, measure) where the report states that number,
    or the records count it. A share that more than 200 totals give, or of 100 % or 0 %, says nothing on its
    total and is left out.
    """
    readable = claims[claims["is_readable"]]
    stated = {
        (claim["measure"], read.value)
        for claim in readable[~readable["unit"].isin(["percent", "target"])].to_dict("records")
        if (read := figure(claim["written"])) is not None
    }
    rows = []
    for claim in readable[(readable["unit"] == "percent") & readable["out_of_written"].isna()].to_dict("records"):
        share = figure(claim["written"], is_percent=True)
        numerator = next((int(value) for name, value in sorted(stated) if name == claim["measure"]), None)
        if numerator and share is not None and 0 < share.value < WHOLE:
            found = totals(numerator, share)
            if len(found) > MOST_TOTALS:
                continue
            stated_as = tuple((int(v), name) for name, v in sorted(stated) if int(v) in found)
            counted_as = tuple(
                (count.at_least, name) for name, count in counts.items()
                if count.at_least == count.at_most and count.at_least in found
            )  # fmt: skip
            rows.append((claim["claim"], claim["measure"], numerator, claim["written"], found, stated_as, counted_as))
    columns = ["claim", "measure", "numerator", "written", "totals", "stated_as", "counted_as"]
    return pd.DataFrame(rows, columns=columns)


def totals(numerator: int, share: Figure) -> tuple[int, ...]:
    """Every total of which `numerator` is `share` percent at its own precision (half up), ascending.

    No more than 201 are looked for: beyond that the share does not tell its total.
    """
    half = Decimal(5).scaleb(-share.digits - 1)
    lowest = int(100 * numerator / (share.value + half))
    highest = int(100 * numerator / (share.value - half)) + 1
    candidates = range(max(lowest, numerator), highest + 1)
    found = (total for total in candidates if share.is_rounding_of(numerator, total))
    return tuple(islice(found, MOST_TOTALS + 1))
