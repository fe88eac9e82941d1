"""Case systems: which each export of the software is of, and which rules where two differ."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from audit.ground.terms import AuditError
from audit.reading.office import SYSTEM, Systems
from audit.reading.table import Table
from audit.records.software import EMPTY_IS_NOTHING, MAIN, RANK

_OF_A_SYSTEM = re.compile(rf"{MAIN}\.(?P<system>{SYSTEM.pattern})(?=[.\s_(]|$)")  # software.province.xlsx


def system(file: str, said: Mapping[str, str]) -> str:
    """The system that an export is of: as `office.toml` says, else as its name does, else the main one."""
    stem = Path(unicodedata.normalize("NFC", file)).stem.casefold()
    named = _OF_A_SYSTEM.match(stem)
    return said.get(file) or (named["system"] if named else MAIN)


def in_order(systems: Collection[str]) -> tuple[str, ...]:
    """Systems in one order, whatever that of their files: the main one, then the others by name."""
    return tuple(sorted(set(systems), key=lambda name: (name != MAIN, name)))


def refuse_unknown(ruling: Systems, systems: Collection[str], not_opened: Collection[str]) -> None:
    """Raise AuditError for a system that rules and of which the folder has no export, or one that cannot be opened.

    What another system says would stand in place of what nobody can read.
    """
    if unread := [name for name in ruling.named if name in not_opened]:
        raise AuditError("system_not_opened", written=unread[0])
    if strange := [name for name in ruling.named if name not in systems]:
        raise AuditError("system_without_file", written=strange[0], valid=", ".join(in_order(systems)))


def with_systems(software: Table, of_files: Mapping[str, str], ruling: Systems) -> Table:
    """With the `system` of each row and its ranks, where the exports are of several; with one nothing is added."""
    if len(set(of_files.values())) <= 1:
        return software
    named = software.frame["file"].map({file: of_files[file] for file in software.files})
    return replace(software, frame=ranked(software.frame, named, ruling))


def ranked(frame: pd.DataFrame, systems: pd.Series, ruling: Systems) -> pd.DataFrame:
    """`frame` with the `system` of each row, and its rank in each thing that a system may rule: the lowest counts.

    A rank is below 0 where `office.toml` says that the row's system rules.
    """
    there = in_order(systems.unique())
    added: dict[str, pd.Series] = {"system": systems.astype("str")}
    for name, rank in RANK.items():
        ruled = [one for one in ruling.ruling(name) if one in there]
        order = [*ruled, *(one for one in there if one not in ruled)]
        added[rank] = systems.map({one: at - len(ruled) for at, one in enumerate(order)}).astype("Int64")
    return frame.assign(**added)


def told_otherwise(software: pd.DataFrame) -> frozenset[str]:
    """The columns in which an empty cell counts as nothing, and one file has nothing at all, or two systems differ."""
    rows = software[software["dossier_id"].notna() & ~software["marks"].fillna("").str.contains("superseded")]
    found = set()
    for name in EMPTY_IS_NOTHING:
        is_written = rows[f"{name}_written"].notna().groupby(rows["file"]).any()
        differs = "system" in rows and rows.drop_duplicates(["dossier_id", name])["dossier_id"].duplicated().any()
        if (is_written.any() and not is_written.all()) or differs:
            found.add(name)
    return frozenset(found)
