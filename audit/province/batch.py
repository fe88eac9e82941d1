"""Many communes: each audited apart from the others, what has not changed left as it is, and all of them added up."""

import glob
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audit.ground import forbidden, key, whole
from audit.ground.terms import AuditError, Edition
from audit.running import outputs
from audit.running.execute import Job, Outcome, Workers
from audit.running.export import AUDIT
from audit.running.made_from import MadeFrom
from audit.running.outputs import Audit

if TYPE_CHECKING:
    from audit.province.form_06a import CommuneForm
    from audit.province.sums import CommuneRow, FailedRow

INDEX, ROLLED_UP, TABLE = "index.html", "province.json", "communes.xlsx"
AHEAD = 2  # jobs for each worker that are held in memory, those under way among them
_ENTRIES: dict[str, tuple[type, str]] = {  # of a province.toml: what it must be, and how it is written
    "title": (str, 'title = "Tỉnh Mẫu, quý 3 năm 2025"'), "folders": (list, 'folders = ["*/2025-q3"]'),
    "out": (str, 'out = "out"'), "workers": (int, "workers = 2"), "seconds": (int, "seconds = 600"),
    "parameters": (dict, '[parameters]\nas_of = "2025-10-05"'),
    "lake": (dict, '[lake]\nsoftware = "software/*.parquet"\nregister = "register/*.parquet"\n'
                   'settings = "lake.toml"\nperiod = "2025-q3"'),
}  # fmt: skip


@dataclass(frozen=True)
class ProvinceFile:
    """What a `province.toml` says: paths of its folders and of `out`, resolved; None or empty where it says nothing."""

    folders: tuple[Path, ...]
    title: str = ""
    out: Path | None = None
    workers: int | None = None
    seconds: int | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


def province_file(file: Path) -> ProvinceFile:
    """A `province.toml`; its folders are patterns, beside it or below, which find folders <commune>/<period>.

    Where it names a lake, the folders are those of the lake's communes, laid out beside it first. Raises AuditError for
    an entry that is none or is written wrongly, for a pattern that finds no folder, and as the lake does.
    """
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise AuditError("province_not_toml", file=file.name, error=error) from error
    for name, value in entries.items():
        if name not in _ENTRIES:
            raise AuditError("province_unknown", file=file.name, entry=name, valid=", ".join(_ENTRIES))
        wanted, example = _ENTRIES[name]
        if type(value) is not wanted or (isinstance(value, int) and value < 1) or not _all_text(value):
            raise AuditError("province_wrong", file=file.name, entry=name, example=example)
    lake = entries.pop("lake", {})
    if not entries.get("folders") and not lake:
        raise AuditError("province_wrong", file=file.name, entry="folders", example=_ENTRIES["folders"][1])
    laid_out = _laid_out(file, lake) if lake else ()
    matched = (folder for pattern in entries.get("folders", ()) for folder in _folders(file, pattern))
    entries["folders"] = tuple(dict.fromkeys((*laid_out, *matched)))
    if "out" in entries:
        entries["out"] = (file.parent / entries["out"]).resolve()
    return ProvinceFile(**entries)


def _all_text(value: object) -> bool:
    """Whether what a list or a section holds is text, or lists of text; of any other value, true."""
    held = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return all(isinstance(one, str) or (isinstance(one, list) and _all_text(one)) for one in held)


def _laid_out(file: Path, lake: Mapping[str, Any]) -> tuple[Path, ...]:
    """The folders of a lake's communes, beside `file`, written anew from the lake where its records have changed."""
    from audit.lake import laid_out, lake_settings  # noqa: PLC0415
    from audit.lake.lake import sources_of  # noqa: PLC0415
    from audit.records.registry import JUDGED_RECORDS  # noqa: PLC0415

    valid = (*JUDGED_RECORDS, "settings", "period", "communes")
    said = {name: value for name, value in lake.items() if name != "communes"}
    is_wrong = set(lake) - set(valid) or not {"software", "register", "settings", "period"} <= set(lake)
    if is_wrong or not all(isinstance(value, str) for value in said.values()):
        raise AuditError("province_wrong", file=file.name, entry="lake", example=_ENTRIES["lake"][1])
    here = {name: _beside(file, said.pop(name)) for name in JUDGED_RECORDS if name in said}
    given = lake_settings.read(file.parent / said["settings"])
    return tuple(laid_out.lay_out(sources_of(queries=None, **here), given, file.parent.resolve(), said["period"],
                                  tuple(lake.get("communes", ()))))  # fmt: skip


def _beside(file: Path, source: str) -> str:
    """A source as written, a path being one from where `file` stands."""
    return source if "://" in source else str(file.parent.resolve() / source)


def _folders(file: Path, pattern: str) -> list[Path]:
    try:
        folders = sorted(path.resolve() for path in file.parent.glob(pattern) if path.is_dir())
    except (ValueError, NotImplementedError):  # empty, or not below the file
        folders = []
    if not folders:
        raise AuditError("province_no_folder", file=file.name, pattern=pattern)
    return folders


def audits(
    folders: Iterable[str | Path], out: Path, parameters: Mapping[str, str],
    workers: AbstractContextManager[Workers], *,
    title: str = "", has_form: bool = False, report_progress: Callable[[Audit], None] = lambda audit: None,
) -> list[Audit]:  # fmt: skip
    """Audit each folder into `out`/<commune>/<period>, and write the index of all of them into `out`; in order of name.

    A folder is a path, or an address of shared storage as fsspec writes it. One that cannot be audited never stops the
    others: it gets a page that says why, and its last good output stays. One whose inputs, parameters and toolkit are
    those of its output is left as it is. Order of folders and the `workers` (`execute.executor`, `cluster.workers`)
    change no byte. `has_form`: with form II.06a of them all beside the index. Stopped at any moment, whole outputs are
    left, and the next run does the rest. Raises AuditError, before anything is run, as `outputs.audits` does, and where
    there are no such workers.
    """
    out = Path(out).resolve()
    outputs.refuse_wrong_parameters(parameters)
    parameters = outputs.with_place(parameters)
    found = sources(folders, out)
    outputs.refuse_other_edition(out, parameters.get("edition", Edition.SHAREABLE))
    index, done = _Index(title, parameters, has_form=has_form), {}
    with workers as hired:
        for audit, result in _in_any_order(found, out, parameters, hired):
            done[audit.name] = index.with_one_more(audit, out, result)
            report_progress(done[audit.name])
    unwritten = index.write(out)
    return [*(done[name] for name in sorted(done)), *unwritten]


def sources(folders: Iterable[str | Path], out: Path) -> dict[str, Path | str]:
    """Paths and addresses by the name of their audit, in its order; an AuditError as `audits`."""
    folders = list(folders)
    addresses = [text for text in map(str, folders) if "://" in text]
    paths = [path for folder in folders if "://" not in str(folder) for path in _matching(folder)]
    outputs.refuse_wrong_places(paths, out)
    named: list[tuple[str, Path | str]]
    named = [*((outputs.name(path), path) for path in paths), *((_name_of(text), text) for text in addresses)]
    times = Counter(forbidden.alike(name) for name, _ in named)
    if doubled := [name for name, _ in named if times[forbidden.alike(name)] > 1]:
        raise AuditError("same_output", name=", ".join(dict.fromkeys(doubled)))
    return dict(sorted(named))


def _matching(folder: str | Path) -> list[Path]:
    """The folder; for a pattern, which Windows leaves to the program, the folders that it finds, if any."""
    written = Path(folder)
    paths = [] if written.exists() else [Path(path) for path in glob.glob(str(written))]  # noqa: PTH207  it may be absolute
    return [path.resolve() for path in sorted(paths) if path.is_dir()] or [written.resolve()]


def _name_of(address: str) -> str:
    commune, period = address.rstrip("/").rsplit("/", 2)[-2:]
    if forbidden.holds_no_file(commune) or forbidden.holds_no_file(period):
        raise AuditError("no_folder", folder=address)
    return f"{commune}/{period}"


# One after another


@dataclass(frozen=True)
class _Task:
    """What is done of one folder: where its output goes, what this is made from, and the key that was made."""

    name: str
    target: Path
    made_from: MadeFrom
    made_key: Path | None


def _in_any_order(
    sources: Mapping[str, Path | str], out: Path, parameters: Mapping[str, str], workers: Workers
) -> Iterator[tuple[Audit, str]]:
    """Each audit with the text of its result, as it is done; only so many jobs are held as keep the workers busy."""
    under_way: dict[Future[Outcome], _Task] = {}
    lang = parameters["lang"]
    for name, source in sources.items():
        target = out / name
        try:
            outputs.clear(target)
            made_key = key.made(source) if isinstance(source, Path) else None
            contents, commune_key = _read(source)
            beside = _beside_of(source, parameters)
        except AuditError as error:
            yield outputs.failed(name, target, error, lang), ""
            continue
        apart = {f"../{one}": content for one, content in beside.items()}
        made_from = MadeFrom.of(contents | apart, commune_key, parameters)
        if made_from.is_that_of(target) and outputs.is_without_failure(target):
            yield _kept(name, target, made_key)
            continue
        if workers.read_addresses and isinstance(source, str):
            job = Job(name, parameters, address=source)
        else:
            is_named = bool(parameters.get("previous"))  # then the notebook reads it where it is
            job = Job(name, parameters, contents, commune_key, beside={} if is_named else beside)
        under_way[workers.submit(job)] = _Task(name, target, made_from, made_key)
        if len(under_way) >= AHEAD * workers.count:
            yield from _settled(under_way, lang)
    while under_way:
        yield from _settled(under_way, lang)


def _settled(under_way: dict[Future[Outcome], _Task], lang: str) -> Iterator[tuple[Audit, str]]:
    """Wait for the next outcomes and put them where they belong."""
    for future in wait(under_way, return_when=FIRST_COMPLETED).done:
        task = under_way.pop(future)
        fault = future.exception()
        outcome = Outcome.failed(AuditError("run_lost")) if fault else future.result()
        audit = outputs.put(task.name, task.target, outcome, lang, made_key=task.made_key)
        if not audit.error:
            with suppress(AuditError):  # without its mark the next batch makes it again
                task.made_from.keep(task.target)
        yield audit, outcome.files.get(AUDIT.result, b"").decode()


def _kept(name: str, target: Path, made_key: Path | None) -> tuple[Audit, str]:
    audit = Audit(name, target / AUDIT.page, made_key=made_key, is_kept=True)
    return audit, (target / AUDIT.result).read_text(encoding="utf-8")


def _read(source: Path | str) -> tuple[dict[str, bytes], bytes | None]:
    """The files of an audit's folder that are read, and the key that its commune has beside it."""
    if isinstance(source, str):
        from audit.running import cluster  # noqa: PLC0415

        return cluster.fetched(source)
    from audit.reading import load  # noqa: PLC0415

    return load.contents(source)


def _beside_of(source: Path | str, parameters: Mapping[str, str]) -> dict[str, bytes]:
    """The files of other periods beside a folder, or named; none of an address: its folder alone is fetched."""
    if isinstance(source, str):
        return {}
    from audit.reading import previous  # noqa: PLC0415

    return previous.contents(source, parameters.get("previous", ""))


# The index


class _Index:
    """The audits of a batch added up, one by one."""

    def __init__(self, title: str, parameters: Mapping[str, str], *, has_form: bool):
        self._title, self._parameters, self._has_form = title, parameters, has_form
        self._rows: list[CommuneRow] = []
        self._failed: list[FailedRow] = []
        self._forms: list[CommuneForm] = []

    def with_one_more(self, audit: Audit, out: Path, result: str) -> Audit:
        """`audit`, now part of the index; with an error where its result cannot be added."""
        from audit.province import form_06a, sums  # noqa: PLC0415

        href, error = audit.page.relative_to(out).as_posix(), audit.error
        if error is None:
            try:
                row = sums.row(audit.name, href, result)
                self._forms += [form_06a.read(audit.name, result)] if self._has_form else []
                self._rows.append(row)
            except AuditError as unreadable:
                error = unreadable
        if error is not None:
            message = error.messages[self._parameters["lang"]]
            self._failed.append(sums.FailedRow(name=audit.name, href=href, message=message))
        return replace(audit, error=error)

    def write(self, out: Path) -> list[Audit]:
        """Write page, sums and table of all audits into `out`, and their form where it is wanted; what cannot be."""
        from audit.province import form_06a, index, sums  # noqa: PLC0415

        province = sums.province(self._rows, self._failed, title=self._title, parameters=self._parameters)
        files = {
            ROLLED_UP: province.as_json().encode(),
            TABLE: index.workbook(province),
            INDEX: index.page(province).encode(),
        }
        if self._has_form:
            failed = sorted(one.name for one in self._failed)
            files |= form_06a.files(self._forms, failed, title=self._title, lang=province.lang)
        for old in out.glob(f"{form_06a.STEM}*"):  # of a batch before this one, of other communes or periods
            if old.name not in files and form_06a.NAMES.fullmatch(old.name):
                old.unlink()
        unwritten = []
        for name, content in files.items():
            try:
                whole.write(out / name, content)
            except AuditError as error:
                unwritten.append(Audit(name, out / name, error))
        return unwritten
