"""A Province as a page and a workbook: the answer, then every commune with its numbers, what failed, what is open.

All text from folders and files is escaped, links are percent-encoded, and nothing but the page's own style and script,
named by their hashes, can act.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from urllib.parse import quote

from audit.findings.schema import Accounting, Share
from audit.ground import terms
from audit.ground.terms import Cause, Outcome, UnitLevel, Verdict, in_percent, number
from audit.page import shell
from audit.page.heat import STAGES, heat
from audit.page.pieces import as_written, bar, day_text, environment, graded
from audit.page.ranges import spark
from audit.page.tables import Line, Table
from audit.page.workbook import Around, book
from audit.province.change import Change, changes, series
from audit.province.sums import CommuneRow, Counts, Province, rows_of

UNIT_NUMBERS = ("dossiers", "proved", "late", "stays", "counted", "workdays", "past_part_due")
MOST_UNITS = 30  # named on the page; the workbook has all
MOST_FIRST = 5  # communes named on the first screen
MOST_NAMED = 3  # communes named beside a count
MOST_PERIODS = 3  # named on the first screen
TALL = 20  # rows of a table that is seen in a window of its own, its headings staying
_UNIT_HEADS = ("province.units_dossiers", "province.units_proved", "province.units_late", "page.stays", "page.counted",
               "page.held_workdays", "page.past_part_due")  # fmt: skip
_STYLES, _SCRIPTS = ("style.css", "tools.css", "province.css"), ("page.js", "province.js")
_HAS = {  # what rows of the table of communes can be sought by
    "late": lambda row: row.counts.late_in_software.late, "undecided": lambda row: open_dossiers(row.counts),
    "figures": lambda row: row.counts.outcomes[Outcome.DOES_NOT_HOLD],
    "problems": lambda row: rows_of(row.counts.accounting.values()).problems,
    "missing": lambda row: len(row.missing),
}  # fmt: skip


def page(province: Province) -> str:
    """The whole HTML document of the index; the same Province gives the same text."""
    lang = province.lang
    title, banner = terms.text("province.title", lang), terms.text(f"province.{province.edition}", lang)
    subject = f"{_subject(province)}, {_days(province)}"
    style = "".join(map(as_written, _STYLES)) + shell.print_style(subject, banner, lang)
    script = "".join(map(as_written, _SCRIPTS))
    by_name = {row.name: row for row in province.communes}
    words = {
        "t": lambda key, **filled: terms.text(key, lang, **filled), "n": lambda value: number(value, lang),
        "percent": lambda value: in_percent(value, lang), "day": day_text, "lowered": terms.lowered, "href": _href,
        "share": lambda share: _share(share, lang), "range": lambda least, most: _range(least, most, lang),
        "rows_of": rows_of, "label": _labels(province),
    }  # fmt: skip
    return environment().get_template("province.html.j2").render(
        p=province, title=title, banner=banner, document=f"{title} – {subject}", style=style, script=script,
        policy=shell.policy(style, script), who=_subject(province), when=_when(province),
        notices=_notices(province), sentence=sentence(province), tiles=_tiles(province), steps=_steps(province),
        first=_first(province), columns=_columns(province), lines=_lines(province), has=_has(province),
        undecided=_undecided(province), causes=_causes(province), units=province.units[:MOST_UNITS],
        other_units=_other_units(province), unit_numbers=UNIT_NUMBERS,
        heat=heat(province.units, lang), stages=[terms.text(f"heat.{stage}", lang) for stage in STAGES],
        unit_headings=[terms.text(key, lang) for key in _UNIT_HEADS],
        rows_named=lambda names: [by_name[name] for name in names], records=_records(province),
        differing=_differing(province), most_named=MOST_NAMED, tall=TALL, with_open=_with_open(province), **words,
    )  # fmt: skip


def sentence(province: Province) -> str:
    """The answer in a sentence: each number with its total, and in how many communes."""
    total, lang = province.total, province.lang
    late = total.late_in_software
    if not province.communes:
        return terms.text("province.answer_nothing", lang)
    settled, communes = number(total.settled, lang), number(province.places, lang)
    if not late.dossiers:
        return terms.text("province.answer_none_late", lang, settled=settled, communes=communes)
    with_late = _places(province, lambda row: row.counts.late_in_software.dossiers)
    said = terms.text("province.answer_late", lang, late=number(late.dossiers, lang), settled=settled,
                      places=number(with_late, lang), communes=communes)  # fmt: skip
    parts = []
    for name, key in (("proved_in_time", "proved_in_time"), ("late", "late_by_paper"), ("undecided", "undecided")):
        count = getattr(late, name)
        places = _places(province, attrgetter(f"counts.late_in_software.{name}"))
        part = terms.text(f"province.answer_{key}", lang, count=number(count, lang), late=number(late.dossiers, lang))
        parts.append(part + (terms.text("province.in_communes", lang, places=number(places, lang)) if count else ""))
    grades = f" {graded(total.grades, lang)}" if any(total.grades.values()) else ""
    return f"{said} {'; '.join(parts)}.{grades}"


def counted(counts: Counts) -> int:
    """Dossiers of which the share by the records is: settled, said to have left, or unread."""
    return counts.on_time["records"].at_least.denominator


def open_dossiers(counts: Counts) -> int:
    """Dossiers that make the range of the share by the records: undecided or unread."""
    records = counts.on_time["records"]
    return records.at_most.numerator - records.at_least.numerator


def _href(path: str) -> str:
    """A link to a file below the page's folder, whatever it is called."""
    return f"./{quote(path)}"


def _subject(province: Province) -> str:
    """What the page is of: its title, else the provinces of its communes."""
    named = [name for name in dict.fromkeys(row.office.province for row in province.communes) if name]
    some = ", ".join(named[:MOST_NAMED]) + (" …" if len(named) > MOST_NAMED else "")
    return province.title.strip() or some or terms.text("province.no_title", province.lang)


def _days(province: Province) -> str:
    """The period, or the first and the last day of several and how many they are."""
    periods = [one.period for one in province.periods]
    if not periods:
        return "–"
    said = f"{day_text(min(p.first_on for p in periods))} – {day_text(max(p.last_on for p in periods))}"
    if len(periods) == 1:
        return said
    return terms.text("province.some_periods", province.lang, count=number(len(periods), province.lang), days=said)


def _when(province: Province) -> str:
    lang, days = province.lang, sorted({row.as_of for row in province.communes})
    periods = [f"{day_text(one.period.first_on)} – {day_text(one.period.last_on)}" for one in province.periods]
    named = "; ".join(periods) if 1 < len(periods) <= MOST_PERIODS else _days(province)
    said = [terms.text("province.period" if len(periods) == 1 else "province.periods", lang, days=named)]
    if days:
        as_of = day_text(days[0]) + (f" – {day_text(days[-1])}" if len(days) > 1 else "")
        said.append(terms.text("province.as_of", lang, days=as_of))
    return " · ".join([*said, terms.text(f"page.edition_{province.edition}", lang)])


def _notices(province: Province) -> list[tuple[str, str]]:
    """What must be known before any number is read: (sentence, place on the page that tells more)."""
    lang, rows = province.lang, province.communes
    made_up, missing = (sum(map(of, rows)) for of in (lambda row: row.office.made_up, lambda row: bool(row.missing)))
    counts = {"total": number(len(rows), lang)}
    said = []
    if made_up:
        said.append(("some_made_up" if made_up < len(rows) else "all_made_up", {"count": number(made_up, lang)}, ""))
    if province.overlaps:
        named = _listed([terms.text("province.overlap", lang, commune=one.commune, audits=_listed(one.audits, lang))
                         for one in province.overlaps], lang)  # fmt: skip
        said.append(("overlaps", {"named": named}, "method"))
    if len(province.periods) > 1:
        said.append(("many_periods", {"count": number(len(province.periods), lang)}, "periods"))
    if _differing(province):
        kinds = ", ".join(terms.text(f"province.differing_{name}", lang) for name in _differing(province))
        said.append(("differing", {"kinds": kinds}, "method"))
    if missing:
        said.append(("missing", {"count": number(missing, lang)}, "communes"))
    return [(terms.text(f"province.notice_{key}", lang, **counts, **values), place) for key, values, place in said]


def _differing(province: Province) -> dict[str, list[tuple[str, int]]]:
    """In what audits differ beside their period: (as said, audits) of each kind of which there are several."""
    lang = province.lang
    wording: dict[str, Callable[[CommuneRow], str]] = {
        "as_of": lambda row: day_text(row.as_of),
        "edition": lambda row: terms.text(f"page.edition_{row.edition}", lang),
        "version": lambda row: f"{row.version} ({row.schema_version})",
    }  # fmt: skip
    counted = {name: Counter(map(said, province.communes)) for name, said in wording.items()}
    return {
        name: sorted(audits.items(), key=lambda one: (-one[1], one[0]))
        for name, audits in counted.items() if len(audits) > 1
    }  # fmt: skip


def _listed(names: Sequence[str], lang: str) -> str:
    """The first names of a list, and how many more there are."""
    more = len(names) - MOST_NAMED
    said = "; ".join(names[:MOST_NAMED])
    return said if more <= 0 else terms.text("province.and_more", lang, named=said, count=number(more, lang))


def _places(province: Province, has: Callable[[CommuneRow], int]) -> int:
    """In how many communes there is any, each commune once."""
    return len({row.place for row in province.communes if has(row)})


def _tiles(province: Province) -> dict:
    total = province.total
    audits = len(province.communes)
    return {
        "audits": audits, "folders": audits + len(province.failed), "is_of_communes": audits == province.places,
        "shares": [(name, bar(total.on_time[of].at_least, total.on_time[of].at_most))
                   for name, of in (("software", "software_by_day"), ("records", "records")) if total.on_time],
        "open": open_dossiers(total) if total.on_time else 0, "settled": counted(total) if total.on_time else 0,
        "figures": sum(total.outcomes.values()),
    }  # fmt: skip


def _steps(province: Province) -> list[tuple[str, str]]:
    """What to do next: (place on the page, sentence)."""
    lang, total = province.lang, province.total
    open_ = sum(one.dossiers for one in province.undecided)
    counts = {
        "failed": (len(province.failed), len(province.failed), "failed"),
        "late": (total.late_in_software.late, _places(province, _HAS["late"]), "communes"),
        "undecided": (open_, _places(province, lambda row: len(row.undecided)), "undecided"),
        "missing": (_places(province, _HAS["missing"]), _places(province, _HAS["missing"]), "communes"),
        "problems": (rows_of(total.accounting.values()).problems, _places(province, _HAS["problems"]), "accounting"),
        "figures": (total.outcomes[Outcome.DOES_NOT_HOLD], _places(province, _HAS["figures"]), "communes"),
    }  # fmt: skip
    said = [
        (place, terms.text(f"province.next_{name}", lang, count=number(count, lang), places=number(places, lang)))
        for name, (count, places, place) in counts.items() if count
    ]  # fmt: skip
    return said or [("communes", terms.text("page.next_nothing", lang))]


def _first(province: Province) -> list[tuple[CommuneRow, str]]:
    """Communes with the most late or undecided dossiers, and how many of how many."""
    weighed = [(row.counts.late_in_software.late, open_dossiers(row.counts), row) for row in province.communes]
    most = sorted((one for one in weighed if one[0] or one[1]), key=lambda one: (-one[0], -one[1]))[:MOST_FIRST]
    said = []
    for late, open_, row in most:
        counts = {"late": late, "open": open_, "settled": counted(row.counts)}
        written = {name: number(count, province.lang) for name, count in counts.items()}
        said.append((row, terms.text("province.first", province.lang, **written)))
    return said


def _labels(province: Province) -> Mapping[str, tuple[str, str]]:
    """What each audit is called in a list, by its name: (commune, what tells it from others), as short as can be."""
    rows = province.communes
    named = Counter((row.office.commune, row.period.first_on, row.period.last_on) for row in rows)
    several = {name: len({getattr(row.office, name) for row in rows}) > 1 for name in ("district", "province")}
    labels = {}
    for row in rows:
        more = [getattr(row.office, name) for name in ("district", "province") if several[name]]
        is_one_of_several = named[row.office.commune, row.period.first_on, row.period.last_on] > 1
        more += [row.name] if is_one_of_several or not row.office.commune.strip() else []
        labels[row.name] = (row.office.commune, ", ".join(filter(None, more)))
    return labels


def _columns(province: Province) -> list[str]:
    """The headings of the table of communes; the period is one where there are several."""
    names = ["commune", "period_of", "dossiers", "settled", "late_in_software", "proved_in_time", "late", "undecided",
             "share", "figures", "problem_rows", "change"]  # fmt: skip
    if len(province.periods) == 1:
        names = [name for name in names if name not in ("period_of", "change")]
    return [terms.text(f"province.column_{name}", province.lang) for name in names]


def _lines(province: Province) -> list[dict]:
    """The rows of the table of communes, each with what it can be sought by, and its change with a small picture."""
    found, before = changes(province.communes), series(province.communes)
    return [
        {"row": row, "has": " ".join(name for name, of in _HAS.items() if of(row)), "rows": _rows_of(row.counts),
         "change": change_text(found.get(row.name), province.lang), "spark": _spark(before[row.name], province.lang)}
        for row in province.communes
    ]  # fmt: skip


def change_text(change: Change | None, lang: str) -> str:
    """Percent points from the period before; a dash where that period is not here, and words where they differ."""
    if change is None:
        return "–"
    if change.at_least is None or change.at_most is None:
        return terms.text("province.not_comparable", lang)
    least, most = (f"{'+' if one > 0 else ''}{number(one, lang)}" for one in (change.at_least, change.at_most))
    return terms.text("province.points" if least == most else "province.points_range", lang, least=least, most=most)


def _spark(rows: Sequence[CommuneRow], lang: str) -> tuple[str, str]:
    """The ranges of the commune's periods as a path, and in words; nothing of a single one."""
    if len(rows) < 2:  # noqa: PLR2004  one period is no change
        return "", ""
    shares = [row.counts.on_time["records"] for row in rows]
    ranges = [(one.at_least.percent or 0.0, one.at_most.percent or 0.0) for one in shares]
    listed = "; ".join(
        f"{day_text(row.period.first_on)} – {day_text(row.period.last_on)}: {_range(one.at_least, one.at_most, lang)}"
        for row, one in zip(rows, shares, strict=True)
    )
    return spark(ranges), terms.text("province.spark", lang, listed=listed)


def _rows_of(counts: Counts) -> Accounting:
    return rows_of(counts.accounting.values())


def _has(province: Province) -> list[tuple[str, int]]:
    """What rows can be sought by, with how many of them there are."""
    counted = {name: sum(bool(of(row)) for row in province.communes) for name, of in _HAS.items()}
    return [(name, count) for name, count in counted.items() if count]


def _undecided(province: Province) -> list[list]:
    """Rules that leave dossiers undecided, by what would settle them, the most frequent first."""
    groups: dict[tuple[str, str], list] = {}
    for one in province.undecided:
        groups.setdefault((one.verdict, one.change), []).append(one)
    return sorted(groups.values(), key=lambda group: -sum(one.dossiers for one in group))


def _with_open(province: Province) -> Mapping[tuple[str, str], list[tuple[CommuneRow, int]]]:
    """For each rule the audits in which it leaves most undecided, with how many."""
    by_rule: dict[tuple[str, str], list[tuple[CommuneRow, int]]] = {}
    for row in province.communes:
        for one in row.undecided:
            by_rule.setdefault((one.verdict, one.rule), []).append((row, one.dossiers))
    return {rule: sorted(rows, key=lambda of: -of[1])[:MOST_NAMED] for rule, rows in by_rule.items()}


def _causes(province: Province) -> list[tuple[UnitLevel | None, list[dict]]]:
    """Dossiers by level of the unit that held them when they fell due, and by cause; what slips do not tell is last."""
    by_cause: dict[tuple, dict] = {}
    for row in province.communes:
        for one in row.causes:
            line = by_cause.setdefault((one.level, one.cause), {
                "cause": one.cause, "dossiers": 0, "proved": 0, "late": 0, "only_in_software": 0, "places": set(),
            })  # fmt: skip
            line["dossiers"] += one.dossiers
            line["proved"] += one.dossiers * one.cause_proved
            line["late"] += one.dossiers * (one.verdict == Verdict.LATE)
            line["only_in_software"] += one.dossiers * (one.verdict == Verdict.LATE_ONLY_IN_SOFTWARE)
            line["places"].add(row.place)
    groups = []
    for level in (*UnitLevel, None):
        lines = [line for (held_at, _), line in by_cause.items() if held_at == level]
        lines.sort(key=lambda line: (-line["dossiers"], list(Cause).index(line["cause"])))
        groups += [(level, lines)] if lines else []
    return groups


def _other_units(province: Province) -> Mapping[str, int]:
    """What the units that are not named on the page add."""
    others = province.units[MOST_UNITS:]
    return {"units": len(others)} | {name: sum(getattr(one, name) for one in others) for name in UNIT_NUMBERS}


def _records(province: Province) -> list[tuple[str, Accounting]]:
    """Records of which any row was read in any folder."""
    return [(name, one) for name, one in province.total.accounting.items() if one.rows or one.left_out]


def _share(share: Share, lang: str) -> str:
    return f"{number(share.numerator, lang)}/{number(share.denominator, lang)} ({in_percent(share.percent, lang)})"


def _range(least: Share, most: Share, lang: str) -> str:
    """The percentages of a range, or the one that both are."""
    if least.percent == most.percent:
        return in_percent(least.percent, lang)
    return f"{in_percent(least.percent, lang).rstrip('%')}–{in_percent(most.percent, lang)}"


# The workbook ---------------------------------------------------------------------------------------------------------


def workbook(province: Province) -> bytes:
    """`communes.xlsx`: every commune, what failed, is undecided, and each unit, a sheet each; nothing in it can run.

    The same Province gives the same bytes.
    """
    lang, tables = province.lang, _tables(province)
    made_on = max((row.as_of for row in province.communes), default=date(2000, 1, 1))
    return book(terms.text("province.title", lang), made_on, _around(province), _about(province, tables), tables)


def _around(province: Province) -> Around:
    """What stands above and below each printed sheet, as the workbook of an audit has it."""
    days = [day for one in province.periods for day in (one.period.first_on, one.period.last_on)]
    made_up = any(row.office.made_up for row in province.communes)
    first, last = min(days, default=None), max(days, default=None)
    return Around(province.lang, province.edition, _subject(province), first, last, made_up)


def _about(province: Province, tables: Sequence[Table]) -> list[Line]:
    lang, total = province.lang, province.total

    def say(key: str) -> str:
        return terms.text(key, lang)

    late = total.late_in_software
    lines = [Line("title", (say("province.title"),)), Line("warning", (say(f"province.{province.edition}"),))]
    lines += [Line("warning", (notice,)) for notice, _ in _notices(province)]
    lines += [Line("text", ()), *(Line("row", row) for row in (
        (say("province.about_of"), _subject(province)), (say("province.about_periods"), _days(province)),
        (say("province.tile_audits"), len(province.communes)), (say("province.failed_count"), len(province.failed)),
        (say("province.column_dossiers"), total.dossiers), (say("province.column_settled"), total.settled),
        (say("province.column_late_in_software"), late.dossiers),
        (say("province.column_proved_in_time"), late.proved_in_time), (say("province.column_late"), late.late),
        (say("province.column_undecided"), late.undecided), (say("province.sha256"), province.sha256()),
    ))]  # fmt: skip
    lines += [Line("text", ()), Line("head", tuple(map(say, (
        "page.definition", "page.at_least", "page.at_most", "sheet.of_dossiers", "sheet.at_least_percent",
        "sheet.at_most_percent"))))]  # fmt: skip
    lines += [Line("row", (say(f"on_time.{name}"), one.at_least.numerator, one.at_most.numerator,
                           one.at_least.denominator, in_percent(one.at_least.percent, lang),
                           in_percent(one.at_most.percent, lang))) for name, one in total.on_time.items()]  # fmt: skip
    heads = ("sheet.sheets", "sheet.a_row_is", "sheet.rows_here", "sheet.rows_in_all")
    lines += [Line("text", ()), Line("head", tuple(map(say, heads)))]
    lines += [Line("row", (table.name, table.a_row_is, len(table.rows), table.total)) for table in tables]
    return lines


_WHOSE = ("column_commune", "sheet.first_on", "sheet.last_on", "column_name")


def _tables(province: Province) -> list[Table]:
    """Every sheet but the first."""
    lang, rows = province.lang, province.communes
    opened = {(one.verdict, one.rule): one for one in province.undecided}
    names, changed = {row.name: row.office.commune for row in rows}, changes(rows)
    return [
        _table("communes", _COMMUNE_HEADS, (_commune_cells(row, changed.get(row.name), lang) for row in rows), lang),
        _table("failed", ("column_name", "failed_why"), ((one.name, one.message) for one in province.failed), lang),
        _table("undecided", (*_WHOSE, "page.verdict", "page.reason", "column_dossiers", "page.would_settle"), (
            (*_whose(row), _said("verdict", one.verdict, lang), opened[one.verdict, one.rule].reason, one.dossiers,
             opened[one.verdict, one.rule].change) for row in rows for one in row.undecided), lang),
        _table("causes", (*_WHOSE, "sheet.level", "page.unit", "page.verdict", "page.cause", "page.proof",
                          "column_dossiers"), (
            (*_whose(row), one.level and _said("unit_level", one.level, lang), one.unit,
             _said("verdict", one.verdict, lang), _said("cause", one.cause, lang),
             _said("page", "proved" if one.cause_proved else "claimed", lang), one.dossiers)
            for row in rows for one in row.causes), lang),
        _table("units", ("page.unit", "sheet.level", "units_communes", *_UNIT_HEADS), (
            (one.unit, _said("unit_level", one.level, lang), "; ".join(names[name] for name in one.audits),
             *(getattr(one, name) for name in UNIT_NUMBERS)) for one in province.units), lang),
        _table("accounting", (*_WHOSE, "page.record", "page.rows_read", "page.rows_judged", "page.rows_problems",
                              "page.rows_duplicates", "page.rows_left_out"), (
            (*_whose(row), _said("record", name, lang), one.rows, one.judged, one.problems, one.duplicates,
             one.left_out)
            for row in rows for name, one in row.counts.accounting.items() if one.rows or one.left_out), lang),
    ]  # fmt: skip


def _table(name: str, headings: Sequence[str], rows: Iterable[tuple], lang: str) -> Table:
    listed = tuple(rows)
    heads = (key if "." in key else f"province.{key}" for key in headings)
    return Table(_said("province", f"sheet_{name}", lang), _said("province", f"sheet_{name}_row", lang),
                 tuple(terms.text(key, lang) for key in heads), listed, len(listed))  # fmt: skip


def _said(section: str, name: str, lang: str) -> str:
    """A term in words; itself, where a file names one of which there are none."""
    return terms.text(f"{section}.{name}", lang) if terms.has(f"{section}.{name}") else name


def _whose(row: CommuneRow) -> tuple:
    return row.office.commune, row.period.first_on, row.period.last_on, row.name


_COMMUNE_HEADS = (
    *_WHOSE, "column_district", "column_province", "sheet.as_of", "sheet.edition", "column_dossiers", "column_settled",
    "column_unread", "column_late_in_software", "column_proved_in_time", "column_late", "column_undecided",
    "column_least", "column_most", "column_of", "sheet.at_least_percent", "sheet.at_most_percent", "column_change",
    "column_figures",
    "column_of_figures", "column_problem_rows", "page.rows_duplicates", "column_of_rows", "column_missing",
    "column_version", "page.result_sha256",
)  # fmt: skip


def _commune_cells(row: CommuneRow, change: Change | None, lang: str) -> tuple:
    counts, late, rows = row.counts, row.counts.late_in_software, _rows_of(row.counts)
    least, most = counts.on_time["records"].at_least, counts.on_time["records"].at_most
    return (
        *_whose(row), row.office.district, row.office.province, row.as_of,
        _said("sheet", f"edition_{row.edition}", lang),
        counts.dossiers, counts.settled, counts.unread, late.dossiers, late.proved_in_time, late.late, late.undecided,
        least.numerator, most.numerator, most.denominator, in_percent(least.percent, lang),
        in_percent(most.percent, lang), change_text(change, lang),
        counts.outcomes[Outcome.DOES_NOT_HOLD], sum(counts.outcomes.values()),
        rows.problems, rows.duplicates, rows.rows, ", ".join(_said("record", name, lang) for name in row.missing),
        row.version, row.result_sha256,
    )  # fmt: skip
