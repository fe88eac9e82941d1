"""Writes `docs/records.md` and `docs/rules.md` from what the program knows of its records, measures and rules.

    python tests/documents.py

Nobody edits the two by hand: `tests/test_docs.py` holds them equal to what is written here.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path

from tables import verdicts

from audit.claims import measures
from audit.ground import terms
from audit.judging import judge
from audit.reading.cells import KINDS
from audit.reading.lines import reference_lines
from audit.records.record import Column, Record, Unread
from audit.records.registry import ALL, JUDGED, RECORDS

DOCS = Path(__file__).parent.parent / "docs"
COMMAND = "python -m uv run python tests/documents.py"
MADE = f"*[README](../README.md) · [README.vi](../README.vi.md). Tệp này do chương trình viết ra / written by the program: `{COMMAND}`.*"
YES = "x"
KIND_SAYS = {
    "text": ("chữ, giữ nguyên như ghi", "text, kept as written"),
    "dossier_id": ("mã hồ sơ", "a dossier's code"),
    "at": ("ngày, có thể kèm giờ: 25/09/2023 14:30", "a day, with or without its hour: 25/09/2023 14:30"),
    "due_at": ("như `at`; không ghi giờ là đến hết ngày", "as `at`; without an hour it is the end of the day"),
    "on": ("ngày: 25/09/2023", "a day: 25/09/2023"),
    "number": ("số nguyên", "a whole number"),
    "word": ("một trong các từ ở cuối mục này; từ khác ghi vào `words.csv`",
             "one of the words listed below; others go into `words.csv`"),
    "yes_no": ("có hoặc không; trống là không", "yes or no; empty is no"),
    "signed": ("chữ ký: đã ký, tên người nộp, hoặc trống", "a signature: a word for it, the applicant's name, or empty"),
}  # fmt: skip
NOTES = {
    ("software", "status"): (
        "không đọc được thì hồ sơ đã rút bị tính là đã giải quyết",
        "where it is not read, a withdrawn dossier counts as settled",
    ),
    ("result_papers", "number"): (
        "không có số thì sổ công văn đi và bưu chính không chứng minh gì",
        "without it an outgoing register or the post proves nothing",
    ),
    ("result_papers", "paper"): ("trống là sổ công văn đi", "empty: the outgoing register"),
    ("result_papers", "title"): (
        "văn bản xin lỗi, yêu cầu, thông báo (`data/reference/titles.csv`) không phải là kết quả",
        "one that names a letter, a request or a notice (`data/reference/titles.csv`) is no result",
    ),
    ("postal", "number"): ("không có số thì không chứng minh gì", "without it the receipt proves nothing"),
    ("stops", "number"): (
        "văn bản kết quả có số và ngày này không phải là kết quả",
        "a result paper with its number and day is none",
    ),
    ("stops", "to_on"): ("trống khi còn đang tạm dừng", "empty while the clock stands still"),
    ("apologies", "number"): (
        "văn bản kết quả có số và ngày này không phải là kết quả",
        "a result paper with its number and day is none",
    ),
    ("portal", "item"): ("số hoặc tên của chỉ số: 2.1", "the item's number or name: 2.1"),
    ("portal", "share"): ("kèm dấu %: 98,41%", "with its sign: 98,41%"),
    ("portal", "points"): ("từ 0 đến 100", "from 0 to 100"),
    ("claims", "claim"): ("ký hiệu ngắn, mỗi ký hiệu một dòng", "any short name, each once"),
    ("claims", "measure"): ("một trong các chỉ số dưới đây, hoặc `unknown`", "one of those below, or `unknown`"),
    ("claims", "written"): (
        "như báo cáo in: 05, 98,3%, không có, tất cả",
        "as the report writes it: 05, 98,3%, không có, tất cả",
    ),
    ("claims", "out_of_written"): (
        "nếu báo cáo in tổng số: 218/218 là 218 trên 218",
        "where the report prints a total: 218/218 is 218 out of 218",
    ),
    ("claims", "quote"): ("nguyên văn trong báo cáo", "the words of the report themselves"),
    ("claims", "reading"): ("máy đọc chắc đến đâu", "how sure the reader of the report was"),
    ("claims", "is_confirmed"): (
        "x khi đã có người so dòng này với báo cáo; chưa có thì mọi chỗ dựa vào dòng này bị đánh dấu",
        "x once a person has compared the line with the report; what rests on a line without it is marked so",
    ),
}
PERSONAL = ("nội dung không nhắc lại, kể cả trong thông báo", "never repeated, not even in a message")
_LATE = "dossier_id | received_at | due_at | closed_at | status\na | 01/04 | 08/04 | 10/04 | returned"
_LINE = "dossier_id | received_on | returned_on | signed\na | 01/04 | 10/04 | yes"
_HOP = "dossier_id | from_unit | to_unit | from_level | to_level | handed_at\na | x | y | commune | desk | 10/04"


def records() -> str:
    """Each record with its columns and what its lack forbids, the words that cells may hold, the report's measures."""
    parts = [
        "# Các loại sổ, giấy tờ, cột và chỉ số · Records, columns, measures",
        MADE,
        "Tên ở cột đầu là tên dùng trong `headings.csv`, `words.csv`, `corrections.csv` và `claims.csv`. / The names in the"
        " first column are those of `headings.csv`, `words.csv`, `corrections.csv` and `claims.csv`.",
        "## Thiếu thì sao · What a lack forbids",
        "*Phải có*: không có tệp thì không kiểm tra được. *`kept`*: tên ghi được ở `office.toml`, mục `[records] kept`. Dấu x ở ba cột"
        " cuối: khi đó **không kết luận hồ sơ nào quá hạn** mà chỉ dựa vào giấy tờ còn lại. Thiếu là có lưu mà không có dòng nào; chưa xem"
        " được trọn vẹn là có dòng không đọc được mã, hoặc có trang tính không đọc được: với sổ giấy, điều đó làm giảm mức chắc chắn"
        " ([quy tắc 5.2](policy.vi.md#5-kết-luận-quá-hạn-chắc-đến-đâu)).",
        "*Must be there*: without the file there is no audit. *`kept`*: a name that may stand under `[records] kept` in `office.toml`. An x"
        " in the last three columns: **nobody is then found late** by what is left. Missing is kept and without any row; not wholly seen is"
        " a row without a readable code, or a sheet that cannot be read: of the register it lowers how sure *late* is"
        " ([policy 5.2](policy.en.md#5-how-sure-late-is)).",
        _table(
            ("tệp · file", "tiếng Việt", "English", "phải có · must be there", "`kept`", "thiếu · missing",
             "chưa xem trọn vẹn · not wholly seen", "dòng của hồ sơ không đọc được · a row on the dossier unread"),
            ((f"`{one.name}`", *_both(f"record.{one.name}"), _mark(one.is_required), _mark(one.is_kept),
              *(_mark(forbids(one)) for forbids in (_by_missing, _by_unseen, _by_unread))) for one in ALL),
        ),
        "Nhiều hệ thống: `software.<hệ thống>.xlsx` là tệp của một hệ thống khác; các hệ thống được so từng cặp, hồ sơ có ở nhiều nơi chỉ"
        " tính một lần, và `[systems]` trong `office.toml` nói theo hệ thống nào"
        " ([quy tắc 1.14](policy.vi.md#1-ngày-tiếp-nhận-dòng-ghi)). / Several case systems: `software.<system>.xlsx` is another system's"
        " export; they are compared pair by pair, a dossier in several is counted once, and `[systems]` in `office.toml` says which rules"
        " ([policy 1.14](policy.en.md#1-days-receipts-rows)).",
        "Dòng phần mềm không đọc được thì được liệt kê, và hồ sơ không được xét. / A row of the software that cannot be read is listed, and"
        " its dossier not judged.",
        "## Các cột · Columns",
        "*Cột*: tệp phải có cột này. *Ô*: dòng nào cũng phải ghi. *Cần*: ô không đọc được thì cả dòng không dùng được; ở cột khác, ô đó được"
        " liệt kê, để trống, và dòng vẫn được dùng. / *Column*: the file must have it. *Cell*: no row may leave it empty. *Vital*: a cell that"
        " cannot be read makes its row a problem; in another column the cell is listed and left empty, and its row is used.",
        _table(("kiểu · kind", "tiếng Việt", "English"), ((f"`{kind}`", *KIND_SAYS[kind]) for kind in KINDS)),
        *(part for one in ALL for part in _record(one)),
        "### Các từ · Words",
        "Giá trị mà ô kiểu `word`, `yes_no`, `signed` có thể mang, và cách ghi thường gặp; cách ghi khác là một dòng `column,written,value`"
        " trong `words.csv`, ví dụ `status,Hoàn thành,returned`. / What a cell of kind `word`, `yes_no`, `signed` may mean, and how it is"
        " often written; other wordings are a line `column,written,value` of `words.csv`.",
        _table(("column", "value", "ví dụ · for instance"), _words()),
        "## Chỉ số của báo cáo · The report's measures",
        "Số liệu mà `claims.csv` nêu, và máy đếm lại được. *Trên*: tổng số của tỷ lệ, thông thường nhất trước. *Cần*: cột hay tệp phải có."
        " *Cách tính*: chỉ cách đầu tiên làm cho con số *khớp*. / Figures of `claims.csv` that are counted again. *Of*: the totals of its"
        " share, the plainest first. *Needs*: columns or files that must be there. *Definitions*: only the first can make a figure *hold*.",
        _table(
            ("measure", "tiếng Việt", "English", "trên · of", "cần · needs", "cách tính · definitions"),
            ((f"`{name}`", *_both(f"measure.{name}"), _names((*found[0].of, *found[0].other_of)), _names(found[0].needs),
              _names(dict.fromkeys(way.name for one in found for way in one.definitions)))
             for name, found in _measures().items()),
        ),
        "Chỉ số nhận ra được mà không đếm lại được từ hồ sơ / Measures that are recognised and not counted from the records: "
        + _names(name for name in terms.measures() if name not in measures.MEASURE_NAMES) + ".",
        _table(
            ("cách tính · definition", "tiếng Việt", "English"),
            ((f"`{name}`", *_both(f"definition.{name}")) for name in
             dict.fromkeys(way.name for found in _measures().values() for one in found for way in one.definitions)),
        ),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def rules() -> str:
    """Each rule of a verdict in the order in which they are asked, each rule of a cause, and the sources of both."""
    by_itself = [name for name in judge.RESTS_ON if name not in {rule.name for rule in judge.RULES}]
    verdict_of = {judge.EXCHANGED: "not_proved", judge.SYSTEMS_DIFFER: "not_proved", judge.DUE_DATES_DISAGREE: "due_date_in_dispute", judge.ONLY_NEW_DUE_DATE: "due_date_in_dispute",
                  judge.IN_TIME_THROUGHOUT: "on_time", judge.LATE_BY_WRITTEN_DATE: "late_only_in_software"}  # fmt: skip
    ruled = [*((rule.name, rule.answer) for rule in judge.RULES), *((name, verdict_of[name]) for name in by_itself)]
    parts = [
        "# Các quy tắc kết luận · The rules",
        MADE,
        "Lời đầy đủ: [policy.vi.md](policy.vi.md). Từ trên xuống, quy tắc đúng đầu tiên quyết định, theo từng ngày hẹn trả được dùng; bốn quy"
        " tắc cuối bảng xét các ngày đó cùng nhau. *Câu*: câu của quy tắc bằng lời. / In full words: [policy.en.md](policy.en.md). From the top,"
        " the first that applies decides, under each due date that stands; the last four look at those dates together. *Sentence*: of the policy.",
        "## Kết luận · Verdicts",
        _table(
            ("mã · code", "quy tắc · rule", "kết luận · verdict", "vì sao · why", "câu · sentence", "căn cứ · sources"),
            ((terms.text(f"rule_code.{name}", "vi"), f"`{name}`", f"{_in_one(f'verdict.{verdict}')}<br>`{verdict}`", _in_one(f"rule.{name}"),
              _sentences(name), _names(judge.RESTS_ON[name])) for name, verdict in ruled),
        ),
        "## Nguyên nhân · Causes",
        "Từ trên xuống, quy tắc đúng đầu tiên nêu khâu. *x*: có giấy tờ chứng minh; không có dấu: chỉ có người hoặc phần mềm nói như vậy. /"
        " From the top, the first that applies names the step. *x*: the records prove it; without: somebody, or the software, says so.",
        _table(
            ("", "quy tắc · rule", "nguyên nhân · cause", "chứng minh · proved", "vì sao · why", "câu · sentence"),
            ((str(number), f"`{rule.name}`", f"{_in_one(f'cause.{rule.answer}')}<br>`{rule.answer}`", _mark(rule.is_proved),
              _in_one(f"cause_rule.{rule.name}"), _sentences(rule.name)) for number, rule in enumerate(judge.CAUSES, start=1)),
        ),
        "## Căn cứ · Sources",
        "Theo `data/reference/sources.csv`. / From `data/reference/sources.csv`.",
        _table(
            ("căn cứ · source", "nội dung · what it says", "hiệu lực · in force", "mức chắc chắn · how sure"),
            ((f"`{line['topic']}`<br>{_in_one('topic.' + line['topic'])}", f"{line['vi']}<br>*{line['en']}*",
              _in_force(line), _in_one("sureness." + line["sureness"])) for line in reference_lines("sources.csv")),
        ),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


_UNREAD = {Unread.ROW: "cả dòng · the row", Unread.CELL: "ô đó · the cell", Unread.LISTED: ""}


def _record(one: Record) -> Iterable[str]:
    """The heading of a record, what a row of it is, and its columns."""
    module = import_module(f"audit.records.{one.name}")
    yield f"### `{one.name}` · {' · '.join(_both(f'record.{one.name}'))}"
    yield f"{module.__doc__.splitlines()[0]}"
    same = next(other for other in ALL if other.columns is one.columns)
    if same is not one:
        yield f"Các cột như `{same.name}`. / The columns of `{same.name}`."
        return
    yield _table(
        ("cột · column", "tiếng Việt", "English", "kiểu · kind", "cột · column", "ô · cell", "không đọc được · unread", "ghi chú · notes"),
        ((f"`{name}`", *_title(one, name), f"`{column.kind}`", _mark(column.is_required), _mark(not column.may_be_empty),
          _UNREAD[column.unread], _notes(one, name, column)) for name, column in one.columns.items()),
    )  # fmt: skip


def _title(one: Record, column: str) -> tuple[str, str]:
    """How the page names the column; how the file's heading does where the page never shows it."""
    if (one in JUDGED and terms.has(f"column.{column}")) or one.name == "online_procedures":
        return _both(f"column.{column}")
    found = [line["heading"] for line in reference_lines("headings.csv")
             if (line["record"], line["column"]) == (one.name, column) and line["heading"] != column]  # fmt: skip
    return terms.lowered(found[0]), column.replace("_", " ")


def _notes(one: Record, name: str, column: Column) -> str:
    said = [NOTES[one.name, name]] if (one.name, name) in NOTES else []
    said += [PERSONAL] if column.is_personal else []
    return "; ".join(vi for vi, _ in said) + (f"<br>*{'; '.join(en for _, en in said)}*" if said else "")


def _by_missing(one: Record) -> bool:
    return _forbids(one, lambda: verdicts(*_but(one), missing=(one.name,)))


def _by_unseen(one: Record) -> bool:
    return _forbids(one, lambda: verdicts(_LATE, _LINE, unseen=(one.name,)))


def _by_unread(one: Record) -> bool:
    row = {"dossier_id": "a", "is_readable": "no"}
    drawn = {"register": _drawn(_LINE), one.name: [row]} | (
        {"register": [*_drawn(_LINE), row]} if one.name == "register" else {}
    )
    return _forbids(one, lambda: verdicts(_LATE, drawn.pop("register"), drawn.pop("control_slips", ""), **drawn))


def _forbids(one: Record, judged: Callable[[], list[str]]) -> bool:
    """Whether a dossier that software and register show late is not found late."""
    if one not in JUDGED or one.name == "software":
        return False
    return judged() != ["late"]


def _but(one: Record) -> tuple[str, str, str]:
    """Software, register and slips that show a dossier late, without the record."""
    return _LATE, "" if one.name == "register" else _LINE, "" if one.name == "control_slips" else _HOP


def _drawn(text: str) -> list[dict[str, str]]:
    head, *lines = [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
    return [dict(zip(head, line, strict=True)) for line in lines]


def _words() -> Iterable[tuple[str, str, str]]:
    asked = {name if column.kind == "word" else column.kind for columns in RECORDS.values()
             for name, column in columns.items() if column.kind in ("word", "yes_no", "signed")}  # fmt: skip
    said: dict[tuple[str, str], list[str]] = {}
    for line in reference_lines("words.csv"):
        if line["column"] in asked:
            said.setdefault((line["column"], line["value"]), []).append(line["written"])
    for (column, value), written in said.items():
        shown = [text for text in written if text != value and not text.isdecimal()]
        yield f"`{column}`", f"`{value}`", (shown or written)[0]


def _measures() -> Mapping[str, list[measures.Measure]]:
    """The measures by name: those counted on dossiers, then those counted on the list of procedures."""
    found: dict[str, list[measures.Measure]] = {}
    for one in (*measures.MEASURES, *measures.LIST_MEASURES):
        found.setdefault(one.name, []).append(one)
    return found


def _sentences(rule: str) -> str:
    """The numbers of the sentences of the policy that name the rule, or the family it is of."""
    parts = re.split(r"(?m)^(\d+\.\d+) ", (DOCS / "policy.en.md").read_text(encoding="utf-8"))[1:]
    cited = {number: re.findall(r"`([^`]+)`", text) for number, text in zip(parts[::2], parts[1::2], strict=True)}
    return ", ".join(number for number, names in cited.items()
                     if any(name == rule or (name.endswith("…") and rule.startswith(name[:-1])) for name in names))  # fmt: skip


def _in_force(line: Mapping[str, str]) -> str:
    first, last = (
        date.fromisoformat(line[end]).strftime("%d/%m/%Y") if line[end] else ""
        for end in ("in_force_from", "in_force_to")
    )
    return f"{first} – {last}" if first or last else ""


def _both(key: str) -> tuple[str, str]:
    return terms.text(key, "vi"), terms.text(key, "en")


def _in_one(key: str) -> str:
    vi, en = _both(key)
    return f"{vi}<br>*{en}*"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _mark(is_so: bool) -> str:
    return YES if is_so else ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table as Markdown writes it; a bar within a cell is one of the text."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


WRITTEN = {"records.md": records, "rules.md": rules}


def main() -> None:
    """Write both."""
    for name, text in WRITTEN.items():
        (DOCS / name).write_text(text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
