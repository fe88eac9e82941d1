"""A Drift as tables and sentences: what may turn late into in time first, each with an innocent explanation.

Every function takes the Drift and returns something that a notebook displays. All text from files is escaped.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import date

from audit.drift.compare import Group
from audit.drift.drifted import Difference, Dossier, Drift, Step
from audit.drift.kinds import ORDINARY, Kind
from audit.ground import terms
from audit.ground.terms import RESULT_MIME, WORKBOOK_MIME, number
from audit.page.pieces import MOST_ROWS, Shown, day_text, environment, moment_text, styled
from audit.page.tables import Cell, Line, Table
from audit.page.workbook import Around, book
from audit.records.registry import RECORDS

_WORDS = {"status": "status_word", "channel": "dossier_channel"}  # columns whose cells are terms, and their words


def style(lang: str) -> Shown:
    """The page's style sheets, within outputs only; the page itself has them in its head."""
    return styled(("style.css", "drift.css"), "drift.html", lang)


def answer(drift: Drift) -> Shown:
    """The first screen: which exports, how many dossiers they show otherwise of how many, and what it is not."""
    return _shown("answer", drift, sentences=sentences(drift), leads=said_leads(drift.kinds, drift.lang))


def sentences(drift: Drift) -> list[str]:
    """What became of the dossiers, a sentence for each two exports, each number with its total."""
    return [
        terms.text("drift.sentence", drift.lang, old=_when(drift, step.old), new=_when(drift, step.new),
                   **{str(group): number(step.groups[group], drift.lang) for group in Group},
                   dossiers=number(step.dossiers, drift.lang))
        for step in drift.steps
    ]  # fmt: skip


def said_leads(kinds: Mapping[Kind, int], lang: str) -> str:
    """How many dossiers there are of each kind that is worth a look; "" for none."""
    return "; ".join(
        f"{number(count, lang)} {terms.lowered(terms.text(f'drift.kind_{kind}', lang))}"
        for kind, count in kinds.items() if kind not in ORDINARY
    )  # fmt: skip


def changes(drift: Drift) -> Shown:
    """The dossiers that two exports show otherwise, by kind, the most telling first."""
    return _shown("changes", drift, ordinary=ORDINARY)


def accounting(drift: Drift) -> Shown:
    """What became of every dossier of two exports, with the sum; and those that could not be compared."""
    heads = [terms.text(f"drift.group_{group}", drift.lang) for group in Group]
    return _shown("accounting", drift, groups=list(Group), groups_heads=heads)


def exports(drift: Drift) -> Shown:
    """The exports, with their days and what says them; and those that are not compared."""
    return _shown("exports", drift)


def method(drift: Drift) -> Shown:
    """How exports are compared, and what it cannot tell."""
    return _shown("method", drift)


def files(drift: Drift) -> Shown:
    """What the run writes beside the page: `drift.json` and `drift.xlsx`, handed over in the notebook itself."""
    shown = _shown("files", drift)
    made = base64.b64encode(workbook(drift)).decode()
    return Shown("files", shown.html, **{RESULT_MIME: drift.as_json(), WORKBOOK_MIME: made})


def facts(drift: Drift) -> str:
    """What was compared as plain lines; they begin with whose it is."""
    leads = said_leads(drift.kinds, drift.lang)
    return "\n".join([f"{drift.commune or '–'}", *sentences(drift), *([leads] if leads else [])])


def workbook(drift: Drift) -> bytes:
    """`drift.xlsx`: a sheet of what differs, a line a cell, and one of the sums; equal Drifts give equal bytes."""
    say = _say(drift.lang)
    around = Around(drift.lang, drift.edition, drift.commune or "–", drift.first_on, drift.last_on, drift.made_up)
    lines = [Line("title", (say("drift.title"),)), Line("text", (say("drift.leads_note"),)),
             *(Line("text", (one,)) for one in sentences(drift)), Line("row", (say("drift.innocent"), ""))]  # fmt: skip
    made_on = drift.exports[-1].made_on or date(2000, 1, 1)
    return book(say("drift.title"), made_on, around, lines, [_changes_sheet(drift), _sums_sheet(drift)])


def _changes_sheet(drift: Drift) -> Table:
    say = _say(drift.lang)
    headings = ("pair", "kind", "dossier", "column", "was", "now", "state_old", "state_new", "due_on", "after_due",
                "after_report", "row_old", "row_new")  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (_pair(drift, step), say(f"drift.kind_{one.kind}") if one.kind else say(f"drift.group_{one.group}"),
         one.dossier_id, *_cells(cell, drift.lang), say(f"drift.state_{one.was}"), say(f"drift.state_{one.now}"),
         one.due_on, say(f"drift.when_{one.after_due}"), say(f"drift.when_{one.after_report}"), one.row_old,
         one.row_new)
        for step in drift.steps for one in step.listed for cell in one.differences or (None,)
    ]  # fmt: skip
    named = tuple(say(f"drift.{name}") for name in headings)
    return Table(say("drift.sheet_changes"), say("drift.a_row_is_cell"), named, tuple(rows), len(rows))


def _cells(one: Difference | None, lang: str) -> tuple[str, str, str]:
    if one is None:
        return "", "", ""
    was, now = (cell_text(one, value, lang) for value in (one.was, one.now))
    return terms.text(f"column.{one.column}", lang), was, now


def _sums_sheet(drift: Drift) -> Table:
    say = _say(drift.lang)
    rows: list[tuple[Cell, ...]] = [
        (_pair(drift, step), *(step.groups[group] for group in Group), step.dossiers) for step in drift.steps
    ]
    headings = (say("drift.pair"), *(say(f"drift.group_{group}") for group in Group), say("page.total"))
    return Table(say("drift.sheet_sums"), say("drift.a_row_is_pair"), headings, tuple(rows), len(rows))


def cell_text(one: Difference, value: str | None, lang: str) -> str:
    """What a cell says, in the words of the language; a cell that is not shown, or not readable, says so."""
    if not one.is_shown:
        return terms.text("drift.not_shown", lang)
    if value is None:
        return terms.text("drift.empty" if one.is_told else "drift.empty_or_unread", lang)
    if one.column.endswith("_at"):
        return moment_text(value)
    key = f"{_WORDS.get(one.column, 'drift')}.{value}" if _is_term(one.column) else ""
    return terms.text(key, lang) if terms.has(key) else value


def _is_term(column: str) -> bool:
    return RECORDS["software"][column].kind in ("word", "yes_no")


def _when(drift: Drift, place: int) -> str:
    one = drift.exports[place]
    return day_text(one.made_on) if one.made_on else terms.text("drift.of_no_day", drift.lang, place=place + 1)


def _pair(drift: Drift, step: Step) -> str:
    return f"{_when(drift, step.old)} → {_when(drift, step.new)}"


def _by_kind(step: Step) -> list[tuple[str, list[Dossier]]]:
    """The dossiers of each kind, in the order of the list."""
    kinds = dict.fromkeys(one.kind for one in step.listed if one.kind)
    return [(str(kind), [one for one in step.listed if one.kind == kind]) for kind in kinds]


def _say(lang: str) -> Callable[..., str]:
    return lambda key, **filled: terms.text(key, lang, **filled)


def _shown(piece: str, drift: Drift, **values: object) -> Shown:
    lang = drift.lang
    words = {
        "t": _say(lang), "n": lambda value: number(value, lang), "day": day_text, "most": MOST_ROWS,
        "pair": lambda step: _pair(drift, step), "cell": lambda one, value: cell_text(one, value, lang),
        "by_kind": _by_kind,
        "record_columns": lambda names: ", ".join(terms.text(f"column.{one}", lang) for one in names),
    }  # fmt: skip
    html = environment().get_template("parts/drift.html.j2").render(r=drift, piece=piece, **words, **values)
    return Shown(piece, html)
