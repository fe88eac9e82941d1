"""Every record that an audit may have: its columns, and what else is asked of all of them."""

from audit.records.record import Column

CLAIM = {
    "claim": Column("text", is_required=True, may_be_empty=False),
    "measure": Column("text", is_required=True, may_be_empty=False),
    "written": Column("text", is_required=True, may_be_empty=False),
    "out_of_written": Column("text"),
    "unit": Column("word", is_required=True, may_be_empty=False),
    "section": Column("text"),
    "page": Column("text"),
    "line": Column("text"),
    "quote": Column("text"),
    "reading": Column("word", is_vital=False),
    "is_confirmed": Column("yes_no", is_vital=False),
}


RECORDS: dict[str, dict[str, Column]] = {
    "software": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "procedure": Column("text"),
        "field": Column("text"),
        "channel": Column("word", is_vital=False),
        "received_at": Column("at", is_required=True, may_be_empty=False),
        "due_at": Column("due_at", is_required=True),
        "closed_at": Column("at", is_required=True),
        "returned_at": Column("at", is_vital=False),
        "unit": Column("text"),
        "status": Column("word"),
        "applicant": Column("text", is_personal=True),
        "is_components_digitised": Column("yes_no", is_vital=False),
        "is_result_digitised": Column("yes_no", is_vital=False),
        "payments": Column("number", is_vital=False),
        "paid_dong": Column("number", is_vital=False),
    },
    "register": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "line": Column("text"),
        "page": Column("text"),
        "procedure": Column("text"),
        "applicant": Column("text", is_personal=True),
        "unit": Column("text"),
        "received_on": Column("on"),
        "due_on": Column("on"),
        "returned_on": Column("on", is_required=True),
        "signed": Column("signed"),
        "note": Column("text", is_personal=True),
    },
    "control_slips": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "from_unit": Column("text", is_required=True, may_be_empty=False),
        "to_unit": Column("text", is_required=True, may_be_empty=False),
        "handed_at": Column("at", is_required=True, may_be_empty=False),
        "due_at": Column("due_at", is_vital=False),
    },
    "result_papers": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "number": Column("text"),
        "issued_on": Column("on", is_required=True, may_be_empty=False),
        "paper": Column("word"),
        "title": Column("text", is_personal=True),
        "page": Column("text"),
        "line": Column("text"),
    },
    "stops": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "number": Column("text"),
        "from_on": Column("on", is_required=True, may_be_empty=False),
        "to_on": Column("on", is_required=True),
        "why": Column("word", is_vital=False, is_personal=True),
    },
    "apologies": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "number": Column("text"),
        "dated_on": Column("on", is_required=True, may_be_empty=False),
        "new_due_on": Column("on", is_required=True, may_be_empty=False),
    },
    "explanations": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "cause": Column("word", is_required=True, may_be_empty=False, is_personal=True),
    },
    "online_procedures": {
        "procedure": Column("text", is_required=True, may_be_empty=False),
        "online_level": Column("word", is_required=True, may_be_empty=False),
        "interlinked_group": Column("word"),
    },
    "claims": CLAIM,
    "previous_claims": CLAIM,
}


JUDGED_RECORDS = ("software", "register", "control_slips", "result_papers", "stops", "apologies", "explanations")


REQUIRED_RECORDS = ("software", "register")


KEY_COLUMNS = {
    "software": {"procedure": "procedure_key", "applicant": "applicant_key"},
    "register": {"procedure": "procedure_key", "applicant": "applicant_key"},
}


UNIT_COLUMNS = {
    "software": {"unit": "unit_level"},
    "control_slips": {"from_unit": "from_level", "to_unit": "to_level"},
}
