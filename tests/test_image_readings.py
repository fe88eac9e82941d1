"""Two people read an image, neither seeing the other's reading: what both read alike is evidence, the rest is listed."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from folders import folder
from test_images import photo
from test_sample import audited

from audit.forms import readings as form_of
from audit.ground.terms import AuditError, Verdict
from audit.reading import load
from audit.sampling import image_readings, readings_kept
from audit.sampling.image_readings import Item, Reading

FIRST, SECOND, THIRD = "Trần Thị Ví", "Lê Văn Thử", "Phạm Thị Mẫu"
HOSTILE = "=1+1<script>alert(1)</script>"
HEAD = "Mã hồ sơ | Giấy tờ cần tìm | Kết quả tìm | Ngày ghi trên giấy tờ | Người ký nhận là"
ON_TIME = {
    "seen": "read",
    "sought": "register",
    "dated_on": "08/04/2025",
    "signed_by": "applicant",
    "page": "2/15",
    "line": "17",
}
UNREADABLE = {"seen": "unreadable", "sought": "register"}
ABSENT = {"seen": "absent"}


def commune(path: Path, *images: str, **files: str) -> Path:
    made = folder(path / "xa-thu" / "2025-04", **({"register__csv": ""} | files))
    for name in images or ("H-1/a.jpg",):
        target = made / "evidence" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(photo())
    return made


def read(dossier: str = "H-1", reader: str = FIRST, where: str = "a", **given: str) -> Reading:
    """A reading as typed; without more that of a line signed for on the due date."""
    typed = dict.fromkeys(("seen", "sought", "dated_on", "signed_by", "number", "page", "line"), "")
    item = Item(where, dossier, b"", is_page=False)
    return image_readings.reading(item, typed | (given or ON_TIME) | {"reader": reader}, date(2025, 5, 5))


def both(one: dict, two: dict) -> tuple[Reading, Reading]:
    return read(reader=FIRST, **one), read(reader=SECOND, **two)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """H-1 is late in the software, and no register is there."""
    return audited(commune(tmp_path_factory.mktemp("found")))


def opened(found, made: Path, reader: str = "") -> form_of.Form:
    form = form_of.form(found, load.office(made), made)
    if reader:
        form.reader.value = reader
        form.begin.click()
    return form


def enter(form: form_of.Form, name: str = "line", **typed: str) -> str:
    """Type into the form, press Enter in one of its lines, and read what it says."""
    for field, value in (typed or ON_TIME).items():
        getattr(form, field).value = value
    getattr(form, name)._handle_custom_msg({"event": "submit"}, [])
    return form.answer.value


def twice(found, made: Path, one: dict, two: dict) -> None:
    enter(opened(found, made, FIRST), **one)
    enter(opened(found, made, SECOND), **two)


def lines(made: Path) -> list[str]:
    path = made / readings_kept.NAME
    return path.read_text(encoding="utf-8-sig").splitlines()[1:] if path.exists() else []


def verdict(result) -> str:
    return {one.dossier_id: one.verdict for one in result.judged}["H-1"]


# Who reads what next --------------------------------------------------------------------------------------------------


def test_a_reader_is_given_what_fewer_than_two_have_read_and_not_they_themselves():
    listed = [Item("a", code, b"", is_page=True) for code in ("H-1", "H-2", "H-3")]
    readings = [read("H-1", FIRST), read("H-1", SECOND), read("H-2", FIRST)]
    left = {who: [one.dossier_id for one in image_readings.left_to(who, listed, readings)]
            for who in (FIRST, SECOND, THIRD)}  # fmt: skip
    assert left == {FIRST: ["H-3"], SECOND: ["H-2", "H-3"], THIRD: ["H-2", "H-3"]}


def test_a_name_in_other_letters_is_the_same_reader_and_makes_no_second_reading():
    item, again = Item("a", "H-1", b"", is_page=False), f"  {FIRST.upper()} "
    assert image_readings.left_to(again, [item], [read("H-1", FIRST)]) == ()
    assert image_readings.pairs([read("H-1", FIRST), read("H-1", again)]) == ()


@pytest.mark.parametrize(("one", "other", "readers"), [
    ("Nguyễn Văn An", "nguyen van an", 1), ("Nguyễn Văn An", "An, Nguyễn Văn", 1), ("Nguyễn Văn An", "ông An", 1),
    ("Nguyễn Văn An", "Nguyễn Văn Bình", 2), ("An", "Bình", 2),
])  # fmt: skip
def test_one_person_under_two_spellings_makes_no_two_readings(one, other, readers):
    assert len(image_readings.pairs([read("H-1", one), read("H-1", other)])) == readers - 1
    left = image_readings.left_to(other, [Item("a", "H-1", b"", is_page=False)], [read("H-1", one)])
    assert len(left) == readers - 1


def test_two_readings_of_an_image_that_was_changed_between_them_are_of_two_images(found, tmp_path):
    made = commune(tmp_path)
    enter(opened(found, made, FIRST))
    (made / "evidence" / "H-1" / "a.jpg").write_bytes(photo() + b"another")
    enter(opened(found, made, SECOND))
    assert lines(made) == []
    enter(opened(found, made, FIRST))
    assert len(lines(made)) == 1


# Where two readings differ --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "two", "names"), [
    (ON_TIME, ON_TIME, ()),
    (ON_TIME, ON_TIME | {"dated_on": "8/4/2025"}, ()),  # the same day
    (ON_TIME, ON_TIME | {"page": "", "line": ""}, ()),  # a place that only one gives
    (ON_TIME, ON_TIME | {"dated_on": "09/04/2025"}, ("dated_on",)),
    (ON_TIME, ON_TIME | {"signed_by": "nobody"}, ("signed_by",)),
    (ON_TIME, ON_TIME | {"line": "18"}, ("line",)),
    (ON_TIME, UNREADABLE, ("seen",)),
    (ABSENT, UNREADABLE, ("seen",)),  # not readable is not the same as not there
    (UNREADABLE, UNREADABLE, ()),
    (ABSENT, ABSENT, ()),
])  # fmt: skip
def test_two_readings_differ_in_what_they_say_and_in_places_that_both_give(one, two, names):
    assert image_readings.differing(*both(one, two)) == names


def test_kappa_is_worked_by_hand_and_the_agreement_has_its_total():
    """Of four, three alike: 3/4. By chance (2·1 + 1·2 + 1·1) / 16 = 5/16. (12 - 5) / (16 - 5) = 7/11."""
    late = ON_TIME | {"dated_on": "09/04/2025"}
    seen = {"H-1": (ON_TIME, ON_TIME), "H-2": (ON_TIME, late), "H-3": (late, late), "H-4": (UNREADABLE, UNREADABLE)}
    pairs = [(read(code, FIRST, **one), read(code, SECOND, **two)) for code, (one, two) in seen.items()]
    said = image_readings.agreement(pairs, dict.fromkeys(seen, date(2025, 4, 8)))
    assert (said.twice, said.agreed, said.kappa) == (4, 3, float(Fraction(7, 11)))
    assert [first.dossier_id for first, _ in said.differing] == ["H-2"]


def test_where_all_is_read_alike_and_of_one_kind_kappa_cannot_be_computed():
    said = image_readings.agreement([both(ON_TIME, ON_TIME)], {"H-1": date(2025, 4, 8)})
    assert (said.twice, said.agreed, said.kappa) == (1, 1, None)


# What the next audit makes of it --------------------------------------------------------------------------------------


def test_what_two_read_alike_is_evidence_of_the_next_audits_case(found, tmp_path):
    assert verdict(found) == Verdict.NOT_PROVED
    made = commune(tmp_path)
    twice(found, made, ON_TIME, ON_TIME)
    after = audited(made)
    case = next(one for one in after.cases if one.dossier_id == "H-1")
    assert case.verdict == Verdict.LATE_ONLY_IN_SOFTWARE
    line = next(one for one in case.evidence if one.record == "register")
    assert (line.file, line.row, line.page, line.line) == (readings_kept.NAME, 2, "2/15", "17")
    assert (after.accounting["papers"].rows, after.accounting["papers"].problems) == (1, 0)


@pytest.mark.parametrize(("one", "two", "problem"), [
    (ON_TIME, ON_TIME | {"dated_on": "09/04/2025"}, "readers_differ"),
    (ON_TIME, ON_TIME | {"signed_by": "nobody"}, "tally_incomplete"),
    (ON_TIME, ON_TIME | {"line": "18"}, "tally_incomplete"),
    (ON_TIME, ON_TIME | {"sought": "postal", "number": "EB1"}, "tally_incomplete"),
    (ON_TIME, UNREADABLE, "tally_incomplete"),
    (ABSENT, ON_TIME, "tally_incomplete"),
    (UNREADABLE, UNREADABLE, "tally_incomplete"),
])  # fmt: skip
def test_what_two_read_differently_or_cannot_read_is_listed_and_decides_nothing(found, tmp_path, one, two, problem):
    made = commune(tmp_path)
    twice(found, made, one, two)
    after = audited(made)
    assert verdict(after) == Verdict.NOT_PROVED
    assert (problem, readings_kept.NAME, 2) in {(one.problem, one.file, one.row) for one in after.problems}


def test_a_first_reading_is_no_evidence_and_the_next_audit_does_not_show_it(found, tmp_path):
    made = commune(tmp_path)
    before = {one.name for one in audited(made).inputs}
    enter(opened(found, made, FIRST))
    after = audited(made)
    assert (verdict(after), {one.name for one in after.inputs}) == (Verdict.NOT_PROVED, before)
    assert FIRST not in after.model_dump_json()


def test_what_neither_sees_on_an_image_is_not_told_as_looked_for_and_not_there(found, tmp_path):
    made = commune(tmp_path)
    twice(found, made, ABSENT, ABSENT)
    assert lines(made) == []
    assert len(readings_kept.standing(made)) == 2


def test_another_tally_sheet_is_left_as_it_is_and_read_beside_the_images(found, tmp_path):
    made = commune(tmp_path, papers__csv=f"{HEAD}\nH-2 | Sổ theo dõi | Tìm thấy | 08/04/2025 | Người nộp")
    before = (made / "papers.csv").read_bytes()
    form = opened(found, made)
    assert "papers.csv giữ nguyên" in form.told.value
    twice(found, made, ON_TIME, ON_TIME)
    assert (made / "papers.csv").read_bytes() == before
    after = audited(made)
    assert after.accounting["papers"].rows == 2
    assert {one.dossier_id: one.verdict for one in after.judged} == {
        "H-1": Verdict.LATE_ONLY_IN_SOFTWARE, "H-2": Verdict.ON_TIME,
    }  # fmt: skip


# Nobody's changes are lost --------------------------------------------------------------------------------------------


def test_a_line_that_the_third_look_put_right_stays_when_more_is_read(found, tmp_path):
    made = commune(tmp_path, "H-1/a.jpg", "H-2/b.jpg")
    twice(found, made, ON_TIME, ON_TIME | {"dated_on": "09/04/2025"})
    sheet = made / readings_kept.NAME
    right = sheet.read_bytes().replace(b"09/04/2025", b"08/04/2025")
    sheet.write_bytes(right)
    twice(found, made, ON_TIME, ON_TIME)
    assert sheet.read_bytes().startswith(right)
    assert [line.split(",")[0] for line in lines(made)] == ["H-1", "H-2"]
    assert verdict(audited(made)) == Verdict.LATE_ONLY_IN_SOFTWARE


def test_an_image_and_dossier_that_have_their_line_get_no_second_one(found, tmp_path):
    made = commune(tmp_path)
    twice(found, made, ON_TIME, ON_TIME)
    before = (made / readings_kept.NAME).read_bytes()
    (made / readings_kept.ONE_BY_ONE).unlink()  # as where a run was stopped between the two files
    twice(found, made, ON_TIME, ON_TIME | {"dated_on": "09/04/2025"})
    assert (made / readings_kept.NAME).read_bytes() == before
    assert len(lines(made)) == 1


@pytest.mark.parametrize("name", [readings_kept.NAME, readings_kept.ONE_BY_ONE])
def test_a_file_that_somebody_rebuilt_is_left_alone_and_named(tmp_path, name):
    made = commune(tmp_path)
    (made / name).write_text("Mã hồ sơ;Ghi chú\nH-1;đã sửa\n", encoding="utf-8")
    with pytest.raises(AuditError) as told:
        readings_kept.write(made, read())
    assert name in told.value.messages["vi"]
    assert sorted(path.name for path in made.glob("papers*")) == [name]
    assert (made / name).read_text(encoding="utf-8").endswith("đã sửa\n")


def test_a_reading_that_is_not_as_it_was_written_is_named_by_its_row(tmp_path):
    made = commune(tmp_path)
    readings_kept.write(made, read())
    path = made / readings_kept.ONE_BY_ONE
    path.write_bytes(path.read_bytes().replace(b"08/04/2025", b"31/04/2025"))
    with pytest.raises(AuditError, match="2"):
        readings_kept.standing(made)


def test_what_two_others_read_meanwhile_is_not_read_a_third_time(tmp_path):
    made = commune(tmp_path)
    assert [readings_kept.write(made, read(reader=who)) for who in (FIRST, SECOND)] == [False, True]
    before = {path.name: path.read_bytes() for path in made.glob("papers*")}
    for who in (THIRD, FIRST):
        with pytest.raises(AuditError):
            readings_kept.write(made, read(reader=who))
    assert {path.name: path.read_bytes() for path in made.glob("papers*")} == before
    assert not list(made.glob(".readings*"))


def test_a_name_that_a_spreadsheet_would_run_is_written_inert_and_read_back_as_typed(tmp_path):
    made = commune(tmp_path)
    for who in (HOSTILE, SECOND):
        readings_kept.write(made, read(reader=who))
    assert readings_kept.standing(made)[0].reader == HOSTILE
    for name in (readings_kept.NAME, readings_kept.ONE_BY_ONE):
        assert f"'{HOSTILE}" in (made / name).read_text(encoding="utf-8-sig")
        assert f",{HOSTILE}" not in (made / name).read_text(encoding="utf-8-sig")


# The form -------------------------------------------------------------------------------------------------------------


def test_the_reader_is_asked_once_before_any_image_is_shown(found, tmp_path):
    made = commune(tmp_path, "H-1/a.jpg", "H-2/b.jpg")
    form = opened(found, made)
    assert form.image.value == ""
    form.begin.click()
    assert "hãy nêu họ tên người đọc" in form.answer.value
    form.reader.value = FIRST
    form.reader._handle_custom_msg({"event": "submit"}, [])
    assert "evidence/H-1/a.jpg" in form.image.value
    assert "còn 2 trên 2" in form.told.value
    enter(form)
    assert "evidence/H-2/b.jpg" in form.image.value
    assert [one.reader for one in readings_kept.standing(made)] == [FIRST]
    assert form.reader not in form._asked.children


@pytest.mark.parametrize("name", ["dated_on", "number", "page", "line"])
def test_enter_in_a_line_saves_says_what_and_goes_to_the_next_image_with_empty_fields(found, tmp_path, name):
    form = opened(found, commune(tmp_path, "H-1/a.jpg", "H-2/b.jpg"), FIRST)
    said = enter(form, name)
    for told in ("H-1", "Sổ theo dõi", "08/04/2025", "Người nộp", "Trang 2/15", "Số thứ tự 17"):
        assert told in said
    assert "H-2" in form.image.value
    assert {getattr(form, field).value for field in ON_TIME} == {""}


@pytest.mark.parametrize(("typed", "said"), [
    ({}, "hãy chọn đọc được"), ({"seen": "read"}, "hãy chọn giấy tờ"), ({"seen": "unreadable"}, "hãy chọn giấy tờ"),
    ({"seen": "read", "sought": "register"}, "hãy ghi ngày"),
    ({"seen": "read", "sought": "register", "dated_on": "08/04/2025"}, "hãy chọn ai ký nhận"),
    ({"seen": "read", "sought": "postal", "dated_on": "08/04/2025"}, "hãy ghi số"),
    (ON_TIME | {"dated_on": "31/04/2025"}, "31/04/2025"), (ON_TIME | {"seen": "absent"}, "Giữ một trong hai"),
    (ON_TIME | {"page": "1" * 201}, "dài quá 200 ký tự"),
])  # fmt: skip
def test_a_reading_that_lacks_something_is_not_saved_and_what_was_typed_stays(found, tmp_path, typed, said):
    made = commune(tmp_path)
    form = opened(found, made, FIRST)
    assert said in enter(form, **({"seen": ""} | typed))
    assert readings_kept.standing(made) == ()
    assert {name: getattr(form, name).value for name in typed} == typed


def test_the_second_reader_sees_nothing_of_the_first_until_both_are_through(found, tmp_path):
    made = commune(tmp_path, "H-1/a.jpg", "H-2/b.jpg")
    first = opened(found, made, FIRST)
    enter(first)
    enter(first)
    second = opened(found, made, SECOND)
    shown = [second.told.value + second.answer.value + second.image.value + second.after.value]
    enter(second, **(ON_TIME | {"dated_on": "09/04/2025"}))
    shown.append(second.told.value + second.image.value + second.after.value)
    for told in shown:
        assert FIRST not in told
        assert "08/04/2025" not in told
    assert {getattr(second, field).value for field in ON_TIME} == {""}
    enter(second)
    for told in ("đã đọc 2 trên 2 lượt", "thống nhất 1 trên 2", f"{FIRST}: ", "08/04/2025", f"{SECOND}: ", "09/04/2025",
                 "người thứ ba xem lại: 1 trên 2"):  # fmt: skip
        assert told in second.after.value
    assert second.image.value == ""


def test_a_reader_is_shown_nothing_that_was_found_of_the_dossier(found, tmp_path):
    form = opened(found, commune(tmp_path), FIRST)
    shown = form.told.value + form.answer.value + form.image.value + form.after.value
    for told in ("10/04/2025", "08/04/2025", "Quá hạn", "Chưa"):
        assert told not in shown


def test_the_fields_come_in_the_order_in_which_they_are_typed_and_the_image_after_them(found, tmp_path):
    form = opened(found, commune(tmp_path), FIRST)
    typed, image = form._beside.children
    order = (form.seen, form.sought, form.dated_on, form.signed_by, form.number, form.page, form.line, form.save)
    assert (typed.children[:-1], image) == (order, form.image)


def test_enter_is_answered_before_the_button_is_pressed_so_that_all_that_was_typed_is_here(found, tmp_path):
    made = commune(tmp_path)
    form = opened(found, made, FIRST)
    asked = form._typed.children[-1]
    assert asked.layout.display == "none"
    asked.click()  # as the page does at Enter
    assert "is-asked" in asked._dom_classes
    assert readings_kept.standing(made) == ()
    form.save.click()  # as the page does once it sees that
    assert "is-asked" not in asked._dom_classes
    assert "hãy chọn đọc được" in form.answer.value


def test_hostile_names_are_shown_as_text(found, tmp_path):
    made = commune(tmp_path)
    form = opened(found, made, HOSTILE)
    enter(form)
    enter(second := opened(found, made, SECOND), **UNREADABLE)
    for shown in (form.told.value, form.after.value, second.after.value):
        assert "<script>" not in shown
    assert "&lt;script&gt;" in second.after.value


def test_an_image_that_cannot_be_shown_is_counted_and_one_of_nothing_is_not_read(found, tmp_path):
    made = commune(tmp_path, "H-1/a.jpg", "la/b.jpg")
    (made / "evidence" / "H-1" / "c.heic").write_bytes(b"\0\0\0\x18ftypheic" + b"\0" * 12)
    form = opened(found, made)
    assert "1 ảnh đã gắn với hồ sơ nhưng không hiện được" in form.told.value
    form.reader.value = FIRST
    form.begin.click()
    assert "còn 1 trên 1" in form.told.value


def test_without_images_the_form_says_so_and_writes_nothing(found, tmp_path):
    made = folder(tmp_path / "xa-thu" / "2025-04")
    before = sorted(made.rglob("*"))
    assert "Không có ảnh nào" in opened(found, made).told.value
    assert sorted(made.rglob("*")) == before
