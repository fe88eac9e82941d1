"""Everything that one audit found, in one object: what the page, the workbook and `result.json` all show."""

from audit.result.cases import Findings
from audit.result.gather import of
from audit.result.schema import Candidate, Case, Claim, Evidence, Result, Share, Source, Tried, schema_text

__all__ = [
    "Candidate",
    "Case",
    "Claim",
    "Evidence",
    "Findings",
    "Result",
    "Share",
    "Source",
    "Tried",
    "of",
    "schema_text",
]
