"""What exports of one commune say otherwise, in one object: what its page and `drift.json` show, in one edition."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise

from pydantic import Field

from audit.drift import compare, rows
from audit.drift.compare import Entry, Group
from audit.drift.kinds import ORDINARY, Kind
from audit.drift.states import State, When
from audit.findings.build import versions
from audit.findings.schema import DriftSaid, Part, Result, Written
from audit.ground.terms import AuditError, Edition
from audit.ground.version import DECIDING
from audit.reading import exports
from audit.reading.exports import Export, Kept
from audit.records.registry import RECORDS

DRIFT_VERSION = "1.0"
FEWEST = 2  # exports that can be compared


class ExportSeen(Part):
    """An export: its file, the day on which it was made (null: nobody says), and what says the day.

    In the shareable edition a keyed mark stands in place of the hash, or nothing where there is no key.
    """

    name: str
    sha256: str
    made_on: date | None
    told_by: str = Field(description="office.toml, heading, metadata, name; empty for none")
    rows: int
    without_code: int = Field(description="rows whose code cannot be read")
    first_received_on: date | None
    last_received_on: date | None


class NotPlaced(Part):
    """An export that is not compared, and why: no_day, same_day, same_file, not_read."""

    name: str
    why: str
    message: str = Field(description="of one that cannot be read; empty in the editions that are passed on")


class Difference(Part):
    """A column in which two exports differ; null: an empty cell, or one that the edition does not show.

    `is_told`: false where a cell cannot be read for certain, so that it cannot be told.
    """

    column: str
    was: str | None
    now: str | None
    is_told: bool
    is_shown: bool


class Dossier(Part):
    """A dossier that is not the same in two exports; `row_old`, `row_new` as the spreadsheet shows them."""

    dossier_id: str
    group: Group
    kind: Kind | None
    differences: tuple[Difference, ...]
    was: State
    now: State
    due_on: date | None
    after_due: When
    after_report: When
    row_old: int | None
    row_new: int | None


class Step(Part):
    """Two exports compared, by their places in the list. `groups` add up to `dossiers`: those of either export."""

    old: int
    new: int
    groups: dict[Group, int]
    dossiers: int
    of_old: int
    of_new: int
    repeats_old: int = Field(description="rows that wholly repeat another, each dossier counted once")
    repeats_new: int
    gone_at_least: int = Field(description="those that no row without a code of the new export can be")
    come_at_least: int
    kinds: dict[Kind, int] = Field(description="empty in the edition for the audited office: leads are not for it")
    columns: tuple[str, ...]
    not_compared: tuple[str, ...] = Field(description="columns that one of the two lacks")
    listed: tuple[Dossier, ...] = Field(description="all but the same; empty in the edition for the audited office")


class Drift(Written):
    """All exports of a commune and period compared, each with the next. Equal inputs give equal bytes."""

    schema_version: str
    edition: Edition
    commune: str | None
    made_up: bool
    first_on: date | None
    last_on: date | None
    reporting_on: date | None = Field(description="the day of the report, else the last of the period")
    parameters: dict[str, str]
    versions: dict[str, str]
    exports: tuple[ExportSeen, ...]
    not_placed: tuple[NotPlaced, ...]
    steps: tuple[Step, ...]
    is_keyed: bool = Field(description="whether codes in the shareable edition are masked; else they are left out")

    @property
    def leads(self) -> int:
        """How many changes are leads, of all steps."""
        return sum(count for kind, count in self.kinds.items() if kind not in ORDINARY)

    @property
    def kinds(self) -> dict[Kind, int]:
        """How many dossiers of each kind there are in all steps, those that occur."""
        return _kinds(self.steps)


def _kinds(steps: Iterable["Step"]) -> dict[Kind, int]:
    counts = {kind: sum(step.kinds.get(kind, 0) for step in steps) for kind in Kind}
    return {kind: count for kind, count in counts.items() if count}


def drift(old: str, new: str, lang: str) -> Drift:
    """The exports at one or two places compared, whole: as `audit drift OLD NEW` is asked.

    Of one folder all exports that it keeps, of two places those there: two are taken in the order in which they are
    given, more in that of their days. Raises AuditError where fewer than two can be put in order, and where the first
    of two was made after the second.
    """
    if not new:
        found = exports.kept(old) if exports.is_audits_folder(old) else exports.at(old)
        return whole(found, *ordered(found), lang)
    first, second = exports.at(old), exports.at(new)
    both = Kept((*first.exports, *second.exports), {**first.not_read, **second.not_read},
                second.office or first.office, second.folder or first.folder)  # fmt: skip
    if len(both.exports) != FEWEST or both.not_read:
        return whole(both, *ordered(both), lang)
    days = [one.made_on for one in both.exports]
    if days[0] and days[1] and days[0] > days[1]:
        told = {"old": both.exports[0].name, "new": both.exports[1].name}
        raise AuditError("drift_order", **told, old_on=f"{days[0]:%d/%m/%Y}", new_on=f"{days[1]:%d/%m/%Y}")
    return whole(both, both.exports, (), lang)


def with_drift(result: Result, folder: str) -> Result:
    """The `result` with what the other exports of its folder say; as it is where it keeps none."""
    found = exports.kept(folder)
    if not found.exports and not found.not_read:
        return result
    placed, not_placed = ordered(found)
    steps = [step(at, pair, result_day(found)) for at, pair in enumerate(pairwise(placed))]
    said = DriftSaid(
        exports=len(placed) + len(not_placed) + len(found.not_read), compared=len(placed), not_read=len(found.not_read),
        steps=len(steps),
        dossiers=sum(one.dossiers for one in steps), unchanged=sum(one.groups[Group.SAME] for one in steps),
        uncompared=sum(one.groups[Group.UNREADABLE] + one.groups[Group.REPEATED] for one in steps),
        kinds={str(kind): count for kind, count in _kinds(steps).items()},
    )  # fmt: skip
    return result.model_copy(update={"drift": said})


def ordered(found: Kept) -> tuple[tuple[Export, ...], tuple[NotPlaced, ...]]:
    """The exports from the oldest to the newest, and those that nothing puts in order: no day, or a day of two."""
    once = {one.sha256: one for one in reversed(found.exports)}
    twice = [one for one in found.exports if once[one.sha256] is not one]
    days = [one.made_on for one in once.values()]
    placed = [one for one in once.values() if one.made_on and days.count(one.made_on) == 1]
    out = {one.name: "same_day" if one.made_on else "no_day" for one in once.values() if one not in placed}
    out |= {one.name: "same_file" for one in twice}
    not_placed = [NotPlaced(name=name, why=why, message="") for name, why in sorted(out.items())]
    return tuple(sorted(placed, key=lambda one: one.made_on or date.min)), tuple(not_placed)


def whole(found: Kept, placed: Sequence[Export], not_placed: Sequence[NotPlaced], lang: str) -> Drift:
    """Exports in their order as a Drift, in the internal edition. Raises AuditError where there are fewer than two."""
    unread = [NotPlaced(name=name, why="not_read", message=why.messages[lang]) for name, why in found.not_read.items()]
    if len(placed) < FEWEST:
        asked = ", ".join([*(one.name for one in not_placed), *found.not_read]) or "–"
        raise AuditError("drift_too_few", count=len(placed), asked=asked)
    office, reporting_on = found.office, result_day(found)
    return Drift(
        schema_version=DRIFT_VERSION, edition=Edition.INTERNAL, commune=office.office.name if office else None,
        made_up=bool(office and office.made_up), first_on=office.period.first_on if office else None,
        last_on=office.period.last_on if office else None, reporting_on=reporting_on,
        parameters={"lang": lang, "edition": Edition.INTERNAL},
        versions=versions("rules", *DECIDING),
        exports=tuple(_export(one) for one in placed), not_placed=(*not_placed, *unread),
        steps=tuple(step(at, pair, reporting_on) for at, pair in enumerate(pairwise(placed))), is_keyed=False,
    )  # fmt: skip


def result_day(found: Kept) -> date | None:
    """The day of the report that the folder names, else the last of its period."""
    return (found.office.report.dated_on or found.office.period.last_on) if found.office else None


def step(at: int, pair: tuple[Export, Export], reporting_on: date | None) -> Step:
    """Two exports compared, whole. Raises AuditError where the dossiers do not add up."""
    found = compare.compared(*rows.seen_both(*pair), reporting_on)
    groups = {group: found.count(group) for group in Group}
    kinds = {kind: sum(entry.kind == kind for entry in found.entries) for kind in Kind}
    shown = [*(e for e in found.entries if e.group != Group.SAME)]
    return Step(
        old=at, new=at + 1, groups=groups, dossiers=len(found.entries), of_old=found.dossiers[0],
        of_new=found.dossiers[1], repeats_old=found.repeats[0], repeats_new=found.repeats[1],
        gone_at_least=found.gone_at_least, come_at_least=found.come_at_least,
        kinds={kind: count for kind, count in kinds.items() if count}, columns=_in_order(found.columns),
        not_compared=_in_order((found.only_old | found.only_new) - {"dossier_id"}),
        listed=tuple(_dossier(entry) for entry in shown),
    )  # fmt: skip


def _in_order(columns: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in RECORDS["software"] if name in columns)


def _export(export: Export) -> ExportSeen:
    frame = export.table.frame
    received = frame["received_at"].dropna()
    return ExportSeen(
        name=export.name, sha256=export.sha256, made_on=export.made_on, told_by=export.told_by, rows=len(frame),
        without_code=int(frame["dossier_id"].isna().sum()),
        first_received_on=None if received.empty else received.min().date(),
        last_received_on=None if received.empty else received.max().date(),
    )  # fmt: skip


def _dossier(entry: Entry) -> Dossier:
    differences = tuple(_difference(one) for one in entry.differences)
    names = ("dossier_id", "group", "kind", "was", "now", "due_on", "after_due", "after_report", "row_old", "row_new")
    return Dossier(**{name: getattr(entry, name) for name in names}, differences=differences)


def _difference(one: compare.Difference) -> Difference:
    is_shown = not RECORDS["software"][one.column].is_personal
    was, now = (_text(value) if is_shown else None for value in (one.was, one.now))
    return Difference(column=one.column, was=was, now=now, is_told=one.is_told, is_shown=is_shown)


def _text(value: object) -> str | None:
    """A cell as text: a moment in ISO form, a day alone where there is no hour."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return (value.date() if value.time() in compare.DAYLESS else value.replace(microsecond=0)).isoformat()
    return str(value)
