"""What a line of form II.06a is called, and how its counts are written."""

from audit.findings.schema import FormRow, PointRange, Recounted
from audit.ground import terms
from audit.ground.terms import number

COLUMNS = ("received", "online", "in_person", "carried_over", "settled", "early", "on_due_day", "late", "open",
           "within_time", "overdue")  # fmt: skip


def ranged(count: Recounted | PointRange, lang: str) -> str:
    """A count as a number, or as its fewest and its most in words, so that a minus sign is never taken for a range."""
    least, most = number(count.at_least, lang), number(count.at_most, lang)
    return least if least == most else terms.text("form_06a.range", lang, least=least, most=most)


def line(row: FormRow, lang: str) -> str:
    """What a line is of: its field, rows that cannot be read, or all."""
    if row.kind != "field":
        return terms.text("page.total" if row.kind == "total" else "form_06a.unread", lang)
    return row.field or terms.text("page.field_unnamed", lang)
