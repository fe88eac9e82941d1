"""A small made-up folder of which every verdict is known, and what offices do to such folders: cells, structure,
encodings, looks, further systems and files. The same seed gives the same folder.

Every person and dossier of it is invented.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from clerks import book, merge, say, strike
from folders import OFFICE, cells
from test_encodings import in_1258, in_vn3, in_vni

NAMES = ("Nguyễn Văn Khế Mận", "Trần Thị Ổi Sung", "Lê Hư Quýt Nhãn", "Phạm Vờ Vải Xoài", "Hoàng Văn Táo Cóc",
         "Phan Thị Chanh Dừa", "Vũ Hư Đào Sấu", "Đặng Vờ Me Roi")  # fmt: skip
CODE = re.compile(r"000\.00\.98\.H98-\d{6}-\d{4}")
CODES = tuple(
    f"000.00.98.H98-2504{day}-00{number:02}"
    for number, day in enumerate(["01", "01", "01", "02", "02", "03", "14", "15"])
)
GUILTY, INNOCENT = {"late", "overdue"}, {"late_only_in_software", "on_time", "on_time_not_checked"}
TRUTH = dict(zip(CODES, ("on_time", "late_only_in_software", "late", "overdue", "closed_on_time_returned_late",
                         "on_time_not_checked", "late", "on_time"), strict=True))  # fmt: skip
SOFTWARE = """
Số hồ sơ | Tên thủ tục hành chính   | Chủ hồ sơ | Ngày tiếp nhận   | Ngày hẹn trả     | Ngày kết thúc xử lý | Trạng thái
{c[0]}   | Đăng ký khai sinh        | {n[0]}    | 01/04/2025 08:00 | 08/04/2025 17:00 | 07/04/2025 09:00    | Đã trả kết quả
{c[1]}   | Chứng thực chữ ký        | {n[1]}    | 01/04/2025 08:10 | 08/04/2025 17:00 | 10/04/2025 09:00    | Đã trả kết quả
{c[2]}   | Đăng ký khai sinh        | {n[2]}    | 01/04/2025 08:20 | 08/04/2025 17:00 | 10/04/2025 09:10    | Đã trả kết quả
{c[3]}   | Chứng thực chữ ký        | {n[3]}    | 02/04/2025 08:00 | 09/04/2025 17:00 |                     | Đang xử lý
{c[4]}   | Đăng ký khai tử          | {n[4]}    | 02/04/2025 08:10 | 09/04/2025 17:00 | 08/04/2025 09:00    | Đã trả kết quả
{c[5]}   | Đăng ký khai tử          | {n[5]}    | 03/04/2025 08:00 | 10/04/2025 17:00 | 09/04/2025 09:00    | Đã trả kết quả
{c[6]}   | Chứng thực chữ ký        | {n[6]}    | 14/04/2025 08:00 | 21/04/2025 17:00 | 23/04/2025 09:00    | Đã trả kết quả
{c[7]}   | Đăng ký khai sinh        | {n[7]}    | 15/04/2025 08:00 | 22/04/2025 17:00 | 18/04/2025 09:00    | Đã trả kết quả
"""
REGISTER = """
TT | Mã hồ sơ | Tên cá nhân, tổ chức | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả | Ký nhận
1  | {c[0]}   | {n[0]}               | 01/04/2025 | 08/04/2025      | 08/04/2025  | Đã ký
2  | {c[1]}   | {n[1]}               | 01/04/2025 | 08/04/2025      | 08/04/2025  | Đã ký
3  | {c[2]}   | {n[2]}               | 01/04/2025 | 08/04/2025      | 10/04/2025  | Đã ký
4  | {c[3]}   | {n[3]}               | 02/04/2025 | 09/04/2025      |             |
5  | {c[4]}   | {n[4]}               | 02/04/2025 | 09/04/2025      | 11/04/2025  | Đã ký
6  | {c[6]}   | {n[6]}               | 14/04/2025 | 21/04/2025      | 23/04/2025  | Đã ký
7  | {c[7]}   | {n[7]}               | 15/04/2025 | 22/04/2025      | 18/04/2025  | Đã ký
"""
SLIPS = """
Mã hồ sơ | Cơ quan giao           | Cơ quan nhận | Thời gian giao nhận
{c[2]}   | Bộ phận Một cửa xã Thử | UBND xã Thử  | 01/04/2025 09:00
{c[2]}   | UBND xã Thử            | Bộ phận Một cửa xã Thử | 10/04/2025 09:00
"""
PORTAL = "Chỉ số | Tử số | Mẫu số | Tỷ lệ | Điểm\n2.1 | 5 | 9 | 55,6% | 12"
FOLLOWUP = "claim | status | note\nx | done | {n[0]}"
CLAIMS = (
    "claim | measure | written | unit | page | line | quote\n1 | settled | 7 | dossier | 1 | 1 | đã giải quyết 7 hồ sơ"
)
Touch = Callable[[object], object]


@dataclass
class Draft:
    """A folder that is not written yet: its tables by record, how each is to be written, and its other files.

    `headings`: rows of each table that are no dossier; `whole`: files that are cut or spoilt, so that rows of them are
    not there to be counted. `says_else`: whether what the cells say has changed, so that another verdict may be right.
    """

    random: Random
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    written_as: dict[str, Callable[[str], bytes]] = field(default_factory=dict)
    touches: dict[str, list[Touch]] = field(default_factory=dict)
    split: set[str] = field(default_factory=set)
    others: dict[str, bytes] = field(default_factory=dict)
    cut: dict[str, float] = field(default_factory=dict)
    headings: dict[str, int] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    says_else: bool = False

    def record(self) -> str:
        return self.random.choice(
            ["software", "register", "register", *(n for n in self.tables if n == "control_slips")]
        )

    def place(self, name: str, columns: Callable[[str], bool] = lambda heading: True) -> tuple[int, int]:
        """A row and a column of a table, among the columns whose headings will do."""
        at = next(number for number, row in enumerate(self.tables[name]) if len([c for c in row if c]) > 2)
        chosen = [number for number, heading in enumerate(self.tables[name][at]) if columns(heading)]
        return self.random.randrange(at + 1, len(self.tables[name])), self.random.choice(chosen or [0])

    def rows(self, name: str) -> int:
        """Rows of a table in which anything stands, without its headings."""
        return sum(any(cell.strip() for cell in row) for row in self.tables[name]) - self.headings.get(name, 1)

    def intact(self, name: str) -> list[str]:
        """The codes of a table that stand as they should, one for each row."""
        return [code for row in self.tables[name] if (code := next(filter(CODE.fullmatch, row), None))]


def _is_day(heading: str) -> bool:
    return heading.startswith(("Ngày", "Nhận", "Hẹn", "Trả kết", "Thời gian"))


def _put(draft: Draft, change: Callable[[str], str], columns: Callable[[str], bool] = _is_day) -> None:
    name = draft.record()
    row, column = draft.place(name, columns)
    line = draft.tables[name][row]
    line.extend([""] * (column + 1 - len(line)))
    line[column] = change(line[column])


def _days(draft: Draft, change: Callable[[str], str]) -> None:
    """Every day of one table, written otherwise."""
    name = draft.record()
    pattern = r"(?<!\d)(\d{2})/(\d{2})/(\d{4})"
    draft.tables[name] = [[re.sub(pattern, change, cell) for cell in row] for row in draft.tables[name]]


# Cells ----------------------------------------------------------------------------------------------------------------


def exchanged_day(draft: Draft) -> None:
    _put(draft, lambda cell: re.sub(r"^(\d\d)/(\d\d)", r"\2/\1", cell))
    draft.says_else = True


def exchanged_days(draft: Draft) -> None:
    _days(draft, lambda m: f"{m[2]}/{m[1]}/{m[3]}")


def blank(draft: Draft) -> None:
    _put(draft, lambda cell: "", lambda heading: True)
    draft.says_else = True


def failed(draft: Draft) -> None:
    value = draft.random.choice(["#N/A", "#REF!", "#######", "#VALUE!", "?", "n/a", "không rõ", "--/--/----"])
    _put(draft, lambda cell: value)


def huge(draft: Draft) -> None:
    value = draft.random.choice(["9" * 20, "1e308", "-1", "0", "NaN", "inf", "9" * 400, "1E+400", "32/13/2025", "00/00/0000",
                                 "29/02/2025", "01/01/0001", "31/12/9999", "2025-04-08T25:61"])  # fmt: skip
    _put(draft, lambda cell: value)


def ditto(draft: Draft) -> None:
    sign = draft.random.choice(['"', "nt", "-nt-", "''", "như trên", "〃", "↓"])
    _put(draft, lambda cell: sign, lambda heading: True)
    draft.says_else = True  # what stands above may be another day


def unseen_signs(draft: Draft) -> None:
    sign = draft.random.choice("\u202e\u200f\u200b\u2066\ufeff\u00ad\u2028\u0000\u0007\u001b\u00a0")
    _put(draft, lambda cell: cell[:3] + sign + cell[3:], lambda heading: True)


def mistyped(draft: Draft) -> None:
    old, new = draft.random.choice(
        [("0", "O"), ("1", "l"), ("/", "//"), ("/", ".."), ("2025", "20225"), ("2025", "205")]
    )
    _put(draft, lambda cell: cell.replace(old, new))


def separators(draft: Draft) -> None:
    sign = draft.random.choice(".- /")
    _days(draft, lambda m: sign.join(m.groups()))


def iso_days(draft: Draft) -> None:
    _days(draft, lambda m: f"{m[3]}-{m[2]}-{m[1]}")


def short_years(draft: Draft) -> None:
    _days(draft, lambda m: f"{m[1]}/{m[2]}/{m[3][2:]}")


def decomposed(draft: Draft) -> None:
    for name in draft.tables:
        draft.tables[name] = [[unicodedata.normalize("NFD", cell) for cell in row] for row in draft.tables[name]]


def wide_figures(draft: Draft) -> None:
    _put(draft, lambda cell: cell.translate({ord("0") + n: 0xFF10 + n for n in range(10)}))


def hostile_text(draft: Draft) -> None:
    value = draft.random.choice(HOSTILE)
    _put(draft, lambda cell: value, lambda heading: True)
    draft.says_else = True  # a code or a signature may have stood there


def name_in_a_day(draft: Draft) -> None:
    _put(draft, lambda cell: f"{cell} {draft.random.choice(NAMES)}")


# Structure ------------------------------------------------------------------------------------------------------------


def row_doubled(draft: Draft) -> None:
    name = draft.record()
    row, _ = draft.place(name)
    draft.tables[name].insert(draft.random.randint(row, len(draft.tables[name])), list(draft.tables[name][row]))


def shuffled(draft: Draft) -> None:
    name = draft.record()
    row, _ = draft.place(name)
    rest = draft.tables[name][row:]
    draft.random.shuffle(rest)
    draft.tables[name][row:] = rest


def headings_shifted(draft: Draft) -> None:
    name = draft.record()
    head = draft.tables[name][0]
    draft.tables[name][0] = ["", *head[:-1]] if draft.random.random() < 0.5 else [*head[1:], ""]
    draft.says_else = True


def column_dropped(draft: Draft) -> None:
    name = draft.record()
    _, column = draft.place(name, lambda heading: not heading.startswith("Ngày kết thúc"))  # without it none is closed
    for row in draft.tables[name]:
        del row[column : column + 1]


def column_repeated(draft: Draft) -> None:
    name = draft.record()
    _, column = draft.place(name)
    for row in draft.tables[name]:
        row.append(row[column] if column < len(row) else "")


def heading_renamed(draft: Draft) -> None:
    name = draft.record()
    _, column = draft.place(name, lambda heading: not heading.startswith("Ngày kết thúc"))
    headings = draft.tables[name][draft.headings.get(name, 1) - 1]
    headings[column : column + 1] = [draft.random.choice(["", "Cột lạ", "???", "Ngày", "{{ 7*7 }}"])]


def headings_again(draft: Draft) -> None:
    name = draft.record()
    row, _ = draft.place(name)
    draft.tables[name].insert(row, list(draft.tables[name][0]))
    draft.headings[name] = draft.headings.get(name, 1) + 1


def two_tiers(draft: Draft) -> None:
    name = draft.record()
    head = draft.tables[name][0]
    half = len(head) // 2
    draft.tables[name].insert(0, ["Hồ sơ", *[""] * (half - 1), "Kết quả", *[""] * (len(head) - half - 1)])
    draft.headings[name] = draft.headings.get(name, 1) + 1


def titled(draft: Draft) -> None:
    name = draft.record()
    draft.tables[name][:0] = [["ỦY BAN NHÂN DÂN XÃ THỬ"], [""], ["SỔ THEO DÕI HỒ SƠ, tháng 4/2025"]]


def footed(draft: Draft) -> None:
    draft.tables[draft.record()] += [["Tổng cộng", "7"], [""], ["Người lập", draft.random.choice(NAMES)]]


def empty_rows(draft: Draft) -> None:
    name = draft.record()
    for _ in range(3):
        draft.tables[name].insert(draft.place(name)[0], [""] * len(draft.tables[name][0]))


def rows_dropped(draft: Draft) -> None:
    name = draft.random.choice(["register", "control_slips"])
    if len(draft.tables.get(name, ())) > 2:
        del draft.tables[name][draft.place(name)[0]]


def record_dropped(draft: Draft) -> None:
    del draft.tables[draft.record()]


def sheets_split(draft: Draft) -> None:
    draft.split.add(draft.record())


def systems_split(draft: Draft) -> None:
    lines = draft.tables.get("software", [])
    if len(lines) > 4 and "software.province" not in draft.tables:
        half = draft.random.randint(2, len(lines) - 1)
        draft.tables["software.province"] = [list(lines[0]), *lines[half:]]
        draft.tables["software"] = lines[: half + draft.random.randint(0, 1)]


# Encodings ------------------------------------------------------------------------------------------------------------

ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "TCVN3": in_vn3, "VNI": lambda text: in_vni(text).encode("cp1252"), "Windows-1258": in_1258,
    "UTF-16": lambda text: text.encode("utf-16"), "UTF-16 bare": lambda text: text.encode("utf-16-le"),
    "BOM": lambda text: text.encode("utf-8-sig"), "BOM twice": lambda text: b"\xef\xbb\xbf" + text.encode("utf-8-sig"),
    "UTF-32": lambda text: text.encode("utf-32"), "mixed": lambda text: text.encode()[:150] + text[150:].encode("utf-16-le"),
}  # fmt: skip


def encoded(draft: Draft) -> None:
    draft.written_as[draft.record()] = draft.random.choice(list(ENCODINGS.values()))


def cut_in_the_middle(draft: Draft) -> None:
    draft.cut[draft.record()] = draft.random.random()
    draft.says_else = True  # of a day, the century alone may be left


# Looks ----------------------------------------------------------------------------------------------------------------


def _touch(draft: Draft, touch: Touch, name: str = "") -> None:
    draft.touches.setdefault(name or draft.record(), []).append(touch)


def as_workbook(draft: Draft) -> None:
    _touch(draft, lambda sheet: None)


def struck_row(draft: Draft) -> None:
    row = draft.random.randint(2, 7)
    _touch(draft, lambda sheet: strike(sheet, f"A{row}:G{row}"), "register")


def struck_cell(draft: Draft) -> None:
    place = f"{draft.random.choice('BDEFG')}{draft.random.randint(2, 7)}"
    _touch(draft, lambda sheet: strike(sheet, place))


def hidden_row(draft: Draft) -> None:
    row = draft.random.randint(1, 8)

    def touch(sheet) -> None:
        sheet.row_dimensions[row].hidden = True

    _touch(draft, touch)


def hidden_column(draft: Draft) -> None:
    column = draft.random.choice("ABCDEFG")

    def touch(sheet) -> None:
        sheet.column_dimensions[column].hidden = True

    _touch(draft, touch)


def hidden_sheet(draft: Draft) -> None:
    def touch(sheet) -> None:
        sheet.parent.create_sheet("khác")
        sheet.sheet_state = draft.random.choice(["hidden", "veryHidden"])

    _touch(draft, touch)


def merged_cells(draft: Draft) -> None:
    """As a clerk does who makes one cell of two that say the same."""
    column, row = draft.random.choice("DEFG"), draft.random.randint(2, 6)

    def touch(sheet) -> None:
        if sheet[f"{column}{row}"].value == sheet[f"{column}{row + 1}"].value and not sheet.merged_cells.ranges:
            merge(sheet, f"{column}{row}:{column}{row + 1}")

    _touch(draft, touch)


def commented(draft: Draft) -> None:
    text = draft.random.choice([*HOSTILE, *NAMES])
    _touch(draft, lambda sheet: say(sheet, f"{draft.random.choice('BDE')}3", re.sub(r"[\x00-\x1f]", " ", text)))


# Further files --------------------------------------------------------------------------------------------------------


def exports_beside(draft: Draft) -> None:
    draft.others["exports/software 2025-03.csv"] = _csv(draft.tables.get("software", []), draft.random)
    draft.others["exports/rác.csv"] = draft.random.randbytes(200)


def portal_beside(draft: Draft) -> None:
    draft.tables["portal"] = cells(PORTAL)
    _spoil(draft, "portal")


def followup_beside(draft: Draft) -> None:
    draft.tables["followup"] = cells(FOLLOWUP.format(n=NAMES))
    _spoil(draft, "followup")


def claims_beside(draft: Draft) -> None:
    draft.tables["claims"] = cells(CLAIMS)
    _spoil(draft, "claims")


def _spoil(draft: Draft, name: str) -> None:
    if draft.random.random() < 0.7:
        row, column = draft.place(name)
        draft.tables[name][row][column] = draft.random.choice([*HOSTILE, "", "9" * 30, "#N/A", *NAMES])


def images_beside(draft: Draft) -> None:
    place = draft.random.choice(
        ["", f"evidence/{CODES[1]}/", "evidence/book-1-page-1/", f"evidence/{NAMES[0]}/", "evidence/"]
    )
    name = draft.random.choice(["trang 1.jpg", "sổ.png", "register.jpg", "quét.pdf", f"{NAMES[1]}.JPG", "\x1b[2J.jpg"])
    draft.others[place + name] = draft.random.choice(
        [
            PICTURE,
            PICTURE[: draft.random.randrange(len(PICTURE))],
            b"\x89PNG\r\n\x1a\n" + draft.random.randbytes(50),
            b"%PDF-1.4\n%%EOF",
            b"",
        ]
    )


def _picture() -> bytes:
    """A small photograph that says when, where and with whose device it was taken."""
    from PIL import Image  # noqa: PLC0415

    stream, said = io.BytesIO(), Image.Exif()
    said[0x9003], said[0x013B], said[0x8825] = "2025:04:08 09:00:00", NAMES[2], {1: "N", 2: (10.0, 1.0, 1.0)}
    Image.new("RGB", (8, 8), "red").save(stream, "JPEG", exif=said)
    return stream.getvalue()


def notes_cut(draft: Draft) -> None:
    line = ('{{"note":"1","finding":"X","fingerprint":"y","verdict":"late","position":"disagree","text":"{}","evidence":"",'
            '"by":"{}","at":"2025-05-01T07:00:00+07:00"}}\n'.format(draft.random.choice(HOSTILE[:3]).replace('"', "'"), NAMES[1]))  # fmt: skip
    content = (line * 3).encode()
    draft.others["notes.jsonl"] = content[: draft.random.randrange(len(content))]


def settings_spoilt(draft: Draft) -> None:
    name = draft.random.choice(["corrections.csv", "procedures.csv", "headings.csv", "words.csv", "sources.csv", "sample.toml",
                                "office.toml", "online_procedures.csv"])  # fmt: skip
    content = draft.random.choice(
        [b"", b"\x00", draft.random.randbytes(60), b"a,b\n1,2,3\n", b"[x", b'"', OFFICE.encode()[:90]]
    )
    draft.others[name] = content
    draft.says_else = True


def strange_names(draft: Draft) -> None:
    for name in draft.random.sample(STRANGE_NAMES, 2):
        draft.others[name] = draft.random.choice(
            [b"a,b\n1,2\n", b"", b"PK\x03\x04", _csv(draft.tables.get("software", []), draft.random)]
        )
    draft.says_else = True  # one of them may be a record


HOSTILE = (
    "<script>alert(1)</script>", "{{ 7*7 }}{% for x in y %}", "\x1b[2J\x1b]0;x\x07\x9b31m", "=HYPERLINK(\"http://x\",\"y\")", "+1+1", "@SUM(A1)",
    "'; DROP TABLE software; --", "\"; SELECT 1; --", "../../etc/passwd", "CON", "a\nb\rc\td", "]]><!--", "{0} {name} %s %(x)s",
    "đ" * 5000, "\u202egnp.exe", "\ud7ff\ue000", "NULL", "None", "nan", "-", "_x0041_", "|&$(id)`id`", "\\\\server\\share",
)  # fmt: skip
STRANGE_NAMES = (
    "a\nb.csv", "'; DROP TABLE x; --.csv", "CON.csv", "..csv", "<img src=x onerror=1>.csv", "{{7*7}}.csv", "\x1b[2J.csv", "software..csv",
    "software.'x'.csv", "=1+1.xlsx", " .csv", "-o.csv", "\u202egnp.csv", "sổ %s {0}.csv", "register.CSV", "SOFTWARE.xlsx", "~$register.xlsx",
)  # fmt: skip
PICTURE = _picture()
MUTATIONS = (
    exchanged_day, exchanged_days, blank, failed, huge, ditto, unseen_signs, mistyped, separators, iso_days, short_years, decomposed,
    wide_figures, hostile_text, name_in_a_day, row_doubled, shuffled, headings_shifted, column_dropped, column_repeated, heading_renamed,
    headings_again, two_tiers, titled, footed, empty_rows, rows_dropped, record_dropped, sheets_split, systems_split, encoded,
    cut_in_the_middle, as_workbook, struck_row, struck_cell, hidden_row, hidden_column, hidden_sheet, merged_cells, commented,
    exports_beside, portal_beside, followup_beside, claims_beside, images_beside, notes_cut, settings_spoilt, strange_names,
)  # fmt: skip


def unspoilt(seed: int) -> Draft:
    """The folder as it is true; what is drawn for it is drawn from `seed`."""
    texts = (("software", SOFTWARE), ("register", REGISTER), ("control_slips", SLIPS))
    return Draft(Random(seed), {name: cells(text.format(c=CODES, n=NAMES)) for name, text in texts})


def draft(seed: int) -> Draft:
    """The folder as it is true, and one to three things done to it."""
    made = unspoilt(seed)
    for number, mutation in enumerate(_chosen(made.random, seed)):
        if number == 0 or {"software", "register"} <= made.tables.keys():
            mutation(made)
            made.done.append(mutation.__name__)
    return made


def _chosen(random: Random, seed: int) -> list[Callable[[Draft], None]]:
    """Each mutation comes first in turn, so that few folders are enough for all of them."""
    return [MUTATIONS[seed % len(MUTATIONS)], *random.sample(MUTATIONS, random.choice((0, 0, 1, 2)))]


def write(made: Draft, folder: Path) -> Path:
    """The folder, with its key beside it."""
    folder.mkdir(parents=True)
    (folder.parent / "office.key").write_text(f"{'0' * 64}\n", encoding="utf-8")
    (folder / "office.toml").write_text(OFFICE, encoding="utf-8")
    for name, table in made.tables.items():
        if name in made.touches or name in made.split:
            _write_book(made, name, folder / f"{name}.xlsx")
        else:
            content = _csv(table, made.random, made.written_as.get(name))
            (folder / f"{name}.csv").write_bytes(content[: int(len(content) * made.cut.get(name, 1))])
    for name, content in made.others.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def _csv(table: list[list[str]], random: Random, encoding: Callable[[str], bytes] | None = None) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=random.choice(",,;\t")).writerows(table)
    try:
        return (encoding or (lambda text: text.encode("utf-8", "surrogatepass")))(stream.getvalue())
    except (UnicodeError, KeyError, ValueError):  # the font has no such sign
        return stream.getvalue().encode("utf-8", "surrogatepass")


def _write_book(made: Draft, name: str, path: Path) -> None:
    table = [
        [re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", cell)[:32_000] for cell in row]
        for row in made.tables[name]
    ]
    sheets = {"Sổ": table}
    if name in made.split and len(table) > 3:
        half = made.random.randint(2, len(table) - 1)
        sheets = {"Quyển 1": table[:half], "Quyển 2": [table[0], *table[half:]]}

    def touch(sheet) -> None:
        for one in made.touches.get(name, []):
            one(sheet)

    book(path, sheets, touch)
