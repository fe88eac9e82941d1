"""The page's pieces and the workbook: numbers with totals, words in both languages, and nothing that runs."""

import io
import re

import pytest
from folders import SOFTWARE, folder
from python_calamine import CalamineWorkbook
from test_sample import audited

from audit import report, terms

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'
FORMULA = '=HYPERLINK("http://example.org","x")'
PIECES = (
    report.answer,
    report.cases,
    report.causes,
    report.on_time,
    report.claims,
    report.problems,
    report.accounting,
    report.method,
    report.files,
)


def hostile(path):
    software = SOFTWARE.replace("Số hồ sơ", "Cơ quan/đơn vị | Tên lĩnh vực | Số hồ sơ").replace(
        "H-1", f"{FORMULA} | {HOSTILE} | H-1{HOSTILE}"
    )
    software = software.replace("H-2", f"{FORMULA} | {HOSTILE} | {FORMULA}")
    claims = f"claim | measure | written | unit | section | quote\nA | {HOSTILE} | {FORMULA} | dossier | {HOSTILE} | {HOSTILE}"
    return folder(path, software__csv=software, claims__csv=claims)


def test_nothing_from_a_file_becomes_markup(tmp_path):
    found = audited(hostile(tmp_path / "a"))
    page = "".join(piece(found).html for piece in PIECES)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;img src=x onerror=" in page


def test_nothing_from_a_file_becomes_a_formula(tmp_path):
    book = report.workbook(audited(hostile(tmp_path / "a")))
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(book))
    texts = [
        str(cell) for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python() for cell in row
    ]
    assert FORMULA in texts  # as text
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert not any(b"<f>" in parts.read(name) or b"<hyperlink" in parts.read(name) for name in parts.namelist())


@pytest.mark.parametrize("lang", terms.LANGUAGES)
def test_every_piece_is_shown_in_both_languages(tmp_path, lang):
    found = audited(folder(tmp_path / "a"), lang)
    for piece in PIECES:
        assert piece(found).html.strip()


@pytest.mark.parametrize(
    ("register", "sentence"),
    [
        (
            "H-1 | 08/04/2025 | Đã ký",
            "Phần mềm ghi 1 trong 2 hồ sơ đã giải quyết là quá hạn: giấy tờ chứng minh cả 1 đã có kết quả đúng hạn.",
        ),
        (
            "H-1 | 09/04/2025 | Đã ký",
            "0 trong 1 đã có kết quả đúng hạn; 1 trong 1 trễ hạn trên thực tế; 0 trong 1 chưa đủ căn cứ kết luận.",
        ),
        (
            "H-1 |  | ",
            "0 trong 1 đã có kết quả đúng hạn; 0 trong 1 trễ hạn trên thực tế; 1 trong 1 chưa đủ căn cứ kết luận.",
        ),
        ("H-2 | 09/04/2025 | Đã ký", "Chiều ngược lại: 1 trong 1 hồ sơ phần mềm ghi đúng hạn có giấy tờ ghi khác"),
        ("H-1 | 08/04/2025 | Đã ký", "1 trong 1 hồ sơ phần mềm ghi đúng hạn chưa đối chiếu được với giấy tờ."),
    ],
)
def test_the_answer_is_a_sentence_with_every_number_of_its_total(tmp_path, register, sentence):
    found = audited(folder(tmp_path / "a", register__csv=f"Mã hồ sơ | Trả kết quả | Ký nhận\n{register}"))
    assert sentence in report.sentence(found)


def test_dossiers_in_unreadable_rows_are_said_aloud_on_the_first_screen(tmp_path):
    found = audited(folder(tmp_path / "a", software__csv=SOFTWARE.replace("08/04/2025 08:00", "31/04/2025")))
    assert "1 trong 2 hồ sơ nằm ở những dòng không đọc được" in report.sentence(found)
    assert found.on_time["records"].at_least.denominator == 2


def test_a_timeline_carries_its_own_text(tmp_path):
    found = audited(folder(tmp_path / "a"))
    case = next(case for case in found.cases if case.dossier_id == "H-1")
    described = (
        "Tiếp nhận 01/04/2025, hẹn trả 08/04/2025. Phần mềm: kết thúc 10/04/2025. Trên giấy: trả, ký nhận 08/04/2025."
    )
    assert described in report.timeline(case, found)


@pytest.mark.parametrize(
    "register", ["H-1 | 01/04/2025 | 08/04/2025 | 08/04/2025", "Z-1 | | | 09/04/2025", "Z-1 | | | "]
)
def test_any_case_can_be_shown_whatever_dates_are_missing(tmp_path, register):
    software = "Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý\nH-1 | 01/04/2025 | | \nH-3 | 08/04/2025 | 08/04/2025 | "
    files = {
        "software__csv": software,
        "register__csv": f"Mã hồ sơ | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả\n{register}",
    }
    assert "<article" in report.cases(audited(folder(tmp_path / "a", **files))).html


PLACEHOLDER = re.compile(r"{(\w+)}")


def test_every_text_has_both_languages_with_the_same_places_to_fill():
    for key, words in terms.keys().items():
        assert set(words) == {"vi", "en"}, key
        assert set(PLACEHOLDER.findall(words["vi"])) == set(PLACEHOLDER.findall(words["en"])), key


def test_every_term_and_rule_has_its_words():
    from audit import judge, summarise  # noqa: PLC0415
    from audit.check.identities import IDENTITIES  # noqa: PLC0415
    from audit.check.recount import MEASURE_NAMES  # noqa: PLC0415

    wanted = [f"verdict.{v}" for v in terms.Verdict] + [f"cause.{c}" for c in terms.Cause]
    wanted += [f"population.{p}" for p in terms.Population] + [f"outcome.{o}" for o in terms.Outcome]
    wanted += [f"rule.{rule.name}" for rule in judge.RULES] + [f"cause_rule.{rule.name}" for rule in judge.CAUSES]
    wanted += [f"on_time.{d.name}" for d in summarise.DEFINITIONS] + [f"identity.{i.name}" for i in IDENTITIES]
    wanted += [f"measure.{name}" for name in MEASURE_NAMES] + ["rule.due_dates_disagree"]
    assert not [key for key in wanted if not terms.has(key)]


def test_no_word_on_the_page_speaks_of_intent():
    intent = re.compile(
        r"cố ý|cố tình|gian lận|gian dối|làm giả|giả mạo|che giấu|lỗi của|vi phạm|falsif|fraud|deliberate|intent|cheat|conceal|guilt",
        re.IGNORECASE,
    )
    assert not [
        key
        for key, words in terms.keys().items()
        if not key.startswith("error.") and any(intent.search(text) for text in words.values())
    ]
