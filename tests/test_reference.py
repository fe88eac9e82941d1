"""The tables of rules that come with the toolkit: dated, labelled by how sure they are, and no stronger than known."""

import csv
import re
import unicodedata
from collections import Counter
from datetime import date
from itertools import combinations

import pytest

from audit.ground.shipped import shipped
from audit.ground.terms import Convention

DAY = date.fromisoformat
COLUMNS = {
    "calendar": "date,weekday,kind,decided_on,decision,source,is_expected",
    "sources": "topic,version,vi,en,in_force_from,in_force_to,sureness,found_in",
    "conventions": "convention,vi,en,in_force_from,in_force_to,sureness,source",
    "procedures": "procedure,term,unit,in_force_from,in_force_to,sureness,source",
}
KEYS = {"sources": ("topic", "version"), "conventions": ("convention",), "procedures": ("procedure",)}
MAY_BE_EMPTY = {"is_expected", "in_force_from", "in_force_to", "decided_on", "decision"}
TOPICS = {
    "due_date", "appointment_slip", "register", "control_slip", "supplements", "refusal", "apology", "re_appointment", "stop", "one_stop",
    "result_paper", "software", "status", "signature", "late_collection", "code", "calendar", "late_acceptance",
}  # fmt: skip
FORMS = {  # form: its name, its number by the rules of 2018 and of 2025
    "appointment_slip": ("giấy tiếp nhận hồ sơ và hẹn trả kết quả", "01", "01"),
    "supplements": ("phiếu yêu cầu bổ sung", "02", "02"),
    "refusal": ("phiếu từ chối", "03", "03"),
    "apology": ("xin lỗi", "04", "04"),
    "stop": ("thông báo dừng giải quyết", None, "05"),
    "control_slip": ("phiếu kiểm soát quá trình giải quyết hồ sơ", "05", "06"),
    "register": ("sổ theo dõi hồ sơ", "06", "07"),
}
MARKS = {"\u0300", "\u0301", "\u0302", "\u0303", "\u0306", "\u0309", "\u031b", "\u0323"}


def text(name: str) -> str:
    return shipped(f"reference/{name}.csv").read_text(encoding="utf-8")


def lines(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text(name).splitlines()))


def has_diacritics(words: str) -> bool:
    return "đ" in words.lower() or bool(MARKS & set(unicodedata.normalize("NFD", words)))


def in_force(line: dict[str, str]) -> tuple[date, date]:
    """The first and last day in force; an empty cell is since ever, or for ever."""
    return DAY(line["in_force_from"] or "1900-01-01"), DAY(line["in_force_to"] or "2199-12-31")


def overlapping(found: list[dict[str, str]], key: tuple[str, ...]) -> list[tuple[str, ...]]:
    twice = []
    for one, other in combinations(found, 2):
        name = tuple(one[column].lower() for column in key)
        is_same = name == tuple(other[column].lower() for column in key)
        if is_same and in_force(one)[0] <= in_force(other)[1] and in_force(other)[0] <= in_force(one)[1]:
            twice.append(name)
    return twice


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_has_its_columns_and_a_cell_for_each(name):
    rows = list(csv.reader(text(name).splitlines(), strict=True))
    assert ",".join(rows[0]) == COLUMNS[name]
    assert {len(row) for row in rows} == {len(rows[0])}
    for line in lines(name):
        for column, cell in line.items():
            assert cell == " ".join(cell.split()) == unicodedata.normalize("NFC", cell), line
            assert cell or column in MAY_BE_EMPTY, line


@pytest.mark.parametrize("name", KEYS)
def test_a_rule_says_how_sure_it_is_and_when_it_is_in_force(name):
    for line in lines(name):
        assert line["sureness"] in {"c", "w", "u"}, line
        first, last = in_force(line)
        assert first <= last, line


@pytest.mark.parametrize("name", KEYS)
def test_one_rule_is_in_force_on_a_day(name):
    assert overlapping(lines(name), KEYS[name]) == []


def test_two_rules_that_meet_on_one_day_would_be_seen():
    older = {"procedure": "Kết hôn", "in_force_from": "", "in_force_to": "2025-06-30"}
    newer = {"procedure": "kết hôn", "in_force_from": "2025-06-30", "in_force_to": ""}
    assert overlapping([older, newer], ("procedure",)) == [("kết hôn",)]
    assert overlapping([older, newer | {"in_force_from": "2025-07-01"}], ("procedure",)) == []


@pytest.mark.parametrize("name", ["sources", "conventions"])
def test_each_rule_is_said_as_a_sentence_in_vietnamese_and_in_english(name):
    for line in lines(name):
        assert has_diacritics(line["vi"]), line
        for language in ("vi", "en"):
            assert line[language][0].isupper(), line
            assert line[language].endswith("."), line


def test_the_name_of_a_procedure_is_vietnamese():
    assert all(has_diacritics(line["procedure"]) for line in lines("procedures"))


def test_every_topic_has_its_source():
    assert {line["topic"] for line in lines("sources")} == TOPICS
    assert all(re.fullmatch(r"[a-z_]+", line["topic"]) for line in lines("sources"))


def test_what_is_not_confirmed_says_so_on_the_page_in_both_languages():
    for line in lines("sources"):
        if line["sureness"] == "u":
            assert re.search("chưa được (xác nhận|đối chiếu)", line["vi"]), line
            assert re.search("not (confirmed|compared)", line["en"]), line
        if line["sureness"] == "w":
            assert "nguồn thứ cấp" in line["vi"], line
            assert "secondary source" in line["en"], line


def test_a_form_is_named_and_never_a_number_alone():
    for line in lines("sources"):
        named = FORMS[line["topic"]][0] if line["topic"] in FORMS else None
        if re.search(r"mẫu (số )?\d", line["vi"], re.IGNORECASE):
            assert named, line
            assert line["vi"].lower().find(named) in range(line["vi"].lower().find("(mẫu số")), line


def test_form_numbers_moved_with_the_rules_of_2025():
    for topic, (_, old, new) in FORMS.items():
        versions = {line["version"]: line for line in lines("sources") if line["topic"] == topic}
        assert f"(mẫu số {new}," in versions["2025"]["vi"]
        assert f"(form {new}," in versions["2025"]["en"]
        assert (versions["2025"]["in_force_from"], versions["2025"]["sureness"]) == ("2025-09-15", "w")
        assert ("2018" in versions) == (old is not None)
        if old:
            assert f"(mẫu số {old} " in versions["2018"]["vi"]
            assert f"(form {old} " in versions["2018"]["en"]
            assert (versions["2018"]["in_force_to"], versions["2018"]["sureness"]) == ("2025-09-14", "u")


@pytest.mark.parametrize(
    ("topic", "version", "sureness"),
    [
        ("due_date", "2015", "c"),
        ("one_stop", "2018", "u"),  # that they ended is not confirmed
        ("one_stop", "2025", "w"),
        ("apology", "deadline", "u"),
        ("re_appointment", "once", "u"),
        ("result_paper", "2020", "u"),
        ("status", "national", "c"),
        ("late_collection", "gia_lai", "c"),
        ("code", "national", "c"),
        ("late_acceptance", "2025", "c"),
    ],
)
def test_a_source_is_as_sure_as_what_was_found(topic, version, sureness):
    assert [line["sureness"] for line in lines("sources") if (line["topic"], line["version"]) == (topic, version)] == [
        sureness
    ]


def test_each_convention_of_counting_is_described_and_only_the_civil_code_is_law():
    found = {line["convention"]: line for line in lines("conventions")}
    assert set(found) == {*Convention}
    assert {name for name, line in found.items() if "Civil Code" in line["source"]} == {"civil_code"}
    assert {name for name, line in found.items() if "thiết lập của phần mềm" not in line["vi"]} == {"civil_code"}


def test_a_term_is_a_whole_number_of_working_days_or_hours():
    for line in lines("procedures"):
        assert re.fullmatch(r"[1-9]\d*", line["term"]), line
        assert line["unit"] in {"workdays", "hours"}, line


def test_no_term_of_the_toolkit_is_sure_enough_to_decide():
    assert {line["sureness"] for line in lines("procedures")} == {"u"}
    assert all(line["source"].startswith("kiến thức nền, chưa đối chiếu") for line in lines("procedures"))
    assert len(lines("procedures")) <= 10


def test_the_weekdays_of_the_calendar_are_right():
    for line in lines("calendar"):
        assert line["weekday"] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][DAY(line["date"]).weekday()], line


def test_the_calendar_lists_each_day_once_in_order():
    days = [line["date"] for line in lines("calendar")]
    assert days == sorted(set(days))
    assert {line["kind"] for line in lines("calendar")} == {"off", "makeup_workday"}


def test_a_decision_has_a_document_and_comes_before_the_day_it_moves():
    for line in lines("calendar"):
        if line["decided_on"]:
            assert DAY(line["decided_on"]) < DAY(line["date"]), line
            assert f"ngày {DAY(line['decided_on']):%d/%m/%Y}" in line["decision"], line


def test_each_saturday_worked_is_exchanged_by_the_same_decision_for_a_weekday_off():
    swaps = [line for line in lines("calendar") if "hoán đổi" in line["decision"]]
    by_decision = Counter((line["decision"], line["decided_on"], line["kind"]) for line in swaps)
    worked = [line for line in lines("calendar") if line["kind"] == "makeup_workday"]
    assert len(swaps) == 2 * len(worked)
    for line in worked:
        (off,) = (other for other in swaps if other["decision"] == line["decision"] and other["kind"] == "off")
        assert (line["weekday"], off["weekday"] in {"Sat", "Sun"}) == ("Sat", False)
        assert by_decision[line["decision"], off["decided_on"], "makeup_workday"] == 1
        assert f"{DAY(off['date']):%d/%m/%Y} sang {DAY(line['date']):%d/%m/%Y}" in line["decision"]


def test_the_days_of_decisions_are_only_those_that_a_public_source_gives():
    decided = {(line["date"], line["decided_on"]) for line in lines("calendar") if line["decided_on"]}
    assert decided == {
        ("2024-04-29", "2024-04-12"), ("2024-05-04", "2024-04-12"),
        ("2025-05-02", "2024-11-26"), ("2025-04-26", "2024-11-26"),
        ("2026-01-02", "2025-12-25"), ("2026-01-10", "2025-12-25"),
    }  # fmt: skip


def test_the_labour_code_of_2019_is_named_only_since_it_is_in_force_and_for_days_it_fixes():
    fixed = {
        "01-01": "Tết Dương lịch",
        "04-30": "Ngày Chiến thắng",
        "05-01": "Ngày Quốc tế lao động",
        "09-02": "Quốc khánh",
    }
    for line in lines("calendar"):
        if "Bộ luật Lao động 2019" in line["decision"]:
            assert line["date"] >= "2021-01-01", line
            assert line["kind"] == "off", line
            assert ("Điều 111 khoản 3" in line["decision"]) == ("nghỉ bù" in line["decision"]), line
        if line["date"] >= "2021" and line["date"][5:] in fixed:
            assert line["decision"] == f"Bộ luật Lao động 2019, Điều 112 ({fixed[line['date'][5:]]})"


def test_a_compensating_day_is_a_weekday_after_a_holiday_on_a_weekend():
    listed = {line["date"]: line for line in lines("calendar")}
    for line in listed.values():
        if "(nghỉ bù " in line["decision"]:
            name = line["decision"].partition("(nghỉ bù ")[2]
            on_weekends = [
                day for day, other in listed.items() if day[:4] == line["date"][:4] and day < line["date"]
                and other["decision"].endswith(f"({name}") and other["weekday"] in {"Sat", "Sun"}
            ]  # fmt: skip
            assert on_weekends, line
            assert line["weekday"] not in {"Sat", "Sun"}
            assert (DAY(line["date"]) - DAY(max(on_weekends))).days <= 4
