"""A province's pages: `audit batch` against papermill and nbconvert, as command lines and as libraries.

`python benchmarks/run.py batch`. The other uses of this file are its competitors, each run as a process of its own:
`python benchmarks/batch.py lines|two-lines|libraries|cells OUT FOLDER…`.
"""

import ast
import contextlib
import filecmp
import io
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import made_up
import measure

NOTEBOOK = made_up.ROOT / "notebooks/audit_commune.ipynb"
DOSSIERS = 300  # a month of a commune before 7/2025: about 290
LARGE = (8, 4_400)  # communes, and dossiers of each: a month of a commune since 7/2025
SIZES = {"quick": (20, 2, 2), "full": (170, 6, 3)}  # communes; of them for what is slow; rounds
GROWTH = (8, 4, 2, 1)  # all communes through these


def main(size: str, scratch: Path) -> None:
    """Print what a commune costs by each way, and whether all pages are the kernel executor's."""
    communes, few, rounds = SIZES[size]
    folders = province(scratch, communes)
    with tempfile.TemporaryDirectory(prefix="out-", dir=scratch) as out:
        _measured(folders, few, rounds, scratch, Path(out))


def _measured(folders: list[Path], few: int, rounds: int, scratch: Path, out: Path) -> None:
    communes = len(folders)
    slow = folders[:few]
    runs = {
        "command lines, one commune at a time": lambda: competitor("lines", out, slow),
        "command lines, two communes at a time": lambda: competitor("two-lines", out, slow),
        "their libraries, one process": lambda: competitor("libraries", out, slow),
        "audit batch --executor kernel": lambda: batch(folders, out / "kernel", "kernel"),
        "audit batch (fork)": lambda: batch(folders, out / "fork", "fork"),
        "bare cells, one process": lambda: competitor("cells", out, folders),
    }
    counts = dict(zip(runs, (few, few, few, communes, communes, communes), strict=True))
    costs = measure.alternating(runs, rounds)
    each = {name: measure.median(found).times(1 / counts[name]) for name, found in costs.items()}
    names = list(each)
    note = {name: f"{counts[name]} communes" for name in names}
    measure.table(f"a commune of {DOSSIERS} dossiers, median of {rounds} rounds", each, names[4], note)
    lines, fork = each[names[0]], each[names[4]]
    measure.say(f"  audit batch is {lines.wall / fork.wall:.0f} times the command lines in pages per hour, "
                f"{lines.cpu / fork.cpu:.0f} times per second of CPU; against two at a time "
                f"{each[names[1]].wall / fork.wall:.0f} times")  # fmt: skip
    measure.say(f"  the command lines multiplied out to {communes} communes: {lines.wall * communes / 60:.0f} min")
    sizes = [communes // part for part in GROWTH]
    grown = [batch(folders[:number], out / "grown", "fork") for number in sizes]
    shown = ", ".join(f"{number}: {cost.wall:.1f} s" for number, cost in zip(sizes, grown, strict=True))
    measure.say(f"  growth of audit batch: {shown}; exponent "
                f"{measure.exponent(sizes, [cost.wall for cost in grown]):.2f}")  # fmt: skip
    number, dossiers = LARGE
    large = batch(province(scratch, number, dossiers), out / "large", "fork").times(1 / number)
    measure.say(f"  a commune of {dossiers} dossiers, of {number}: {large}")
    differing = differences(out / "kernel", out / "fork")
    total = sum(path.is_file() for path in (out / "kernel").rglob("*"))
    measure.say(f"  {total} files of the kernel executor, {len(differing)} other from the fork executor"
                + "".join(f"\n    {name}" for name in differing[:5]))  # fmt: skip
    if differing:
        raise measure.CommandError("the executors' outputs differ")


def province(scratch: Path, communes: int, dossiers: int = DOSSIERS) -> list[Path]:
    """The folders of that many communes, made once."""
    root = scratch / f"communes-{communes}-{dossiers}"
    if not root.exists():
        fresh = Path(tempfile.mkdtemp(prefix="fresh-", dir=scratch))
        made_up.folders(fresh, range(1, communes + 1), dossiers)
        fresh.rename(root)
    return sorted(root.glob("*/*/"))


def batch(folders: Sequence[Path], out: Path, executor: str) -> measure.Cost:
    """`audit batch` of the folders into an empty `out`; on every core."""
    shutil.rmtree(out, ignore_errors=True)
    return measure.cost(batch_command(folders, out, executor), log=out.with_suffix(".log"))


def batch_command(folders: Sequence[Path], out: Path, executor: str) -> list[object]:
    """The command line of a batch."""
    return [sys.executable, "-m", "audit", "batch", *folders, "--out", out, "--executor", executor, "--workers", 2]


def competitor(way: str, out: Path, folders: Sequence[Path]) -> measure.Cost:
    """One of the other ways of this file, as a process."""
    target = out / way
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    return measure.cost([sys.executable, __file__, way, target, *folders], log=out / f"{way}.log")


def differences(one: Path, other: Path) -> list[str]:
    """Names of files in one folder that the other lacks or has with other bytes, either way round."""
    names = {str(path.relative_to(root)) for root in (one, other) for path in root.rglob("*") if path.is_file()}
    return sorted(
        name for name in names
        if not (one / name).is_file() or not (other / name).is_file()
        or not filecmp.cmp(one / name, other / name, shallow=False)
    )  # fmt: skip


# The other ways


def lines(out: Path, folders: Sequence[Path], at_once: int = 1) -> None:
    """Today's way: `papermill`, then `jupyter nbconvert`, for each commune."""
    bin_ = Path(sys.executable).parent

    def one(folder: Path) -> None:
        record = out / f"{folder.parent.name}.ipynb"
        subprocess.run([bin_ / "papermill", NOTEBOOK, record, "-p", "folder", folder], check=True, cwd=out)
        subprocess.run([bin_ / "jupyter", "nbconvert", "--to", "html", "--no-input", record], check=True, cwd=out)

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, folders))


def libraries(out: Path, folders: Sequence[Path]) -> None:
    """papermill's and nbconvert's functions, called from one process."""
    import papermill  # noqa: PLC0415  not what is measured elsewhere
    from nbconvert import HTMLExporter  # noqa: PLC0415

    for folder in folders:
        record = out / f"{folder.parent.name}.ipynb"
        papermill.execute_notebook(str(NOTEBOOK), str(record), {"folder": str(folder)}, progress_bar=False)
        page, _ = HTMLExporter(exclude_input=True).from_filename(str(record))
        record.with_suffix(".html").write_text(page, encoding="utf-8")


def cells(out: Path, folders: Sequence[Path]) -> None:
    """The notebook's cells and what they show, with no kernel, no notebook and no page around them."""
    import nbformat  # noqa: PLC0415
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    parsed = [ast.parse(source) for source in sources]
    formatter = InteractiveShell.instance().display_formatter
    for folder in folders:
        names: dict[str, object] = {}
        for number, tree in enumerate(parsed):
            last = tree.body[-1]
            body = tree.body[:-1] if isinstance(last, ast.Expr) else tree.body
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(ast.Module(body, []), "cell", "exec"), names)
                if isinstance(last, ast.Expr):
                    formatter.format(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
            if number == 0:
                names["folder"] = str(folder)


WAYS = {
    "lines": lines, "two-lines": lambda out, folders: lines(out, folders, 2), "libraries": libraries, "cells": cells,
}  # fmt: skip

if __name__ == "__main__":
    logging.disable(logging.WARNING)
    WAYS[sys.argv[1]](Path(sys.argv[2]), list(map(Path, sys.argv[3:])))
