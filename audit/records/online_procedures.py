"""A procedure that is offered online."""

from audit.records.record import Column, Record

COLUMNS = {
    "procedure": Column("text", is_required=True, may_be_empty=False),
    "online_level": Column("word", is_required=True, may_be_empty=False),
    "interlinked_group": Column("word"),
}

RECORD = Record(name="online_procedures", columns=COLUMNS, is_kept=False, forbids_late=frozenset())
