"""Notes there and back: what a page saved is added once, whole or not at all, and nothing written is ever changed."""

import hashlib
import json
import multiprocessing
import os
import re
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest
from folders import OFFICE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.ground import lock, terms
from audit.ground.terms import AuditError, Position, Verdict
from audit.notes import keep
from audit.reading import notes

NOW = datetime.fromisoformat("2026-11-23T10:00:00+07:00")
NOTE = {
    "finding": "7K3F-92QX-M4TA".replace("9", "6"), "fingerprint": "0123456789abcdef", "verdict": "late_only_in_software",
    "position": "disagree", "text": "Kết quả đã trả trước hạn.", "evidence": "Phiếu kiểm soát số 3, ngày 31/08/2023",
    "by": "Nguyễn Văn Mẫu, công chức Một cửa", "at": "2026-11-23T09:30:00+07:00",
}  # fmt: skip
HEAD = {"format": "commune-audit-notes/1", "commune": "xã Thử", "first_on": "2025-04-01", "last_on": "2025-04-30"}
OTHER = NOTE | {"text": "Đã xem lại.", "evidence": ""}
THIRD = NOTE | {"finding": "AAAA-BBBB-CCCC", "position": "agree", "text": "", "evidence": ""}
ADDED = ["note", "added_at", "from_sha256", "previous"]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "xa-thu" / "2025-04"
    folder.mkdir(parents=True)
    (folder / "office.toml").write_text(OFFICE, encoding="utf-8")
    return folder


def saved(path: Path, *written: object, **head: object) -> Path:
    """A file as the page saves it."""
    path.write_text(json.dumps(HEAD | head | {"notes": list(written)}, ensure_ascii=False), encoding="utf-8")
    return path


def raw(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def there(folder: Path) -> list[dict]:
    path = folder / "notes.jsonl"
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def texts(folder: Path) -> list[str]:
    return [line["text"] for line in there(folder)]


def problems(content: bytes) -> list[tuple]:
    found = notes.read("notes.jsonl", content)[1]
    return list(zip(found["row"], found["column"], found["problem"], found["detail"], strict=True))


def refused(folder: Path, *files: Path) -> dict[str, str]:
    """The messages of a refusal that wrote nothing, nor left anything behind."""
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with pytest.raises(AuditError) as caught:
        keep.add(folder, files, NOW)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    return caught.value.messages


def three(office: Path) -> list[bytes]:
    """The lines of a folder with three notes."""
    keep.add(office, [saved(office.parent / "three.json", NOTE, OTHER, THIRD)], NOW)
    return (office / "notes.jsonl").read_bytes().splitlines(keepends=True)


def test_a_note_keeps_what_the_page_saved_and_gains_who_brought_it_when(office):
    file = saved(office.parent / "notes.json", NOTE)
    assert keep.add(office, [file], NOW) == keep.Added(added=1, known=0, total=1)
    [line] = there(office)
    canonical = json.dumps(NOTE, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert {name: line[name] for name in NOTE} == NOTE
    assert list(line)[len(NOTE) :] == ADDED
    assert line["note"] == hashlib.sha256(canonical.encode()).hexdigest()[:16]
    assert line["added_at"] == "2026-11-23T10:00:00+07:00"
    assert line["from_sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert line["previous"] == ""


def test_what_the_office_answers_on_its_own_page_is_marked_as_its_own_and_nobody_elses_note_is(office):
    inspectors, own = saved(office.parent / "a.json", NOTE), saved(office.parent / "b.json", OTHER, edition="office")
    keep.add(office, [inspectors, own], NOW)
    first, second = there(office)
    assert "by_office" not in first  # as lines of before, so that none of them is changed
    assert second["by_office"] is True
    assert [one.by_office for one in keep.standing(office)[0]] == [False, True]
    keep.write(office, THIRD, NOW)
    assert [one.by_office for one in keep.standing(office)[0]] == [False, True, False]


def test_an_answer_of_the_office_cannot_be_made_an_inspectors_note_unseen(office):
    keep.add(
        office, [saved(office.parent / "a.json", NOTE, edition="office"), saved(office.parent / "b.json", OTHER)], NOW
    )
    content = (office / "notes.jsonl").read_bytes()
    assert not problems(content)
    assert problems(content.replace(b',"by_office":true', b"")) == [(2, "previous", "note_out_of_chain", "")]


@pytest.mark.parametrize("edition", ["internal", "shareable", "OFFICE", True])
def test_a_file_that_says_to_be_of_any_other_page_is_refused(office, edition):
    assert "edition" in refused(office, saved(office.parent / "a.json", NOTE, edition=edition))["vi"]


def test_each_line_holds_the_hash_of_the_line_before(office):
    first, second, third = three(office)
    for line, before in ((second, first), (third, second)):
        assert json.loads(line)["previous"] == hashlib.sha256(before.rstrip(b"\n")).hexdigest()


def test_what_stands_is_never_changed_only_followed(office):
    keep.add(office, [saved(office.parent / "a.json", NOTE)], NOW)
    before = (office / "notes.jsonl").read_bytes()
    keep.add(office, [saved(office.parent / "b.json", OTHER)], NOW)
    after = (office / "notes.jsonl").read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == 2


def test_the_same_note_is_kept_once_from_one_file_or_many_or_brought_again(office):
    twice, again = saved(office.parent / "a.json", NOTE, NOTE), saved(office.parent / "b.json", THIRD, NOTE)
    assert keep.add(office, [twice, again], NOW) == keep.Added(added=2, known=2, total=2)
    before = (office / "notes.jsonl").read_bytes()
    assert keep.add(office, [again], NOW) == keep.Added(added=0, known=2, total=2)
    assert (office / "notes.jsonl").read_bytes() == before


def test_a_note_written_in_another_spelling_of_the_same_letters_is_the_same_note(office):
    apart = {name: unicodedata.normalize("NFD", value) for name, value in NOTE.items()}
    assert keep.add(office, [saved(office.parent / "a.json", NOTE, apart)], NOW).known == 1


def test_who_agrees_and_who_does_not_both_stand(office):
    for_it, against = NOTE | {"position": "agree", "by": "Trần Thị Ví"}, NOTE
    keep.add(office, [saved(office.parent / "a.json", for_it), saved(office.parent / "b.json", against)], NOW)
    assert [line["position"] for line in there(office)] == ["agree", "disagree"]


def test_one_bad_file_keeps_out_the_good_ones_that_come_with_it(office):
    good, bad = (
        saved(office.parent / "good.json", NOTE),
        saved(office.parent / "bad.json", NOTE | {"verdict": "stolen"}),
    )
    assert "bad.json" in refused(office, good, bad)["vi"]
    assert not (office / "notes.jsonl").exists()


def test_a_file_saved_by_windows_notepad_is_read(office):
    content = json.dumps(HEAD | {"notes": [NOTE]}, ensure_ascii=False, indent=1).replace("\n", "\r\n")
    keep.add(office, [raw(office.parent / "a.json", b"\xef\xbb\xbf" + content.encode())], NOW)
    assert texts(office) == [NOTE["text"]]


def test_lines_that_notepad_has_saved_still_follow_each_other(office):
    notepad = b"\xef\xbb\xbf" + b"".join(three(office)).replace(b"\n", b"\r\n").rstrip(b"\r\n")
    raw(office / "notes.jsonl", notepad)
    assert problems(notepad) == []
    keep.add(office, [saved(office.parent / "b.json", NOTE | {"text": "Thêm."})], NOW)
    assert problems((office / "notes.jsonl").read_bytes()) == []
    assert (office / "notes.jsonl").read_bytes().startswith(notepad + b"\n")


@pytest.mark.parametrize("commune", ["Xã  Thử", "XÃ THỬ", unicodedata.normalize("NFD", "xã Thử")])
def test_the_commune_is_the_same_however_its_name_is_spelt(office, commune):
    assert keep.add(office, [saved(office.parent / "a.json", NOTE, commune=commune)], NOW).added == 1


@pytest.mark.parametrize(("head", "said"), [
    ({"commune": "xã Khác"}, "ghi chú của đơn vị khác, không phải của xã Thử"),
    ({"first_on": "2025-03-01"}, "kỳ 01/03/2025 – 30/04/2025, còn thư mục này là kỳ 01/04/2025 – 30/04/2025"),
    ({"last_on": "2025-05-31"}, "kỳ 01/04/2025 – 31/05/2025"),
    ({"format": "commune-audit-notes/2"}, "“format” phải là “commune-audit-notes/1”"),
    ({"format": None}, "“format”"),
    ({"first_on": 20250401}, "“first_on”"),
    ({"commune": ["xã Thử"]}, "“commune”"),
    ({"notes.jsonl": "../../x"}, "“…”"),
    ({"added_at": "2020-01-01T00:00:00+07:00"}, "“…”"),
])  # fmt: skip
def test_a_file_of_another_commune_period_or_kind_is_refused_and_named(office, head, said):
    message = refused(office, saved(office.parent / "a.json", NOTE, **head))["vi"]
    assert message.startswith("a.json: ")
    assert said in message


@pytest.mark.parametrize(("change", "said"), [
    ({"verdict": "innocent"}, "“verdict” ghi sai"),
    ({"verdict": None}, "“verdict” ghi sai"),
    ({"position": "sue"}, "“position” ghi sai"),
    ({"finding": "H48-230824-0001"}, "“finding” ghi sai"),
    ({"finding": "../../etc/passwd"}, "“finding” ghi sai"),
    ({"finding": NOTE["finding"] + "\n"}, "“finding” ghi sai"),
    ({"fingerprint": "0123456789ABCDEF"}, "“fingerprint” ghi sai"),
    ({"at": "23/11/2026"}, "“at” ghi sai"),
    ({"at": "2026-11-23T09:30:00"}, "“at” ghi sai"),
    ({"at": "2026-02-31T09:30:00+07:00"}, "“at” ghi sai"),
    ({"at": "２026-11-23T09:30:00+07:00"}, "“at” ghi sai"),
    ({"text": 1}, "“text” ghi sai"),
    ({"text": ["a"]}, "“text” ghi sai"),
    ({"text": "a" * 4_001}, "“text” dài quá 4000 ký tự"),
    ({"text": "a" * 400_000}, "“text” dài quá 4000 ký tự"),
    ({"evidence": "a" * 4_001}, "“evidence” dài quá 4000 ký tự"),
    ({"by": "a" * 201}, "“by” dài quá 200 ký tự"),
    ({"by": " \u200b "}, "thiếu mục “by”"),
    ({"text": "\u3164", "evidence": ""}, "chưa có nội dung, cũng chưa nêu chứng cứ"),
    ({"position": "remark", "text": " ", "evidence": ""}, "chưa có nội dung"),
    ({"position": "new_evidence", "evidence": ""}, "chưa nêu chứng cứ nào"),
    ({"note": "0" * 16}, "“note” không thuộc tệp ghi chú"),
    ({"added_at": "2020-01-01T00:00:00+07:00"}, "“added_at” không thuộc tệp ghi chú"),
    ({"from_sha256": ""}, "“from_sha256” không thuộc tệp ghi chú"),
    ({"previous": ""}, "“previous” không thuộc tệp ghi chú"),
    ({"is_current": True}, "“…” không thuộc tệp ghi chú"),
])  # fmt: skip
def test_a_note_that_is_wrong_or_sets_what_is_not_its_own_is_refused_by_number_and_field(office, change, said):
    message = refused(office, saved(office.parent / "a.json", THIRD, NOTE | change))["vi"]
    assert message.startswith("a.json, ghi chú thứ 2: ")
    assert said in message


def test_a_field_that_is_not_there_is_named(office):
    missing = {name: value for name, value in NOTE.items() if name != "at"}
    assert "thiếu mục “at”" in refused(office, saved(office.parent / "a.json", missing))["vi"]


def test_a_message_repeats_nothing_that_somebody_wrote(office):
    secret = "Nguyễn Thị Kín 0912345678"
    for wrong in ({"position": secret}, {secret: secret}, {"at": secret}, {"finding": secret}):
        messages = refused(office, saved(office.parent / "a.json", NOTE | {"text": secret} | wrong))
        assert "Kín" not in "".join(messages.values())


WHOLE = json.dumps(HEAD | {"notes": [NOTE]}, ensure_ascii=False)


@pytest.mark.parametrize(("content", "said"), [
    ("", "không đọc được như tệp ghi chú"),
    ("[]", "không đọc được như tệp ghi chú"),
    (WHOLE[:-20], "bị cắt"),
    (WHOLE + WHOLE, "không đọc được"),
    (WHOLE[:-1] + ', "format": "commune-audit-notes/1"}', "không đọc được"),
    (WHOLE.replace('"position": ', '"position": "agree", "position": '), "không đọc được"),
    (WHOLE.replace(f'"{NOTE["text"]}"', "NaN"), "không đọc được"),
    (WHOLE.replace(f'"{NOTE["text"]}"', "[" * 100_000 + "]" * 100_000), "không đọc được"),
    (WHOLE.replace(f'"{NOTE["text"]}"', "9" * 10_000), "không đọc được"),
    (WHOLE[:-1] + "".join(f', "a{n}": 1' for n in range(100_000)) + "}", "không đọc được"),
    (WHOLE.encode("utf-16"), "không phải mã UTF-8"),
    (WHOLE.encode("utf-16-le"), "không phải mã UTF-8"),
    (json.dumps(HEAD | {"commune": "xa Thu", "notes": []}).encode("utf-16-be"), "không phải mã UTF-8"),
    (WHOLE.encode("cp1258", errors="replace"), "không phải mã UTF-8"),
    (b"PK\x03\x04" + bytes(range(256)), "không phải mã UTF-8"),
    (WHOLE.encode() + b" " * 5_000_000, "quá lớn (tối đa 5 MB)"),
    (json.dumps(HEAD | {"notes": [NOTE] * 5_001}), "quá nhiều ghi chú (tối đa 5000"),
    (json.dumps(HEAD | {"notes": {"0": NOTE}}), "“notes”"),
    (json.dumps(HEAD | {"notes": ["=1+1"]}), "ghi chú thứ 1: mục “–” ghi sai"),
    (json.dumps(HEAD), "“notes”"),
])  # fmt: skip
def test_a_file_that_is_cut_doubled_nested_huge_or_no_text_is_refused_in_words(office, content, said):
    assert said in refused(office, raw(office.parent / "a.json", content))["vi"]


def test_a_file_that_is_not_there_or_is_no_file_is_refused(office):
    for name in ("none.json", "folder.json"):
        (office.parent / "folder.json").mkdir(exist_ok=True)
        assert name in refused(office, office.parent / name)["vi"]
    os.mkfifo(office.parent / "pipe.json")
    assert "pipe.json" in refused(office, office.parent / "pipe.json")["vi"]


def test_five_thousand_notes_are_added_and_read(office):
    many = [THIRD | {"fingerprint": f"{number:016x}"} for number in range(5_000)]
    assert keep.add(office, [saved(office.parent / "a.json", *many)], NOW).added == 5_000
    entries, bad = keep.standing(office)
    assert (len(entries), len(bad)) == (5_000, 0)


@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</style><svg onload=alert(1)>", "=HYPERLINK(\"http://x\")",
    "@SUM(A1)", "{{ 7*7 }}", "```mermaid\ngraph TD\n```", "$\\href{javascript:alert(1)}{x}$", "[x](javascript:alert(1))",
    '","position":"agree', "a\nb", '{"note":"0"}', "../../../etc/passwd",
])  # fmt: skip
def test_what_looks_like_code_is_kept_as_the_text_that_it_is(office, text):
    keep.add(office, [saved(office.parent / "a.json", NOTE | {"text": text, "evidence": text, "by": text})], NOW)
    [entry], bad = keep.standing(office)
    assert (entry.text, entry.evidence, entry.by) == (text, text, " ".join(text.split()))
    assert bad.empty
    assert sorted(path.name for path in office.iterdir()) == ["notes.head", "notes.jsonl", "office.toml"]


@pytest.mark.parametrize(("written", "read"), [
    ("nộp\u202e gnourt\u202c sổ", "nộp gnourt sổ"), ("\u2066a\u2069\u061cb", "ab"), ("hồ\u200b\u200d\ufeff sơ\u00ad", "hồ sơ"),
    ("\x1b[31mđỏ\x00\x7f\x9f", "[31mđỏ"), ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"), ("a\n\n\n\n\nb  \n", "a\n\nb"),
    ("a\tb", "a b"), ("e\u0302\u0301\u0301\u0301\u0301\u0301", "ế"), ("e\u0302\u200b\u0301\u200b\u0301", "ế"),
    ("\U000e0041\u3164a\ufe0f", "a"), ("người Việt 👍", "người Việt 👍"),
])  # fmt: skip
def test_signs_that_nobody_sees_or_that_move_others_are_taken_out(written, read):
    assert notes.plain(written) == read
    assert notes.plain(read) == read


@given(st.text(st.characters(exclude_categories=[])))
def test_a_plain_text_is_plain_already_and_holds_nothing_unseen(text):
    plain = notes.plain(text)
    assert notes.plain(plain) == plain
    assert not [sign for sign in plain if sign != "\n" and unicodedata.category(sign) in ("Cc", "Cf", "Cs")]


def test_half_an_emoji_does_not_cost_the_note(office):
    raw(office.parent / "a.json", json.dumps(HEAD | {"notes": [NOTE | {"text": "a\ud83d"}]}))
    keep.add(office, [office.parent / "a.json"], NOW)
    assert texts(office) == ["a"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=5), st.randoms())
def test_any_order_gives_the_same_notes_and_adding_again_changes_nothing(tmp_path_factory, numbers, random):
    place = tmp_path_factory.mktemp("any")
    files = [
        saved(place / f"{at}.json", *(OTHER | {"text": f"Ghi chú {n}."} for n in group))
        for at, group in enumerate(numbers)
    ]
    mixed = random.sample(files, len(files))
    found = []
    for name, order in (("one", files), ("two", mixed)):
        folder = place / name
        folder.mkdir()
        (folder / "office.toml").write_text(OFFICE, encoding="utf-8")
        counts = [keep.add(folder, [file], NOW) for file in order]
        assert sum(one.added + one.known for one in counts) == sum(map(len, numbers))
        path = folder / "notes.jsonl"
        before = path.read_bytes() if path.exists() else b""
        again = keep.add(folder, order, NOW)
        assert (again.added, path.read_bytes() if path.exists() else b"") == (0, before)
        assert problems(before) == []
        found.append({line["note"] for line in there(folder)})
    assert found[0] == found[1]
    assert len(found[0]) == len({number for group in numbers for number in group})


def test_a_line_edited_by_hand_is_no_note_any_more_and_the_next_ones_stay(office):
    first, second, third = three(office)
    edited = first.replace("trước hạn".encode(), "sau hạn".encode())
    content = edited + second + third
    assert problems(content) == [(1, "note", "note_changed", "")]
    assert [entry.text for entry in notes.read("notes.jsonl", content)[0]] == ["Đã xem lại.", ""]


def test_an_invisible_sign_put_into_a_line_is_seen(office):
    first, *_ = three(office)
    assert problems(first.replace("trước".encode(), "trước\u200b".encode())) == [(1, "note", "note_changed", "")]


def test_a_line_edited_with_its_id_made_anew_breaks_the_chain_after_it(office):
    first, second, third = three(office)
    entry = json.loads(second) | {"text": "Khác."}
    fields = {name: entry[name] for name in NOTE}
    canonical = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    entry["note"] = hashlib.sha256(canonical.encode()).hexdigest()[:16]
    content = first + json.dumps(entry, ensure_ascii=False).encode() + b"\n" + third
    assert problems(content) == [(3, "previous", "note_out_of_chain", "")]


def test_the_day_on_which_a_note_was_added_cannot_be_changed_unseen(office):
    first, second, third = three(office)
    content = first + second.replace(b'"added_at":"2026', b'"added_at":"2025') + third
    assert problems(content) == [(3, "previous", "note_out_of_chain", "")]


def test_a_line_taken_out_is_seen_at_the_line_after_it(office):
    first, second, third = three(office)
    assert problems(first + third) == [(2, "previous", "note_out_of_chain", "")]
    assert problems(second + third) == [(1, "previous", "note_out_of_chain", "")]


def test_lines_that_changed_places_are_seen(office):
    first, second, third = three(office)
    assert {row for row, _, problem, _ in problems(first + third + second) if problem == "note_out_of_chain"} == {2, 3}


def test_a_line_put_in_that_is_no_note_leaves_the_others_as_they_are(office):
    first, second, third = three(office)
    for strange in (
        b"xem lai!\n",
        b'{"finding": 1}\n',
        b"[1]\n",
        b"\xff\xfe\n",
        b"[" * 5_000 + b"\n",
        b"9" * 300_000 + b"\n",
    ):
        content = first + strange + second + third
        entries, _ = notes.read("notes.jsonl", content)
        assert [row for row, *_ in problems(content)] == [2]
        assert len(entries) == 3


def test_a_note_copied_to_the_end_is_not_shown_twice(office):
    first, second, third = three(office)
    assert problems(first + second + third + first) == [(4, "previous", "note_out_of_chain", "")]
    again = json.loads(first) | {"previous": hashlib.sha256(third.rstrip()).hexdigest()}
    content = first + second + third + json.dumps(again, ensure_ascii=False).encode()
    assert problems(content) == [(4, "note", "note_repeated", "1")]
    raw(office / "notes.jsonl", content)
    assert keep.add(office, [saved(office.parent / "b.json", OTHER | {"text": "Mới."})], NOW).total == 4


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_line_is_a_note_or_a_problem_whatever_was_done_to_the_file(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("any") / "2025-04"
    folder.mkdir()
    (folder / "office.toml").write_text(OFFICE, encoding="utf-8")
    lines = three(folder)
    strange = st.sampled_from([*lines, b"\n", b"{}\n", b"null\n", b"\r\n", b"\x00\n"]) | st.binary().map(
        lambda b: b + b"\n"
    )
    content = b"".join(data.draw(st.lists(strange, max_size=8)))
    entries, bad = notes.read("notes.jsonl", content)
    rows = [line for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    assert len(entries) + len(bad) == len(rows)
    assert bad["row"].is_unique
    assert len({entry.note for entry in entries}) == len(entries)
    assert (bad["written"] == "").all()
    assert (bad["record"] == "notes").all()
    for problem, detail in zip(bad["problem"], bad["detail"], strict=True):
        assert terms.text(f"problem.{problem}", "vi", written="", near=detail)


@pytest.mark.parametrize("spoil", [
    lambda first, second, third: first + third, lambda first, second, third: first + second.replace(b"h", b"x") + third,
    lambda first, second, third: first + second + third[: len(third) // 2], lambda first, second, third: b"?\n" + first,
])  # fmt: skip
def test_nothing_is_added_to_a_file_that_other_hands_have_changed(office, spoil):
    content = spoil(*three(office))
    raw(office / "notes.jsonl", content)
    message = refused(office, saved(office.parent / "b.json", NOTE | {"text": "Mới."}))["vi"]
    [row, *_] = re.findall(r"notes\.jsonl, dòng (\d)", message)
    assert int(row) == problems(content)[0][0]


def test_a_link_in_place_of_the_notes_is_neither_followed_nor_replaced(office):
    target = raw(office.parent / "elsewhere.txt", "of another")
    for link in (target, office.parent / "nowhere"):
        (office / "notes.jsonl").symlink_to(link)
        assert "notes.jsonl" in refused(office, saved(office.parent / "a.json", NOTE))["vi"]
        assert (office / "notes.jsonl").is_symlink()
        (office / "notes.jsonl").unlink()
    assert target.read_text() == "of another"
    assert not (office.parent / "nowhere").exists()


def test_links_that_wait_under_the_names_of_the_passing_files_are_not_followed(office):
    target = raw(office.parent / "elsewhere.txt", "of another")
    (office / ".notes.jsonl.new").symlink_to(target)
    keep.add(office, [saved(office.parent / "a.json", NOTE)], NOW)
    (office / ".notes.lock").symlink_to(target)
    with pytest.raises(AuditError, match=r"notes\.jsonl"):
        keep.add(office, [saved(office.parent / "b.json", OTHER)], NOW)
    assert target.read_text() == "of another"
    assert texts(office) == [NOTE["text"]]


def test_a_folder_without_settings_or_that_is_none_is_refused(tmp_path):
    file = saved(tmp_path / "a.json", NOTE)
    with pytest.raises(AuditError, match=re.escape("office.toml")):
        keep.add(tmp_path, [file])
    with pytest.raises(AuditError, match="none"):
        keep.add(tmp_path / "none", [file])


def test_a_write_that_fails_leaves_what_stood(office, monkeypatch):
    three(office)
    before = (office / "notes.jsonl").read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AuditError, match=r"notes\.jsonl"):
        keep.add(office, [saved(office.parent / "b.json", NOTE | {"text": "Mới."})], NOW)
    assert (office / "notes.jsonl").read_bytes() == before
    assert sorted(path.name for path in office.iterdir()) == ["notes.head", "notes.jsonl", "office.toml"]


def _add_each(folder: Path, files: list[Path]) -> None:
    for file in files:
        keep.add(folder, [file])


def test_two_people_who_add_at_once_lose_nothing(office):
    files = [
        [saved(office.parent / f"{who}-{n}.json", OTHER | {"text": f"{who} {n}"}) for n in range(15)] for who in "AB"
    ]
    start = multiprocessing.get_context("spawn")
    writers = [start.Process(target=_add_each, args=(office, own)) for own in files]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert sorted(texts(office)) == sorted(f"{who} {n}" for who in "AB" for n in range(15))
    assert problems((office / "notes.jsonl").read_bytes()) == []
    assert sorted(path.name for path in office.iterdir()) == ["notes.head", "notes.jsonl", "office.toml"]


def test_a_lock_that_its_holder_has_just_taken_away_locks_nothing(office, monkeypatch):
    path, opened = office / ".notes.lock", os.open

    def open_and_lose(*given):
        held = opened(*given)
        path.unlink()
        return held

    monkeypatch.setattr(os, "open", open_and_lose)
    assert lock.taken(path) is None
    monkeypatch.undo()
    assert keep.add(office, [saved(office.parent / "a.json", NOTE)], NOW).added == 1


def test_who_waits_too_long_for_another_is_told_so(office, monkeypatch):
    monkeypatch.setattr(keep, "_MOST_SECONDS", 0.1)
    with keep._alone_in(office), pytest.raises(AuditError, match="Đợi một phút"):
        keep.add(office, [saved(office.parent / "a.json", NOTE)], NOW)
    assert keep.add(office, [office.parent / "a.json"], NOW).added == 1


def test_a_lock_left_by_a_program_that_died_holds_nobody_up(office):
    raw(office / ".notes.lock", b"")
    assert keep.add(office, [saved(office.parent / "a.json", NOTE)], NOW).added == 1


def test_a_form_writes_a_note_as_a_file_does_from_no_file(office):
    written = {name: value for name, value in NOTE.items() if name != "at"}
    assert keep.write(office, written, NOW) == keep.Added(added=1, known=0, total=1)
    [line] = there(office)
    assert (line["at"], line["from_sha256"]) == ("2026-11-23T10:00:00+07:00", "")
    assert keep.write(office, NOTE | {"at": line["at"]}, NOW).known == 1
    with pytest.raises(AuditError, match="“verdict” ghi sai"):
        keep.write(office, written | {"verdict": "innocent"}, NOW)
    with pytest.raises(AuditError, match="“previous”"):
        keep.write(office, written | {"previous": ""}, NOW)


def test_every_verdict_and_position_can_stand_in_a_note_and_has_its_words(office):
    every = [NOTE | {"verdict": verdict, "position": position} for verdict in Verdict for position in Position]
    assert keep.add(office, [saved(office.parent / "a.json", *every)], NOW).added == len(Verdict) * len(Position)
    assert all(terms.has(f"position.{position}") for position in Position)


def test_a_folder_without_notes_has_none(office):
    entries, bad = keep.standing(office)
    assert (entries, len(bad)) == ((), 0)
