"""The text of a report, line by line, from .txt, .md, .docx or .pdf; and the proposed claims as a file to correct."""

import csv
import io
import re
import shutil
import subprocess
import unicodedata
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from audit.ground import whole
from audit.ground.extras import needs
from audit.ground.terms import AuditError, measures
from audit.reading import docx as word
from audit.reading import pdf_lines
from audit.reading.lines import reference_lines, shown_headings

COLUMNS = ["page", "line", "text"]
MOST_BYTES, MOST_UNPACKED = 50_000_000, 300_000_000
MOST_LETTERS, MOST_PAGES, MOST_SCANNED = 1_000_000, 500, 60
LANGUAGE, DPI, PDF_DPI = "vie", 300, 72
SECONDS_A_PAGE = 120
FEWEST_LETTERS = 20  # on a page with a text layer
MOST_BYTES_A_LETTER = 4
MOST_PIXELS = 40_000_000  # an A3 page at 300 dpi has 17 million

_EDITORS_NOTE = re.compile(r"\s*\*\*\[.*?\]\*\*")  # in .md: what a transcriber adds, in bold square brackets
_MARKUP = re.compile(r"^\s*(?:#+|>)\s+|\*\*|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_FORMULA = " \t\r\n=+-@•–—*"  # what a cell must not begin with: a spreadsheet would run it


def lines(path: Path) -> pd.DataFrame:
    """A row is a line as printed: its `page`, where the file tells it, its number in the file, `line`, and its `text`.

    A page without text is read by the program tesseract. Raises AuditError for a file that is too big, locked, broken
    or of another kind, and for a scan where tesseract or its Vietnamese is not installed.
    """
    if not path.is_file():
        raise AuditError("report_folder" if path.is_dir() else "no_report", file=path.name)
    most = _most_bytes(path.name)
    if path.stat().st_size > most:
        raise AuditError("report_too_big", file=path.name, most=MOST_BYTES // 1_000_000)
    return content_lines(path.name, path.read_bytes())


def _most_bytes(name: str) -> int:
    is_plain = Path(name).suffix.lower() in (".txt", ".md")
    return min(MOST_BYTES, MOST_BYTES_A_LETTER * MOST_LETTERS) if is_plain else MOST_BYTES


def content_lines(name: str, content: bytes) -> pd.DataFrame:
    """The same lines, of a file that is read already."""
    if len(content) > _most_bytes(name):
        raise AuditError("report_too_big", file=name, most=MOST_BYTES // 1_000_000)
    read = {".txt": _text, ".md": _markdown, ".docx": _docx, ".pdf": _pdf}.get(Path(name).suffix.lower())
    if read is None:
        raise AuditError("report_kind", file=name)
    found = [(page, unicodedata.normalize("NFC", text)) for page, text in read(name, content)]
    if not any(letter.isalpha() for _, text in found for letter in text):
        raise AuditError("report_empty", file=name)
    if sum(len(text) for _, text in found) > MOST_LETTERS:
        raise AuditError("report_too_big", file=name, most=MOST_LETTERS // 1_000_000)
    rows = [(page, number, text) for number, (page, text) in enumerate(found, start=1)]
    return pd.DataFrame(rows, columns=COLUMNS)


def phrases() -> list[dict[str, str]]:
    """The lines of `phrases.csv`: the words by which a figure's measure is known."""
    return reference_lines("phrases.csv")


def write_claims(claims: pd.DataFrame, path: Path, *, force: bool = False) -> None:
    """The proposed claims as `claims.csv` with Vietnamese headings and words, to be confirmed by a person.

    An AuditError where the file is there already, unless `force`, and for a name that does not end in .csv.
    """
    if path.suffix.lower() != ".csv":
        raise AuditError("claims_kind", file=path.name)
    if path.exists() and not force:
        raise AuditError("claims_there", file=path.name)
    whole.write(path, claims_file(claims))


def claims_file(claims: pd.DataFrame, confirmed: Collection[str] = ()) -> bytes:
    """The proposed claims as the content of `claims.csv`; those that a person has `confirmed`, by `claim`, say so."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    headings = shown_headings("claims")
    columns = [*claims.columns, "is_confirmed"]
    writer.writerow([headings[column] for column in columns])
    said = _words()
    for claim in claims.to_dict("records"):
        row = claim | {"measure": measures().get(claim["measure"], {"vi": claim["measure"]})["vi"],
                       "is_confirmed": said[("yes_no", "yes")] if claim["claim"] in confirmed else ""}  # fmt: skip
        row |= {column: said.get((column, claim[column]), claim[column]) for column in ("unit", "reading")}
        writer.writerow([_inert(row[column]) for column in columns])
    return text.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    return " ".join(cell.split()).lstrip(_FORMULA)


def _words() -> dict[tuple[str, str], str]:
    """(column, value) to the first word listed for it that is not the value itself."""
    found: dict[tuple[str, str], str] = {}
    for line in reference_lines("words.csv"):
        if line["written"] != line["value"]:
            found.setdefault((line["column"], line["value"]), line["written"])
    return found


def _text(name: str, content: bytes) -> list[tuple[str, str]]:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise AuditError("report_encoding", file=name) from error
    if "\x00" in text:
        raise AuditError("report_encoding", file=name)
    page, found = 1, []
    for line in re.split(r"\r\n|\r|\n", text):
        page += line.count("\f")
        found.append((str(page) if "\f" in text else "", line.replace("\f", "")))
    return found


def _markdown(name: str, content: bytes) -> list[tuple[str, str]]:
    return [(page, _MARKUP.sub("", _EDITORS_NOTE.sub("", line))) for page, line in _text(name, content)]


def _docx(name: str, content: bytes) -> list[tuple[str, str]]:
    """A paragraph or a row of a table is a line, with a blank line behind each; Word does not keep pages."""
    with needs("documents"):
        from docx import Document  # noqa: PLC0415  only for this kind of file
        from docx.opc.exceptions import OpcError  # noqa: PLC0415
    from lxml.etree import LxmlError  # type: ignore[import-untyped]  # noqa: PLC0415

    if content[:4] == b"\xd0\xcf\x11\xe0":  # what Word writes for a locked file, and for the old .doc
        raise AuditError("report_locked", file=name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise AuditError("report_too_big", file=name, most=MOST_UNPACKED // 1_000_000)
        document = Document(io.BytesIO(content))
        texts = [*word.body(document), *word.footnotes(document)]
    except (zipfile.BadZipFile, OpcError, LxmlError, KeyError, ValueError, AttributeError, zlib.error) as error:
        raise AuditError("report_broken", file=name) from error
    return [("", line) for text in texts for line in (text, "")]


def _pdf(name: str, content: bytes) -> list[tuple[str, str]]:
    with needs("documents"):
        import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415  only for this kind of file

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        is_locked = "password" in str(error).lower() or "security" in str(error).lower()
        raise AuditError("report_locked" if is_locked else "report_broken", file=name) from error
    with document:
        if len(document) > MOST_PAGES:
            raise AuditError("report_pages", file=name, most=MOST_PAGES)
        try:
            texts = [_text_layer(page) for page in document]
            scanned = [number for number, text in enumerate(texts) if _letters(text) < FEWEST_LETTERS]
            if scanned and (any(_has_picture(document[number]) for number in scanned) or len(scanned) == len(texts)):
                texts = _with_scans(name, document, texts, scanned)
        except pypdfium2.PdfiumError as error:
            raise AuditError("report_broken", file=name) from error
    return [(str(number), line) for number, text in enumerate(texts, start=1) for line in _printed_lines(text)]


def _printed_lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text.replace("\x02", "").replace("\ufffe", "").rstrip("\f\n\r "))


def _text_layer(page) -> str:
    text = page.get_textpage()
    try:
        return "\n".join(pdf_lines.lines(text))
    finally:
        text.close()


def _letters(text: str) -> int:
    return sum(letter.isalpha() for letter in text)


def _has_picture(page) -> bool:
    with needs("documents"):
        from pypdfium2 import raw  # noqa: PLC0415

    return any(True for _ in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3))


def _with_scans(name: str, document, texts: list[str], scanned: list[int]) -> list[str]:
    """The texts with those of the scanned pages as tesseract reads them."""
    if len(scanned) > MOST_SCANNED:
        raise AuditError("report_pages", file=name, most=MOST_SCANNED)
    program = shutil.which("tesseract")
    if program is None or LANGUAGE not in _run([program, "--list-langs"], b"", name).split():
        raise AuditError("scan_without_tesseract", file=name, page=scanned[0] + 1)
    read = {number: _run([program, "stdin", "stdout", "-l", LANGUAGE, "--dpi", str(DPI)],
                         _picture(document[number]), name) for number in scanned}  # fmt: skip
    return [read.get(number, text) for number, text in enumerate(texts)]


def _picture(page) -> bytes:
    """A page as a grey picture in the PGM format."""
    scale = min(DPI / PDF_DPI, (MOST_PIXELS / max(1, page.get_width() * page.get_height())) ** 0.5)
    grey = page.render(scale=scale, grayscale=True).to_numpy()
    grey = grey.reshape(grey.shape[0], grey.shape[1])
    return f"P5 {grey.shape[1]} {grey.shape[0]} 255\n".encode() + grey.tobytes()


def _run(command: list[str], given: bytes, name: str) -> str:
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS_A_PAGE, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise AuditError("scan_failed", file=name) from error
    return done.stdout.decode("utf-8", errors="replace")
