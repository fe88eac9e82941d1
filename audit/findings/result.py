"""Everything that one audit found, in one object: what the page, the workbook and `result.json` all show."""

from audit.findings.build import whole_result
from audit.findings.cases import Findings
from audit.findings.edition import in_edition
from audit.findings.schema import (
    Candidate,
    Case,
    Claim,
    Dossier,
    Dossiers,
    Evidence,
    Note,
    Result,
    Share,
    Source,
    Tried,
    schema_text,
)
from audit.findings.systems import UNREAD

__all__ = [
    "UNREAD",
    "Candidate",
    "Case",
    "Claim",
    "Dossier",
    "Dossiers",
    "Evidence",
    "Findings",
    "Note",
    "Result",
    "Share",
    "Source",
    "Tried",
    "in_edition",
    "schema_text",
    "whole_result",
]
