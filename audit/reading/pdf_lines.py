"""The lines of a page of a PDF, the cells of a table's rows apart by tabs, as in a table that was pasted as text."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

WIDE = 1.2  # of a letter's height: the gap from which on words stand in two cells
FEWEST_CELLS, FEWEST_ROWS = 3, 2
_DROPPED = "\x02\ufffe"  # a hyphen at the end of a line, and what stands for none


class _Cell(NamedTuple):
    """A piece of a line, and where it begins and ends across the page."""

    text: str
    left: float
    right: float


def lines(textpage: Any) -> list[str]:
    """Every printed line of a pypdfium2 text page, in its order.

    A table is recognised where at least two lines that follow each other stand in three cells or more; an empty cell
    keeps its place. Any other line is text with single spaces.
    """
    printed = [list(_cells(line)) for line in _letters(textpage)]
    found: list[str] = []
    for is_row, group in groupby(printed, key=lambda cells: len(cells) >= FEWEST_CELLS):
        rows = list(group)
        columns = _columns(rows) if is_row and len(rows) >= FEWEST_ROWS else []
        found += [_in_columns(cells, columns) if columns else " ".join(cell.text for cell in cells) for cells in rows]
    return found


def _letters(textpage: Any) -> Iterator[list[tuple[str, tuple[float, float, float, float]]]]:
    """The letters of each line, each with its box: left, bottom, right, top."""
    line: list[tuple[str, tuple[float, float, float, float]]] = []
    for at in range(textpage.count_chars()):
        letter = textpage.get_text_range(at, 1, errors="replace")
        if letter in ("\r", "\n"):
            if letter == "\n":
                yield line
                line = []
        elif letter and letter not in _DROPPED:
            line.append((letter, textpage.get_charbox(at)))
    yield line


def _cells(line: Sequence[tuple[str, tuple[float, float, float, float]]]) -> Iterator[_Cell]:
    text, left, right, height = "", 0.0, 0.0, 0.0
    for letter, (begins, bottom, ends, top) in line:
        if letter.isspace():
            text += " "
            continue
        if text.strip() and text.endswith(" ") and begins - right > WIDE * max(height, top - bottom):
            yield _Cell(" ".join(text.split()), left, right)
            text, height = "", 0.0
        if not text.strip():
            left = begins
        text, right, height = text + letter, ends, max(height, top - bottom)
    if text.strip() or not line:
        yield _Cell(" ".join(text.split()), left, right)


def _columns(rows: Sequence[Sequence[_Cell]]) -> list[tuple[float, float]]:
    """From where to where each column reaches, by the rows that have a cell in every one."""
    full = [cells for cells in rows if len(cells) == max(map(len, rows))]
    return [
        (min(cell.left for cell in column), max(cell.right for cell in column)) for column in zip(*full, strict=True)
    ]


def _in_columns(cells: Sequence[_Cell], columns: Sequence[tuple[float, float]]) -> str:
    """The cells of a row apart by tabs, each in the column that it stands in; as text where two stand in one."""
    if len(cells) == len(columns):
        return "\t".join(cell.text for cell in cells)
    places = [min(range(len(columns)), key=lambda place: _apart(cell, columns[place])) for cell in cells]
    if len(set(places)) < len(cells):
        return " ".join(cell.text for cell in cells)
    by_place = dict(zip(places, cells, strict=True))
    return "\t".join(by_place[place].text if place in by_place else "" for place in range(len(columns)))


def _apart(cell: _Cell, column: tuple[float, float]) -> float:
    """How far a cell is from a column; below 0 by as much as they overlap."""
    return max(cell.left, column[0]) - min(cell.right, column[1])
