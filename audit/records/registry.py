"""Every record that an audit may have: whoever needs to know of one asks here, and nobody keeps a list of his own."""

from collections.abc import Mapping
from importlib import import_module

from audit.records import order
from audit.records.record import Column, Lack, Record

ALL: tuple[Record, ...] = tuple(import_module(f"audit.records.{name}").RECORD for name in order.NAMES)
BY_NAME = {record.name: record for record in ALL}
JUDGED = tuple(record for record in ALL if record.is_judged)
EVIDENCE = tuple(record for record in JUDGED if not record.is_required)
RECORDS: dict[str, Mapping[str, Column]] = {record.name: record.columns for record in ALL}
JUDGED_RECORDS = tuple(record.name for record in JUDGED)
KEPT = tuple(record.name for record in ALL if record.is_kept)
ALWAYS_KEPT = tuple(record.name for record in ALL if record.is_always_kept)
VOID = {record.unread: record.void for record in JUDGED if record.void}
UNREAD = {record.name: record.unread for record in JUDGED if record.unread}


def forbidding_late(lack: Lack) -> tuple[str, ...]:
    """The records that keep anybody from being found late while this of them is wanting."""
    return tuple(record.name for record in JUDGED if lack in record.forbids_late)
