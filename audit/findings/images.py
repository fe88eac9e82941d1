"""What images are there of what was found: shown beside a line and counted, and no finding rests on one."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from audit.findings.fetch import page_of
from audit.findings.schema import Case, Evidence, Image, Images, Paper, Result
from audit.ground.terms import Fate, text
from audit.ground.terms import Images as Shown
from audit.reading import images
from audit.reading.load import Office

MOST_ON_PAGE = 5_000_000  # characters of all pictures on a page, in base64
_RETURN = "returned_on"
Numbered = Mapping[int, images.Image]


def with_images(result: Result, office: Office, shown: str = Shown.EMBEDDED) -> Result:
    """`result` with the images of `evidence/`, numbered; itself where there are none.

    `shown`: embedded, so many as fit MOST_ON_PAGE, those of the cases first as they are listed; else none of them.
    """
    if not office.images:
        return result
    numbered = dict(enumerate(_in_order(result.cases, office.images), start=1))
    cases = tuple(_case(case, numbered) for case in result.cases)
    rows = [(case, row) for case in cases for row in case.evidence if _is_typed(row)]
    unseen = tuple(page_of(case, row, result.lang) for case, row in rows if not row.images)
    listed = _files(numbered, result.lang, is_embedded=shown == Shown.EMBEDDED)
    parameters = result.parameters | {"images": Shown(shown).value}
    told = _counted(listed, typed=len(rows), unseen=unseen)
    return result.model_copy(update={"images": told, "cases": cases, "parameters": parameters})


def _in_order(cases: Iterable[Case], files: Iterable[images.Image]) -> list[images.Image]:
    """The files as their dossiers are listed, those of no case after them, those that are tied to nothing last."""
    rank = {case.dossier_id: at for at, case in enumerate(cases)}
    nowhere = len(rank) + 1
    return sorted(files, key=lambda one: min((rank.get(code, len(rank)) for code in one.dossiers), default=nowhere))


def _is_there(one: images.Image) -> bool:
    return not one.unread and not one.untied


def _is_typed(row: Evidence) -> bool:
    """Whether a return day was read from a line of the register that is used."""
    return row.record == "register" and row.fate == Fate.JUDGED and any(
        cell.column == _RETURN and cell.value for cell in row.cells
    )  # fmt: skip


def _case(case: Case, numbered: Numbered) -> Case:
    own = {number: one for number, one in numbered.items() if _is_there(one) and case.dossier_id in one.dossiers}
    if not own:
        return case
    rows = tuple(row.model_copy(update={"images": _of_row(row, own)}) for row in case.evidence)
    return case.model_copy(update={"evidence": rows, "images": tuple(own)})


def _of_row(row: Evidence, own: Numbered) -> tuple[int, ...]:
    """Of a dossier's images those of a line's page, and those of which the folder names the dossier alone."""
    if not _is_typed(row):
        return ()
    place = (row.file, row.sheet, row.row)
    return tuple(number for number, one in own.items() if not one.lines or place in one.lines)


def _files(numbered: Numbered, lang: str, *, is_embedded: bool) -> tuple[Image, ...]:
    left, listed = MOST_ON_PAGE if is_embedded else 0, []
    for number, one in sorted(numbered.items()):
        encoded = base64.b64encode(one.picture).decode() if one.picture and left else ""
        fits = bool(encoded) and _is_there(one) and len(encoded) <= left
        left -= len(encoded) if fits else 0
        listed.append(_file(number, one, encoded if fits else None, lang))
    return tuple(listed)


def _file(number: int, one: images.Image, encoded: str | None, lang: str) -> Image:
    return Image(
        number=number, name=one.name, sha256=one.sha256, size=one.size, kind=one.kind,
        state="not_readable" if one.unread else "not_tied" if one.untied else "tied", problem=one.problem,
        message=text(f"problem.{one.problem}", lang, written=one.folder) if one.problem else "",
        dossiers=one.dossiers, lines=len(one.lines) or None, shown=encoded,
        width=one.width if encoded else None, height=one.height if encoded else None,
    )  # fmt: skip


def _counted(listed: tuple[Image, ...], typed: int, unseen: tuple[Paper, ...]) -> Images:
    counts: dict[str, Any] = {
        state: sum(one.state == state for one in listed) for state in ("tied", "not_tied", "not_readable")
    }
    return Images(files=listed, typed=typed, with_image=typed - len(unseen), unseen=unseen, **counts)
