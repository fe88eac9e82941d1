"""Everything that one audit found, in one object: what the page, the workbook and `result.json` all show."""

from audit.result.gather import of
from audit.result.schema import Case, Result, Share, schema_text

__all__ = ["Case", "Result", "Share", "of", "schema_text"]
