"""Everything that one audit found, in one object: what the page, the workbook and `result.json` all show."""

from audit.result import edition
from audit.result.cases import Findings
from audit.result.gather import of
from audit.result.schema import (
    Candidate,
    Case,
    Claim,
    Dossier,
    Evidence,
    Note,
    Result,
    Share,
    Source,
    Tried,
    schema_text,
)

__all__ = [
    "Candidate",
    "Case",
    "Claim",
    "Dossier",
    "Evidence",
    "Findings",
    "Note",
    "Result",
    "Share",
    "Source",
    "Tried",
    "edition",
    "of",
    "schema_text",
]
