"""A database as the source of a lake: a real PostgreSQL server, started here, with made-up dossiers in it."""

import os
import pwd
import shutil
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from test_lake import DAYS_GIVEN, plain, rows_of

from audit.ground.terms import AuditError
from audit.lake import lake, lake_settings, source

PASSWORD = "mat-khau-huyen"
USER = next((name for name in ("postgres", "nobody") if name in {entry.pw_name for entry in pwd.getpwall()}), "")
PLACES = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
PLACES += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
pytestmark = [
    pytest.mark.skipif(not PLACES, reason="no PostgreSQL server is installed"),
    pytest.mark.skipif(not find_spec("adbc_driver_postgresql"), reason="adbc-driver-postgresql is not installed"),
]
TABLES = """
CREATE TABLE ho_so (commune text, ma_ho_so text, received_at timestamptz, due_at timestamp, closed_at timestamp);
CREATE TABLE so_giay (commune text, dossier_id text, received_on date, due_on date, returned_on date, signed boolean);
INSERT INTO ho_so SELECT 'Mẫu ' || n % 7, 'HS-' || n, timestamptz '2025-04-01 18:00+00' + n % 9 * interval '1 day',
    timestamp '2025-04-15 17:00', timestamp '2025-04-10 09:00' + n % 11 * interval '1 day'
    FROM generate_series(1, 20000) n;
INSERT INTO so_giay SELECT 'Mẫu ' || n % 7, 'HS-' || n, date '2025-04-02', date '2025-04-15',
    date '2025-04-10' + n % 13, n % 5 > 0 FROM generate_series(1, 20000) n;
"""


def run(folder: Path, program: str, *options: object) -> None:
    """Run a program of the server as a user whom it accepts: it refuses the superuser."""
    somebody = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    command = [*somebody, str(PLACES[0] / program), "-D", str(folder / "data"), *map(str, options)]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, timeout=60)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> str:
    """The address of a server's database with the two tables; the server goes when the tests are done."""
    folder = tmp_path_factory.mktemp("postgres")
    for parent in (folder, *folder.parents[:3]):  # where each worker of the tests has its folder, one more
        parent.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    (folder / "password").write_text(PASSWORD)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = ("--username=ai", f"--pwfile={folder / 'password'}", "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync")
    run(folder, "initdb", *made)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    run(folder, "pg_ctl", "-o", options, "-l", folder / "log", "-w", "start")
    try:
        address = f"postgresql://ai:{PASSWORD}@127.0.0.1:{port}/postgres"
        from adbc_driver_postgresql import dbapi  # noqa: PLC0415

        with dbapi.connect(address, autocommit=True) as database, database.cursor() as cursor:
            for statement in TABLES.split(";\n"):
                if statement.strip():
                    cursor.execute(statement)
        yield address
    finally:
        run(folder, "pg_ctl", "-m", "immediate", "stop")


def judged(software: source.Source, register: source.Source, out: Path) -> lake.Done:
    return lake.judge({"software": software, "register": register}, lake_settings.read(None, **DAYS_GIVEN), out)


def test_tables_and_queries_are_judged_as_files_with_the_same_rows(server, tmp_path):
    query = "SELECT commune, ma_ho_so AS dossier_id, received_at, due_at, closed_at FROM ho_so"
    register = source.parsed("register", f"{server}?table=public.so_giay")
    done = judged(source.parsed("software", server, query), register, tmp_path / "out")
    lines = ["commune,dossier_id,received_at,due_at,closed_at"]
    lines += [f"Mẫu {n % 7},HS-{n},{2 + n % 9:02d}/04/2025 01:00,15/04/2025 17:00,{10 + n % 11}/04/2025 09:00"
              for n in range(1, 20001)]  # fmt: skip
    (tmp_path / "software.csv").write_text("\n".join(lines), encoding="utf-8")
    of_files = judged(source.parsed("software", str(tmp_path / "software.csv")), register, tmp_path / "of files")
    assert done.dossiers == 20000
    assert done.communes == 7
    assert plain(rows_of(done.out, "dossiers")) == plain(rows_of(of_files.out, "dossiers"))
    for path in (path for path in done.out.rglob("*") if path.is_file()):
        assert PASSWORD.encode() not in path.read_bytes()


@pytest.mark.parametrize("query", ["SELECT * FROM khong_co", "khong phai SQL"])
def test_what_the_database_refuses_is_said_without_its_password(server, tmp_path, query):
    with pytest.raises(AuditError) as error:
        judged(
            source.parsed("software", server, query),
            source.parsed("register", f"{server}?table=so_giay"),
            tmp_path / "out",
        )
    assert "127.0.0.1" in str(error.value)
    assert PASSWORD not in str(error.value)
    assert error.value.__cause__ is None
    assert not (tmp_path / "out").exists()


def test_a_wrong_password_is_said_in_words(server, tmp_path):
    wrong = source.parsed("software", server.replace(PASSWORD, "sai") + "?table=ho_so")
    with pytest.raises(AuditError, match="PGPASSWORD") as error:
        judged(wrong, wrong, tmp_path / "out")
    assert "sai@" not in str(error.value)
