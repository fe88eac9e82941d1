"""A recommendation of an earlier audit, or what the office promised, to be looked at again in this period."""

from audit.records.record import Column, Record, Unread

COLUMNS = {
    "what": Column("text", is_required=True, may_be_empty=False),
    "who": Column("text", unread=Unread.LISTED, is_personal=True),
    "until_on": Column("on", is_required=True, unread=Unread.LISTED),
    "done": Column("word", unread=Unread.LISTED),
    "support": Column("text", unread=Unread.LISTED, is_personal=True),
    "sign": Column("text", unread=Unread.LISTED),
}

RECORD = Record(name="followup", columns=COLUMNS, is_kept=False, forbids_late=frozenset())
