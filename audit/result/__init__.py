"""Everything that one audit found, in one object: what the page, the workbook and `result.json` all show."""

from audit.result.cases import Findings
from audit.result.gather import of
from audit.result.schema import Case, Result, Share, Source, schema_text

__all__ = ["Case", "Findings", "Result", "Share", "Source", "of", "schema_text"]
