"""What is said of an `office.toml` that is wrong: which entry or line, what stands there, and what to do."""

import re

import pytest
from folders import OFFICE

from audit.ground import terms
from audit.ground.terms import AuditError
from audit.reading.office import read

WHOLE = (
    OFFICE.replace("kept = []", 'kept = ["stops"]')
    + '[due_dates]\nconventions = ["civil_code"]\n[report]\nnumber = "1"\n'
)
ENTRIES = [  # what stands in the file, what is written instead, and what is said of it
    ("[period]", "[perod]", "mục period: còn thiếu, nhưng có “perod”, có lẽ viết sai tên."),
    ("name =", "nam =", "mục office.name: còn thiếu, nhưng có “nam”, có lẽ viết sai tên."),
    ('name = "xã Thử"', "", "mục office.name: còn thiếu. Ghi thêm theo mẫu ở data/office.toml."),
    ("[units]", "[unit]", "mục unit: không có mục nào tên như vậy; có lẽ là “units”."),
    ("upper_level", "uper_level", "mục units.uper_level: không có mục nào tên như vậy; có lẽ là “upper_level”."),
    ("number", "ngay", "mục report.ngay: không có mục nào tên như vậy. Các tên dùng được ở đây: number, dated_on."),
    ("2025-04-01", '"01/04/2025"', "mục period.first_on: “01/04/2025” không phải là một ngày. Viết dạng 2025-04-30"),
    ("2025-04-01", "2025-04-01T17:00:00", "mục period.first_on: “2025-04-01T17:00:00” không phải là một ngày."),
    ("2025-05-05", "true", "mục as_of: “true” không phải là một ngày."),
    ("2025-04-30", "2025-03-30", "mục period: ngày cuối kỳ (last_on) 2025-03-30 đứng trước ngày đầu kỳ (first_on) 2025-04-01."),
    ('"xã Thử"', "5", "mục office.name: “5” phải là chữ. Đặt trong dấu nháy thẳng"),
    ('"xã Thử"', '""', 'mục office.name: có chỗ để trống ("").'),
    ('["UBND xã Thử"]', '["UBND xã Thử", ""]', 'mục units.commune: có chỗ để trống ("").'),
    ('["UBND xã Thử"]', '"UBND xã Thử"', "mục units.commune: “UBND xã Thử” phải là một danh sách."),
    ('"xã Thử"', f'"{"x" * 201}"', f"mục office.name: “{'x' * 79}…” quá dài (tối đa 200 chữ cái)."),
    ("[report]\nnumber = ", "[[report]]\nnumber = ", 'mục report: đang ghi “[{"number": "1"}]”. Mục này phải là một dòng [report]'),
    ("as_of = 2025-05-05", 'made_up = "có"', "mục made_up: “có” không hợp lệ. Ghi true (đúng) hoặc false (không đúng)"),
    ('["stops"]', '["slips"]', "mục records.kept: không có “slips”. Chọn trong: control_slips, result_papers, postal, stops, apologies."),
    ('["civil_code"]', '["civil"]', "mục due_dates.conventions: không có “civil”. Chọn trong: civil_code, receipt_day_counted, cut_off_15."),
]  # fmt: skip
LINES = [  # and the line that is named
    ("2025-04-01", "01/04/2025", 6, "first_on = 01/04/2025"),
    ("2025-04-01", "2025-04-31", 6, "first_on = 2025-04-31"),
    ('"xã Thử"', "“xã Thử”", 4, "name = “xã Thử”"),
    ('name = "xã Thử"', 'name = "xã Thử"\nname = "xã Thử"', 5, 'name = "xã Thử"'),
    ("as_of = 2025-05-05", "as_of = 2025-05-05\nmade_up = True", 3, "made_up = True"),
    ('"1"', '"1', 17, 'number = "1'),
    ('number = "1"', f"number = {'[' * 5000}", 17, f"number = {'[' * 70}…"),
    ('number = "1"', f"number = {'9' * 5000}", 17, f"number = {'9' * 70}…"),
]


def refused(before: str, after: str) -> AuditError:
    assert before in WHOLE
    with pytest.raises(AuditError) as refusal:
        read("office.toml", WHOLE.replace(before, after, 1).encode())
    return refusal.value


def test_the_whole_file_is_read_as_it_is():
    assert read("office.toml", WHOLE.encode()).records.kept == ("stops",)


@pytest.mark.parametrize(("before", "after", "message"), ENTRIES)
def test_a_wrong_entry_is_named_with_what_stands_there_and_what_to_do(before, after, message):
    said = refused(before, after).messages
    assert said["vi"].startswith(f"office.toml, {message}")
    assert said["en"].startswith("office.toml, entry ")
    assert not re.search(r"[À-ỹ]", re.sub("“[^”]*”", "", said["en"]))


@pytest.mark.parametrize(("before", "after", "row", "written"), LINES)
def test_a_line_that_is_no_toml_is_named_and_shown(before, after, row, written):
    said = refused(before, after).messages
    assert f"sai cú pháp TOML ở dòng {row} hoặc ngay trước đó: “{written}”." in said["vi"]
    assert f"not valid TOML at line {row} or just before it: “{written}”." in said["en"]


@pytest.mark.parametrize("lang", terms.LANGUAGES)
def test_the_words_of_the_parsers_are_never_shown(lang):
    parsers = r"Input should|Extra inputs|Field required|validation error|Expected|Unclosed|Invalid (value|date|statement)|at line \d+, column"
    for before, after, *_ in (*ENTRIES, *LINES):
        assert not re.search(parsers, refused(before, after).messages[lang])


def test_an_office_file_in_another_encoding_says_how_to_save_it():
    with pytest.raises(AuditError) as refusal:
        read("office.toml", b'as_of = 2025-05-05\n[office]\nname = "x\xe3"')
    assert refusal.value.messages["vi"].startswith("office.toml, dòng 3: chữ không phải mã UTF-8. Mở tệp bằng Notepad")
