"""What stands in one cell, read or refused."""

import re
import unicodedata
from datetime import datetime

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.lake import pack_sql, pairing
from audit.reading import by_column, cells, shapes
from audit.records.record import Column


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("31/08/2023", datetime(2023, 8, 31)),
        ("1/2/2026", datetime(2026, 2, 1)),
        ("31-08-2023", datetime(2023, 8, 31)),
        ("31.08.2023 7:05", datetime(2023, 8, 31, 7, 5)),
        ("31/08/2023 17:00", datetime(2023, 8, 31, 17)),
        ("31/08/2023 17:00:59", datetime(2023, 8, 31, 17, 0, 59)),
        ("16h30 31/08/2023", datetime(2023, 8, 31, 16, 30)),
        ("10 giờ 15 phút, ngày 31/08/2023", datetime(2023, 8, 31, 10, 15)),
        ("2023-08-31", datetime(2023, 8, 31)),
        ("2023-08-31T17:00:00", datetime(2023, 8, 31, 17)),
        ("2011-10-11 13:42:22.688", datetime(2011, 10, 11, 13, 42, 22, 688000)),
        ("2023-08-30T17:00:00.000+0000", datetime(2023, 8, 31)),  # iGate's midnight in Vietnam
        ("2023-08-30T17:00:00Z", datetime(2023, 8, 31)),
        ("2023-08-31T00:00:00+07:00", datetime(2023, 8, 31)),
        ("2023-08-31T00:00:00-05:30", datetime(2023, 8, 31, 12, 30)),
    ],
)
def test_a_moment_is_read_in_vietnam_time(text, stamp):
    assert cells.at(text) == stamp


@pytest.mark.parametrize(
    "text", ["31/04/2023", "29/02/2023", "31/8", "08/31/2023", "45163", "31/08/23", "hôm qua", "2023-13-01", "25:00 31/08/2023", "31/08-2023", "9999-12-31T17:00:00.000+0000", "0001-01-01T00:00:00+14:00"]
)  # fmt: skip
def test_what_is_no_day_is_refused_and_never_guessed(text):
    with pytest.raises(ValueError, match=r".*"):
        cells.at(text)


def test_a_limit_without_an_hour_runs_to_the_end_of_its_day():
    assert cells.due_at("31/08/2023") == datetime(2023, 8, 31, 23, 59, 59)
    assert cells.due_at("31/08/2023 17:00") == datetime(2023, 8, 31, 17)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_a_moment_written_either_way_is_the_same_moment(stamp):
    stamp = stamp.replace(microsecond=0)
    assert cells.at(f"{stamp:%d/%m/%Y %H:%M:%S}") == cells.at(stamp.isoformat()) == stamp


@pytest.mark.parametrize(
    ("text", "number"), [("12000", 12000), ("12.000", 12000), ("2.318.000đ", 2318000), ("1 500 đồng", 1500), ("0", 0)]
)
def test_an_amount_is_read_in_the_vietnamese_way(text, number):
    assert cells.whole_number(text) == number


@pytest.mark.parametrize("text", ["12,5", "12.00", "99999999999999999999", "-3", "mười", ""])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        cells.whole_number(text)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC"])
def test_a_heading_is_the_same_in_any_case_spacing_and_unicode_form(form):
    assert cells.folded(unicodedata.normalize(form, "  NGÀY  hẹn\ntrả kết quả: ")) == cells.folded(
        "Ngày hẹn trả kết quả"
    )


def test_a_code_is_the_same_with_spaces_small_letters_and_other_dashes():
    assert cells.dossier_id(" 000.00.53.h48 – 220921‑0099\u200b") == "000.00.53.H48-220921-0099"
    assert cells.dossier_id("  ") is None
    with pytest.raises(ValueError, match="Nguyễn"):
        cells.dossier_id("Nguyễn Văn An")


@pytest.mark.parametrize(
    "sign",
    "\x00\x07\x1b\x85\xa0\xad\u034f\u061c\u115f\u180e\u200b\u200f\u2028\u202e\u2060\u2066\u3164\ufe0f\ufeff\ufff9\U000e0041",
    ids=ascii,
)
def test_a_sign_that_nobody_sees_makes_no_other_dossier_of_a_code(sign):
    assert cells.dossier_id(f"000{sign}.00.53.H48-22{sign}0921-0099{sign}") == "000.00.53.H48-220921-0099"
    assert cells.dossier_id(f"H{sign}-1") == "H-1"
    assert cells.dossier_id(sign) is None


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Văn Tám",
        "Ông Lê Văn Mười, 0905123456",
        "0905 123 456",
        "012345678901",
        "TRẦN THỊ B",
        "chuyển ông Lê xử lý",
        "Trần Thị Lan nhận thay",
        "0912-345-678",
        "08/04/2025 0912345678",
        "Ánh Đào",
    ],
)
def test_names_and_numbers_of_people_are_known_as_such(text):
    assert cells.may_be_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "28/08/2023 09:12",
        "31/04/2025",
        "Đã trả kết quả",
        "000.17.53.H48-230828-0072",
        "hôm qua",
        "12.000",
        "Công dân rút hồ sơ",
        "16:30 8/4/2025",
    ],
)
def test_days_statuses_and_codes_are_not_taken_for_people(text):
    assert not cells.may_be_personal(text)


def test_of_a_day_that_cannot_be_read_only_figures_are_repeated():
    assert cells.may_be_repeated("31/04/2025 17:00", "at")
    assert not any(cells.may_be_repeated(text, "at") for text in ("hôm qua", "an nhận, 8/4", "0912345678"))
    assert cells.may_be_repeated("hôm qua", "word")


CANONICAL = "000.17.53.H48-230824-0001"


@pytest.mark.parametrize(
    "written",
    [
        "OOO.l7.53.h48-23O824-0O0l",
        "000.I7.53.H48 - 230824 - 0001",
        "000-17-53-H48_230824/0001",
        "0001753H482308240001",
        " 0 0 0 1 7 53 H 48 2308 24 00 01 ",
        "000．17．53．Ｈ48–230824—0001",
        "H48.53.17-230824-0001",
        "h485317230824OOOI",
    ],
)
def test_a_national_code_is_the_same_however_it_is_written(written):
    assert cells.dossier_id(written) == CANONICAL


@pytest.mark.parametrize(
    "written",
    [
        "HO-1", "LO.OL-1", "000.17.53.O48-23O824-0001", "000.17.53.448-23O824-0001", "000.17.53.H48-23O824-001", "00.17.53.H48-23O824-0001",
        "000.17.53.H48-2308-24O001", "000.17.53.H48-231O45-0001", "000.17.53.H48-23O824-0001A", "H48.53-23O824-0001", "S00.17.53.H48-23O824-0001",
    ],
)  # fmt: skip
def test_in_a_code_that_is_not_certain_to_be_national_no_letter_is_replaced(written):
    assert cells.dossier_id(written) == written


def test_ministries_have_codes_of_the_same_shape():
    assert cells.dossier_id("000.00.l9.g22_230824_12345") == "000.00.19.G22-230824-12345"


def test_the_day_a_code_was_given_stands_in_it():
    assert cells.coded_on(CANONICAL) == datetime(2023, 8, 24)
    assert cells.coded_on("000.17.53.H48-230931-0001") is None
    assert cells.coded_on("H-1") is None


CODES = st.builds(
    "{}.{}.{}.{}{}-{:%y%m%d}-{}".format,
    *(st.from_regex(rf"\A[0-9]{{{width}}}\Z") for width in (3, 2, 2)), st.sampled_from("AGHKT"), st.from_regex(r"\A[0-9]{2}\Z"),
    st.dates(datetime(2001, 1, 1).date(), datetime(2099, 1, 1).date()), st.from_regex(r"\A[0-9]{4,6}\Z"),
)  # fmt: skip


@st.composite
def miswritten(draw):
    """A canonical code, and the same as a hand may write it."""
    code = draw(CODES)
    alike = {"0": "0Oo", "1": "1lI", ".": [".", "-", " ", "", "_", " / "], "-": ["-", "–", " ", "", "."]}
    return code, "".join(draw(st.sampled_from([*alike.get(mark, mark)])) for mark in code)


@given(miswritten(), miswritten())
def test_two_different_national_codes_never_become_one(one, other):
    assert cells.dossier_id(one[0]) == one[0]
    assert cells.dossier_id(one[1]) == one[0]
    assert (cells.dossier_id(one[1]) == cells.dossier_id(other[1])) is (one[0] == other[0])


@given(st.one_of(st.text(), miswritten().map(lambda both: both[1]), st.text("0Ol1I.-_ HhG–248", max_size=30)))
def test_a_code_once_read_is_read_the_same_again(text):
    try:
        code = cells.dossier_id(text)
    except ValueError:
        return
    assert code is None or cells.dossier_id(code) == code


def test_groups_of_a_code_typed_with_letters_for_noughts_are_no_name():
    assert cells.dossier_id("OOO 00 OO H48.250401.0000") == "000.00.00.H48-250401-0000"
    with pytest.raises(ValueError, match="Nguyễn"):
        cells.dossier_id("Nguyễn Lao 0")


YEARS = (1, 1899, 1900, 1901, 1969, 1999, 2000, 2023, 2099, 2199, 2200, 9999)
DAYS = [
    *(form.format(year) for year in YEARS for form in ("31/08/{:04}", "{:04}-02-28")),
    "1/2/2026", "31-8-2023", "31.08.2023", "31/04/2023", "29/02/2023", "29/02/2024", "2023-02-30", "2023-13-01", "08/31/2023",
    "00/08/2023", "31/08/23", "31/8", "45163", "hôm qua", "20230831", "٣١/٠٨/٢٠٢٣", "", "–",
]  # fmt: skip
CLOCKS = [
    "", " 00:00", " 7:05", " 17:00", " 17:00:59", " 23:59:60", " 24:00", " 25:00", "  08:30", " 8h30", " 8 giờ 30",
    "T17:00:00", " 13:42:22.688", "T17:00:00Z", "T17:00:00.000+0000", "T23:30:00-05:30", " sáng", " 08:30 CH",
]  # fmt: skip
WRITTEN_CODES = [
    *(CANONICAL, "OOO.l7.53.h48-23O824-0O0l", "000-17-53-H48_230824/0001", "H48.53.17-230824-0001", "0001753H482308240001"),
    *("H-1", "h-1", "HS 12", "12", "O-1", "2.504E+17", "1E+5", "E+1", "a_1", "A1B", "1/2025", "HO-1", "…", "-", ".", ""),
    *("Nguyễn Văn An", "ông Lê 3", "000.00.53.H48 – 220921‑0099\u200b", "000.17.53.H48-230931-0001", "００１", "x" * 40 + "1"),
]  # fmt: skip


def by_cell(kind: str, text: str) -> object:
    """A cell as a folder's file reads it, or "unread"."""
    try:
        return cells.value("any", kind, text, {})
    except ValueError:
        return "unread"


def by_sql(expression: str, texts: list[str]) -> list[object]:
    """What the SQL of a lake says of each text."""
    with duckdb.connect() as connection:
        connection.register("given", pd.DataFrame({"number": range(len(texts)), "cell": texts}, dtype="object"))
        return [row[0] for row in connection.execute(f"SELECT {expression} FROM given ORDER BY number").fetchall()]


def test_a_database_reads_a_day_as_a_cell_is_read_or_leaves_it_to_the_cell_reader():
    texts = [space + day + clock for day in DAYS for clock in CLOCKS for space in ("", " ")]
    said = by_sql(pack_sql.stamp("cell", "VARCHAR"), texts)
    certain = {text: stamp for text, stamp in zip(texts, said, strict=True) if stamp is not None}
    assert {text: by_cell("at", text) for text in certain} == certain
    assert {"31/08/2023", "31/08/2023 17:00:59", " 1901-02-28", "31/08/2199 00:00"} <= set(certain)


def test_a_lake_is_certain_of_a_code_only_where_reading_changes_nothing():
    said = pairing.are_certain(pl.Series(WRITTEN_CODES))
    certain = [code for code, is_certain in zip(WRITTEN_CODES, said, strict=True) if is_certain]
    assert [by_cell("dossier_id", code) for code in certain] == certain
    assert {CANONICAL, "H-1", "12"} <= set(certain)
    readable = [
        code
        for code, can_be in zip(WRITTEN_CODES, by_sql(pack_sql.is_readable("cell"), WRITTEN_CODES), strict=True)
        if can_be
    ]
    assert not {by_cell("dossier_id", code) for code in readable} & {"unread", None}


@pytest.mark.parametrize("kind", ["at", "due_at", "on"])
def test_a_column_of_time_stamps_is_read_as_its_cells_are(kind):
    stamps = [datetime(year, 8, day, hour) for year in YEARS for day in (1, 31) for hour in (0, 17)]
    raw = pd.DataFrame({"commune": "x", "file": "f", "row": 1, "day": pd.Series(stamps, dtype="datetime64[us]")})
    found, is_wrong = by_column._column("day", Column(kind), raw["day"], None)
    one_by_one = [by_cell(kind, stamp.isoformat(" ")) for stamp in stamps]
    if kind == "due_at":  # a stamp at midnight has no hour; of a text that says 00:00 the hour is written
        one_by_one = [by_cell(kind, stamp.isoformat(" ").removesuffix(" 00:00:00")) for stamp in stamps]
    assert [each == "unread" for each in one_by_one] == is_wrong.to_list()
    assert [each for each in one_by_one if each != "unread"] == found.dropna().to_list()


def test_the_years_that_a_shape_has_are_those_that_a_day_may_have():
    shape = next(iter(shapes.MOMENTS))
    having = [year for year in range(1, 10000) if re.fullmatch(shape, f"31/08/{year:04}")]
    assert (having[0], having[-1], len(having)) == (shapes.FIRST_YEAR, shapes.LAST_YEAR, 299)
