"""A year of one large commune: `audit run` against `audit lake` on the same dossiers: `python benchmarks/run.py year`.

Once as records are, and twice where next to nothing can be decided: with one line in the register, and with no
signature in it.
"""

import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import made_up
import measure
import polars as pl

SIZES = {"quick": (5_000, 6_000), "full": (53_000, 62_000)}  # dossiers: of a year as it is, and where none is decided
YEAR = made_up.Period(date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 31))
WAYS: dict[str, Callable[[pl.DataFrame], pl.DataFrame] | None] = {  # what becomes of the register
    "as it is": None,
    "register of one line": lambda register: register.head(1),
    "register unsigned": lambda register: register.with_columns(signed=pl.lit(value=False)),
}


def main(size: str, scratch: Path) -> None:
    """Print of each way what both cost, and how large is what `audit run` writes."""
    for place, (way, change) in enumerate(WAYS.items()):
        dossiers = SIZES[size][min(place, 1)]
        root = scratch / f"year-{dossiers}-{place}"
        shutil.rmtree(root, ignore_errors=True)
        folder, lake = _folder(root, dossiers, change), _lake(root / "lake", dossiers, change)
        out = root / "out"
        audit = [sys.executable, "-m", "audit"]
        costs = {
            "audit lake": measure.cost([*audit, "lake", lake / "software", lake / "register", "--settings",
                                        lake / "office.toml", "--out", root / "judged"], log=root / "lake.log"),
            "audit run": measure.cost([*audit, "run", folder, "--out", out, "--edition", "internal"],
                                      log=root / "run.log"),
        }  # fmt: skip
        written = sorted(out.rglob("*.*"))
        sizes = {file.name: f"{file.stat().st_size / 1e6:.1f} MB" for file in written if file.is_file()}
        measure.table(f"{dossiers:,} dossiers, {way}", costs, "audit lake")
        measure.say(f"  {', '.join(f'{name} {sizes[name]}' for name in ('audit.html', 'result.json', 'cases.xlsx'))}")


def _folder(root: Path, dossiers: int, change: Callable[[pl.DataFrame], pl.DataFrame] | None) -> Path:
    """A commune's folder; the register's cells as `change` leaves them."""
    folder = made_up.folders(root, [1], dossiers, period=YEAR, ending="csv")[0]
    if change:
        made = made_up.records(made_up.Commune(1), dossiers, period=YEAR)
        cells = made_up._cells("register", change(made["register"]))
        (folder / "register.csv").write_bytes(made_up._csv(cells))
        (folder / "control_slips.csv").unlink()
    return folder


def _lake(out: Path, dossiers: int, change: Callable[[pl.DataFrame], pl.DataFrame] | None) -> Path:
    """The same dossiers as a lake of one commune."""
    made_up.lake(out, 1, dossiers, period=YEAR)
    for file in out.glob("register/*/*.parquet") if change else ():
        change(pl.read_parquet(file)).write_parquet(file)
    return out
