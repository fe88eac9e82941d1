"""Audits of one folder in a process of their own, which tells how far it is and can be stopped: a form works on."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic

from audit.ground import terms
from audit.ground.terms import AuditError
from audit.running import execute, outputs
from audit.running.outputs import Audit

Told = Callable[
    [int, int, int, float], None
]  # hears which audit it is at, its cell, of how many, seconds since the start
Wanted = Sequence[tuple[Path, Mapping[str, str]]]  # for each audit where to put it, and its parameters


class Apart:
    """A process that makes audits, whose outputs go into the folders `targets`."""

    def __init__(self, process: subprocess.Popen, targets: Sequence[Path]):
        self._process, self._targets, self._began, self._is_stopped = process, targets, monotonic(), False

    def done(self, told: Told) -> list[Audit]:
        """The audits as they were asked for, up to the first that cannot be made; those made before it was stopped.

        To be called once.
        """
        made = []
        for line in self._process.stdout or ():
            what = json.loads(line)
            if isinstance(what, list):
                told(what[0], what[1], what[2], monotonic() - self._began)
            else:
                made.append(_audit(what))
        self._process.wait()
        if self._is_stopped:
            for target in self._targets:
                outputs.clear(target)
            return made
        is_lost = len(made) < len(self._targets) and not any(audit.error for audit in made)
        return [*made, _audit({"messages": AuditError("run_lost").messages})] if is_lost else made

    @property
    def is_stopped(self) -> bool:
        """Whether it was stopped before all were made."""
        return self._is_stopped

    def stop(self) -> None:
        """End the process; the last good output stays."""
        self._is_stopped = True
        self._process.kill()


def start(folder: Path, wanted: Wanted) -> Apart:
    """Begin the audits of a folder, each as `outputs.audits` makes it."""
    for out, _ in wanted:  # pages of the internal edition are nobody else's to read
        Path(out).mkdir(mode=0o700, parents=True, exist_ok=True)
    given = json.dumps([str(folder), [[str(out), dict(parameters)] for out, parameters in wanted]])
    line = [sys.executable, "-P", "-c", "from audit.running import apart; apart.serve()", given]
    process = subprocess.Popen(
        line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8",
    )  # fmt: skip
    return Apart(process, [Path(out) / outputs.name(Path(folder).resolve()) for out, _ in wanted])


def serve() -> None:
    """What the process does: a line [audit, cell, cells] before each cell, and what became of each audit after it."""
    folder, wanted = json.loads(sys.argv[1])
    for place, (out, parameters) in enumerate(wanted):
        became = _became(place, Path(folder), Path(out), parameters)
        _tell(became)
        if became["messages"]:
            return


def _became(place: int, folder: Path, out: Path, parameters: Mapping[str, str]) -> dict[str, object]:
    def told(cell: int, cells: int) -> None:
        _tell([place, cell, cells])

    try:
        made = outputs.audits([folder], out, parameters, told)[0]
    except AuditError as error:
        return {"messages": error.messages}
    except OSError as error:
        where = {"file": error.filename or "–", "code": error.errno}
        return {"messages": {lang: terms.text("cli.no_access", lang, **where) for lang in terms.LANGUAGES}}
    messages = made.error.messages if made.error else {}
    return {"name": made.name, "page": str(made.page), "made_key": str(made.made_key or ""), "messages": messages}


def _tell(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _audit(became: Mapping) -> Audit:
    made_key = became.get("made_key")
    return Audit(
        became.get("name", ""), Path(became.get("page", "")),
        execute.told(became["messages"]) if became["messages"] else None, Path(made_key) if made_key else None,
    )  # fmt: skip
