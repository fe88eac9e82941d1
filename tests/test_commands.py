"""The command line in the reader's language: help, wrong use, and what the commands say; and its exit codes."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from conftest import ROOT, SAMPLE
from folders import folder
from typer.testing import CliRunner

from audit.commands.line import asked
from audit.commands.main import app
from audit.findings import schema
from audit.ground import terms
from audit.notes import keep
from audit.running import outputs

ENGLISH = re.compile(
    r"\b(the|of|is|are|was|be|been|and|or|not|with|for|from|by|at|on|must|should|this|that|these|there|has|have|cannot|could|"
    r"which|what|where|your|its?|if|else|than|missing|such|invalid|usage|options?|arguments?|commands?|errors?|default|"
    r"required|show|message|exit|try|unexpected|extra|got|value|valid|input|expected|found|given|use|please|stopped)\b",
    re.IGNORECASE,
)
VIETNAMESE = re.compile("[À-ỹ]")
NAMES = re.compile(  # of commands, options, values, columns and files: the same in both languages
    r"-{1,2}[a-z][a-z-]*|audit (run|start|form|rollup|claims|days|schema|notes( add)?)|\w*_\w*|\w+\.(toml|json|csv|xlsx|xls|docx|pdf|md|txt)"
    r"|record,column,heading|column,written,value|cột value|\bwhy\b|\bby\b|\bon,|JSON Schema|internal|office|shareable|“[^”]*”|\[period\]"
)


def group(command) -> dict:
    return getattr(command, "commands", {})


def paths(command, before=()) -> list[list[str]]:
    """Every command of the app as it is typed, the app itself first."""
    return [[*before], *(path for name, each in group(command).items() for path in paths(each, (*before, name)))]


COMMANDS = paths(typer.main.get_command(app))
LEAVES = [path for path in COMMANDS if path and path != ["notes"]]
WRONG = [
    *([*path, "--no-such-option"] for path in COMMANDS),
    *(path for path in LEAVES if path not in (["schema"], ["form"])),
    *([*path, "a", "b", "c"] for path in LEAVES if path not in (["run"], ["letters"], ["notes", "add"])),
    [], ["notes"], ["nothing"], ["notes", "nothing"], ["-x"], ["--"], ["days", "nowhere"], ["notes", "add", "nowhere"],
    *(["run", "nowhere", option] for option in ("--as-of", "--out", "--edition", "-p", "--parameter")),
    *(["rollup", "nowhere", option] for option in ("--audits", "-o", "--first-on", "--last-on", "--sheet")),
    ["claims", "nowhere", "--force=1"], ["claims", "nowhere", "-o"], ["claims", "nowhere.txt"], ["run", "nowhere"],
    ["rollup", "nowhere.csv"], ["notes", "add", "nowhere", "notes.json"], ["run", str(SAMPLE), "--as-of", "32/13/2025"],
    ["run", str(SAMPLE), "-p", "as_of"], ["run", str(SAMPLE), "-p", "communne=x"],
]  # fmt: skip
ADDED = SimpleNamespace(added=2, known=1, total=7)


def said(arguments):
    answer = CliRunner().invoke(app, [*map(str, arguments)], prog_name="audit")
    return answer.exit_code, answer.stdout, answer.stderr


def english_in(text: str) -> list[str]:
    return [found[0] for found in ENGLISH.finditer(NAMES.sub(" ", text))]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_help_of_every_command_is_in_one_language(path):
    code, shown, beside = said([*path, "--help"])
    assert (code, beside) == (0, "")
    assert shown.startswith(f"Cách dùng: {' '.join(['audit', *path])}")
    assert not english_in(shown)
    code, shown, beside = said([*path, "--lang", "en", "--help"])
    assert (code, beside) == (0, "")
    assert shown.startswith(f"Usage: {' '.join(['audit', *path])}")
    assert not VIETNAMESE.search(shown)


def test_the_form_is_there_for_this_machine_alone_behind_a_token_and_fetches_nothing(monkeypatch):
    started = []
    monkeypatch.setattr("voila.app.Voila.launch_instance", lambda argv, config: started.append((argv, config["Voila"])))
    code, shown, _ = said(["form", "--port", "8899", "--no-browser"])
    [[notebook], asked] = started[0]
    assert (code, Path(notebook).name, asked["ip"], asked["port"]) == (0, "begin.ipynb", "localhost", 8899)
    assert f"token={asked['token']}" in shown
    assert len(asked["token"]) > 20
    policy = asked["tornado_settings"]["headers"]["Content-Security-Policy"]
    assert "https:" not in policy
    assert "*" not in policy.replace("localhost:*", "").replace("127.0.0.1:*", "")


def test_where_the_form_is_not_installed_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "voila.app", None)
    code, _, beside = said(["form"])
    assert code == 2
    assert "commune-audit[form]" in beside


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_every_wrong_use_is_said_in_one_language_and_leaves_with_2(arguments):
    expected = 1 if arguments[:1] == ["days"] and len(arguments) == 3 else 2
    code, shown, beside = said(arguments)
    assert code == expected
    assert not english_in(shown + beside)
    assert VIETNAMESE.search(shown + beside)
    code, shown, beside = said(["--lang=en", *arguments])
    assert code == expected
    assert ENGLISH.search(shown + beside)
    assert not VIETNAMESE.search(shown + beside)


def test_a_wrong_use_says_how_the_command_is_written_what_is_wrong_and_where_help_is():
    assert said(["days", "xa-mau"])[2].splitlines() == [
        "Cách dùng: audit days [TÙY_CHỌN] THƯ_MỤC MÃ_HỒ_SƠ",
        "Lệnh viết chưa đúng. Còn thiếu MÃ_HỒ_SƠ: Mã hồ sơ, như trong phần mềm hoặc trong sổ.",
        "Xem hướng dẫn: audit days --help",
    ]
    assert said(["days", "xa-mau", "--lang", "en"])[2].splitlines() == [
        "Usage: audit days [OPTIONS] FOLDER DOSSIER",
        "This is not how the command is written. DOSSIER is missing: The dossier's code, as in the software or the register.",
        "For help: audit days --lang en --help",
    ]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["run", "a", "--ot", "x"], "Không có tùy chọn “--ot”. Các tùy chọn của lệnh này: --as-of, --edition, --out"),
        (["claim"], "Không có lệnh “claim”. Các lệnh: start, form, new, run, check, batch, lake, rollup, claims, drift, papers, letters, form-06a, verify, sign, bundle, check-days, days, schema, notes, sample."),
        (["claims", "bao", "cao.pdf"], "Ghi thừa “cao.pdf”. Nếu tên có dấu cách, đặt cả tên trong dấu nháy kép."),
        (["claims", "a.txt", "-o"], "Sau -o còn thiếu giá trị."),
        (["claims", "a.txt", "--force=1"], "--force đứng một mình, không có giá trị đi kèm."),
        (["run", "a", "--lang"], "Sau --lang còn thiếu giá trị."),
        (["--lang=", "run", "a"], "Sau --lang còn thiếu giá trị."),
        (["run", "a", "--lang", "fr"], "Ngôn ngữ “fr” không có. Chọn một trong: vi, en."),
        (["--lang", "EN", "--help"], "Ngôn ngữ “EN” không có. Chọn một trong: vi, en."),
        (["schema", "rollup"], "Không có cấu trúc “rollup”. Chọn một trong: result, province."),
        (["run", str(SAMPLE), "--edition", "mật"], "Không có bản “mật”. Chọn một trong: internal, office, shareable."),
    ],
)  # fmt: skip
def test_a_wrong_use_names_what_is_wrong(arguments, reason):
    code, shown, beside = said(arguments)
    assert (code, shown) == (2, "")
    assert reason in beside


def test_the_schemas_are_printed_as_they_are_published():
    for arguments, name in (
        (["schema"], "result"),
        (["schema", "result"], "result"),
        (["schema", "province"], "province"),
    ):
        published = ROOT / "data" / "reference" / f"{name}.schema.json"
        assert said(arguments) == (0, published.read_text(encoding="utf-8"), "")


@pytest.mark.parametrize(
    ("line", "lang", "others"),
    [
        ("run a", None, "run a"),
        ("--lang en run a", "en", "run a"),
        ("run --lang en a", "en", "run a"),
        ("run a --lang=en", "en", "run a"),
        ("run a --lang vi --lang en", "en", "run a"),
        ("run a --lang", "", "run a"),
        ("run a -- --lang en", None, "run a -- --lang en"),
    ],
)
def test_the_language_may_stand_anywhere_on_the_line_but_among_names_after_two_dashes(line, lang, others):
    assert asked(line.split()) == (lang, others.split())


@pytest.mark.parametrize("lang", terms.LANGUAGES)
@pytest.mark.parametrize("section", ["cli", "error", "problem"])
def test_every_message_is_in_its_own_language_but_for_names_and_quotations(section, lang):
    for key, words in terms.keys().items():
        if key.startswith(f"{section}."):
            left = re.sub(r"{\w+}", " ", NAMES.sub(" ", words[lang]))
            assert not (english_in(left) if lang == "vi" else VIETNAMESE.findall(left)), key


def given_to_the_runner(monkeypatch, arguments, **made) -> dict:
    seen = {}

    def audits(folders, out, parameters, told=None):
        seen.update(parameters, folders=[path.name for path in folders])
        return [outputs.Audit("xa/2025-q3", Path("out/xa/2025-q3/audit.html"), **made)]

    monkeypatch.setattr(outputs, "audits", audits)
    nothing = schema.WhatWasRead(files=(), unread=(), unknown=(), unused=(), not_opened=())
    monkeypatch.setattr(outputs, "what_was_read", lambda audit: nothing)
    seen["code"], seen["shown"], seen["beside"] = said(["run", *arguments])
    return seen


def test_an_audit_is_shareable_unless_the_internal_edition_is_asked_for(monkeypatch):
    seen = given_to_the_runner(monkeypatch, ["2025-q3"])
    assert (seen["code"], seen["edition"], seen["lang"], seen["as_of"]) == (0, "shareable", "vi", "")
    assert seen["shown"] == "Xong: out/xa/2025-q3/audit.html\n"
    seen = given_to_the_runner(
        monkeypatch, ["--edition", "internal", "2025-q3", "--lang", "en", "--as-of", "2025-10-05"]
    )
    assert (seen["code"], seen["edition"], seen["lang"], seen["as_of"]) == (0, "internal", "en", "2025-10-05")
    assert seen["shown"] == "Done: out/xa/2025-q3/audit.html\n"


def test_a_key_that_was_made_is_named_with_what_it_means_to_lose_it(monkeypatch):
    key = Path("xa") / "office.key"
    beside = given_to_the_runner(monkeypatch, ["2025-q3"], made_key=key)["beside"]
    assert all(
        words in beside for words in (str(key), "Giữ kín và sao lưu", "mất khóa thì mã ẩn danh của mọi hồ sơ đổi")
    )
    assert (
        "Keep it secret and keep a copy"
        in given_to_the_runner(monkeypatch, ["2025-q3", "--lang=en"], made_key=key)["beside"]
    )
    assert "office.key" not in given_to_the_runner(monkeypatch, ["2025-q3"])["beside"]


def test_notes_that_are_added_are_counted(monkeypatch):
    seen = []
    monkeypatch.setattr(keep, "add", lambda folder, files: seen.append((folder, list(files))) or ADDED)
    assert said(["notes", "add", "xa/2025-q3", "a.json", "b.json"]) == (
        0, "Đã thêm 2 ghi chú; 1 ghi chú có từ trước hoặc gửi trùng, không thêm lại. Thư mục đang có 7 ghi chú.\n", "",
    )  # fmt: skip
    assert seen == [(Path("xa/2025-q3"), [Path("a.json"), Path("b.json")])]
    assert said(["notes", "add", "xa/2025-q3", "a.json", "--lang", "en"])[1] == (
        "2 notes added; 1 were there already or came twice and are not added again. The folder holds 7 notes.\n"
    )


def test_a_file_of_notes_that_is_not_there_is_a_wrong_use(tmp_path):
    code, _, beside = said(["notes", "add", folder(tmp_path / "a"), tmp_path / "notes.json"])
    assert (code, beside) == (2, "Không có tệp ghi chú “notes.json”, hoặc không mở được. Hãy kiểm tra lại đường dẫn.\n")


def test_a_dossier_nobody_knows_is_a_record_that_cannot_be_audited(tmp_path):
    code, _, beside = said(["days", folder(tmp_path / "a"), "H-9"])
    assert code == 1
    assert "hồ sơ “H-9”" in beside


def test_no_text_of_a_file_or_a_name_steers_the_terminal(tmp_path):
    code, shown, beside = said(["days", folder(tmp_path / "a"), "H\x1b]0;x\x07\u202e-9\ud800"])
    assert (code, shown) == (1, "")
    assert "hồ sơ “H\ufffd]0;x\ufffd\ufffd-9\ufffd”" in beside


def test_what_the_machine_forbids_is_said_and_a_fault_of_the_program_is_not_hidden(monkeypatch):
    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied", "out/xa")

    monkeypatch.setattr(outputs, "audits", forbidden)
    code, _, beside = said(["run", "2025-q3"])
    assert code == 2
    assert beside.startswith("out/xa: máy không cho đọc hoặc ghi (mã lỗi 13).")
    assert "denied" not in beside

    monkeypatch.setattr(outputs, "audits", lambda *_, **__: 1 / 0)
    answer = CliRunner().invoke(app, ["run", "2025-q3"])
    assert answer.exit_code == 1
    assert isinstance(answer.exception, ZeroDivisionError)
    assert "Chép nguyên phần dưới đây gửi người phụ trách chương trình" in answer.stderr


def test_vietnamese_goes_into_a_file_where_the_code_page_has_no_such_letters():
    answer = subprocess.run(
        [sys.executable, "-m", "audit", "--help"], capture_output=True, check=True,
        env=os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert answer.stdout.decode("utf-8").startswith("Cách dùng: ")


def test_help_waits_for_nothing_that_only_an_audit_needs():
    code = (
        "import sys\nfrom audit.commands.main import app\ntry:\n    app(['run', '--help'])\nexcept SystemExit:\n"
        "    print([name for name in ('rich', 'pandas', 'nbformat', 'papermill', 'jinja2') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert answer.stdout.decode("utf-8").splitlines()[-1] == "[]"
