"""Images of papers: hashed, tied by their folder's name, shown painted anew inside the office alone, and no verdict."""

import base64
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from folders import OFFICE, folder
from PIL import Image

from audit.evidence import bundle
from audit.findings import at_once, edition
from audit.findings import images as pictured
from audit.forms import review
from audit.ground.terms import AuditError, Edition
from audit.page import report
from audit.reading import images, load, pictures, rooms
from audit.running import execute, outputs

PLACE, DEVICE = (11.0, 32.0, 9.87), "MAYBIA-77"
RED, BLUE = (200, 30, 30), (30, 30, 200)
BOOKS = """
TT | Trang | Mã hồ sơ | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả | Ký nhận
1  | 2/15  | H-1      | 01/04/2025 | 08/04/2025      | 08/04/2025  | Đã ký
2  | 3/15  | H-2      | 01/04/2025 | 08/04/2025      | 09/04/2025  | Đã ký
3  | 3/16  | H-3      | 01/04/2025 | 08/04/2025      | 09/04/2025  | Đã ký
"""


def photo(width: int = 40, height: int = 20, orientation: int = 1, kind: str = "JPEG") -> bytes:
    """A made-up photograph, its left half red and its right one blue, that says where and with what it was taken."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = DEVICE, DEVICE, orientation
    exif.get_ifd(0x8825).update({1: "N", 2: PLACE, 3: "E", 4: (106.0, 53.0, 1.0)})
    stream = io.BytesIO()
    picture.save(stream, kind, exif=exif, comment=DEVICE.encode() if kind == "JPEG" else None)
    return stream.getvalue()


def commune(path: Path, evidence: dict[str, bytes], **files: str) -> Path:
    made = folder(path / "xa-thu" / "2025-04", **files)
    for name, content in evidence.items():
        target = made / "evidence" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return made


def of(path: Path, evidence: dict[str, bytes], **files: str) -> dict[str, images.Image]:
    found = load.office(commune(path, evidence, **files)).images
    return {one.name.removeprefix("evidence/"): one for one in found}


def why(content: bytes) -> str:
    with pytest.raises(pictures.UnshownError) as told:
        pictures.picture(content)
    return str(told.value)


# What is shown --------------------------------------------------------------------------------------------------------


def test_what_is_shown_says_neither_where_nor_with_what_it_was_taken():
    taken = photo()
    assert DEVICE.encode() in taken
    assert b"Exif" in taken
    shown = pictures.picture(taken)
    assert DEVICE.encode() not in shown
    assert b"Exif" not in shown
    with Image.open(io.BytesIO(shown)) as opened:
        assert not opened.getexif()
        assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photograph_taken_on_its_side_is_shown_upright():
    shown = pictures.picture(photo(orientation=6))  # to be turned clockwise: what was left is above
    with Image.open(io.BytesIO(shown)) as opened:
        assert opened.size == (20, 40)
        above, below = opened.getpixel((10, 4)), opened.getpixel((10, 35))
    assert above[0] > above[2]
    assert below[2] > below[0]


def test_what_is_shown_is_small_whatever_was_taken():
    noise = Image.effect_noise((3000, 2000), 120).convert("RGB")
    stream = io.BytesIO()
    noise.save(stream, "JPEG", quality=95)
    shown = pictures.picture(stream.getvalue())
    assert len(shown) <= 80_000
    assert max(pictures.size(shown)) <= 1000


def test_the_first_page_of_a_pdf_is_shown():
    stream = io.BytesIO()
    Image.new("RGB", (200, 100), RED).save(stream, "PDF")
    with Image.open(io.BytesIO(pictures.picture(stream.getvalue()))) as opened:
        assert opened.size == (1000, 500)
        assert opened.getpixel((500, 250))[0] > 150


def test_what_is_transparent_is_shown_on_white():
    stream = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(stream, "PNG")
    with Image.open(io.BytesIO(pictures.picture(stream.getvalue()))) as opened:
        assert min(opened.getpixel((2, 2))) > 240


# What is refused ------------------------------------------------------------------------------------------------------


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "x")
    return stream.getvalue()


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 60 000 by 60 000."""
    stream = io.BytesIO()
    Image.new("1", (8, 8)).save(stream, "PNG")
    content = bytearray(stream.getvalue())
    content[16:24] = (60_000).to_bytes(4, "big") * 2
    import zlib  # noqa: PLC0415

    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
    return bytes(content)


@pytest.mark.parametrize(("content", "problem"), [
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image_no_picture"),
    (b"<!doctype html><script>alert(1)</script>", "image_no_picture"),
    (b"GIF89a", "image_no_picture"), (b"", "image_no_picture"),
    (photo()[:200], "image_broken"), (b"%PDF-1.7\nnothing", "image_broken"),
    (photo() + zipped(), "image_two_kinds"), (photo() + b"<script >alert(1)</script>", "image_two_kinds"),
    (photo() + b"%PDF-1.7\n", "image_two_kinds"),
    (bomb(), "image_too_many_pixels"), (photo() + b"\0" * pictures.MOST_BYTES, "image_too_big"),
])  # fmt: skip
def test_what_is_no_plain_picture_is_not_opened_and_it_is_said_why(content, problem):
    assert why(content) == problem


def test_a_photograph_with_what_a_telephone_puts_behind_it_is_shown():
    assert pictures.picture(photo() + b"\0\0SEFH\x6a\0\0" + bytes(range(256))) is not None


# What it is tied to ---------------------------------------------------------------------------------------------------


def test_a_folder_that_is_a_code_or_a_page_of_a_book_ties_its_images(tmp_path):
    names = ("H-1", " h-1 ", "quyen-2-trang-15", "Quyển 2 - trang 15", "book-3-page-15", "trang-16", "page 016")
    found = of(tmp_path, {f"{name}/a.jpg": photo() for name in names}, register__csv=BOOKS)
    dossiers = {name.split("/")[0]: one.dossiers for name, one in found.items()}
    assert dossiers == {
        "H-1": ("H-1",), " h-1 ": ("H-1",), "quyen-2-trang-15": ("H-1",), "Quyển 2 - trang 15": ("H-1",),
        "book-3-page-15": ("H-2",), "trang-16": ("H-3",), "page 016": ("H-3",),
    }  # fmt: skip
    assert not any(one.problem for one in found.values())


def test_a_national_code_ties_however_it_is_written(tmp_path):
    software = """
    Số hồ sơ                  | Ngày tiếp nhận | Ngày hẹn trả     | Ngày kết thúc xử lý
    000.17.53.H48-250401-0001 | 01/04/2025     | 08/04/2025 17:00 | 10/04/2025 08:00
    12/2025                   | 01/04/2025     | 08/04/2025 17:00 | 10/04/2025 08:00
    """
    evidence = {"H48.53.17-250401-0001/a.jpg": photo(), "12-2025/a.jpg": photo()}
    found = of(tmp_path, evidence, software__csv=software)
    assert [one.dossiers for one in found.values()] == [("12/2025",), ("000.17.53.H48-250401-0001",)]


@pytest.mark.parametrize(("name", "problem"), [
    ("trang-15/a.jpg", "image_ambiguous"), ("quyen-9-trang-15/a.jpg", "image_of_no_line"), ("trang-99/a.jpg", "image_of_no_line"),
    ("H-9/a.jpg", "image_of_nothing"), ("anh so/a.jpg", "image_of_nothing"), ("a.jpg", "image_not_in_folder"),
    ("H-1/cu/a.jpg", "image_not_in_folder"),
])  # fmt: skip
def test_an_image_whose_folder_fits_nothing_or_two_things_is_a_problem_that_says_what_to_do(tmp_path, name, problem):
    office = load.office(commune(tmp_path, {name: photo()}, register__csv=BOOKS))
    assert [(row["file"], row["problem"]) for _, row in office.problems.iterrows()] == [(f"evidence/{name}", problem)]


def test_where_two_codes_are_one_to_a_folder_it_is_tied_to_neither(tmp_path):
    software = """
    Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả     | Ngày kết thúc xử lý
    12/2025  | 01/04/2025     | 08/04/2025 17:00 | 10/04/2025 08:00
    12-2025  | 01/04/2025     | 08/04/2025 17:00 | 10/04/2025 08:00
    """
    (one,) = of(tmp_path, {"12-2025/a.jpg": photo()}, software__csv=software).values()
    assert (one.problem, one.dossiers) == ("image_ambiguous", ())


def test_a_book_that_the_register_does_not_name_is_not_guessed(tmp_path):
    register = BOOKS.replace("2/15", "15").replace("3/15", "17")
    (one,) = of(tmp_path, {"quyen-2-trang-15/a.jpg": photo()}, register__csv=register).values()
    assert one.problem == "image_book_unknown"


def test_a_link_in_the_folder_is_not_followed(tmp_path):
    made = commune(tmp_path, {"H-1/a.jpg": photo()})
    (made / "evidence" / "H-1" / "b.jpg").symlink_to(made / "office.toml")
    with pytest.raises(AuditError, match=r"b\.jpg"):
        load.office(made)


# What is found --------------------------------------------------------------------------------------------------------

SEVERAL = {
    "H-1/tai-quay.jpg": photo(), "quyen-3-trang-16/a.png": photo(kind="PNG"), "H-2/hong.jpg": photo()[:200],
    "H-1/b.heic": b"\0\0\0\x18ftypheic" + bytes(16), "khong-ro/c.jpg": photo(), "H-3/d.jpg": b"<html>",
}  # fmt: skip


@pytest.fixture(scope="module")
def several(tmp_path_factory) -> load.Office:
    files = {"register__csv": BOOKS, "office__toml": OFFICE + "[due_dates]\n"}
    return load.office(commune(tmp_path_factory.mktemp("several"), SEVERAL, **files))


@pytest.fixture(scope="module")
def found(several):
    return pictured.with_images(at_once.result(several), several)


def test_every_file_is_tied_or_not_or_not_readable_and_hashed_among_the_inputs(found):
    told = found.images
    assert (told.tied, told.not_tied, told.not_readable, len(told.files)) == (3, 1, 2, 6)
    marks = {one.name: one.sha256 for one in found.inputs}
    for name, content in SEVERAL.items():
        assert marks[f"evidence/{name}"] == hashlib.sha256(content).hexdigest()


def test_a_typed_day_has_an_image_or_is_a_page_to_see(found):
    rows = {case.dossier_id: row.images for case in found.cases for row in case.evidence if row.record == "register"}
    numbers = {one.name: one.number for one in found.images.files}
    assert rows == {
        "H-1": (numbers["evidence/H-1/b.heic"], numbers["evidence/H-1/tai-quay.jpg"]),
        "H-2": (), "H-3": (numbers["evidence/quyen-3-trang-16/a.png"],),
    }  # fmt: skip
    assert (found.images.typed, found.images.with_image) == (3, 2)
    assert [(one.dossier_id, one.where) for one in found.images.unseen] == [("H-2", "sổ: trang 3/15, số 2")]


def test_no_verdict_and_no_mark_of_a_finding_changes_because_an_image_is_there(found, tmp_path):
    files = {"register__csv": BOOKS, "office__toml": OFFICE + "[due_dates]\n"}
    without = at_once.result(load.office(commune(tmp_path, {}, **files)))
    for one, other in zip(found.cases, without.cases, strict=True):
        rows = tuple(row.model_copy(update={"images": ()}) for row in one.evidence)
        assert one.model_copy(update={"images": (), "evidence": rows}) == other
    assert (found.verdicts, found.papers, found.undecided) == (without.verdicts, without.papers, without.undecided)


def test_the_pictures_on_a_page_have_a_bound_and_what_is_over_it_is_listed(several, monkeypatch):
    one = len(base64.b64encode(pictures.picture(photo())))
    monkeypatch.setattr(pictured, "MOST_ON_PAGE", one)
    told = pictured.with_images(at_once.result(several), several).images
    assert sum(bool(file.shown) for file in told.files) == 1
    assert len(told.files) == 6


def test_the_card_says_beside_the_typed_day_whether_an_image_is_there(found):
    html = report.cases(found).html
    assert html.count("có ảnh: ") == 2
    assert html.count("(chưa có ảnh)") == 1
    assert html.count('<use href="#picture-') == 2
    page = report.images(found).html
    assert page.count("data:image/jpeg;base64,") == 2
    assert "6 tệp trong evidence/: 3 đã gắn với hồ sơ hoặc dòng sổ, 1 chưa gắn được, 2 không đọc được." in page


def test_linked_images_are_links_within_evidence_alone_and_none_are_a_list(several):
    linked = report.images(pictured.with_images(at_once.result(several), several, "linked")).html
    assert '<a href="evidence/H-1/tai-quay.jpg">' in linked
    assert "data:" not in linked
    listed = report.images(pictured.with_images(at_once.result(several), several, "none")).html
    assert 'href="evidence' not in listed
    assert "evidence/H-1/tai-quay.jpg" in listed


def test_a_folders_name_cannot_run_on_the_page(tmp_path):
    name = '"><img src=x onerror=alert(1)>'
    office = load.office(commune(tmp_path, {f"{name}/javascript:a.jpg": photo()}))
    result = pictured.with_images(at_once.result(office), office, "linked")
    assert "<img" not in report.images(result).html
    assert 'href="evidence/%22%3E' in report.images(result).html


@pytest.mark.parametrize("of_", [Edition.SHAREABLE, Edition.OFFICE])
def test_no_other_edition_has_the_picture_the_name_or_the_hash(found, several, of_):
    told = edition.in_edition(found, of_, several.key)
    assert told.images is None
    assert report.images(told) is None
    text = told.as_json() + report.cases(told).html + report.papers(told).html + report.hashed(told).html
    for secret in (*(name.split("/")[1] for name in SEVERAL), "quyen-3", "khong-ro", "data:image/jpeg"):
        assert secret not in text
    for content in SEVERAL.values():
        assert hashlib.sha256(content).hexdigest() not in text
    for file in found.images.files:
        assert not file.shown or file.shown[:60] not in text


# In JupyterLab --------------------------------------------------------------------------------------------------------


def test_in_the_review_form_the_images_of_the_case_stand_beside_what_is_typed(found, tmp_path):
    form = review.form(found, tmp_path)
    form.case.value = next(place for label, place in form.case.options if "H-1" in label)
    assert form.images.value.count("<img") == 1
    assert "evidence/H-1/b.heic" in form.images.value
    form.case.value = next(place for label, place in form.case.options if "H-2" in label)
    assert form.images.value == ""


# From one machine to another ------------------------------------------------------------------------------------------


def test_a_batch_and_a_bundle_take_the_images_along(tmp_path):
    made = commune(tmp_path, {"H-1/a.jpg": photo()})
    contents, commune_key = load.contents(made)
    assert contents["evidence/H-1/a.jpg"] == photo()
    laid_out = execute._laid_out(execute.Job("x/y", {}, contents=contents, commune_key=commune_key), tmp_path / "in")
    assert load.office(laid_out).images == load.office(made).images
    with zipfile.ZipFile(io.BytesIO(bundle.bundle(made).content)) as archive:
        assert archive.read("inputs/evidence/H-1/a.jpg") == photo()


def test_a_name_that_leads_elsewhere_is_none_of_an_image():
    for name in (
        "evidence/../office.key",
        "evidence//a.jpg",
        "evidence/a\\b.jpg",
        "exports/a.jpg",
        "evidence",
        "evidence/.git/a.jpg",
    ):
        assert not rooms.is_image(name), name


def test_another_way_to_show_images_is_refused_before_anything_is_run():
    with pytest.raises(AuditError, match="embedded, linked, none"):
        outputs.refuse_wrong_parameters({"lang": "vi", "images": "all"})


def test_the_page_of_a_run_has_neither_place_nor_device(tmp_path):
    made = commune(tmp_path, {"H-1/a.jpg": photo()})
    given = {"as_of": "", "lang": "vi", "edition": "internal"}
    (done,) = outputs.audits([made], tmp_path / "out", given)
    shown = json.loads((done.page.parent / "result.json").read_text(encoding="utf-8"))["images"]["files"][0]["shown"]
    for path in done.page.parent.iterdir():
        assert DEVICE.encode() not in path.read_bytes()
    for content in (base64.b64decode(shown), done.page.read_bytes()):
        assert b"Exif" not in content
    assert shown in done.page.read_text(encoding="utf-8")
