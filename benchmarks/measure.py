"""What a command costs: wall time, CPU time and peak memory, its children included; and how costs grow."""

import contextlib
import ctypes
import math
import os
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

EVERY = 0.1  # seconds between two looks at memory
GIB = 2**30
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Cost:
    """What one run cost: seconds on the wall, seconds of CPU, and the most bytes of memory at any look.

    Memory that processes share counts once (proportional set size, where the system tells it, else what is resident);
    a peak between two looks is missed.
    """

    wall: float
    cpu: float
    peak: int

    def times(self, number: float) -> "Cost":
        """So many runs after each other."""
        return Cost(self.wall * number, self.cpu * number, self.peak)

    def __str__(self) -> str:
        return f"{self.wall:8.2f} s  {self.cpu:8.2f} s CPU  {self.peak / GIB:6.2f} GiB"


class CommandError(Exception):
    """A command that was to be measured ended with an error; holds the end of what it said."""


def cost(
    command: Sequence[object], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None,
    log: Path | None = None, may_exit: tuple[int, ...] = (0,),
) -> Cost:  # fmt: skip
    """Run `command` to its end and measure it; raises CommandError where its exit code is not one of `may_exit`."""
    where = Path(log or os.devnull)
    adopt_orphans()
    before = os.times()
    begun = time.perf_counter()
    with where.open("wb") as output:
        process = subprocess.Popen(
            list(map(str, command)), cwd=cwd, env={**os.environ, **(environment or {})},
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        with _watched(process.pid) as peak:
            try:
                code = process.wait()
            except BaseException:
                stop(process)
                raise
    wall = time.perf_counter() - begun
    reap(within=5)
    after = os.times()
    if code not in may_exit:
        said = where.read_text(encoding="utf-8", errors="replace")[-2000:] if log else ""
        raise CommandError(f"{' '.join(map(str, command))[:200]}: exit code {code}\n{said}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, cpu, max(peak))


def cost_as_told(command: Sequence[object], told: Path, **given: object) -> Cost:
    """The same, of a command that writes its own seconds of wall and of CPU to the file `told`: without its start."""
    whole = cost(command, **given)
    wall, cpu = map(float, told.read_text().split())
    return Cost(wall, cpu, whole.peak)


def told_by(way: str, told: Path, files: Sequence[Path], **given: object) -> Cost:
    """A competitor of `others.py`, in the environment that uv makes for it; ask `uv()` first."""
    script = Path(__file__).with_name("others.py")
    return cost_as_told([uv(), "run", "--quiet", "--script", script, way, told, *files], told, **given)


def uv() -> str | None:
    """The program uv; None, with a line that says what is skipped, where there is none."""
    found = os.environ.get("UV") or shutil.which("uv")
    if not found:
        say("  skipped for want of uv: what needs packages that the toolkit does not install (openpyxl, datacompy, …)")
    return found


def adopt_orphans() -> None:
    """Have this process inherit what its children leave behind, so that their CPU time is counted; on Linux."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def reap(within: float) -> bool:
    """Wait for every process that was left behind, so many seconds at most; whether all ended."""
    until = time.perf_counter() + within
    with contextlib.suppress(ChildProcessError, AttributeError):
        while time.perf_counter() < until:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(EVERY)
        return False
    return True


def stop(process: subprocess.Popen) -> None:
    """Kill a process started in a session of its own, with all it started there and elsewhere."""
    with contextlib.suppress(psutil.Error):
        elsewhere = psutil.Process(process.pid).children(recursive=True)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for child in elsewhere:
            with contextlib.suppress(psutil.Error):
                child.kill()
    process.wait()


@contextlib.contextmanager
def _watched(pid: int):
    """A list whose greatest number is the most memory that the process and its children had, while it runs."""
    found, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(EVERY):
            found[0] = max(found[0], _memory(pid))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _memory(pid: int) -> int:
    try:
        top = psutil.Process(pid)
        everyone = [top, *top.children(recursive=True)]
    except psutil.Error:
        return 0
    total = 0
    for process in everyone:
        with contextlib.suppress(psutil.Error, OSError):
            full = process.memory_full_info()
            total += getattr(full, "pss", 0) or full.rss
    return total


def alternating(competitors: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, list[Cost]]:
    """Each competitor run `rounds` times, all of them in turn, since a shared machine is now slow, now quick."""
    costs: dict[str, list[Cost]] = {name: [] for name in competitors}
    for _ in range(rounds):
        for name, run in competitors.items():
            costs[name].append(run())
    return costs


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each measure apart; the greatest memory."""
    return Cost(
        statistics.median(cost.wall for cost in costs), statistics.median(cost.cpu for cost in costs),
        max(cost.peak for cost in costs),
    )  # fmt: skip


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The slope of the line through the logarithms: 1 is linear, 2 is four times the time for twice the size."""
    x, y = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    return statistics.linear_regression(x, y).slope


def table(title: str, costs: Mapping[str, Cost], against: str, note: Mapping[str, str] | None = None) -> None:
    """Print what each competitor cost, and how many times that of `against`: its wall time and its CPU time."""
    say(f"\n{title}")
    width = max(map(len, costs))
    for name, cost in costs.items():
        ratio = f"{_ratio(cost.wall, costs[against].wall)} x wall  {_ratio(cost.cpu, costs[against].cpu)} x CPU"
        say(f"  {name:{width}}  {cost}  {ratio}  {(note or {}).get(name, '')}".rstrip())


def _ratio(one: float, other: float) -> str:
    return f"{one / other:7.2f}" if other else "      –"


def machine() -> str:
    """Cores and memory, and what they are not: no name of a machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {psutil.virtual_memory().total / GIB:.0f} GiB, Python {sys.version.split()[0]}"


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
