"""A bundle: a stranger does the audit again with it alone; and what somebody has made up is refused."""

import io
import shutil
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from folders import OFFICE, REGISTER, folder
from test_verify import inputs as inputs  # noqa: PLC0414  the outputs that are audited once
from test_verify import made, said, told  # noqa: F401

from audit.evidence import archive, bundle, verify
from audit.ground.terms import AuditError
from audit.running import manifest, outputs

NAME = "NOI-BO-xa-thu-2025-04.zip"


@pytest.fixture(scope="module")
def packed(made, inputs) -> bytes:  # noqa: F811
    """The bundle of inputs and internal outputs."""
    return bundle.bundle(inputs, made=made["internal"]).content


def put(path: Path, content: bytes) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / NAME).write_bytes(content)
    return path / NAME


def files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def repacked(content: bytes, **changed: bytes) -> bytes:
    """A bundle with files changed and its manifest written anew, as somebody does who knows how."""
    held = files(content) | {name.replace("__", "/").replace("_dot_", "."): one for name, one in changed.items()}
    listed = manifest.read(held.pop("manifest.json"))
    again = listed.model_copy(update={"files": manifest.marks(held)})
    return archive.packed({**held, "manifest.json": again.as_bytes()})


# A stranger -----------------------------------------------------------------------------------------------------------


def test_a_stranger_with_the_bundle_alone_gets_the_same_findings_and_the_same_page_to_the_byte(packed, tmp_path):
    lines = told(put(tmp_path, packed))
    assert lines["differs"] == []
    assert "3 inputs are the very files that were read (SHA-256)." in lines["same"]
    assert "Done again: 2 dossiers and every figure are the same, but for what is keyed." in lines["same"]
    assert "audit.html is to the byte what result.json gives." in lines["same"]
    assert any(line.startswith("Without office.key") for line in lines["unknown"])


def test_what_an_audit_reads_beside_its_folder_and_in_exports_is_in_the_bundle_too(tmp_path):
    for sample in ("xa-mau/2025-q4", "troi-mau/2025-q3"):
        place = ROOT / "data" / sample
        (done,) = outputs.audits([place], tmp_path / "out", {"as_of": "", "lang": "vi", "edition": "internal"})
        packed_all = bundle.bundle(place, made=done.page.parent).content
        assert told(put(tmp_path / place.parent.name, packed_all))["differs"] == []
        held = {name.rpartition("/")[0] for name in files(packed_all)}
        assert held >= ({"beside/2025-q3"} if place.name == "2025-q4" else {"inputs/exports"})


def test_a_stranger_who_unpacks_it_in_a_clean_folder_and_has_the_key_gets_the_page_to_the_byte(
    packed, made, inputs, tmp_path  # noqa: F811
):  # fmt: skip
    clean = tmp_path / "xa-thu" / "2025-04"
    clean.mkdir(parents=True)
    for name, content in files(packed).items():
        if name.startswith("inputs/"):
            (clean / name.removeprefix("inputs/")).write_bytes(content)
    shutil.copy(inputs.parent / "office.key", clean.parent)
    parameters = {"as_of": "", "lang": "vi", "edition": "internal"}
    (audit,) = outputs.audits([clean], tmp_path / "out", parameters)
    for name in ("audit.html", "audit.ipynb", "cases.xlsx", "result.json", "manifest.json"):
        assert (audit.page.parent / name).read_bytes() == (made["internal"] / name).read_bytes(), name


@pytest.mark.parametrize("edition", ["internal", "shareable", "office"])
def test_a_bundle_is_taken_for_the_inputs_of_each_edition_and_the_key_beside_it(
    packed, made, inputs, tmp_path, edition  # noqa: F811
):  # fmt: skip
    lines = told(made[edition], put(tmp_path, packed), key=inputs.parent / "office.key")
    assert lines["differs"] == []
    assert "Done again: audit.html is the same to the byte." in lines["same"]


def test_one_changed_cell_in_the_bundle_is_named_with_its_dossier(packed, tmp_path):
    register = files(packed)["inputs/register.csv"].replace("08/04/2025,Đã ký".encode(), "14/04/2025,Đã ký".encode(), 1)
    lines = told(put(tmp_path, repacked(packed, inputs__register_dot_csv=register)))
    assert any(line.startswith("The input register.csv is another file.") for line in lines["differs"])
    assert any("in dossier H-1, verdict" in line for line in lines["differs"])


def test_one_changed_rule_is_named(packed, tmp_path, monkeypatch):
    monkeypatch.setattr("audit.evidence.belong.RULES", "2031-01-01")
    assert any("this program has those of 2031-01-01" in line for line in told(put(tmp_path, packed))["differs"])


def test_one_swapped_file_is_named_by_the_bundles_own_manifest(packed, tmp_path):
    held = files(packed) | {"inputs/register.csv": b"x"}
    lines = told(put(tmp_path, archive.packed(held)))
    assert lines["differs"][0].startswith("inputs/register.csv: not as it was listed.")


# What is in it --------------------------------------------------------------------------------------------------------


def test_the_same_folder_gives_the_same_bytes_in_order_of_name_and_of_no_day(inputs, made, packed):  # noqa: F811
    assert bundle.bundle(inputs, made=made["internal"]).content == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as parts:
        names = parts.namelist()
        assert names == sorted(names)
        assert {one.date_time for one in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.compress_type for one in parts.infolist()} == {zipfile.ZIP_STORED}


def test_it_says_loudly_in_vietnamese_first_that_it_is_internal_and_what_to_do(packed):
    readme = files(packed)["README.txt"].decode("utf-8-sig")
    assert readme.startswith("NỘI BỘ – GÓI NÀY CÓ TÊN, MÃ HỒ SƠ VÀ GIẤY TỜ CỦA NGƯỜI DÂN.")
    assert "audit verify GÓI.zip" in readme
    assert "xã Thử, 01/04/2025 – 30/04/2025, ngày kiểm tra 05/05/2025" in readme
    assert readme.index("NỘI BỘ") < readme.index("INTERNAL")


def test_the_offices_key_is_never_in_it_under_whatever_name(inputs, packed, tmp_path):
    secret = (inputs.parent / "office.key").read_bytes().strip()
    assert not [name for name, content in files(packed).items() if secret in content or name.endswith("office.key")]
    named = tmp_path / "office.key"
    named.write_text("x", encoding="utf-8")
    hidden = tmp_path / "anh.jpg"
    hidden.write_bytes(b"\xff" + secret + b"\xff")
    for path in (named, hidden):
        with pytest.raises(AuditError, match="Take the key out"):
            bundle.bundle(inputs, evidence=[path])


def test_a_key_in_the_audits_own_folder_stays_out_too(inputs, tmp_path):
    own = Path(shutil.copytree(inputs, tmp_path / "xa-thu" / "2025-04"))
    shutil.copy(inputs.parent / "office.key", own)
    assert {name for name in files(bundle.bundle(own).content) if name.startswith("inputs/")} == {
        "inputs/office.toml", "inputs/register.csv", "inputs/software.csv",
    }  # fmt: skip


def test_settings_and_notes_of_the_folder_are_in_it_and_photographs_that_were_named(tmp_path):
    own = folder(tmp_path / "xa-thu" / "2025-04", procedures__csv="procedure | term\nA | 5", notes__jsonl="\n",
                 vat__jpg=b"\xff", anh__jpg=b"\xfe")  # fmt: skip
    made_ = bundle.bundle(own, evidence=[own / "anh.jpg"])
    names = set(files(made_.content))
    assert {"inputs/procedures.csv", "inputs/notes.jsonl", "evidence/anh.jpg"} <= names
    assert not [name for name in names if "vat" in name]
    assert made_.counts == {"inputs": 5, "beside": 0, "outputs": 0, "evidence": 1}


def test_two_photographs_of_one_name_and_a_link_are_refused(inputs, tmp_path):
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "anh.jpg").write_bytes(b"x")
    with pytest.raises(AuditError, match="two files are named"):
        bundle.bundle(inputs, evidence=[tmp_path / "a" / "anh.jpg", tmp_path / "b" / "anh.jpg"])
    (tmp_path / "lien-ket.jpg").symlink_to(tmp_path / "a" / "anh.jpg")
    with pytest.raises(AuditError, match="no ordinary file"):
        bundle.bundle(inputs, evidence=[tmp_path / "lien-ket.jpg"])


def test_a_bundle_without_outputs_says_that_there_is_nothing_to_compare(inputs, tmp_path):
    lines = told(put(tmp_path, bundle.bundle(inputs).content))
    assert lines["differs"] == []
    assert any("holds no outputs to compare" in line for line in lines["unknown"])


def test_the_command_writes_for_its_owner_alone_says_that_it_is_internal_and_overwrites_nothing(
    inputs, tmp_path
):  # fmt: skip
    code, shown, beside = said("bundle", inputs, "-o", tmp_path / NAME)
    assert (code, "3 tệp dữ liệu" in shown, beside.startswith("NỘI BỘ")) == (0, True, True)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert said("bundle", inputs, "-o", tmp_path / NAME)[0] == 1
    assert said("bundle", inputs, "-o", tmp_path / NAME, "--force")[0] == 0


# What somebody has made up --------------------------------------------------------------------------------------------


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as parts:
        for name, content in entries:
            parts.writestr(name, content)
    return target.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return entry


def listing(*names: str) -> bytes:
    told_ = {"manifest": "1.0", "kind": "bundle", "audit": "a/b", "commune": "x", "first_on": "2025-04-01",
             "last_on": "2025-04-30", "as_of": "2025-05-05", "lang": "vi", "edition": "internal", "result_schema": "", "notes": None,
             "rules": "x", "program": "x", "toolkit": "0" * 64, "calendar": "0" * 64,
             "files": {name: {"sha256": "0" * 64, "size": 1} for name in names}}  # fmt: skip
    return manifest.canonical(told_)


def declared(content: bytes, size: int) -> bytes:
    """A .zip whose list says that its first entry has so many bytes."""
    at = content.index(b"PK\x01\x02")
    return content[: at + 24] + struct.pack("<L", size) + content[at + 28 :]


HOSTILE = {
    "no zip": (b"x" * 100, "cannot be opened"),
    "empty": (b"", "cannot be opened"),
    "no manifest": (zipped(("inputs/a.csv", b"x")), "is no bundle"),
    "manifest of nothing": (zipped(("manifest.json", b"{")), "is no manifest"),
    "above": (zipped(("manifest.json", listing("../../etc/passwd")), ("../../etc/passwd", b"x")), "outside the folder"),
    "absolute": (zipped(("manifest.json", listing("/etc/passwd")), ("/etc/passwd", b"x")), "outside the folder"),
    "above in inputs": (zipped(("manifest.json", listing("inputs/../x")), ("inputs/../x", b"x")), "outside the folder"),
    "windows": (zipped(("manifest.json", listing("inputs/c:\\x")), ("inputs/c:\\x", b"x")), "outside the folder"),
    "not listed": (zipped(("manifest.json", listing()), ("/etc/passwd", b"x")), "not in its manifest"),
    "not there": (zipped(("manifest.json", listing("inputs/a.csv"))), "not in its manifest"),
    "link": (zipped(("manifest.json", listing("inputs/a.csv")), (link("inputs/a.csv"), b"/etc/passwd")), "no ordinary"),
    "folder": (zipped(("manifest.json", listing()), ("inputs/", b"")), "no ordinary"),
    "too many": (zipped(*((f"inputs/{n}.csv", b"") for n in range(1001))), "more than 1000"),
    "huge": (declared(zipped(("inputs/a.csv", b"x"), ("manifest.json", listing())), 2**32 - 2), "more than 400 MB"),
    "longer than it is": (declared(zipped(("inputs/a.csv", b"x"), ("manifest.json", listing("inputs/a.csv"))), 999), "cut off"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_made_up_bundle_is_refused_with_a_clear_message_and_touches_no_file(name, tmp_path, monkeypatch):
    content, why = HOSTILE[name]
    path = put(tmp_path / "given", content)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AuditError, match=why):
        verify.verified(path)
    assert {one.name for one in tmp_path.rglob("*")} == {"given", NAME}
    code, _, beside = said("verify", path)
    assert (code, "Traceback" in beside) == (1, False)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("other", ["inputs/a.csv", "inputs/A.CSV"])
def test_two_files_of_one_name_are_refused_even_where_only_some_machines_take_them_for_one(tmp_path, other):
    content = zipped(("manifest.json", listing("inputs/a.csv")), ("inputs/a.csv", b"x"), (other, b"y"))
    with pytest.raises(AuditError, match="two files are named"):
        verify.verified(put(tmp_path, content))


def test_a_bundle_that_is_cut_off_is_said_to_be(packed, tmp_path):
    for cut in (10, len(packed) // 2, len(packed) - 10):
        with pytest.raises(AuditError, match="cannot be opened"):
            verify.verified(put(tmp_path, packed[:cut]))


def test_a_small_file_that_unpacks_to_much_is_not_unpacked(tmp_path):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("manifest.json", listing("inputs/a.csv"))
        with parts.open("inputs/a.csv", "w") as stream:
            for _ in range(401):
                stream.write(bytes(1_000_000))
    assert len(target.getvalue()) < 1_000_000
    with pytest.raises(AuditError, match="more than 400 MB"):
        verify.verified(put(tmp_path, target.getvalue()))


def test_a_file_that_is_no_input_is_not_handed_to_the_audit(packed, made, tmp_path):  # noqa: F811
    lines = told(
        made["internal"],
        put(tmp_path, repacked(packed, inputs__office_dot_key=b"x", inputs__sitecustomize_dot_py=b"x")),
    )
    assert lines["differs"] == []


def test_nothing_beside_stands_in_for_an_input_whatever_its_folder_is_called(packed, made, tmp_path):  # noqa: F811
    forged = repacked(packed, inputs__register_dot_csv=REGISTER.replace("08/04/2025", "11/04/2025").encode())
    held = files(forged)
    told_ = told(made["internal"], put(tmp_path / "changed", forged))["differs"]
    assert any("register.csv is another file" in line for line in told_)
    held |= {"beside/2025-04/register.csv": held["inputs/register.csv"],
             "inputs/register.csv": files(packed)["inputs/register.csv"]}  # fmt: skip
    listed = manifest.read(held.pop("manifest.json"))
    again = listed.model_copy(update={"files": manifest.marks(held)})
    hidden = archive.packed({**held, "manifest.json": again.as_bytes()})
    lines = told(made["internal"], put(tmp_path / "hidden", hidden))
    assert lines["differs"] == []
    assert any("every figure are the same" in line for line in lines["same"])  # by the true register, as it was made


def test_no_record_of_another_commune_nor_of_a_later_period_is_in_a_bundle(tmp_path):
    own = folder(tmp_path / "xa-thu" / "2025-04")
    days = OFFICE.replace("2025-04-01", "2025-03-01").replace("2025-04-30", "2025-03-31")
    folder(tmp_path / "xa-thu" / "a", office__toml=OFFICE.replace("xã Thử", "xã Khác", 1))
    folder(tmp_path / "xa-thu" / "b", office__toml=OFFICE.replace("2025-04", "2025-05").replace("05-30", "05-31"))
    folder(tmp_path / "xa-thu" / "c", office__toml=days.replace("2025-05-05", "2025-04-05"))
    beside = {name for name in files(bundle.bundle(own).content) if name.startswith("beside/")}
    assert beside == {"beside/a/office.toml", "beside/b/office.toml",
                      *(f"beside/c/{name}" for name in ("office.toml", "software.csv", "register.csv"))}  # fmt: skip


def test_an_input_that_is_one_more_is_named(packed, made, tmp_path):  # noqa: F811
    more = repacked(packed, inputs__stops_dot_csv=REGISTER.encode())
    assert any("stops.csv was not there" in line for line in told(made["internal"], put(tmp_path, more))["differs"])
