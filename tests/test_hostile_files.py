"""Files that are out to fill the memory or to stop the program: a message, soon, and no abort."""

import os
import resource
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from clerks import book
from folders import REGISTER, SOFTWARE, folder
from typer.testing import CliRunner

from audit.commands.main import app
from audit.ground.terms import AuditError
from audit.reading import load, workbook

SECONDS, GIGABYTE = 60, 1_000_000_000  # a wall against one that never ends; how much memory is too much


def stray(path: Path, place: str = "XFD1048576") -> None:
    """A register with one cell at the far end of its sheet."""

    def touch(sheet):
        sheet[place] = "x"

    book(path / "register.xlsx", REGISTER.strip(), touch)


def declared(path: Path, size: int) -> None:
    """A register one part of which says that it unpacks to `size` bytes."""
    book(path / "register.xlsx", REGISTER.strip())
    with zipfile.ZipFile(path / "register.xlsx", "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/more.xml", b"0" * 100_000)
    content = bytearray((path / "register.xlsx").read_bytes())
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):  # the directory, and the part's own head
        begin = content.rfind(mark)
        struct.pack_into("<I", content, begin + at, size)
    (path / "register.xlsx").write_bytes(content)


def bomb(path: Path) -> None:
    """A register of which the texts unpack to half a gigabyte."""
    book(path / "register.xlsx", REGISTER.strip())
    with (
        zipfile.ZipFile(path / "register.xlsx", "a", zipfile.ZIP_DEFLATED) as parts,
        parts.open("xl/more.xml", "w") as part,
    ):
        for _ in range(500):
            part.write(b"0" * 1_000_000)


def locked(path: Path) -> None:
    """A workbook with a password: an old kind of file, in whose directory stands where the new one is hidden."""
    names = "".join(name.ljust(32, "\0") for name in ("Root Entry", "EncryptionInfo", "EncryptedPackage"))
    (path / "register.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + names.encode("utf-16-le"))


def pipe(path: Path) -> None:
    os.mkfifo(path / "register.csv")


def endless(path: Path) -> None:
    (path / "register.csv").symlink_to("/dev/zero")


HOSTILE = {
    "stray": (stray, "register.xlsx, trang tính “Sổ”: có ô ở tận dòng 1048576, cột thứ 16384"),
    "declared": (lambda path: declared(path, 4_000_000_000), "register.xlsx: khi mở ra lớn hơn 400 MB"),
    "bomb": (bomb, "register.xlsx: khi mở ra lớn hơn 400 MB"),
    "more than it says": (lambda path: declared(path, 1000), "register.xlsx: không mở được như bảng tính"),
    "locked": (locked, "register.xlsx: tệp có mật khẩu"), "pipe": (pipe, "register.csv: không phải tệp thông thường"),
    "endless": (endless, "register.csv: không phải tệp thông thường"),
}  # fmt: skip


MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""  # a command, and after what it said how much memory it took, whatever else this process has begun before


def hostile(tmp_path: Path, name: str) -> Path:
    path = folder(tmp_path / "xa-thu", register__csv="")
    HOSTILE[name][0](path)
    return path


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_name_and_what_to_do(tmp_path, name):
    path = hostile(tmp_path, name)
    with pytest.raises(AuditError) as error:
        load.office(path)
    assert HOSTILE[name][1] in error.value.messages["vi"]
    found = CliRunner().invoke(app, ["check", str(path)])
    assert (found.exit_code, HOSTILE[name][1] in found.output) == (1, True)


@pytest.mark.parametrize("name", ["stray", "bomb", "pipe"])
def test_a_run_over_a_hostile_file_ends_soon_in_little_memory_and_with_the_message(tmp_path, name):
    path = hostile(tmp_path, name)
    command = [
        sys.executable,
        "-c",
        MEASURED,
        sys.executable,
        "-m",
        "audit",
        "run",
        str(path),
        "-o",
        str(tmp_path / "out"),
    ]
    ended = subprocess.run(command, capture_output=True, check=False, timeout=SECONDS)
    told = " ".join((ended.stdout + ended.stderr).decode().split())
    assert ended.returncode == 1  # not ended by a signal
    assert HOSTILE[name][1] in told
    assert "Traceback" not in told
    assert int(ended.stdout.split()[-1]) * 1024 < GIGABYTE


def test_a_workbook_with_a_password_is_said_to_have_one_and_how_to_take_it_off(tmp_path):
    with pytest.raises(AuditError, match="bỏ mật khẩu") as error:
        load.office(hostile(tmp_path, "locked"))
    assert "take the password off" in error.value.messages["en"]


def test_a_cell_some_way_off_the_table_is_read_over(tmp_path):
    path = folder(tmp_path / "a", register__csv="")
    stray(path, "ZZ4000")
    assert len(load.office(path).register.dropna(subset="dossier_id")) == 2


def test_other_sheets_of_a_workbook_are_held_to_the_same_limits():
    assert workbook.MOST_UNPACKED <= 400_000_000
    assert workbook.MOST_CELLS < 16384 * 1048576


def test_a_workbook_cut_short_or_of_nothing_is_refused(tmp_path):
    path = folder(tmp_path / "a", software__csv="")
    book(path / "software.xlsx", SOFTWARE.strip())
    whole = (path / "software.xlsx").read_bytes()
    for content in (
        whole[: len(whole) // 2],
        whole[:4],
        b"",
        b"PK\x05\x06" + bytes(18),
        b"\xd0\xcf\x11\xe0" + bytes(600),
    ):
        (path / "software.xlsx").write_bytes(content)
        with pytest.raises(AuditError, match=r"software\.xlsx: không mở được như bảng tính"):
            load.office(path)


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">'.encode() for at in range(9)
)  # fmt: skip


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_part_that_grows_as_it_is_read_does_not_fill_the_memory(tmp_path, part):
    path = folder(tmp_path / "a", register__csv="")
    book(path / "plain.xlsx", REGISTER.strip())
    with zipfile.ZipFile(path / "plain.xlsx") as old, zipfile.ZipFile(path / "register.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, ENTITIES + b"]><styleSheet>&j;</styleSheet>" if name == part else content)
    (path / "plain.xlsx").unlink()
    try:
        load.office(path)
    except AuditError as error:
        told = error.messages["vi"]
    else:
        told = "register.xlsx"
    assert "register.xlsx" in told
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < 2 * GIGABYTE
