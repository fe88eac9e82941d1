"""How a report's totals flow: from what was received to what became of it, and how much of it each table counts."""

from collections.abc import Iterator

import pandas as pd

from audit.claims.printed import DIGITISED, Report, report

COLUMNS = ["table", "measure", "starts_at", "dossiers", "left_out"]
REST = "rest"  # of a digitisation table: what is not digitised
BARS = {  # table to the measures that lie side by side in it; the first way of which the first measure is stated
    "total": (("received_total",),),
    "by_channel": (("received_in_person", "received_online", "received_by_post", "carried_over"),),
    "by_state": (
        ("settled_early", "settled_on_due_day", "late_in_software", "open_within_time", "open_overdue", "withdrawn"),
        ("settled_in_time", "late_in_software", "open_within_time", "open_overdue", "withdrawn"),
        ("settled", "open_within_time", "open_overdue", "withdrawn"),
    ),
    "online": (("online_partial_received", "online_full_received"), ("online_listed_received",)),
}
UNDER = {"online": "received_online"}  # a table begins under the figure that it breaks down


def flow(claims: pd.DataFrame, denominators: pd.DataFrame, smallest: pd.DataFrame) -> pd.DataFrame:
    """A row per figure that lies in a bar, bar by bar: `table`, `measure`, `starts_at`, `dossiers`, `left_out`.

    A bar is a table of the report; `starts_at` is how many dossiers lie before the figure, from the left edge that all
    bars share; `left_out`: how many dossiers the first of the smallest explanations leaves out of the whole table. A
    digitisation table has what is digitised and the `rest` of the total of its share, printed or the only possible one.
    """
    stated = report(claims)
    left_out = _left_out(smallest)
    rows: list[tuple] = []
    for table, figures in _bars(stated, denominators):
        before = _start_of(rows, UNDER.get(table, ""))
        for measure, dossiers in figures:
            rows.append((table, measure, before, dossiers, left_out.get(table, 0)))
            before += dossiers
    return pd.DataFrame(rows, columns=COLUMNS)


def _start_of(rows: list[tuple], measure: str) -> int:
    """Where a figure already drawn begins; 0 where it is not drawn."""
    return next((starts_at for _, name, starts_at, _, _ in rows if name == measure), 0)


def _bars(stated: Report, denominators: pd.DataFrame) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    for table, ways in BARS.items():
        way = next((way for way in ways if way[0] in stated.counts), ())
        figures = [(name, int(stated.counts[name].value)) for name in way if name in stated.counts]
        if figures:
            yield table, [(name, dossiers) for name, dossiers in figures if dossiers]
    hidden = {row["measure"]: row["totals"] for row in denominators.to_dict("records")}
    for measure in DIGITISED:
        count, total = stated.counts.get(measure), _total(stated, measure, hidden.get(measure, ()))
        if count is not None and total is not None and total >= count.value:
            done = int(count.value)
            yield measure, [(measure, done), *([(REST, total - done)] if total > done else [])]


def _total(stated: Report, measure: str, hidden: tuple[int, ...]) -> int | None:
    printed = next((total for share in stated.shares(measure) if (total := stated.total(share)) is not None), None)
    if printed is not None:
        return int(printed.value)
    return hidden[0] if len(hidden) == 1 else None


def _left_out(smallest: pd.DataFrame) -> dict[str, int]:
    dossiers: dict[str, int] = {}
    for row in smallest[smallest["solution"] == 1].to_dict("records"):
        for table in row["left_out_of"]:
            dossiers[table] = dossiers.get(table, 0) + int(row["dossiers"])
    return dossiers
