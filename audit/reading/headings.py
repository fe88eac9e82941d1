"""Which column of a file is which column of ours: by listed headings, never by position."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audit.reading.cells import folded, may_be_personal
from audit.reading.sheets import Sheet

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


def locate(sheet: Sheet, accepted: Accepted, required: frozenset[str]) -> Headings | None:
    """The headings of `sheet`: the first row that has all `required` columns, else the one with most known headings.

    A row directly above or below is taken with it where headings are merged. None where no row holds at least
    two known headings.
    """
    known = {folded(text): column for column, texts in accepted.items() for text in texts}
    candidates = sheet.rows[:SEARCHED_ROWS]
    counts = [sum(folded(cell) in known for cell in cells) for _, cells in candidates]
    promising = [index for index, count in enumerate(counts) if count >= FEWEST_HEADINGS]
    found = [_headings(candidates, index, known) for index in promising]
    whole = next((headings for headings in found if required <= set(headings.columns)), None)
    best = max(promising, key=lambda index: counts[index], default=None)
    return whole or (None if best is None else found[promising.index(best)])


def guessed(sheets: list[Sheet]) -> list[str]:
    """What may be the headings where none are known: the first row of words alone, which no name can be."""
    for sheet in sheets:
        for _, cells in sheet.rows[:SEARCHED_ROWS]:
            texts = [cell for cell in cells if cell]
            if len(texts) > FEWEST_HEADINGS and not any(may_be_personal(text) for text in texts):
                return texts
    return []


def _headings(candidates: list[tuple[int, list[str]]], best: int, known: Mapping[str, str]) -> Headings:
    rows, texts = [candidates[best][0]], list(candidates[best][1])
    for index in (best - 1, best + 1):  # merged headings: "Ngày, tháng, năm" over "Nhận" | "Hẹn" | "Trả"
        if 0 <= index < len(candidates):
            filled = _filled(candidates[index][1], texts, known, is_above=index < best)
            if filled != texts + [""] * (len(filled) - len(texts)):
                rows, texts = [*rows, candidates[index][0]], filled
    columns: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        if column := known.get(folded(text)):
            columns.setdefault(column, []).append(position)
    found = {column: tuple(positions) for column, positions in columns.items()}
    return Headings(tuple(sorted(rows)), tuple(texts), found)


def rivals(headings: Headings) -> dict[str, list[str]]:
    """Columns that two *different* headings claim, with those headings; the same heading twice is forgiven."""
    claimed = {column: sorted({headings.texts[at] for at in found}) for column, found in headings.columns.items()}
    return {column: texts for column, texts in claimed.items() if len({folded(t) for t in texts}) > 1}


def _filled(cells: list[str], texts: list[str], known: Mapping[str, str], *, is_above: bool) -> list[str]:
    """`texts` with the known headings of the next row put in: from above only where nothing stands."""
    width = max(len(cells), len(texts))
    cells, texts = (row + [""] * (width - len(row)) for row in (cells, texts))
    here, there = ({at for at, text in enumerate(row) if folded(text) in known} for row in (cells, texts))
    free = {at for at in here if not (is_above and texts[at])}
    is_data = not is_above and any(cells[at] for at in there)
    if is_data or here & there or not free:
        return texts
    return [cells[at] if at in free else text for at, text in enumerate(texts)]
