"""Rows of both records are one dossier where commune and code are one, whatever number they are looked up by."""

from itertools import permutations

import numpy as np
import polars as pl
import pytest

from audit.lake import pairing
from audit.lake.packs import NOTHING


def rows(text: str) -> pl.DataFrame:
    """Rows drawn as "commune code", the first row having the place 0."""
    found = [line.split() for line in text.split(",") if line.strip()]
    return pl.DataFrame(
        {"number": [int(number) for number, _ in found], "code": [code for _, code in found]},
        schema={"number": pl.Int32, "code": pl.String},
    )


def paired(software: str, register: str) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """The places of each dossier's rows, and of the rows that are left to be grouped by code."""
    found = pairing.paired(rows(software), rows(register))
    once = list(zip(found.software.tolist(), found.register.tolist(), strict=True))
    return once, found.other_software.tolist(), found.other_register.tolist()


def test_a_code_in_both_records_is_one_dossier_and_a_code_in_one_is_one_too():
    assert paired("0 A, 0 B, 0 C", "0 B, 0 D, 0 A") == ([(0, 2), (1, 0), (2, NOTHING), (NOTHING, 1)], [], [])


def test_one_code_in_two_communes_is_two_dossiers():
    assert paired("0 A, 1 A", "1 A, 2 A") == ([(0, NOTHING), (1, 0), (NOTHING, 1)], [], [])


def test_rows_whose_code_stands_twice_in_a_record_are_left_together_with_those_of_the_other():
    assert paired("0 A, 0 B, 0 A", "0 A, 0 C, 0 C, 0 B") == ([(1, 3)], [0, 2], [0, 1, 2])


def test_records_without_rows_are_paired_too():
    assert paired("", "") == ([], [], [])
    assert paired("", "0 A") == ([(NOTHING, 0)], [], [])
    assert paired("0 A", "") == ([(0, NOTHING)], [], [])


@pytest.mark.parametrize("number", [0, 2**64 - 1])
def test_codes_that_share_a_number_are_no_dossier_for_that(number, monkeypatch):
    monkeypatch.setattr(pairing, "hashed", lambda given: np.full(len(given), number, dtype="uint64"))
    assert paired("0 A", "0 B") == ([], [0], [0])
    assert paired("0 A", "1 A") == ([], [0], [0])
    assert paired("0 A", "0 A") == ([(0, 0)], [], [])
    assert paired("0 A, 0 B", "0 A") == ([], [0, 1], [0])


def test_a_code_is_certain_only_as_a_whole():
    written = ["000.01.00.M01-250325-000000", "HS-1", "HS-1\n", " HS-1", "hs-1", "000.01.00.M01-250325-000000 ", ""]
    assert pairing.are_certain(pl.Series(written)).tolist() == [True, True, *[False] * 5]


def test_rows_come_in_one_order_however_they_were_read():
    in_files = pl.DataFrame({
        "number": [0, 0, 0, 0, 1], "row": [2, 3, 3, 4, 1], "code": ["d", "a", "b", "c", "e"], "packed": [7, 7, 8, 9, 1],
    }, schema={"number": pl.Int32, "row": pl.Int64, "code": pl.String, "packed": pl.Int64})  # fmt: skip
    for order in permutations(range(5)):
        assert pairing.in_order(in_files[list(order)]).equals(in_files)
