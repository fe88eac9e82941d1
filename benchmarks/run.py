"""All benchmarks or some: `python benchmarks/run.py [NAME…] [--size quick|full] [--scratch FOLDER]`."""

import argparse
import importlib
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import measure

BENCHMARKS = {
    "start": "from a command to its answer: audit --help, audit run",
    "batch": "a province's pages: audit batch against papermill and nbconvert",
    "killed": "a batch killed twenty times ends as one that was not",
    "lake": "millions of dossiers: audit lake against a bare scan, SQL, pandas and datacompy",
    "year": "a year of one commune: audit run against audit lake on the same dossiers",
    "reading": "an office's files: audit.load against bare readers",
    "proposals": "pairs for dossiers whose codes fail",
    "page": "how large a page is and how quickly it opens (needs Chromium)",
}


def main() -> None:
    """Run the benchmarks that are named, by default all; data is made once and kept in the scratch folder."""
    listed = "\n".join(f"  {name:10} {about}" for name, about in BENCHMARKS.items())
    parser = argparse.ArgumentParser(
        description=f"{__doc__}\n\n{listed}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    parser.add_argument("--size", choices=("quick", "full"), default="quick")
    parser.add_argument("--scratch", type=Path, help="where data goes and stays; default: a folder that is removed")
    given = parser.parse_args()
    if wrong := [name for name in given.names if name not in BENCHMARKS]:
        parser.error(f"no benchmark {', '.join(wrong)}; there are {', '.join(BENCHMARKS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is stopped, too
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        scratch = (given.scratch or Path(folder)).resolve()
        scratch.mkdir(parents=True, exist_ok=True)
        measure.say(f"{measure.machine()}; size {given.size}")
        failed = [name for name in given.names or BENCHMARKS if not _run(name, given.size, scratch)]
    if failed:
        measure.say(f"\nfailed: {', '.join(failed)}")
        raise SystemExit(1)


def _run(name: str, size: str, scratch: Path) -> bool:
    measure.say(f"\n== {name}: {BENCHMARKS[name]}")
    begun = time.perf_counter()
    try:
        importlib.import_module(name).main(size, scratch)
    except measure.CommandError as error:
        measure.say(f"  failed: {error}")
        return False
    measure.say(f"  ({time.perf_counter() - begun:.0f} s)")
    return True


if __name__ == "__main__":
    main()
