"""The picture of a report's totals: every figure in its bar, and what is missing from one."""

from conftest import SAMPLE
from tables import as_read, rows

from audit.claims import check
from audit.reading import load


def bars(claims) -> dict[str, list[tuple]]:
    hidden, smallest = check.denominators(claims, {}), check.uneven.smallest(claims)
    found: dict[str, list[tuple]] = {}
    for row in check.flow(claims, hidden, smallest).to_dict("records"):
        found.setdefault(row["table"], []).append((row["measure"], row["starts_at"], row["dossiers"], row["left_out"]))
    return found


def test_the_totals_of_report_233_flow_from_what_was_received_to_what_became_of_it():
    found = bars(load.office(SAMPLE).claims)
    assert found["total"] == [("received_total", 0, 314, 0)]
    assert found["by_channel"] == [
        ("received_in_person", 0, 70, 0), ("received_online", 70, 219, 0), ("carried_over", 289, 25, 0),
    ]  # fmt: skip
    assert found["by_state"] == [
        ("settled_in_time", 0, 288, 0), ("late_in_software", 288, 5, 0), ("open_within_time", 293, 18, 0),
        ("withdrawn", 311, 3, 0),
    ]  # fmt: skip


def test_the_one_dossier_goes_missing_from_three_tables_of_report_233():
    found = bars(load.office(SAMPLE).claims)
    assert found["online"] == [("online_partial_received", 70, 205, 1), ("online_full_received", 275, 13, 1)]
    assert found["components_digitised"] == [("components_digitised", 0, 302, 1), ("rest", 302, 8, 1)]
    assert found["results_digitised"] == [("results_digitised", 0, 244, 1), ("rest", 244, 48, 1)]


def bars_of(text: str) -> dict[str, list[tuple]]:
    drawn = [{"claim": str(n), "out_of_written": None, "quote": str(n)} | row for n, row in enumerate(rows(text))]
    return bars(as_read("claims", drawn))


def test_early_and_on_the_due_day_lie_side_by_side_where_they_are_apart():
    found = bars_of(
        "measure | written | unit\nsettled_early | 3 | dossier\nsettled_on_due_day | 2 | dossier\nlate_in_software | 0 | dossier"
    )
    assert found == {"by_state": [("settled_early", 0, 3, 0), ("settled_on_due_day", 3, 2, 0)]}


def test_a_digitisation_table_without_any_total_is_not_drawn():
    assert bars_of("measure | written | unit\nresults_digitised | 244 | dossier") == {}
    assert (
        bars_of("measure | written | unit\nresults_digitised | 244 | dossier\nresults_digitised | 84% | percent") == {}
    )


def test_a_printed_total_is_drawn_before_a_hidden_one():
    text = "measure | written | out_of_written | unit\nresults_digitised | 9 | 10 | dossier\nresults_digitised | 90% | 10 | percent"
    assert bars_of(text)["results_digitised"] == [("results_digitised", 0, 9, 0), ("rest", 9, 1, 0)]
