"""Reading an office's files, `audit.reading` against bare readers of the same bytes: `run.py reading`."""

import csv
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import made_up
import measure

SIZES = {"quick": (300, 3_000, 12_000), "full": (300, 3_000, 12_000, 50_000)}  # dossiers of one folder
ROUNDS = 3


def main(size: str, scratch: Path) -> None:
    """Print, of each kind of file and size, what reading costs by each way, and how it grows."""
    for ending in ("xlsx", "csv"):
        ways = [way for way in READERS if way.startswith(("audit", ending))]
        if ending == "xlsx":
            ways += [OTHERS] if measure.uv() else []
        found: dict[str, list[measure.Cost]] = {way: [] for way in ways}
        for dossiers in SIZES[size]:
            folder = _folder(scratch, dossiers, ending)
            runs = {way: lambda way=way, folder=folder: _cost(way, folder) for way in ways}
            costs = {way: measure.median(each) for way, each in measure.alternating(runs, ROUNDS).items()}
            measure.table(f"{dossiers} dossiers as .{ending}: software and register", costs, ways[0])
            for way, cost in costs.items():
                found[way].append(cost)
        for way, costs in found.items():
            sizes, walls = SIZES[size], [cost.wall for cost in costs]
            measure.say(f"  {way}: exponent of growth {measure.exponent(sizes, walls):.2f}, "
                        f"between the two largest {measure.exponent(sizes[-2:], walls[-2:]):.2f}")  # fmt: skip


def _folder(scratch: Path, dossiers: int, ending: str) -> Path:
    root = scratch / f"reading-{ending}-{dossiers}"
    if not root.exists():
        fresh = root.with_name(f"fresh-{root.name}")
        shutil.rmtree(fresh, ignore_errors=True)
        made_up.folders(fresh, [1], dossiers, ending=ending)
        fresh.rename(root)
    return next(root.glob("*/*/"))


def _cost(way: str, folder: Path) -> measure.Cost:
    """One reading in a process of its own, which tells its seconds itself: neither Python's start nor imports count."""
    told = folder.parent.parent / "told"
    if way == OTHERS:
        return measure.told_by("openpyxl", told, _files(folder))
    return measure.cost_as_told([sys.executable, __file__, way, folder, told], told)


def _files(folder: Path) -> list[Path]:
    return [next(folder.glob(f"{record}.*")) for record in ("software", "register")]


def _load() -> Callable[[Path], object]:
    from audit.reading import load  # noqa: PLC0415  imports are not measured

    return load.office


def _calamine() -> Callable[[Path], object]:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    def read(path: Path) -> object:
        book = CalamineWorkbook.from_path(path)
        return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]

    return _each(read)


def _pandas_excel() -> Callable[[Path], object]:
    import pandas as pd  # noqa: PLC0415
    import python_calamine  # noqa: F401, PLC0415

    return _each(lambda path: pd.read_excel(path, dtype=str, header=1, engine="calamine"))


def _pandas_csv() -> Callable[[Path], object]:
    import pandas as pd  # noqa: PLC0415

    return _each(lambda path: pd.read_csv(path, dtype=str, header=1, encoding="utf-8-sig"))


def _csv() -> Callable[[Path], object]:
    def read(path: Path) -> object:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))

    return _each(read)


def _each(read: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda folder: [read(path) for path in _files(folder)]


OTHERS = "xlsx: pandas.read_excel, openpyxl"
READERS: dict[str, Callable[[], Callable[[Path], object]]] = {  # each imports, and returns what reads a folder
    "audit.reading.load.office": _load,
    "xlsx: calamine alone": _calamine,
    "xlsx: pandas.read_excel, calamine": _pandas_excel,
    "csv: csv module alone": _csv,
    "csv: pandas.read_csv": _pandas_csv,
}

if __name__ == "__main__":
    way_, folder_, told_ = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    reader = READERS[way_]()
    begun, cpu_begun = time.perf_counter(), time.process_time()
    reader(folder_)
    told_.write_text(f"{time.perf_counter() - begun} {time.process_time() - cpu_begun}")
