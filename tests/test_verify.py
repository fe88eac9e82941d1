"""Outputs checked by somebody who did not make them: do they belong together, and do these very files give them?"""

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from folders import OFFICE, REGISTER, SOFTWARE, folder
from typer.testing import CliRunner

from audit.commands.main import app
from audit.evidence import differences, verify
from audit.evidence.said import Outcome
from audit.findings.schema import SCHEMA_VERSION
from audit.ground.terms import AuditError
from audit.running import manifest, outputs

RETURNED_LATE = REGISTER.replace("08/04/2025  | Đã ký\n2", "14/04/2025  | Đã ký\n2")  # H-1
PARAMETERS = {"as_of": "", "lang": "vi", "edition": "internal"}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> Path:
    """An audit's folder, its key beside it."""
    return folder(tmp_path_factory.mktemp("thu") / "xa-thu" / "2025-04")


@pytest.fixture(scope="module")
def made(inputs, tmp_path_factory) -> dict[str, Path]:
    """The folder of outputs of each edition, to be read."""
    out = tmp_path_factory.mktemp("out")
    done = {}
    for edition in ("internal", "shareable", "office"):
        (audit,) = outputs.audits([inputs], out / edition, PARAMETERS | {"edition": edition})
        done[edition] = audit.page.parent
    return done


@pytest.fixture
def copied(made, tmp_path) -> Path:
    """A copy of the internal outputs, to spoil."""
    return Path(shutil.copytree(made["internal"], tmp_path / "2025-04"))


def told(path: Path, *rest, **more) -> dict[str, list[str]]:
    """What is said in English, by outcome."""
    lines = verify.verified(path, *rest, **more).lines
    return {one.value: [line.said["en"] for line in lines if line.outcome == one] for one in Outcome}


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def listed_anew(path: Path) -> None:
    """Write the manifest of a folder as somebody does who has changed a file and knows how."""
    listed = manifest.read((path / "manifest.json").read_bytes())
    marks = manifest.marks({name: (path / name).read_bytes() for name in listed.files})
    (path / "manifest.json").write_bytes(listed.model_copy(update={"files": marks}).as_bytes())


def without(text: str, dossier: str) -> str:
    return "\n".join(line for line in text.splitlines() if dossier not in line)


# The manifest ---------------------------------------------------------------------------------------------------------


def test_the_manifest_lists_every_file_that_was_written_beside_it(made):
    for place in made.values():
        listed = manifest.read((place / "manifest.json").read_bytes())
        assert listed.files.keys() | {"manifest.json"} == {path.name for path in place.iterdir()}
        assert (listed.commune, str(listed.first_on), str(listed.as_of)) == ("xã Thử", "2025-04-01", "2025-05-05")


def test_a_manifest_is_written_in_one_way_with_its_keys_in_order_and_no_blank(made):
    written = (made["internal"] / "manifest.json").read_text(encoding="utf-8")
    assert json.dumps(json.loads(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False) == written
    assert manifest.canonical({"b": 1, "a": ["ă", True]}) == '{"a":["ă",true],"b":1}'.encode()


def test_whatever_a_run_writes_is_listed_whatever_its_name(made):
    result = (made["internal"] / "result.json").read_bytes()
    listed = manifest.with_manifest({"result.json": result, "check.ics": b"BEGIN"}, result)
    assert manifest.read(listed["manifest.json"]).files["check.ics"].size == 5


# Outputs against each other -------------------------------------------------------------------------------------------


def test_outputs_that_nobody_touched_belong_together_and_are_said_to_be_unsigned(made):
    for edition, place in made.items():
        said = told(place)
        assert said["differs"] == [], edition
        assert any("is not signed" in line for line in said["unknown"])
        assert "cases.xlsx is to the byte what result.json gives." in said["same"]
        assert "audit.html is to the byte what audit.ipynb gives." in said["same"]


def test_a_page_that_was_changed_afterwards_is_named(copied):
    changed(copied / "audit.html", "H-1", "H-9")
    assert [line[:11] for line in told(copied)["differs"]] == ["audit.html:", "audit.html ", "audit.html "]


def test_a_page_changed_by_somebody_who_wrote_the_manifest_anew_is_named_all_the_same(copied):
    changed(copied / "audit.html", "H-1", "H-9")
    listed_anew(copied)
    assert "audit.html is not what result.json gives: one of them was changed." in told(copied)["differs"]


def test_a_workbook_of_another_audit_is_named(copied, made):
    shutil.copy(made["shareable"] / "cases.xlsx", copied)
    listed_anew(copied)
    assert told(copied)["differs"] == [
        "cases.xlsx is not the workbook of this result.json.",
        "cases.xlsx is not what result.json gives: one of them was changed.",
    ]


def test_a_result_that_was_changed_is_not_that_of_its_page(copied):
    changed(copied / "result.json", '"late_only_in_software"', '"late"')
    listed_anew(copied)
    assert "audit.html is not the page of this result.json." in told(copied)["differs"]


def test_a_manifest_of_another_office_is_named(copied):
    listed = manifest.read((copied / "manifest.json").read_bytes())
    (copied / "manifest.json").write_bytes(listed.model_copy(update={"commune": "xã Khác"}).as_bytes())
    assert told(copied)["differs"] == ["manifest.json is not that of result.json: the entry commune differs."]


def test_a_file_that_is_gone_and_one_that_was_put_there_are_named(copied):
    (copied / "cases.xlsx").unlink()
    (copied / "ghi-chu.txt").write_text("x", encoding="utf-8")
    said = told(copied)
    assert said["differs"] == ["cases.xlsx: listed in the manifest, and not there."]
    assert any("ghi-chu.txt" in line for line in said["unknown"])


def test_bytes_that_another_copy_of_the_program_made_are_not_said_to_be_changed(copied):
    changed(copied / "audit.html", "H-1", "H-9")
    listed = manifest.read((copied / "manifest.json").read_bytes())
    other = listed.model_copy(update={"toolkit": "0" * 64, "files": manifest.marks(
        {name: (copied / name).read_bytes() for name in listed.files})})  # fmt: skip
    (copied / "manifest.json").write_bytes(other.as_bytes())
    said = told(copied)
    assert said["differs"] == []
    assert sum("it is not known whether it was changed" in line for line in said["unknown"]) == 2


def test_outputs_of_other_rules_are_named_with_both_versions(copied, monkeypatch):
    monkeypatch.setattr("audit.evidence.belong.RULES", "2031-01-01")
    (line,) = [line for line in told(copied)["differs"] if "rules" in line]
    assert re.search(r"rules of 20\d\d-\d\d-\d\d; this program has those of 2031-01-01", line)


# Outputs against their inputs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["internal", "shareable", "office"])
def test_the_files_that_outputs_were_made_of_give_every_byte_again(made, inputs, edition):
    said = told(made[edition], inputs)
    assert said["differs"] == []
    assert "Done again: result.json is the same to the byte." in said["same"]
    for name in ("audit.html", "audit.ipynb", "cases.xlsx"):
        assert f"Done again: {name} is the same to the byte." in said["same"]
    assert any("very files that were read" in line for line in said["same"])


def test_a_changed_cell_names_its_file_and_the_dossier_with_what_stood_and_what_comes_out(made, tmp_path):
    other = folder(tmp_path / "xa-thu" / "2025-04", register__csv=RETURNED_LATE)  # fmt: skip
    differing = told(made["internal"], other)["differs"]
    assert re.fullmatch(
        r"The input register\.csv is another file\. SHA-256 then [0-9a-f]{16}…, now [0-9a-f]{16}…", differing[0]
    )
    assert differing[1] == (
        "Done again, the first difference is in dossier H-1, verdict: the outputs say “Late only in the "
        "software”, it comes out as “Late”."
    )
    assert len(differing) == 2


def test_a_changed_cell_is_named_in_the_editions_that_mask_too(made, tmp_path):
    other = folder(tmp_path / "xa-thu" / "2025-04", register__csv=RETURNED_LATE)  # fmt: skip
    office, shareable = (told(made[edition], other)["differs"] for edition in ("office", "shareable"))
    assert office[0] == shareable[0] == "The input register.csv is none of the files that were read (keyed mark)."
    assert "in dossier H-1, verdict" in office[-1]
    assert re.search(r"in dossier [A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}, verdict", shareable[-1])


def test_a_swapped_file_and_one_too_many_are_each_named(made, tmp_path):
    other = folder(tmp_path / "xa-thu" / "2025-04", software__csv=without(SOFTWARE, "H-2"), stops__csv="Mã hồ sơ | Từ ngày | Đến ngày\nH-1 | 02/04/2025 | 03/04/2025")  # fmt: skip
    differing = told(made["internal"], other)["differs"]
    assert [line.split()[2] for line in differing[:2]] == ["software.csv", "stops.csv"]


def test_without_the_key_findings_are_compared_and_what_is_keyed_is_said_to_be_unknown(made, inputs, tmp_path):
    keyless = Path(shutil.copytree(inputs, tmp_path / "noi-khac" / "2025-04"))
    for edition, place in made.items():
        said = told(place, keyless)
        assert said["differs"] == [], edition
        assert "Done again: 2 dossiers and every figure are the same, but for what is keyed." in said["same"]
        assert any(line.startswith("Without office.key") for line in said["unknown"])
        is_plain = edition == "internal"
        assert any("very files that were read (SHA-256)" in line for line in said["same"]) == is_plain
    assert not (tmp_path / "noi-khac" / "office.key").exists()


def test_without_the_key_a_changed_cell_is_found_in_every_edition(made, tmp_path):
    other = folder(tmp_path / "xa-thu" / "2025-04", register__csv=RETURNED_LATE)  # fmt: skip
    (other.parent / "office.key").unlink()
    for edition, place in made.items():
        assert any("the first difference is in" in line for line in told(place, other)["differs"]), edition


def test_another_key_is_told_from_another_finding(made, inputs, tmp_path):
    key = tmp_path / "khac.key"
    key.write_text("1" * 64, encoding="utf-8")
    said = told(made["internal"], inputs, key=key)
    assert said["differs"] == ["Every finding is the same, but the masked codes are those of another office.key."]


def test_a_page_alone_is_compared_with_what_its_files_give(made, inputs, tmp_path):
    page = Path(shutil.copy(made["internal"] / "audit.html", tmp_path / "trang.html"))
    assert "Done again: audit.html is the same to the byte." in told(page, inputs)["same"]
    changed(page, "H-1", "H-9")
    assert "audit.html is not what comes out: it was changed after it was made." in told(page, inputs)["differs"]


def test_inputs_that_cannot_be_audited_are_said_why(made, inputs, tmp_path):
    other = folder(tmp_path / "xa-thu" / "2025-04", software__csv="")
    assert any("has no software.xlsx" in line for line in told(made["internal"], other)["differs"])


def test_nothing_is_left_behind_and_nothing_is_written_beside_what_was_looked_at(made, inputs, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = {path: path.stat().st_mtime_ns for place in (inputs.parent, made["office"]) for path in place.rglob("*")}
    told(made["office"], inputs)
    kept = [path.name for own in tmp_path.iterdir() for path in own.iterdir()]  # in the private folder of all runs
    assert set(kept) <= {".all.lock"}
    after = {path: path.stat().st_mtime_ns for place in (inputs.parent, made["office"]) for path in place.rglob("*")}
    assert after == before


def test_a_run_that_looked_for_no_earlier_period_is_done_again_without_one(tmp_path):
    place = tmp_path / "xa-thu"
    own = folder(place / "2025-04")
    days = OFFICE.replace("2025-04-01", "2025-03-01").replace("2025-04-30", "2025-03-31")
    folder(place / "2025-03", office__toml=days.replace("2025-05-05", "2025-04-05"))
    for earlier, outcome in (("none", "same"), (str(place / "2025-03"), "unknown")):
        (audit,) = outputs.audits([own], tmp_path / outcome, PARAMETERS | {"edition": "internal", "previous": earlier})
        lines = told(audit.page.parent, own)
        assert lines["differs"] == []
        assert any(line.startswith(("Done again: result.json", "That run named")) for line in lines[outcome])


def test_a_calendar_that_was_changed_is_seen_even_without_a_manifest(tmp_path):
    check = OFFICE + '[check]\nkind = "kiem_tra_xa"\nannounced_on = 2025-09-08\n'
    own = folder(tmp_path / "xa-thu" / "2025-04", office__toml=check)
    (audit,) = outputs.audits([own], tmp_path / "out", PARAMETERS | {"edition": "internal"})
    place = audit.page.parent
    assert told(place)["differs"] == []
    (place / "manifest.json").unlink()
    changed(place / "check.ics", "DTSTART;VALUE=DATE:2025", "DTSTART;VALUE=DATE:2030")
    assert any("check.ics is not what result.json gives" in line for line in told(place)["differs"])


# The first difference -------------------------------------------------------------------------------------------------


def result(*cases: dict, **more) -> dict:
    return {"edition": "internal", "versions": {}, "inputs": [], "parameters": {}, "notes": [], "cases": list(cases),
            "in_columns": {"kinds": [], "names": [], "kind": [], "name": []}} | more  # fmt: skip


def case(dossier: str, verdict: str = "late", **more) -> dict:
    return {"dossier_id": dossier, "dossier_code": "AAAA-BBBB-CCCC", "fingerprint": "0" * 16, "verdict": verdict} | more


def test_a_verdict_is_named_before_what_follows_from_it():
    old, new = result(case("a", returned_on="2025-04-08")), result(case("a", "open", returned_on=None))
    assert differences.first(old, new)[:3] == ("a", "verdict", "late")
    assert differences.first(old, result(case("a", returned_on=None)))[:2] == ("a", "returned_on")


def test_a_dossier_that_is_gone_and_one_that_is_new_are_named():
    assert differences.first(result(case("a", images=[1])), result(case("a")))[:2] == ("a", "images")
    assert differences.first(result(case("a"), case("b")), result(case("a")))[:3] == ("b", "verdict", "late")
    assert differences.first(result(case("a")), result(case("a"), case("b")))[:3] == ("b", "verdict", None)


def test_the_same_dossiers_in_another_order_are_not_the_same():
    assert differences.first(result(case("a"), case("b")), result(case("b"), case("a"))).field == "cases"


def test_a_total_that_differs_is_named_where_no_dossier_does():
    old, new = (result(case("a"), verdicts={"late": count}) for count in (1, 2))
    assert differences.first(old, new) == ("", "verdicts.late", 1, 2)


def test_sixteen_digits_that_an_internal_file_holds_are_compared_without_the_key_too():
    old, new = (result(case("a", procedure=digits)) for digits in ("1234567890123456", "1234567890123457"))
    assert differences.first_without_key(old, new).field == "procedure"


def test_without_the_key_masked_dossiers_may_stand_in_any_order_but_not_say_anything_else():
    masked = [case("AAAA-BBBB-CCCC"), case("DDDD-EEEE-FFFF", "open")]
    old = result(*masked, edition="shareable")
    assert differences.first_without_key(old, result(*reversed(masked), edition="shareable")) is None
    other = result(masked[0], case("DDDD-EEEE-FFFF", "stopped"), edition="shareable")
    assert differences.first_without_key(old, other).field == "cases + in_columns"


# Files that somebody has made up ---------------------------------------------------------------------------------------


def spoiled(copied: Path, **fields) -> Path:
    told_ = json.loads((copied / "manifest.json").read_bytes()) | fields
    (copied / "manifest.json").write_bytes(manifest.canonical(told_))
    return copied


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..\\x", "C:x", "..", "", "a\nb", "inputs/software.csv", "a" * 201]
)
def test_a_manifest_that_names_a_file_elsewhere_is_refused_before_anything_is_read(copied, name):
    with pytest.raises(AuditError, match="lies outside the folder"):
        verify.verified(spoiled(copied, files={name: {"sha256": "0" * 64, "size": 1}}))


@pytest.mark.parametrize(
    "written", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"files":' + b"[" * 100_000, b'{"a":1,"a":2}']
)
def test_a_manifest_that_is_none_is_refused_with_what_to_do(copied, written):
    (copied / "manifest.json").write_bytes(written)
    with pytest.raises(AuditError, match="is no manifest that the program writes"):
        verify.verified(copied)


def test_a_manifest_written_with_other_blanks_or_a_key_twice_is_no_manifest_of_ours(copied):
    path = copied / "manifest.json"
    path.write_bytes(json.dumps(json.loads(path.read_bytes())).encode())
    with pytest.raises(AuditError, match="was changed"):
        verify.verified(copied)


@pytest.mark.parametrize("cut", [0, 1, 1000, -2])
def test_a_result_that_is_cut_off_is_said_to_be(copied, cut):
    path = copied / "result.json"
    path.write_bytes(path.read_bytes()[:cut])
    assert "result.json cannot be read: it is cut off or was changed." in told(copied)["differs"]


def test_a_result_of_another_schema_is_not_said_to_be_changed(copied):
    changed(copied / "result.json", f'"schema_version": "{SCHEMA_VERSION}"', '"schema_version": "1.1", "x": "y"')
    assert any(f"is of schema 1.1, and this program reads {SCHEMA_VERSION}" in line for line in told(copied)["unknown"])


def test_a_link_among_the_outputs_is_not_followed(copied, tmp_path):
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    (copied / "cases.xlsx").unlink()
    (copied / "cases.xlsx").symlink_to(tmp_path / "secret")
    with pytest.raises(AuditError, match="no ordinary file"):
        verify.verified(copied)


@pytest.mark.parametrize("name", ["audit.ipynb", "cases.xlsx", "audit.html"])
def test_a_file_of_noise_differs_and_stops_nothing(copied, name):
    (copied / name).write_bytes(b"\x00\xff{[" * 50)
    assert len(told(copied)["differs"]) >= 2


def test_a_record_that_names_a_folder_elsewhere_is_not_believed(copied, inputs, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    changed(copied / "audit.ipynb", "xa-thu/2025-04", "../../x")
    assert any("audit.ipynb" in line for line in told(copied, inputs)["differs"])
    assert {path.name for path in tmp_path.iterdir()} == {"2025-04", "scratch"}


# The command ----------------------------------------------------------------------------------------------------------


def said(*arguments) -> tuple[int, str, str]:
    answer = CliRunner().invoke(app, [*map(str, arguments)], prog_name="audit")
    return answer.exit_code, answer.stdout, answer.stderr


def test_the_command_leaves_with_0_where_nothing_differs_and_with_1_where_something_does(copied):
    code, shown, _ = said("verify", copied / "audit.html")
    assert (code, shown.splitlines()[0]) == (0, "ĐÚNG: 4 tệp đúng như manifest.json đã kê.")
    changed(copied / "audit.html", "H-1", "H-9")
    code, shown, _ = said("verify", copied / "result.json", "--lang", "en")
    assert (code, shown.splitlines()[0][:20]) == (1, "DIFFERS: audit.html:")
    assert said("verify", copied / "none")[0] == 1
    assert "Không có “none”" in said("verify", copied / "none")[2]
    assert said("verify", ROOT / "docs")[0] == 1


def test_a_notebook_shows_what_was_looked_at_with_what_files_say_escaped(copied):
    (copied / "<b>x").write_text("x", encoding="utf-8")
    shown = verify.verified(copied, lang="en")._repr_html_()
    assert "&lt;b&gt;x" in shown
    assert "<b>x" not in shown


# The page -------------------------------------------------------------------------------------------------------------


def test_the_internal_page_has_the_lines_that_sha256sum_takes_and_the_others_only_that_of_the_result(made):
    for edition, place in made.items():
        page = (place / "audit.html").read_text(encoding="utf-8")
        (sums,) = re.findall(r'<pre class="sums"[^>]*><code>(.*?)</code></pre>', page, re.DOTALL)
        names = [line[66:] for line in sums.splitlines()]
        assert names == (["office.toml", "register.csv", "software.csv"] if edition == "internal" else []) + [
            "result.json"
        ]


def test_the_lines_of_the_page_are_those_that_hashing_gives(made, inputs):
    page = (made["internal"] / "audit.html").read_text(encoding="utf-8")
    files = [*sorted(path for path in inputs.iterdir()), made["internal"] / "result.json"]
    for path in files:
        assert f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" in page
