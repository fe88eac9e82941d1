"""A commune that does not exist, of values that are hard to keep back: names that are words, codes within free text.

Every person, number, plot and dossier of it is invented. The same seed gives the same folder.
"""

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from random import Random

from conftest import SAMPLE
from folders import xlsx
from PIL import Image

from audit.ground import key
from audit.reading import cells, notes
from audit.sampling import draw, kept, plan

FRUITS = ("Khế", "Mận", "Mít", "Ổi", "Sung", "Bưởi", "Quýt", "Nhãn", "Vải", "Xoài", "Táo", "Cóc", "Chanh", "Dừa", "Đào",
          "Hồng", "Sấu", "Me", "Na", "Roi")  # fmt: skip
HERBS = ("Cải", "Bầu", "Bí", "Mướp", "Cà", "Khoai", "Sắn", "Ngô", "Đậu", "Vừng", "Lạc", "Hành", "Tỏi", "Gừng", "Nghệ",
         "Riềng", "Sả", "Rau", "Húng", "Tía")  # fmt: skip
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Dương", "Lý")
MIDDLES = ("Văn", "Thị", "Hư", "Vờ")
WORDS = (  # applicants whose names are words of the work; the last ones cannot be told from our own wording
    "Trần Văn Hẹn Trả", "Nguyễn Thị Quá Hạn", "Lê Một Cửa", "Phạm Hồ Sơ", "Sơn", "Đúng Hạn", "Đất Đai", "Hồng",
)  # fmt: skip
OTHER_WORDS = ("Đỗ Văn Giấy Hẹn", "Bùi Thị Trước Hạn", "Vũ Hai Cửa", "Lý Kết Quả", "Hải", "Sớm Hạn", "Nhà Ở", "Thắm")
OFFICE = """
as_of = 2025-08-31
[office]
name = "xã Bịa Đặt"
province = "tỉnh Bịa Đặt"
[period]
first_on = 2025-07-01
last_on = 2025-07-31
[report]
number = "12/BC-UBND, {signatory}"
[systems]
procedure = "{system}"
[units]
desk = ["Bộ phận Một cửa xã Bịa Đặt"]
commune = ["UBND xã Bịa Đặt", "{officer}", "{head}"]
upper_level = ["Chi nhánh đất đai khu vực Bịa", "{surveyor}"]
"""
KEY = bytes(range(32))
SOFTWARE = ("Số hồ sơ", "Tên thủ tục hành chính", "{field}", "Ngày tiếp nhận", "Ngày hẹn trả", "{closed_at}",
            "Cơ quan/đơn vị", "Chủ hồ sơ", "Ngày nộp", "Hình thức nộp", "{status}", "Thanh toán trực tuyến (lượt)",
            "Số tiền thanh toán trực tuyến (đồng)", "Số điện thoại", "CCCD", "Địa chỉ", "{stranger}")  # fmt: skip
REGISTER = ("TT", "Trang", "Mã hồ sơ", "Tên TTHC", "Tên cá nhân, tổ chức", "Nhận hồ sơ", "Hẹn trả kết quả",
            "Trả kết quả", "Ký nhận", "Ghi chú")  # fmt: skip
SLIPS = ("Mã hồ sơ", "Cơ quan giao", "Cơ quan nhận", "Thời gian giao nhận", "Hạn của khâu")
PAPERS = ("Mã hồ sơ", "Số văn bản", "Ngày ban hành", "Loại chứng cứ", "Trang", "TT")
FIRST = date(2025, 7, 1)
DESK, COMMUNE, UPPER = "Bộ phận Một cửa xã Bịa Đặt", "UBND xã Bịa Đặt", "Chi nhánh đất đai khu vực Bịa"


@dataclass(frozen=True)
class Secret:
    """A value that must not be shared, as it is in one spelling; `is_for_nobody`: the internal edition lacks it too."""

    text: str
    place: str
    is_for_nobody: bool = False


def commune(
    folder: Path, seed: int = 0, *, is_other: bool = False, has_numbers: bool = True,
    has_lost_file: bool = False,
) -> tuple[Secret, ...]:  # fmt: skip
    """Write an audit's folder, and its key beside it, and return all that is somebody's in it.

    `is_other`: the same dossiers, but of other people, with other numbers, addresses and texts; `has_numbers`: among
    the figures of the report, and among payments, are telephones and identity numbers; `has_lost_file`: one that bears
    somebody's name cannot be opened.
    """
    made = _Commune(folder, seed, is_other=is_other, has_numbers=has_numbers)
    secrets = made.written()
    if has_lost_file:
        name = made.name("file name", is_small=True)
        (folder / f"sổ cũ của {name}.xlsx").write_bytes(b"no workbook")
        return (*secrets, made.secrets[-1])
    return secrets


class _Commune:
    """Gathers the rows of each file and, as they are made up, what must not be shared."""

    def __init__(self, folder: Path, seed: int, *, is_other: bool, has_numbers: bool):
        self.folder, self.random, self.has_numbers = folder, Random(seed), has_numbers
        given = list(permutations(HERBS if is_other else FRUITS, 3))
        self.random.shuffle(given)
        self.given, self.shift = iter(given), 500_000 if is_other else 0
        self.secrets: list[Secret] = []
        self.people, self.numbers = 0, 0
        self.serials = self.random.sample(range(1, 9999), 400)
        self.software: list[list[str]] = []
        self.register: list[list[str]] = []
        self.rows: dict[str, list[list[str]]] = {
            name: [] for name in ("control_slips", "result_papers", "stops", "apologies", "explanations")
        }

    def hidden(self, text: str, place: str, *, is_for_nobody: bool = False) -> str:
        """`text`, now one of the secrets."""
        self.secrets.append(Secret(text, place, is_for_nobody))
        return text

    def name(self, place: str, *, is_small: bool = False, is_for_nobody: bool = False) -> str:
        """A person; in small letters the loader cannot know a name by its look."""
        self.people += 1
        family = FAMILIES[self.people % len(FAMILIES)]
        name = " ".join((family, MIDDLES[self.people % len(MIDDLES)], *next(self.given)))
        return self.hidden(name.lower() if is_small else name, place, is_for_nobody=is_for_nobody)

    def number(self, form: str, place: str, *, is_for_nobody: bool = False) -> str:
        """A telephone ("09"), an identity number ("049088") and so on: `form` and six more figures."""
        self.numbers += 7919
        return self.hidden(f"{form}{(self.numbers + self.shift + 104_729) % 1_000_000:06}", place,
                           is_for_nobody=is_for_nobody)  # fmt: skip

    def plot(self, place: str) -> str:
        """A plot of land."""
        self.numbers += 7919
        sheet = (self.numbers + self.shift) % 97
        return self.hidden(f"thửa đất số {(self.numbers + self.shift) % 8999 + 1000}, tờ bản đồ số {sheet}", place)

    def code(self, day: date) -> str:
        """A dossier's code."""
        return self.hidden(f"000.00.98.H98-{day:%y%m%d}-{self.serials.pop():04}", "dossier_id")

    # Dossiers ---------------------------------------------------------------------------------------------------------

    def dossier(  # noqa: PLR0913  a column of the records each
        self, day: int, closed: int | str | None, returned: int | str | None = None, *, code: str = "",
        field: str = "Chứng thực", applicant: str = "", signed: str = "Đã ký", unit: str = COMMUNE,
        status: str = "Đã trả kết quả", payments: str = "0", line: str = "", page: str = "3", minute: str = "",
        procedure: str = "", note: str = "",
    ) -> str:  # fmt: skip
        """A dossier received on a day of July, due a week later; the days of closing and return are days of July."""
        received = FIRST + timedelta(days=day - 1)
        due = received + timedelta(days=7)
        code = code or self.code(received)
        applicant = applicant or self.name("software.applicant", is_for_nobody=True)
        procedure = procedure or self.hidden(
            f"Chứng thực giấy tờ loại {len(self.software) + self.shift + 100}", "procedure"
        )
        minute = minute or f"{8 + len(self.software) % 8:02}:{(7 * len(self.software)) % 60:02}"
        closed_at = f"{_day(closed)} {minute}" if isinstance(closed, int) else closed or ""
        self.software.append([
            code, procedure, field, f"{received:%d/%m/%Y} {minute}", f"{due:%d/%m/%Y} 17:00", closed_at, unit, applicant,
            f"{max(received - timedelta(days=4), FIRST):%d/%m/%Y} 07:59", "Trực tuyến", status, payments, "0", self.number("0912", "telephone", is_for_nobody=True),
            self.number("049088", "identity", is_for_nobody=True),
            self.hidden(f"Số {self.people} đường Bịa {self.shift}, thôn Hư Cấu", "address", is_for_nobody=True),
            self.name("unused column", is_for_nobody=True),
        ])  # fmt: skip
        if returned is not None:
            returned = _day(returned) if isinstance(returned, int) else returned
            self.register.append([
                line or str(len(self.register) + 1), page, code, procedure, applicant, f"{received:%d/%m/%Y}",
                f"{due:%d/%m/%Y}", returned, signed, note,
            ])  # fmt: skip
        return code

    def ordinary(self) -> None:
        """Dossiers in time, enough of each field that fields can be told; some fields are a person, a code, a plot."""
        fields = ["Hộ tịch"] * 8 + ["Đất đai"] * 7
        person = self.name("software.field", is_small=True)
        for strange in (person, self.number("0987", "software.field"), self.plot("software.field"),
                        self.hidden("hưởng trợ cấp của bà Tư Bịa" + " nữa" * bool(self.shift), "software.field"),
                        self.code(FIRST)):  # fmt: skip
            fields += [strange] * 6
        for day in (1, 2, 3, 4, 7, 8):  # closed in one minute, returned in one run
            self.dossier(day, 8, 8, field="Hộ tịch", minute="16:45")
        for place, field in enumerate(fields):
            day, days = 1 + place % 4, 7 if place % 5 == 0 else 2
            self.dossier(day, day + days, day + days if place % 7 else None, field=field,
                         minute="17:00" if place % 10 == 0 else "")  # fmt: skip
        for word in OTHER_WORDS if self.shift else WORDS:
            applicant = self.hidden(word, "software.applicant", is_for_nobody=True)
            self.dossier(7, 9, 9, applicant=applicant, field="Hộ tịch")

    def cases(self) -> None:
        """What is read one by one: late, not proved, contradicting itself, filed again, found on paper alone."""
        signer = self.name("register.signed", is_for_nobody=True)
        own = self.name("software.applicant", is_for_nobody=True)
        self.late = self.dossier(2, 15, 8, applicant=own, signed=own, page=self.name("register.page", is_small=True))
        self.dossier(2, 15, 8, signed=signer, line=self.name("register.line", is_small=True))  # an unknown signature
        self.dossier(2, 16, 3, line="2", note=self.hidden(
            f"gọi {self.number('0914', 'register.note', is_for_nobody=True)}, xem "
            f"H98.98.00-250703-{self.serials[-1]:04} của {self.name('register.note', is_for_nobody=True)}",
            "register.note", is_for_nobody=True))  # fmt: skip
        self.dossier(3, self.number("0915", "software.closed_at", is_for_nobody=True), 8, field="")  # no day
        self.dossier(3, self.name("software.closed_at", is_small=True), 8, field="")
        self.dossier(3, 8, self.name("register.returned_on", is_for_nobody=True))
        self.dossier(3, 12, 14, unit=self.officer)
        self.dossier(4, 12, 1)  # returned before it was received
        self.dossier(4, 12, 9, unit=self.name("software.unit", is_small=True))  # a unit that nobody listed
        self.dossier(4, 9, 9, payments=self.number("049088", "software.payments") if self.has_numbers else "1")
        self.dossier(
            4, 9, 9, procedure=self.hidden(f"xác nhận cho {self.name('procedure', is_small=True)}", "procedure")
        )
        for day in (24, 25, 28, 29, 30):
            self.dossier(day, None, status="Đang xử lý", field="")
        withdrawer = self.name("software.applicant", is_for_nobody=True)
        again = self.hidden("715001", "dossier_id")  # a code of figures alone
        for code, day, status in (("", 8, "Đã rút"), (again, 10, "Đã trả kết quả")):
            self.dossier(day, day + 1, day + 1, code=code, applicant=withdrawer, status=status, field="" if day == 8 else "Chứng thực",
                         procedure="Đăng ký khai tử")  # fmt: skip
        self.dossier(12, 13, 13)  # closed on a Sunday
        twice = self.dossier(8, 10, 10)
        self.software.append([*self.software[-1]])
        self.register.append([*self.register[-1]])
        for closed in (10, 11):  # rows that differ
            self.rival = self.dossier(9, closed, code=twice[:-4] + f"{self.serials[-1]:04}")
        self.hidden(self.rival, "dossier_id")
        lost = self.dossier(14, 16)
        near = f"{lost[:-1]}{(int(lost[-1]) + 5) % 10}"
        self.register.append(["", "", self.hidden(near, "dossier_id"), self.software[-1][1], self.software[-1][7], "14/07/2025",
                              "21/07/2025", "16/07/2025", "Đã ký", ""])  # fmt: skip
        self.misread = self.dossier(15, 17)
        self.wrong = self.hidden("000.00.98.H98-250715-0000", "corrections.was")
        self.register.append(["", "", self.wrong, "", self.software[-1][7], "15/07/2025", "22/07/2025", "17/07/2025", "Đã ký",
                              self.hidden(self.name("register.note"), "register.note", is_for_nobody=True)])  # fmt: skip

    def evidence(self) -> None:
        """What the other records say, with people where units, numbers and reasons should be."""
        held = self.dossier(2, 22, 22, unit=UPPER)
        stray = self.name("control_slips.to_unit", is_small=True)
        for giver, taker, at in ((DESK, self.officer, "03/07/2025 08:12"), (self.officer, self.surveyor, "04/07/2025 09:13"),
                                 (self.surveyor, DESK, "21/07/2025 10:14")):  # fmt: skip
            self.rows["control_slips"].append([held, giver, taker, at, ""])
        self.rows["control_slips"].append([self.late, DESK, stray, "03/07/2025 08:12", ""])
        for code, number, kind in ((self.late, f"55/KS-{self.name('result_papers.number', is_small=True)}", "Sổ công văn đi"),
                                   (held, "56/KS-UBND", self.name("result_papers.paper", is_small=True)),
                                   (held, "57/KS-UBND", "Lời khai")):  # fmt: skip
            self.rows["result_papers"].append([
                code, number, "07/07/2025", kind, self.name("result_papers.page", is_small=True),
                self.number("0916", "result_papers.line"),
            ])  # fmt: skip
        self.rows["stops"] = [
            [self.late, "04/07/2025", "05/07/2025", "Yêu cầu bổ sung"],
            [
                held,
                "05/07/2025",
                "07/07/2025",
                self.hidden(f"chờ {self.name('stops.why', is_small=True)} về", "stops.why"),
            ],
            [
                f"{held[:-1]}{(int(held[-1]) + 3) % 10}",
                "04/07/2025",
                "05/07/2025",
                "Tạm dừng",
            ],  # nobody's, near another
        ]
        self.hidden(self.rows["stops"][-1][0], "dossier_id")
        self.rows["apologies"] = [
            [held, f"9/TXL-{self.name('apologies.number', is_small=True)}", "05/07/2025", "20/07/2025"]
        ]
        self.rows["explanations"] = [
            [self.late, "Đồng bộ dữ liệu"],
            [held, self.hidden(f"do {self.name('explanations.cause', is_small=True)} nghỉ", "explanations.cause")],
        ]
        self.held = held

    def in_another_system(self) -> list[list[str]]:
        """Dossiers as another case system has them: of another procedure, closed on another day, and one just the same."""
        one, other = (list(row) for row in self.software[:2])
        one[1], other[5] = other[1], one[5]
        return [one, other, *(row for row in self.software if row[0] == self.late)]

    # Files ------------------------------------------------------------------------------------------------------------

    def images(self) -> None:
        """A picture in a folder that is a code, with a name in its own; its hash and its bytes are nobody's to have."""
        target = self.folder / "evidence" / self.rows["stops"][0][0]
        target.mkdir(parents=True)
        stream = io.BytesIO()
        Image.new("RGB", (30, 20), (200, 30, 30)).save(stream, "JPEG")
        (target / f"{self.name('file of an image', is_small=True)}.jpg").write_bytes(stream.getvalue())
        self.secrets.append(Secret(hashlib.sha256(stream.getvalue()).hexdigest(), "hash of an image"))

    def written(self) -> tuple[Secret, ...]:
        """Every file of the folder; the secrets that are in them."""
        self.folder.mkdir(parents=True)
        (self.folder.parent / key.NAME).write_text(f"{KEY.hex()}\n", encoding="utf-8")
        self.officer = self.name("office.toml units", is_small=True)
        self.surveyor = self.name("office.toml units", is_small=True)
        self.system = self.name("system", is_small=True).replace(" ", "-")
        office = OFFICE.format(
            signatory=self.hidden(f"do {self.name('office.toml report')} ký", "office.toml report"), officer=self.officer,
            head=self.name("office.toml units"), surveyor=self.surveyor, system=self.system,
        )  # fmt: skip
        self.text("office.toml", office)
        self.ordinary()
        self.cases()
        self.evidence()
        own = {name: self.hidden(f"{name} ({self.name('headings.csv', is_small=True)})", "heading")
               for name in ("field", "status", "closed_at")}  # fmt: skip
        stranger = self.name("unused heading", is_small=True)
        self.spreadsheet("software", [name.format(**own, stranger=stranger) for name in SOFTWARE], self.software)
        self.table(f"software.{self.system}.csv", [
            [name.format(**own, stranger=stranger) for name in SOFTWARE], *self.in_another_system(),
        ])  # fmt: skip
        self.spreadsheet("register", REGISTER, self.register)
        lines = [["software", name, heading] for name, heading in own.items()]
        self.table("headings.csv", [["record", "column", "heading"], *lines])
        self.table("words.csv", [["column", "written", "value"], ["status", self.status, "returned"]])
        for name, heading in (("control_slips", SLIPS), ("result_papers", PAPERS),
                              ("stops", ("Mã hồ sơ", "Từ ngày", "Đến ngày", "Lý do")),
                              ("apologies", ("Mã hồ sơ", "Số văn bản", "Ngày xin lỗi", "Ngày hẹn lại")),
                              ("explanations", ("Mã hồ sơ", "Nguyên nhân"))):  # fmt: skip
            self.table(f"{name}.csv", [heading, *self.rows[name]])
        self.table(f"Giấy dừng của {self.name('file name', is_small=True)}.csv", [
            ("Mã hồ sơ", "Từ ngày", "Đến ngày", "Lý do"), *self.rows["stops"],
        ])  # fmt: skip
        self.settings()
        self.claims()
        self.notes()
        self.sample()
        self.images()
        self.followed_up()
        return tuple(dict.fromkeys(secret for secret in self.secrets if secret.text))

    def sample(self) -> None:
        """A drawn sample of dossiers of this export, whose stratum is named after somebody."""
        codes = sorted({row[0] for row in self.software})[:9]
        stratum = plan.Stratum(name=self.name("sample.toml"), size=3, fingerprint=draw.fingerprint(codes), codes=codes)
        files = sorted(self.folder.glob("software.*"))
        exports = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
        kept.write(plan.Plan(exports=exports, tolerable="5%", risk="5%", expected=0, by="unit", seed="3141592653",
                             strata=(stratum,)), self.folder)  # fmt: skip

    def followed_up(self) -> None:
        """What was recommended and promised, to and by people; and beside, a period of somebody that cannot be read."""
        promise = self.hidden(f"{self.name('followup.what', is_small=True)} hứa trả đúng ngày", "followup.what")
        self.table(f"followup của {self.name('followup file', is_small=True)}.csv", [
            ["Cam kết", "Đơn vị thực hiện", "Hạn thực hiện", "Bằng chứng", "Dấu hiệu"],
            [promise, self.name("followup.who"), "05/07/2025", self.name("followup.support"),
             self.hidden(f"unit:{self.name('followup.sign', is_small=True)}", "followup.sign")],
        ])  # fmt: skip
        earlier(self.folder, "{", f"của {self.name('a period beside', is_small=True)}")

    def settings(self) -> None:
        """What the inspector writes: terms, corrections and the list of online procedures, each with people in it."""
        known = self.software[0][1]
        self.table("procedures.csv", [
            ["procedure", "term", "unit", "in_force_from", "in_force_to", "source"],
            [known, "5", "workdays", "2025-01-01", "", self.hidden(f"theo {self.name('procedures.csv', is_small=True)}", "source")],
            [self.software[5][1][:-1] + "#", "5", "workdays", "2025-01-01", "", self.name("procedures.csv")],
            ["Đăng ký khai tử", "3", "workdays", "2025-01-01", "", self.name("procedures.csv", is_small=True)],
        ])  # fmt: skip
        row = 2 + next(at for at, line in enumerate(self.register, start=1) if line[2] == self.wrong)
        late = 2 + next(at for at, line in enumerate(self.register, start=1) if line[2] == self.late)
        why = self.hidden(
            f"hỏi {self.name('corrections.why', is_small=True)} ở {self.plot('corrections.why')}", "corrections.why"
        )
        self.table("corrections.csv", [
            ["record", "sheet", "row", "column", "was", "now", "why", "by", "on"],
            ["register", self.sheets["register"], row, "dossier_id", self.wrong, self.misread, why,
             self.name("corrections.by", is_small=True), "2025-08-30"],
            ["register", self.sheets["register"], late, "page", self.register[late - 3][1],
             self.name("corrections.now", is_small=True), self.name("corrections.why", is_small=True),
             self.name("corrections.by"), "2025-08-30"],
        ])  # fmt: skip
        self.table("online_procedures.csv", [
            ["Tên thủ tục hành chính", "Mức độ", "Nhóm liên thông"],
            [known, "Một phần", ""], [self.software[1][1], "Toàn trình", "Khai sinh"],
            ["Đăng ký khai tử", "Toàn trình", "Khai tử"],
            [self.name("online_procedures", is_small=True), "Toàn trình", self.name("online_procedures", is_small=True)],
        ])  # fmt: skip

    def claims(self) -> None:
        """The sample's report with people as signs, measures, sections, quotes and figures."""
        with (SAMPLE / "claims.csv").open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
        for line in lines:
            words = self.hidden(f"{self.name('claims.quote')} nói: {line['written']}", "claims.quote")
            line |= {"claim": self.name("claims.claim", is_small=True), "page": "2", "line": "7", "quote": words,
                     "section": self.hidden(f"{self.random.randint(1, 9)}. {self.name('claims.section')}", "claims.section")}  # fmt: skip
        lines[0] |= {"section": self.pairs("claims.section"), "page": self.name("claims.page", is_small=True),
                     "line": self.number("0917", "claims.line")}  # fmt: skip
        quote = lines[1]["quote"]
        person, other = (self.name("claims.measure", is_small=True) for _ in range(2))
        labelled = f"ghi chú: {self.name('claims.measure', is_small=True)}"
        made_up = [
            (person, "11", "", "dossier"), (person, "12", "", "dossier"),  # stated twice
            (labelled, "21", "", "dossier"), (labelled, "22", "", "dossier"),
            (other, "292", "", "dossier"),  # what a hidden total can be
            ("open_overdue", self.hidden(f"3 của {self.name('claims.written', is_small=True)}", "claims.written"), "", "dossier"),
            ("late_in_reality", self.hidden(f"chỉ có {self.name('claims.written', is_small=True)}", "claims.written"), "", "statement"),
            ("signatory", self.name("claims.written", is_small=True), "", "statement"),
            ("report_number", self.name("claims.written", is_small=True), "", "number"),
            ("open_overdue", "1", "", "dossier"), ("open_overdue", "11,1%", "", "percent"),  # of 9, as births are
        ]  # fmt: skip
        numbers = [
            ("interlinked_death_settled", "33,3%", "3", "percent"),
            ("open_overdue", self.number("049088", "claims.written"), "", "dossier"),
            ("withdrawn", self.number("0918", "claims.written"), "", "dossier"),
            ("settled_early", self.number("0", "claims.written"), "", "dossier"),
            ("paid_dong", self.hidden("049.077." + self.number("", "claims.written"), "claims.written"), "", "dong"),
        ]  # fmt: skip
        made_up += numbers if self.has_numbers else []
        made_up.append(("settled_on_due_day", "5", self.name("claims.out_of_written", is_small=True), "dossier"))
        lines += [
            lines[1] | {"claim": self.name("claims.claim", is_small=True), "measure": measure, "written": written,
                        "out_of_written": out_of, "unit": unit, "quote": quote}
            for measure, written, out_of, unit in made_up
        ]  # fmt: skip
        area = self.name("claims.scope", is_small=True)
        lines += [lines[1] | {"claim": self.name("claims.claim"), "measure": measure, "written": written, "unit": "dossier",
                              "scope": area, "quote": quote}
                  for measure, written in (("settled", "9"), ("settled", "8"))]  # fmt: skip
        lines.append(lines[2] | {"unit": self.name("claims.unit", is_small=True), "claim": self.name("claims.claim")})
        lines.append(
            lines[2] | {"reading": self.name("claims.reading", is_small=True), "claim": self.name("claims.claim")}
        )
        names = [*lines[0], "scope"]
        self.table("claims.csv", [names, *([line.get(name, "") for name in names] for line in lines)])
        before = lines[0] | {"claim": self.name("previous_claims.claim"), "measure": "open", "unit": "dossier",
                             "written": self.number("0919", "previous_claims.written")}  # fmt: skip
        self.portal()
        self.table("previous_claims.csv", [names, [before.get(name, "") for name in names]])

    def portal(self) -> None:
        """The portal's figures, with a telephone in place of a count and people in place of items and figures."""
        count = self.number("0922", "portal.numerator") if self.has_numbers else "5"
        self.table("portal.csv", [
            ["Chỉ số", "Tử số", "Mẫu số", "Tỷ lệ", "Điểm"],
            ["2.1", count, "9", "50%", "12"], [self.name("portal.item", is_small=True), "1", "2", "", ""],
            [f"4.2 {self.name('portal.item')}", "1", "2", self.name("portal.share"), self.name("portal.points", is_small=True)],
        ])  # fmt: skip

    def pairs(self, place: str) -> str:
        """A telephone in pairs of figures, which looks like the number of a section."""
        digits = self.number("0920", place)
        return self.hidden(".".join(digits[at : at + 2] for at in range(0, 10, 2)), place)

    def notes(self) -> None:
        """Notes on a case, on one that is another by now, and on none: there a name stands where a code should."""
        forged = self.hidden("BUIV-ANHO-NGNE" if self.shift else "LEVA-NMIT-KHEE", "notes.finding")
        false = self.hidden(f"0912{self.shift + 345678:06}abcdef", "notes.fingerprint")
        code = key.dossier_code(cells.dossier_id(self.late), KEY)
        given = []
        for finding, position, hour in ((code, "disagree", 7), (code, "agree", 8), (forged, "new_evidence", 9)):
            given.append(notes.one("test", {
                "finding": finding, "fingerprint": false, "verdict": "late", "position": position,
                "text": self.hidden(f"hỏi {self.name('notes.text')}, số {self.number('0921', 'notes.text')}", "notes.text"),
                "evidence": self.hidden(f"giấy của {self.name('notes.evidence', is_small=True)}", "notes.evidence"),
                "by": self.name("notes.by"), "at": self.hidden(f"2025-08-30T0{hour}:12:34+07:00", "notes.at"),
            }))  # fmt: skip
        added_at = cells.datetime(2025, 8, 30, 11, 22, 33, tzinfo=cells.VIETNAM)
        self.hidden(added_at.isoformat(), "notes.added_at")
        content = notes.longer(b"", [(note, "", note.position != "disagree") for note in given], added_at)
        for note in given:
            self.hidden(note.id, "notes.note")
        (self.folder / notes.NAME).write_bytes(content)

    def spreadsheet(self, record: str, heading: list[str] | tuple[str, ...], rows: list[list[str]]) -> None:
        """A workbook whose sheets are named by people; one of them has no headings."""
        self.sheets = getattr(self, "sheets", {}) | {record: self.name(f"{record} sheet", is_small=True)}
        title = [self.hidden(f"người lập: {self.name(f'{record} title', is_small=True)}", f"{record} title")]
        more = {}
        if record == "software":
            self.status = self.hidden(f"xong, {self.name('words.csv', is_small=True)}", "words.csv")
            rows[-1][9] = self.status
            more = {self.name("software sheet", is_small=True): [[self.name("software sheet")], ["xem thêm"]]}
        name, comments, hidden = record, {}, ()
        if record == "register":  # of a name of its own, with comments, and a sheet that is hidden
            name = f"Sổ {self.name('file name', is_small=True)}"
            told = f"{self.name('register comment', is_small=True)} ghi"
            comments = {self.sheets[record]: {(row, 3): told for row in range(2, 2 + len(rows))}}
            hidden = (self.name("hidden sheet", is_small=True),)
            more = {hidden[0]: [list(heading), rows[-1]]}
        sheets = {self.sheets[record]: [title, list(heading), *rows]} | more
        xlsx(self.folder / f"{name}.xlsx", sheets, comments, hidden)

    def table(self, name: str, rows: list) -> None:
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)

    def text(self, name: str, content: str) -> None:
        (self.folder / name).write_text(content, encoding="utf-8")


def earlier(folder: Path, result: str, name: str = "2025-06") -> None:
    """An earlier period beside the folder, of which there is a `result.json`."""
    beside = folder.parent / name
    beside.mkdir()
    (beside / "result.json").write_text(result, encoding="utf-8")


def _day(day: int) -> str:
    return f"{FIRST + timedelta(days=day - 1):%d/%m/%Y}"
