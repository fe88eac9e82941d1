"""A plan of a sample: of which dossiers, how many of each stratum, by which seed; and which are drawn by it."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import floor

from pydantic import Field

from audit.findings.schema import Part, Result
from audit.ground.terms import AuditError, DrawnFrom, Population, Verdict
from audit.sampling import draw, sizes

MOST_LOOKS = 20
_RATE = re.compile(r"\d{1,3}(\.\d{1,9})?\s*%?")


class Stratum(Part):
    """Dossiers of which a sample of its own is drawn; `codes` are all of them, in the order of their codes."""

    name: str = Field(description="of the field, unit or channel; empty where there is one stratum only")
    size: int = Field(description="how many are drawn")
    fingerprint: str = Field(description="SHA-256 of the codes, a line each")
    codes: tuple[str, ...]


class Plan(Part):
    """A sample as planned. `tolerable`, `risk` and what follows from them are exact fractions, kept as written."""

    drawn_from: DrawnFrom = DrawnFrom.SOFTWARE
    exports: dict[str, str] = Field(description="each file that is drawn from by name: SHA-256 of its bytes")
    tolerable: str = Field(description="greatest share of deviations that can be borne, such as 5%")
    risk: str = Field(description="chance of missing more than that, over all strata")
    expected: int = Field(description="deviations in a stratum's sample that still show it")
    by: str = Field(description="what strata are of: field, unit, channel; empty for none")
    seed: str = Field(description="digits rolled in public after the codes were fixed; empty before")
    looks: int = Field(1, description="how often the sample was looked at: 1, and 1 more for each time it was enlarged")
    strata: tuple[Stratum, ...]

    @property
    def risk_each(self) -> Fraction:
        """The risk of each stratum at this look, so that a bound over all strata holds with the whole (Bonferroni).

        Each look after the first has half the risk of the one before it.
        """
        return rate(self.risk) / 2 ** (self.looks - 1) / max(1, len(self.strata))

    @property
    def risk_spent(self) -> Fraction:
        """The risk of all looks together: what was said with one look at a sample is said less surely after several."""
        return sum((rate(self.risk) / 2**look for look in range(self.looks)), Fraction(0))

    def order(self, stratum: Stratum) -> list[str]:
        """The stratum's codes as they are drawn. Raises AuditError before the seed is there."""
        if not self.seed:
            raise AuditError("sample_without_seed")
        return draw.in_order(stratum.codes, self.seed)

    @property
    def drawn(self) -> tuple[str, ...]:
        """The codes drawn, stratum after stratum; none before the seed is there."""
        return tuple(code for one in self.strata for code in self.order(one)[: one.size]) if self.seed else ()


def rate(written: str) -> Fraction:
    """A share as an exact fraction, from "5%", "0,05" or "0.05". Raises AuditError for anything else."""
    text = written.strip().replace(",", ".")
    if not (text.isascii() and _RATE.fullmatch(text)):
        raise AuditError("sample_rate", written=written)
    return Fraction(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)


def confidence_percent(risk: Fraction) -> float:
    """What is left of all certainty, in percent, rounded down to two digits: never more than holds."""
    return max(0, floor(10_000 * (1 - risk))) / 100


def is_sound(plan: Plan) -> bool:
    """Whether a plan read from a file can be one of ours: no code twice; sizes, rates, looks that can be."""
    codes = [code for one in plan.strata for code in one.codes]
    try:
        rates = rate(plan.tolerable) < 1 and 0 < rate(plan.risk) < 1
        is_rolled = not plan.seed or draw.checked_seed(plan.seed) == plan.seed
    except AuditError:
        return False
    counts = plan.expected >= 0 and 1 <= plan.looks <= MOST_LOOKS
    sizes_ = all(0 <= one.size <= len(one.codes) for one in plan.strata)
    return rates and is_rolled and counts and sizes_ and bool(codes) and len(set(codes)) == len(codes)


def population(result: Result) -> list[str]:
    """The codes that may hide a late one: settled in time in the software, and not traced to any paper; sorted."""
    return sorted(one.dossier_id for one in result.judged
                  if one.verdict == Verdict.ON_TIME_NOT_CHECKED and one.population == Population.SETTLED)  # fmt: skip


def planned(
    codes: Iterable[str], exports: Mapping[str, str], *, tolerable: str, risk: str, expected: int = 0, by: str = "",
    named: Mapping[str, str] | None = None, looks: int = 1,
) -> Plan:  # fmt: skip
    """A plan of those `codes`; `named` gives the stratum of each, by code.

    Raises AuditError where there is nothing to draw from, and for a rate that is none.
    """
    strata: dict[str, list[str]] = {}
    for code in sorted(codes):
        strata.setdefault((named or {}).get(code, ""), []).append(code)
    if not strata:
        raise AuditError("sample_of_nothing")
    risk_each = rate(risk) / 2 ** (looks - 1) / len(strata)
    return Plan(
        exports=dict(sorted(exports.items())), tolerable=tolerable, risk=risk, expected=expected, by=by, seed="",
        looks=looks,
        strata=tuple(
            Stratum(name=name, size=sizes.size(len(of), rate(tolerable), risk_each, expected),
                    fingerprint=draw.fingerprint(of), codes=tuple(of))
            for name, of in sorted(strata.items())
        ),
    )  # fmt: skip


def again(old: Plan, *, tolerable: str, risk: str, expected: int) -> Plan:
    """The same dossiers and seed with other sizes: a greater sample begins with the one that is drawn already."""
    codes = [code for one in old.strata for code in one.codes]
    named = {code: one.name for one in old.strata for code in one.codes}
    same = {"tolerable": tolerable, "risk": risk, "expected": expected}
    is_enlarged = bool(old.seed) and same != {name: getattr(old, name) for name in same}
    looks = old.looks + is_enlarged
    new = planned(codes, old.exports, tolerable=tolerable, risk=risk, expected=expected, by=old.by, named=named,
                  looks=looks)  # fmt: skip
    return new.model_copy(update={"seed": old.seed, "drawn_from": old.drawn_from})


def seeded(plan: Plan, written: str) -> Plan:
    """The plan with its seed. Raises AuditError for another than it has, and for one that was not rolled."""
    seed = draw.checked_seed(written)
    if plan.seed not in ("", seed):
        raise AuditError("sample_drawn", seed=plan.seed, written=seed)
    return plan.model_copy(update={"seed": seed})
