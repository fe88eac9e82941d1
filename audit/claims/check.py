"""Reported figures against the records, against each other, and against what they leave to be explained."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

import pandas as pd
from polars import DataFrame

from audit.claims import uneven
from audit.claims.denominators import denominators
from audit.claims.flow import flow
from audit.claims.identities import identities, mends
from audit.claims.printed import own
from audit.claims.recount import Counts, claims, counts, plainest
from audit.claims.soft_spots import soft_spots
from audit.judging import summarise

__all__ = [
    "Checked", "claims", "counts", "denominators", "figures", "flow", "identities", "mends", "plainest", "soft_spots",
    "uneven",
]  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """The report's figures answered, a frame a question; `counts`: each measure by every definition."""

    counts: Counts
    claims: pd.DataFrame
    identities: pd.DataFrame
    mends: pd.DataFrame
    denominators: pd.DataFrame
    soft_spots: pd.DataFrame
    smallest: pd.DataFrame
    candidates: pd.DataFrame
    flow: pd.DataFrame


def figures(
    judged: DataFrame, software: DataFrame, *, reported: pd.DataFrame, previous: pd.DataFrame,
    online_procedures: DataFrame, columns: Set[str], workdays: DataFrame, **days: date,
) -> Checked:  # fmt: skip
    """Every reported figure checked in every way; for `columns` and the `days` see `counts`.

    `software`: its rows, with the fate of each; `reported`, `previous`: what was reported, and of the period before;
    `workdays`: a day a row, and whether it `is_workday`.
    """
    unread = summarise.unread(software, judged)
    recounted = counts(judged, online_procedures, columns=columns, unread=unread, **days)
    its_own = own(reported)
    agree, hidden = identities(reported, previous), denominators(its_own, plainest(recounted))
    smallest, audited = uneven.smallest(its_own), (days["period_first_on"], days["period_last_on"])
    fitting = uneven.candidates(
        smallest, judged, period_last_on=days["period_last_on"], repeated=summarise.repeated(software)
    )  # fmt: skip
    return Checked(
        recounted, claims(reported, recounted), agree, mends(agree, its_own), hidden,
        soft_spots(its_own, agree, hidden, workdays, audited), smallest, fitting, flow(its_own, hidden, smallest),
    )  # fmt: skip
