"""Commands killed at moments drawn from a seed: what each leaves of its outputs, and what once it has run again."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import folders
import measure

KINDS = ("half output", "left behind")
NAME = "Nguyễn Thị Bí Mật"
BEFORE, ANEW = "2025-05-05", "2025-05-06"  # days of the audit: of outputs that are there, of those begun
LONGEST = 120.0  # seconds that a command may take
_AUDIT, _OTHER = "in/xa-thu/2025-04", "in/xa-khac/2025-04"
_LAKE = ("in/software.csv", "in/register.csv", "--first-on", "2025-04-01", "--last-on", "2025-04-30")


@dataclass(frozen=True)
class Command:
    """A command line without its day; where its outputs go; whether a folder of them, not a file, is whole or none."""

    line: tuple[str, ...]
    out: str
    is_by_folder: bool = False
    has_day: bool = True


COMMANDS = {
    "run": Command(("run", _AUDIT, "-o", "out", "--edition", "internal"), "out", is_by_folder=True),
    "batch": Command(("batch", _AUDIT, _OTHER, "-o", "outs", "--workers", "1"), "outs", is_by_folder=True),
    "lake": Command(("lake", *_LAKE, "-o", "lake"), "lake", is_by_folder=True),
    "letters": Command(("letters", _AUDIT, "-o", "letters"), "letters"),
    "bundle": Command(("bundle", _AUDIT, "-o", "goi.zip", "--force"), "goi.zip"),
    "notes add": Command(("notes", "add", _AUDIT, "notes.json"), f"{_AUDIT}/notes.jsonl", has_day=False),
    "verify": Command(("verify", "out/xa-thu/2025-04", "--inputs", _AUDIT), "out", is_by_folder=True, has_day=False),
    "drift": Command(
        ("drift", "in/cũ.csv", _AUDIT, "-o", "drift", "--edition", "internal"), "drift", is_by_folder=True,
        has_day=False,
    ),
}  # fmt: skip
State = Mapping[str, bytes]


@dataclass(frozen=True)
class Begun:
    """A copy of the place before a command, the command's outputs then and after it, and the seconds it took."""

    kept: Path
    before: State
    anew: State
    took: float


def kills(number: int, seed: int, scratch: Path, until: float) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """So many kills, shared out among the commands: the command, and the faults of each, a kind and what is wrong.

    A command is killed again and again where the kill before left it; the last of its kills has the faults of the run
    that follows, too. `until`: a time of the monotonic clock after which no command is begun upon. Raises CommandError
    where a command fails.
    """
    if number < 1:
        return
    measure.adopt_orphans()
    chance, place = random.Random(seed), scratch / "place"
    _prepare(place)
    for at, (name, command) in enumerate(COMMANDS.items()):
        of_it = number // len(COMMANDS) + (at < number % len(COMMANDS))
        if of_it and time.monotonic() < until:
            begun = _undisturbed(place, scratch / f"{at}", command)
            for left in range(of_it, 0, -1):
                yield name, _killed(place, command, begun, chance, is_last=left == 1)
            _restore(place, begun.kept)


def _prepare(place: Path) -> None:
    """The inputs, and outputs of the day before: whatever a command may spoil."""
    named = {
        "software__csv": folders.with_column(folders.SOFTWARE, "Chủ hồ sơ", NAME, NAME),
        "register__csv": folders.with_column(folders.REGISTER, "Người nộp", NAME, NAME),
    }
    for audit in (_AUDIT, _OTHER):
        folders.folder(place / audit, **named)
    for record in ("software", "register"):
        shutil.copy(place / _AUDIT / f"{record}.csv", place / "in")
    older = (place / "in/software.csv").read_text(encoding="utf-8").replace("10/04/2025 08:00", "09/04/2025 08:00")
    (place / "in/cũ.csv").write_text(older, encoding="utf-8")
    (place / "temporary").mkdir()
    for name in ("run", "batch"):
        _run(place, COMMANDS[name], BEFORE)
    _notes(place)


def _notes(place: Path) -> None:
    """Notes as a page saves them, of a person."""
    result = json.loads((place / "out/xa-thu/2025-04/result.json").read_text(encoding="utf-8"))
    case = result["cases"][0]
    head = {"format": "commune-audit-notes/1", "commune": result["office"]["commune"], **result["period"]}
    note = {name: case[key] for name, key in (("finding", "dossier_code"), ("fingerprint",) * 2, ("verdict",) * 2)}
    note |= {"text": f"hỏi {NAME}", "evidence": "", "by": NAME, "at": "2025-05-05T07:00:00+07:00", "position": "agree"}
    (place / "notes.json").write_text(json.dumps(head | {"notes": [note]}, ensure_ascii=False), encoding="utf-8")


def _undisturbed(place: Path, kept: Path, command: Command) -> Begun:
    shutil.copytree(place, kept)
    before, begun = _state(place, command), time.perf_counter()
    _run(place, command, ANEW)
    took, anew = time.perf_counter() - begun, _state(place, command)
    _restore(place, kept)
    return Begun(kept, before, anew, took)


def _killed(
    place: Path, command: Command, begun: Begun, chance: random.Random, *, is_last: bool
) -> list[tuple[str, str]]:
    process = _begin(place, command, ANEW)
    time.sleep(chance.uniform(min(0.3, begun.took / 4), begun.took))
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    faults = [("half output", unit) for unit in _half(command, _state(place, command), begun.before, begun.anew)]
    inputs = {name for name, content in _files(begun.kept / "in").items() if _files(place / "in").get(name) != content}
    faults += [("half output", f"the input {name}") for name in inputs if not name.endswith("notes.jsonl")]
    return faults + (_after(place, command, begun) if is_last else [])


def _after(place: Path, command: Command, begun: Begun) -> list[tuple[str, str]]:
    """What is wrong once the command has run to its end: outputs that are others, and files with a name in them."""
    measure.reap(within=30)
    _run(place, command, ANEW)
    left = _state(place, command)
    faults = [
        ("half output", f"{name} after the next run") for name in begun.anew if left.get(name) != begun.anew[name]
    ]
    known = set(_files(begun.kept)) | {f"{command.out}/{name}" if name else command.out for name in begun.anew}
    stray = {name: content for name, content in _files(place).items() if name not in known}
    return faults + [("left behind", name) for name, content in stray.items() if NAME.encode() in content]


def _half(command: Command, now: State, before: State, anew: State) -> list[str]:
    """The units of output that are neither what stood there nor what was to come."""
    units: dict[str, list[str]] = {}
    for name in sorted(before.keys() | anew.keys()):
        units.setdefault(name.rpartition("/")[0] if command.is_by_folder else name, []).append(name)

    def of(state: State, names: list[str]) -> dict[str, bytes | None]:
        return {name: state.get(name) for name in names}

    return [unit for unit, names in units.items() if of(now, names) not in (of(before, names), of(anew, names))]


def _state(place: Path, command: Command) -> State:
    out = place / command.out
    if out.suffix == ".jsonl" and out.is_file():  # a moment stands in each note: what it says is what counts
        return {"": json.dumps([json.loads(line).get("text") for line in out.read_bytes().splitlines()]).encode()}
    return {"": out.read_bytes()} if out.is_file() else _files(out)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }  # fmt: skip


def _restore(place: Path, kept: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)  # a process that has not ended yet may still write
    shutil.copytree(kept, place, dirs_exist_ok=True)


def _begin(place: Path, command: Command, day: str) -> subprocess.Popen:
    line = [sys.executable, "-m", "audit", *command.line, *(["--as-of", day] if command.has_day else [])]
    environment = os.environ | {"TMPDIR": str(place / "temporary")}
    with (place.parent / "said.log").open("wb") as log:
        return subprocess.Popen(line, cwd=place, env=environment, start_new_session=True, stdout=log, stderr=log)


def _run(place: Path, command: Command, day: str) -> None:
    code = _begin(place, command, day).wait(LONGEST)
    if code:
        raise measure.CommandError(f"{' '.join(command.line)}: {(place.parent / 'said.log').read_text()[-2000:]}")
