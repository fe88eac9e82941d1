"""A batch killed at random moments and begun again ends as one left in peace: `python benchmarks/run.py killed`."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import batch
import measure

COMMUNES, KILLS = 40, 20
ROUNDS = 1.6  # of the time of an undisturbed batch that all kills together leave to it


def main(size: str, scratch: Path, seed: int = 1) -> None:
    """Print how many kills fell, what each left whole, and whether the end has the same bytes."""
    del size  # the twenty kills that are promised, whatever the size
    folders = batch.province(scratch, COMMUNES)
    with tempfile.TemporaryDirectory(prefix="killed-", dir=scratch) as out:
        _measured(folders, Path(out), seed)


def _measured(folders: list[Path], out: Path, seed: int) -> None:
    undisturbed = batch.batch(folders, out / "undisturbed", "fork")
    start = batch.batch(folders, out / "undisturbed-again", "fork")  # all is there: what a start costs
    again = batch.differences(out / "undisturbed", out / "undisturbed-again")
    idle = measure.cost(batch.batch_command(folders, out / "undisturbed-again", "fork"))
    measure.say(f"  undisturbed: {undisturbed.wall:.1f} s and {start.wall:.1f} s; once more with nothing to do "
                f"{idle.wall:.1f} s; {len(again)} files differ between the two")  # fmt: skip
    found = kill(folders, out, undisturbed.wall, idle.wall, random.Random(seed))
    measure.say(f"  {len(found)} kills; whole outputs after each: {' '.join(map(str, found))} of {COMMUNES}")
    last = measure.cost(batch.batch_command(folders, out / "killed", "fork"), log=out / "last.log")
    differing = batch.differences(out / "undisturbed", out / "killed")
    measure.say(f"  finished after the last in {last.wall:.1f} s; {len(differing)} files are other than undisturbed"
                + "".join(f"\n    {name}" for name in differing[:10]))  # fmt: skip
    if differing or again or len(found) < KILLS:
        raise measure.CommandError("not the same bytes, or too few kills")


def kill(folders: list[Path], out: Path, undisturbed: float, idle: float, chance: random.Random) -> list[int]:
    """Begin the batch and kill its whole session, twenty times; how many communes had whole outputs after each.

    The moments are uniform from the start on, so that some fall before the first page, and as long as leaves work for
    all kills. A batch that ended before its kill begins anew in an empty folder. Raises CommandError where a kill
    leaves a commune's output half written or other than the undisturbed one.
    """
    measure.adopt_orphans()
    target, found = out / "killed", []
    longest = 2 * (idle + max(undisturbed - idle, 1) * ROUNDS / KILLS / 2)
    while len(found) < KILLS:
        process = subprocess.Popen(
            list(map(str, batch.batch_command(folders, target, "fork"))), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(0, longest))
        is_running = process.poll() is None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(
                process.pid, signal.SIGKILL
            )  # the group and no more: what has a session of its own must see to itself
        process.wait()
        if not measure.reap(within=30):
            raise measure.CommandError("a process outlived the batch that was killed")
        if not is_running:
            shutil.rmtree(target)
            continue
        found.append(_whole(target, out / "undisturbed"))
    return found


def _whole(target: Path, undisturbed: Path) -> int:
    """How many communes' outputs are there, each compared with the undisturbed one."""
    whole = 0
    for folder in sorted(undisturbed.glob("*/*/")):
        there = target / folder.relative_to(undisturbed)
        if there.is_dir():
            whole += 1
            if differing := batch.differences(folder, there):
                raise measure.CommandError(f"a kill left {there.name} with other {', '.join(differing)}")
    return whole
