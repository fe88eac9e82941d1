"""Text that was not written in Unicode, turned into it; what is not certain is refused.

The tables here are written from the fonts' own: VN3 of TCVN 5712:1993 in Latin-1, and VNI Windows, a letter and its marks.
"""

import unicodedata

import pytest
from clerks import book
from folders import REGISTER, SOFTWARE, cells, folder
from hypothesis import given
from hypothesis import strategies as st
from tables import plain
from test_clerks_workbooks import remarks

from audit.findings import at_once
from audit.ground.terms import AuditError
from audit.reading import encodings, load

# A vowel with grave, hook, tilde, acute and dot below, as bytes of VN3.
VN3 = {
    "a": "B5 B6 B7 B8 B9", "ă": "BB BC BD BE C6", "â": "C7 C8 C9 CA CB", "e": "CC CE CF D0 D1", "ê": "D2 D3 D4 D5 D6",
    "i": "D7 D8 DC DD DE", "o": "DF E1 E2 E3 E4", "ô": "E5 E6 E7 E8 E9", "ơ": "EA EB EC ED EE", "u": "EF F1 F2 F3 F4",
    "ư": "F5 F6 F7 F8 F9", "y": "FA FB FC FD FE",
}  # fmt: skip
VN3_PLAIN = {"ă": "A8", "â": "A9", "ê": "AA", "ô": "AB", "ơ": "AC", "ư": "AD", "đ": "AE", "Ă": "A1", "Â": "A2", "Ê": "A3",
             "Ô": "A4", "Ơ": "A5", "Ư": "A6", "Đ": "A7"}  # fmt: skip
TONES = {"\u0300": 0, "\u0309": 1, "\u0303": 2, "\u0301": 3, "\u0323": 4}
# VNI puts a mark behind its letter: of a plain vowel, of one with a roof (â ê ô), of ă.
VNI_PLAIN, VNI_ROOF, VNI_BOWL = "øûõùï", "àåãáä", "èúüéë"
VNI_ALONE = {"đ": "ñ", "ơ": "ô", "ư": "ö", "â": "aâ", "ê": "eâ", "ô": "oâ", "ă": "aê"}
VNI_I = dict(zip("ìỉĩíị", "ìæóíò", strict=True)) | {"ỵ": "î"}


def parts(letter: str) -> tuple[str, str]:
    """A letter without its tone, and the tone."""
    apart = unicodedata.normalize("NFD", letter)
    tone = next((mark for mark in apart if mark in TONES), "")
    return unicodedata.normalize("NFC", apart.replace(tone, "")) if tone else letter, tone


def in_vn3(text: str) -> bytes:
    """Small letters and capitals without a tone: the font has no others."""
    out = b""
    for letter in text:
        base, tone = parts(letter)
        code = VN3[base].split()[TONES[tone]] if tone else VN3_PLAIN.get(letter, f"{ord(letter):02X}")
        out += bytes.fromhex(code)
    return out


def in_vni(text: str) -> str:
    out = ""
    for letter in text:
        small = letter.lower()
        base, tone = parts(small)
        if small in VNI_I:
            written = VNI_I[small]
        elif not tone:
            written = VNI_ALONE.get(small, small)
        elif base in "âêô":
            written = {"â": "a", "ê": "e", "ô": "o"}[base] + VNI_ROOF[TONES[tone]]
        elif base == "ă":
            written = "a" + VNI_BOWL[TONES[tone]]
        else:
            written = VNI_ALONE.get(base, base) + VNI_PLAIN[TONES[tone]]
        out += written.upper() if letter.isupper() else written
    return out


SENTENCES = [
    "Đăng ký khai sinh cho trẻ em", "Chứng thực chữ ký trong giấy tờ, văn bản", "Hồ sơ đã trả kết quả cho người nhận",
    "Đề nghị cấp bản sao trích lục hộ tịch", "thửa đất số 12 ở thôn Bịa Đặt", "Ngày hẹn trả kết quả", "Xã Mẫu Sơn quý hai",
    "Bộ phận tiếp nhận và trả kết quả", "tờ khai thay đổi, cải chính hộ tịch", "Quyết định hưởng trợ cấp xã hội",
]  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_fonts_tables_are_those_that_were_published(sentence):
    assert encodings.converted(in_vn3(sentence).decode("latin-1"), "TCVN3") == sentence
    assert encodings.converted(in_vni(sentence), "VNI") == sentence
    assert encodings.converted(in_vni(sentence.upper()), "VNI") == sentence.upper()


VOWELS = [unicodedata.normalize("NFC", base + tone) for base in "aăâeêioôơuưy" for tone in ("", *TONES)]


def test_every_letter_of_the_alphabet_comes_back():
    for vowel in VOWELS:
        word = f"đ{vowel}" if vowel[0] != "y" else vowel
        assert encodings.CONVERTED["TCVN3"](in_vn3(word).decode("latin-1")) == word
        assert encodings.CONVERTED["VNI"](in_vni(word)) == word
        assert encodings.CONVERTED["VNI"](in_vni(word.upper())) == word.upper()


def csv_of(table: str, mark: str = ",") -> str:
    return "\n".join(mark.join(row) for row in cells(table)) + "\n"


WORDY = """
Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý | Tên thủ tục hành chính
H-1      | 01/04/2025     | 08/04/2025   | 10/04/2025          | Đăng ký khai sinh
H-2      | 01/04/2025     | 08/04/2025   | 08/04/2025          | Chứng thực chữ ký trong giấy tờ
"""


def in_1258(text: str) -> bytes:
    """Vowels with their hats, each tone behind its letter."""
    apart = "".join(base + tone for base, tone in map(parts, text))
    return apart.encode("cp1258")


WRITTEN = {
    "UTF-16": lambda text: text.encode("utf-16"), "UTF-16 big": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 bare": lambda text: text.encode("utf-16-le"), "Windows-1258": in_1258, "TCVN3": in_vn3,
    "VNI": lambda text: in_vni(text).encode("cp1252"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_a_csv_file_in_an_old_encoding_is_read_and_the_encoding_is_said(tmp_path, name):
    found = load.office(folder(tmp_path / "a", software__csv=WRITTEN[name](csv_of(WORDY))))
    assert [(row["dossier_id"], row["procedure"]) for row in plain(found.software)] == [
        ("H-1", "Đăng ký khai sinh"), ("H-2", "Chứng thực chữ ký trong giấy tờ"),
    ]  # fmt: skip
    encoding = name.partition(" ")[0]
    assert remarks(found, "software") == [f"bảng mã {encoding}, đã chuyển sang Unicode"]


def test_a_file_in_unicode_is_not_said_to_be_in_an_encoding(tmp_path):
    found = load.office(folder(tmp_path / "a", software__csv=csv_of(WORDY).encode("utf-8-sig")))
    assert remarks(found, "software") == []


@pytest.mark.parametrize("font", ["TCVN3", "VNI"])
def test_one_column_of_a_workbook_in_an_old_font_is_turned_and_the_others_stay(tmp_path, font):
    path = folder(tmp_path / "a", software__csv="")
    rows = cells(WORDY)
    for row in rows[1:]:
        row[4] = TURNED[font](row[4])
    book(path / "software.xlsx", rows)
    found = load.office(path)
    assert [row["procedure"] for row in plain(found.software)] == [
        "Đăng ký khai sinh",
        "Chứng thực chữ ký trong giấy tờ",
    ]
    assert remarks(found, "software") == [f"phông chữ cũ {font}, đã chuyển sang Unicode"]


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6))
def test_a_column_in_unicode_is_never_taken_for_an_old_font(sentences):
    assert encodings.column(sentences) is None
    for font in encodings.CONVERTED:
        assert [encodings.converted(one, font) for one in sentences] == sentences


TURNED = {"TCVN3": lambda text: in_vn3(text).decode("latin-1"), "VNI": in_vni}


@pytest.mark.parametrize(
    "code",
    ["000\xad.00.98.H98-250402-0003", "000·00·98·H98-250402-0003", "H\xad98-250402", "000.00.98.H98-2504\xad02-0003"],
    ids=ascii,
)
def test_a_sign_within_a_code_that_is_a_letter_in_an_old_font_makes_no_such_font_of_the_column(code):
    assert encodings.column(["000.00.98.H98-250401-0001", code]) is None


def test_a_soft_hyphen_within_a_code_changes_no_verdict(tmp_path):
    typed = at_once.result(load.office(folder(tmp_path / "a")))
    pasted = at_once.result(load.office(folder(tmp_path / "b", register__csv=REGISTER.replace("H-1", "H\xad-1", 1))))
    assert [(one.dossier_id, one.verdict) for one in pasted.judged] == [
        (one.dossier_id, one.verdict) for one in typed.judged
    ]


@pytest.mark.parametrize("font", TURNED)
def test_a_column_in_an_old_font_is_known_by_what_it_spells(font):
    assert encodings.column([TURNED[font](one) for one in SENTENCES]) == font


@pytest.mark.parametrize("text", ["Đăng ký khai sinh", "Đất ở"])
def test_a_column_of_words_that_begin_with_the_letter_d_is_known_too(text):
    assert encodings.column([TURNED["TCVN3"](text)]) == "TCVN3"


@pytest.mark.parametrize(
    "content",
    [
        csv_of(WORDY).encode() + b"\xff\xfe\xf8\xf9 \x81\x8d", b"\x00" + csv_of(WORDY).encode(), csv_of(SOFTWARE).encode("utf-16")[:-1],
        "Số hồ sơ,x\nđã".encode() + b"ng\xe0y\xff", "Дело,Срок\n1,2\n".encode("cp1251"), "文書,期限\n1,2\n".encode("shift_jis"),
        bytes(range(128, 256)) * 3,
    ],
)  # fmt: skip
def test_an_encoding_that_is_not_certain_is_refused_with_what_was_tried(tmp_path, content):
    with pytest.raises(AuditError, match=r"software\.csv.*TCVN3.*\.xlsx"):
        load.office(folder(tmp_path / "a", software__csv=content))


def test_a_text_that_is_no_vietnamese_after_the_conversion_either_is_marked_as_failed():
    assert encodings.converted("Müller & Söhne GmbH", "VNI") == encodings.FAILED + "Müller & Söhne GmbH"
    assert encodings.converted("H-1", "TCVN3") == "H-1"
    assert encodings.converted("Đăng ký", "TCVN3") == "Đăng ký"


def test_a_cell_of_which_the_conversion_is_not_certain_is_unread(tmp_path):
    path = folder(tmp_path / "a", software__csv="")
    rows = [*cells(WORDY), ["H-3", "01/04/2025", "08/04/2025", "08/04/2025", "¤Þ§Æ ¶¼ÿ"]]
    for row in rows[1:3]:
        row[4] = in_vn3(row[4]).decode("latin-1")
    book(path / "software.xlsx", rows)
    found = load.office(path)
    assert [(row["row"], row["column"]) for row in plain(found.problems)] == [(4, "Tên thủ tục hành chính")]


def test_a_register_in_an_old_font_has_its_signatures_read(tmp_path):
    path = folder(tmp_path / "a", register__csv=in_vn3(csv_of(REGISTER)))
    assert [row["signed"] for row in plain(load.office(path).register)] == [True, True]
