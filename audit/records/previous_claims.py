"""A figure that the office reported of the period before."""

from audit.records.claims import COLUMNS
from audit.records.record import Record

RECORD = Record(name="previous_claims", columns=COLUMNS, is_kept=False, forbids_late=frozenset())
