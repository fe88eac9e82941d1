"""Samples: sizes and bounds are exact, anybody can draw again, and the bound is missed no more often than it says."""

import hashlib
from fractions import Fraction
from itertools import pairwise
from math import comb, floor
from random import Random

import pytest

from audit.ground.terms import AuditError
from audit.sampling import draw, sizes

RISKS = (Fraction(1, 100), Fraction(5, 100), Fraction(10, 100))


def by_counting(population: int, deviations: int, drawn: int, most: int) -> Fraction:
    """The chance of at most so many deviations, by going through the ways, written apart from the toolkit's."""
    total = Fraction(0)
    for seen in range(most + 1):
        if seen <= drawn and deviations >= seen and population - deviations >= drawn - seen:
            total += Fraction(comb(deviations, seen) * comb(population - deviations, drawn - seen))
    return total / comb(population, drawn)


@pytest.mark.parametrize("risk", RISKS)
@pytest.mark.parametrize("expected", range(6))
def test_a_size_is_the_smallest_that_brings_the_risk_down(risk, expected):
    for population in (1, 2, 7, 40, 100, 233, 500, 1000):
        for tolerable in (Fraction(0), Fraction(1, 100), Fraction(5, 100), Fraction(7, 100), Fraction(20, 100)):
            size = sizes.size(population, tolerable, risk, expected)
            too_many = floor(tolerable * population) + 1
            if too_many > population or expected >= too_many:
                assert size == population
                continue
            assert by_counting(population, too_many, size, expected) <= risk
            if size > expected + 1:
                assert by_counting(population, too_many, size - 1, expected) > risk


def test_sizes_are_those_of_published_tables_where_these_are_exact():
    # no deviation, 5 % tolerable, 5 % risk: of a population of 100, six bad ones, 39 drawn; without end it is 59
    assert sizes.size(100, Fraction(5, 100), Fraction(5, 100)) == 39
    assert sizes.size(1_000_000, Fraction(5, 100), Fraction(5, 100)) == 59
    assert sizes.size(1_000_000, Fraction(5, 100), Fraction(10, 100)) == 45
    assert sizes.size(1_000_000, Fraction(10, 100), Fraction(5, 100)) == 29
    assert sizes.size(1_000_000, Fraction(5, 100), Fraction(5, 100), 1) == 93
    assert sizes.size(20, Fraction(0), Fraction(5, 100)) == 19  # one late of twenty: all but one must be read


def test_a_share_is_no_float_that_rounds_up():
    assert sizes.least_not_tolerable(200, Fraction("0.07")) == 15  # 0.07 * 200 is 14.000000000000002 in floats


@pytest.mark.parametrize("risk", RISKS)
def test_a_bound_is_the_greatest_number_that_the_sample_does_not_speak_against(risk):
    for population in (1, 9, 57, 250, 1000):
        for drawn in sorted({1, min(population, 20), population // 2 or 1, population}):
            for seen in range(min(drawn, 5) + 1):
                bound = sizes.bound(population, drawn, seen, risk)
                assert seen <= bound <= population - drawn + seen
                assert bound == seen or by_counting(population, bound, drawn, seen) > risk
                if bound < population - drawn + seen:
                    assert by_counting(population, bound + 1, drawn, seen) <= risk


def test_a_sample_with_no_more_deviations_than_expected_shows_no_more_than_the_tolerable():
    for population in (60, 233, 800):
        for expected in (0, 1, 3):
            size = sizes.size(population, Fraction(5, 100), Fraction(5, 100), expected)
            if size < population:
                assert sizes.bound(population, size, expected, Fraction(5, 100)) <= floor(Fraction(5, 100) * population)


def test_the_bound_is_missed_at_most_as_often_as_its_risk_says():
    random, audits = Random(20261130), 20_000
    for population, late in ((200, 11), (200, 30)):
        units = [1] * late + [0] * (population - late)
        bounds = [sizes.bound(population, 45, seen, Fraction(5, 100)) for seen in range(late + 1)]
        missed = sum(bounds[sum(random.sample(units, 45))] < late for _ in range(audits))
        assert missed / audits <= 0.05 + 3 * (0.05 * 0.95 / audits) ** 0.5


def test_the_rate_beside_it_is_that_of_clopper_and_pearson():
    assert sizes.rate_bound(59, 0, Fraction(5, 100)) == pytest.approx(1 - 0.05 ** (1 / 59))
    assert sizes.rate_bound(20, 1, Fraction(5, 100)) == pytest.approx(0.21610689, abs=1e-6)
    assert sizes.rate_bound(3, 3, Fraction(5, 100)) == 1.0


def test_rates_that_are_none_are_refused():
    for tolerable, risk, expected in (
        (1, "0.05", 0),
        ("-0.1", "0.05", 0),
        ("0.05", 0, 0),
        ("0.05", 1, 0),
        ("0.05", "0.05", -1),
    ):
        with pytest.raises(AuditError, match="mẫu"):
            sizes.size(100, Fraction(tolerable), Fraction(risk), expected)


def test_kappa_is_what_two_readers_agree_beyond_chance():
    pairs = [("có", "có")] * 20 + [("có", "không")] * 5 + [("không", "có")] * 10 + [("không", "không")] * 15
    assert sizes.kappa(pairs) == Fraction(2, 5)  # the textbook's: 0.7 observed, 0.5 by chance
    assert sizes.kappa([("có", "có")] * 4) is None
    assert sizes.kappa([]) is None


CODES = [f"H99-{number:04}" for number in range(300)]


def test_anybody_draws_the_same_again_with_the_lines_in_the_docs():
    def ticket(seed, code):
        return hashlib.sha256(f"{seed}:{code}".encode()).hexdigest()

    again = sorted(CODES, key=lambda code: ticket("1234567890", code))[:59]
    assert draw.in_order(reversed(CODES), "1234567890")[:59] == again
    assert draw.in_order(CODES, "1234567891")[:59] != again


def test_a_greater_sample_begins_with_the_smaller_one_and_every_code_has_the_same_chance():
    first = dict.fromkeys(CODES, 0)
    for seed in range(3000):
        order = draw.in_order(CODES, f"{seed:010}")
        first[order[0]] += 1
    assert sum(first.values()) == 3000
    assert max(first.values()) < 30  # ten each by chance
    order = draw.in_order(CODES, "1234567890")
    assert [order[:n] == order[: n + 1][:n] for n, _ in pairwise(range(20))] == [True] * 19


@pytest.mark.parametrize("written", ["", "123", "abcdefghij", "12345 6789x", "１２３４５６７８９０"])
def test_a_seed_that_was_not_rolled_is_refused(written):
    with pytest.raises(AuditError, match="xúc xắc"):
        draw.checked_seed(written)
    assert draw.checked_seed(" 12345 67890 ") == "1234567890"


def test_a_population_has_one_fingerprint_in_whatever_order():
    assert draw.fingerprint(CODES) == draw.fingerprint(reversed(CODES)) != draw.fingerprint(CODES[1:])
