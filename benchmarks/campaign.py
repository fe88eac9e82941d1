"""No input makes the toolkit fail without a message, lose a row, or leave half an output or a name behind:
`python benchmarks/campaign.py [--folders 10000] [--kills 200] [--seed 0] [--minutes 60] [--jobs 2] [--json FILE]`.

Folders are drawn by `tests/mutated.py`, one a seed, and judged by `tests/ordeal.py`; kills are those of `killed_at.py`.
Exit code 1 where any fault was found.
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ["POLARS_MAX_THREADS"] = "1"  # the folders are small, and each job is on a core of its own

import killed_at
import measure
import ordeal

WHOLE, RUNS, EVERY = 20, 100, 10.0  # of so many folders one each, and seconds between two lines of progress


def main() -> int:
    """Judge the folders and kill the commands; print each fault as it is found, and a summary in JSON."""
    given = _given()
    until = time.monotonic() + given.minutes * 60
    begun = time.perf_counter()
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="campaign-") as scratch:
        kills = killed_at.kills(given.kills, given.seed, Path(scratch), until)
        for number, (command, faults) in enumerate(kills, start=1):
            found.update({"kills": 1, **Counter(kind for kind, _ in faults)})
            _progress(f"kill {number} of {given.kills}: {command}")
            _tell([f"{kind}: {command}: {what}" for kind, what in faults])
        for fault, count in _folders(given, Path(scratch), until):
            found.update(count)
            _tell(fault)
    counted = {name: found[name] for name in ("folders", "refused", "kills", *ordeal.KINDS, *killed_at.KINDS)}
    summary = {
        "on": f"{datetime.now(UTC):%Y-%m-%d}",
        "seed": given.seed,
        "seconds": round(time.perf_counter() - begun),
    } | counted
    measure.say(json.dumps(summary))
    if given.json:
        given.json.write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    return int(any(found[kind] for kind in (*ordeal.KINDS, *killed_at.KINDS)))


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folders", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="the first folder's, and that of the kills")
    parser.add_argument("--minutes", type=float, default=60, help="begin nothing more after so long")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path, help="a file for the summary")
    return parser.parse_args()


def _folders(given: argparse.Namespace, scratch: Path, until: float) -> Iterator[tuple[list[str], Counter]]:
    """The faults of each folder, and what it adds to the counts; a line of progress now and then."""
    seeds, said, refused = range(given.seed, given.seed + given.folders), time.monotonic(), 0
    with multiprocessing.get_context("spawn").Pool(given.jobs) as pool:
        for number, seen in enumerate(pool.imap_unordered(partial(_one, scratch=scratch), seeds), start=1):
            refused += seen.is_refused
            yield (
                [f"{kind}: {what}" for kind, what in seen.faults],
                Counter(["folders", *["refused"] * seen.is_refused, *(kind for kind, _ in seen.faults)]),
            )
            if time.monotonic() - said > EVERY:
                said = time.monotonic()
                _progress(f"{number} of {given.folders} folders, {refused} refused with a message")
            if said > until:
                pool.terminate()
                return


def _one(seed: int, scratch: Path) -> ordeal.Seen:
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        return ordeal.of(
            seed, Path(folder) / "xa-thu" / "2025-04", is_whole=not seed % WHOLE, runs=not (seed + 1) % RUNS
        )


def _tell(faults: list[str]) -> None:
    for fault in faults:
        _progress(f"FAULT {fault.encode('unicode_escape').decode()}")


def _progress(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
