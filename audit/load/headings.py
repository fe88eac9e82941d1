"""Which column of a file is which column of ours: by listed headings, never by position."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audit.load.sheets import Sheet
from audit.load.values import folded

SEARCHED_ROWS = 30
FEWEST_HEADINGS = 2

Accepted = Mapping[str, tuple[str, ...]]  # our column -> the headings that may stand over it


@dataclass(frozen=True)
class Headings:
    """Where the headings of a sheet stand: `columns` maps ours to positions, in the file's order."""

    rows: tuple[int, ...]  # row numbers of the heading, one or two
    texts: tuple[str, ...]  # every heading as written, by position
    columns: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def written(self, column: str) -> str:
        """The heading that stands over `column`; the column's own name where none does."""
        return self.texts[self.columns[column][0]] if column in self.columns else column


def locate(sheet: Sheet, accepted: Accepted) -> Headings | None:
    """The heading row of `sheet`: the one with most known headings, with a row of its own above or below.

    None where no row holds at least two known headings.
    """
    known = {folded(text): column for column, texts in accepted.items() for text in texts}
    candidates = sheet.rows[:SEARCHED_ROWS]
    counts = [sum(folded(cell) in known for cell in cells) for _, cells in candidates]
    if not counts or max(counts) < FEWEST_HEADINGS:
        return None
    best = counts.index(max(counts))
    rows, texts = [candidates[best][0]], list(candidates[best][1])
    for index in (best - 1, best + 1):  # merged headings: "Ngày, tháng, năm" over "Nhận" | "Hẹn" | "Trả"
        if 0 <= index < len(candidates) and _fills(candidates[index][1], texts, known):
            rows.append(candidates[index][0])
            texts = _filled(candidates[index][1], texts, known)
    columns: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        if column := known.get(folded(text)):
            columns.setdefault(column, []).append(position)
    return Headings(tuple(sorted(rows)), tuple(texts), {column: tuple(found) for column, found in columns.items()})


def rivals(headings: Headings) -> dict[str, list[str]]:
    """Columns that two *different* headings claim, with those headings; the same heading twice is forgiven."""
    claimed = {column: sorted({headings.texts[at] for at in found}) for column, found in headings.columns.items()}
    return {column: texts for column, texts in claimed.items() if len({folded(t) for t in texts}) > 1}


def _fills(cells: list[str], texts: list[str], known: Mapping[str, str]) -> bool:
    here = {at for at, cell in enumerate(cells) if folded(cell) in known}
    there = {at for at, text in enumerate(texts) if folded(text) in known}
    return bool(here) and not here & there


def _filled(cells: list[str], texts: list[str], known: Mapping[str, str]) -> list[str]:
    width = max(len(cells), len(texts))
    cells, texts = (row + [""] * (width - len(row)) for row in (cells, texts))
    return [cell if folded(cell) in known or not text else text for cell, text in zip(cells, texts, strict=True)]
