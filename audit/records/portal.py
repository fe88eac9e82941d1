"""A figure that the national portal shows of the office and the period, by item of its index (QĐ 766)."""

from audit.records.record import Column, Record, Unread

COLUMNS = {
    "item": Column("text", is_required=True, may_be_empty=False),
    "numerator": Column("number", unread=Unread.LISTED),
    "denominator": Column("number", unread=Unread.LISTED),
    "share": Column("text", unread=Unread.LISTED),
    "points": Column("text", unread=Unread.LISTED),
}

RECORD = Record(name="portal", columns=COLUMNS, is_kept=False, forbids_late=frozenset())
