"""Makes the filled tally sheets of this folder: what somebody who does not exist found in papers that do not exist.

`binh-phuoc-2023-09`: the audit begins with the software's export alone; the register is read only for the late ones and
for a sample of those in time. `xa-mau-2025-q3`: the papers of whatever both records leave open. Run it from anywhere:
`python make_sheets.py [FOLDER]`; the same bytes come out each time.
"""

import csv
import shutil
import sys
import tempfile
from pathlib import Path

from audit.findings import at_once, fetch
from audit.ground import terms
from audit.ground.terms import Sought
from audit.reading import lines, load
from audit.sampling import kept, plan, sampled, tally_sheet

HERE = Path(__file__).resolve().parent
MADE_UP = "DỮ LIỆU MINH HỌA – hồ sơ, giấy tờ và người đọc là hư cấu"
SEED = "27182818284590452353"
READER, SECOND_READER = "Người đọc thứ nhất", "Người đọc thứ hai"
TWICE = 10  # every so many is read by two
AWAY = 3  # of the papers in xa-mau of which nothing was typed, those at every such place are not found


def binh_phuoc(target: Path) -> None:
    """The plan and the sheet of an audit that began without the register, filled in from the made-up register."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "binh-phuoc" / "2023-09"
        folder.mkdir(parents=True)
        whole = HERE.parent / "binh-phuoc"
        shutil.copy(whole / "office.key", folder.parent)
        for name in ("office.toml", "software.xlsx", "control_slips.csv", "online_procedures.csv", "claims.csv"):
            shutil.copy(whole / "2023-09" / name, folder)
        office = load.office(folder)
        result = at_once.result(office)
        of = plan.planned(plan.population(result), office.exports("software"), tolerable="5%", risk="5%")
        kept.write(plan.seeded(of, SEED), target)
        drawn = [one.dossier_id for one in sampled.whole_sample(kept.read(target), office, result).to_fetch]
        register = load.office(whole / "2023-09").register
        returned = {row.dossier_id: row for row in register.itertuples() if isinstance(row.dossier_id, str)}
        _write(
            target, fetch.papers(result.judged, "vi", drawn), lambda _, paper: _as_in(returned.get(paper.dossier_id))
        )


def xa_mau(target: Path) -> None:
    """The sheet of all that is open in xa-mau: papers say what was typed; of the others some are lost."""
    folder = HERE.parent / "xa-mau" / "2025-q3"
    office = load.office(folder)
    result = at_once.result(office)
    due = {one.dossier_id: one.due_on for one in result.judged}
    typed = office.register.dropna(subset=["dossier_id", "returned_on"]).groupby("dossier_id")["returned_on"].first()
    drawn = [one.dossier_id for one in sampled.whole_sample(kept.read(folder), office, result).to_fetch]

    def found(place: int, paper) -> dict[str, str]:
        day = typed.get(paper.dossier_id)
        if day is None and place % AWAY == 0:
            return {"search": "not_found"}
        day = day or due.get(paper.dossier_id) or office.as_of
        read = {"search": "found", "dated_on": f"{day:%d/%m/%Y}"}
        of_register = paper.sought == Sought.REGISTER
        return read | ({"signed_by": "applicant"} if of_register else {"number": f"{400 + place}/GXN-UBND"})

    _write(target, fetch.papers(result.judged, "vi", drawn), found)


def _as_in(line) -> dict[str, str]:
    """What the register's line says; not found where there is none."""
    if line is None:
        return {"search": "not_found"}
    signed_by = "applicant" if line.signed else "nobody"
    return {"search": "found", "dated_on": f"{line.returned_on:%d/%m/%Y}", "signed_by": signed_by,
            "page": line.page or "", "line": line.line or ""}  # fmt: skip


def _write(target: Path, papers, fill) -> None:
    headings = {**lines.shown_headings("papers"), "procedure": terms.text("sheet.procedure", "vi"),
                "where": terms.text("fetch.where", "vi")}  # fmt: skip
    with (target / "papers.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([MADE_UP])
        writer.writerow([headings[name] for name in tally_sheet.COLUMNS])
        for place, paper in enumerate(papers, start=1):
            row = {"dossier_id": paper.dossier_id, "procedure": paper.procedure, "where": paper.where, "reader": READER,
                   "read_on": "15/10/2025" if "H99" in paper.dossier_id else "26/09/2023",
                   "sought": terms.text(f"sought_word.{paper.sought}", "vi")} | fill(place, paper)  # fmt: skip
            if place % TWICE == 0 and row["search"] == "found":
                row |= {"second_on": row["dated_on"], "second_reader": SECOND_READER}
            for name in ("search", "signed_by"):
                if name in row:
                    row[name] = terms.text(f"{name}_word.{row[name]}", "vi")
            writer.writerow([row.get(name, "") for name in tally_sheet.COLUMNS])


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, make in (("binh-phuoc-2023-09", binh_phuoc), ("xa-mau-2025-q3", xa_mau)):
        (out / name).mkdir(parents=True, exist_ok=True)
        make(out / name)
