"""A Word document's text as printed: paragraphs with their numbers, tables, boxes, footnotes, nothing deleted."""

import re
from collections import defaultdict
from collections.abc import Iterator

from audit.ground.extras import needs

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LEFT_OUT = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_MC}Fallback"}  # not printed, or printed already
_SIGNS = {f"{_W}tab": " ", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}noBreakHyphen": "-"}
_NUMBERING, _FOOTNOTES = "/numbering", "/footnotes"
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LETTERS = 26
_MOST_STYLES = 20  # that a style may be based on, one on the other


def body(document) -> list[str]:
    """Every paragraph and row of a table, in order."""
    numbers = _Numbers(document)
    return [text for text in _texts(document.element.body, numbers) if text]


def footnotes(document) -> list[str]:
    """Every footnote."""
    with needs("documents"):
        from docx.oxml import parse_xml  # noqa: PLC0415

    root = _related(document, _FOOTNOTES)
    return [] if root is None else [text for text in _texts(parse_xml(root.blob), None) if text]


def _texts(container, numbers: "_Numbers | None") -> Iterator[str]:
    for element in container:
        if element.tag == f"{_W}p":
            yield from _paragraphs(element, numbers)
        elif element.tag == f"{_W}tbl":
            for row in element.iter(f"{_W}tr"):
                if next(row.iterancestors(f"{_W}tbl")) is element:
                    yield from _row(row, numbers)
        elif element.tag not in _LEFT_OUT:
            yield from _texts(element, numbers)


def _row(row, numbers: "_Numbers | None") -> Iterator[str]:
    """A row with a line in each cell is one line; a cell of several, as in a letter's head, is read by itself."""
    cells = [[text for text in _texts(cell, numbers) if text] for cell in row if cell.tag == f"{_W}tc"]
    if all(len(cell) <= 1 for cell in cells):
        yield " | ".join(cell[0] for cell in cells if cell)
    else:
        yield from (text for cell in cells for text in cell)


def _paragraphs(paragraph, numbers: "_Numbers | None") -> Iterator[str]:
    """The paragraph's own text, and behind it that of the boxes anchored in it."""
    boxes: list = []
    text = " ".join("".join(_pieces(paragraph, boxes)).split())
    yield f"{numbers.of(paragraph) if numbers and text else ''}{text}"
    for box in boxes:
        yield from _texts(box, numbers)


def _pieces(element, boxes: list) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == f"{_W}txbxContent":
            boxes.append(child)
        elif child.tag not in _LEFT_OUT and isinstance(child.tag, str):
            yield from _pieces(child, boxes)


class _Numbers:
    """Counts the numbered paragraphs as Word does while it prints."""

    def __init__(self, document):
        part = _related(document, _NUMBERING)
        root = part.element if part is not None else None
        self.counts: dict[tuple[str, int], int] = defaultdict(int)
        self.lists = (
            {}
            if root is None
            else {one.get(f"{_W}numId"): _value(one, "abstractNumId") or "" for one in root.iter(f"{_W}num")}
        )
        self.levels = {} if root is None else {
            (one.get(f"{_W}abstractNumId"), int(level.get(f"{_W}ilvl", "0"))): level
            for one in root.iter(f"{_W}abstractNum") for level in one.iter(f"{_W}lvl")
        }  # fmt: skip
        self.styles = {style.get(f"{_W}styleId"): style for style in document.styles.element.iter(f"{_W}style")}

    def of(self, paragraph) -> str:
        """The number or bullet that is printed before a paragraph, with a space; nothing where there is none."""
        number, depth = self._numbered(paragraph)
        list_ = self.lists.get(number, "")
        level = self.levels.get((list_, depth))
        if level is None:
            return ""
        kind, pattern = _value(level, "numFmt") or "decimal", _value(level, "lvlText") or ""
        if kind == "bullet":
            return "- "
        start = int(_value(level, "start") or 1)
        self.counts[list_, depth] = self.counts.get((list_, depth), start - 1) + 1
        for deeper in [key for key in self.counts if key[0] == list_ and key[1] > depth]:
            del self.counts[deeper]
        return re.sub(r"%(\d)", lambda found: self._said(list_, int(found[1]) - 1), pattern).strip() + " "

    def _said(self, list_: str, depth: int) -> str:
        level = self.levels.get((list_, depth))
        kind = "decimal" if level is None else _value(level, "numFmt") or "decimal"
        return _written(self.counts.get((list_, depth), 1), kind)

    def _numbered(self, paragraph) -> tuple[str, int]:
        properties = paragraph.find(f"{_W}pPr")
        style = None if properties is None else _value(properties, "pStyle")
        for _ in range(_MOST_STYLES):
            found = None if properties is None else properties.find(f"{_W}numPr")
            if found is not None and (number := _value(found, "numId")):
                return number, int(_value(found, "ilvl") or 0)
            if style not in self.styles:
                break
            properties, style = self.styles[style].find(f"{_W}pPr"), _value(self.styles[style], "basedOn")
        return "", 0


def _related(document, kind: str):
    return next((one.target_part for one in document.part.rels.values() if one.reltype.endswith(kind)), None)


def _value(element, name: str) -> str | None:
    found = element.find(f"{_W}{name}")
    return None if found is None else found.get(f"{_W}val")


def _written(count: int, kind: str) -> str:
    if kind in ("lowerRoman", "upperRoman"):
        text = ""
        for worth, letters in _ROMAN:
            text, count = text + letters * (count // worth), count % worth
        return text if kind == "lowerRoman" else text.upper()
    if kind in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % _LETTERS) * ((count - 1) // _LETTERS + 1)
        return letter if kind == "lowerLetter" else letter.upper()
    return f"{count:02d}" if kind == "decimalZero" else str(count)
