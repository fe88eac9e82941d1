"""The index of a province: sums worked by hand, whatever the order; what is hostile; the page in a browser; its workbook."""

import io
import json
import re
import zipfile
from copy import deepcopy
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pypdfium2
import pytest
from browser import needs_chromium, opened
from conftest import ROOT, SAMPLE, XA_MAU
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from python_calamine import CalamineWorkbook
from test_axe import LOOKS, violations
from test_sample import audited

from audit.findings import edition
from audit.ground import key, terms
from audit.ground.terms import AuditError, Edition, UnitLevel
from audit.province import index, sums

HOSTILE = "</title></style></script><script>hacked=1</script><img src=x onerror=hacked=1>\"'\u202e{{ 7*7 }}javascript:hacked=1"
FORMULA = '=HYPERLINK("http://example.org","x")'


def share(numerator: int, denominator: int) -> dict:
    return {"numerator": numerator, "denominator": denominator, "percent": round(100 * numerator / denominator, 2)}


def on_time(shown_: int, settled: int, least: int, most: int, of: int) -> dict:
    return share(shown_, settled) | {"at_least": share(least, of), "at_most": share(most, of)}


def rows(read: int, judged: int, problems: int = 0, duplicates: int = 0) -> dict:
    return {"rows": read, "judged": judged, "problems": problems, "duplicates": duplicates, "left_out": 1}


def unit(name: str, level: str, workdays: int) -> dict:
    return {"unit": name, "level": level, "dossiers": 2, "stays": 2, "counted": 2, "workdays": workdays,
            "past_part_due": 1, "waiting": 0, "not_handed_on": 0, "cannot_be_told": 0,
            "before_workdays": 1, "processing_workdays": workdays - 1, "between_workdays": 0, "waiting_workdays": 2}  # fmt: skip


def caused(verdict: str, cause: str, holder: str | None = None, *, proved: bool = True) -> dict:
    return {"verdict": verdict, "cause": cause, "cause_proved": proved, "holder_at_due": holder, "stays": []}


def office(commune: str) -> dict:
    return {"commune": commune, "district": "", "province": "tỉnh Mẫu", "made_up": True, "report": ""}


# Ten dossiers, nine settled. The software shows four of them late: two are proved in time, one is late, one undecided.
# One row cannot be read. So 7 to 9 of 10 are in time: 7, or 7 + the undecided + the unread one.
XA_AN = {
    "schema_version": "1.4", "edition": "shareable", "office": office("xã An"),
    "period": {"first_on": "2025-09-01", "last_on": "2025-09-30"}, "as_of": "2025-10-05",
    "versions": {"commune-audit": "0.1.0"},
    "accounting": {"software": rows(12, 10, 1, 1), "register": rows(11, 11)},
    "verdicts": {"on_time": 5, "late_only_in_software": 2, "late": 1, "not_proved": 1, "open": 1},
    "grades": {"proved": 1, "by_both_records": 0},
    "causes": [{"verdict": "late_only_in_software", "cause": "closed_late_by_commune", "cause_proved": True, "dossiers": 2},
               {"verdict": "late", "cause": "held_by_upper_level", "cause_proved": True, "dossiers": 1}],
    "late_in_software": {"late_only_in_software": 2, "late": 1, "not_proved": 1}, "in_time_in_software": {"on_time": 5},
    "populations": {"settled": 9, "open": 1},
    "on_time": {"records": on_time(7, 9, 7, 9, 10), "software_by_day": on_time(5, 9, 5, 6, 10)}, "unread": 1, "missing": [],
    "undecided": [{"verdict": "not_proved", "rule": "closed_late_no_return", "dossiers": 1}],
    "units": [unit("cơ quan cấp trên 1", "upper_level", 12), unit("đơn vị của xã 1", "commune", 3)],
    "cases": [caused("late_only_in_software", "closed_late_by_commune", "đơn vị của xã 1"),
              caused("late_only_in_software", "closed_late_by_commune"),
              caused("late", "held_by_upper_level", "cơ quan cấp trên 1"),
              {"verdict": "not_proved", "cause": None, "cause_proved": False, "holder_at_due": None, "stays": []}],
    "claims": [{"outcome": "does_not_hold"}, {"outcome": "holds"}, {"outcome": "holds"}],
}  # fmt: skip
# Four dossiers, all settled: one in time, three late in both records, one of them with the level above when it fell due.
XA_BINH = XA_AN | {
    "office": office("xã Bình"), "accounting": {"software": rows(4, 4), "register": rows(4, 4)},
    "verdicts": {"on_time": 1, "late": 3}, "grades": {"proved": 1, "by_both_records": 2},
    "causes": [{"verdict": "late", "cause": "cannot_be_told", "cause_proved": False, "dossiers": 2},
               {"verdict": "late", "cause": "held_by_upper_level", "cause_proved": True, "dossiers": 1}],
    "late_in_software": {"late": 3}, "in_time_in_software": {"on_time": 1}, "populations": {"settled": 4},
    "on_time": {"records": on_time(1, 4, 1, 1, 4), "software_by_day": on_time(1, 4, 1, 1, 4)}, "unread": 0, "undecided": [],
    "units": [unit("cơ quan cấp trên 1", "upper_level", 30)], "claims": [],
    "cases": [caused("late", "cannot_be_told", proved=False), caused("late", "cannot_be_told", proved=False),
              caused("late", "held_by_upper_level", "cơ quan cấp trên 1")],
}  # fmt: skip
OCTOBER = {"period": {"first_on": "2025-10-01", "last_on": "2025-10-31"}}
FAILED = sums.FailedRow(
    name="xa-hong/2025-09", href="xa-hong/2025-09.failed.html",
    message=terms.text("error.nothing_judged", "vi", file="software.xlsx", rows="Nguyễn Văn Mẫu", outside=12, first="1", last="2"),
)  # fmt: skip


def row(result: dict, name: str = "", **changes: object) -> sums.CommuneRow:
    found = result | changes
    name = name or f"{found['office']['commune']}/{found['period']['first_on'][:7]}"
    return sums.row(name, f"{name}/audit.html", json.dumps(found))


def together(*found: sums.CommuneRow, failed=(FAILED,), lang="vi", edition="shareable", title="") -> sums.Province:
    return sums.province(found, failed, title=title, parameters={"lang": lang, "edition": edition, "as_of": ""})


def refused(act, *given: object, **more: object) -> str:
    with pytest.raises(AuditError) as error:
        act(*given, **more)
    return error.value.messages["en"]


@pytest.fixture(scope="module")
def both() -> sums.Province:
    return together(row(XA_AN), row(XA_BINH), title="Tỉnh Mẫu")


class Tables(HTMLParser):
    """The tables of a page: the text of each cell, by caption."""

    def __init__(self, html: str):
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._table: list[list[str]] = []
        self._text: list[str] | None = None
        self._caption = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "table":
            self._table = []
        elif tag == "tr":
            self._table.append([])
        elif tag in ("td", "th", "caption"):
            self._text = []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "caption") and self._text is not None:
            text, self._text = " ".join(" ".join(self._text).split()), None
            if tag == "caption":
                self._caption = text
            else:
                self._table[-1].append(text)
        elif tag == "table":
            self.found[self._caption] = self._table


def table(html: str, begins: str) -> list[list[str]]:
    return next(rows for caption, rows in Tables(html).found.items() if caption.startswith(begins))


# Sums ---------------------------------------------------------------------------------------------------------------------


def test_the_numbers_of_two_communes_are_added_and_no_percentages_averaged(both):
    total, late = both.total, both.total.late_in_software
    assert (total.dossiers, total.settled, total.unread) == (14, 13, 1)
    assert (late.dossiers, late.proved_in_time, late.late, late.undecided) == (7, 2, 4, 1)
    least, most = total.on_time["records"].at_least, total.on_time["records"].at_most
    assert (least.numerator, least.denominator, least.percent) == (8, 14, 57.14)  # the average of 70 and 25 is 47.5
    assert (most.numerator, most.denominator, most.percent) == (10, 14, 71.43)
    assert {outcome.value: count for outcome, count in total.outcomes.items() if count} == {
        "does_not_hold": 1,
        "holds": 2,
    }
    every = sums.rows_of(total.accounting.values())
    assert (every.rows, every.judged, every.problems, every.duplicates) == (31, 29, 1, 1)


def test_the_sentence_says_how_many_of_how_many_in_how_many_communes(both):
    assert index.sentence(both) == (
        "Phần mềm ghi 7 trong 13 hồ sơ đã giải quyết là quá hạn, ở 2 trong 2 xã đã kiểm tra: giấy tờ chứng minh 2 trong 7 đã có "
        "kết quả đúng hạn (ở 1 xã); 4 trong 7 quá hạn trên thực tế (ở 2 xã); 1 trong 7 chưa đủ căn cứ kết luận (ở 1 xã). "
        "Trong 4 hồ sơ quá hạn: 2 đã chứng minh; 2 theo cả phần mềm và giấy tờ, còn giấy tờ chưa xem."
    )


def test_every_commune_is_a_row_and_the_last_row_is_their_sum(both):
    found = table(index.page(both), "2 bản kiểm tra")
    assert found[1:] == [
        ["xã An", "10", "9", "4", "2", "1", "1", "70,00–90,00% 7 – 9/10", "1/3", "1/23"],
        ["xã Bình", "4", "4", "3", "0", "3", "0", "25,00% 1/4", "–", "0/8"],
        ["Tổng (2)", "14", "13", "7", "2", "4", "1", "57,14–71,43% 8 – 10/14", "1/3", "1/31"],
    ]


def test_what_is_undecided_is_told_by_rule_with_what_it_takes(both):
    one = both.undecided[0]
    assert (one.rule, one.dossiers, one.communes) == ("closed_late_no_return", 1, 1)
    assert one.change == terms.text("change.not_proved", "vi")
    assert "xã An" in table(index.page(both), "1 trong 13")[2][3]


def test_every_row_read_is_accounted_for_on_the_page(both):
    found = table(index.page(both), terms.text("page.accounting_caption", "vi"))
    assert found[1] == ["Phần mềm", "16", "14", "1", "1", "14 + 1 + 1 = 16", "2"]
    assert found[-1] == ["Tổng", "31", "29", "1", "1", "29 + 1 + 1 = 31", "4"]


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.permutations(range(5)))
def test_the_order_in_which_communes_come_changes_nothing(order):
    found = [row(XA_AN, "a/1"), row(XA_BINH, "b/1"), row(XA_AN, "c/1", **OCTOBER), row(XA_BINH, "d/2", **OCTOBER),
             row(XA_AN, "e/9", office=office("xã Đông"))]  # fmt: skip
    first, other = together(*found), together(*(found[place] for place in order))
    assert first.as_json() == other.as_json()
    assert index.page(first) == index.page(other)


@settings(max_examples=25)
@given(st.lists(st.sampled_from([(XA_AN, (10, 4, 1, 7, 9, 10)), (XA_BINH, (4, 3, 3, 1, 1, 4))]), max_size=6))
def test_totals_are_the_sums_of_whatever_communes_there_are(picked):
    found = together(*(row(result, f"xa-{place}/1") for place, (result, _) in enumerate(picked)))
    late, records = found.total.late_in_software, found.total.on_time.get("records")
    shares = (
        (records.at_least.numerator, records.at_most.numerator, records.at_most.denominator) if records else (0, 0, 0)
    )
    expected = [sum(counts[place] for _, counts in picked) for place in range(6)]
    assert [found.total.dossiers, late.dossiers, late.late, *shares] == expected


@pytest.mark.parametrize("path", [
    "late_in_software", "verdicts", "grades", "unread", "populations", "undecided", "claims", "cases", "units", "accounting", "period",
    "on_time.records.at_most", "on_time.records.at_least.denominator", "accounting.software.rows", "causes", "as_of", "edition",
])  # fmt: skip
def test_a_commune_that_lacks_a_number_is_refused_by_name(path):
    result = deepcopy(XA_AN)
    *parents, last = path.split(".")
    at = result
    for name in parents:
        at = at[name]
    del at[last]
    message = refused(row, result, "xa-an/2025-09")
    assert "xa-an/2025-09" in message
    assert path in message


@pytest.mark.parametrize(("path", "value", "named"), [
    ("late_in_software.open", 1, "late_in_software"),
    ("accounting.software.problems", 0, "accounting.software"),
    ("on_time.records.at_most.numerator", 10, "undecided"),
    ("on_time.records.at_least.numerator", 6, "undecided"),
    ("on_time.records.denominator", 8, "populations.settled"),
    ("on_time.software_by_day.at_least.denominator", 9, "on_time.software_by_day"),
    ("on_time.records.at_least.percent", 98.3, "on_time.records"),
    ("populations.settled", 10, "populations.settled"),
    ("grades.by_both_records", 1, "grades"),
    ("unread", 0, "undecided"),
    ("undecided", [], "undecided"),
    ("causes", [], "causes"),
    ("cases", [], "causes"),
    ("accounting.register.left_out", -1, "< 0"),
])  # fmt: skip
def test_numbers_of_a_commune_that_contradict_each_other_are_refused(path, value, named):
    result = deepcopy(XA_AN)
    *parents, last = path.split(".")
    at = result
    for name in parents:
        at = at[name]
    at[last] = value
    assert named in re.search(r"add up \((.*)\)", refused(row, result))[1].split(", ")


@pytest.mark.parametrize("written", ["", "{}", "null", "[1]", '{"schema_version": 1}', "\x00"])
def test_a_result_that_is_none_is_refused(written):
    assert "xa/1" in refused(sums.row, "xa/1", "xa/1/audit.html", written)


def test_a_number_written_as_text_is_refused():
    assert "unread" in refused(row, XA_AN, unread="1")


def test_a_total_that_is_not_the_sum_of_the_communes_is_refused(both):
    wrong = both.total.model_copy(update={"dossiers": 15})
    assert "15" in refused(sums.checked, both.model_copy(update={"total": wrong}))
    for part in ("undecided", "causes", "units", "periods", "communes"):
        assert refused(sums.checked, both.model_copy(update={part: getattr(both, part)[:-1]}))
    assert sums.checked(both) is both


def test_two_audits_of_one_name_are_refused():
    assert "xã An/2025-09" in refused(together, row(XA_AN), row(XA_AN))
    assert "xa-hong/2025-09" in refused(together, row(XA_AN, FAILED.name))


def test_communes_that_count_by_other_definitions_are_not_added():
    one_less = {"on_time": {"records": XA_BINH["on_time"]["records"]}}
    assert "on_time.software_by_day" in refused(together, row(XA_AN), row(XA_BINH, **one_less))


def test_with_nothing_audited_the_page_says_so():
    page = index.page(together())
    assert terms.text("province.answer_nothing", "vi") in page
    assert "xa-hong/2025-09" in page
    assert index.workbook(together())


# Periods ------------------------------------------------------------------------------------------------------------------


def test_each_period_has_totals_of_its_own_that_add_up_to_the_whole():
    found = together(row(XA_AN), row(XA_BINH), row(XA_BINH, **OCTOBER))
    assert [(one.audits, one.counts.late_in_software.late) for one in found.periods] == [(2, 4), (1, 3)]
    lines = table(index.page(found), "Tổng số của từng kỳ")
    assert [line[:2] for line in lines[1:]] == [
        ["01/09/2025 – 30/09/2025", "2"],
        ["01/10/2025 – 31/10/2025", "1"],
        ["Tổng", "3"],
    ]
    assert [line[6] for line in lines[1:]] == ["4", "3", "7"]
    assert found.places == 2
    assert "2 kỳ khác nhau" in index.page(found)
    assert "Kỳ: 01/09/2025 – 30/09/2025; 01/10/2025 – 31/10/2025 ·" in index.page(found)
    assert "2 kỳ khác nhau" not in index.page(together(row(XA_AN), row(XA_BINH)))


def test_periods_of_a_commune_that_share_a_day_are_named():
    quarter = {"period": {"first_on": "2025-07-01", "last_on": "2025-09-01"}}
    found = together(row(XA_AN), row(XA_AN, "xa-an/2025-q3", **quarter), row(XA_BINH, "xa-binh/2025-q3", **quarter))
    assert [one.audits for one in found.overlaps] == [("xa-an/2025-q3", "xã An/2025-09")]
    assert "tính hơn một lần" in index.page(found)
    assert together(row(XA_AN), row(XA_AN, **OCTOBER)).overlaps == ()


def test_what_audits_differ_in_is_said():
    other = {"as_of": "2025-11-01", "versions": {"commune-audit": "0.2.0"}}
    page = index.page(together(row(XA_AN), row(XA_BINH, **other)))
    assert "Các bản kiểm tra không cùng ngày kiểm tra, phiên bản chương trình" in page
    assert ["ngày kiểm tra", "01/11/2025", "1"] in table(page, terms.text("province.differing_caption", "vi"))


# Editions -----------------------------------------------------------------------------------------------------------------


def test_one_internal_audit_makes_the_whole_internal():
    for of in ("internal", "office"):  # an office may see its own commune, and not the others
        found = together(row(XA_AN), row(XA_BINH, edition=of))
        assert found.edition == Edition.INTERNAL
    assert together(row(XA_AN, edition="office"), edition="office").edition == Edition.INTERNAL
    assert 'data-edition="internal"' in index.page(found)
    assert terms.text("province.internal", "vi") in index.page(found)
    assert terms.text("province.internal", "vi") not in index.page(together(row(XA_AN)))


def test_why_a_folder_failed_is_said_without_what_its_files_say_in_what_is_shared():
    shared, internal = together(row(XA_AN)), together(row(XA_AN), edition="internal")
    assert "Nguyễn Văn Mẫu" in internal.failed[0].message
    assert "Nguyễn Văn Mẫu" not in shared.as_json() + index.page(shared)
    assert shared.failed[0].message.startswith("software.xlsx: không xét được hồ sơ nào trong … dòng")
    assert 'href="./xa-hong/2025-09.failed.html"' in index.page(shared)


@pytest.mark.parametrize("message", ["Nguyễn Văn Mẫu", "", "x" * 100_000, "software.xlsx: không xét được hồ sơ nào"])
def test_a_message_that_is_none_of_ours_is_not_shared(message):
    found = together(failed=[FAILED.model_copy(update={"message": message})])
    assert found.failed[0].message == ""
    assert terms.text("province.failed_not_told", "vi") in index.page(found)


def test_every_message_of_ours_is_known_again():
    for name, words in terms.keys().items():
        if name.startswith("error."):
            for lang in terms.LANGUAGES:
                values = dict.fromkeys(re.findall(r"{(\w+)}", words[lang]), "Bí mật 123")
                said = sums.in_our_words(words[lang].format(**values), lang)
                assert said, name
                assert "Bí mật" not in said, name


def test_a_numbered_unit_is_another_one_in_each_commune_and_a_named_one_the_same():
    shared = together(row(XA_AN), row(XA_BINH))
    assert [(one.unit, one.dossiers, one.workdays, one.audits) for one in shared.units] == [
        ("cơ quan cấp trên 1", 1, 30, ("xã Bình/2025-09",)),
        ("cơ quan cấp trên 1", 1, 12, ("xã An/2025-09",)),
        ("đơn vị của xã 1", 1, 3, ("xã An/2025-09",)),
    ]
    internal = together(row(XA_AN, edition="internal"), row(XA_BINH, edition="internal"))
    assert [(one.dossiers, one.workdays, len(one.audits)) for one in internal.units] == [(2, 42, 2), (1, 3, 1)]
    held = {(one.level, one.cause.value): one.dossiers for one in internal.causes}
    assert held == {
        (UnitLevel.UPPER_LEVEL, "held_by_upper_level"): 2, (UnitLevel.COMMUNE, "closed_late_by_commune"): 1,
        (None, "closed_late_by_commune"): 1, (None, "cannot_be_told"): 2,
    }  # fmt: skip


@pytest.fixture(scope="module")
def samples() -> dict[Edition, list]:
    found = [audited(folder) for folder in (SAMPLE, XA_MAU)]
    secrets = [key.read(folder) for folder in (SAMPLE, XA_MAU)] if hasattr(key, "read") else [bytes(32)] * 2
    return {
        which: [edition.in_edition(one, which, secret) for one, secret in zip(found, secrets, strict=True)]
        for which in Edition
    }


@pytest.mark.parametrize("which", Edition)
def test_the_samples_are_added_up_as_their_own_pages_count_them(samples, which):
    found = samples[which]
    added = together(
        *(sums.row(f"xa-{place}/1", f"xa-{place}/1/audit.html", one.as_json()) for place, one in enumerate(found))
    )
    late = added.total.late_in_software
    assert (added.total.settled, late.dossiers, late.proved_in_time, late.late, late.undecided) == (371, 33, 14, 9, 10)
    least, most = added.total.on_time["records"].at_least, added.total.on_time["records"].at_most
    assert (least.numerator, most.numerator, most.denominator) == (332, 363, 374)
    assert sums.rows_of(added.total.accounting.values()).problems == 5


def test_nothing_is_on_the_shared_page_that_the_shared_results_do_not_hold(samples):
    texts = [one.as_json() for one in samples[Edition.SHAREABLE]]
    added = together(*(sums.row(f"xa-{place}/1", "x", text) for place, text in enumerate(texts)))
    held, told = "".join(texts), added.as_json() + index.page(added)
    names = {unit.unit for one in samples[Edition.INTERNAL] for unit in one.units}
    codes = {case.dossier_id for one in samples[Edition.INTERNAL] for case in one.cases}
    assert len(names) > 3
    assert not [one for one in names | codes if one in told and one not in held]


def test_the_file_keeps_to_its_schema(both):
    written = json.loads(both.as_json())
    published = (ROOT / "data" / "reference" / "province.schema.json").read_text(encoding="utf-8")
    assert sums.schema_text() == published
    jsonschema.validate(written, json.loads(published))
    assert sums.Province.model_validate_json(both.as_json()) == both
    with pytest.raises(ValidationError):
        sums.Province.model_validate(written | {"more": 1})


def test_communes_stand_as_in_a_vietnamese_dictionary():
    names = ["Ân", "An", "Đông", "Dương", "Án", "Ăn", "Phường 10", "Phường 2", "Ươm", "Yên", "an"]
    assert sorted(names, key=sums.alphabetical) == [
        "An", "an", "Án", "Ăn", "Ân", "Dương", "Đông", "Phường 2", "Phường 10", "Ươm", "Yên"
    ]  # fmt: skip


# What is hostile ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile() -> sums.Province:
    """Every text that a folder or a file gives is out to run something."""
    found = row(XA_AN, f"{HOSTILE}/2025", edition="internal", office=office(HOSTILE) | {"district": HOSTILE, "province": HOSTILE},
                versions={"commune-audit": HOSTILE}, schema_version=HOSTILE, missing=[HOSTILE],
                undecided=[{"verdict": "not_proved", "rule": HOSTILE, "dossiers": 1}],
                accounting=XA_AN["accounting"], units=[unit(HOSTILE, "upper_level", 1)])  # fmt: skip
    formula = row(XA_BINH, FORMULA, edition="internal", office=office(FORMULA) | {"province": FORMULA})
    failed = [sums.FailedRow(name=HOSTILE, href=f"//example.org/{HOSTILE}", message=HOSTILE),
              sums.FailedRow(name=f"{FORMULA}!", href="javascript:hacked=1", message=FORMULA)]  # fmt: skip
    return sums.province(
        [found, formula], failed, title=HOSTILE, parameters={"lang": "vi", "edition": "internal", HOSTILE: HOSTILE}
    )


def test_nothing_hostile_in_names_becomes_markup_or_leads_away(hostile):
    page = index.page(hostile)
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert "\u202e" not in page
    links = re.findall(r'href="([^"]*)"', page)
    assert links
    assert all(re.fullmatch(r"#[\w-]+|\./[\w/.%~-]*", link) for link in links)
    assert all(not re.match(r"\.//?example", link) or link.startswith(".//") for link in links)


def test_nothing_in_the_workbook_can_run(hostile):
    with zipfile.ZipFile(io.BytesIO(index.workbook(hostile))) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 7
        assert not [name for name in book.namelist() if "external" in name.lower() or "vba" in name.lower()]
    assert not [sheet for sheet in sheets if "<f>" in sheet or "<hyperlink" in sheet]


# The workbook -------------------------------------------------------------------------------------------------------------


def test_the_workbook_has_every_commune_with_its_numbers_and_what_failed(both):
    written = index.workbook(both)
    assert written == index.workbook(both)
    book = CalamineWorkbook.from_filelike(io.BytesIO(written))
    head, *found = book.get_sheet_by_name("Xã").to_python()
    named = [dict(zip(head, line, strict=True)) for line in found]
    assert [(one["Xã"], one["Hồ sơ"], one["Trong đó quá hạn"], one["Dòng có vấn đề"]) for one in named] == [
        ("xã An", 10, 1, 1), ("xã Bình", 4, 3, 0)
    ]  # fmt: skip
    assert book.get_sheet_by_name("Không kiểm tra được").to_python()[1][0] == "xa-hong/2025-09"
    causes = book.get_sheet_by_name("Khâu").to_python()
    assert sum(line[-1] for line in causes[1:]) == 6


@pytest.mark.parametrize("lang", terms.LANGUAGES)
def test_page_and_workbook_speak_either_language(lang):
    found = together(row(XA_AN), row(XA_BINH, **OCTOBER), lang=lang)
    page = index.page(found)
    assert f'<html lang="{lang}">' in page
    assert index.workbook(found)
    if lang == "en":
        own = [words["vi"] for name, words in terms.keys().items() if name.startswith("province.section_")]
        assert not [words for words in own if words in page]


# In a browser -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many_file(tmp_path_factory) -> Path:
    """The page of sixty communes, of which every third has late dossiers alone."""
    names = ["Điện Bàn", "Đông Hòa", "An Phú", "Dương Đông", "Bắc Sơn", "Ea Kao"]
    found = [
        row(XA_BINH if place % 3 == 0 else XA_AN, f"xa-{place:02}/2025-09", office=office(f"xã {names[place % 6]} {place}"))
        for place in range(60)
    ]  # fmt: skip
    file = tmp_path_factory.mktemp("province") / "index.html"
    file.write_text(index.page(together(*found, title="Tỉnh Mẫu")), encoding="utf-8")
    return file


def column(page, number: int) -> list[str]:
    cells = page.locator(f".communes tbody tr:not(.total):not(.is-out) > :nth-child({number})")
    return [text.split()[0] if number > 1 else text.strip() for text in cells.all_inner_texts()]


@needs_chromium
def test_any_column_is_sorted_by_keyboard_and_the_total_stays_last(browser, many_file):
    with opened(browser, many_file) as (page, heard):
        heads = page.locator(".communes thead th")
        assert page.locator(".communes .sort").count() == heads.count() == 10
        heads.nth(5).get_by_role("button").focus()
        page.keyboard.press("Enter")
        assert heads.nth(5).get_attribute("aria-sort") == "ascending"
        assert column(page, 6) == ["1"] * 40 + ["3"] * 20
        page.keyboard.press("Enter")
        assert heads.nth(5).get_attribute("aria-sort") == "descending"
        assert column(page, 6) == ["3"] * 20 + ["1"] * 40
        heads.nth(7).get_by_role("button").click()
        assert column(page, 8) == ["25,00%"] * 20 + ["70,00–90,00%"] * 40
        assert heads.nth(5).get_attribute("aria-sort") is None
        assert page.locator(".communes tbody tr").last.get_attribute("class") == "total"
        assert heard == [many_file.as_uri()]


@needs_chromium
def test_a_commune_is_found_without_marks_and_the_page_says_how_many(browser, many_file):
    with opened(browser, many_file) as (page, _):
        status = page.locator(".find [role=status]")
        assert status.inner_text() == "Đang hiển thị 60 trong 60 dòng."
        page.get_by_role("searchbox").fill("DIEN  ban")
        assert column(page, 1) == [f"xã Điện Bàn {place}" for place in range(0, 60, 6)]
        assert status.inner_text().startswith("Đang hiển thị 10 trong 60 dòng")
        page.get_by_role("searchbox").fill("zzz")
        assert status.inner_text().startswith("Không có dòng nào khớp trong 60")
        page.get_by_role("button", name="Bỏ lọc").click()
        page.get_by_role("combobox").select_option("undecided")
        assert len(column(page, 1)) == 40
        assert page.locator(".communes tr.total").is_visible()


@needs_chromium
def test_without_a_script_every_row_is_there_and_no_tool(browser, many_file):
    with opened(browser, many_file, java_script_enabled=False) as (page, _):
        assert page.locator(".communes tbody tr:visible").count() == 61
        assert page.locator("form, .sort").count() == 0


@needs_chromium
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_no_wider_than_the_screen_and_its_answer_is_on_the_first_one(browser, many_file, width):
    with opened(browser, many_file, width) as (page, _):
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator(".communes").bounding_box()["width"] > 800
        for part in (".who", ".when", ".sentence", ".tiles > div:first-child"):
            box = page.locator(part).bounding_box()
            assert box["y"] + box["height"] < 740


@needs_chromium
@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_fails_for_those_who_read_otherwise(browser, many_file, width, scheme):
    with opened(browser, many_file, width, color_scheme=scheme) as (page, _):
        page.get_by_role("searchbox").fill("an phu")
        page.locator(".communes .sort").nth(2).click()
        assert violations(page) == []


@needs_chromium
def test_nothing_hostile_runs_and_nothing_is_asked_for(browser, hostile, tmp_path):
    file = tmp_path / "index.html"
    file.write_text(index.page(hostile), encoding="utf-8")
    with opened(browser, file, 360) as (page, heard):
        assert page.evaluate("typeof hacked") == "undefined"
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert heard == [file.as_uri()]
        away = page.locator("a").evaluate_all("(all) => all.filter((one) => !one.href.startsWith('file:///')).length")
        assert away == 0


@needs_chromium
def test_printed_sheets_say_what_they_are_and_repeat_the_headings(browser, many_file):
    with opened(browser, many_file) as (page, _):
        printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
        sheets = [" ".join(sheet.get_textpage().get_text_range().split()) for sheet in printed]
        with_rows = [text for text in sheets if "7 – 9/10" in text]
        assert len(with_rows) > 1
        assert all("Đã giải quyết" in text for text in with_rows)
        for number, text in enumerate(sheets, start=1):
            assert "Tỉnh Mẫu, 01/09/2025 – 30/09/2025" in text
            assert f"{number}/{len(sheets)}" in text
