"""Everything that one audit found, in one object: what the page, the workbook and `result.json` all show."""

from audit.findings import edition
from audit.findings.cases import Findings
from audit.findings.gather import of
from audit.findings.schema import (
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
