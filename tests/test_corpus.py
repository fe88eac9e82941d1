"""Ninety-six short reports in the words of real ones: what is read from them, how surely, and what does not add up."""

from collections import Counter

import corpus
import pytest

REPORTS = {report.name: report for report in corpus.reports()}
LEAST_SURE, LEAST_READ = 0.99, 0.95  # of what is called sure, how much is right; of what is printed, how much is read


@pytest.fixture(scope="module")
def measured() -> corpus.Measured:
    return corpus.measured()


def test_the_corpus_has_reports_of_many_kinds_broken_ones_among_them():
    assert len(REPORTS) >= 90
    assert sum(bool(report.broken) for report in REPORTS.values()) >= 12
    assert len({measure for report in REPORTS.values() for measure, *_ in report.claims}) >= 24
    assert all(report.claims and written for report in REPORTS.values() for _, written, _ in report.claims)


def test_of_what_is_called_sure_at_least_99_in_100_are_right(measured):
    assert measured.read["sure"] >= 300
    assert measured.right["sure"] >= LEAST_SURE * measured.read["sure"]


def test_of_what_reports_print_at_least_95_in_100_are_read(measured):
    assert sum(measured.recalled.values()) >= LEAST_READ * sum(measured.printed.values())


def test_no_measure_that_is_printed_often_is_mostly_lost(measured):
    often = {measure for measure, printed in measured.printed.items() if printed >= 10 and measure != "unknown"}
    assert {measure for measure in often if measured.recalled[measure] < 0.85 * measured.printed[measure]} == set()


@pytest.mark.parametrize("name", REPORTS)
def test_what_is_broken_in_a_report_is_found_and_nothing_else_is_said_to_be(name):
    report = REPORTS[name]
    found = corpus.differences(corpus.read(report))
    assert found == {difference.normalize() for difference in report.broken}


def test_the_measure_itself_sees_a_claim_that_is_wrong_and_one_that_is_missing(monkeypatch):
    report = REPORTS["03 settled and open"]
    wrong = corpus.Report(report.name, report.text.replace("471", "472"), report.claims, ())
    monkeypatch.setattr(corpus, "reports", lambda: iter([wrong]))
    found = corpus.measured()
    assert (sum(found.right.values()), sum(found.read.values())) == (6, 7)
    assert found.printed - found.recalled == Counter({"settled": 1})
