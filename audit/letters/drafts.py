"""Letters and form II.06a of one audit, as files by name: all that an inspector drafts from it at once."""

from collections.abc import Sequence

from audit.findings.schema import Result
from audit.letters import made
from audit.letters.contents import KINDS
from audit.letters.made import Made, Templates
from audit.page import form_06a

FORM = "form-06a"  # the kind of its files, and what they are called
ALL_KINDS = (*KINDS, FORM)


def files(result: Result, form_of: Result, kinds: Sequence[str], templates: Templates, key: bytes) -> dict[str, Made]:
    """The files of each kind, from the internal edition of a result; equal inputs, equal bytes.

    `form_of`: the same result in the language of the form. Raises AuditError as `made.letters`.
    """
    files = made.letters(result, [one for one in kinds if one != FORM], templates, key)
    if FORM in kinds:
        filled = form_06a.filled(form_of)
        both = {f"{FORM}.xlsx": form_06a.workbook(filled), f"{FORM}.docx": form_06a.document(filled)}
        files |= made.beside(form_of, FORM, both, key)
    return files
