"""A report's lines put together again: one block a paragraph or bullet, with its section and what it stands under."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from audit.extracting.words import plain

HEAD, FOOT = "Phần đầu", "Cuối báo cáo"  # the sections before the first heading and of the signature

_HEADINGS = {  # outermost first
    "roman": re.compile(r"(?P<name>[IVX]{1,5})\s*[./)]\s*(?P<title>[^\W\d_].*)", re.DOTALL),
    "number": re.compile(r"(?P<name>\d{1,2}(?:\.\d{1,2}){0,2})\s*[./)]\s*(?P<title>[^\W\d_].*)", re.DOTALL),
    "letter": re.compile(r"(?P<name>[a-hđ])\s*[)/.]\s+(?P<title>[^\W\d_].*)", re.DOTALL),
}
_BULLET = re.compile(r"(?P<mark>[-–—+*•▪●○◦]|\(\d{1,2}\))\s*(?=[^\W_]|[(“\"])")
_NUMBER = re.compile(r"\d+")
_BEGINS = re.compile(r"(?:so *:|s[o4] ?: ?\d|bao cao$|tm\.|kt\.|noi nhan|kinh gui|cong hoa xa hoi)")
_ENDED = re.compile(r"[.:;!?/][”\"')\]]*$")
_SIGNATURE = re.compile(r"tm\b|t/m\b|kt\b|noi nhan")
CELLS = " | "  # between the cells of a table's row
_LONGEST_TITLE, _LONGEST_PAGE_NUMBER, _SHORT_LINE, _SHORTEST_CAPITAL = 90, 3, 70, 8
_FULL_LINE = 0.7  # of the widest line: one that was broken because it was full is no shorter
_LONGEST_BLOCK = 6_000  # letters


@dataclass(frozen=True)
class Line:
    """A line of the report as printed: `page` may be empty; `line` is its number in the file."""

    page: str
    line: int
    text: str


@dataclass(frozen=True)
class Block:
    """One paragraph or bullet: its text without the bullet, and the texts that it stands under, nearest first.

    `places`: where each line begins in the text, with its page and line. `quote` and `scope`: of a cell of a table, the
    row it stands in and whom that is of; `behind`: how far from the row's beginning.
    """

    text: str
    section: str
    above: tuple[str, ...]
    places: tuple[tuple[int, str, int], ...]
    quote: str = ""
    scope: str | None = None
    behind: int = 0

    def place(self, offset: int) -> tuple[str, int]:
        """The page and line of what stands at `offset`."""
        return next((page, line) for start, page, line in reversed(self.places) if start <= offset)


def blocks(lines: Iterable[Line], *, is_scan: bool = False) -> list[Block]:
    """All of the report's text, in order; the lines of a scan are broken where its page is, not where it is full."""
    listed: list[Block] = []
    headings: dict[str, tuple[str, str]] = {}  # those that are open: level to number and title
    open_: list[tuple[str, str]] = []  # headings and bullets that are open, outermost first: their mark and text
    is_foot = False
    for group in _groups(lines, is_scan=is_scan):
        text = " ".join(words for _, words in group)
        matches = ((level, pattern.fullmatch(text)) for level, pattern in _HEADINGS.items())
        level, heading = next(((level, match) for level, match in matches if match), ("", None))
        bullet = _BULLET.match(text)
        mark = level or (_NUMBER.sub("1", bullet["mark"].replace("–", "-").replace("—", "-")) if bullet else "")
        if heading:
            name, title = heading.group("name", "title")
            headings = _outer(level, headings) | {level: (name, _title(title))}
            outer = _outer(level, headings)
            open_ = [one for one in open_ if one[0] in outer or (one[0] not in _HEADINGS and one[1].endswith(":"))]
        open_ = _still_open(open_, mark)
        is_foot |= bool(headings) and bool(_SIGNATURE.match(plain(text)))
        section = FOOT if is_foot else _section(headings)
        listed.append(_block(group, bullet.end() if bullet else 0, section, tuple(said for _, said in reversed(open_))))
        open_.append((mark, listed[-1].text))
    return listed


def _groups(lines: Iterable[Line], *, is_scan: bool) -> list[list[tuple[Line, str]]]:
    """Lines that belong together; a blank line, as between two pages, divides only where a sentence has ended."""
    groups: list[list[tuple[Line, str]]] = []
    is_after_blank = True
    lines = list(_cut(lines))
    widest = max((len(line.text) for line in lines), default=0)
    for line in lines:
        text = " ".join(CELLS.join(line.text.rstrip().split("\t")).split())
        is_page_number = text.isdigit() and len(text) <= _LONGEST_PAGE_NUMBER
        if is_page_number or not any(letter.isalnum() for letter in text):
            is_after_blank = True
            continue
        before = groups[-1][-1][1] if groups else ""
        is_marked = _BULLET.match(text) or any(pattern.fullmatch(text) for pattern in _HEADINGS.values())
        is_apart = bool(is_after_blank and (_ENDED.search(before) or before.isupper() or text[0].isupper()))
        is_apart |= (
            _is_capital(text)
            or _is_capital(before)
            or CELLS in text
            or CELLS in before
            or (_is_short_heading(before) and not text[0].islower())
            or (not is_scan and len(before) < _FULL_LINE * widest and text[0].isupper())
        )
        if not groups or is_marked or is_apart or _BEGINS.match(plain(text)):
            groups.append([])
        groups[-1].append((line, text))
        is_after_blank = False
    return groups


def _cut(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, one that no report has in pieces, so that nothing takes for ever."""
    for line in lines:
        for start in range(0, max(1, len(line.text)), _LONGEST_BLOCK):
            yield Line(line.page, line.line, line.text[start : start + _LONGEST_BLOCK])


def _is_capital(text: str) -> bool:
    return len(text) >= _SHORTEST_CAPITAL and text.isupper()


def _is_short_heading(text: str) -> bool:
    return len(text) <= _SHORT_LINE and any(pattern.fullmatch(text) for pattern in _HEADINGS.values())


def _still_open(open_: list[tuple[str, str]], mark: str) -> list[tuple[str, str]]:
    """What a block with this mark stands under: its own kind closes, and plain text stands under a colon only."""
    marks = [one for one, _ in open_]
    if mark in marks:
        return open_[: marks.index(mark)]
    while open_ and open_[-1][0] not in _HEADINGS and not (mark and open_[-1][0]) and not open_[-1][1].endswith(":"):
        open_ = open_[:-1]
    return open_


def _outer(level: str, headings: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    order = list(_HEADINGS)
    return {one: headings[one] for one in order[: order.index(level)] if one in headings}


def _block(group: list[tuple[Line, str]], marked: int, section: str, above: tuple[str, ...]) -> Block:
    places, at = [], -marked
    for line, text in group:
        places.append((max(at, 0), line.page, line.line))
        at += len(text) + 1
    return Block(" ".join(text for _, text in group)[marked:], section, above, tuple(places))


def _title(text: str) -> str:
    title = re.split(r"[:;(]|\.(?:\s|$)", text)[0].strip(" .*")
    return title if len(title) <= _LONGEST_TITLE else title[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"


def _section(headings: dict[str, tuple[str, str]]) -> str:
    if not headings:
        return HEAD
    names = {level: name for level, (name, _) in headings.items()}
    number = ".".join(name for level, name in names.items() if level != "letter") + names.get("letter", "")
    return f"{number}. {list(headings.values())[-1][1]}"
