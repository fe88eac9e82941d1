"""A dossier as a case system has it; where there are several, a row a system."""

from audit.records.record import Column, Lack, Record, Unread

COLUMNS = {
    "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
    "procedure": Column("text", unread=Unread.LISTED, key="procedure_key"),
    "field": Column("text", unread=Unread.LISTED),
    "channel": Column("word", unread=Unread.LISTED),
    "applied_at": Column("at", unread=Unread.LISTED),
    "accepted_at": Column("at", unread=Unread.LISTED),
    "received_at": Column("at", is_required=True, may_be_empty=False),
    "due_at": Column("due_at", unread=Unread.CELL, is_required=True),
    "closed_at": Column("at", unread=Unread.CELL, is_required=True),
    "returned_at": Column("at", unread=Unread.LISTED),
    "unit": Column("text", unread=Unread.LISTED, level="unit_level"),
    "status": Column("word", unread=Unread.CELL),
    "applicant": Column("text", unread=Unread.LISTED, is_personal=True, key="applicant_key"),
    "is_components_digitised": Column("yes_no", unread=Unread.LISTED),
    "is_result_digitised": Column("yes_no", unread=Unread.LISTED),
    "payments": Column("number", unread=Unread.LISTED),
    "paid_dong": Column("number", unread=Unread.LISTED),
}

EMPTY_IS_NOTHING = ("payments", "paid_dong", "is_components_digitised", "is_result_digitised")
MAIN = "software"  # the system of a file that names none
RULED = {  # what a system may rule, and the columns that it rules with it: a closing and the state it brings are one
    "received": ("received_at",), "due": ("due_at",), "closed": ("closed_at", "status"),
    "procedure": ("procedure", "procedure_key"),
}  # fmt: skip
RANK = {name: f"{name}_rank" for name in RULED}  # of a row among those of its dossier; below 0 where its system rules

RECORD = Record(
    name="software", columns=COLUMNS, is_required=True, is_kept=False,
    forbids_late=frozenset({Lack.UNSEEN}),  # of one of several systems
    asked=("dossier_id", "procedure", "channel", "received_at", "due_at", "closed_at", "unit", "status"),
    shown=("received_at", "due_at", "closed_at", "returned_at", "status", "unit"),
    facts=("received_at", "due_at", "closed_at", "status", "channel", "procedure", "applicant_key"),
    weighty=("status", "unit"), may_name_unknown_units=True,
)  # fmt: skip
