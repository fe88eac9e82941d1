"""The form in JupyterLab: it shows what was found and what was noted, and writes what is typed, only when told to."""

import json
import re
from pathlib import Path

import pytest
from folders import SOFTWARE, folder
from test_sample import audited

from audit.forms import review
from audit.ground import terms
from audit.notes import keep
from audit.reading import notes

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
MORE = "\nH-3      | 02/04/2025     | 09/04/2025 17:00 | 11/04/2025 08:00"


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """H-1 is late only in the software, H-3 is not in the register; H-2 is on time and no case."""
    path = folder(tmp_path_factory.mktemp("xa-thu") / "2025-04", software__csv=SOFTWARE.rstrip() + MORE)
    return audited(path)


@pytest.fixture
def office(tmp_path) -> Path:
    return folder(tmp_path / "xa-thu" / "2025-04", software__csv=SOFTWARE.rstrip() + MORE)


def there(office: Path) -> list[dict]:
    path = office / "notes.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def written(form: review.Form, **typed: str) -> str:
    """Type into the form, press its button, and read what it answers."""
    for name, value in ({"position": "remark", "text": "Đã xem.", "by": "Trần Thị Ví"} | typed).items():
        getattr(form, name).value = value
    form.save.click()
    return form.answer.value


def turned_to(form: review.Form, dossier: str) -> review.Form:
    form.case.value = next(place for label, place in form.case.options if dossier in label)
    return form


def test_the_form_shows_what_was_found_of_the_case(found, office):
    form = turned_to(review.form(found, office), "H-1")
    for said in ("H-1", "Quá hạn trên phần mềm, thực tế đúng hạn", "08/04/2025", "10/04/2025"):
        assert said in form.shown.value
    assert "H-2" not in str(form.case.options)
    assert "chưa có ghi chú" in form.standing.value


def test_what_is_typed_is_written_on_the_case_that_is_shown_with_its_fingerprint(found, office):
    form = turned_to(review.form(found, office), "H-1")
    case = next(case for case in found.cases if case.dossier_id == "H-1")
    assert "Đã ghi vào notes.jsonl" in written(form, position="new_evidence", evidence="Phiếu kiểm soát số 3")
    [line] = there(office)
    assert (line["finding"], line["fingerprint"], line["verdict"]) == (
        case.dossier_code,
        case.fingerprint,
        case.verdict,
    )
    assert (line["position"], line["text"], line["evidence"]) == ("new_evidence", "Đã xem.", "Phiếu kiểm soát số 3")
    assert (line["by"], line["from_sha256"], line["at"]) == ("Trần Thị Ví", "", line["added_at"])
    for said in ("Có chứng cứ mới", "Đã xem.", "Phiếu kiểm soát số 3", "Trần Thị Ví"):
        assert said in form.standing.value


def test_after_writing_the_form_is_empty_but_for_who_writes(found, office):
    form = review.form(found, office)
    written(form, evidence="Sổ")
    assert (form.position.value, form.text.value, form.evidence.value) == (None, "", "")
    assert form.by.value == "Trần Thị Ví"
    form.save.click()
    assert len(there(office)) == 1


@pytest.mark.parametrize(("typed", "said"), [
    ({"position": None}, "hãy chọn một ý kiến"), ({"by": " "}, "hãy nêu người viết"),
    ({"text": "\u200b"}, "hãy ghi nội dung hoặc nêu chứng cứ"), ({"position": "new_evidence"}, "tên, số, ngày của chứng cứ mới"),
    ({"text": "a" * 4_001}, "dài quá 4000 ký tự"), ({"by": "a" * 201}, "dài quá 200 ký tự"),
])  # fmt: skip
def test_a_note_that_lacks_something_is_not_written_and_what_was_typed_stays(found, office, typed, said):
    form = review.form(found, office)
    assert said in written(form, **typed)
    assert there(office) == []
    assert form.text.value == ({"text": "Đã xem."} | typed)["text"]


def test_agreeing_needs_no_words(found, office):
    written(review.form(found, office), position="agree", text="")
    assert there(office)[0]["position"] == "agree"


def test_the_buttons_go_through_the_cases_and_stop_at_the_ends(found, office):
    form = review.form(found, office)
    assert [label.split(" · ")[0] for label, _ in form.case.options] == ["1/2", "2/2"]
    assert (form.case.value, form.previous.disabled, form.next.disabled) == (0, True, False)
    form.next.click()
    form.next.click()
    assert (form.case.value, form.previous.disabled, form.next.disabled) == (1, False, True)
    assert found.cases[1].dossier_id in form.shown.value
    form.previous.click()
    assert form.case.value == 0


def test_what_is_half_written_stays_with_its_own_case(found, office):
    form = review.form(found, office)
    form.position.value, form.text.value, form.evidence.value = "disagree", "Chưa xong", "Sổ"
    form.next.click()
    assert (form.position.value, form.text.value, form.evidence.value) == (None, "", "")
    form.previous.click()
    assert (form.position.value, form.text.value, form.evidence.value) == ("disagree", "Chưa xong", "Sổ")
    assert there(office) == []


def test_a_note_on_one_case_is_not_shown_with_another(found, office):
    form = review.form(found, office)
    written(form)
    form.next.click()
    assert "Đã xem." not in form.standing.value
    assert "không có trong danh sách" not in form.standing.value


def test_a_note_that_somebody_else_brought_meanwhile_is_shown_at_the_next_look(found, office):
    form = review.form(found, office)
    case = found.cases[0]
    keep.write(office, {"finding": case.dossier_code, "fingerprint": case.fingerprint, "verdict": case.verdict,
                         "position": "agree", "text": "Từ người khác.", "evidence": "", "by": "Lê Văn Thử"})  # fmt: skip
    form.next.click()
    form.previous.click()
    assert "Từ người khác." in form.standing.value


def test_a_note_on_what_was_found_before_says_so_with_the_verdict_it_had(found, office):
    case = found.cases[0]
    note = {"finding": case.dossier_code, "fingerprint": "0" * 16, "verdict": "overdue", "position": "disagree",
            "text": "Ý cũ.", "evidence": "", "by": "Lê Văn Thử", "at": "2026-11-22T20:30:00Z"}  # fmt: skip
    keep.write(office, note)
    form = review.form(found, office)
    assert "đã thay đổi sau khi viết ghi chú này; khi đó là: Quá hạn, chưa kết thúc" in form.standing.value
    assert "23/11/2026 03:30" in form.standing.value  # in Vietnam
    keep.write(office, note | {"fingerprint": case.fingerprint, "text": "Ý mới."})
    assert review.form(found, office).standing.value.count("đã thay đổi sau khi") == 1


def test_notes_on_other_dossiers_and_lines_that_cannot_be_read_are_counted(found, office):
    note = {"finding": "AAAA-BBBB-CCCC", "fingerprint": "0" * 16, "verdict": "late", "position": "agree", "text": "",
            "evidence": "", "by": "Lê Văn Thử"}  # fmt: skip
    keep.write(office, note)
    with (office / "notes.jsonl").open("a", encoding="utf-8") as file:
        file.write("?\n?\n")
    form = review.form(found, office)
    assert "1 ghi chú khác viết về hồ sơ không có trong danh sách này" in form.standing.value
    assert "2 dòng của notes.jsonl không đọc được" in form.standing.value
    assert "notes.jsonl, dòng 2" in written(form)


def test_hostile_text_of_files_and_notes_is_shown_as_text(found, office):
    case = found.cases[0].model_copy(update={"dossier_id": HOSTILE, "reason": HOSTILE, "change": HOSTILE})
    spoilt = found.model_copy(update={"cases": (case,)})
    form = review.form(spoilt, office)
    written(form, text=HOSTILE, evidence=HOSTILE, by=HOSTILE)
    assert there(office)[0]["text"] == HOSTILE
    for shown in (form.shown.value, form.standing.value):
        assert shown.count("&lt;script&gt;") == 3
        assert set(re.findall(r"<(/?\w+)", shown)) <= {
            "h3", "/h3", "h4", "/h4", "p", "/p", "b", "/b", "ul", "/ul", "li", "/li", "table", "/table", "tr", "/tr",
            "th", "/th", "td", "/td",
        }  # fmt: skip
    assert form.case.description_allow_html is False


def test_an_audit_without_cases_says_so(found, office):
    form = review.form(found.model_copy(update={"cases": ()}), office)
    assert terms.text("page.no_cases", "vi") in form.whole.children[0].value


def test_the_form_speaks_english_where_the_audit_does(found, office):
    english = found.model_copy(update={"parameters": found.parameters | {"lang": "en"}})
    form = review.form(english, office)
    assert form.save.description == "Add the note"
    assert "choose a position" in written(form, position=None)


def test_the_facts_count_cases_and_notes(found, office):
    form = review.form(found, office)
    written(form)
    written(form, text="Thêm.")
    assert review.facts(found, office) == "Danh sách có 2 hồ sơ; 1 hồ sơ đã có ghi chú; tất cả 2 ghi chú."


def test_making_the_form_and_the_facts_writes_nothing(found, office):
    before = sorted(office.rglob("*"))
    review.form(found, office)
    review.facts(found, office)
    assert sorted(office.rglob("*")) == before


def test_the_notes_of_a_run_made_after_are_those_of_the_form(found, office):
    written(turned_to(review.form(found, office), "H-1"), position="disagree")
    [note] = audited(office).notes
    assert (note.dossier_id, note.is_current, note.text) == ("H-1", True, "Đã xem.")
    assert notes.NAME in {file.name for file in audited(office).inputs}


def test_an_answer_of_the_office_is_not_shown_as_an_inspectors_note(found, office, tmp_path):
    case = next(case for case in found.cases if case.dossier_id == "H-1")
    note = {"finding": case.dossier_code, "fingerprint": case.fingerprint, "verdict": case.verdict, "position": "disagree",
            "text": "Đã trả đúng hạn.", "evidence": "", "by": "Văn thư", "at": "2026-11-23T09:30:00+07:00"}  # fmt: skip
    head = {"format": notes.FORMAT, "commune": "xã Thử", "first_on": "2025-04-01", "last_on": "2025-04-30"}
    for name, more in (("a", {}), ("b", {"edition": "office"})):
        told = note | {"text": f"{note['text']} ({name})"}
        (tmp_path / f"{name}.json").write_text(json.dumps(head | more | {"notes": [told]}), encoding="utf-8")
        keep.add(office, [tmp_path / f"{name}.json"])
    standing = turned_to(review.form(found, office), "H-1").standing.value
    assert standing.count("trả lời của đơn vị được kiểm tra") == 1
    assert standing.index("(a)") < standing.index("trả lời của đơn vị được kiểm tra") < standing.index("(b)")
