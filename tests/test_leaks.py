"""What is shared holds nothing of anybody: every output is searched for every value of the inputs that is somebody's."""

import ast
import base64
import csv
import hashlib
import html
import json
import re
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import get_args
from urllib.parse import quote

import hostile
import pytest
from conftest import ROOT, SAMPLE, XA_MAU
from folders import folder as small_folder
from hostile import KEY, Secret
from hypothesis import given
from hypothesis import strategies as st
from searched import Searched, words

from audit.findings import at_once, edition, images, next_period
from audit.findings.edition import FOR_OFFICE, SHARED
from audit.findings.schema import (
    Claim,
    Denominator,
    Dossiers,
    FieldCount,
    Image,
    Images,
    Lead,
    LeadDossier,
    OfficeName,
    Part,
    Period,
    Recounted,
    Result,
)
from audit.ground import key, terms
from audit.ground.terms import LANGUAGES, Edition
from audit.reading import load, sheets
from audit.sampling import sampled

LISTS = {Edition.SHAREABLE: SHARED, Edition.OFFICE: FOR_OFFICE}
FILES = {"audit.html", "audit.ipynb", "cases.xlsx", "manifest.json", "result.json"}
OTHER_KEY = bytes(range(100, 132))


@dataclass(frozen=True)
class Commune:
    """An audit's folder, what of it must not be shared, and all that was found in it."""

    folder: Path
    secrets: tuple[Secret, ...]

    @property
    def office(self) -> load.Office:
        return load.office(self.folder)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def hashes_of(folder: Path) -> tuple[Secret, ...]:
    """What the files of a folder hash to: one of a line or two could be guessed from it."""
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir()) if path.is_file()
    }
    return tuple(Secret(sha256, f"hash of {name}") for name, sha256 in found.items())


@pytest.fixture(scope="module")
def commune(tmp_path_factory) -> Commune:
    return made(tmp_path_factory)


@pytest.fixture(scope="module")
def found(commune) -> Result:
    """All that is found in the hostile commune, as the notebook finds it."""
    return as_found(commune)


def as_found(commune: Commune) -> Result:
    office = commune.office
    found = images.with_images(sampled.with_sample(at_once.result(office), office), office)
    before = found.model_copy(update={"period": Period(first_on=date(2025, 6, 1), last_on=date(2025, 6, 30))})
    hostile.earlier(commune.folder, before.as_json())
    found = next_period.with_earlier(found, commune.office, commune.folder)
    assert {one.use for one in found.next_period.earlier} == {"previous", "not_read"}
    assert found.sample.state == "to_read"
    return found


@pytest.fixture(scope="module")
def found_shared(found) -> dict:
    """What of it is shared."""
    return shared(found).model_dump(mode="json")


@pytest.fixture(scope="module")
def for_office(found) -> dict:
    """What of it the audited office sees."""
    return shared(found, of=Edition.OFFICE).model_dump(mode="json")


@pytest.fixture(scope="module")
def without_numbers(tmp_path_factory) -> tuple[Commune, Result, dict]:
    """The same of another, whose figures are figures: more is worked out from these."""
    commune = made(tmp_path_factory, 1, has_numbers=False, has_lost_file=True)
    result = next_period.with_earlier(at_once.result(commune.office), commune.office, commune.folder)
    return commune, result, {of: shared(result, of=of).model_dump(mode="json") for of in LISTS}


@pytest.fixture(scope="module")
def in_columns(commune) -> tuple[Commune, Result, dict]:
    """The same commune where every dossier stands in columns."""
    result = at_once.result(replace(commune.office, images=()), most_in_full=0)
    return commune, result, {of: shared(result, of=of).model_dump(mode="json") for of in LISTS}


def made(tmp_path_factory, seed: int = 0, **more: bool) -> Commune:
    folder = tmp_path_factory.mktemp("hostile") / "xa-bia" / "2025-07"
    secrets = hostile.commune(folder, seed, **more)
    return Commune(folder, (*secrets, *hashes_of(folder), Secret(KEY.hex(), key.NAME, is_for_nobody=True)))


RUN = """
import json, sys
from pathlib import Path
from audit.running import outputs
folders, out, parameters = json.loads(sys.argv[1])
print([str(audit.error) for audit in outputs.audits(map(Path, folders), Path(out), parameters) if audit.error])
"""


@pytest.fixture(scope="module", autouse=True)
def started(request, tmp_path_factory) -> Iterator[dict[tuple[str, str, str], Future]]:
    """Real runs, begun at once beside the tests that need none: the files of each by commune, edition and language."""
    if not any("runs" in item.fixturenames for item in request.session.items):
        yield {}
        return
    folders = {"hostile": request.getfixturevalue("commune").folder, "sample": SAMPLE, "xa_mau": XA_MAU}
    wanted = [(name, "shareable", lang) for lang in LANGUAGES for name in folders]
    wanted += [("hostile", "internal", "vi"), ("hostile", "office", "vi")]
    out = tmp_path_factory.mktemp("out")
    with ThreadPoolExecutor(1) as pool:
        yield {
            (name, of, lang): pool.submit(run_of, folders[name], out / of / lang, of, lang) for name, of, lang in wanted
        }


def run_of(folder: Path, out: Path, of: str, lang: str) -> dict[str, bytes]:
    given = [str(folder)], str(out), {"as_of": "", "lang": lang, "edition": of}
    command = [sys.executable, "-c", RUN, json.dumps(given)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == "[]", answer.stdout + answer.stderr
    return files_of(out / folder.parent.name / folder.name)


@pytest.fixture(scope="module")
def runs(started) -> dict[tuple[str, str, str], dict[str, bytes]]:
    """The files of the real runs."""
    return {one: task.result() for one, task in started.items()}


def shared(result: Result, secret: bytes = KEY, of: Edition = Edition.SHAREABLE) -> Result:
    return edition.in_edition(result, of, secret)


def kept_from_office(secrets) -> list[Secret]:
    """What the audited office must not see: all but the codes of its own dossiers."""
    return [secret for secret in secrets if secret.place != "dossier_id"]


def leaks(searched: Searched, secrets) -> list[Secret]:
    return [secret for secret in secrets if searched.has(secret.text)]


# The search itself ----------------------------------------------------------------------------------------------------

NAME, NUMBER, CODE = "Nguyễn Thị Hòa Khế", "0912 345.678", "000.17.53.H48-230824-0123"
NAMES = [
    NAME, unicodedata.normalize("NFD", NAME), "nguyen thi hoa khe", NAME.upper(), NAME.title(), "Nguyễn Thị Hoà Khế",
    NAME.replace(" ", "\u00a0"), NAME.replace(" ", "\u200b"), NAME.replace("ễ", "\u200dễ"), NAME.replace(" ", "_"),
    "NguyễnThịHòaKhế", "(ông Nguyễn-Thị-Hòa-Khế)", "Nguy&#7877;n Th&#x1ECB; H&ograve;a Kh&#7871;",
    html.escape(html.escape(f"<{NAME}>")), "<b>Nguyễn</b> <i>Thị</i> Hòa Kh<u>ế</u>", quote(NAME), quote(quote(NAME)),
    json.dumps(NAME), json.dumps(json.dumps(NAME)), base64.b64encode(NAME.encode()).decode(),
    f'<img src="data:image/svg+xml;base64,{base64.b64encode(f"<svg><title>{NAME}</title></svg>".encode()).decode()}">',
    f"<!-- {NAME} -->", f'<td data-who="{NAME}">', "Ｎguyễn Thị Hòa Khế",
]  # fmt: skip
NUMBERS = ["0912345678", "0912.345.678", "(0912) 345-678", "+84 912345678", "912345678.0", "091 234 56 78", "0912\u00a0345\u202f678",
           "0912<b>345</b>678", "０９１２３４５６７８", "0912&#46;345&#46;678"]  # fmt: skip
CODES = [CODE, "H48.53.17-230824-0123", "0001753H482308240123", "000 17 53 H48 – 230824 – 0123", "h48-230824-0123", "230824-0123",
         quote(CODE, safe=""), "230824/0123"]  # fmt: skip


@pytest.mark.parametrize(("value", "spelled"), [
    *((NAME, one) for one in NAMES), *((NUMBER, one) for one in NUMBERS), *((CODE, one) for one in CODES),
])  # fmt: skip
def test_a_value_is_found_in_every_spelling(value, spelled):
    assert Searched({"page.html": f"<p>Người nộp {spelled}, ngày 24/08/2023</p>"}).has(value)


def test_a_value_is_found_in_the_name_of_a_file_and_in_a_part_of_a_workbook(tmp_path):
    assert Searched({f"{NAME}.json": b""}).has(NAME)
    hostile.xlsx(tmp_path / "a.xlsx", {"Sổ": [["x", NAME]]})
    book = (tmp_path / "a.xlsx").read_bytes()
    assert Searched({"a.xlsx": book}).has(NAME)
    assert Searched({"a.ipynb": base64.b64encode(book)}).has(NAME)


@pytest.mark.parametrize(("value", "page"), [
    ("Lê Na", "Lê Nam"), ("Hồng", "Hồngg"), (NAME, "Nguyễn Thị Hòa"), (NUMBER, "0912 345, 679"), (CODE, "230824-1230"),
    (CODE, "24/08/2023, dòng 123"), ("Đất Đai", "đất của đại gia"), ("12/2023", "12/2023"),
])  # fmt: skip
def test_what_does_not_stand_there_is_not_found(value, page):
    assert not Searched({"page.html": page}).has(value)


# What is found ------------------------------------------------------------------------------------------------------


PRINTED = {  # figures of the sample's report, and what it says in place of one
    "2.318.000đ", "2318000", "24/8 - 24/9/2023", "chưa thực hiện việc xin lỗi", "chưa đạt 100%", "cơ bản đạt",
}  # fmt: skip
UNDECIDABLE = {  # the pages say these words themselves; for names see the two communes of other people below
    "Đúng Hạn", "Đất Đai", "Hồng",  # people of the hostile commune
    "Bảo trợ xã hội", "Chứng thực", "Căn cước", "Giáo dục", "Hộ kinh doanh", "Hộ tịch", "Nông nghiệp", "Xây dựng", "Đất đai",
    "Bộ phận Một cửa", "Phần đầu", "Số điện thoại", "Trước hạn", "trước hạn", "không có", "quá nhiều", "tất cả",
    "trước và đúng hạn",
    "column", "dossier_id", "hours", "in_force_from", "in_force_to", "record", "register", "sheet", "source", "term",
    "workdays",
}  # fmt: skip


def decidable(secrets) -> list[Secret]:
    """The secrets that the pages cannot hold by chance; which they can is listed."""
    own = {secret.text for secret in secrets if words(secret.text) in own_wording()}
    assert own <= UNDECIDABLE
    return [secret for secret in secrets if secret.text not in own]


@cache
def own_wording() -> str:
    """All that the outputs say of themselves, whatever the inputs: there a value of the same words cannot be told."""
    paths = [
        ROOT / "audit/ground/words.toml",
        ROOT / "data/reference/result.schema.json",
        *(ROOT / "audit/page/template").rglob("*.*"),
    ]
    paths += [ROOT / "notebooks/audit_commune.ipynb"]
    paths += [ROOT / f"data/reference/{name}.csv" for name in ("sources", "calendar", "conventions")]
    return " ".join(words(path.read_text(encoding="utf-8")) for path in paths)


@cache
def listed() -> frozenset[str]:
    """The headings and words of records that the toolkit knows: as nobody's as a day."""
    found = set()
    for name, column in (("headings", "heading"), ("words", "written")):
        with (ROOT / f"data/reference/{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            found |= {words(line[column]) for line in csv.DictReader(file)}
    return frozenset(found | {words(name) for name in terms.measures()})


def cells_of(folder: Path) -> list[str]:
    """Every cell of every file that is read, but days, figures, known words, and what `office.toml` says for the page."""
    office = tomllib.loads((folder / "office.toml").read_text(encoding="utf-8"))
    public = {words(value) for value in (*office["office"].values(), office.get("report", {}).get("number", ""))}
    cells = {
        cell
        for path in sorted(folder.iterdir()) if path.suffix in (".csv", ".xlsx") and "expected" not in path.name
        for sheet in sheets.read(path.name, path.read_bytes()) for _, row in sheet.rows for cell in row
    }  # fmt: skip
    return sorted(cell for cell in cells if words(cell) not in public | listed() and _may_be_told_apart(cell))


def _may_be_told_apart(cell: str) -> bool:
    is_day = re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}( \d{1,2}:\d{2})?|\d{4}-\d{2}-\d{2}", cell)
    return not is_day and len(re.sub(r"[\W_]", "", cell)) > 3


def test_nothing_of_anybody_is_in_what_is_found_where_figures_are_somebodys_numbers_and_where_none_is(
    commune, found_shared, for_office, without_numbers
):
    other, _, others = without_numbers
    for one, told in ((commune, found_shared), (other, others[Edition.SHAREABLE])):
        assert not leaks(Searched({"result.json": json.dumps(told)}), decidable(one.secrets))
    for one, told in ((commune, for_office), (other, others[Edition.OFFICE])):
        assert not leaks(Searched({"result.json": json.dumps(told)}), kept_from_office(decidable(one.secrets)))


# Red when one column is let through -----------------------------------------------------------------------------------


def rules(of: Edition) -> list[tuple[type[Part], str]]:
    return [(part, name) for part, by in LISTS[of].items() for name, rule in by.items() if rule is not edition._same]


def holds_rules(part: type[Part], of: Edition) -> bool:
    """Whether anything is hidden in a part, however deep."""
    return any((part, name) in set(rules(of)) and not _is_plain_part(part, name, of) for name in part.model_fields)


def _is_plain_part(part: type[Part], name: str, of: Edition) -> bool:
    """Whether a field is made of parts in which nothing is hidden, and is handed on as it is."""
    inner = [one for one in _parts_in(part.model_fields[name].annotation) if one in LISTS[of]]
    is_handed_on = LISTS[of][part][name] in (edition._part, edition._parts, edition._part_if_any)
    return is_handed_on and not any(holds_rules(one, of) for one in inner)


def _parts_in(annotation) -> list[type]:
    return [annotation, *(inner for one in get_args(annotation) for inner in _parts_in(one))]


NUMBERS = {  # fields without a text of anybody, of which something is hidden all the same: tests of their own below
    "Result": ("edition", "parameters", "notes_chain"), "NotesChain": ("head",), "Evidence": ("row", "images"), "Case": ("images",), "Dossiers": ("software_row", "register_row"), "Proposal": ("row_software", "row_register"),
    "Problem": ("row",), "Duplicate": ("row",), "Correction": ("row",), "Cell": ("value",), "Stay": ("held_from", "held_until"),
    "Claim": ("at_most", "out_of"), "Identity": ("found", "exact", "difference"), "Candidate": ("fitting",),
    "Mend": ("written",), "Denominator": ("sums",), "UnknownWord": ("column",),
    "EarlierPeriod": ("sha256",), "FollowedUp": ("row",), "Paper": ("where",), "AcceptedDossier": ("applied_at", "accepted_at", "minutes_least", "minutes_most"),
}  # fmt: skip
NOTHING = {  # fields that hold nothing here but terms of ours, or numbers that are told: the rule is a second lock
    "CarriedDossier": ("dossier_id",), "Answered": ("dossier_id", "text"),  # none is handed on
    "SystemPair": ("first",), "SystemDifference": ("first",),  # the main one, which is nobody's
    "Result": ("check", "drift"), "Stay": ("part_due_at",), "FormRow": ("field",), "Tried": ("of",), "Claim": ("of",), "Flow": ("table", "measure"),
    "Uneven": ("counted_in", "left_out_of"), "Denominator": ("counted_as", "measure", "written"), "Candidate": ("of_kind",),
    "DriftSaid": ("kinds",), "Kind": ("holder_at_due",), "Dossiers": ("page",),  # pages here are numbers
    "Correction": ("file",),  # of the only file of its record, which needs no name
}  # fmt: skip

OWN = {  # fields of which the office sees all that is plainly a code or a place: tests of their own below
    "Case": ("dossier_id",), "Dossiers": ("dossier_id",), "AcceptedDossier": ("dossier_id",), "Duplicate": ("dossier_id",),
    "Result": ("contradictions",), "Contradiction": ("dossiers",), "Paper": ("dossier_id", "where"), "Note": ("dossier_id",),
    "Proposal": ("dossier_id_software", "dossier_id_register"), "SystemDifference": ("dossier_id",),
}  # fmt: skip
SAID = {"Result": ("edition", "leads", "late_acceptance"), "Case": ("leads",)}  # words or hours, that are withheld


def strings(value) -> set[str]:
    """Every text and number in a plain value."""
    if isinstance(value, dict):
        return set().union(*(strings(one) for pair in value.items() for one in pair))
    if isinstance(value, list):
        return set().union(*(strings(one) for one in value))
    return {str(value)}


def texts_before(before: dict) -> set[str]:
    """`strings` of what is told while nothing is let through, worked out once for all that is tried."""
    if id(before) not in _BEFORE:
        _BEFORE[id(before)] = before, strings(before)
    return _BEFORE[id(before)][1]


_BEFORE: dict[int, tuple[dict, set[str]]] = {}


def let_through(monkeypatch, of: Edition, part: type[Part], name: str, tried) -> tuple[bool, bool]:
    """Whether the search finds somebody, and whether anything is told that was not, where a column is handed on."""
    seen, is_other = [], False
    monkeypatch.setitem(LISTS[of], part, LISTS[of][part] | {name: edition._same})
    for one, result, before in tried:
        told = shared(result, of=of).model_dump(mode="json")
        more = strings(told) - texts_before(before)
        secrets = kept_from_office(one.secrets) if of == Edition.OFFICE else one.secrets
        seen = leaks(Searched({"result.json": "\n".join(sorted(more))}), secrets)
        is_other |= told != before
        if seen:
            break
    return bool(seen), is_other


def hiding(of: Edition) -> list[tuple[type[Part], str]]:
    return [one for one in rules(of) if not _is_plain_part(*one, of)]


@pytest.mark.parametrize(("part", "name"), hiding(Edition.SHAREABLE),
                         ids=lambda one: one if isinstance(one, str) else one.__name__)  # fmt: skip
def test_the_search_is_red_when_one_column_is_let_through(
    monkeypatch, commune, found, found_shared, without_numbers, in_columns, part, name
):
    more = [(whose, result, told[Edition.SHAREABLE]) for whose, result, told in (without_numbers, in_columns)]
    tried = ((commune, found, found_shared), *more)
    kind = next((kind for kind in (NUMBERS, NOTHING) if name in kind.get(part.__name__, ())), None)
    assert let_through(monkeypatch, Edition.SHAREABLE, part, name, tried) == (kind is None, kind is not NOTHING)


@pytest.mark.parametrize(("part", "name"), [one for one in hiding(Edition.OFFICE) if one[0] not in edition._OF_NO_DOSSIER],
                         ids=lambda one: one if isinstance(one, str) else one.__name__)  # fmt: skip
def test_the_search_is_red_when_one_column_is_let_through_to_the_office(
    monkeypatch, commune, found, for_office, without_numbers, in_columns, part, name
):
    more = [(whose, result, told[Edition.OFFICE]) for whose, result, told in (without_numbers, in_columns)]
    tried = ((commune, found, for_office), *more)
    kinds = {id(kind): kind for kind in (OWN, SAID, NUMBERS, NOTHING) if name in kind.get(part.__name__, ())}
    kind = next(iter(kinds.values()), None)
    is_other = kind is not OWN and kind is not NOTHING
    assert let_through(monkeypatch, Edition.OFFICE, part, name, tried) == (kind is None, is_other)


# The list of what is shared -------------------------------------------------------------------------------------------


def test_every_field_of_every_part_has_one_rule():
    parts, waiting = set(), [Result]
    while waiting:
        part = waiting.pop()
        parts.add(part)
        inner = {one for field in part.model_fields.values() for one in _parts_in(field.annotation)}
        waiting += [one for one in inner if isinstance(one, type) and issubclass(one, Part) and one not in parts]
    assert set(SHARED) == parts - {Images, Image}  # which are in the internal edition alone
    assert set(FOR_OFFICE) == parts - {Lead, LeadDossier, Images, Image}  # which are not in that edition
    for of in LISTS.values():
        for part in set(of) - {FieldCount}:  # whose rows are told all at once
            assert set(of[part]) == set(part.model_fields), part
        assert not of[FieldCount]
        assert of[Result]["fields"] is edition._fields


def test_no_field_is_listed_twice():
    tree = ast.parse((ROOT / "audit/findings/edition.py").read_text(encoding="utf-8"))
    tables = [
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and node.target.id in ("SHARED", "FOR_OFFICE")
    ]
    assert len(tables) == len(LISTS)
    lists = [(part, rule) for table in tables for part, rule in zip(table.keys, table.values, strict=True) if part]
    for part, rule in lists:
        listed = [name for call in ast.walk(rule) if isinstance(call, ast.Call) for name in call.args[1].value.split()]
        listed += [name.value for one in ast.walk(rule) if isinstance(one, ast.Dict) for name in one.keys]
        assert len(listed) == len(set(listed)), ast.unparse(part)


@pytest.mark.parametrize("of", LISTS)
def test_a_field_that_nobody_listed_can_be_in_no_edition_but_the_whole(monkeypatch, found, of):
    monkeypatch.setitem(LISTS[of], Result, {name: rule for name, rule in LISTS[of][Result].items() if name != "leads"})
    with pytest.raises(KeyError, match="leads"):
        shared(found, of=of)


def test_a_lead_can_not_be_in_the_offices_edition_even_if_its_list_is_let_through(monkeypatch, found):
    monkeypatch.setitem(FOR_OFFICE, Result, FOR_OFFICE[Result] | {"leads": edition._parts})
    with pytest.raises(KeyError, match="Lead"):
        shared(found, of=Edition.OFFICE)


# The audited office ---------------------------------------------------------------------------------------------------


def test_the_office_sees_its_dossiers_by_their_own_codes_and_what_is_asked_of_each(found, for_office):
    own = {one.dossier_id for one in found.judged}
    assert {*(one["dossier_id"] for one in for_office["cases"]), *for_office["in_columns"]["dossier_id"]} == own
    assert len(for_office["papers"]) == len(found.papers) > 3
    assert all(re.fullmatch(r"(sổ: trang|nhận) .+", one["where"]) for one in for_office["papers"])
    assert {one["row"] for case in for_office["cases"] for one in case["evidence"]} > {3, 4, 5}


def test_of_a_paper_on_a_page_that_bears_a_name_the_office_is_told_the_day_alone(found):
    case = next(one for one in found.cases if any(row.record == "register" for row in one.evidence))
    (line,) = (row for row in case.evidence if row.record == "register")
    rows = {name: line.model_copy(update={"page": "7", "line": name}) for name in ("12", "trần văn mận")}
    paper = found.papers[0].model_copy(update={"dossier_id": case.dossier_id, "sought": "register"})
    told = {
        name: shared(emptied(found, cases=(case.model_copy(update={"evidence": (row,)}),), papers=(paper,)), of="office").papers[0].where
        for name, row in rows.items()
    }  # fmt: skip
    assert told == {"12": "sổ: trang 7, số 12", "trần văn mận": "sổ: trang 7, số –"}


@pytest.mark.parametrize(("code", "is_told"), [
    ("000.17.53.H48-230824-0123", True), ("H-1", True), ("715001", True), ("0912345678", False), ("049088123456", False),
    ("MẬN1", False), ("TRANVANMAN-1", False), ("TRAN.VAN.MAN.1", False),
])  # fmt: skip
def test_what_stands_for_a_code_and_may_be_somebody_is_masked_in_the_offices_edition_too(found, code, is_told):
    one = found.in_columns.each[0]._replace(dossier_id=code)
    (told,) = shared(emptied(found, in_columns=Dossiers.of([one])), of=Edition.OFFICE).in_columns.each
    assert told.dossier_id == (code if is_told else key.dossier_code(code, KEY))


@pytest.mark.parametrize(("unit", "is_told"), [
    ("Bộ phận Một cửa xã Bịa", True), ("Công chức Địa chính – Xây dựng xã", True), ("UBND xã Bịa", True),
    ("Chi nhánh Văn phòng Đăng ký đất đai khu vực I", True), ("Trần Văn Mận", False), ("Phòng ông Mận", False),
    ("Công chức Trần Văn Mận", False), ("Bịa", False), ("Văn Tư", False), ("Phòng 0912345678", False),
])  # fmt: skip
def test_a_unit_is_named_to_the_office_where_its_name_is_that_of_a_unit_and_nobodys(unit, is_told):
    office = OfficeName(commune="xã Bịa", district="", province="tỉnh Hư Cấu", made_up=True, report="")
    assert edition._is_unit(unit, office) == is_told


def test_of_notes_the_office_sees_the_days_of_its_own_answers_alone(found, for_office):
    assert [one.by_office for one in found.notes] == [False, True, True]
    assert [(one["by_office"], one["text"], one["by"], one["at"]) for one in for_office["notes"]] == [
        (True, "", "", "2025-08-30"), (True, "", "", "2025-08-30"),
    ]  # fmt: skip


# Codes ----------------------------------------------------------------------------------------------------------------


def codes_of(result: Result) -> dict[str, str]:
    return {one.dossier_id: one.dossier_code for one in result.judged}


def test_nobody_is_in_the_columns_of_an_edition_that_is_not_to_name_them(in_columns, found_shared, for_office):
    commune, result, told = in_columns
    assert len(result.in_columns) > 80
    for of, secrets, in_full in (
        (Edition.SHAREABLE, commune.secrets, found_shared),
        (Edition.OFFICE, kept_from_office(commune.secrets), for_office),
    ):
        now, before = ({one.text for one in leaks(Searched({"result.json": json.dumps(result_, ensure_ascii=False)}), secrets)}
                       for result_ in (told[of], in_full))  # fmt: skip
        assert now <= before  # which are words of ours that a name is made of
        assert len(told[of]["in_columns"]["dossier_id"]) == len(result.in_columns)
    masked = told[Edition.SHAREABLE]["in_columns"]
    assert masked["dossier_id"] == masked["dossier_code"] == sorted(masked["dossier_code"])
    assert len(masked["names"]) == 1  # else two dossiers of one procedure would be known by its number


def test_nothing_beside_a_masked_code_tells_its_place_among_the_others(found_shared):
    """A row, a line of the book or an hour: exports stand in the order of their codes, and a day has few dossiers."""
    for one in (
        *(e for c in found_shared["cases"] for e in c["evidence"]),
        *found_shared["duplicates"],
        *found_shared["problems"],
        *found_shared["corrections"],
    ):
        assert (one["row"], one.get("line")) == (None, None)
    for one in found_shared["proposals"]:
        assert (one["row_software"], one["row_register"]) == (None, None)
    told = json.dumps([found_shared[name] for name in ("cases", "in_columns", "others", "leads", "notes", "proposals")])
    assert not re.search(r"T(?!00:00:00)\d\d:\d\d|\d{4} \d\d:\d\d", told)
    assert found_shared["in_columns"]["dossier_id"] == sorted(found_shared["in_columns"]["dossier_id"])
    assert {*found_shared["in_columns"]["software_row"], *found_shared["in_columns"]["line"]} == {None}


def test_pairs_of_one_score_stand_in_the_order_of_their_masked_codes(found):
    (one,) = found.proposals
    pairs = [one.model_copy(update={"dossier_id_software": f"H-{number}"}) for number in range(9)]
    told = shared(emptied(found, proposals=(*pairs, one.model_copy(update={"score": 100.0})))).proposals
    assert told[0].score == 100
    codes = [pair.dossier_id_software for pair in told[1:]]
    assert codes == sorted(key.dossier_code(pair.dossier_id_software, KEY) for pair in pairs)


def test_a_code_of_six_figures_is_masked_where_a_lead_groups_by_it(found, found_shared):
    groups = {lead.kind: {one.group for one in lead.dossiers} for lead in found.leads}
    assert groups["withdrawn_and_filed_again"] == {"715001"}
    told = {lead["kind"]: {one["group"] for one in lead["dossiers"]} for lead in found_shared["leads"]}
    assert told["withdrawn_and_filed_again"] == {key.dossier_code("715001", KEY)}
    assert told["closed_in_one_minute"] == told["register_in_one_run"] == {"1"}
    assert groups["closed_in_one_minute"] == {"2025-07-08 16:45"}


def test_a_note_on_no_finding_of_this_audit_keeps_neither_its_code_nor_its_mark(found, found_shared):
    current, _, forged = found.notes
    assert (forged.finding, forged.fingerprint[:4]) == ("LEVA-NMIT-KHEE", "0912")
    told = found_shared["notes"]
    assert [one["finding"] for one in told] == [current.finding, current.finding, ""]
    assert [one["fingerprint"] for one in told] == ["", "", ""]  # none is on what was found this time
    assert [one["at"] for one in told] == ["2025-08-30"] * 3


# Two communes of other people -----------------------------------------------------------------------------------------


def test_communes_that_differ_in_people_alone_are_shared_alike(tmp_path_factory, commune, found_shared):
    other = made(tmp_path_factory, is_other=True)
    people = {secret.text for secret in commune.secrets if secret.place == "software.applicant"}
    assert {"Hồng", "Đất Đai", "Đúng Hạn"} < people  # whom a search cannot tell from our own wording
    assert not people & {secret.text for secret in other.secrets}
    told = shared(as_found(other)).model_dump(mode="json")
    for one in (before := json.loads(json.dumps(found_shared)), told):
        one["earlier"] = [part for part in one["next_period"]["earlier"] if part["sha256"]]
        one["chain"] = [one["notes_chain"]]
        marks = (
            ("inputs", "sha256"),
            ("cases", "fingerprint"),
            ("notes", "note"),
            ("earlier", "sha256"),
            ("chain", "head"),
        )
        for marked, mark in marks:
            for part in one[marked]:
                assert re.fullmatch("[0-9a-f]{16}", part.pop(mark))
    assert told == before


# Counts under five ----------------------------------------------------------------------------------------------------

COUNTS = st.integers(0, 12)
ROWS = st.lists(st.tuples(COUNTS, COUNTS, COUNTS, st.booleans()), min_size=1, max_size=9)


def is_enough(count: int) -> bool:
    return count == 0 or count >= 5


def field_counts(rows: list[tuple[int, int, int, bool]]) -> list[FieldCount]:
    return [
        FieldCount(field=f"f{place}" if is_named else "", merged=1, dossiers=late + in_time + neither,
                   late_in_software=late, in_time_in_software=in_time, neither=neither)
        for place, (late, in_time, neither, is_named) in enumerate(rows)
    ]  # fmt: skip


@given(ROWS)
def test_no_count_under_five_of_a_field_is_told_nor_can_be_had_by_subtraction(rows):
    fields = field_counts(rows)
    told = edition.merged(fields)
    counted = ("merged", "dossiers", "late_in_software", "in_time_in_software", "neither")
    for name in counted:
        assert sum(getattr(row, name) for row in told) == sum(getattr(row, name) for row in fields)
    kinds = counted[2:]
    assert len(told) == 1 or all(is_enough(getattr(row, kind)) for row in told for kind in kinds)
    assert all(row.dossiers == sum(getattr(row, kind) for kind in kinds) for row in told)
    assert [row.field for row in told[:-1]] == [
        row.field for row in told[:-1] if row.field
    ]  # only the last is of several
    assert all(row in fields for row in told[:-1])


def test_a_field_is_told_by_a_name_of_ours_and_any_other_together_with_others(found, found_shared):
    names = {row.field for row in found.fields if row.field}
    assert len(names) == 8  # three fields, and a person, a telephone, a plot, a code, a sentence in their column
    assert [row["field"] for row in found_shared["fields"]] == ["Hộ tịch", "Chứng thực", "Đất đai", ""]
    assert found_shared["fields"][-1]["merged"] == 6
    spelled = [row.model_copy(update={"field": name}) for row, name in zip(
        field_counts([(0, 6, 0, True), (0, 7, 0, True), (0, 5, 0, True)]), ("ĐẤT ĐAI", " đất đai", "Hồng"), strict=True)]  # fmt: skip
    told = edition.in_edition(emptied(found, fields=spelled), Edition.SHAREABLE, KEY).fields
    assert [(row.field, row.merged, row.dossiers) for row in told] == [
        ("Đất đai", 1, 13), ("(không nêu trong bản chia sẻ)", 1, 5),
    ]  # fmt: skip


def emptied(found: Result, **more) -> Result:
    """A Result of nothing but `more`."""
    empty = {name: () for name, value in found if isinstance(value, tuple)} | {
        "counts": {},
        "columns": {},
        "accounting": {},
        "in_columns": Dossiers.of(()),
    }
    return found.model_copy(update=empty | more)


def claim_of(measure: str, written: str, unit: str = "dossier", out_of: str | None = None, **more) -> Claim:
    return Claim(
        **{"claim": f"{measure} {written}", "measure": measure, "written": written, "out_of_written": out_of, "unit": unit,
           "section": None, "page": None, "line": None, "quote": None, "reading": None, "is_confirmed": True, "at_least": None,
           "at_most": None, "out_of": None, "of": None, "definition": None, "tried": (), "outcome": "holds",
           "explanation": f"Đếm lại trong hồ sơ: {written}."} | more
    )  # fmt: skip


EVENTS = (
    "interlinked_birth_received",
    "interlinked_birth_settled",
    "interlinked_death_received",
    "interlinked_death_settled",
)
FEW = st.integers(0, 14)


@given(st.dictionaries(st.sampled_from(EVENTS), st.tuples(FEW, FEW)), st.dictionaries(st.sampled_from(EVENTS), FEW))
def test_no_count_under_five_of_births_or_deaths_is_told_nor_can_be_had_by_subtraction(found, counted, reported):
    counts = {
        measure: {
            "usual": Recounted(at_least=one, at_most=one),
            "refused_counted": Recounted(at_least=one, at_most=other),
        }
        for measure, (one, other) in counted.items()
    }
    claims = [claim_of(measure, f"{count:02}", at_least=count, at_most=count) for measure, count in reported.items()]
    told = edition.in_edition(emptied(found, counts=counts, claims=tuple(claims)), Edition.SHAREABLE, KEY)
    for event in ("birth", "death"):
        numbers = [
            n for m, by in told.counts.items() if event in m for c in by.values() for n in (c.at_least, c.at_most)
        ]
        numbers += [n for c in told.claims if event in c.measure for n in (c.at_least, c.at_most) if n is not None]
        numbers += [int(c.written) for c in told.claims if event in c.measure and c.written.isdigit()]
        assert all(is_enough(one) and is_enough(abs(one - other)) for one in numbers for other in numbers)
    assert not [c for c in told.claims if c.at_least is None and re.search(r"\d", c.written + c.explanation)]


def test_what_is_worked_out_from_births_is_told_no_more_than_they_are(without_numbers):
    _, result, editions = without_numbers
    told = editions[Edition.SHAREABLE]
    of = {one.measure: one for one in result.denominators}["open_overdue"]
    assert (9, "interlinked_birth_received") in of.stated_as  # a share that only the number of births gives
    stated_as = {one["measure"]: one for one in told["denominators"]}["open_overdue"]["stated_as"]
    assert not [name for _, name in stated_as if name in EVENTS]
    assert "interlinked" in {one.reason for kind in result.smallest.uneven for one in kind.candidates}
    assert "interlinked" not in {one["reason"] for kind in told["smallest"]["uneven"] for one in kind["candidates"]}


def test_a_share_of_few_births_is_not_told_nor_a_sum_with_them(found):
    counts = {"interlinked_birth_received": {"usual": Recounted(at_least=3, at_most=3)}}
    share = Denominator(
        claim="a", claims=("a", "b"), measure="interlinked_birth_settled", numerator=3, written="75%", totals=(4,),
        stated_as=(), counted_as=((4, "interlinked_birth_received"), (4, "withdrawn")),
        sums=((4, ((1, 3, "interlinked_birth_received"), (1, 1, "remainder"))), (4, ((1, 4, "withdrawn"),))), is_confirmed=True,
    )  # fmt: skip
    other = share.model_copy(update={"measure": "settled"})
    (told,) = shared(emptied(found, counts=counts, denominators=(share, other))).denominators
    assert (told.measure, told.counted_as, told.sums) == (
        "settled",
        ((4, "withdrawn"),),
        ((4, ((1, 4, "withdrawn"),)),),
    )


# What a report prints -------------------------------------------------------------------------------------------------

MARKS = st.sampled_from(["", " ", ".", "-", "\u00a0", ","])
PERSONAL_NUMBERS = st.from_regex(r"0[35789][0-9]{8}|0[0-9]{11}|[1-9][0-9]{8}", fullmatch=True)


@st.composite
def spelled_numbers(draw) -> str:
    """A telephone or identity number with marks between its figures, in groups of any width."""
    figures, mark, width = draw(PERSONAL_NUMBERS), draw(MARKS), draw(st.integers(2, 5))
    return mark.join(figures[at : at + width] for at in range(0, len(figures), width))


@st.composite
def people(draw) -> str:
    name = draw(st.sampled_from(["Nguyễn Thị Khế", "trần văn mận ổi", "ĐỖ BƯỞI", "Hồng", "bà Tư", "Na"]))
    form = draw(st.sampled_from(["NFC", "NFD"]))
    return unicodedata.normalize(form, name)


@given(spelled_numbers(), st.sampled_from(["dossier", "percent", "person", "number", "statement", "target", "average"]))
def test_a_number_of_somebody_is_no_figure_of_a_report(number, unit):
    assert not edition.is_plain_figure(number, unit)


@given(
    people(),
    st.sampled_from(["{}", "3 {}", "{} 3", "3% do {}", "05 ({})"]),
    st.sampled_from(["dossier", "dong", "day"]),
)
def test_a_figure_with_a_name_beside_it_is_no_figure(name, form, unit):
    assert not edition.is_plain_figure(form.format(name), unit)


@pytest.mark.parametrize(("written", "unit"), [
    ("05", "dossier"), ("98,3%", "percent"), ("98,29 %", "percent"), ("2.318.000đ", "dong"), ("218/218", "dossier"), ("không có", "dossier"),
    ("tất cả", "statement"), ("24/8/2023 – 24/9/2023", "day"), ("1.234", "dossier"), ("100%", "target"), ("12,5", "average"),
])  # fmt: skip
def test_a_figure_of_a_report_is_one(written, unit):
    assert edition.is_plain_figure(written, unit)


@given(
    st.one_of(
        people(),
        spelled_numbers(),
        st.builds("{}. {}".format, st.integers(1, 99), st.one_of(people(), spelled_numbers())),
    )
)
def test_of_a_section_no_more_is_told_than_its_number(section):
    told = edition._section(section, None, None) or ""
    assert re.fullmatch(r"([IVX]{1,5}|\d{1,2})?([.)](\d{1,2}|[a-zđ])){0,3}[.)]?", told)
    assert len(re.sub(r"\D", "", told)) < 7


@pytest.mark.parametrize(("section", "told"), [
    ("II. Kết quả", "II."), ("1. Công tác chỉ đạo, điều hành", "1."), ("2.1) a) Nội dung", "2.1)"), ("3.2.1 Tồn tại", "3.2.1"),
    ("Phần đầu", ""), ("V. Nguyễn Văn Mận", "V."), ("09.12.34.56.78", ""), ("09 12 34 56 78", "09"), ("Vũ Thị Na", ""), ("12/5 Trần Phú", "12"),
])  # fmt: skip
def test_the_number_of_a_section_is_told_without_its_title(section, told):
    assert (edition._section(section, None, None) or "") == told


@pytest.mark.parametrize(("number", "told"), [
    ("233/BC-UBND", "233/BC-UBND"), ("05/2025/BC-TTPVHCC", "05/2025/BC-TTPVHCC"), ("", ""), ("233/BC-UBND do ông Mận ký", ""),
    ("12/Nguyễn-Văn-Mận", ""), ("0912345678", ""), ("Nguyễn Văn Mận", ""),
])  # fmt: skip
def test_of_the_reports_number_nothing_but_a_number_is_told(found, number, told):
    office = found.office.model_copy(update={"report": number})
    assert shared(emptied(found, office=office)).office.report == told


@pytest.mark.parametrize(("sentence", "is_told"), [
    ("Đếm lại trong hồ sơ: 12.", True), ("Đã giải quyết 293: chênh 1.", True), ("Đã giải quyết 293 theo lời Khế: chênh 1.", False),
    ("Đã giải quyết 0912345678: chênh 1.", False), ("Đã giải quyết 0912.345.678: chênh 1.", False),
    ("Lượt thanh toán trực tuyến 2.318.000đ", True),
    ("Tổng hồ sơ tiếp nhận: 290, 291, 292, 293, 294, 295: chênh 1.", True),
])  # fmt: skip
def test_a_sentence_is_told_if_all_its_words_are_ours(found, sentence, is_told):
    claim = claim_of("settled", "293", explanation=sentence)
    told = shared(emptied(found, claims=(claim,))).claims[0].explanation
    assert (told == sentence) == is_told


def test_a_measure_that_nobody_listed_is_named_in_no_sentence_though_its_words_are_ours(found):
    unlisted = claim_of("hồ sơ thực tế", "5")
    telling = claim_of("settled", "293", explanation="Đã giải quyết 293, hồ sơ thực tế 5.")
    alone, beside = (shared(emptied(found, claims=claims)).claims[0] for claims in ((telling,), (telling, unlisted)))
    assert (alone.explanation, beside.explanation) == (telling.explanation, "(không nêu trong bản chia sẻ)")


def test_nothing_is_told_that_is_worked_out_from_a_telephone_among_the_figures(found, found_shared):
    assert found.smallest.dossiers > 10**9
    assert found.flow
    assert (found_shared["smallest"]["dossiers"], found_shared["smallest"]["uneven"], found_shared["flow"]) == (
        None,
        [],
        [],
    )


def test_a_sum_that_one_mistyped_cell_can_make_is_not_told(found):
    counts = {"paid_dong": {"usual": Recounted(at_least=49_088_000_001, at_most=49_088_000_001)},
              "payments": {"usual": Recounted(at_least=12, at_most=12)}}  # fmt: skip
    assert set(shared(emptied(found, counts=counts, verdicts={"on_time": 300})).counts) == {"payments"}
    counts["paid_dong"] = {"usual": Recounted(at_least=2_318_000, at_most=2_318_000)}
    assert set(shared(emptied(found, counts=counts, verdicts={"on_time": 300})).counts) == {"payments", "paid_dong"}


# The outputs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_of_anybody_in_the_hostile_commune_is_in_what_is_shared(runs, commune, lang):
    files = runs["hostile", "shareable", lang]
    assert set(files) == FILES
    assert len(commune.secrets) > 1000
    assert not leaks(Searched(files), decidable(commune.secrets))
    assert lang == "en" or b"None" not in files["audit.html"]  # what is not shared is left out, or said to be


def test_nothing_of_anybody_but_the_offices_own_codes_is_in_what_is_sent_to_the_office(runs, commune):
    files = runs["hostile", "office", "vi"]
    assert set(files) == FILES
    assert not leaks(Searched(files), kept_from_office(decidable(commune.secrets)))
    codes = [secret for secret in commune.secrets if secret.place == "dossier_id"]
    assert len(leaks(Searched(files), codes)) > 80
    page = files["audit.html"].decode()
    assert terms.text("page.office", "vi") in page
    assert terms.text("page.leads_not_for_office", "vi") in page


def test_neither_applicants_nor_signatures_telephones_and_notes_are_in_the_internal_edition(runs, commune):
    nobodys = [secret for secret in decidable(commune.secrets) if secret.is_for_nobody]
    assert {secret.place for secret in nobodys} > {
        "software.applicant",
        "register.signed",
        "telephone",
        "register.note",
    }
    assert not leaks(Searched(runs["hostile", "internal", "vi"]), nobodys)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["sample", "xa_mau"])
def test_no_cell_of_a_sample_is_in_what_is_shared_but_words_of_our_own(runs, name, lang):
    values = cells_of({"sample": SAMPLE, "xa_mau": XA_MAU}[name])
    assert len(values) > 250
    searched = Searched(runs[name, "shareable", lang])
    own = {value for value in values if words(value) in own_wording()}
    assert own <= UNDECIDABLE
    assert {value for value in values if value not in own and searched.has(value)} <= PRINTED


def test_a_dossier_has_one_code_in_every_run_and_edition_and_another_with_another_key(runs, found, tmp_path):
    codes, told = codes_of(found), shared(found)
    again = json.loads(runs["hostile", "internal", "vi"]["result.json"])
    in_columns = dict(zip(again["in_columns"]["dossier_id"], again["in_columns"]["dossier_code"], strict=True))
    assert codes == {one["dossier_id"]: one["dossier_code"] for one in again["cases"]} | in_columns
    assert codes == {one: key.dossier_code(one, KEY) for one in codes}
    assert codes_of(told) == {code: code for code in codes.values()}
    fingerprints = {case.dossier_code: case.fingerprint for case in found.cases}
    assert fingerprints == {case["dossier_code"]: case["fingerprint"] for case in again["cases"]}
    assert fingerprints == {case.dossier_code: case.fingerprint for case in told.cases}
    folder = small_folder(tmp_path / "xa-thu" / "2025-04")
    (folder.parent / key.NAME).write_text(f"{OTHER_KEY.hex()}\n", encoding="utf-8")
    other = codes_of(at_once.result(load.office(folder)))
    assert other == {one: key.dossier_code(one, OTHER_KEY) for one in ("H-1", "H-2")}
    assert not set(other.values()) & {key.dossier_code(one, KEY) for one in other}


def test_the_codes_of_a_real_run_are_the_same_in_both_editions_and_languages(runs):
    told = [json.loads(files["result.json"]) for one, files in runs.items() if one[0] == "hostile"]
    codes = [
        sorted([*(one["dossier_code"] for one in result["cases"]), *result["in_columns"]["dossier_code"]])
        for result in told
    ]
    assert len(codes) == 4
    assert codes[0] == codes[1] == codes[2] == codes[3]
    assert len(set(codes[0])) > 80


def test_what_the_sample_says_of_its_one_death_is_told_nowhere(runs):
    result = json.loads(runs["sample", "shareable", "vi"]["result.json"])
    assert not [name for name in result["counts"] if name.startswith(("interlinked_birth", "interlinked_death"))]
    claims = [one for one in result["claims"] if one["measure"] in EVENTS]
    assert len(claims) == 6
    assert {(one["written"], one["at_least"], one["at_most"], one["explanation"]) for one in claims} == {
        ("(không nêu trong bản chia sẻ)", None, None, "(không nêu trong bản chia sẻ)")
    }
    identities = [
        one for one in result["identities"] if any(name.rpartition(":")[2] in EVENTS for name, _ in one["terms"])
    ]
    assert identities
    assert {(one["found"], one["expected"], one["terms"][-1][1]) for one in identities} == {
        (None, None, "(không nêu trong bản chia sẻ)")
    }
    assert not [one for one in result["mends"] + result["denominators"] if one["measure"].rpartition(":")[2] in EVENTS]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_of_the_samples_report_every_figure_but_births_and_deaths_is_told(runs, lang):
    """What is hidden is hidden for somebody's sake: a report's plain figures and what follows from them stay."""
    result = json.loads(runs["sample", "shareable", lang]["result.json"])
    hidden = terms.text("page.not_shared", lang)
    left = {one["measure"] for one in result["claims"] if hidden in (one["written"], one["explanation"])} - set(EVENTS)
    assert left == {"report_number", "district_plan", "commune_plan", "decision_906", "campaign_days"}
    assert [one["soft_spot"] for one in result["soft_spots"] if one["sentence"] == hidden] == ["interlinked_not_placed"]
    assert len(result["denominators"]) == 3
    assert len(result["smallest"]["uneven"]) == 1


@pytest.mark.parametrize("written", ["LE-VAN-TAM-1", "LE.VAN.TAM.1", "NG-VAN-AN-1990", "091/234/5678", "A.TRAN.12"])
def test_what_may_be_a_name_or_a_telephone_is_no_code_for_the_office(written):
    assert not edition.is_plain_code(written)


@pytest.mark.parametrize("written", ["H-1", "HS123", "12/2025", "000.00.99.H99-250401-0001", "1234"])
def test_what_is_plainly_a_code_is_told_to_the_office(written):
    assert edition.is_plain_code(written)
