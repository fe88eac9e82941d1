"""The page's pieces and the workbook: numbers with totals, words in both languages, and nothing that runs."""

import html
import io
import re
from datetime import date

import pytest
from conftest import SAMPLE, XA_MAU
from folders import SOFTWARE, folder
from python_calamine import CalamineWorkbook
from test_sample import audited

from audit import judge, load, report, terms

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'
FORMULA = '=HYPERLINK("http://example.org","x")'
PIECES = (
    report.answer, report.cases, report.causes, report.units, report.on_time, report.undecided, report.claims,
    report.problems, report.contradictions, report.leads, report.accounting, report.sources, report.method, report.files,
)  # fmt: skip
INTENT = {  # what anybody meant, no record shows
    "vi": r"cố ý|cố tình|gian lận|gian dối|làm giả|giả mạo|che giấu|đối phó|bao che|tiêu cực|khai khống|khai man|thông đồng|"
          r"vô trách nhiệm|(?<!xin )lỗi của|vi phạm|thiếu trách nhiệm|tắc trách|nhũng nhiễu|trục lợi|hợp thức hóa|sai phạm",
    "en": r"intent|deliberate|on purpose|fraud|falsif|forg(e|ed|ery)\b|fake|conceal|\bhid(e|es|ing)\b|cover.?up|cheat|manipulat|"
          r"collu|dishonest|negligen|guilt|culprit|misconduct|backdat",
}  # fmt: skip


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
def test_no_words_of_intent_stand_on_the_page(lang):
    for sample in (SAMPLE, XA_MAU):
        found = audited(sample, lang)
        page = html.unescape(" ".join(piece(found).html for piece in PIECES))
        assert not (met := re.search(INTENT[lang], page, re.IGNORECASE)), met
    said = " ".join(words[lang] for key, words in terms.keys().items() if not key.startswith("error."))
    assert not (met := re.search(INTENT[lang], said, re.IGNORECASE)), met


def test_what_is_not_confirmed_as_law_says_so_where_it_is_named():
    found = audited(XA_MAU)
    unsure = [source for source in found.sources if source.sureness == "u"]
    assert unsure
    page = report.sources(found).html
    assert page.count(terms.text("sureness.u", "vi")) == len(unsure)
    case = next(case for case in found.cases if any(source.id in case.sources for source in unsure))
    assert (
        terms.text("sureness.u", "vi")
        in report.cases(found).html.split(f"<h3>{case.dossier_id}")[1].split("</article>")[0]
    )


def test_of_two_versions_of_a_form_a_case_names_the_one_in_force_when_it_was_received():
    found = {case.dossier_id: case for case in audited(XA_MAU).cases}
    for case in found.values():
        versions = {
            source.partition("/")[2] for source in case.sources if source.startswith(("register/", "control_slip/"))
        }
        assert versions <= ({"2018"} if case.received_on < date(2025, 7, 1) else {"2025"})
    assert all("register/2018" not in case.sources for case in found.values() if case.received_on.month >= 7)


def test_every_rule_says_why_what_would_change_it_and_what_it_rests_on():
    for lang in terms.LANGUAGES:
        for rule in judge.RULES:
            assert terms.text(f"rule.{rule.name}", lang)
            assert terms.has(f"change.{rule.name}") or terms.has(f"change.{rule.answer}")
    topics = {source["topic"] for source in load.office(SAMPLE).sources}
    assert all(rests_on and set(rests_on) <= topics for rests_on in judge.RESTS_ON.values())
    assert all(terms.has(f"topic.{topic}") for topic in topics)
    assert all(terms.has(f"cause_rule.{rule.name}") for rule in judge.CAUSES)


def test_a_count_of_days_names_each_day_off_and_the_decision_made_after_the_receipt():
    office = load.office(XA_MAU)
    said = report.day_by_day(*load.term_of(office, "H99.99.00-250930-5241"), lang="vi")
    assert said.startswith("Từ sau ngày 30/09/2025 đến hết ngày 02/01/2026: 66 ngày làm việc.")
    last = said.splitlines()[-1]
    assert "02/01/2026" in last
    assert "12729/VPCP-KGVX" in last
    assert "quyết định sau ngày tiếp nhận" in last
    assert len(said.splitlines()) == 1 + 94  # 31 + 30 + 31 days to the end of the year, and two


def test_a_dossier_that_no_record_has_cannot_be_counted():
    with pytest.raises(terms.AuditError, match="nope"):
        load.term_of(load.office(XA_MAU), "nope")


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
        "Tiếp nhận 01/04/2025, hẹn trả 08/04/2025. Phần mềm: kết thúc 10/04/2025. Trên giấy: ngày trả 08/04/2025."
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
