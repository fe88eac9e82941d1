"""What a workbook shows besides its values: struck, merged, hidden, annotated and failed cells.

Values are read elsewhere; here one light pass over the parts of an .xlsx, or over an .xls with its formats.
Cells are named by (row as the spreadsheet shows it, position from 0).
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree  # type: ignore[import-untyped]

from audit.ground.terms import AuditError

MOST_UNPACKED = 400_000_000  # bytes of all parts together
MOST_CELLS = 30_000_000  # of a sheet from its first cell to its last, the empty ones too
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False}
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_OLD_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

Cell = tuple[int, int]
Range = tuple[int, int, int, int]  # first row, first position, last row, last position, all included


@dataclass(frozen=True)
class Looks:
    """What a sheet shows besides its values.

    `failed`: cells with an error or a formula without a stored value, and what stands there ("#N/A", "=A1").
    `stamps`: cells stored as a day, not as text or number.
    """

    struck: frozenset[Cell] = frozenset()
    failed: Mapping[Cell, str] = field(default_factory=dict)
    comments: Mapping[Cell, str] = field(default_factory=dict)
    merged: tuple[Range, ...] = ()
    stamps: frozenset[Cell] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False

    @cached_property
    def comments_by_row(self) -> dict[int, tuple[str, ...]]:
        """The comments of each row that has any, in the order of its cells."""
        found: dict[int, tuple[str, ...]] = {}
        for (row, _), text in self.comments.items():
            found[row] = (*found.get(row, ()), text)
        return found


NOTHING_SEEN = Looks()


def of_xlsx(name: str, content: bytes) -> dict[str, Looks]:
    """The looks of each sheet of an .xlsx, by the sheet's name.

    Raises AuditError for what is no workbook, for one that unpacks to too much, and for a sheet with a stray cell so
    far off that its empty cells fill the memory.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise AuditError("workbook_too_big", file=name, most=MOST_UNPACKED // 1_000_000)
            if parts.testzip() is not None:  # a part that is more than it says
                raise AuditError("not_a_spreadsheet", file=name)
            return dict(_sheets(name, parts))
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, KeyError, ValueError, NotImplementedError) as error:
        raise AuditError("not_a_spreadsheet", file=name) from error


def of_xls(content: bytes) -> dict[str, Looks]:
    """The looks of each sheet of an .xls, by the sheet's name; of a file that cannot be read so, none."""
    import xlrd  # type: ignore[import-untyped]  # noqa: PLC0415  only for this kind of file

    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except Exception:  # xlrd stops in many ways at files that are read all the same
        return {}
    struck = {at for at, form in enumerate(book.xf_list) if book.font_list[form.font_index].struck_out}
    return {sheet.name: _old_sheet(sheet, struck) for sheet in book.sheets()}


def _sheets(name: str, parts: zipfile.ZipFile) -> Iterator[tuple[str, Looks]]:
    struck_styles, struck_texts = _struck_styles(parts), _struck_texts(parts)
    targets = _targets(parts, "xl/workbook.xml")
    for sheet in _elements(parts, "xl/workbook.xml", "sheet"):
        target = next((path for key, kind, path in targets if key == sheet.get(_ID)), "")
        if target not in parts.namelist():
            continue
        comments = {
            cell: text
            for _, kind, path in _targets(parts, target)
            if kind.endswith("/comments") and path in parts.namelist()
            for cell, text in _comments(parts, path)
        }
        looks = _looks(name, sheet.get("name", ""), parts, target, struck_styles, struck_texts)
        is_hidden = sheet.get("state", "visible") != "visible"
        yield sheet.get("name", ""), Looks(**looks, comments=comments, is_hidden=is_hidden)


def _looks(
    name: str, sheet: str, parts: zipfile.ZipFile, target: str, struck_styles: set[str], struck_texts: set[str]
) -> dict:  # fmt: skip
    struck, failed, merged = set(), {}, []
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    last_row = last_position = number = 0
    unusual = _unusual(struck_styles, struck_texts)
    with parts.open(target) as part:
        for _, element in etree.iterparse(part, tag=("{*}row", "{*}mergeCell", "{*}col"), **_SAFE):
            tag = _plain(element)
            if tag == "row":
                number = int(element.get("r") or number + 1)
                if element.get("hidden") in ("1", "true"):
                    hidden_rows.add(number)
                for cell in unusual(element):
                    place = (number, _place(cell, cell.getparent().index(cell)))
                    if text := _failure(cell):
                        failed[place] = text
                    if cell.get("s") in struck_styles or _is_struck_text(cell) or _is_shared(cell, struck_texts):
                        struck.add(place)
                if len(element):
                    last_row = number
                    last_position = max(last_position, _place(element[-1], len(element) - 1))
                element.clear()
            elif tag == "mergeCell":
                merged.append(_range(element.get("ref", "")))
            elif tag == "col" and element.get("hidden") in ("1", "true"):
                first, last = int(element.get("min", "1")), int(element.get("max", "1"))
                hidden_columns.update(range(first - 1, min(last, first + 1000)))
    if last_row * (last_position + 1) > MOST_CELLS:
        raise AuditError("stray_cell", file=name, sheet=sheet, row=last_row, column=last_position + 1)
    return {
        "struck": frozenset(struck), "failed": failed, "merged": tuple(one for one in merged if one),
        "hidden_rows": frozenset(hidden_rows), "hidden_columns": frozenset(hidden_columns),
    }  # fmt: skip


def _unusual(struck_styles: set[str], struck_texts: set[str]) -> etree.XPath:
    """Of a row the cells that may be struck through or may have failed, for most rows none."""
    kinds = ["@t='e'", "*[local-name()='f']", "(@t='inlineStr' and .//*[local-name()='strike'])"]
    kinds += [f"@s='{int(style)}'" for style in sorted(struck_styles)]
    kinds += ["@t='s'"] if struck_texts else []
    return etree.XPath(f"*[{' or '.join(kinds)}]")


def _is_shared(cell: etree._Element, texts: set[str]) -> bool:
    return cell.get("t") == "s" and _value(cell) in texts


def _struck_styles(parts: zipfile.ZipFile) -> set[str]:
    """The numbers of the styles under which a cell is struck through."""
    if "xl/styles.xml" not in parts.namelist():
        return set()
    root = _root(parts, "xl/styles.xml")
    fonts = next((one for one in root if _plain(one) == "fonts"), ())
    struck = {str(at) for at, font in enumerate(fonts) if _is_on(_child(font, "strike"))}
    forms = next((one for one in root if _plain(one) == "cellXfs"), ())
    return {str(at) for at, form in enumerate(forms) if form.get("fontId") in struck}


def _struck_texts(parts: zipfile.ZipFile) -> set[str]:
    """The numbers of the shared texts all of whose runs are struck through."""
    if "xl/sharedStrings.xml" not in parts.namelist() or b"strike" not in parts.read("xl/sharedStrings.xml"):
        return set()
    return {str(at) for at, text in enumerate(_elements(parts, "xl/sharedStrings.xml", "si")) if _is_struck_text(text)}


def _is_struck_text(element: etree._Element) -> bool:
    """Whether a text is made of runs, each of which that shows something is struck through."""
    runs = list(element.iter("{*}r"))
    shown = [run for run in runs if "".join(run.itertext()).strip()]
    return bool(shown) and all(_is_on(_child(_child(run, "rPr"), "strike")) for run in shown)


def _comments(parts: zipfile.ZipFile, path: str) -> Iterator[tuple[Cell, str]]:
    for comment in _elements(parts, path, "comment"):
        first = _range(comment.get("ref", ""))
        text = " ".join("".join(comment.itertext()).split())
        if first and text:
            yield first[:2], text


def _targets(parts: zipfile.ZipFile, path: str) -> list[tuple[str, str, str]]:
    """What a part refers to: the key, the kind, and the path in the file."""
    folder, base = posixpath.split(path)
    listed = f"{folder}/_rels/{base}.rels"
    if listed not in parts.namelist():
        return []
    relations = _elements(parts, listed, "Relationship")
    return [(one.get("Id", ""), one.get("Type", ""), _joined(folder, one.get("Target", ""))) for one in relations]


def _joined(folder: str, target: str) -> str:
    """The path of a part of the file that another in `folder` refers to."""
    return posixpath.normpath(posixpath.join(f"/{folder}", target)).lstrip("/")


def _elements(parts: zipfile.ZipFile, path: str, tag: str) -> Iterator[etree._Element]:
    return _root(parts, path).iter(f"{{*}}{tag}")


def _root(parts: zipfile.ZipFile, path: str) -> etree._Element:
    return etree.fromstring(parts.read(path), etree.XMLParser(**_SAFE))


def _plain(element: etree._Element) -> str:
    """The name of an element, whichever of the two namespaces of the standard it is written in."""
    return element.tag.rpartition("}")[2]


def _child(element: etree._Element | None, tag: str) -> etree._Element | None:
    return None if element is None else element.find(f"{{*}}{tag}")


def _failure(cell: etree._Element) -> str:
    """What stands in a cell with an error, or with a formula that has no stored value; "" in any other."""
    if cell.get("t") == "e":
        return _value(cell) or "#N/A"
    formula = _child(cell, "f") if len(cell) else None
    if formula is None or _value(cell):
        return ""
    return "=" + ("".join(formula.itertext()) or "…")


def _place(cell: etree._Element, at: int) -> int:
    """The position of a cell; `at` where it does not say it."""
    reference = _REFERENCE.fullmatch(cell.get("r") or "")
    return _position(reference[1]) if reference else at


def _value(cell: etree._Element) -> str:
    child = _child(cell, "v")
    return "" if child is None else child.text or ""


def _is_on(element: etree._Element | None) -> bool:
    return element is not None and element.get("val", "1") not in ("0", "false")


def _position(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1


def _range(reference: str) -> Range | None:
    corners = [_REFERENCE.fullmatch(one) for one in reference.replace("$", "").split(":")]
    if not all(corners):
        return None
    first, last = corners[0], corners[-1]
    return (int(first[2]), _position(first[1]), int(last[2]), _position(last[1])) if first and last else None


def _old_sheet(sheet, struck_formats: set[int]) -> Looks:
    struck, failed = set(), {}
    for row in range(sheet.nrows):
        for position in range(sheet.row_len(row)):
            cell, place = sheet.cell(row, position), (row + 1, position)
            if cell.xf_index in struck_formats and cell.ctype:
                struck.add(place)
            if cell.ctype == 5:  # noqa: PLR2004  an error
                failed[place] = _OLD_ERRORS.get(cell.value, "#N/A")
    return Looks(
        struck=frozenset(struck), failed=failed,
        comments={(row + 1, at): " ".join(note.text.split()) for (row, at), note in sheet.cell_note_map.items()},
        merged=tuple((first + 1, left, last, right - 1) for first, last, left, right in sheet.merged_cells),
        hidden_rows=frozenset(row + 1 for row, form in sheet.rowinfo_map.items() if form.hidden),
        hidden_columns=frozenset(at for at, form in sheet.colinfo_map.items() if form.hidden),
        is_hidden=sheet.visibility != 0,
    )  # fmt: skip
