"""How many dossiers to read, and how many late ones there can still be: exact, without replacement, in whole numbers.

The number of deviations among `drawn` dossiers of a population is hypergeometric. Attribute sampling, as VSA 530
(Circular 214/2012/TT-BTC) asks of a sample: a size that brings the risk down to what can be borne. Rates and risks are
fractions, so that nothing is decided by rounding.
"""

from fractions import Fraction
from math import comb, floor

from audit.ground.terms import AuditError

_STEPS = 10**10  # into which a rate is divided


def least_not_tolerable(population: int, tolerable: Fraction) -> int:
    """The smallest number of deviations that is more than `tolerable` (a share from 0, below 1) of the population."""
    return floor(tolerable * population) + 1


def at_most(expected: int, population: int, deviations: int, drawn: int) -> Fraction:
    """The chance that a sample holds `expected` deviations or fewer, where the population holds `deviations`."""
    ways = sum(comb(deviations, one) * comb(population - deviations, drawn - one) for one in range(expected + 1)
               if one <= deviations and drawn - one <= population - deviations and one <= drawn)  # fmt: skip
    return Fraction(ways, comb(population, drawn))


def size(population: int, tolerable: Fraction, risk: Fraction, expected: int = 0) -> int:
    """The smallest sample that shows, with `expected` deviations in it, that there are at most the tolerable.

    Smallest n with P(X <= expected | population, K, n) <= risk, K being the least number that is not tolerable; the
    whole population where no smaller sample can show it. Raises AuditError for a rate or risk that is none.
    """
    if population < 0 or expected < 0 or not 0 <= tolerable < 1 or not 0 < risk < 1:
        raise AuditError("sample_rates", tolerable=tolerable, risk=risk, expected=expected)
    too_many = least_not_tolerable(population, tolerable)
    if too_many > population or expected >= too_many:
        return population
    low = high = expected + 1
    while high < population and at_most(expected, population, too_many, high) > risk:
        low, high = high + 1, min(2 * high, population)
    while low < high:
        middle = (low + high) // 2
        if at_most(expected, population, too_many, middle) <= risk:
            high = middle
        else:
            low = middle + 1
    return low


def bound(population: int, drawn: int, deviations: int, risk: Fraction) -> int:
    """The greatest number of deviations in the population that the sample does not yet speak against.

    Greatest K with P(X <= deviations | population, K, drawn) > risk: there are more than that with a chance of at most
    `risk` of seeing what was seen. Never fewer than were seen, never more than could be among those not drawn.
    """
    low, high = deviations, population - drawn + deviations
    while low < high:
        middle = (low + high + 1) // 2
        if at_most(deviations, population, middle, drawn) > risk:
            low = middle
        else:
            high = middle - 1
    return low


def rate_bound(drawn: int, deviations: int, risk: Fraction) -> float:
    """The one-sided upper limit of a rate by Clopper and Pearson, of a population without end: a share from 0 to 1.

    The smallest p, rounded up to 1 in 10**10, with P(X <= deviations | drawn, p) <= risk, X being binomial.
    """
    if deviations >= drawn:
        return 1.0
    low, high = 0, _STEPS
    while low < high:
        middle = (low + high) // 2
        if _binomial_ways(drawn, deviations, middle) <= risk * _STEPS**drawn:
            high = middle
        else:
            low = middle + 1
    return low / _STEPS


def _binomial_ways(drawn: int, deviations: int, steps: int) -> int:
    """P(X <= deviations | drawn, steps / _STEPS) times _STEPS to the power of `drawn`: a whole number."""
    other, ways = _STEPS - steps, 0
    for one in range(deviations, -1, -1):
        ways = ways * steps + comb(drawn, one) * other ** (deviations - one)
    return ways * other ** (drawn - deviations)


def kappa(pairs: list[tuple[str, str]]) -> Fraction | None:
    """Cohen's kappa of two readers, from what each read of the same papers; None where chance alone agrees always."""
    if not pairs:
        return None
    words = {word for pair in pairs for word in pair}
    total = len(pairs)
    observed = Fraction(sum(one == two for one, two in pairs), total)
    by_chance = sum(
        (Fraction(sum(one == word for one, _ in pairs) * sum(two == word for _, two in pairs), total * total)
         for word in words), Fraction(0),
    )  # fmt: skip
    return None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)
