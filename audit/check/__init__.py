"""Reported figures against the records, against each other, and the totals that their shares hide."""

from collections.abc import Set
from dataclasses import dataclass

import pandas as pd
from narwhals.typing import IntoFrame

from audit.check.denominators import denominators
from audit.check.identities import identities
from audit.check.recount import claims, counts

__all__ = ["Checked", "claims", "counts", "denominators", "figures", "identities"]


@dataclass(frozen=True)
class Checked:
    """The report's figures answered: each claim, each identity, each share without a total."""

    claims: pd.DataFrame
    identities: pd.DataFrame
    denominators: pd.DataFrame


def figures(
    reported: pd.DataFrame, judged: IntoFrame, online_procedures: IntoFrame, *, columns: Set[str], unread: int
) -> Checked:
    """Every reported figure checked in the three ways; for `columns` and `unread` see `counts`."""
    found = counts(judged, online_procedures, columns=columns, unread=unread)
    return Checked(claims(reported, found), identities(reported), denominators(reported, found))
