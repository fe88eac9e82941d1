"""A figure that the office reported of this period."""

from audit.records.record import Column, Record, Unread

COLUMNS = {
    "claim": Column("text", is_required=True, may_be_empty=False),
    "measure": Column("text", is_required=True, may_be_empty=False),
    "written": Column("text", is_required=True, may_be_empty=False),
    "out_of_written": Column("text"),
    "unit": Column("word", is_required=True, may_be_empty=False),
    "scope": Column("text"),
    "section": Column("text"),
    "page": Column("text"),
    "line": Column("text"),
    "quote": Column("text"),
    "reading": Column("word", unread=Unread.LISTED),
    "is_confirmed": Column("yes_no", unread=Unread.LISTED),
}

RECORD = Record(name="claims", columns=COLUMNS, is_kept=False, forbids_late=frozenset())
