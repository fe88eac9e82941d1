"""Which column of a file is which column of ours: by listed headings, never by position."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from audit.reading.cells import folded, may_be_personal
from audit.reading.sheets import Sheet

SEARCHED_ROWS = 30
FEWEST_HEADINGS = 2

Accepted = Mapping[str, tuple[str, ...]]  # our column -> the headings that may stand over it
Known = Mapping[str, str]  # a heading as it is compared -> our column
Row = tuple[int, list[str]]  # its number, its cells
_AROUND_MARKS = re.compile(r"\s*([/\-–,])\s*")
_SIGNATURE = re.compile(r"(?<!\w)ký(?!\w)")
_NO_SIGNATURE = re.compile(r"đăng ký|ký hiệu|ký tự|ký số|ký kết|số ký|ngày ký|người ký")


@dataclass(frozen=True)
class Headings:
    """Where the headings of a sheet stand: `columns` maps ours to positions, in the file's order."""

    rows: tuple[int, ...]  # row numbers of the heading, one or two
    texts: tuple[str, ...]  # every heading as written, by position
    columns: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def written(self, column: str) -> str:
        """The heading that stands over `column`; the column's own name where none does."""
        return self.texts[self.columns[column][0]] if column in self.columns else column


def blocks(sheet: Sheet, accepted: Accepted, required: frozenset[str]) -> list[tuple[Headings, list[Row]]]:
    """The tables of a sheet, each with its headings and its rows, titles and headings among them; none without any.

    The first has the headings that `_first` finds; wherever a row of other headings stands, another begins. The same
    headings again are a row of the table.
    """
    known = {heading_key(text): column for column, texts in accepted.items() for text in texts}
    first = _first(sheet, known, required)
    if first is None:
        return []
    found: list[tuple[Headings, list[Row]]] = [(first, [])]
    for index, (row, texts) in enumerate(sheet.rows):
        headings = found[-1][0]
        if row > headings.rows[-1] and _is_other(texts, headings, known):
            found.append((_headings(sheet.rows, index, known, least=row), []))
        found[-1][1].append((row, texts))
    return found


def _first(sheet: Sheet, known: Known, required: frozenset[str]) -> Headings | None:
    """The headings of `sheet`: the first row that has all `required` columns, else the one with most known headings.

    A row directly above or below is taken with it where headings are merged. None where no row holds at least
    two known headings.
    """
    candidates = sheet.rows[:SEARCHED_ROWS]
    counts = [sum(heading_key(cell) in known for cell in cells) for _, cells in candidates]
    promising = [index for index, count in enumerate(counts) if count >= FEWEST_HEADINGS]
    located = [_headings(candidates, index, known) for index in promising]
    whole = next((headings for headings in located if required <= set(headings.columns)), None)
    best = max(promising, key=lambda index: counts[index], default=None)
    return whole or (None if best is None else located[promising.index(best)])


@lru_cache(maxsize=4096)  # the same headings are asked for by each record that a file may be of
def heading_key(text: str) -> str:
    """A heading as it is compared: without case and spaces around its marks."""
    return _AROUND_MARKS.sub(r"\1", folded(text))


def _column(text: str, known: Known) -> str | None:
    """The column of ours that a heading stands over; any heading that speaks of a signature is that of signatures."""
    if column := known.get(heading_key(text)):
        return column
    is_signature = _SIGNATURE.search(folded(text)) and not _NO_SIGNATURE.search(folded(text))
    return "signed" if is_signature and "signed" in known.values() else None


def _is_other(texts: list[str], headings: Headings, known: Known) -> bool:
    """Whether a row below is of other headings than those above it."""
    codes = headings.columns.get("dossier_id", ())
    if any(at < len(texts) and any(character.isdigit() for character in texts[at]) for at in codes):
        return False  # a code, or a number of a column, stands where headings have none
    filled = [(at, text) for at, text in enumerate(texts) if text]
    columns = {at: column for at, text in filled if (column := known.get(heading_key(text)))}
    if len(columns) < FEWEST_HEADINGS or 2 * len(columns) < len(filled):
        return False
    return columns != {at: column for column, places in headings.columns.items() for at in places if at in columns}


def guessed(sheets: list[Sheet]) -> list[str]:
    """What may be the headings where none are known: the first row of words alone, which no name can be."""
    for sheet in sheets:
        for _, cells in sheet.rows[:SEARCHED_ROWS]:
            texts = [cell for cell in cells if cell]
            if len(texts) >= FEWEST_HEADINGS and not any(may_be_personal(text) for text in texts):
                return texts
    return []


def _headings(candidates: list[Row], best: int, known: Known, least: int = 0) -> Headings:
    """The headings of the row at `best`, with those merged above or below it; none above the row numbered `least`."""
    rows, texts = [candidates[best][0]], list(candidates[best][1])
    for index in (best - 1, best + 1):  # merged headings: "Ngày, tháng, năm" over "Nhận" | "Hẹn" | "Trả"
        if 0 <= index < len(candidates) and candidates[index][0] >= least:
            filled = _filled(candidates[index][1], texts, known, is_above=index < best)
            if filled != texts + [""] * (len(filled) - len(texts)):
                rows, texts = [*rows, candidates[index][0]], filled
    columns: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        if column := known.get(heading_key(text)):
            columns.setdefault(column, []).append(position)
    if "signed" not in columns:  # a listed heading comes before one that only speaks of a signature
        signed = [position for position, text in enumerate(texts) if _column(text, known) == "signed"]
        columns |= {"signed": signed} if signed else {}
    found = {column: tuple(positions) for column, positions in columns.items()}
    return Headings(tuple(sorted(rows)), tuple(texts), found)


def rivals(headings: Headings) -> dict[str, list[str]]:
    """Columns that two *different* headings claim, with those headings; the same heading twice is forgiven."""
    claimed = {column: sorted({headings.texts[at] for at in found}) for column, found in headings.columns.items()}
    return {column: texts for column, texts in claimed.items() if len({folded(t) for t in texts}) > 1}


def _filled(cells: list[str], texts: list[str], known: Known, *, is_above: bool) -> list[str]:
    """`texts` with the known headings of the next row put in: from above only where nothing stands."""
    width = max(len(cells), len(texts))
    cells, texts = (row + [""] * (width - len(row)) for row in (cells, texts))
    here, there = ({at for at, text in enumerate(row) if _column(text, known)} for row in (cells, texts))
    free = {at for at in here if not (is_above and texts[at])}
    is_data = not is_above and any(cells[at] for at in there)
    if is_data or here & there or not free:
        return texts
    return [cells[at] if at in free else text for at, text in enumerate(texts)]
