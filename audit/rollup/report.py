"""A Rollup as tables and sentences: what does not hold comes first, and every mark is a sign and not a colour alone.

Every function takes the Rollup and returns something that a notebook displays. All text from files is escaped.
"""

from collections.abc import Mapping
from itertools import groupby

from audit.ground import terms
from audit.ground.terms import RESULT_MIME, Outcome, in_percent, number
from audit.page.pieces import MOST_ROWS, Shown, environment, styled
from audit.rollup.rollup import Cell, Rollup

MARKS = {"holds": "✓", "does_not_hold": "✗", "not_settled": "?", "holds_otherwise": "≈", "cannot_be_checked": ""}
SHOWN_FIRST = (Outcome.DOES_NOT_HOLD, Outcome.NOT_SETTLED)


def style(lang: str) -> Shown:
    """The page's style sheets, within outputs only; the page itself has them in its head."""
    return styled(("style.css", "rollup.css"), "rollup.html", lang)


def answer(rollup: Rollup) -> Shown:
    """The first screen: which table, what does not hold in cells, rows and columns, and all counts with totals."""
    failing = {name: _open(getattr(rollup, name)) for name in ("cells", "rows", "columns")}
    return _shown("answer", rollup, found=failing, sentence=sentence(rollup), counted=_counted(rollup))


def sentence(rollup: Rollup) -> str:
    """What does not hold, in a sentence, each number with its total."""
    failing = {name: outcomes.get(Outcome.DOES_NOT_HOLD, 0) for name, outcomes in rollup.outcomes.items()}
    totals = {f"of_{name}": _checked(outcomes) for name, outcomes in rollup.outcomes.items()}
    key = "some_fail" if any(failing.values()) else "none_fails" if any(totals.values()) else "nothing_checked"
    return terms.text(f"rollup.{key}", rollup.lang, **failing, **totals)


def table(rollup: Rollup) -> Shown:
    """The whole table as written, each cell, row and total marked."""
    positions = list(dict.fromkeys(cell.position for cell in sorted(rollup.cells, key=lambda cell: cell.position)))
    headings = {cell.position: cell.heading.rpartition(" – ") for cell in rollup.cells}
    groups = groupby((headings[at] for at in positions), key=lambda heading: heading[0])
    rows: dict[int, list[Cell]] = {}
    for cell in rollup.cells:
        rows.setdefault(cell.row, []).append(cell)
    totals = dict(zip(positions, rollup.columns, strict=True))
    lines = [
        {"cells": {cell.position: cell for cell in cells}, "unit": cells[0].unit, "row": row,
         "is_total_row": cells[0].is_total_row, "checks": [check for check in rollup.rows if check.row == row]}
        for row, cells in rows.items()
    ]  # fmt: skip
    return _shown("whole", rollup, positions=positions, lines=lines, totals=totals,
                  groups=[(group, [heading[2] for heading in under]) for group, under in groups])  # fmt: skip


def problems(rollup: Rollup) -> Shown:
    """What could not be read and what to do; rows left out; cells without an audit, and why."""
    return _shown("problems", rollup, shown=rollup.problems[:MOST_ROWS], reasons=_reasons(rollup))


def method(rollup: Rollup) -> Shown:
    """How it was checked, on which files, with which parameters and versions."""
    return _shown("method", rollup)


def files(rollup: Rollup) -> Shown:
    """What the run writes beside the page: `rollup.json`, handed over in the notebook itself."""
    return Shown("files", _html("files", rollup), **{RESULT_MIME: rollup.as_json()})


def facts(rollup: Rollup) -> str:
    """The findings as plain lines: what a test can compare and a person can paste into a letter."""
    lines = [sentence(rollup)]
    for name, outcomes in rollup.outcomes.items():
        counts = "; ".join(f"{outcome}: {count}" for outcome, count in _said(outcomes, rollup.lang))
        lines.append(f"{terms.text(f'rollup.{name}', rollup.lang)}: {counts or '–'}")
    return "\n".join(lines)


def _open(checks: tuple) -> list:
    """What does not hold, then what is not settled."""
    return sorted((one for one in checks if one.outcome in SHOWN_FIRST), key=lambda one: SHOWN_FIRST.index(one.outcome))


def _checked(outcomes: Mapping[Outcome, int]) -> int:
    return sum(count for outcome, count in outcomes.items() if outcome != Outcome.CANNOT_BE_CHECKED)


def _counted(rollup: Rollup) -> list[dict]:
    return [
        {
            "name": name,
            "checked": _checked(outcomes),
            "total": sum(outcomes.values()),
            "said": _said(outcomes, rollup.lang),
        }
        for name, outcomes in rollup.outcomes.items()
    ]


def _said(outcomes: Mapping[Outcome, int], lang: str) -> list[tuple[str, int]]:
    return [(terms.text(f"outcome.{outcome}", lang), count) for outcome, count in outcomes.items() if count]


def _reasons(rollup: Rollup) -> list[tuple[str, int, list[str]]]:
    """(reason, cells, units) of the cells that no audit could be asked about, the most frequent first."""
    units_by_reason: dict[str, list[str]] = {}
    for cell in rollup.cells:
        if cell.reason:
            units_by_reason.setdefault(cell.reason, []).append(cell.unit)
    return sorted(((reason, len(units), list(dict.fromkeys(units))) for reason, units in units_by_reason.items()),
                  key=lambda line: (-line[1], line[0]))  # fmt: skip


def _shown(piece: str, rollup: Rollup, **values: object) -> Shown:
    return Shown(piece, _html(piece, rollup, **values))


def _html(piece: str, rollup: Rollup, **values: object) -> str:
    lang = rollup.lang
    words = {
        "t": lambda key, **filled: terms.text(key, lang, **filled), "day": lambda day: f"{day:%d/%m/%Y}",
        "n": lambda value: _number(value, lang), "percent": lambda value: in_percent(value, lang),
        "written": lambda cell: _written(cell, lang), "marks": MARKS, "most": MOST_ROWS,
    }  # fmt: skip
    template = environment().get_template("parts/rollup.html.j2")
    return template.render(r=rollup, piece=piece, **words, **values)


def _number(value: float | None, lang: str) -> str:
    return number(int(value) if value is not None and float(value).is_integer() else value, lang)


def _written(cell: Cell, lang: str) -> str:
    """A count as it is written; a share in percent, also where a spreadsheet keeps it as a fraction of 1."""
    return f"{_number(cell.figure, lang)}%" if cell.is_share and cell.figure is not None else cell.written
