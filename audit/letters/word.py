"""A template and what a letter says -> a Word file: always the same bytes of the same, and nobody's name in it.

A template is a file like any other: it may be spoilt, too big, or bring code. What stands in a value is text alone.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from audit.findings.schema import Result
from audit.ground.extras import needs
from audit.ground.terms import AuditError
from audit.ground.written import undated

MOST_BYTES = 20_000_000  # of a template, unpacked
_CODE_PARTS = re.compile(r"vbaProject|activeX|oleObject|embeddings/", re.IGNORECASE)
_LINKS = re.compile(rb"<Relationship\b[^>]*>")
_INSTRUCTIONS = re.compile(rb"<w:instrText[^>]*>([^<]*)|w:instr=[\"']([^\"']*)")
_FETCHING = re.compile(rb"DDE|INCLUDE|IMPORT|\bLINK|DATABASE|MACROBUTTON|altChunk", re.IGNORECASE)
_OWNERS = re.compile(rb"<(Company|Manager|HyperlinkBase)>.*?</\1>", re.DOTALL)
DRAFT = "DỰ THẢO"
_STEERING = ("Cc", "Cf", "Cs", "Co", "Cn")


def filled(name: str, template: bytes, content: Mapping[str, Any], result: Result) -> bytes:
    """The letter. AuditError where the template, called `name`, cannot be used, or names what the letter has not."""
    _refuse_hostile(name, template)
    with needs("documents"):
        from docxtpl import DocxTemplate  # noqa: PLC0415
    from jinja2 import StrictUndefined, TemplateError  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415

    env = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(plain(content), env)
        _mark_draft(document.docx)
        core = document.docx.core_properties
        core.author = core.last_modified_by = core.comments = core.keywords = core.subject = core.category = ""
        core.created = core.modified = datetime.combine(result.as_of, time())
        core.revision = 1
        stream = io.BytesIO()
        document.save(stream)
    except (TemplateError, etree.LxmlError, ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
        raise AuditError("letter_template", file=f"{name}.docx", problem=_short(error)) from error
    return undated(stream.getvalue(), _without_owners)


def _mark_draft(document: Any) -> None:
    """Mark a letter whose template does not say that it is a draft."""
    texts = [one.text for section in document.sections for one in section.header.paragraphs]
    texts += [one.text for one in document.paragraphs]
    if not any(DRAFT in unicodedata.normalize("NFC", text) for text in texts):
        line = document.add_paragraph(DRAFT)
        document.element.body.insert(0, line._p)


def _short(error: Exception) -> str:
    return plain(str(error))[:100] or type(error).__name__


def plain(value: Any) -> Any:
    """A value, or all values in it, without signs that steer: no line break, nothing that nobody sees."""
    if isinstance(value, str):
        return "".join(
            " " if one.isspace() else one
            for one in value
            if one.isspace() or unicodedata.category(one) not in _STEERING
        )
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def _refuse_hostile(name: str, template: bytes) -> None:
    """Raise AuditError for what is no Word file, is too big, or brings code or links out of itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
                raise AuditError("letter_template", file=f"{name}.docx", problem="> 20 MB")
            for part in archive.namelist():
                if problem := _hostile(part, archive.read(part)):
                    raise AuditError("letter_template", file=f"{name}.docx", problem=problem)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise AuditError("letter_template", file=f"{name}.docx", problem=_short(error)) from error


def _hostile(part: str, content: bytes) -> str:
    """What of a part would bring code, or a text or picture from elsewhere; a link that a reader follows does not."""
    if found := _CODE_PARTS.search(part):
        return found[0]
    for link in _LINKS.findall(content):
        if re.search(rb"TargetMode\s*=\s*[\"']External", link) and b"/hyperlink" not in link:
            return "TargetMode=External"
    said = b"".join(text or other for text, other in _INSTRUCTIONS.findall(content))
    found_field = _FETCHING.search(said) or re.search(rb"<w:altChunk", content)
    return found_field[0].decode() if found_field else ""


def _without_owners(name: str, part: bytes) -> bytes:
    """A part of a Word file with no company or manager."""
    return _OWNERS.sub(b"", part) if name == "docProps/app.xml" else part
