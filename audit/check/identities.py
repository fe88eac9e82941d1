"""Figures that must agree with each other, whatever the records say."""

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from audit.check.figure import Figure, figure
from audit.terms import Outcome


@dataclass(frozen=True)
class Sum:
    """`whole` must be the sum of `parts`, and of those `others` that are stated; one part must equal it."""

    name: str
    whole: str
    parts: tuple[str, ...]
    source: str = "arithmetic"
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ratio:
    """The percentage printed for `part` must be `part` of `whole`, at its own precision."""

    name: str
    part: str
    whole: str
    source: str = "arithmetic"


FORM_06 = "form 06/VPCP/KSTT"
IDENTITIES = [
    Sum("received", "received_total", ("received_in_person", "received_online", "carried_over")),
    Sum("settled", "settled", ("settled_in_time", "late_in_software")),
    Sum("whereabouts", "received_total", ("settled", "open_within_time", "withdrawn"), others=("open_overdue",)),
    Sum("form_06", "received_total", ("settled", "open_within_time"), FORM_06, ("open_overdue",)),
    Ratio("on_time_share", "settled_in_time", "settled"),
    Sum("late_by_cause", "late_in_software", ("late_closed_by_commune", "late_held_by_upper_level")),
    Sum("procedures", "online_procedures", ("online_procedures_partial", "online_procedures_full")),
    Sum("procedures_used", "online_procedures_used",
        ("online_procedures_used_partial", "online_procedures_used_full")),
    Sum("online_received", "online_listed_received", ("online_partial_received", "online_full_received")),
    Sum("online_settled", "online_listed_settled", ("online_partial_settled", "online_full_settled")),
    Sum("online_same_everywhere", "received_online", ("online_listed_received",)),
    Ratio("components_of_received", "components_digitised", "received_total"),
    Ratio("results_of_settled", "results_digitised", "settled"),
]  # fmt: skip


def identities(claims: pd.DataFrame) -> pd.DataFrame:
    """A row per identity: `identity`, `source`, `outcome`, `expected`, `found`, `difference`, `terms`.

    `found` is what the whole, or the share, is written as; `expected` what its parts give; `difference` is
    found less expected. `terms` holds (measure, written) in order, whole first. An identity of which a figure
    is not stated cannot be checked.
    """
    readable = claims[claims["is_readable"]]
    counts, shares = (
        _stated(readable[readable["unit"] != "percent"]),
        _stated(readable[readable["unit"] == "percent"]),
    )
    rows = [_sum(i, counts) if isinstance(i, Sum) else _ratio(i, counts, shares) for i in IDENTITIES]
    columns = ["identity", "source", "outcome", "expected", "found", "difference", "terms"]
    return pd.DataFrame(rows, columns=columns)


def _stated(claims: pd.DataFrame) -> dict[str, tuple[str, Figure]]:
    """Measure to (text, figure) of the first claim that states it."""
    stated: dict[str, tuple[str, Figure]] = {}
    for claim in claims.to_dict("records"):
        read = figure(claim["written"], is_percent=claim["unit"] == "percent")
        if read is not None and claim["unit"] != "target":
            stated.setdefault(claim["measure"], (claim["written"], read))
    return stated


def _sum(identity: Sum, counts: dict) -> tuple:
    names = (identity.whole, *identity.parts, *(name for name in identity.others if name in counts))
    terms = tuple((name, counts[name][0]) for name in names if name in counts)
    if any(name not in counts for name in names):
        return identity.name, identity.source, Outcome.CANNOT_BE_CHECKED, None, None, None, terms
    found, *parts = (counts[name][1].value for name in names)
    return (
        identity.name,
        identity.source,
        _held(found - sum(parts)),
        sum(parts),
        found,
        found - sum(parts),
        terms,
    )


def _ratio(identity: Ratio, counts: dict, shares: dict) -> tuple:
    part, whole, share = counts.get(identity.part), counts.get(identity.whole), shares.get(identity.part)
    named = ((identity.part, share), (identity.part, part), (identity.whole, whole))
    terms = tuple((name, stated[0]) for name, stated in named if stated)
    expected = share[1].rounded(int(part[1].value), int(whole[1].value)) if part and whole and share else None
    if expected is None:
        return identity.name, identity.source, Outcome.CANNOT_BE_CHECKED, None, None, None, terms
    found = share[1].value
    return identity.name, identity.source, _held(found - expected), expected, found, found - expected, terms


def _held(difference: Decimal) -> Outcome:
    return Outcome.HOLDS if difference == 0 else Outcome.DOES_NOT_HOLD
