"""A dossier as the case software has it."""

from audit.records.record import Column, Record

COLUMNS = {
    "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
    "procedure": Column("text", key="procedure_key"),
    "field": Column("text"),
    "channel": Column("word", is_vital=False),
    "received_at": Column("at", is_required=True, may_be_empty=False),
    "due_at": Column("due_at", is_required=True),
    "closed_at": Column("at", is_required=True),
    "returned_at": Column("at", is_vital=False),
    "unit": Column("text", level="unit_level"),
    "status": Column("word"),
    "applicant": Column("text", is_personal=True, key="applicant_key"),
    "is_components_digitised": Column("yes_no", is_vital=False),
    "is_result_digitised": Column("yes_no", is_vital=False),
    "payments": Column("number", is_vital=False),
    "paid_dong": Column("number", is_vital=False),
}

RECORD = Record(
    name="software", columns=COLUMNS, is_required=True, is_kept=False, forbids_late=frozenset(),
    asked=("dossier_id", "procedure", "channel", "received_at", "due_at", "closed_at", "unit", "status"),
    shown=("received_at", "due_at", "closed_at", "returned_at", "status", "unit"),
    facts=("received_at", "due_at", "closed_at", "status", "channel", "procedure", "applicant_key"),
    weighty=("status", "unit"), may_name_unknown_units=True,
)  # fmt: skip
