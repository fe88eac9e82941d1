"""A line of the tally sheet: a paper that was looked for, and what was found.

What was found is read as a row of the record that the paper is of (`reading.tally`); the rest are statements of people.
"""

from audit.records.record import Column, Record, Unread

COLUMNS = {
    "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
    "sought": Column("word", is_required=True),
    "search": Column("word", is_required=True),
    "dated_on": Column("on", is_required=True),
    "signed_by": Column("word"),
    "number": Column("text", unread=Unread.LISTED),
    "page": Column("text", unread=Unread.LISTED),
    "line": Column("text", unread=Unread.LISTED),
    "remark": Column("text", unread=Unread.LISTED, is_personal=True),
    "reader": Column("text", unread=Unread.LISTED, is_personal=True),
    "read_on": Column("on", unread=Unread.LISTED),
    "second_on": Column("on", unread=Unread.LISTED),
    "second_reader": Column("text", unread=Unread.LISTED, is_personal=True),
}

RECORD = Record(name="papers", columns=COLUMNS, is_kept=False, forbids_late=frozenset())
