"""Papers that somebody looked for and did not find, although the office keeps them: seen, with nothing there.

Such a line of the tally sheet is a statement of a person on a day. It changes no verdict; of a dossier that is late
without it, it may raise the grade.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

import polars as pl
from polars import DataFrame, col

from audit.ground.frames import plain
from audit.ground.terms import Grade, Search, Sought, Verdict
from audit.reading.load import Office

_RECORDS = {Sought.RESULT_PAPER: "result_papers", Sought.POSTAL: "postal"}  # of which one paper would show otherwise
_MORE = ("dated_on", "signed_by", "number", "page", "line", "remark", "second_on", "second_reader")
_FEWEST_LETTERS = 2  # of who looked


def graded(judged: DataFrame, office: Office) -> DataFrame:
    """`judged`, with `looked_for`, `not_seen` less the records in it, and the `grade` that follows (policy, 5.4).

    `looked_for`: of what was not seen the records whose paper was looked for and not found, a space between two. One
    row per dossier, as before; no other column changes, and no row whose verdict is not late.
    """
    known = _looked_for(office)
    rows = []
    late = judged.filter(col("verdict") == Verdict.LATE) if known else judged.clear()
    for row in late.select("dossier_id", "not_seen", "closed_on").to_dicts():
        unseen = (row["not_seen"] or "").split()
        seen = [one for one in unseen if _is_seen(known.get((row["dossier_id"], one)), row["closed_on"])]
        if seen:
            left = " ".join(one for one in unseen if one not in seen)
            rows.append({"dossier_id": row["dossier_id"], "looked_for": " ".join(seen), "left": left})
    found = pl.DataFrame(rows, schema=dict.fromkeys(("dossier_id", "looked_for", "left"), pl.String))
    return judged.join(found, on="dossier_id", how="left", maintain_order="left").with_columns(
        not_seen=pl.coalesce("left", "not_seen"),
        grade=pl.when(col("left") == "").then(pl.lit(str(Grade.PROVED))).otherwise(col("grade")),
    ).drop("left")  # fmt: skip


def _is_seen(read_on: datetime | None, closed_on: datetime | None) -> bool:
    """Whether it was looked for, and not before the late closing: a paper of the due day was there by then."""
    return read_on is not None and closed_on is not None and read_on >= closed_on


def _looked_for(office: Office) -> dict[tuple[str, str], datetime]:
    """By dossier and record the first day on which its paper was looked for and not found, and nothing says otherwise.

    Every line of the sheet on that paper must say so, with who looked and when; no line on the dossier may leave open
    of which paper it is, and the record itself may have no row of the dossier, nor one whose code is of no dossier.
    """
    lines: dict[tuple[str, str | None], list[Mapping]] = defaultdict(list)
    for line in plain(office.tables["papers"].frame):
        lines[line["dossier_id"], line["sought"]].append(line)
    there = {record: set(office.tables[record].frame["dossier_id"].dropna()) for record in _RECORDS.values()}
    known = set(office.software["dossier_id"])
    whole = {record for record, codes in there.items() if codes <= known}
    return {
        (code, _RECORDS[Sought(sought)]): min(line["read_on"] for line in of)
        for (code, sought), of in lines.items()
        if code and sought in _RECORDS and (code, None) not in lines and code not in there[_RECORDS[Sought(sought)]]
        and _RECORDS[Sought(sought)] in whole
        and all(_is_stated(line, office) for line in of)
    }  # fmt: skip


def _is_stated(line: Mapping, office: Office) -> bool:
    """Whether a line says that the paper was not found, by whom and on which day, with no cell of that in doubt.

    It may say nothing else: a remark, a place or a second reader may tell that it was found after all.
    """
    in_doubt = f"{line['unread'] or ''} {line['doubtful'] or ''}".split()
    is_said = line["is_readable"] and line["search"] == Search.NOT_FOUND and bool((line["reader"] or "").strip())
    is_dated = line["read_on"] is not None and line["read_on"].date() <= office.as_of
    says_more = line["comment"] or any(line[f"{name}_written"] for name in _MORE)
    is_somebody = sum(map(str.isalpha, line["reader"] or "")) >= _FEWEST_LETTERS
    in_order = not {"search", "sought", "reader", "read_on"} & set(in_doubt)
    return is_said and is_somebody and is_dated and in_order and not says_more
