"""Tables of a report: each cell with figures as a sentence of its own, under the headings of its column and row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from audit.extracting.blocks import CELLS, Block
from audit.extracting.words import plain

FEWEST_ROWS = 2
_OTHER_PERIOD = "cùng kỳ"  # of which nothing is compared
_LONGEST = 10_000  # letters of a cell, so that cells keep their order
_FIGURE = re.compile(r"[\d.,\s]*\d[\d.,\s]*%?(?:\s*(?:đồng|đ))?")
_NUMBERING = re.compile(r"\(?(\d{1,2})\)?(?:\s*=.*)?|[IVX]{1,4}|[A-ZĐ]")
_ORDER = ("tt", "stt", "so tt", "so thu tu")
_TOTALS = ("tong", "tong so", "tong cong", "cong", "toan xa", "toan phuong")
_OTHER_PERIODS = ("ky truoc", "thang truoc", "quy truoc", "nam truoc", "cung ky", "cung ky nam truoc", "luy ke")
_PLAIN_HEADINGS = (
    "ky nay",
    "thang nay",
    "quy nay",
    "nam nay",
    "trong ky",
    "so luong",
    "ket qua",
    "gia tri",
    "so lieu",
    "so ho so",
    "tong",
    "tong so",
    "don vi tinh",
    "ghi chu",
)


def cells(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, the rows of each table as one block a cell that holds a figure."""
    out: list[Block] = []
    for is_row, group in groupby(blocks, key=lambda block: CELLS in block.text):
        rows = list(group)
        out += _table(rows) if is_row and len(rows) >= FEWEST_ROWS else rows
    return out


def _table(rows: Sequence[Block]) -> Iterator[Block]:
    """The cells of consecutive rows; a row that has not the width of its headings is left as it stands."""
    headings: list[str] = []
    is_open = True  # while rows of headings follow each other
    for row in rows:
        texts = [text.strip() for text in row.text.split(CELLS.strip())]
        if _is_numbering(texts):
            continue
        if not any(_FIGURE.fullmatch(text) for text in texts):
            is_same = is_open and len(headings) == len(texts)
            headings = (
                [f"{one} {text}".strip() for one, text in zip(headings, texts, strict=True)] if is_same else texts
            )
            is_open = True
            continue
        is_open = False
        if len(texts) != len(headings):
            yield row
            continue
        yield from _row(row, headings, texts)


def _is_numbering(texts: Sequence[str]) -> bool:
    """Whether a row only counts its columns, each number one more than the one before: A | B | (1) | (2) | (3)."""
    matches = [_NUMBERING.fullmatch(text) for text in texts if text]
    numbers = [int(match[1]) for match in matches if match and match[1]]
    return all(matches) and numbers == list(range(numbers[0], numbers[0] + len(numbers)) if numbers else [])


def _row(row: Block, headings: Sequence[str], texts: Sequence[str]) -> Iterator[Block]:
    names = [text for heading, text in zip(headings, texts, strict=True)
             if text and not _FIGURE.fullmatch(text) and plain(heading) not in _ORDER]  # fmt: skip
    name = names[0] if names else ""
    for number, (heading, text) in enumerate(zip(headings, texts, strict=True)):
        if _FIGURE.fullmatch(text) and plain(heading) not in _ORDER:
            is_plain = not heading or plain(heading) in (*_PLAIN_HEADINGS, *_OTHER_PERIODS)
            said = _OTHER_PERIOD if plain(heading) in _OTHER_PERIODS else name if is_plain else heading
            counted = f"{text} hồ sơ" if said == _OTHER_PERIOD else text
            scope = "" if is_plain or plain(name) in _TOTALS else name
            yield replace(row, text=f"{said}: {counted}.", above=(), quote=row.text, scope=scope,
                          places=((0, *row.place(0)),), behind=number * _LONGEST)  # fmt: skip
