"""Letters: they say what the result says and nothing else, to whom it may be said; an apology to whom it is owed."""

import contextlib
import importlib.util
import io
import json
import re
import tomllib
import zipfile
from datetime import date
from functools import cache, partial
from pathlib import Path

import docx
import hostile
import pytest
from conftest import ROOT, SAMPLE, XA_MAU
from hostile import KEY
from searched import Searched
from test_leaks import decidable, kept_from_office, leaks
from typer.testing import CliRunner

from audit.commands.main import app
from audit.findings import at_once, check_days, schema
from audit.findings.edition import in_edition
from audit.findings.schema import Result
from audit.ground import terms, whole
from audit.ground.shipped import shipped
from audit.ground.terms import AuditError, Edition
from audit.letters import apologies, contents, kept, made, word
from audit.reading import load
from audit.reading.lines import reference_lines
from audit.reading.reference import calendar

FOLDERS = {"binh-phuoc": SAMPLE, "xa-mau": XA_MAU}
NUMBER = re.compile(r"\d[\d.,/]*\d|\d")
PARTS = {  # what each letter must hold: the research notes of this project, section 11
    "quyet-dinh": ("QUYẾT ĐỊNH", "Căn cứ", "Điều 1", "Thời kỳ kiểm tra", "Thời hạn", "Đoàn kiểm tra", "Nơi nhận"),
    "ke-hoach": ("Căn cứ", "Mục tiêu, yêu cầu", "Nội dung", "Đối tượng", "Thời kỳ", "Thời hạn", "Địa điểm", "phương thức",
                 "Thành phần", "Phân công", "Nguồn lực"),
    "yeu-cau": ("V/v", "Kính gửi", "Quyết định kiểm tra số ……", "thời kỳ", "trước ngày ……", "PHỤ LỤC 1", "PHỤ LỤC 2", "TT",
                "Mã hồ sơ", "Thủ tục", "trang, số", "Giấy tờ", "Bản gốc/sao", "Có/không", "Ghi chú", "Nơi nhận"),
    "giao-nhan": ("BIÊN BẢN GIAO NHẬN", "hồi …… giờ", "Bên giao", "Bên nhận", "thành …… bản", "BÊN GIAO", "BÊN NHẬN"),
    "bien-ban": ("BIÊN BẢN KIỂM TRA", "hồi …… giờ", "tại ……", "Quyết định", "Đoàn kiểm tra", "Đối tượng kiểm tra", "Nội dung",
                 "Kết quả kiểm tra, xác minh", "Ý kiến của đối tượng kiểm tra", "Kiến nghị, thời hạn", "thành …… bản",
                 "TRƯỞNG ĐOÀN", "không ký: người chứng kiến hoặc đại diện chính quyền cấp xã"),
    "bao-cao": ("I. Khái quát", "II. Kết quả", "III. Nhận xét", "IV. Kiến nghị", "Tính chất, mức độ, hậu quả", "Nguyên nhân",
                "Trách nhiệm", "Ý kiến khác nhau", "căn cứ pháp lý", "Biện pháp"),
    "ket-luan": ("Đánh giá", "Kết luận", "Tính chất", "nguyên nhân", "Biện pháp", "bất cập của quy định"),
    "chinh-du-lieu": ("V/v rà soát, chỉnh dữ liệu", "Kính gửi", "Phần mềm ghi", "Sổ, giấy tờ ghi"),
    "so-xin-loi": ("Mã hồ sơ", "Hẹn trả", "Chậm", "Đơn vị giữ", "Phải gửi trước ngày", "Đã gửi", "Hẹn lại"),
}  # fmt: skip
APOLOGY = ("Kính gửi: ……", "Địa chỉ: ……", "đã tiếp nhận", "Thủ tục: ……", "số biên nhận", "Ngày hẹn trả", "chuyển đến cơ quan: ……",
           "Lý do: ……", "xin lỗi", "Nơi nhận")  # fmt: skip


@cache
def result_of(name: str) -> Result:
    return at_once.result(office_of(name))


@cache
def office_of(name: str) -> load.Office:
    return load.office(FOLDERS[name])


@cache
def letters_of(name: str) -> dict[str, made.Made]:
    folder = FOLDERS[name]
    return made.letters(result_of(name), list(contents.KINDS), partial(kept.template, folder), office_of(name).key)


@cache
def told(name: str, of: Edition = Edition.OFFICE) -> Result:
    return in_edition(result_of(name), of, office_of(name).key)


def text_of(content: bytes) -> str:
    """Every text of every part of a Word file, headers and footers too."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [
            archive.read(one).decode()
            for one in archive.namelist()
            if re.search(r"(document|header\d|footer\d)\.xml$", one)
        ]
    lines = [line for part in parts for line in re.split(r"</w:p>", part)]
    found = ["".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", line)) for line in lines]
    return "\n".join(found).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def docs(name: str) -> dict[str, str]:
    return {file: text_of(one.content) for file, one in letters_of(name).items() if file.endswith(".docx")}


def template_of(file: str) -> bytes:
    name = Path(file).stem
    return (
        ROOT / "data/letters" / f"{name if name in (*contents.KINDS, contents.REGISTER) else 'xin-loi'}.docx"
    ).read_bytes()


def a_template(text: str) -> bytes:
    document, stream = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(stream)
    return stream.getvalue()


def said(template: bytes, **values) -> str:
    return text_of(word.filled("thu", template, values, result_of("binh-phuoc")))


# What they say ---------------------------------------------------------------------------------------------------------


def numbers_of(result: Result) -> set[str]:
    """The numbers and days that stand in a result, as Vietnamese writes them, and the totals of its lists."""
    written = result.as_json()
    days = {f"{d}/{m}/{y}" for y, m, d in re.findall(r"(\d{4})-(\d\d)-(\d\d)", written)}
    vietnamese = {one.replace(".", ",") for one in re.findall(r"\d+\.\d+", written)}
    shares = {f"{float(one):.2f}".replace(".", ",") for one in re.findall(r'"percent": ?(\d+\.\d+)', written)}
    fractions = {
        f"{share.numerator}/{share.denominator}"
        for one in result.on_time.values() for share in (one, one.at_least, one.at_most)
    }  # fmt: skip
    causes = {f"{one.dossiers}/{result.verdicts[one.verdict]}" for one in result.causes}
    return set(NUMBER.findall(written)) | days | vietnamese | shares | fractions | causes


def totals_of(result: Result) -> dict[str, set[str]]:
    """The counts that a letter makes itself, each of a list of the result: by the letter, so that no other may say it."""
    asked, owed = contents.questions(result), apologies.owed(result)
    in_time = [case for case in result.cases if apologies.is_in_time_on_paper(case)]
    undecided = {"not_proved", "closed_on_time_returned_late", "paper_contradicts_itself", "due_date_in_dispute", "no_due_date",
                 "on_time_not_checked"}  # fmt: skip
    papers = {len(result.papers), len({one.dossier_id for one in result.papers})}
    counted = {result.dossiers, len(result.problems), sum(result.late_in_software.values()),
               sum(count for verdict, count in result.verdicts.items() if verdict in undecided)}  # fmt: skip
    own = {"yeu-cau": papers | {len(asked)}, "giao-nhan": papers, "ke-hoach": papers | counted, "bien-ban": counted, "bao-cao": counted,
           "ket-luan": counted, "chinh-du-lieu": {len(in_time), result.dossiers},
           "so-xin-loi": {len(owed), len(in_time), sum(one.is_drafted for one in owed)}}  # fmt: skip
    own["bao-cao"] |= {len(one.dossiers) for one in result.contradictions}
    return {name: {str(one) for one in found} for name, found in own.items()}


@cache
def known(name: str, of: Edition) -> tuple[set[str], dict[str, set[str]]]:
    return numbers_of(told(name, of)), totals_of(told(name, of))


def strange_numbers(file: str, content: bytes, name: str, of: Edition) -> list[str]:
    """The numbers of a letter that are neither the result's nor the template's; a line's own number left out."""
    numbers, totals = known(name, of)
    numbers = numbers | totals.get(Path(file).stem, set()) | set(NUMBER.findall(text_of(template_of(file))))
    marks = "|".join(one.sha256[:12] for one in told(name, of).inputs)
    document = docx.Document(io.BytesIO(content))
    texts = [one.text for one in document.paragraphs]
    for table in document.tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        is_numbered = rows[0][0] == "TT"
        assert not is_numbered or [row[0] for row in rows[1:]] == [str(n) for n in range(1, len(rows))]
        texts += [cell for row in rows for cell in row[is_numbered:]]
    return [one for text in texts for one in NUMBER.findall(re.sub(marks, " ", text)) if one not in numbers]


@pytest.mark.parametrize("name", FOLDERS)
def test_every_number_in_a_letter_stands_in_the_result_or_in_the_template_as_the_law_it_cites(name):
    for file, one in letters_of(name).items():
        if file.endswith(".docx"):
            assert not strange_numbers(file, one.content, name, one.made_from.edition), file


@pytest.mark.parametrize("strange", ["12345", "31/12/2031", "99,87%", "11/104", "30/06/2025"])
def test_a_number_that_is_not_the_results_would_be_seen(strange):
    document, stream = docx.Document(), io.BytesIO()
    document.add_paragraph(f"Có {strange} trên 105 hồ sơ.")
    document.save(stream)
    assert strange_numbers("bien-ban.docx", stream.getvalue(), "xa-mau", Edition.OFFICE) == [strange.removesuffix("%")]


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("kind", ["bien-ban", "ket-luan", "bao-cao"])
def test_the_table_of_verdicts_is_that_of_the_result(name, kind):
    document = docx.Document(io.BytesIO(letters_of(name)[f"{kind}.docx"].content))
    rows = next(
        rows
        for table in document.tables
        if (rows := [[c.text for c in row.cells] for row in table.rows])[0][0] == "Kết luận"
    )
    result = result_of(name)
    counted = {verdict: count for verdict, count in result.verdicts.items() if count}
    total = str(sum(counted.values()))
    assert rows[1:] == [
        [terms.text(f"verdict.{verdict}", "vi"), str(count), total] for verdict, count in counted.items()
    ]


@pytest.mark.parametrize("name", FOLDERS)
def test_each_letter_is_a_draft_with_blanks_and_nothing_of_its_template_is_left(name):
    for file, text in docs(name).items():
        assert "DỰ THẢO" in text, file
        assert "……" in text or file == "so-xin-loi.docx", file
        assert not re.search(r"[{}]", text), file
        assert "None" not in text, file


@pytest.mark.parametrize("name", FOLDERS)
def test_each_letter_says_by_which_rules_which_files_and_on_which_day_it_was_made(name):
    for file, text in docs(name).items():
        result = told(name, letters_of(name)[file].made_from.edition)
        assert f"ngày kiểm tra {result.as_of:%d/%m/%Y}; quy tắc phiên bản {result.versions['rules']}" in text
        assert all(f"{one.name} ({one.sha256[:12]})" in text for one in result.inputs), file


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("kind", PARTS)
def test_a_letter_has_the_parts_that_its_basis_asks_for(name, kind):
    text = docs(name)[f"{kind}.docx"]
    assert not [part for part in PARTS[kind] if part not in text]
    if kind != "so-xin-loi":
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập – Tự do – Hạnh phúc" in text
        assert "Số: ……/……" in text


@pytest.mark.parametrize("file", sorted(path.name for path in (ROOT / "data/letters").glob("*.docx")))
def test_a_template_is_laid_out_as_decree_30_of_2020_asks(file):
    document = docx.Document(io.BytesIO((ROOT / "data/letters" / file).read_bytes()))
    section, style = document.sections[0], document.styles["Normal"]
    margins = [getattr(section, f"{side}_margin").mm for side in ("top", "bottom", "left", "right")]
    assert all(
        least <= round(one) <= most
        for one, (least, most) in zip(margins, [(20, 25), (20, 25), (30, 35), (15, 20)], strict=True)
    )
    assert style.font.name == "Times New Roman"
    assert 13 <= style.font.size.pt <= 14


def test_a_law_is_cited_only_on_days_on_which_it_was_in_force():
    assert "Luật Thanh tra số 84/2025/QH15" in docs("xa-mau")["bao-cao.docx"]
    assert result_of("binh-phuoc").as_of < contents.CHECKS_SINCE
    assert not [file for file, text in docs("binh-phuoc").items() if "2025/" in text]


def test_appendix_1_has_every_paper_of_the_result_in_its_order_and_appendix_2_asks_after_every_dossier():
    result, text = told("xa-mau"), docs("xa-mau")["yeu-cau.docx"]
    listed = contents.papers(result)["papers"]
    assert [(one["code"], one["where"]) for one in listed] == [(one.dossier_id, one.where) for one in result.papers]
    assert len(listed) == 37
    assert "37 giấy tờ của 33 hồ sơ" in text
    appendix = text.partition("PHỤ LỤC 2")[2]
    decided = ("on_time", "on_time_not_checked", "open", "stopped", "withdrawn", "refused")
    asked_after = [case.dossier_id for case in result.cases if case.verdict not in decided]
    assert len(asked_after) == 57
    assert not [code for code in asked_after if code not in appendix]


def test_each_soft_spot_of_a_report_is_a_question():
    result = told("binh-phuoc")
    asked = [one["asked"] for one in contents.questions(result)]
    assert len(result.soft_spots) == 18
    assert all(any(one.sentence in question for question in asked) for one in result.soft_spots)


def test_the_counts_of_a_letter_have_their_totals():
    text = docs("xa-mau")["bien-ban.docx"]
    assert "Kết luận quá hạn: 11 trên 105 hồ sơ" in text
    assert "Theo sổ, giấy tờ: từ 39/81 (48,15%) đến 70/81 (86,42%)" in text
    assert "Chưa đủ căn cứ kết luận: 32 trên 105 hồ sơ" in text


@pytest.mark.parametrize("kind", ["bien-ban", "ket-luan", "bao-cao"])
def test_a_list_with_dossiers_proved_in_time_on_paper_does_not_call_them_late(kind):
    text = docs("xa-mau")[f"{kind}.docx"]
    assert "Hồ sơ quá hạn, chỉ quá hạn trên phần mềm, chỉ có trong sổ giấy, hoặc chưa đủ căn cứ kết luận" in text
    assert "không kết luận đúng hạn" not in text
    found = {one["code"]: one for one in contents.counts(told("xa-mau"))["found"]}
    assert found["000.00.99.H99-250701-7320"]["verdict"] == "Quá hạn trên phần mềm, thực tế đúng hạn"
    assert len(found) == 57


def test_data_to_be_corrected_are_of_dossiers_that_paper_shows_in_time_alone():
    rows = {one["code"]: one for one in contents.correction(told("binh-phuoc"))["rows"]}
    assert sorted(rows) == [
        "000.17.53.H48-230731-0001", "000.17.53.H48-230808-0002", "000.17.53.H48-230825-0049", "000.17.53.H48-230828-0072",
        "000.17.53.H48-230911-0214",
    ]  # fmt: skip
    assert all("ngày kết thúc xử lý" in one["software"] and "sổ: trang" in one["paper"] for one in rows.values())


# To whom ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile_letters(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "xa-bia" / "2025-07"
    secrets = hostile.commune(folder)
    result = at_once.result(load.office(folder))
    return secrets, made.letters(result, list(contents.KINDS), partial(kept.template, folder), KEY)


def test_nothing_of_anybody_is_in_any_part_of_a_letter_to_the_office(hostile_letters):
    secrets, letters = hostile_letters
    files = {name: one.content for name, one in letters.items() if one.made_from.edition == Edition.OFFICE}
    files["letters.json"] = made.record({name: one.made_from for name, one in letters.items()})
    assert len(files) > 9
    assert not leaks(Searched(files), kept_from_office(decidable(secrets)))
    assert leaks(Searched(files), [one for one in secrets if one.place == "dossier_id"])


def test_no_applicant_signature_or_telephone_is_in_a_letter_of_the_internal_edition(hostile_letters):
    secrets, letters = hostile_letters
    files = {name: one.content for name, one in letters.items() if one.made_from.edition == Edition.INTERNAL}
    assert list(files) == ["bao-cao.docx"]
    assert not leaks(Searched(files), [one for one in decidable(secrets) if one.is_for_nobody])


def test_a_letter_has_no_author_and_no_time_of_its_own():
    for file, one in letters_of("xa-mau").items():
        if file.endswith(".docx"):
            core = docx.Document(io.BytesIO(one.content)).core_properties
            assert (core.author, core.last_modified_by, core.comments) == ("", "", "")
            assert core.modified.date() == date(2026, 1, 31)
            with zipfile.ZipFile(io.BytesIO(one.content)) as archive:
                assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_equal_inputs_give_equal_bytes():
    again = made.letters(
        result_of("xa-mau"), ["yeu-cau", "xin-loi"], partial(kept.template, XA_MAU), office_of("xa-mau").key
    )
    assert len(again) == 13
    assert all(one.content == letters_of("xa-mau")[file].content for file, one in again.items())


def test_the_templates_are_those_that_their_script_makes(tmp_path):
    spec = importlib.util.spec_from_file_location("make_templates", ROOT / "data/letters/make_templates.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(tmp_path)
    there = {path.name: path.read_bytes() for path in (ROOT / "data/letters").glob("*.docx")}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == there
    assert set(there) == {f"{kind}.docx" for kind in (*contents.KINDS, contents.REGISTER)}


CHECK = {"announced_on": date(2026, 10, 5), "decided_on": date(2026, 9, 7), "signed_on": date(2026, 10, 5)}


@pytest.fixture(scope="module")
def dated():
    """The letters of an inspection of which some days are known."""
    due = check_days.due(reference_lines("check_days.csv"), calendar(), "thanh_tra", CHECK)
    check = schema.CheckCalendar(kind="thanh_tra", due=tuple(due))
    found, kinds = result_of("xa-mau").model_copy(update={"check": check}), ["quyet-dinh", "ke-hoach", "yeu-cau"]
    letters = made.letters(found, kinds, partial(kept.template, XA_MAU), office_of("xa-mau").key)
    return {name: docx.Document(io.BytesIO(one.content)) for name, one in letters.items()}


@pytest.mark.parametrize("kind", ["quyet-dinh", "ke-hoach", "yeu-cau"])
def test_a_letter_says_by_which_day_what_is_due_by_which_article_and_leaves_a_blank_for_what_is_not_known(dated, kind):
    table = _calendar_of(dated[f"{kind}.docx"])
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert len(rows) == 10
    assert rows[0][1:] == [
        "Công bố quyết định thanh tra", "ngày ra quyết định: 07/09/2026", "22/09/2026", "28/09/2026",
        "Luật Thanh tra 84/2025/QH15, Điều 26",
    ]  # fmt: skip
    # 45 days after Monday 05/10: Thursday 19/11, 70: Monday 14/12; nine weeks of working days and one for 24/11, a day
    # off, end on Tuesday 08/12; fourteen, with 24/11 and 01/01/2027, on Wednesday 13/01
    assert rows[1][3:5] == ["19/11/2026; kéo dài: 14/12/2026", "08/12/2026; kéo dài: 13/01/2027"]
    assert rows[2][2:5] == ["ngày kết thúc thanh tra trực tiếp: ……", "……", "……"]
    assert rows[7][2] == "ngày ký kết luận: 05/10/2026 (mốc này cần người xác nhận: ……)"


def _calendar_of(document):
    return next(one for one in document.tables if len(one.columns) == 6 and one.cell(0, 3).text.startswith("Chậm nhất"))


def test_a_letter_without_a_check_has_no_calendar_and_no_empty_page_for_one():
    for name in ("quyet-dinh.docx", "ke-hoach.docx", "yeu-cau.docx"):
        assert "Chậm nhất" not in docs("xa-mau")[name]


# Apologies -------------------------------------------------------------------------------------------------------------

OWED = {  # worked by hand from data/xa-mau/2025-q3: verdict, how late, who held it, letter due before, sent, drafted
    "250708-8094": ("17/07/2025", "chưa có", "có"),
    "250711-1659": ("25/07/2025", "chưa có", "có"),
    "250714-3030": ("28/07/2025", "chưa có", "có"),
    "250715-4401": ("29/07/2025", "chưa có", "có"),
    "250716-5772": ("30/07/2025", "chưa có", "có"),
    "250717-7143": ("31/07/2025", "30/07/2025, trước ngày hẹn", "không"),
    "250718-8514": ("01/08/2025", "01/08/2025, không trước ngày hẹn", "không"),
    "250721-9885": ("04/08/2025", "31/07/2025, trước ngày hẹn", "không"),
    "250724-4998": ("15/08/2025", "05/08/2025; chưa xét được có kịp không", "không"),
    "250808-3450": ("22/08/2025", "chưa có", "có"),
    "250829-8757": ("16/09/2025", "chưa có", "không"),  # late by both records, not proved
    "250908-9354": ("22/09/2025", "chưa có", "có"),
    "250917-3207": ("01/10/2025", "chưa có", "có"),
    "250918-4578": ("02/10/2025", "chưa có", "có"),
    "250919-5949": ("03/10/2025", "chưa có", "có"),
}


def lines_of(result: Result) -> dict[str, dict]:
    return {one["code"][-11:]: one for one in contents.register(result)["rows"]}


def test_the_register_of_apologies_of_xa_mau_is_that_worked_by_hand():
    lines = lines_of(told("xa-mau"))
    assert {code: (one["before"], one["sent"], one["draft"]) for code, one in lines.items()} == OWED
    assert lines["250708-8094"]["holder"] == "Phòng Văn hóa – Xã hội xã Mẫu"
    assert lines["250717-7143"]["new_due"] == "08/08/2025"
    assert lines["250716-5772"]["late"] == "ký kết quả: 4; trả: 6; kết thúc trên phần mềm: 6"


def test_a_draft_is_written_for_each_that_is_owed_one_and_for_nobody_else():
    files = [file for file in letters_of("xa-mau") if file.startswith("xin-loi-")]
    drafted = [code for code, (_, _, is_drafted) in OWED.items() if is_drafted == "có"]
    assert files == [f"xin-loi-000.00.99.H99-{code}.docx" for code in drafted]
    text = docs("xa-mau")[files[0]]
    assert not [part for part in APOLOGY if part not in text]
    assert "000.00.99.H99-250708-8094" in text


def test_no_apology_for_what_is_late_in_the_software_alone_closed_there_or_not():
    owed = {one.case.dossier_id: one for one in apologies.owed(told("xa-mau"))}
    in_time = [case for case in told("xa-mau").cases if case.verdict == "late_only_in_software"]
    assert len(in_time) == 11
    never_closed = "000.00.99.H99-250905-7983"  # overdue in the software, returned in time by a signed line
    assert not owed.keys() & {never_closed, *(case.dossier_id for case in in_time)}
    assert never_closed in contents.register(told("xa-mau"))["not_owed"]


def test_binh_phuoc_owes_no_apology():
    assert apologies.owed(told("binh-phuoc")) == []
    assert not [file for file in letters_of("binh-phuoc") if file.startswith("xin-loi-")]
    assert "Hồ sơ quá hạn đã xét: 0; có dự thảo văn bản xin lỗi kèm theo: 0" in docs("binh-phuoc")["so-xin-loi.docx"]


@pytest.mark.parametrize("unseen", [{"are_apologies_missing": True}, {"not_wholly_seen": ("apologies",)}])
def test_no_apology_is_drafted_for_an_overdue_dossier_while_letters_have_not_been_seen(unseen):
    lines = lines_of(told("xa-mau").model_copy(update=unseen))
    assert lines["250908-9354"]["sent"].startswith("chưa biết")
    assert lines["250908-9354"]["draft"] == "không"


def test_an_apology_bears_the_title_of_the_form_in_force_on_the_day_it_is_written():
    assert apologies.form(date(2025, 9, 14)) == "Phiếu xin lỗi và hẹn lại ngày trả kết quả"
    assert apologies.form(date(2025, 9, 15)) == "Văn bản xin lỗi và đề nghị gia hạn"
    draft = docs("xa-mau")["xin-loi-000.00.99.H99-250708-8094.docx"]
    assert "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN" in draft
    lines = lines_of(told("xa-mau"))
    assert (lines["250708-8094"]["form"][:5], lines["250908-9354"]["form"][:5]) == ("Phiếu", "Văn b")


def test_a_cell_of_the_register_is_no_formula_in_a_spreadsheet():
    result = told("xa-mau")
    case = next(one for one in result.cases if one.holder_at_due).model_copy(
        update={"holder_at_due": "=cmd|' /C calc'!A0"}
    )
    written = apologies.as_csv(result.model_copy(update={"cases": (case,)})).decode("utf-8-sig")
    assert ",'=cmd|" in written
    assert len(apologies.as_csv(result).decode().splitlines()) == 16


# Templates and values are hostile ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", ["{{ 7*7 }}", "{% raw %}", '<w:fldSimple w:instr="DDE"/>', "</w:t></w:r>&", "{_{ 7*7 }_}"]
)
def test_what_stands_in_a_value_is_text_and_neither_field_nor_template(value):
    content = word.filled("thu", a_template("DỰ THẢO {{ x }}"), {"x": value}, result_of("binh-phuoc"))
    shown = docx.Document(io.BytesIO(content)).paragraphs[0].text
    assert shown.replace(" ", "").replace("{_{", "{{").replace("}_}", "}}") == f"DỰTHẢO{value}".replace(
        " ", ""
    ).replace("{_{", "{{").replace("}_}", "}}")
    assert b"<w:fldSimple" not in zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml")


def test_signs_that_steer_a_page_or_that_nobody_sees_are_taken_out_of_a_value():
    assert word.plain({"a": ["x\x0cy\n\tz\u202e\x00"]}) == {"a": ["x y  z"]}


@pytest.mark.parametrize(
    "text",
    [
        "{{ x.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ y }}",
        "{% for %}",
        "{{ x.append(1) }}",
        "{% include 'a' %}",
        "{{ 1/0 }}",
    ],
)
def test_a_template_that_reaches_for_more_than_its_letter_is_refused(text):
    with pytest.raises(AuditError, match=r"thu\.docx"):
        said(a_template(text), x=["a"])


def with_part(part: str, content: bytes) -> bytes:
    stream = io.BytesIO(a_template("{{ x }}"))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(part, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "template",
    [
        b"no zip", with_part("word/vbaProject.bin", b"x"), with_part("word/embeddings/oleObject1.bin", b"x"),
        with_part("word/x.xml", b"<w:instrText>DD</w:instrText><w:instrText>EAUTO c</w:instrText>"),
        with_part("word/x.xml", b'<w:fldSimple w:instr="INCLUDETEXT a"/>'), with_part("word/x.xml", b"<w:altChunk/>"),
        with_part("word/_rels/x.rels", b'<Relationship Type="a/attachedTemplate" Target="http://a" TargetMode="External"/>'),
        with_part("word/x.xml", bytes(21_000_000)),
    ],
)  # fmt: skip
def test_a_template_that_brings_code_or_fetches_or_is_too_big_is_refused(template):
    with pytest.raises(AuditError):
        said(template, x="a")


def test_a_link_that_a_reader_follows_is_no_reason_to_refuse_a_template():
    link = b'<Relationship Type="a/hyperlink" Target="http://a" TargetMode="External"/>'
    assert "DỰ THẢO\na" in said(with_part("word/x.rels", link), x="a")


def test_an_offices_own_template_is_taken_and_marked_as_a_draft(sample):
    (sample / "letters").mkdir()
    (sample / "letters" / "ket-luan.docx").write_bytes(a_template("Mẫu của tỉnh: {{ commune }}, {{ total }} hồ sơ"))
    office = load.office(sample)
    [(name, one)] = made.letters(
        result_of("binh-phuoc"), ["ket-luan"], partial(kept.template, sample), office.key
    ).items()
    assert name == "ket-luan.docx"
    assert text_of(one.content).startswith("DỰ THẢO\nMẫu của tỉnh: xã Bình Phước, 314 hồ sơ")


# On disk ---------------------------------------------------------------------------------------------------------------


def changed(letters: dict[str, made.Made], **other) -> dict[str, made.Made]:
    """The same letters, made from something else."""
    return {name: made.Made(one.content + b" ", one.made_from.model_copy(update={**other, "sha256": made._hash(one.content + b" ")}))
            for name, one in letters.items()}  # fmt: skip


def test_a_letter_made_again_says_what_it_was_made_from_that_is_another(tmp_path):
    letters = {"ke-hoach.docx": letters_of("binh-phuoc")["ke-hoach.docx"]}
    kept.write(tmp_path, changed(letters, rules="2020-01-01", files=("0",)), ["ke-hoach"], force=False)
    assert kept.write(tmp_path, letters, ["ke-hoach"], force=False).older == {"ke-hoach.docx": ("rules", "files")}
    assert kept.write(tmp_path, letters, ["ke-hoach"], force=False).older == {}


def test_every_file_that_was_read_counts_though_the_office_may_not_see_the_names_of_two():
    names = [one.name for one in told("xa-mau").inputs]
    assert len(set(names)) < len(names)
    assert len(letters_of("xa-mau")["bao-cao.docx"].made_from.files) == len(names) == len(result_of("xa-mau").inputs)


def test_the_templates_come_along_where_the_program_looks_for_them():
    included = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]["force-include"]
    assert included["data/letters"] == "audit/letter_templates"
    assert shipped("letter_templates/bao-cao.docx") == ROOT / "data/letters/bao-cao.docx"


def test_a_letter_that_somebody_has_changed_is_not_written_over(tmp_path):
    letters = {name: letters_of("binh-phuoc")[name] for name in ("ke-hoach.docx", "quyet-dinh.docx")}
    kept.write(tmp_path, letters, ["ke-hoach"], force=False)
    (tmp_path / "ke-hoach.docx").write_bytes(b"by hand")
    (tmp_path / "quyet-dinh.docx").unlink()
    with pytest.raises(AuditError, match=r"ke-hoach\.docx"):
        kept.write(tmp_path, letters, ["ke-hoach"], force=False)
    assert (tmp_path / "ke-hoach.docx").read_bytes() == b"by hand"
    assert not (tmp_path / "quyet-dinh.docx").exists()
    kept.write(tmp_path, letters, ["ke-hoach"], force=True)
    assert (tmp_path / "ke-hoach.docx").read_bytes() == letters["ke-hoach.docx"].content


@pytest.mark.parametrize("writes", range(6))
def test_letters_that_were_being_made_again_when_the_run_was_stopped_are_nobodys_work(tmp_path, monkeypatch, writes):
    letters = {name: letters_of("binh-phuoc")[name] for name in ("ke-hoach.docx", "quyet-dinh.docx")}
    older = changed(letters, rules="2020-01-01")
    kept.write(tmp_path, older, ["ke-hoach"], force=False)

    def stopped_after(number: int) -> None:
        write, done = whole.write, []

        def until(*given, **how) -> None:
            if len(done) == number:
                raise KeyboardInterrupt
            done.append(write(*given, **how))

        with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
            patch.setattr(whole, "write", until)
            kept.write(tmp_path, changed(older, rules="2021-01-01"), ["ke-hoach"], force=False)

    stopped_after(writes)
    stopped_after(2)
    kept.write(tmp_path, letters, ["ke-hoach"], force=False)
    assert {name: (tmp_path / name).read_bytes() for name in letters} == {
        name: one.content for name, one in letters.items()
    }
    assert '"before"' not in (tmp_path / made.RECORD).read_text(encoding="utf-8")


def test_what_somebody_has_changed_stays_theirs_after_a_run_that_was_to_write_over_it_was_stopped(
    tmp_path, monkeypatch
):
    letters = {name: letters_of("binh-phuoc")[name] for name in ("ke-hoach.docx", "quyet-dinh.docx")}
    kept.write(tmp_path, letters, ["ke-hoach"], force=False)
    (tmp_path / "quyet-dinh.docx").write_bytes(b"by hand")
    write = whole.write

    def stopped_at_a_letter(path, *given, **how) -> None:
        if path.suffix == ".docx":
            raise KeyboardInterrupt
        write(path, *given, **how)

    with monkeypatch.context() as patch:
        patch.setattr(whole, "write", stopped_at_a_letter)
        with pytest.raises(KeyboardInterrupt):
            kept.write(tmp_path, changed(letters), ["ke-hoach"], force=True)
    with pytest.raises(AuditError, match=r"quyet-dinh\.docx"):
        kept.write(tmp_path, changed(letters), ["ke-hoach"], force=False)
    assert (tmp_path / "quyet-dinh.docx").read_bytes() == b"by hand"


def test_an_apology_that_is_owed_no_more_is_taken_away_unless_somebody_has_changed_it(tmp_path):
    letters = {name: one for name, one in letters_of("xa-mau").items() if one.made_from.kind == "xin-loi"}
    gone, by_hand = [name for name in letters if name.startswith("xin-loi-")][:2]
    kept.write(tmp_path, letters, ["xin-loi"], force=False)
    (tmp_path / by_hand).write_bytes(b"by hand")
    left = {name: one for name, one in letters.items() if name not in (gone, by_hand)}
    assert kept.write(tmp_path, left, ["ke-hoach"], force=False).left_over == []
    written = kept.write(tmp_path, left, ["xin-loi"], force=False)
    assert (written.left_over, written.kept) == ([gone], [by_hand])
    assert not (tmp_path / gone).exists()
    assert (tmp_path / by_hand).read_bytes() == b"by hand"
    assert gone not in json.loads((tmp_path / made.RECORD).read_text(encoding="utf-8"))["letters"]


def test_a_record_that_names_files_elsewhere_is_not_followed(tmp_path):
    one = letters_of("binh-phuoc")["ke-hoach.docx"].made_from
    listed = made.record({"../elsewhere.docx": one, "ke-hoach.docx": one})
    assert list(made.read(listed)) == ["ke-hoach.docx"]
    assert made.read(b"[1") == made.read(b"[]") == made.read(None) == {}


def test_two_codes_that_are_one_file_name_get_two():
    names: set[str] = set()
    assert [made._name(code, names) for code in ("H/1", "h-1", "../..", "")] == [
        "xin-loi-H-1.docx", "xin-loi-h-1-2.docx", "xin-loi--.docx", "xin-loi---2.docx",
    ]  # fmt: skip


def test_the_command_writes_the_kinds_that_are_named_and_refuses_others(sample, tmp_path):
    out = tmp_path / "out"
    answer = CliRunner().invoke(app, ["letters", str(sample), "ke-hoach", "xin-loi", "--out", str(out)])
    assert answer.exit_code == 0, answer.output
    assert {path.name for path in out.iterdir()} == {"ke-hoach.docx", "so-xin-loi.docx", "so-xin-loi.csv", made.RECORD}
    assert "4 tệp" in answer.output or "3 tệp" in answer.output
    answer = CliRunner().invoke(app, ["letters", str(sample), "don-xin", "--out", str(out)])
    assert answer.exit_code == 1
    assert "don-xin" in answer.output
    answer = CliRunner().invoke(app, ["letters", str(sample), "--out", str(sample / "x")])
    assert answer.exit_code == 1
