"""The whole run on the sample and on spoiled copies of it: messages, sentences, and every row accounted for."""

import copy
import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, SAMPLE
from folders import xlsx
from typer.testing import CliRunner

from audit.commands.main import app
from audit.findings import at_once, next_period
from audit.ground import whole
from audit.ground.terms import AuditError
from audit.reading import load, sheets
from audit.running import execute, outputs

PARAMETERS = {"as_of": "", "lang": "vi", "edition": "internal"}
PLACE = re.compile(r'<a id="[a-z-]+"></a>')  # where links in a notebook lead; on the page a heading is that place
FILES = {"audit.html", "audit.ipynb", "cases.xlsx", "manifest.json", "result.json"}


def audited(folder: Path, out: Path, **parameters: str) -> outputs.Audit:
    return outputs.audits([folder], out, PARAMETERS | parameters)[0]


def rewritten(folder: Path, name: str, change) -> None:
    """The file of a record with every row put through `change(number, cells)`; None leaves a row out."""
    sheet = sheets.read(name, (folder / name).read_bytes())[0]
    rows = [new for number, cells in sheet.rows if (new := change(number, list(cells))) is not None]
    (folder / name).unlink()
    if name.endswith(".xlsx"):
        xlsx(folder / name, {"Sổ": rows})
    else:
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


def result_of(audit: outputs.Audit) -> dict:
    assert audit.error is None, audit.error
    found = json.loads((audit.page.parent / "result.json").read_text(encoding="utf-8"))
    for rows in found["accounting"].values():
        assert rows["rows"] == rows["judged"] + rows["problems"] + rows["duplicates"]
    return found


def page_of(audit: outputs.Audit) -> str:
    return re.sub(r"<[^>]+>", "", audit.page.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> outputs.Audit:
    return audited(SAMPLE, tmp_path_factory.mktemp("out"))


def test_the_sample_gives_four_files_named_by_commune_and_period(done):
    assert done.name == "binh-phuoc/2023-09"
    assert {path.name for path in done.page.parent.iterdir()} == FILES
    assert done.page.parent.parent.name == "binh-phuoc"
    assert not list(done.page.parent.parent.glob(".*"))


def test_every_output_of_the_notebook_is_on_the_page(done):
    notebook = nbformat.read(done.page.with_name("audit.ipynb"), as_version=4)
    page = done.page.read_text(encoding="utf-8")
    shown = [c for c in notebook.cells if c.cell_type == "code" and "not-on-page" not in c.metadata.get("tags", [])]
    pieces = [PLACE.sub("", output.data["text/html"]) for cell in shown for output in cell.outputs]
    assert len(pieces) == 24
    assert all(piece.replace("\n\n", "\n") in page.replace("\n\n", "\n") for piece in pieces)


def test_every_link_leads_somewhere_in_the_record_too_and_on_the_page_each_place_is_there_once(done):
    notebook = nbformat.read(done.page.with_name("audit.ipynb"), as_version=4)
    outputs_ = "".join(
        one.data.get("text/html", "") for cell in notebook.cells for one in cell.get("outputs", []) if "data" in one
    )
    page = done.page.read_text(encoding="utf-8")
    for html in (outputs_, page):
        places = re.findall(r'\bid="?([\w-]+)', html)
        assert len(places) == len(set(places)) > 30
        assert {"claims", "causes"} <= set(re.findall(r'href="#([\w-]+)"', html)) <= set(places)
    assert not PLACE.search(page)


def test_a_record_that_is_not_trusted_says_to_read_the_page_and_a_trusted_one_does_not(done):
    notebook = nbformat.read(done.page.with_name("audit.ipynb"), as_version=4)
    (style,) = (cell.outputs[0].data["text/html"] for cell in notebook.cells if cell.source.startswith("report.style("))
    sheet, _, told = style.partition("</style>")  # JupyterLab takes the sheet out of a notebook that it does not trust
    assert re.fullmatch(r'<p class="unstyled"><strong>[^<]*audit\.html[^<]*</strong></p>', told)
    assert ".jp-RenderedHTMLCommon .unstyled {display: none}" in sheet
    assert ".jp-RenderedHTMLCommon :is(dt, dd) {float: none; width: auto}" in sheet
    assert "unstyled" not in done.page.read_text(encoding="utf-8")


def test_a_picture_has_its_size_and_colours_where_no_style_reaches_it(done):
    page = done.page.read_text(encoding="utf-8")
    pictures = re.findall(r"<svg([^>]*)>(.*?)</svg>", page, re.DOTALL)
    assert len(pictures) > 10
    for head, drawn in pictures:
        assert re.search(r"\bwidth=.+\bheight=", head)
        assert "fill=" in head or len(re.findall("<rect", drawn)) == len(re.findall("<rect[^>]* fill=", drawn)) > 0


@pytest.mark.parametrize("name", ["audit_commune", "audit_rollup", "audit_sample"])
def test_a_notebook_shows_what_it_found_and_its_parameters_and_folds_its_code(name):
    cells = [
        one
        for one in nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
        if one.cell_type == "code"
    ]
    shown = [one for one in cells if not one.metadata.get("jupyter", {}).get("source_hidden")]
    assert [one.metadata.tags for one in shown] == [["parameters"]]
    assert sum(one.source == "report.style(lang)" for one in cells) == 1


def test_neither_names_nor_telephones_of_applicants_are_in_any_output(done):
    personal = {"Cán bộ Mẫu", "Thôn Giả Định"}
    for _, cells in sheets.read("software.xlsx", (SAMPLE / "software.xlsx").read_bytes())[0].rows[4:-1]:
        personal |= {cells[9], cells[10]}
    assert len(personal) > 600
    book = "".join(
        cell
        for sheet in sheets.read("cases.xlsx", done.page.with_name("cases.xlsx").read_bytes())
        for _, row in sheet.rows
        for cell in row
    )
    texts = [book, *(done.page.with_name(name).read_text(encoding="utf-8") for name in FILES - {"cases.xlsx"})]
    assert not [value for value in personal for text in texts if value in text]


def test_the_notebook_takes_the_steps_of_the_pipeline(done):
    office = load.office(SAMPLE)
    found = next_period.with_earlier(at_once.result(office), office, SAMPLE)
    assert done.page.with_name("result.json").read_text(encoding="utf-8") == found.as_json()


def test_no_path_of_this_machine_and_no_time_of_day_is_in_the_record(done):
    for name in FILES - {"cases.xlsx"}:
        text = done.page.with_name(name).read_text(encoding="utf-8")
        assert str(SAMPLE) not in text
        assert str(done.page.parent) not in text
    assert "papermill" not in nbformat.read(done.page.with_name("audit.ipynb"), as_version=4).metadata


def test_the_same_inputs_give_the_same_bytes(done, tmp_path):
    again = audited(SAMPLE, tmp_path)
    for name in FILES:
        assert again.page.with_name(name).read_bytes() == done.page.with_name(name).read_bytes(), name


def test_the_page_says_that_the_dossiers_are_made_up_and_shows_every_share_with_its_total(done):
    page = page_of(done)
    assert "Dữ liệu minh họa: hồ sơ và người nộp trong bản này là hư cấu" in page
    assert "288/293 (98,29%)" in page
    assert "293/293 (100,00%)" in page
    assert "314 + 0 + 0 = 314" in page
    assert (
        "Phần mềm ghi 5 trong 293 hồ sơ đã giải quyết là quá hạn: giấy tờ chứng minh cả 5 đã có kết quả đúng hạn."
        in page
    )


def test_in_english_nothing_vietnamese_is_left_but_what_the_files_say(sample, tmp_path):
    (sample / "claims.csv").unlink()
    page = page_of(audited(sample, tmp_path / "out", lang="en"))
    assert "The software shows 5 of 293 settled dossiers late: paper proves that all 5 were in time." in page
    assert "Is every row accounted for?" in page
    for word in ("hồ sơ nào", "Kết luận", "Căn cứ", "trong hạn", "Việc cần làm"):
        assert word not in page


# Spoiled copies -----------------------------------------------------------------------------------------------------


def test_a_missing_file_is_named_and_gets_a_page_that_says_so(sample, tmp_path):
    (sample / "software.xlsx").unlink()
    audit = audited(sample, tmp_path / "out")
    assert "thiếu tệp software.xlsx" in audit.error.messages["vi"]
    assert audit.page.name == "2023-09.failed.html"
    assert "thiếu tệp software.xlsx" in page_of(audit)


def test_a_missing_heading_is_named_with_those_found(sample, tmp_path):
    rewritten(
        sample, "register.xlsx", lambda row, cells: ["Cột khác" if cell == "Trả kết quả" else cell for cell in cells]
    )
    audit = audited(sample, tmp_path / "out")
    assert audit.error.messages["vi"].startswith("register.xlsx: không có cột “Trả kết quả")
    assert "Các cột tìm thấy: TT, Mã hồ sơ" in audit.error.messages["vi"]


def test_an_empty_register_proves_nothing_and_says_so(sample, tmp_path):
    rewritten(sample, "register.xlsx", lambda row, cells: cells if row <= 5 else None)
    audit = audited(sample, tmp_path / "out")
    found = result_of(audit)
    assert found["accounting"]["register"]["rows"] == 0
    assert found["verdicts"] == {
        "late_only_in_software": 2,
        "not_proved": 3,
        "withdrawn": 3,
        "open": 18,
        "on_time_not_checked": 288,
    }
    records = found["on_time"]["records"]
    assert (records["at_least"]["numerator"], records["at_most"]["numerator"]) == (2, 293)
    assert "288 trong 288 hồ sơ phần mềm ghi đúng hạn chưa đối chiếu được với giấy tờ" in page_of(audit)


def test_unreadable_days_are_listed_with_their_row_and_leave_their_dossiers_open(sample, tmp_path):
    rewritten(
        sample, "software.xlsx", lambda row, cells: [*cells[:7], "31/04/2023", *cells[8:]] if row in (10, 11) else cells
    )
    rewritten(
        sample, "register.xlsx", lambda row, cells: [*cells[:9], "32/08/2023", *cells[10:]] if row == 77 else cells
    )
    audit = audited(sample, tmp_path / "out")
    found = result_of(audit)
    assert [(p["file"], p["column"], p["written"], p["problem"]) for p in found["problems"]] == [
        ("software.xlsx", "Ngày kết thúc xử lý", "31/04/2023", "unreadable_day"),
        ("software.xlsx", "Ngày kết thúc xử lý", "31/04/2023", "unreadable_day"),
        ("register.xlsx", "Trả kết quả", "32/08/2023", "unreadable_day"),
    ]  # fmt: skip
    assert found["accounting"]["software"] == {
        "rows": 314,
        "judged": 314,
        "problems": 0,
        "duplicates": 0,
        "left_out": 4,
    }
    assert found["unread"] == 2
    records = found["on_time"]["records"]
    assert (records["denominator"], records["at_least"]["denominator"]) == (291, 293)
    settled = next(claim for claim in found["claims"] if claim["claim"] == "B")
    assert (settled["at_least"], settled["at_most"], settled["outcome"]) == (291, 293, "not_settled")
    assert found["populations"]["unread"] == 2
    assert found["verdicts"]["not_proved"] == 3  # those two, and the late dossier whose line says "32/08/2023"
    assert "“31/04/2023” không phải là một ngày có trong lịch" in page_of(audit)


def test_duplicated_codes_are_named_and_counted_once(sample, tmp_path):
    kept = {}

    def doubled(row, cells):
        kept[row] = cells
        if row == 12:
            return kept[11]  # the same row twice; the dossier of row 12 is gone
        if row == 14:
            return [cells[0], kept[13][1], *cells[2:]]  # another dossier under the code of row 13
        return cells

    rewritten(sample, "software.xlsx", doubled)
    found = result_of(audited(sample, tmp_path / "out"))
    assert found["accounting"]["software"] == {
        "rows": 314,
        "judged": 311,
        "problems": 2,
        "duplicates": 1,
        "left_out": 4,
    }
    assert [d["dossier_id"] for d in found["duplicates"]] == [kept[11][1]]
    assert {p["problem"] for p in found["problems"]} == {"repeated_with_difference", "software_row_not_judged"}
    assert found["verdicts"]["only_in_register"] == 2  # those of rows 12 and 14, which the software now lacks


def test_a_csv_in_another_encoding_is_read_where_it_is_known_and_else_refused_with_what_to_do(sample, tmp_path):
    text = (sample / "control_slips.csv").read_text(encoding="utf-8-sig")
    (sample / "control_slips.csv").write_bytes(text.encode("utf-16"))
    audit = audited(sample, tmp_path / "out")
    read = next(one for one in result_of(audit)["what_was_read"]["files"] if one["file"] == "control_slips.csv")
    assert read["remarks"] == ["bảng mã UTF-16, đã chuyển sang Unicode"]
    (sample / "control_slips.csv").write_bytes(text.encode() + b"\xff\xfe\x81")
    audit = audited(sample, tmp_path / "again")
    assert "không nhận ra bảng mã của chữ" in audit.error.messages["vi"]
    assert ".xlsx" in audit.error.messages["vi"]


def test_hostile_cells_change_nothing_that_runs(sample, tmp_path):
    script, formula = "<script>alert(1)</script>", '=HYPERLINK("http://example.org","x")'

    def spoil(row, cells):
        if row == 77:  # a late dossier
            cells[3], cells[8] = script, formula
        return cells

    rewritten(sample, "software.xlsx", spoil)
    rewritten(sample, "claims.csv", lambda row, cells: [*cells[:5], script, formula] if row == 5 else cells)
    audit = audited(sample, tmp_path / "out")
    found = result_of(audit)
    assert found["verdicts"]["late_only_in_software"] == 5
    page = audit.page.read_text(encoding="utf-8")
    assert page.count("<script") == 1  # the page's own
    assert script not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in audit.page.with_name("audit.ipynb").read_text(encoding="utf-8")


def test_a_received_folder_is_never_imported_from_even_by_who_stands_in_it(sample, tmp_path):
    for name in ("pandas", "audit", "IPython", "ipykernel_launcher", "sitecustomize"):
        (sample / f"{name}.py").write_text("raise SystemExit('code from the folder ran')", encoding="utf-8")
    command = [Path(sys.executable).with_name("audit"), "run", ".", "--out", tmp_path / "out"]
    answer = subprocess.run(command, cwd=sample, capture_output=True, text=True, check=False)
    assert answer.returncode == 0
    assert "code from the folder ran" not in answer.stdout + answer.stderr
    assert (tmp_path / "out" / "binh-phuoc" / "2023-09" / "audit.html").is_file()


def test_a_sheet_without_headings_and_a_second_month_are_not_lost(sample, tmp_path):
    rows = [cells for _, cells in sheets.read("software.xlsx", (sample / "software.xlsx").read_bytes())[0].rows]
    body = rows[4:-1]
    xlsx(
        sample / "software.xlsx",
        {"Đầu": [rows[3], *body[:100]], "Cuối": [rows[3], *body[100:]], "Ghi chú": [["xem thêm"]]},
    )
    found = result_of(audited(sample, tmp_path / "out"))
    assert found["accounting"]["software"]["judged"] == 314
    assert not found["problems"]
    assert [one["sheet"] for one in found["left_out"] if one["why"] == "other_sheet"] == ["#3"]  # may be a name
    assert found["verdicts"]["late_only_in_software"] == 5


# Parameters, places, failures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-p", "communne=x"], "Không có tham số “communne”. Các tham số hợp lệ: as_of, lang"),
        (["-p", "as_of"], "“as_of” phải có dạng TÊN=GIÁ_TRỊ"),
        (["--as-of", "31/04/2023"], "“31/04/2023” không phải là một ngày"),
        (["--lang", "fr"], "Ngôn ngữ “fr” không có. Chọn một trong: vi, en"),
        ([str(SAMPLE)], "Hai thư mục sẽ ghi vào cùng một chỗ: binh-phuoc/2023-09"),
        (["--out", str(SAMPLE / "out")], "Không ghi kết quả vào trong thư mục hồ sơ"),
    ],
)
def test_wrong_use_is_refused_before_anything_is_run(arguments, message, monkeypatch):
    monkeypatch.setattr(execute, "outcome", lambda *_: pytest.fail("a notebook was run"))
    answer = CliRunner().invoke(app, ["run", str(SAMPLE), *arguments])
    assert answer.exit_code == 2
    assert message in answer.stderr


def test_a_failed_run_leaves_the_last_good_output_and_the_next_good_one_removes_the_failure(sample, tmp_path):
    out = tmp_path / "out"
    good = audited(sample, out)
    before = {path.name: path.read_bytes() for path in good.page.parent.iterdir()}
    (sample / "software.xlsx").rename(tmp_path / "kept.xlsx")
    failed = audited(sample, out)
    assert failed.error
    assert {path.name: path.read_bytes() for path in good.page.parent.iterdir()} == before
    (tmp_path / "kept.xlsx").rename(sample / "software.xlsx")
    assert audited(sample, out).error is None
    assert not failed.page.exists()


def test_an_interrupted_replacement_brings_the_old_output_back(tmp_path, monkeypatch):
    target = tmp_path / "2023-09"
    whole.fill(target, {"audit.html": b"old"})
    rename = Path.rename

    def interrupted(path, goal):
        if path.suffix == ".new":
            raise KeyboardInterrupt
        return rename(path, goal)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        whole.fill(target, {"audit.html": b"new"})
    assert (target / "audit.html").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["2023-09"]


def test_what_a_killed_run_took_away_and_left_does_not_stand_in_the_way_of_the_next(tmp_path):
    target = tmp_path / "2023-09"
    whole.fill(tmp_path / ".2023-09.old", {"audit.html": b"older"})
    for content in (b"old", b"new"):
        whole.fill(target, {"audit.html": content})
        assert (target / "audit.html").read_bytes() == content
        assert [path.name for path in tmp_path.iterdir()] == ["2023-09"]
        whole.fill(tmp_path / ".2023-09.old", {"audit.html": b"older"})


def test_a_fault_of_the_program_is_not_told_as_a_fault_of_the_records(sample, tmp_path, monkeypatch):
    notebook = copy.deepcopy(execute.notebook())
    notebook.cells[3].source = "1 / 0"
    monkeypatch.setattr(execute, "notebook", lambda kind: notebook)
    audit = audited(sample, tmp_path / "out")
    assert "lỗi của chương trình: ZeroDivisionError" in audit.error.messages["vi"]


def test_an_error_is_two_languages_in_two_lines():
    assert str(AuditError("no_day_of_audit")).splitlines() == list(AuditError("no_day_of_audit").messages.values())
