"""Makes the templates of the letters beside it, with the same bytes each time: `python data/letters/make_templates.py`.

Layout of official letters: Decree 30/2020/ND-CP. What is asked of each letter: Law 84/2025/QH15 on inspection, Decree
217/2025/ND-CP on checks. Their text is here and nowhere else; what a result says is put in by `audit letters`.
"""

import io
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from audit.ground.written import undated

FONT, SIZE, SMALL = "Times New Roman", 13, 11
BLANK = "……"
LEFT, CENTRE, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY,
)  # fmt: skip
SUBJECT = "{{ commune }}{% if district %}, {{ district }}{% endif %}{% if province %}, {{ province }}{% endif %}"
PERIOD = "từ ngày {{ first_on }} đến ngày {{ last_on }}"
WIDE = 297 - 20 - 30  # of a page that lies, between its margins


class Letter:
    """A template that grows line by line."""

    def __init__(self, *, lies: bool = False):
        self.document = Document()
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(SIZE)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
        style.paragraph_format.space_after, style.paragraph_format.space_before = Pt(3), Pt(3)
        section = self.document.sections[0]
        section.page_width, section.page_height = (Mm(297), Mm(210)) if lies else (Mm(210), Mm(297))
        section.orientation = WD_ORIENT.LANDSCAPE if lies else WD_ORIENT.PORTRAIT
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
            Mm(20), Mm(20), Mm(30), Mm(20),
        )  # fmt: skip
        self.width = WIDE if lies else 160
        header = section.header.paragraphs[0]
        header.alignment = RIGHT
        _write(header, "DỰ THẢO", bold=True)
        footer = section.footer.paragraphs[0]
        footer.alignment = CENTRE
        _field(footer, "PAGE")

    def line(self, text: str, *, at=BOTH, bold=False, italic=False, size=SIZE, indent=0.0) -> None:
        """A paragraph."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = at
        if indent:
            paragraph.paragraph_format.first_line_indent = Mm(indent)
        _write(paragraph, text, bold=bold, italic=italic, size=size)

    def tag(self, text: str) -> None:
        """A paragraph that holds nothing but what docxtpl takes the paragraph away for."""
        self.document.add_paragraph(f"{{%p {text} %}}")

    def say(self, *texts: str) -> None:
        """Paragraphs of the body."""
        for text in texts:
            self.line(text, indent=10)

    def otherwise(self, listed: str, text: str) -> None:
        """What is said where a list is empty."""
        self.tag(f"if not {listed}")
        self.say(text)
        self.tag("endif")

    def heading(self, text: str) -> None:
        """A heading of the body, which stays with what follows it."""
        self.line(text, at=LEFT, bold=True, indent=10)
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True

    def title(self, text: str, about: str) -> None:
        """What the paper is, in capitals, and what it is about."""
        self.line(text, at=CENTRE, bold=True, size=14)
        self.line(about, at=CENTRE, bold=True)

    def annex(self, text: str, about: str) -> None:
        """A title that begins a page: no page is left empty where the one before it is full."""
        first = len(self.document.paragraphs)
        self.title(text, about)
        self.document.paragraphs[first].paragraph_format.page_break_before = True

    def table(self, heads: Sequence[str], cells: Sequence[str], loop: str, widths: Sequence[int]) -> None:
        """A table with a row for each of what `loop` goes through; its head stands on each page again."""
        table = self.document.add_table(rows=4, cols=len(heads))
        table.style = "Table Grid"
        table.autofit = False
        self._widen(table, [width / sum(widths) for width in widths])
        for cell, text in zip(table.rows[0].cells, heads, strict=True):
            cell.paragraphs[0].alignment = CENTRE
            _write(cell.paragraphs[0], text, bold=True, size=SMALL)
        _property(table.rows[0], "w:tblHeader")
        table.rows[1].cells[0].paragraphs[0].add_run(f"{{%tr for {loop} %}}")
        for cell, text in zip(table.rows[2].cells, cells, strict=True):
            _write(cell.paragraphs[0], text, size=SMALL)
        table.rows[3].cells[0].paragraphs[0].add_run("{%tr endfor %}")
        self.document.add_paragraph()

    def _widen(self, table, shares: Sequence[float]) -> None:
        """Columns of these shares of the width; no row runs over a page's end."""
        for column, share in zip(table.columns, shares, strict=True):
            column.width = Mm(self.width * share)
            for cell in column.cells:
                cell.width = Mm(self.width * share)
        for row in table.rows:
            _property(row, "w:cantSplit")

    def pair(self, left: Sequence[tuple[str, bool]], right: Sequence[tuple[str, bool]], *, at=CENTRE) -> None:
        """Two columns without lines, as the head and the foot of a letter have them: (text, bold) a line."""
        table = self.document.add_table(rows=1, cols=2)
        table.autofit = False
        self._widen(table, (0.38, 0.62))
        for cell, texts, place in zip(table.rows[0].cells, (left, right), (at, CENTRE), strict=True):
            for number, (text, bold) in enumerate(texts):
                paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
                paragraph.alignment = place
                paragraph.paragraph_format.space_after = Pt(0)
                _write(paragraph, text, bold=bold, size=12)

    def head(self, about: str = "", superior: str = BLANK, body: str = BLANK) -> None:
        """The head of an official letter: who issues it, the country's name, number, place and day."""
        left = [(superior, False), (body, True), ("———", False), (f"Số: {BLANK}/{BLANK}", False)]
        right = [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True), ("Độc lập – Tự do – Hạnh phúc", True),
                 ("———————", False), (f"{BLANK}, ngày {BLANK} tháng {BLANK} năm {BLANK}", False)]  # fmt: skip
        self.pair([*left, *([(about, False)] if about else [])], right)
        self.line("")
        self.made_up()

    def made_up(self) -> None:
        """Says it where the dossiers are invented."""
        self.tag("if made_up")
        self.line("Dữ liệu minh họa: hồ sơ, người nộp là hư cấu.", at=CENTRE, italic=True, size=SMALL)
        self.tag("endif")

    def bases(self, *texts: str) -> None:
        """What the letter rests on, where it was in force on its day; a blank where nobody knows."""
        self.tag("if is_since_2025")
        for text in texts:
            self.line(f"Căn cứ {text};", italic=True, indent=10)
        self.tag("endif")
        self.line(f"Căn cứ {BLANK};", italic=True, indent=10)

    def decided(self) -> None:
        """The decision on which the check stands."""
        self.line(f"Căn cứ Quyết định kiểm tra số {BLANK} ngày {BLANK} của {BLANK};", italic=True, indent=10)

    def foot(self, receivers: Sequence[str], signs: str = "THỦ TRƯỞNG CƠ QUAN") -> None:
        """Who receives it, and where it is signed."""
        left = [("Nơi nhận:", True), *((f"- {one};", False) for one in receivers), ("- Lưu: VT.", False)]
        self.line("")
        self.pair(left, [(signs, True), ("(chức vụ, chữ ký, họ tên)", False), ("", False), (BLANK, True)], at=LEFT)

    def signatures(self, left: str, right: str) -> None:
        """Where two sides sign a minute."""
        self.line("")
        self.pair(*([(who, True), ("(ký, ghi rõ họ tên)", False), ("", False), (BLANK, True)] for who in (left, right)))

    def trace(self) -> None:
        """By which rules, on which day and from which files it was made."""
        self.line("")
        self.line("Lập tự động để làm dự thảo: ngày kiểm tra {{ as_of }}; quy tắc phiên bản {{ rules }}; "
                  "{{ edition }}.", italic=True, size=10)  # fmt: skip
        self.line("Tệp đã đọc (dấu của nội dung): {% for file in files %}{{ file.name }} ({{ file.mark }})"
                  "{% if not loop.last %}; {% endif %}{% endfor %}.", italic=True, size=10, at=LEFT)  # fmt: skip

    def calendar(self, title: str = "", *, is_apart: bool = False) -> None:
        """By which day what is due in the check, where its calendar is known; on a page of its own where `is_apart`."""
        self.tag("if due")
        if is_apart:
            self.annex(title, "THỜI HẠN CÁC BƯỚC CỦA CUỘC KIỂM TRA")
        else:
            self.heading(title)
        self.say("Không tính ngày đầu; ngày cuối là ngày nghỉ thì chuyển sang ngày làm việc tiếp theo. Có nơi tính theo ngày "
                 "làm việc nên nêu cả hai cách; người ký chọn cách áp dụng. Chỗ trống: chưa đến hoặc chưa ghi mốc bắt đầu "
                 "tính.")  # fmt: skip
        self.table(
            ["TT", "Việc", "Tính từ sau", "Chậm nhất, theo ngày", "Chậm nhất, theo ngày làm việc", "Căn cứ"],
            ["{{ d.n }}", "{{ d.step }}",
             f"{{{{ d.after }}}}: {{% if d.after_on %}}{{{{ d.after_on }}}}{{% else %}}{BLANK}{{% endif %}}"
             f"{{% if d.is_open %}} (mốc này cần người xác nhận: {BLANK}){{% endif %}}",
             f"{{% if d.by_calendar %}}{{{{ d.by_calendar }}}}{{% elif d.is_by_workdays %}}–{{% else %}}{BLANK}{{% endif %}}",
             f"{{% if d.by_workdays %}}{{{{ d.by_workdays }}}}{{% else %}}{BLANK}{{% endif %}}", "{{ d.law }}"],
            "d in due", [12, 36, 34, 26, 26, 36],
        )  # fmt: skip
        self.tag("endif")

    def content(self, title: str) -> bytes:
        """The file: no author, no day of its making."""
        self.trace()
        core = self.document.core_properties
        core.author, core.title, core.comments, core.last_modified_by = "", title, "", ""
        core.created = core.modified = datetime(2025, 1, 1)  # noqa: DTZ001  a file's own format has none
        stream = io.BytesIO()
        self.document.save(stream)
        return undated(stream.getvalue())


def _write(paragraph, text: str, *, bold=False, italic=False, size=SIZE) -> None:
    """Text as runs: a blank to be filled in is marked."""
    for piece in re.split(f"({BLANK})", text):
        if piece:
            run = paragraph.add_run(piece)
            run.bold, run.italic, run.font.size = bold, italic, Pt(size)
            if piece == BLANK:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _property(row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _field(paragraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    field.append(run)
    paragraph._p.append(field)


# What several letters hold ----------------------------------------------------------------------------------------------


def _counts(letter: Letter) -> None:
    """What was found, each count with its total."""
    letter.say("Tổng số hồ sơ đã xét: {{ total }}. Kết luận theo từng hồ sơ, đối chiếu phần mềm với sổ, giấy tờ:")
    letter.table(["Kết luận", "Số hồ sơ", "Trên tổng số"], ["{{ v.name }}", "{{ v.count }}", "{{ v.total }}"],
                 "v in verdicts", [100, 30, 30])  # fmt: skip
    letter.say(
        "Hồ sơ đã giải quyết mà phần mềm tính quá hạn: {{ late_total }}; trong đó: {{ late_in_software }}.",
        "Kết luận quá hạn: {{ late }} trên {{ total }} hồ sơ, gồm: {{ grades }}.",
        "Tỷ lệ đúng hạn theo phần mềm: {{ share_software }}. Theo sổ, giấy tờ: {{ share_records }} (hồ sơ chưa kết "
        "luận được tính một lần bất lợi, một lần có lợi cho đơn vị).",
        "Chưa đủ căn cứ kết luận: {{ undecided_total }} trên {{ total }} hồ sơ. Dòng dữ liệu không dùng được: "
        "{{ problems }}.",
    )


def _report_figures(letter: Letter) -> None:
    letter.tag("for one in figures")
    letter.say("- {{ one }}")
    letter.tag("endfor")
    letter.otherwise("figures", "Không có số liệu nào của báo cáo được đối chiếu mà không khớp.")


def _case_table(letter: Letter) -> None:
    letter.table(
        ["TT", "Mã hồ sơ", "Kết luận", "Hẹn trả", "Chậm (ngày làm việc)", "Căn cứ"],
        ["{{ c.n }}", "{{ c.code }}", "{{ c.verdict }}{% if c.grade %} ({{ c.grade }}){% endif %}", "{{ c.due }}",
         "{{ c.late }}", "{{ c.reason }}"],
        "c in found", [10, 34, 28, 24, 26, 44],
    )  # fmt: skip


def _papers_table(letter: Letter, heads: Sequence[str]) -> None:
    letter.table(
        ["TT", "Mã hồ sơ", "Thủ tục (lĩnh vực)", "Tìm ở (sổ: trang, số; hoặc ngày nhận)", "Giấy tờ", *heads],
        ["{{ p.n }}", "{{ p.code }}", "{{ p.procedure }}", "{{ p.where }}", "{{ p.sought }}", *[""] * len(heads)],
        "p in papers", [11, 52, 34, 40, 40, *[19] * len(heads)],
    )  # fmt: skip


# The letters --------------------------------------------------------------------------------------------------------------


def request() -> bytes:
    """Request for papers and explanations, with its two appendices."""
    letter = Letter(lies=True)
    letter.head("V/v cung cấp hồ sơ, tài liệu và giải trình")
    letter.line("Kính gửi: Ủy ban nhân dân {{ commune }}", at=CENTRE)
    letter.bases("Luật Thanh tra số 84/2025/QH15 (Điều 34, Điều 41)", "Nghị định số 217/2025/NĐ-CP (Điều 9)")
    letter.decided()
    letter.say(
        f"Để phục vụ việc kiểm tra giải quyết hồ sơ thủ tục hành chính tại {SUBJECT}, thời kỳ {PERIOD}, đề nghị đơn vị:",
        "1. Xuất trình giấy tờ của các hồ sơ nêu tại Phụ lục 1 ({{ papers_total }} giấy tờ của {{ papers_dossiers }} "
        "hồ sơ).",
        "2. Giải trình bằng văn bản các câu hỏi nêu tại Phụ lục 2 ({{ questions_total }} câu hỏi).",
        f"Gửi về {BLANK} trước ngày {BLANK}; người liên hệ: {BLANK}, điện thoại {BLANK}.",
        "Giấy tờ không còn hoặc không lập: ghi rõ “không có” và lý do.",
    )
    letter.foot(["Như trên", BLANK])
    letter.annex("PHỤ LỤC 1", "DANH MỤC HỒ SƠ, GIẤY TỜ CẦN XUẤT TRÌNH")
    letter.otherwise("papers", "Không có giấy tờ nào phải xuất trình để kết luận.")
    _papers_table(letter, ["Bản gốc/sao", "Có/không", "Ghi chú"])
    letter.annex("PHỤ LỤC 2", "NỘI DUNG ĐỀ NGHỊ GIẢI TRÌNH")
    letter.table(["TT", "Nội dung", "Hồ sơ", "Giải trình của đơn vị"],
                 ["{{ q.n }}", "{{ q.asked }}", "{{ q.codes }}", ""], "q in questions", [10, 98, 52, 50])  # fmt: skip
    letter.calendar("PHỤ LỤC 3", is_apart=True)
    return letter.content("Yêu cầu cung cấp tài liệu, giải trình")


def minute() -> bytes:
    """Minute of the check."""
    letter = Letter()
    letter.head()
    letter.title("BIÊN BẢN KIỂM TRA", f"Việc giải quyết hồ sơ thủ tục hành chính tại {SUBJECT}")
    letter.bases("Nghị định số 217/2025/NĐ-CP (Điều 15)")
    letter.decided()
    letter.say(f"Hôm nay, hồi {BLANK} giờ {BLANK} ngày {BLANK}, tại {BLANK}.")
    letter.heading("I. Thành phần")
    letter.say(f"1. Đoàn kiểm tra: {BLANK} (trưởng đoàn); {BLANK} (thành viên).",
               f"2. Đối tượng kiểm tra: Ủy ban nhân dân {{{{ commune }}}}; đại diện: {BLANK}, chức vụ {BLANK}.")  # fmt: skip
    letter.heading("II. Nội dung kiểm tra")
    letter.say(f"Việc tiếp nhận, giải quyết, trả kết quả hồ sơ thủ tục hành chính, thời kỳ {PERIOD}.")
    letter.heading("III. Kết quả kiểm tra, xác minh")
    _counts(letter)
    letter.say("Số liệu báo cáo không khớp, cần giải trình:")
    _report_figures(letter)
    letter.heading("IV. Ý kiến của đối tượng kiểm tra")
    letter.say(BLANK)
    letter.heading("V. Kiến nghị, thời hạn thực hiện")
    letter.say(f"{BLANK} (thời hạn: {BLANK}).")
    letter.say(f"Biên bản kết thúc hồi {BLANK} giờ {BLANK} cùng ngày, lập thành {BLANK} bản, đã đọc lại cho những người "
               "có mặt nghe, công nhận đúng.")  # fmt: skip
    letter.signatures("ĐẠI DIỆN ĐỐI TƯỢNG KIỂM TRA", "TRƯỞNG ĐOÀN KIỂM TRA")
    letter.say(f"Trường hợp đối tượng kiểm tra không ký: người chứng kiến hoặc đại diện chính quyền cấp xã ký: {BLANK}; lý "
               f"do không ký: {BLANK}.")  # fmt: skip
    letter.annex(
        "DANH SÁCH KÈM THEO BIÊN BẢN",
        "Hồ sơ quá hạn, chỉ quá hạn trên phần mềm, chỉ có trong sổ giấy, hoặc chưa đủ căn cứ kết luận",
    )
    _case_table(letter)
    return letter.content("Biên bản kiểm tra")


def handing_over() -> bytes:
    """Minute of handing over papers."""
    letter = Letter(lies=True)
    letter.head()
    letter.title("BIÊN BẢN GIAO NHẬN TÀI LIỆU", f"Phục vụ kiểm tra tại {SUBJECT}, thời kỳ {PERIOD}")
    letter.bases("Nghị định số 217/2025/NĐ-CP (Điều 15)")
    letter.decided()
    letter.say(f"Hôm nay, hồi {BLANK} giờ {BLANK} ngày {BLANK}, tại {BLANK}.",
               f"Bên giao: Ủy ban nhân dân {{{{ commune }}}}; đại diện: {BLANK}, chức vụ {BLANK}.",
               f"Bên nhận: {BLANK}; đại diện: {BLANK}, chức vụ {BLANK}.")  # fmt: skip
    letter.heading("1. Tệp dữ liệu đã nhận và đọc")
    letter.table(["TT", "Tệp", "Số dòng", "Dấu của nội dung"],
                 ["{{ f.n }}", "{{ f.name }}", "{{ f.rows }}", "{{ f.mark }}"], "f in files",
                 [8, 80, 25, 60])  # fmt: skip
    letter.heading("2. Giấy tờ giao nhận ({{ papers_total }} giấy tờ của {{ papers_dossiers }} hồ sơ đã đề nghị)")
    _papers_table(letter, ["Bản gốc/sao", "Số tờ", "Đã giao", "Ngày trả lại"])
    letter.say(f"Tài liệu khác: {BLANK}.", f"Biên bản lập thành {BLANK} bản, mỗi bên giữ {BLANK} bản.")
    letter.signatures("BÊN GIAO", "BÊN NHẬN")
    return letter.content("Biên bản giao nhận tài liệu")


def report() -> bytes:
    """Report of the results, in four parts."""
    letter = Letter()
    letter.head()
    letter.title("BÁO CÁO KẾT QUẢ KIỂM TRA", f"Việc giải quyết hồ sơ thủ tục hành chính tại {SUBJECT}")
    letter.bases("Luật Thanh tra số 84/2025/QH15 (Điều 33)", "Nghị định số 217/2025/NĐ-CP")
    letter.decided()
    letter.heading("I. Khái quát")
    letter.say(f"1. Đối tượng: Ủy ban nhân dân {SUBJECT}. Thời kỳ kiểm tra: {PERIOD}. Ngày kiểm tra: {{{{ as_of }}}}.",
               f"2. Đặc điểm tình hình: {BLANK}.", "3. Dữ liệu đã đọc:")  # fmt: skip
    letter.table(["Sổ, tệp", "Số dòng", "Được xét", "Không dùng được", "Lặp lại"],
                 ["{{ r.name }}", "{{ r.rows }}", "{{ r.judged }}", "{{ r.problems }}", "{{ r.duplicates }}"],
                 "r in read", [60, 25, 25, 30, 20])  # fmt: skip
    letter.say("Sổ mà đơn vị có giữ, chưa có trong dữ liệu kiểm tra: {{ missing }}.")
    letter.heading("II. Kết quả kiểm tra")
    letter.heading("1. Thời hạn giải quyết")
    _counts(letter)
    letter.heading("2. Khâu gây chậm của hồ sơ quá hạn theo phần mềm hoặc giấy tờ")
    letter.tag("for one in causes")
    letter.say("- {{ one }}")
    letter.tag("endfor")
    letter.otherwise("causes", "Không có hồ sơ nào phải xét khâu gây chậm.")
    letter.heading("3. Số liệu đã báo cáo")
    _report_figures(letter)
    letter.heading("4. Mâu thuẫn giữa các sổ, giấy tờ")
    letter.otherwise("contradictions", "Không có.")
    letter.tag("if contradictions")
    letter.table(["Nội dung", "Số hồ sơ", "Mã hồ sơ"], ["{{ k.name }}", "{{ k.count }}", "{{ k.codes }}"],
                 "k in contradictions", [70, 20, 70])  # fmt: skip
    letter.tag("endif")
    letter.heading("5. Văn bản xin lỗi")
    letter.say(
        "Số hồ sơ theo tình trạng văn bản xin lỗi: {{ apologies }} (trên {{ total }} hồ sơ đã xét; hồ sơ quá hạn, chưa kết thúc: xem sổ theo dõi văn bản xin lỗi)."
    )
    letter.heading("III. Nhận xét")
    letter.say(f"1. Tính chất, mức độ, hậu quả: {BLANK}.", f"2. Nguyên nhân: {BLANK}.",
               f"3. Trách nhiệm của tập thể, cá nhân (người kiểm tra kết luận): {BLANK}.",
               f"4. Ý kiến khác nhau: {BLANK}.")  # fmt: skip
    letter.heading("IV. Kiến nghị")
    letter.say(f"1. Đối với Ủy ban nhân dân {{{{ commune }}}}: {BLANK} (thời hạn: {BLANK}).",
               f"2. Đối với {BLANK}: {BLANK}.", f"3. Biện pháp xử lý, căn cứ pháp lý: {BLANK}.")  # fmt: skip
    letter.foot([BLANK], "TRƯỞNG ĐOÀN KIỂM TRA")
    letter.annex(
        "PHỤ LỤC", "Hồ sơ quá hạn, chỉ quá hạn trên phần mềm, chỉ có trong sổ giấy, hoặc chưa đủ căn cứ kết luận"
    )
    _case_table(letter)
    return letter.content("Báo cáo kết quả kiểm tra")


def conclusion() -> bytes:
    """Draft conclusion, or demand to put right."""
    letter = Letter()
    letter.head()
    letter.title("KẾT LUẬN KIỂM TRA", f"Việc giải quyết hồ sơ thủ tục hành chính tại {SUBJECT}, thời kỳ {PERIOD}")
    letter.bases("Luật Thanh tra số 84/2025/QH15 (Điều 36)", "Nghị định số 217/2025/NĐ-CP (Điều 15)")
    letter.decided()
    letter.line(f"Xét báo cáo kết quả kiểm tra số {BLANK} ngày {BLANK} và ý kiến giải trình của đơn vị: {BLANK};",
                italic=True, indent=10)  # fmt: skip
    letter.heading("1. Đánh giá việc chấp hành")
    _counts(letter)
    letter.say("Số liệu báo cáo không khớp:")
    _report_figures(letter)
    letter.heading("2. Kết luận về nội dung kiểm tra")
    letter.say(BLANK)
    letter.heading("3. Tính chất, mức độ, nguyên nhân, trách nhiệm")
    letter.say(BLANK)
    letter.heading("4. Biện pháp xử lý, yêu cầu chấn chỉnh")
    letter.say(f"{BLANK} (thời hạn: {BLANK}).")
    letter.heading("5. Hạn chế, bất cập của quy định, kiến nghị sửa đổi")
    letter.say(BLANK)
    letter.foot(["Ủy ban nhân dân {{ commune }}", BLANK])
    letter.annex(
        "PHỤ LỤC", "Hồ sơ quá hạn, chỉ quá hạn trên phần mềm, chỉ có trong sổ giấy, hoặc chưa đủ căn cứ kết luận"
    )
    _case_table(letter)
    return letter.content("Dự thảo kết luận kiểm tra")


def correction() -> bytes:
    """Request to check and correct data."""
    letter = Letter(lies=True)
    letter.head("V/v rà soát, chỉnh dữ liệu hồ sơ trên phần mềm")
    letter.line(f"Kính gửi: Ủy ban nhân dân {{{{ commune }}}}; {BLANK}", at=CENTRE)
    letter.decided()
    letter.say(
        f"Qua đối chiếu hồ sơ của {SUBJECT}, thời kỳ {PERIOD}, có {{{{ rows_total }}}} trên {{{{ total }}}} hồ sơ đã xét "
        "mà phần mềm tính quá hạn hoặc chưa kết thúc, trong khi sổ, giấy tờ cho thấy kết quả có trong hạn. Đề nghị rà "
        "soát, đối chiếu bản gốc và chỉnh dữ liệu theo đúng quy trình của phần mềm (giữ lịch sử chỉnh sửa).",
        f"Báo kết quả về {BLANK} trước ngày {BLANK}.",
    )
    letter.table(["TT", "Mã hồ sơ", "Phần mềm ghi", "Sổ, giấy tờ ghi", "Căn cứ", "Kết quả rà soát"],
                 ["{{ r.n }}", "{{ r.code }}", "{{ r.software }}", "{{ r.paper }}", "{{ r.reason }}", ""],
                 "r in rows", [10, 36, 50, 60, 55, 28])  # fmt: skip
    letter.foot(["Như trên", BLANK])
    return letter.content("Đề nghị rà soát, chỉnh dữ liệu")


def decision() -> bytes:
    """Decision on a check, as a form."""
    letter = Letter()
    letter.head()
    letter.title("QUYẾT ĐỊNH", f"Về việc kiểm tra giải quyết hồ sơ thủ tục hành chính tại {SUBJECT}")
    letter.bases("Nghị định số 217/2025/NĐ-CP (Điều 11, Điều 14)")
    letter.line(f"Theo đề nghị của {BLANK};", italic=True, indent=10)
    letter.line("QUYẾT ĐỊNH:", at=CENTRE, bold=True)
    letter.say(
        f"Điều 1. Kiểm tra việc tiếp nhận, giải quyết, trả kết quả hồ sơ thủ tục hành chính tại Ủy ban nhân dân {SUBJECT}.",
        f"Thời kỳ kiểm tra: {PERIOD}. Thời hạn kiểm tra: {BLANK} ngày kể từ ngày công bố. Địa điểm, phương thức: {BLANK}.",
        f"Điều 2. Thành lập Đoàn kiểm tra gồm: {BLANK} (trưởng đoàn); {BLANK} (thành viên).",
        f"Điều 3. Nhiệm vụ, quyền hạn của Đoàn: {BLANK}.",
        f"Điều 4. {BLANK}, Ủy ban nhân dân {{{{ commune }}}} và Đoàn kiểm tra chịu trách nhiệm thi hành Quyết định này.",
    )
    letter.foot(["Như Điều 4", BLANK])
    letter.calendar("PHỤ LỤC", is_apart=True)
    return letter.content("Quyết định kiểm tra")


def plan() -> bytes:
    """Plan of a check, as a form."""
    letter = Letter()
    letter.head()
    letter.title("KẾ HOẠCH KIỂM TRA", f"Việc giải quyết hồ sơ thủ tục hành chính tại {SUBJECT}")
    letter.bases("Nghị định số 217/2025/NĐ-CP (Điều 11)")
    letter.decided()
    for number, (name, text) in enumerate((
        ("Mục tiêu, yêu cầu", BLANK),
        ("Nội dung", "Đối chiếu phần mềm với sổ, giấy tờ từng hồ sơ; đối chiếu số liệu đã báo cáo. Số hồ sơ đã xét trên dữ "
                     "liệu: {{ total }}; chưa đủ căn cứ kết luận: {{ undecided_total }}; giấy tờ cần xem: "
                     "{{ papers_total }} của {{ papers_dossiers }} hồ sơ."),
        ("Đối tượng", f"Ủy ban nhân dân {SUBJECT}"),
        ("Thời kỳ kiểm tra", PERIOD), ("Thời hạn", f"{BLANK} ngày kể từ ngày công bố quyết định"),
        ("Địa điểm, phương thức", BLANK), ("Thành phần", BLANK), ("Phân công", BLANK), ("Nguồn lực", BLANK),
    ), start=1):  # fmt: skip
        letter.heading(f"{number}. {name}")
        letter.say(text)
    letter.calendar("Thời hạn các bước theo quy định")
    letter.foot(["Đoàn kiểm tra", BLANK])
    return letter.content("Kế hoạch kiểm tra")


def register() -> bytes:
    """Register of letters of apology owed."""
    letter = Letter(lies=True)
    letter.title("SỔ THEO DÕI VĂN BẢN XIN LỖI", f"{SUBJECT}, thời kỳ {PERIOD}, tính đến ngày {{{{ as_of }}}}")
    letter.made_up()
    letter.say("Hồ sơ quá hạn đã xét: {{ rows_total }}; có dự thảo văn bản xin lỗi kèm theo: {{ drafts_total }}.")
    letter.table(
        ["TT", "Mã hồ sơ", "Kết luận", "Hẹn trả", "Chậm (ngày làm việc)", "Đơn vị giữ khi đến hạn", "Phải gửi trước ngày",
         "Đã gửi", "Hẹn lại", "Dự thảo"],
        ["{{ r.n }}", "{{ r.code }}", "{{ r.verdict }}{% if r.grade %} ({{ r.grade }}){% endif %}", "{{ r.due }}",
         "{{ r.late }}", "{{ r.holder }}", "{{ r.before }}", "{{ r.sent }}", "{{ r.new_due }}", "{{ r.draft }}"],
        "r in rows", [10, 32, 31, 25, 32, 33, 25, 30, 25, 15],
    )  # fmt: skip
    letter.say("Không lập thư xin lỗi (sổ, giấy tờ cho thấy kết quả có trong hạn): {{ not_owed_total }} hồ sơ"
               "{% if not_owed %}: {{ not_owed }}{% endif %}.",
               "Hạn gửi trước ngày hẹn trả theo nguồn chưa được xác nhận là quy định chung; đơn vị đối chiếu với văn bản "
               "của địa phương.")  # fmt: skip
    return letter.content("Sổ theo dõi văn bản xin lỗi")


def apology() -> bytes:
    """Letter of apology of one dossier."""
    letter = Letter()
    letter.head(body="ỦY BAN NHÂN DÂN {{ commune|upper }}")
    letter.line("{{ form|upper }}", at=CENTRE, bold=True, size=14)
    letter.line(f"Kính gửi: {BLANK}", at=CENTRE)
    letter.line(f"Địa chỉ: {BLANK}", at=CENTRE)
    letter.say(
        "Ngày {{ received }}, Ủy ban nhân dân {{ commune }} đã tiếp nhận hồ sơ của ông (bà), tổ chức; mã hồ sơ (số biên nhận): {{ code }}.",
        f"Thủ tục: {BLANK}. Ngày hẹn trả kết quả: {{{{ due }}}}.",
        f"Hồ sơ đã được chuyển đến cơ quan: {BLANK}. Kết quả chậm so với ngày hẹn (số ngày làm việc): "
        f"{{% if days %}}{{{{ days }}}}{{% else %}}{BLANK}{{% endif %}}.",
        f"Lý do: {BLANK}.",
        "Ủy ban nhân dân {{ commune }} xin lỗi ông (bà), tổ chức vì sự chậm trễ này.",
    )
    letter.tag("if returned")
    letter.say("Theo sổ, kết quả đã được trả ngày {{ returned }}.")
    letter.tag("endif")
    letter.tag("if not returned")
    letter.say(f"Hẹn lại ngày trả kết quả: {BLANK}.")
    letter.tag("endif")
    letter.foot(["Như trên", BLANK], f"{BLANK}")
    return letter.content("Văn bản xin lỗi")


TEMPLATES = {
    "yeu-cau": request, "bien-ban": minute, "giao-nhan": handing_over, "bao-cao": report, "ket-luan": conclusion,
    "chinh-du-lieu": correction, "quyet-dinh": decision, "ke-hoach": plan, "so-xin-loi": register, "xin-loi": apology,
}  # fmt: skip


def main(folder: Path) -> None:
    """Write every template into a folder."""
    for name, made in TEMPLATES.items():
        (folder / f"{name}.docx").write_bytes(made())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
