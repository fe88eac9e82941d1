"""The audit done again from inputs: whether they are those that were read, and where the first difference is."""

import ast
import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping

from audit.evidence import differences, said
from audit.evidence.given import Inputs, Outputs
from audit.evidence.said import Line, named
from audit.findings.result import Result
from audit.ground import key as keys
from audit.ground.key import fingerprint
from audit.ground.terms import Edition
from audit.reading.cells import folded
from audit.reading.previous import NOT_LOOKED_FOR
from audit.running import execute, manifest, toolkit
from audit.running.execute import Job
from audit.running.export import AUDIT


def files_read(result: Result, inputs: Inputs) -> Iterator[Line]:
    """The hashes of the inputs against those that the result lists: plain in the internal edition, keyed in others."""
    now = {name: hashlib.sha256(content).hexdigest() for name, content in inputs.contents.items()}
    if result.edition == Edition.INTERNAL:
        yield from _by_name({one.name: one.sha256 for one in result.inputs}, now)
        return
    if inputs.key is None:
        yield said.unknown("inputs_keyed", count=len(result.inputs), key=keys.NAME)
        return
    secret = keys.parsed(inputs.key, "–")
    marks = {name: fingerprint({"input": mark}, secret) for name, mark in now.items()}
    listed = [one.sha256 for one in result.inputs]
    strange = sorted(name for name, mark in marks.items() if mark not in listed)
    lost = len(set(listed) - set(marks.values()))
    for name in strange:
        yield said.differs("input_other", file=name)
    if lost:
        yield said.differs("inputs_lost", count=lost)
    if not strange and not lost:
        yield said.same("inputs_same_by_key", count=len(listed))


def _by_name(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Line]:
    for name in sorted(then.keys() | now.keys()):
        if name not in now:
            yield said.differs("input_missing", file=name)
        elif name not in then:
            yield said.differs("input_new", file=name)
        elif then[name] != now[name]:
            yield said.differs("input_changed", file=name, then=then[name][:16], now=now[name][:16])
    if then == now:
        yield said.same("inputs_same", count=len(then))


def done_again(given: Outputs, result: Result | None, parameters: Mapping[str, str], inputs: Inputs) -> Iterator[Line]:
    """The audit of the inputs against the outputs; a key of its own stands in where the office's is not to be had."""
    name, as_of, earlier = _as_run(given.files.get(AUDIT.record, b""), parameters["as_of"])
    if earlier and folded(earlier) not in NOT_LOOKED_FOR:
        yield said.unknown("previous_named", name=earlier)
        return
    secret = inputs.key if inputs.key is not None else f"{secrets.token_hex(32)}\n".encode()
    job = Job(
        name, dict(parameters) | {"as_of": as_of}, contents=inputs.contents, beside=inputs.beside, commune_key=secret
    )
    outcome = execute.outcome(job)
    if outcome.error:
        yield said.differs("again_failed", why=outcome.messages)
        return
    if inputs.key is None:
        yield from _without_key(result, outcome.files)
        return
    is_same = given.files.get(AUDIT.result) == outcome.files[AUDIT.result]
    if AUDIT.result in given.files and is_same:
        yield said.same("again_same", file=AUDIT.result)
    elif result:
        yield _first(json.loads(given.files[AUDIT.result]), json.loads(outcome.files[AUDIT.result]))
    yield from _bytes(given, outcome.files, is_same=is_same or result is None)


def _without_key(result: Result | None, made: Mapping[str, bytes]) -> Iterator[Line]:
    if result is None:
        yield said.unknown("page_needs_key", key=keys.NAME)
        return
    old, new = json.loads(result.as_json()), json.loads(made[AUDIT.result])
    found = differences.first_without_key(old, new)
    yield _told(found) if found else said.same("again_same_without_key", dossiers=result.dossiers)
    yield from _libraries(old, new)
    yield said.unknown("marks_need_key", key=keys.NAME)


def _first(old: differences.Json, new: differences.Json) -> Line:
    """Where a result that is not the same to the byte first differs."""
    found = differences.first(old, new)
    if found is None:
        return next(_libraries(old, new), said.same("again_same_but_written"))
    if differences.first_without_key(old, new) is None:
        return said.differs("again_other_key", key=keys.NAME)
    return _told(found)


def _libraries(old: differences.Json, new: differences.Json) -> Iterator[Line]:
    changed = {name: (old["versions"].get(name, "–"), new["versions"].get(name, "–"))
               for name in {**old["versions"], **new["versions"]} if name != "rules"}  # fmt: skip
    told = [f"{name} {then} → {now}" for name, (then, now) in changed.items() if then != now]
    if told:
        yield said.same("again_other_libraries", libraries=named(told))


def _told(found: differences.Difference) -> Line:
    words = {lang: found.said(lang) for lang in ("vi", "en")}
    values = {name: {lang: words[lang][name] for lang in words} for name in ("field", "old", "new")}
    return said.differs("first_of_dossier" if found.dossier else "first_elsewhere", dossier=found.dossier, **values)


def _bytes(given: Outputs, made: Mapping[str, bytes], *, is_same: bool) -> Iterator[Line]:
    """The other files against those made again; where results differ, so must they, and nothing more is said."""
    if not is_same:
        return
    is_ours = given.listed is None or given.listed.toolkit == toolkit.toolkit()
    for name in sorted((given.files.keys() & made.keys()) - {AUDIT.result}):
        if given.files[name] == made[name]:
            yield said.same("file_again_same", file=name)
        else:
            yield (said.differs if is_ours else said.unknown)(
                "file_again_other" if is_ours else "shown_by_another", file=name, result=AUDIT.result
            )


def _as_run(record: bytes, as_of: str) -> tuple[str, str, str]:
    """The name, day and earlier period of the audit as they were given, by the record; else plain ones and `as_of`."""
    told: dict[str, object] = {}
    try:
        cells = json.loads(record)["cells"]
        source = next(cell["source"] for cell in cells if "injected-parameters" in cell["metadata"].get("tags", ()))
        for line in ast.parse("".join(source)).body:
            if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                told[line.targets[0].id] = ast.literal_eval(line.value)
    except (ValueError, KeyError, TypeError, AttributeError, SyntaxError, StopIteration, RecursionError, MemoryError):
        told = {}
    name, earlier = told.get("folder"), told.get("previous")
    parts = name.split("/") if isinstance(name, str) else []
    is_plain = len(parts) == 2 and all(manifest.is_plain(part) for part in parts)  # noqa: PLR2004  commune and period
    day = "" if told.get("as_of") == "" else as_of
    return str(name) if is_plain else "_/_", day, earlier if isinstance(earlier, str) else ""
