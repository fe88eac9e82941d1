"""Rows of the software and lines of the register brought together by commune and code, and codes read for certain.

Every row gets a number made of its commune and its code, once. Rows whose numbers differ are of different dossiers; of
rows whose numbers are equal the communes and the codes are compared too, so that nothing rests on the number alone.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from audit.lake.packs import NOTHING
from audit.reading import shapes

_ROW_BITS = 40  # of a row's number in its file
SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no two communes have one


@dataclass(frozen=True)
class Paired:
    """Where the rows of each dossier stand in the frames that were paired.

    `software`, `register`: of each dossier of at most one row in either record the places of its rows, `NOTHING` for
    none; those of the software in its order, then those in the register alone in its order. `other_software`,
    `other_register`: the places of all other rows, ascending; no dossier has rows in both.
    """

    software: np.ndarray
    register: np.ndarray
    other_software: np.ndarray
    other_register: np.ndarray


def paired(software: pl.DataFrame, register: pl.DataFrame) -> Paired:
    """Pair rows by their `number`, the commune's, and their `code` as written; neither is ever null."""
    rows, lines = len(software), len(register)
    bits = np.uint64(int(rows + lines).bit_length())
    of_place = (np.uint64(1) << bits) - np.uint64(1)
    keys = np.concatenate([hashed(software), hashed(register)])  # the upper bits of the number, then the place
    keys &= ~of_place
    keys |= np.arange(rows + lines, dtype="uint64")
    keys.sort()
    is_as_next = np.zeros(rows + lines, dtype=bool)
    is_as_next[:-1] = (keys[1:] ^ keys[:-1]) <= of_place
    is_as_last = np.zeros(rows + lines, dtype=bool)
    is_as_last[1:] = is_as_next[:-1]
    keys &= of_place
    at = keys.view("int64")
    alone = at[~(is_as_next | is_as_last)]
    first = np.flatnonzero((is_as_next & ~is_as_last)[:-1] & (is_as_last & ~is_as_next)[1:])
    one, other = at[first], at[first + 1]  # the software's first: its places come before the register's
    is_of_both = (one < rows) & (other >= rows)
    in_register = np.full(rows, NOTHING, dtype="int64")
    in_register[one[is_of_both]] = other[is_of_both] - rows
    is_one_row = in_register != NOTHING
    places = np.flatnonzero(is_one_row)
    differ = places[~_are_same(software, register, places, in_register[places])]
    in_register[differ] = NOTHING
    is_one_row[differ] = False
    is_one_line = np.zeros(lines, dtype=bool)
    is_one_line[in_register[is_one_row]] = True
    is_one_row[alone[alone < rows]] = True
    is_line_alone = np.zeros(lines, dtype=bool)
    is_line_alone[alone[alone >= rows] - rows] = True
    of_software, of_register = np.flatnonzero(is_one_row), np.flatnonzero(is_line_alone)
    return Paired(
        np.concatenate([of_software, np.full(len(of_register), NOTHING, dtype="int64")]),
        np.concatenate([in_register[of_software], of_register]),
        np.flatnonzero(~is_one_row),
        np.flatnonzero(~(is_one_line | is_line_alone)),
    )


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by the `number` of their commune, then by their `row` in a file, then by `code` and by what is `packed`.

    DuckDB gives rows that it has joined in no certain order, if mostly in that of the files.
    """
    place = rows["number"].to_numpy().astype("int64") << _ROW_BITS | rows["row"].to_numpy()
    if (place[1:] > place[:-1]).all():
        return rows
    order = np.argsort(place, kind="stable")
    place = place[order]
    is_as_last = np.concatenate([[False], place[1:] == place[:-1]])
    of_several = np.flatnonzero(is_as_last | np.append(is_as_last[1:], False))  # the same row of several files
    if len(of_several):
        some = rows[order[of_several]].with_row_index("at").sort("number", "row", "code", "packed")
        order[of_several] = order[of_several][some["at"].to_numpy()]
    return rows[order]


def hashed(rows: pl.DataFrame) -> np.ndarray:
    """A number of 64 bits for each row, equal where commune and code are; others may share one, if seldom."""
    return rows["code"].hash().to_numpy() ^ (rows["number"].to_numpy().astype("uint64") * SPREAD)


def are_certain(codes: pl.Series) -> np.ndarray:
    """Whether each code is certainly the same after it is read."""
    found = codes.str.contains(f"^(?:{shapes.NATIONAL_CODE})$").to_numpy()
    if found.all():
        return found
    found, unsure = found.copy(), np.flatnonzero(~found)
    some = codes.gather(unsure)
    found[unsure] = (
        some.str.contains(f"^(?:{shapes.SHORT_CODE})$") & (some.str.len_chars() <= shapes.MOST_SHORT)
    ).to_numpy()
    return found


def _are_same(software: pl.DataFrame, register: pl.DataFrame, rows: np.ndarray, lines: np.ndarray) -> np.ndarray:
    codes = software["code"].gather(rows) == register["code"].gather(lines)
    return codes.to_numpy() & (software["number"].to_numpy()[rows] == register["number"].to_numpy()[lines])
