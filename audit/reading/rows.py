"""Which rows of a record's sheets are lines of dossiers, and what stands in the cells of each; nothing is valued here.

A table as it stands in an office has titles, numbered headings, page rows, totals, signatures below, a second table
with its own headings, a sheet that goes on without any, merged cells and ditto marks. A row that cannot be placed under
any heading is counted as one that could not be read.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from audit.ground.terms import AuditError
from audit.reading import cells
from audit.reading.corrections import Correction
from audit.reading.headings import Accepted, Headings, blocks, guessed, rivals
from audit.reading.sheets import Sheet
from audit.records.record import Column

_TOTAL = re.compile(r"(tổng cộng|tổng số|total)\b.*|tổng|cộng(\s*:.*)?", re.DOTALL)
_PAGE_TOTAL = re.compile(r"(tổng )?(cộng|mang sang|chuyển sang)\b.*\b(trang|sang)\b.*", re.DOTALL)
_PAGE = re.compile(r"(trang|tờ)( số)?\s*[:.]?\s*(?P<number>\d{1,4})(\s*/\s*\d{1,4})?")
_NUMBERING = re.compile(r"\(?\d{1,2}\)?([=+()\d\s]*)")
_FOOTER = re.compile(
    r".*(người lập|lập biểu|người vào sổ|người ghi|thủ trưởng|thủ quỹ|kế toán|chủ tịch|xác nhận|ký, (ghi rõ )?họ tên|"
    r"ký tên|đóng dấu|ghi rõ họ tên|ngày .{1,12} tháng .{1,12} năm).*",
    re.DOTALL,
)
_DITTO = re.compile(
    r"[-–—\s]*(\"|“|”|″|〃|''|´´|//|nt|n\.t\.?|như trên|như dòng trên|giống trên|ditto)[-–—\s.]*", re.IGNORECASE
)
_DAY = re.compile(r"(?<![\d.])(\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}|\d{4}[/-]\d{1,2}[/-]\d{1,2})(?![\d.])|tháng")
_LONG_CODE = 10  # figures in what is surely a code
_FEWEST_NUMBERS = 3
_MOST_TITLE_CELLS = 2
_MOST_FOOTER_CELLS = 4
_FEWEST_DAYS = 2  # in a row without a code that is a dossier's all the same
FILLED_FROM_MERGED = ("at", "due_at", "on", "signed")  # kinds whose merged cell stands for every row; and units


@dataclass
class Line:
    """A row of a dossier. `texts`: what is written under each heading; `meant`: what is read instead, where a ditto
    mark or an empty cell of a merged range stands; `differing`: columns with two headings and two texts."""

    file: str
    sheet: str
    row: int
    texts: dict[str, str]
    meant: dict[str, str] = field(default_factory=dict)
    differing: dict[str, str] = field(default_factory=dict)
    stamps: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()
    marks: list[str] = field(default_factory=list)
    comments: tuple[str, ...] = ()
    fixes: Mapping[str, Correction] = field(default_factory=dict)

    def text(self, column: str) -> str:
        """What a column says of the row, a correction aside."""
        return self.meant.get(column, self.texts.get(column, ""))

    @property
    def is_struck(self) -> bool:
        """Whether the line is struck through: its code, or most of what is written in it."""
        if not self.struck:
            return False
        filled = [column for column, text in self.texts.items() if text]
        return "dossier_id" in self.struck or (bool(filled) and 2 * len(self.struck) > len(filled))


@dataclass
class Rows:
    """The rows of a file. `unplaced`: rows under no heading; `sheets_without_headings`: those that hold such rows."""

    file: str = ""
    lines: list[Line] = field(default_factory=list)
    left_out: list[tuple[str, str, int, str, str]] = field(default_factory=list)  # file, sheet, row, why, text
    unplaced: list[tuple[str, str, int]] = field(default_factory=list)  # file, sheet, row
    sheets_without_headings: list[tuple[str, str]] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    headings: dict[str, str] = field(default_factory=dict)
    unused: dict[str, None] = field(default_factory=dict)


Placed = Mapping[tuple[str, str, int], Mapping[str, Correction]]  # by file, sheet and row


def rows_of(
    record: str, file: str, sheets: Sequence[Sheet], columns: Mapping[str, Column], accepted: Accepted, placed: Placed
) -> Rows:  # fmt: skip
    """The rows of one file of `record`; an AuditError where no sheet of it has the headings, or one has two for one.

    A sheet without headings goes on with the table before it where its cells are of the same columns.
    """
    required = frozenset(name for name, column in columns.items() if column.is_required)
    headed = [(sheet, blocks(sheet, accepted, required)) for sheet in sheets]
    gatherer = _Gatherer(record, file, columns, placed)
    if not any(of_sheet for _, of_sheet in headed):
        gatherer.refuse_missing(frozenset(), guessed(list(sheets)), accepted)
    every = [headings for _, of_sheet in headed for headings, _ in of_sheet]
    is_anywhere = any(required <= set(headings.columns) for headings in every)
    before: Headings | None = None
    for sheet, of_sheet in headed:
        if not of_sheet:
            gatherer.go_on(sheet, before)
            continue
        for headings, rows in of_sheet:
            if claimed := rivals(headings):
                column, texts = next(iter(claimed.items()))
                raise AuditError("two_headings", file=file, record=record, column=column, headings=" · ".join(texts))
            if required <= set(headings.columns):
                gatherer.take(sheet, headings, rows)
                before = headings
            elif not is_anywhere:
                gatherer.refuse_missing(frozenset(headings.columns), headings.texts, accepted)
            else:
                gatherer.set_aside(sheet, rows)
    return gatherer.rows


class _Gatherer:
    """Gathers the rows of one file while its sheets are gone through."""

    def __init__(self, record: str, file: str, columns: Mapping[str, Column], placed: Placed):
        self.record, self.file, self.columns, self.placed = record, file, columns, placed
        self.rows = Rows(file)
        self.page = ""

    def refuse_missing(self, found: Collection[str], texts: Sequence[str], accepted: Accepted) -> None:
        missing = [name for name, column in self.columns.items() if column.is_required and name not in found]
        if missing:
            raise AuditError(
                "missing_heading", file=self.file, headings="; ".join(" · ".join(accepted[name]) for name in missing),
                found=", ".join(text for text in texts if text) or "–",
                lines=" ; ".join(f"{self.record},{name},…" for name in missing),
            )  # fmt: skip

    def go_on(self, sheet: Sheet, before: Headings | None) -> None:
        """A sheet without headings: the table before goes on, or its rows are under no heading, or it is no table."""
        if before and _fits(sheet, before, self.columns):
            self.take(sheet, Headings((), before.texts, before.columns), sheet.rows)
        else:
            if any(_may_be_line(texts) for _, texts in sheet.rows):
                self.rows.sheets_without_headings.append((self.file, sheet.name))
            self.set_aside(sheet, sheet.rows)

    def set_aside(self, sheet: Sheet, rows: Sequence[tuple[int, list[str]]]) -> None:
        """Rows under no heading of the record: no dossiers where none may be one's, else counted as not read."""
        if any(_may_be_line(texts) for _, texts in rows):
            self.rows.unplaced += [(self.file, sheet.name, row) for row, _ in rows]
        else:
            self.rows.left_out += [(self.file, sheet.name, row, "other_sheet", "") for row, _ in rows]

    def take(self, sheet: Sheet, headings: Headings, rows: Sequence[tuple[int, list[str]]]) -> None:
        self.rows.columns |= set(headings.columns)
        self.rows.headings = {name: headings.written(name) for name in headings.columns} | self.rows.headings
        used = {at for places in headings.columns.values() for at in places}
        self.rows.unused |= dict.fromkeys(text for at, text in enumerate(headings.texts) if text and at not in used)
        width = len(headings.texts)
        padded = [(row, texts + [""] * (width - len(texts))) for row, texts in rows]
        lines: dict[int, Line] = {}
        is_after_total = is_after_footer = False
        self.page = ""
        for index, (row, texts) in enumerate(padded):
            fixes = self.placed.get((self.file, sheet.name, row), {})
            why = self._why_left_out(index, row, texts, padded, headings, is_after_total, is_after_footer)
            is_after_total |= why == "total"
            is_after_footer |= why == "footer"
            if why == "heading":
                continue
            if why and fixes:  # a row may be taken for no dossier only because of the cell that was put right
                right = _put_right(texts, fixes, headings)
                why = self._why_left_out(index, row, right, padded, headings, is_after_total, is_after_footer)
            filled = [text for text in texts if text]
            if why == "title" and len(filled) > _MOST_TITLE_CELLS and any(map(cells.is_national_code, filled)):
                self.rows.unplaced.append((self.file, sheet.name, row))  # a row of a table whose headings are not known
            elif why:
                is_shown = why == "title" and len(filled) <= _MOST_TITLE_CELLS and not cells.may_be_personal(filled[0])
                self.rows.left_out.append((self.file, sheet.name, row, why, filled[0][:120] if is_shown else ""))
            else:
                lines[row] = self._line(sheet, row, texts, headings, fixes)
        _fill_merged(sheet, headings, self.columns, lines)
        _fill_ditto(self.columns, lines)
        self.rows.lines += lines.values()

    def _line(
        self, sheet: Sheet, row: int, texts: list[str], headings: Headings, fixes: Mapping[str, Correction]
    ) -> Line:  # fmt: skip
        looks, line = sheet.looks, Line(self.file, sheet.name, row, {}, fixes=fixes)
        stamps, struck = set(), set()
        for name, places in headings.columns.items():
            first, *others = places
            text = texts[first]
            if others:
                written = list(dict.fromkeys(texts[at] for at in places if texts[at]))
                text = written[0] if written else ""
                if len(written) > 1 and not self.columns[name].is_personal:
                    line.differing[name] = " ≠ ".join(written)
            line.texts[name] = text
            if not text:
                continue
            if looks.stamps and any((row, at) in looks.stamps for at in places):
                stamps.add(name)
            if looks.struck and any((row, at) in looks.struck for at in places):
                struck.add(name)
            if looks.hidden_columns and all(at in looks.hidden_columns for at in places):
                line.marks.append(f"hidden:{name}")
        line.stamps, line.struck = frozenset(stamps), frozenset(struck)
        if looks.is_hidden or row in looks.hidden_rows:
            line.marks.append("hidden")
        line.comments = looks.comments_by_row.get(row, ())
        line.marks += ["comment"] if line.comments else []
        if "page" in self.columns and "page" not in headings.columns and self.page:
            line.texts["page"] = self.page
        return line

    def _why_left_out(
        self, index: int, row: int, texts: list[str], rows: Sequence[tuple[int, list[str]]], headings: Headings,
        is_after_total: bool, is_after_footer: bool,
    ) -> str | None:  # fmt: skip
        if row in headings.rows:
            return "heading"
        if headings.rows and row < headings.rows[0]:
            return "title"
        mapped = [at for places in headings.columns.values() for at in places]
        if all(cells.folded(headings.texts[at]) == cells.folded(texts[at]) for at in mapped):
            return "repeated_heading"
        filled = [text for text in texts if text] or [""]
        is_below = bool(headings.rows) and index > 0 and rows[index - 1][0] == headings.rows[-1]
        if is_below and _is_numbering(filled):
            return "numbering"
        first = cells.folded(filled[0])
        if len(filled) == 1 and (page := _PAGE.fullmatch(first)):
            self.page = page["number"]
            return "page"
        if "dossier_id" not in headings.columns:
            return None
        key = next((texts[at] for at in headings.columns["dossier_id"] if texts[at]), "")
        if (not key or key == filled[0]) and _PAGE_TOTAL.fullmatch(first):
            return "page"
        may_be_total = (not key or key == filled[0]) and _TOTAL.fullmatch(first)
        if may_be_total and not self._days(texts, headings):
            return "total"
        if any(character.isdigit() for character in key) and not _FOOTER.fullmatch(cells.folded(key)):
            return None
        days = self._days(texts, headings)
        return self._why_without_code(key, filled, days, is_after_total=is_after_total or is_after_footer)

    def _why_without_code(self, key: str, filled: list[str], days: int, *, is_after_total: bool) -> str | None:
        """Why a row without a code is no dossier's; None where it may be one's, as where a cell is a code."""
        if any(map(cells.is_national_code, filled)):
            return None
        is_footer = any(_FOOTER.fullmatch(cells.folded(text)) for text in filled)
        if days < _FEWEST_DAYS and (is_after_total or (is_footer and len(filled) <= _MOST_FOOTER_CELLS)):
            return "footer"
        return "note" if key and not days else None

    def _days(self, texts: list[str], headings: Headings) -> int:
        """How many cells of the row under headings of days hold a figure."""
        timed = [name for name in headings.columns if self.columns[name].kind in cells.DAYS]
        return sum(any(any(c.isdigit() for c in texts[at]) for at in headings.columns[name]) for name in timed)


def _fill_merged(sheet: Sheet, headings: Headings, columns: Mapping[str, Column], lines: Mapping[int, Line]) -> None:
    """A merged cell of a day, a signature or a unit stands for every row of its range that is a dossier's."""
    at = {place: name for name, places in headings.columns.items() for place in places}
    for first, left, last, right in sheet.looks.merged:
        name = at.get(left)
        if name is None or first == last or left != right or first not in lines:
            continue
        column = columns[name]
        if column.kind not in FILLED_FROM_MERGED and not column.level:
            continue
        whole = lines[first]
        below = [lines[row] for row in range(first + 1, last + 1) if row in lines and not lines[row].texts.get(name)]
        for line in below:
            line.meant[name] = whole.texts[name]
            line.stamps |= {name} & whole.stamps
            line.struck |= {name} & whole.struck
        for line in [whole, *below]:
            line.marks.append(f"merged:{name}")


def _fill_ditto(columns: Mapping[str, Column], lines: Mapping[int, Line]) -> None:
    """A ditto mark means what stands above it; in a place for a signature it is none."""
    above: Line | None = None
    for line in lines.values():
        for name, text in line.texts.items():
            column = columns[name]
            if name == "dossier_id" or column.kind in ("signed", "number") or not _DITTO.fullmatch(text):
                continue
            if above is not None and above.text(name) and not above.is_struck:
                line.meant[name] = above.text(name)
                line.stamps |= {name} & above.stamps
                line.marks.append(f"ditto:{name}")
        above = line


def _fits(sheet: Sheet, headings: Headings, columns: Mapping[str, Column]) -> bool:
    """Whether most rows of a sheet have a code and days where the headings before have theirs."""
    code = headings.columns.get("dossier_id", (0,))[0]
    timed = [headings.columns[name][0] for name in headings.columns if columns[name].kind in cells.DAYS]
    fitting = 0
    for _, texts in sheet.rows:
        days = [_at(texts, place) for place in timed if _at(texts, place)]
        fitting += _may_be_code(_at(texts, code)) and bool(days) and all(_DAY.search(day) for day in days)
    return 2 * fitting > len(sheet.rows)


def _at(texts: list[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""


def _may_be_line(texts: list[str]) -> bool:
    """Whether a row under no headings may be a dossier's: a code and a day stand in it, or what is surely a code."""
    codes = [text for text in texts if _may_be_code(text)]
    is_dated = any(_DAY.search(text) for text in texts)
    return any(len(re.sub(r"\D", "", text)) >= _LONG_CODE for text in codes) or (bool(codes) and is_dated)


def _may_be_code(text: str) -> bool:
    """Whether a cell may hold a dossier's code: one word with a figure in it, which is no day."""
    try:
        return bool(text) and cells.dossier_id(text) is not None and not _DAY.search(text)
    except ValueError:
        return False


def _put_right(texts: list[str], fixes: Mapping[str, Correction], headings: Headings) -> list[str]:
    now = {at: fix.now for name, fix in fixes.items() for at in headings.columns.get(name, ())}
    return [now.get(at, text) for at, text in enumerate(texts)]


def _is_numbering(filled: list[str]) -> bool:
    return len(filled) >= _FEWEST_NUMBERS and all(_NUMBERING.fullmatch(text) for text in filled)


def columns_of_days(lines: Sequence[Line], columns: Mapping[str, Column]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Of each column of days its texts and its cells stored as days, those that a correction changes aside."""
    for name, column in columns.items():
        if column.kind in cells.DAYS:
            there = [line for line in lines if line.texts.get(name) and name not in line.fixes]
            stored = [line.texts[name] for line in there if name in line.stamps]
            yield name, [line.texts[name] for line in there if name not in line.stamps], stored
