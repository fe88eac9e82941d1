"""Form II.06a of a province: the forms of its communes added up, a form a period, and which communes are not in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationError

from audit.findings.schema import Form06a, FormRow, OfficeName, Period, Recounted
from audit.ground import terms
from audit.ground.terms import AuditError, Outcome, number
from audit.page import form_06a as page
from audit.page.form_columns import COLUMNS
from audit.page.pieces import day_text

STEM = "form-06a"
NAMES = re.compile(rf"{STEM}(-\d{{4}}-\d\d-\d\d){{0,2}}\.(xlsx|docx)")  # of all files that `files` makes
_Place = tuple[str, str, str, str]


class CommuneForm(BaseModel):
    """What the province's form needs of the `result.json` of one audit; `form_06a` is null where it has none."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str = ""
    office: OfficeName
    period: Period
    as_of: date
    versions: dict[str, str]
    form_06a: Form06a | None = None

    @property
    def whose(self) -> tuple[str, str, str]:
        """The commune, whatever folder it is in."""
        return self.office.province, self.office.district, self.office.commune


def read(name: str, result: str) -> CommuneForm:
    """The form of one audit, from the text of its `result.json`; an AuditError where it cannot be read."""
    try:
        return CommuneForm.model_validate_json(result, strict=True).model_copy(update={"name": name})
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or error.errors()[0]["type"]
        raise AuditError("result_unreadable", name=name, where=where, count=error.error_count()) from error


def files(audits: Iterable[CommuneForm], failed: Sequence[str], *, title: str, lang: str) -> dict[str, bytes]:
    """The form of each period as a workbook and a Word document, by name; `failed`: the folders without an audit."""
    by_period: dict[tuple[date, date], list[CommuneForm]] = {}
    for one in sorted(audits, key=lambda one: one.name):
        by_period.setdefault((one.period.first_on, one.period.last_on), []).append(one)
    made: dict[str, bytes] = {}
    for (first, last), of_period in sorted(by_period.items()):
        stem = STEM if len(by_period) == 1 else f"{STEM}-{first}-{last}"
        filled = _filled(of_period, failed, title, lang)
        made |= {f"{stem}.xlsx": page.workbook(filled), f"{stem}.docx": page.document(filled)}
    return made


def together(forms: Sequence[Form06a]) -> Form06a:
    """The forms added up: a line a field, in every column the sum of the least and of the most; and their totals.

    The total is the sum of the communes' totals, and `is_sum` whether it is that of the lines too. Where an edition has
    totals alone, it is whether each commune's form is a sum.
    """
    sums: dict[_Place, dict[str, Recounted]] = {}
    for form in forms:
        for row in form.rows:
            place = (row.definition, row.basis, row.kind, row.field)
            sums[place] = {name: _added(sums.get(place, {}).get(name), getattr(row, name)) for name in COLUMNS}
    carried = Recounted(at_least=sum(one.carried_over.at_least for one in forms),
                        at_most=_sum(one.carried_over.at_most for one in forms))  # fmt: skip
    left_open = _sum(one.left_open for one in forms)
    return Form06a(
        rows=tuple(FormRow(definition=definition, basis=basis, kind=kind, field=field, **sums[place])
                   for place in _in_order(sums) for definition, basis, kind, field in [place]),
        is_sum=all(one.is_sum for one in forms) and _is_sum(sums), carried_over=carried, left_open=left_open,
        outcome=_outcome(carried, left_open),
    )  # fmt: skip


def _sum(counts: Iterable[int | None]) -> int | None:
    """The sum; None where one of them is not known."""
    found = list(counts)
    known = [one for one in found if one is not None]
    return sum(known) if len(known) == len(found) else None


def _added(one: Recounted | None, other: Recounted) -> Recounted:
    if one is None:
        return other
    return Recounted(at_least=one.at_least + other.at_least, at_most=_sum((one.at_most, other.at_most)))


def _in_order(sums: Mapping[_Place, Mapping[str, Recounted]]) -> list[_Place]:
    """By definition and basis, fields with most dossiers received first, rows that cannot be read, the total."""
    kinds = ("field", "unread", "total")

    def order(place: _Place) -> tuple:
        definition, basis, kind, field = place
        received = sums.get((definition, "software", kind, field), sums[place])["received"]
        most = received.at_least if received.at_most is None else received.at_most
        return page.DEFINITIONS.index(definition), page.BASES.index(basis), kinds.index(kind), -most, field

    return sorted(sums, key=order)


def _is_sum(sums: Mapping[_Place, Mapping[str, Recounted]]) -> bool:
    """Whether each total is the sum of its lines, at both ends; so where an edition has no lines."""
    for place, total in ((place, cells) for place, cells in sums.items() if place[2] == "total"):
        lines = [cells for other, cells in sums.items() if other[:2] == place[:2] and other != place]
        for name in COLUMNS if lines else ():
            least, most = sum(one[name].at_least for one in lines), _sum(one[name].at_most for one in lines)
            if (least, most) != (total[name].at_least, total[name].at_most):
                return False
    return True


def _outcome(carried: Recounted, left_open: int | None) -> Outcome:
    if left_open is None:
        return Outcome.CANNOT_BE_CHECKED
    most = left_open if carried.at_most is None else carried.at_most
    if not carried.at_least <= left_open <= most:
        return Outcome.DOES_NOT_HOLD
    return Outcome.HOLDS if carried.at_least == most else Outcome.NOT_SETTLED


def _filled(audits: Sequence[CommuneForm], failed: Sequence[str], title: str, lang: str) -> page.Filled:
    with_form = [(one, one.form_06a) for one in audits if one.form_06a is not None]
    lacking = [*failed, *(one.name for one in audits if one.form_06a is None)]
    form, last = together([of for _, of in with_form]), max(one.as_of for one in audits)
    days = {"first": day_text(audits[0].period.first_on), "last": day_text(audits[0].period.last_on)}
    counts = {"count": number(len(with_form), lang), "total": number(len(with_form) + len(lacking), lang)}
    whose = title.strip() or ", ".join(dict.fromkeys(one.office.province for one in audits if one.office.province))
    heads = [
        terms.text("form_06a.whose", lang, office=whose or terms.text("province.no_title", lang),
                   as_of=day_text(last), **days),
        terms.text("form_06a.of_communes", lang, **counts, names="; ".join(_named(one) for one, _ in with_form)),
        terms.text("form_06a.lacking", lang, names="; ".join(lacking)) if lacking
        else terms.text("form_06a.none_lacking", lang),
    ]  # fmt: skip
    return page.Filled(form, lang, tuple(heads), tuple(_notices(with_form, form, lang)), last)


def _named(one: CommuneForm) -> str:
    return f"{one.office.commune} ({one.name})"


def _notices(audits: Sequence[tuple[CommuneForm, Form06a]], form: Form06a, lang: str) -> list[str]:
    rules = ", ".join(sorted({one.versions.get("rules", "–") for one, _ in audits}))
    differing = [_named(one) for one, of in audits if of.outcome == Outcome.DOES_NOT_HOLD]
    places = [one.whose for one, _ in audits]
    twice = [_named(one) for one, _ in audits if places.count(one.whose) > 1]
    has_lines = any(row.kind == "field" and row.field for row in form.rows)
    return [
        terms.text("form_06a.draft", lang, rules=rules),
        *([terms.text("page.made_up", lang)] if any(one.office.made_up for one, _ in audits) else []),
        *([terms.text("form_06a.twice", lang, names="; ".join(twice))] if twice else []),
        *page.said(form, lang),
        *([terms.text("form_06a.carried_differs", lang, names="; ".join(differing))] if differing else []),
        *([] if has_lines else [terms.text("form_06a.totals_only", lang)]),
    ]  # fmt: skip
