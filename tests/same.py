"""Whether a change that must change no output changed one: the files of both samples, and a small lake's summary.

    python tests/same.py before.json      # writes the hash of each file; if it is there, compares and names what differs

`audit.ipynb` is the executed record: it holds the notebook's source, which a change of its imports changes.
"""

import csv
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
SAMPLES = {"binh-phuoc": DATA / "binh-phuoc" / "2023-09", "xa-mau": DATA / "xa-mau" / "2025-q3"}
EDITIONS = ("internal", "shareable")
OUTPUTS = ("audit.html", "cases.xlsx", "result.json", "audit.ipynb")
EVIDENCE = ("control_slips", "result_papers", "stops", "apologies", "explanations")


def outputs(scratch: Path) -> dict[str, str]:
    """The hash of each file that comes out, by its name."""
    files = {}
    for sample, folder in SAMPLES.items():
        for edition in EDITIONS:
            out = scratch / sample / edition
            audit("run", folder, "--out", out, "-p", f"edition={edition}")
            files |= {f"{sample} {edition} {path.name}": path for path in out.rglob("*") if path.name in OUTPUTS}
    files["lake summary.json"] = lake(scratch) / "summary.json"
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sorted(files.items())}


def lake(scratch: Path) -> Path:
    """The second sample, written as two communes of a lake and judged there."""
    (scratch / "lake").mkdir()
    given = {name: two_communes(name, scratch / "lake") for name in ("software", "register", *EVIDENCE)}
    options = [text for name in EVIDENCE for text in (f"--{name.replace('_', '-')}", given[name])]
    toml = SAMPLES["xa-mau"] / "office.toml"
    out = scratch / "judged"
    audit("lake", given["software"], given["register"], "--settings", toml, *options, "--out", out)
    return out


def two_communes(record: str, folder: Path) -> Path:
    """The record's lines twice, once of each commune."""
    with (SAMPLES["xa-mau"] / f"{record}.csv").open(encoding="utf-8-sig", newline="") as file:
        _made_up, headings, *lines = list(csv.reader(file))
    with (folder / f"{record}.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [[commune, *line] for commune in ("xã Mẫu", "xã Mẫu Hai") for line in lines if line]
        csv.writer(file).writerows([["commune", *headings], *rows])
    return folder / f"{record}.csv"


def audit(*words: object) -> None:
    """Run the command with `words`; what goes wrong ends the comparison."""
    subprocess.run([sys.executable, "-m", "audit", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def main(kept: Path) -> int:
    """Keep the hashes in the file `kept`, or compare with those that it holds; the number of files that differ."""
    with tempfile.TemporaryDirectory() as scratch:
        now = outputs(Path(scratch))
    if not kept.exists():
        kept.write_text(json.dumps(now, indent=1), encoding="utf-8")
        print(f"{len(now)} files kept in {kept}")  # noqa: T201
        return 0
    before = json.loads(kept.read_text(encoding="utf-8"))
    different = [name for name in sorted(before | now) if before.get(name) != now.get(name)]
    print(*different, f"{len(before | now) - len(different)} of {len(before | now)} the same", sep="\n")  # noqa: T201
    return len(different)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
