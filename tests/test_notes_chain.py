"""Notes that cannot be cut: `notes.head` beside them says how many there were and which was the last."""

import json

import pytest
from folders import folder
from test_notes import NOTE, NOW, OTHER, THIRD, refused, saved, there, three
from test_notes import office as office  # noqa: PLC0414  a fixture

from audit.commands.asked import tell_cut_notes
from audit.findings import at_once, result
from audit.ground import whole
from audit.ground.terms import Edition, NotesState
from audit.notes import keep
from audit.page import report
from audit.reading import load, notes
from audit.running import manifest, outputs
from audit.running.outputs import Audit


def chain(folder) -> notes.Chain:
    head = folder / notes.HEAD
    return notes.chain((folder / notes.NAME).read_bytes(), head.read_bytes() if head.exists() else None)


def test_each_merge_writes_how_many_notes_there_are_and_the_hash_of_the_last_line(office):
    lines = three(office)
    told = json.loads((office / "notes.head").read_bytes())
    assert told == {"notes": 3, "head": manifest.hashlib.sha256(lines[2].rstrip(b"\n")).hexdigest()}
    assert chain(office).state == NotesState.KEPT
    keep.write(office, NOTE | {"text": "Mới."}, NOW)
    assert json.loads((office / "notes.head").read_bytes())["notes"] == 4


@pytest.mark.parametrize("left", [2, 1, 0])
def test_a_cut_tail_is_seen_and_nothing_is_added_after_it(office, left):
    lines = three(office)
    (office / "notes.jsonl").write_bytes(b"".join(lines[:left]))
    assert (chain(office).length, chain(office).told, chain(office).state) == (left, 3, NotesState.CUT)
    said = refused(office, saved(office.parent / "b.json", NOTE | {"text": "Mới."}))
    assert said["vi"].startswith(f"notes.jsonl: có {left} ghi chú, còn notes.head ghi 3")
    assert "Khôi phục tệp từ bản sao lưu" in said["vi"]


def test_notes_that_were_taken_away_wholly_are_seen(office):
    three(office)
    (office / "notes.jsonl").unlink()
    assert "có 0 ghi chú, còn notes.head ghi 3" in refused(office, saved(office.parent / "b.json", NOTE))["vi"]


def test_a_last_answer_of_the_office_made_an_inspectors_is_seen(office):
    keep.add(office, [saved(office.parent / "a.json", NOTE), saved(office.parent / "b.json", OTHER, edition="office")])
    content = (office / "notes.jsonl").read_bytes()
    (office / "notes.jsonl").write_bytes(content.replace(b',"by_office":true', b""))
    assert [one["text"] for one in there(office)] == [NOTE["text"], OTHER["text"]]  # each by its own hash as it was
    assert notes.read("notes.jsonl", (office / "notes.jsonl").read_bytes())[1].empty
    assert chain(office).state == NotesState.CHANGED
    assert "dòng ghi chú thứ 2 không còn là dòng mà notes.head ghi" in refused(
        office, saved(office.parent / "c.json", THIRD)
    )["vi"]  # fmt: skip


def test_of_notes_without_a_head_nothing_is_known_and_the_next_merge_makes_it(office):
    three(office)
    (office / "notes.head").unlink()
    assert (chain(office).told, chain(office).state) == (None, NotesState.NOT_KNOWN)
    keep.add(office, [saved(office.parent / "a.json", NOTE)], NOW)
    assert chain(office).state == NotesState.KEPT


def test_a_merge_stopped_before_it_wrote_the_head_is_no_cut(office):
    three(office)
    before = (office / "notes.head").read_bytes()
    keep.write(office, NOTE | {"text": "Mới."}, NOW)
    (office / "notes.head").write_bytes(before)
    assert (chain(office).length, chain(office).told, chain(office).state) == (4, 3, NotesState.KEPT)


@pytest.mark.parametrize("written", [b"", b"{}", b"\xff\xfe", b'{"notes": -1, "head": ""}', b"[" * 100_000])
def test_a_head_that_cannot_be_read_is_no_head_that_is_not_there(office, written):
    three(office)
    (office / "notes.head").write_bytes(written)
    assert chain(office).state == NotesState.UNREADABLE
    assert "không đọc được" in refused(office, saved(office.parent / "b.json", NOTE))["vi"]


# What an audit says of it ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    """A folder whose last of two notes was cut off, and what is found in it."""
    made = folder(tmp_path_factory.mktemp("cut") / "xa-thu" / "2025-04")
    keep.add(made, [saved(made.parent / "a.json", NOTE, OTHER)], NOW)
    first = (made / "notes.jsonl").read_bytes().splitlines(keepends=True)[0]
    (made / "notes.jsonl").write_bytes(first)
    office = load.office(made)
    return office, at_once.result(office)


def test_a_cut_is_told_on_the_page_in_the_result_and_on_the_terminal(cut, tmp_path, capsys):
    _, found = cut
    assert (found.notes_chain.length, found.notes_chain.told, found.notes_chain.state) == (1, 2, NotesState.CUT)
    assert "còn 1 ghi chú, còn notes.head ghi 2. Khôi phục notes.jsonl" in report.notes(found).html
    made = manifest.with_manifest({}, found.as_json().encode())
    whole.fill(tmp_path / "2025-04", made)
    told = Audit("xa-thu/2025-04", tmp_path / "2025-04" / "audit.html")
    assert outputs.notes_chain(told).head == found.notes_chain.head
    tell_cut_notes([told], "vi")
    assert "xa-thu/2025-04: Ghi chú đã bị cắt" in capsys.readouterr().err


def test_the_head_is_in_the_shareable_edition_by_the_offices_key_alone_and_not_in_that_for_the_office(cut):
    office, found = cut
    shared = result.in_edition(found, Edition.SHAREABLE, office.key)
    assert (shared.notes_chain.length, shared.notes_chain.state) == (1, NotesState.CUT)
    assert shared.notes_chain.head not in {"", found.notes_chain.head}
    assert found.notes_chain.head not in shared.as_json()
    assert result.in_edition(found, Edition.OFFICE, office.key).notes_chain is None
