"""From a command to its answer on a warm disk, against Python alone and imports: `python benchmarks/run.py start`."""

import shutil
import sys
from pathlib import Path

import made_up
import measure

ROUNDS = {"quick": 3, "full": 9}
SAMPLE = made_up.ROOT / "data/binh-phuoc/2023-09"


def main(size: str, scratch: Path) -> None:
    """Print what `audit --help` and `audit run` of the sample cost, beside what nobody can go below."""
    commune = scratch / "start" / SAMPLE.parent.name
    shutil.rmtree(commune.parent, ignore_errors=True)
    shutil.copytree(SAMPLE, commune / SAMPLE.name)
    shutil.copy(SAMPLE.parent / "office.key", commune)
    audit = [Path(sys.executable).parent / "audit"]
    run = [*audit, "run", commune / SAMPLE.name, "--out", scratch / "start/out"]
    commands = {
        "python, nothing": [sys.executable, "-c", ""], "audit --help": [*audit, "--help"],
        "python, import pandas": [sys.executable, "-c", "import pandas"], "audit run, the sample": run,
    }  # fmt: skip
    runs = {name: lambda command=command: measure.cost(command) for name, command in commands.items()}
    costs = {name: measure.median(each) for name, each in measure.alternating(runs, ROUNDS[size]).items()}
    measure.table(f"median of {ROUNDS[size]} rounds", costs, "python, nothing")
